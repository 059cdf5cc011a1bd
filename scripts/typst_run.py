"""A process of its own for the Typst compiler: `typst_run.py FOLDER EPOCH STANDARD…`.

Reads FOLDER/main.typ and what it names, nothing outside FOLDER; writes FOLDER/main.pdf, and on standard output a JSON
record of what the compiler said: {"error": …, "diagnostic": …, "warnings": […], "positions": …}. It imports nothing of ours: the time
limit of the parent stops it, and a compiler that falls takes nobody with it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

# Of every mark of a sentence its name, the page in the order of the file, and how far down; of these pages the labels.
_POSITIONS = """{
  let marks = query(<octavo-sentence>)
  let labels = (:)
  for mark in marks {
    let at = mark.location()
    let style = at.page-numbering()
    if style == none { style = "1" }
    if str(at.page()) not in labels { labels.insert(str(at.page()), numbering(style, ..counter(page).at(at))) }
  }
  (labels: labels, marks: marks.map(mark => { let at = mark.location().position(); (mark.value, at.page, at.y.pt()) }))
}"""


def compile_folder(folder: Path, epoch: int, standards: list[Any]) -> dict[str, Any]:
    """What the compiler said; `error` is empty when FOLDER/main.pdf was written. Fonts: Typst's own and FOLDER/fonts."""
    import typst

    fonts = [str(folder / "fonts")]
    compiler = typst.Compiler(input=str(folder / "main.typ"), root=str(folder), font_paths=fonts, ignore_system_fonts=True)
    try:
        _, warnings = compiler.compile_with_warnings(output=str(folder / "main.pdf"), pdf_standards=standards, timestamp=epoch)
    except typst.TypstError as error:
        return {"error": error.message, "diagnostic": error.diagnostic, "warnings": []}
    positions = json.loads(compiler.eval(_POSITIONS))
    return {"error": "", "diagnostic": "", "warnings": [warning.message for warning in warnings], "positions": positions}


if __name__ == "__main__":
    print(json.dumps(compile_folder(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])))
