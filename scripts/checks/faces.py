"""Which characters the faces of the print edition can draw: those that Typst brings, and those that a book adds.

Reads print_faces.json, and the faces in editions/pdf/fonts/ of the book. `python -m octavo.checks.faces` writes
print_faces.json from the faces inside the installed Typst; a test says when a new Typst has others.
"""

from __future__ import annotations

import io
import json
import re
import struct
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from octavo import tools, typst_faces

DATA = Path(__file__).resolve().parent.parent / "print_faces.json"
OWN = Path("editions/pdf/fonts")
# No glyph is needed for spaces, line ends, joiners and what else only steers (Unicode, Default_Ignorable_Code_Point); control
# characters are another check's (LNG011).
_NEEDS_NONE = (
    (0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x1680, 0x1680), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F), (0x3000, 0x3000), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
# Refused in an archivable PDF even where a face has them (ISO 19005-2, 6.2.11.7.3).
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFF))
_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
Ranges = Iterable[tuple[int, int]]


def beyond(directory: Path) -> re.Pattern[str]:
    """A pattern for runs of characters that no face of the book's print edition can draw."""
    own = sorted(path for path in (directory / OWN).glob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())
    return _beyond(tuple((path, path.stat().st_mtime_ns) for path in own))


@cache
def _beyond(own: tuple[tuple[Path, int], ...]) -> re.Pattern[str]:
    drawn = [(first, last) for first, last in json.loads(DATA.read_text("utf-8"))["ranges"]]
    for path, _ in own:
        drawn += _runs(_characters(path))
    allowed = "".join(f"{_escaped(first)}-{_escaped(last)}" for first, last in (*drawn, *_NEEDS_NONE))
    private = "".join(f"{_escaped(first)}-{_escaped(last)}" for first, last in _PRIVATE)
    return re.compile(f"(?:[^{allowed}]|[{private}])+")


def _escaped(code: int) -> str:
    return f"\\U{code:08x}"


def _characters(path: Path) -> set[int]:
    """What a file of faces can draw; nothing where it cannot be read, which Typst passes over as well."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        opened = TTCollection(path).fonts if path.suffix.lower() in (".ttc", ".otc") else [TTFont(path, lazy=True)]
        return {code for face in opened for code in face.getBestCmap() or {}}
    except (TTLibError, OSError, KeyError, struct.error):
        return set()


def _runs(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(first, last) of each run of codes, in order."""
    first = last = -1
    for code in sorted(codes):
        if code != last + 1 and last >= 0:
            yield first, last
        first = code if code != last + 1 or last < 0 else first
        last = code
    if last >= 0:
        yield first, last


# The faces that Typst brings


def of_typst() -> dict[str, object]:
    """The names of the faces inside the installed Typst, and the characters that any of them can draw."""
    from fontTools.ttLib import TTFont

    names: set[str] = set()
    codes: set[int] = set()
    for content in typst_faces.contents():
        face = TTFont(io.BytesIO(content), lazy=True)
        names.add(str(face["name"].getDebugName(1)))
        codes |= set(face.getBestCmap() or {})
    kept = {code for code in codes if not any(first <= code <= last for first, last in _PRIVATE)}
    return {"faces": sorted(names), "ranges": [list(run) for run in _runs(kept)]}


def main(argv: list[str]) -> None:
    """`faces`: renew print_faces.json."""
    del argv
    tools.write(DATA, json.dumps(of_typst(), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    tools.main_of(main)
