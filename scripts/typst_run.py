"""A process of its own for the Typst compiler: `typst_run.py FOLDER EPOCH STANDARD…`.

Reads FOLDER/main.typ and what it names, nothing outside FOLDER; writes FOLDER/main.pdf, and on standard output a JSON
record of what the compiler said: {"error": …, "diagnostic": …, "warnings": […]}. It imports nothing of ours: the time
limit of the parent stops it, and a compiler that falls takes nobody with it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def compile_folder(folder: Path, epoch: int, standards: list[Any]) -> dict[str, Any]:
    """What the compiler said; `error` is empty when FOLDER/main.pdf was written. Fonts: Typst's own and FOLDER/fonts."""
    import typst

    try:
        _, warnings = typst.compile_with_warnings(
            str(folder / "main.typ"), output=str(folder / "main.pdf"), root=str(folder), font_paths=[str(folder / "fonts")],
            ignore_system_fonts=True, pdf_standards=standards, timestamp=epoch,
        )  # fmt: skip
    except typst.TypstError as error:
        return {"error": error.message, "diagnostic": error.diagnostic, "warnings": []}
    return {"error": "", "diagnostic": "", "warnings": [warning.message for warning in warnings]}


if __name__ == "__main__":
    print(json.dumps(compile_folder(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])))
