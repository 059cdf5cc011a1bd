"""Passages that only moved: a piece that went out here and came in, nearly word for word, there.

Reads and writes nothing: it changes a marked tree in place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from octavo import tree
from octavo.changes import marks, wording
from octavo.changes.align import likeness
from octavo.changes.blocks import Comparison
from octavo.model import Node

# A passage of fewer words may stand twice by chance.
LEAST = 8
# So much of its words must be the same, in order.
ALIKE = 0.8
# Beyond so many pieces only those that are the same word for word are looked for.
_MANY = 400


def find(chapters: Iterable[dict[str, Any]], comparison: Comparison) -> int:
    """Number the moved passages, in place, from 1; how many there are. Where one came to stand, its own changes are marked."""
    gone: list[tuple[Node, list[str]]] = []
    come: list[tuple[Node, list[str]]] = []
    for chapter in chapters:
        for piece in _pieces(chapter["blocks"]):
            said = wording.words(piece["c"][1])
            if len(said) >= LEAST:
                (gone if marks.mark_of(piece) == marks.OUT else come).append((piece, said))
    number = 0
    for new, said in come:
        old = _best(gone, said, len(gone) > _MANY or len(come) > _MANY)
        if old is not None:
            number += 1
            for piece in (gone[old][0], new):
                tree.set_value(piece, marks.MOVED, str(number))
            new["c"][1] = comparison.blocks(gone.pop(old)[0]["c"][1], new["c"][1])
    return number


def _best(gone: list[tuple[Node, list[str]]], said: list[str], only_same: bool) -> int | None:
    best, found = 0.0, None
    for at, (_, words) in enumerate(gone):
        score = float(words == said) if only_same else likeness(words, said, max(ALIKE, best))
        if score > best:
            best, found = score, at
    return found


def _pieces(part: Any) -> Iterable[Node]:
    """The marked blocks and items of a tree, not those inside another."""
    if isinstance(part, list):
        for item in part:
            yield from _pieces(item)
    elif isinstance(part, dict):
        if part.get("t") == "Div" and marks.mark_of(part):
            yield part
        elif "c" in part and part["t"] not in ("Para", "Plain", "Header"):
            yield from _pieces(part["c"])
