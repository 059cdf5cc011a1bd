"""How wide the columns of a table are, judged by what stands in them.

Reads and writes nothing: the parts of a table of pandoc's tree in, column widths of Typst out.
"""

from __future__ import annotations

import math
from typing import Any

from octavo import tree

# What the usual measure holds, in characters of table text (9 pt), and what the space between two columns takes of it.
_MEASURE = 76
_GUTTER = 3
# A column no longer than this is never broken: numbers, dates, names of states.
_SHORT = 14


def columns(count: int, rows: list[Any]) -> list[str]:
    """`auto` for every column if the table fits the measure as it is; else short columns as they are, long ones in shares.

    `rows` are pandoc's, those of the head among them. The widths of the source are not asked: in a pipe table they are
    how the dashes fell. No column is narrower than its longest word, as far as the measure has room.
    """
    cells = _cells(count, rows)
    longest = [max((len(cell) for cell in column), default=0) for column in cells]
    if sum(longest) + _GUTTER * (count - 1) <= _MEASURE:
        return ["auto"] * count
    long = [at for at in range(count) if longest[at] > _SHORT]
    room = _MEASURE - _GUTTER * (count - 1) - sum(longest[at] for at in range(count) if at not in long)
    words = {at: max(len(word) for cell in cells[at] for word in cell.split() or [""]) + 1 for at in long}
    wishes = {at: max(1.0, _wish(cells[at]) - words[at]) for at in long}
    spare = max(0, room - sum(words.values()))
    shares = {at: words[at] + spare * wishes[at] / sum(wishes.values()) for at in long}
    return [f"{shares[at]:.1f}fr" if at in shares else "auto" for at in range(count)]


def _wish(cells: list[str]) -> float:
    """How wide a long column would be: between its longest cell and its average one."""
    filled = [len(cell) for cell in cells if cell]
    return math.sqrt(max(filled) * sum(filled) / len(filled))


def _cells(count: int, rows: list[Any]) -> list[list[str]]:
    """The text of the cells by column; cells that span columns are left out, rows that a span above fills are shifted."""
    found: list[list[str]] = [[] for _ in range(count)]
    pending = [0] * count
    for _, row in rows:
        at = 0
        for _, _, rowspan, colspan, blocks in row:
            while at < count and pending[at]:
                pending[at] -= 1
                at += 1
            if colspan == 1 and at < count:
                # A no-break space holds a word together: what it joins is one word for the width.
                found[at].append(tree.plain(blocks).replace("\u00a0", "_"))
            for _ in range(colspan):
                if at < count:
                    pending[at] = rowspan - 1
                    at += 1
        while at < count:
            pending[at] = max(0, pending[at] - 1)
            at += 1
    return found
