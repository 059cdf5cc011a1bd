"""A process of its own for the Typst compiler: `typst_run.py FOLDER EPOCH LABEL STANDARD…`.

Reads FOLDER/main.typ and what it names, nothing outside FOLDER; writes FOLDER/main.pdf, and on standard output a JSON
record of what the compiler said: {"error": …, "diagnostic": …, "warnings": […], "marks": […]}. The marks are the metadata
that bear LABEL (none if it is empty), each with its page and its place on it in points. It imports nothing of ours: the
time limit of the parent stops it, and a compiler that falls takes nobody with it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def compile_folder(folder: Path, epoch: int, label: str, standards: list[Any]) -> dict[str, Any]:
    """What the compiler said; `error` is empty when FOLDER/main.pdf was written. Fonts: Typst's own and FOLDER/fonts."""
    import typst

    try:
        compiler = typst.Compiler(str(folder / "main.typ"), str(folder), [str(folder / "fonts")], ignore_system_fonts=True)
        _, warnings = compiler.compile_with_warnings(output=str(folder / "main.pdf"), pdf_standards=standards, timestamp=epoch)
        marks = json.loads(compiler.eval(_MARKS.replace("LABEL", label))) if label else []
    except typst.TypstError as error:
        return {"error": error.message, "diagnostic": error.diagnostic, "warnings": [], "marks": []}
    return {"error": "", "diagnostic": "", "warnings": [warning.message for warning in warnings], "marks": marks}


_MARKS = "query(<LABEL>).map(m => { let at = m.location().position(); (m.value, at.page, at.x.pt(), at.y.pt()) })"

if __name__ == "__main__":
    print(json.dumps(compile_folder(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])))
