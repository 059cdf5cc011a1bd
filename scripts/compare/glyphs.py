"""The text of a PDF, glyph by glyph, under the number that its structure tree knows it by (ISO 32000-1, 14.7.4).

Reads the pages of an open file; writes nothing. What lies off the page or is not drawn is not text that a reader sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pikepdf

Matrix = tuple[float, float, float, float, float, float]

_OPERATORS = "BDC BMC EMC Tf Tj TJ ' \" Tm Td TD T* cm q Q Tr BT"
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f\s]*)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f\s]*)>|\[(.*?)\])", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
# Text rendering modes 3 and 7 draw nothing (ISO 32000-1, 9.3.6).
_NOT_DRAWN = (3, 7)


@dataclass
class Font:
    """What the codes of a font mean: its ToUnicode map (ISO 32000-1, 9.10.3)."""

    wide: bool
    letters: dict[int, str]

    def text(self, codes: bytes) -> str:
        if self.wide:
            return "".join(self.letters.get(codes[i] << 8 | codes[i + 1], "\ufffd") for i in range(0, len(codes) - 1, 2))
        return "".join(self.letters.get(code, chr(code)) for code in codes)


def font_of(font: Any) -> Font:
    found: dict[int, str] = {}
    cmap = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
    for block in _BLOCK.finditer(cmap):
        if block[1] == b"bfchar":
            found |= {int(code, 16): _letters(letters) for code, letters in _PAIR.findall(block[2])}
            continue
        for first, last, letters, listed in _RANGE.findall(block[2]):
            start = int(first, 16)
            each = [_letters(one) for one in _HEX.findall(listed)]
            for at in range(int(last, 16) - start + 1):
                found[start + at] = each[at] if listed else _letters(letters)[:-1] + chr(ord(_letters(letters)[-1]) + at)
    return Font(font.get("/Subtype") == "/Type0", found)


def _letters(written: bytes) -> str:
    return bytes.fromhex(written.decode()).decode("utf-16-be", "replace")


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3], a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


@dataclass
class Page:
    """A page while its operators are run: `text` by the number of the marked content, 0 and up."""

    fonts: dict[str, Font]
    box: tuple[float, float, float, float]
    text: dict[int, list[str]] = field(default_factory=dict)
    marks: list[tuple[int | None, bool]] = field(default_factory=list)
    matrix: Matrix = _UNIT
    line: Matrix = _UNIT
    font: Font | None = None
    mode: int = 0
    kept: list[tuple[Matrix, Font | None, int]] = field(default_factory=list)

    def run(self, operator: str, operands: Any) -> None:
        if operator in ("Tj", "TJ", "'", '"'):
            self.show(operands[-1])
        elif operator in ("BDC", "BMC"):
            self.begin(operands)
        elif operator == "EMC" and self.marks:
            self.marks.pop()
        elif operator == "Tf":
            self.font = self.fonts.get(str(operands[0]))
        elif operator in ("Tm", "cm"):
            a, b, c, d, e, f = (float(number) for number in operands)
            if operator == "Tm":
                self.line = (a, b, c, d, e, f)
            else:
                self.matrix = _times((a, b, c, d, e, f), self.matrix)
        elif operator in ("Td", "TD"):
            self.line = _times((1.0, 0.0, 0.0, 1.0, float(operands[0]), float(operands[1])), self.line)
        elif operator == "BT":
            self.line = _UNIT
        elif operator == "Tr":
            self.mode = int(operands[0])
        elif operator == "q":
            self.kept.append((self.matrix, self.font, self.mode))
        elif operator == "Q" and self.kept:
            self.matrix, self.font, self.mode = self.kept.pop()

    def begin(self, operands: Any) -> None:
        """Marked content: the number it is known by, or that of what it stands in; or its text as it is to be read."""
        given: Any = operands[1] if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) else {}
        outer, replaced = self.marks[-1] if self.marks else (None, False)
        number = int(given["/MCID"]) if "/MCID" in given else outer
        if str(operands[0]) == "/Artifact":
            number = None
        if "/ActualText" in given and not replaced:
            self.put(number, str(given["/ActualText"]))
            replaced = True
        self.marks.append((number, replaced))

    def show(self, shown: Any) -> None:
        number, replaced = self.marks[-1] if self.marks else (None, False)
        if number is None or replaced or self.font is None:
            return
        pieces = shown if isinstance(shown, pikepdf.Array) else [shown]
        self.put(number, "".join(self.font.text(bytes(piece)) for piece in pieces if isinstance(piece, pikepdf.String)))

    def put(self, number: int | None, text: str) -> None:
        x, y = _times(self.line, self.matrix)[4:]
        left, low, right, high = self.box
        if number is not None and self.mode not in _NOT_DRAWN and left <= x <= right and low <= y <= high:
            self.text.setdefault(number, []).append(text)


def texts(pdf: pikepdf.Pdf, most: int | None = None) -> dict[tuple[int, int], dict[int, str]]:
    """For each page, by its object's number, the text of each piece of marked content; of the first `most` pages alone."""
    fonts: dict[tuple[int, int], Font] = {}
    read: dict[tuple[int, int], dict[int, str]] = {}
    for page in list(pdf.pages)[:most]:
        named: dict[str, Font] = {}
        resources: Any = page.get("/Resources", {})
        for name, font in dict(resources.get("/Font", {})).items():
            if font.objgen not in fonts or font.objgen == (0, 0):
                fonts[font.objgen] = font_of(font)
            named[name] = fonts[font.objgen]
        x, y, right, high = (float(side) for side in page.mediabox)
        running = Page(named, (x, y, right, high))
        if "/Contents" in page:
            for instruction in pikepdf.parse_content_stream(page, _OPERATORS):
                running.run(str(instruction.operator), instruction.operands)
        read[page.obj.objgen] = {number: "".join(pieces) for number, pieces in running.text.items()}
    return read
