"""A process of its own for the Typst compiler: `typst_run.py FOLDER EPOCH LABEL MARGIN STANDARDS…`.

Reads FOLDER/main.typ and what it names, nothing outside FOLDER; writes FOLDER/main.pdf, and on standard output a JSON
record of what the compiler said: {"errors": […], "warnings": […], "marks": […], "labels": {…}}. STANDARDS are names with
commas between them, or none; where there are several, each is tried that its forerunner could not be kept. `errors` has
what was in the way, (message, diagnostic) of each try: as many as STANDARDS, if there is no PDF. The marks are the metadata
that bear LABEL (none if it is empty), each with its page and its place on it in points; the labels what the pages of these
marks are called. MARGIN, if it is not empty, is the file from which FOLDER/margin.pdf is made when the marks are known: it
finds them in FOLDER/marks.json. Nothing of ours is imported here: the time limit of the parent stops it, and a compiler
that falls takes nobody with it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_MARKS = """{
  let marks = query(<LABEL>)
  let labels = (:)
  for mark in marks {
    let at = mark.location()
    let style = at.page-numbering()
    if style == none { style = "1" }
    if str(at.page()) not in labels { labels.insert(str(at.page()), numbering(style, ..counter(page).at(at))) }
  }
  (labels: labels, marks: marks.map(m => { let at = m.location().position(); (m.value, at.page, at.x.pt(), at.y.pt()) }))
}"""


def compile_folder(folder: Path, epoch: int, label: str, margin: str, choices: list[str]) -> dict[str, Any]:
    """What the compiler said of the `choices` of standards, until one could be kept. Fonts: Typst's own and FOLDER/fonts."""
    import typst

    fonts = [str(folder / "fonts")]
    compiler = typst.Compiler(input=str(folder / "main.typ"), root=str(folder), font_paths=fonts, ignore_system_fonts=True)
    said: dict[str, Any] = {"errors": [], "warnings": [], "marks": [], "labels": {}}
    for choice in choices:
        # What the first try has laid out, the next finds laid out.
        standards: list[Any] = choice.split(",") if choice else []
        try:
            _, warnings = compiler.compile_with_warnings(output=str(folder / "main.pdf"), pdf_standards=standards, timestamp=epoch)
        except typst.TypstError as error:
            said["errors"].append((error.message, error.diagnostic))
            continue
        found = json.loads(compiler.eval(_MARKS.replace("LABEL", label))) if label else {}
        if margin:
            (folder / "marks.json").write_text(json.dumps(found["marks"]), "utf-8")
            compiler.compile(str(folder / margin), str(folder / "margin.pdf"), timestamp=epoch, pdf_tags=False)
        return said | {"warnings": [warning.message for warning in warnings]} | found
    return said


if __name__ == "__main__":
    print(json.dumps(compile_folder(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:])))
