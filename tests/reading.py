"""What stands in a finished PDF, read without the program that made it: letters by their place, tags by their kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import pikepdf

POINTS_PER_MM = 72 / 25.4
MEASURE, INSIDE, FOOT = 113 * POINTS_PER_MM, 19 * POINTS_PER_MM, 25.5 * POINTS_PER_MM


@dataclass(frozen=True)
class Run:
    """A run of letters on a page: where it starts and ends, its baseline and size (points), and whether it is page furniture."""

    left: float
    right: float
    baseline: float
    size: float
    furniture: bool
    turned: bool = False


def runs(page: Any) -> Iterator[Run]:
    """Every run of letters of a page, from its content stream and the widths of its fonts (ISO 32000-1, § 9.4)."""
    fonts = {name: widths(font) for name, font in page.Resources.get("/Font", {}).items()}
    matrix, text, stack, marks = pikepdf.Matrix(), pikepdf.Matrix(), [], []
    advance, size = fonts.get("", ({}, 0.0)), 0.0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "q":
            stack.append(matrix)
        elif name == "Q":
            matrix = stack.pop()
        elif name == "cm":
            matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
        elif name in ("BDC", "BMC"):
            marks.append(str(operands[0]))
        elif name == "EMC":
            marks.pop()
        elif name == "Tf":
            advance, size = fonts[str(operands[0])], float(operands[1])
        elif name == "Tm":
            text = pikepdf.Matrix(*map(float, operands))
        elif name in ("Tj", "TJ"):
            pieces = operands[0] if name == "TJ" else [operands[0]]
            whole = text @ matrix
            length = sum(length_of(piece, *advance) for piece in pieces) * size / 1000
            yield Run(whole.e, whole.e + length * whole.a, whole.f, size, "/Artifact" in marks, abs(whole.b) > 0.1)


def length_of(piece: Any, letters: dict[int, float], otherwise: float) -> float:
    if not isinstance(piece, pikepdf.String):
        return -float(piece)
    codes = bytes(piece)
    return sum(letters.get(int.from_bytes(codes[i : i + 2]), otherwise) for i in range(0, len(codes), 2))


def widths(font: Any) -> tuple[dict[int, float], float]:
    """The widths of a composite font by glyph, and that of all others (ISO 32000-1, § 9.7.4.3)."""
    inner = font.DescendantFonts[0]
    items, found, i = list(inner.get("/W", [])), {}, 0
    while i < len(items):
        first = int(items[i])
        if isinstance(items[i + 1], pikepdf.Array):
            found.update({first + n: float(width) for n, width in enumerate(items[i + 1])})
            i += 2
        else:
            found.update(dict.fromkeys(range(first, int(items[i + 1]) + 1), float(items[i + 2])))
            i += 3
    return found, float(inner.get("/DW", 1000))


def faults(document: pikepdf.Pdf) -> list[tuple[int, str]]:
    """(page, what) for each run past the measure, below the foot of the text, or over another one."""
    found = []
    for number, page in enumerate(document.pages, 1):
        left = INSIDE if number % 2 else float(page.MediaBox[2]) - INSIDE - MEASURE
        body = [run for run in runs(page) if not run.furniture and not run.turned]
        # Punctuation may hang in the margin by less than a letter.
        found += [(number, "past the measure") for run in body if run.right > left + MEASURE + 0.75 * run.size or run.left < left - 3]
        found += [(number, "below the foot") for run in body if run.baseline < FOOT]
        for _, row in groupby(sorted(body, key=lambda run: (round(run.baseline), run.left)), key=lambda run: round(run.baseline)):
            neighbours = list(row)
            found += [(number, "overprinted") for a, b in pairwise(neighbours) if b.left < a.right - 1.2]
    return found


def elements(document: pikepdf.Pdf, kind: str) -> list[Any]:
    """The elements of this kind in the tree of tags, in reading order."""
    found, stack = [], [document.Root.StructTreeRoot.K]
    while stack:
        here = stack.pop()
        if isinstance(here, pikepdf.Array):
            stack.extend(reversed(list(here)))
        elif isinstance(here, pikepdf.Dictionary):
            if here.get("/S") == f"/{kind}":
                found.append(here)
            if "/K" in here:
                stack.append(here.K)
    return found
