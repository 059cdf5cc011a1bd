"""How wide the columns of a table are, judged by what stands in them.

Reads and writes nothing: the rows of a table of pandoc's tree in, column widths of Typst out. Widths are in ems of the
table's text: an edition may set it in any size.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from octavo import tree

# What the usual measure holds (113 mm in 9 pt), and what the space between two columns takes of it.
_MEASURE = 35.5
_GUTTER = 1.1
# Rows beyond this many are not looked at: those before them say what the columns need.
_ROWS = 150
_SPACE = 0.25
# Widths of letters in Libertinus Serif, near enough: whatever is not named is as wide as most small letters.
_LETTERS = {
    **dict.fromkeys("ijl.,;:'’‘!|()[]", 0.28), **dict.fromkeys("frst-“”", 0.38), **dict.fromkeys("mw—ЖМШЩЮжмшщю", 0.79),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ", 0.66), **dict.fromkeys("MW", 0.92), **dict.fromkeys("IJ", 0.36),
}  # fmt: skip

Cell = tuple[float, ...]
"""The widths of a cell's words."""


def columns(count: int, rows: list[Any]) -> tuple[list[str], float]:
    """The width of each column, and how many ems the narrowest form of the table needs (0 if it fits as it is).

    `rows` are pandoc's, those of the head among them. `auto` for every column if the table fits the measure as it is;
    else shares of it, so that the table is as short as may be. The widths of the source are not asked: in a pipe table
    they are how the dashes fell. No column is narrower than its longest word.

    Sums are exact (math.fsum): Python 3.12 adds floats otherwise than 3.11, and a width on the edge would fall differently.
    """
    table = _cells(count, rows[:_ROWS])
    natural = [max((_line(cell) for row in table if (cell := row[at])), default=0.0) for at in range(count)]
    gutters = _GUTTER * (count - 1)
    if math.fsum(natural) + gutters <= _MEASURE:
        return ["auto"] * count, 0.0
    least = [max((word for row in table for word in row[at]), default=0.5) for at in range(count)]
    widths = _widened(table, least, natural, _MEASURE - gutters - math.fsum(least))
    # The space between columns belongs to both: the first and the last have half as much of it as the others.
    halves = [(at > 0) + (at < count - 1) for at in range(count)]
    shares = [width + half * _GUTTER / 2 for width, half in zip(widths, halves, strict=True)]
    return [f"{share:.2f}fr" for share in shares], round(math.fsum(least) + gutters, 1)


def _widened(table: list[list[Cell]], least: list[float], natural: list[float], spare: float) -> list[float]:
    """The narrowest widths, and on top of them what is spare, an ever as much where it shortens the table most."""
    widths = list(least)
    while spare > 0:
        now = _height(table, widths)
        best, step, at = 0.0, 0.0, -1
        for column in range(len(widths)):
            for wider in _steps(table, column, widths[column], min(natural[column], widths[column] + spare)):
                gain = now - _height(table, [*widths[:column], wider, *widths[column + 1 :]])
                if gain > 0 and gain / (wider - widths[column]) > best:
                    best, step, at = gain / (wider - widths[column]), wider - widths[column], column
        if at < 0:
            break
        widths[at] += step
        spare -= step
    # What no column needs goes to all, more to the wide ones.
    return [width + max(0.0, spare) * width / math.fsum(widths) for width in widths]


def _steps(table: list[list[Cell]], column: int, width: float, limit: float) -> list[float]:
    """The next widths of a column at which one more word of some cell fits its line: a few, from the narrowest up."""
    found: set[float] = set()
    for row in table:
        cell = row[column]
        sums = [math.fsum(cell[:n]) + _SPACE * (n - 1) for n in range(1, len(cell) + 1)]
        found.update(sums[bisect.bisect_right(sums, width) :][:3])
    usable = sorted(step + 0.05 for step in found if width < step + 0.05 <= limit + 0.05)
    return usable[:: max(1, len(usable) // 6)]


def _height(table: list[list[Cell]], widths: Sequence[float]) -> float:
    """The lines that the table takes; lines that no row is longer for count a little too."""
    total = 0.0
    for row in table:
        lines = [_lines(cell, round(width, 2)) for cell, width in zip(row, widths, strict=True)]
        total += max(lines) + 0.05 * math.fsum(lines)
    return total


@cache
def _lines(cell: Cell, width: float) -> int:
    """How many lines the words take at a width, set one after the other."""
    lines, room = 1, width
    for n, word in enumerate(cell):
        needed = word if n == 0 or room == width else word + _SPACE
        if needed > room and room < width:
            lines, room, needed = lines + 1, width, word
        room -= needed
    return lines


@cache
def _width(word: str) -> float:
    return 1.02 * math.fsum(_LETTERS.get(letter, 0.49) for letter in word)


def _line(cell: Cell) -> float:
    return math.fsum(cell) + _SPACE * (len(cell) - 1) if cell else 0.0


def _cells(count: int, rows: list[Any]) -> list[list[Cell]]:
    """The words of the cells, row by row; a cell that spans columns counts in none, one that spans rows in its first."""
    table: list[list[Cell]] = []
    pending = [0] * count
    for _, row in rows:
        words: list[Cell] = [()] * count
        at = 0
        for _, _, rowspan, colspan, blocks in row:
            while at < count and pending[at]:
                pending[at] -= 1
                at += 1
            if colspan == 1 and at < count:
                # A no-break space holds a word together: what it joins is one word for the width.
                words[at] = tuple(round(_width(word), 3) for word in tree.plain(blocks).replace("\u00a0", "_").split())
            for _ in range(colspan):
                if at < count:
                    pending[at] = rowspan - 1
                    at += 1
        for rest in range(at, count):
            pending[rest] = max(0, pending[rest] - 1)
        table.append(words)
    return table
