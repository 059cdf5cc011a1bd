"""Two states of a chapter's blocks -> one: paragraph by paragraph, item by item, row by row, and word by word in what stayed.

Reads and writes nothing: blocks of pandoc's tree in, blocks out. On the way it notes which things changed their number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from octavo import tree
from octavo.changes import marks, wording
from octavo.changes.align import Piece, align
from octavo.changes.inlines import compare as compare_inlines
from octavo.changes.inlines import without_names
from octavo.model import Node

Renumbered = Callable[[Node, Node], None]
"""Told of each thing that both states have: old, new."""
T = TypeVar("T")


def _untold(_: Node, __: Node) -> None:
    """For a comparison that nobody has to be told of."""


class Comparison:
    """Compares blocks; `both` is told of every block and every note mark that stands in both states."""

    def __init__(self, both: Renumbered = _untold) -> None:
        self.both = both
        self._of_kind: dict[str, Callable[[Any, Any], Any]] = {
            "Para": self.inlines,
            "Plain": self.inlines,
            "Header": lambda old, new: [*new[:2], self.inlines(old[2], new[2])],
            "BlockQuote": self.blocks,
            "Div": lambda old, new: [new[0], self.blocks(old[1], new[1])],
            "BulletList": self._items,
            "OrderedList": lambda old, new: [new[0], self._items(old[1], new[1])],
            "DefinitionList": self._definitions,
            "LineBlock": self._lines,
            "Figure": lambda old, new: [new[0], self._caption(old[1], new[1]), self.blocks(old[2], new[2])],
            "Table": self._table,
        }

    def blocks(self, old: list[Node], new: list[Node]) -> list[Node]:
        """One text out of two; what went out stands where it stood, before what came in."""
        old = [block for block in old if block["t"] not in ("RawBlock", "Null")]
        hidden = {id(block) for block in new if block["t"] in ("RawBlock", "Null")}
        seen = [block for block in new if id(block) not in hidden]
        pairs = align([_piece(block) for block in old], [_piece(block) for block in seen])
        made: list[Node] = []
        at = 0
        for i, j in pairs:
            if j is None:
                made.append(marks.div(marks.OUT, without_names([old[i or 0]])))
                continue
            while new[at] is not seen[j]:  # what shows nothing stays before what it stood before
                made.append(new[at])
                at += 1
            at += 1
            made.append(marks.div(marks.IN, [seen[j]]) if i is None else self.pair(old[i], seen[j]))
        return made + new[at:]

    def inlines(self, old: list[Node], new: list[Node]) -> list[Node]:
        return compare_inlines(old, new, self.blocks, self.both)

    def pair(self, old: Node, new: Node) -> Node:
        """A block that stayed, with what changed in it."""
        if wording.of_block(old) == wording.of_block(new):
            for before, after in zip(_numbered(old), _numbered(new), strict=False):
                self.both(before, after)
            return new
        self.both(old, new)
        change = self._of_kind.get(new["t"])
        if change is None:
            return new
        return tree.node(new["t"], change(old["c"], new["c"]))

    def _caption(self, old: list[Any], new: list[Any]) -> list[Any]:
        return [new[0], self.blocks(old[1], new[1])]

    def _items(self, old: list[list[Node]], new: list[list[Node]]) -> list[list[Node]]:
        return _each(old, new, _item_piece, self.blocks, _whole_item)

    def _lines(self, old: list[list[Node]], new: list[list[Node]]) -> list[list[Node]]:
        return _each(old, new, _line_piece, self.inlines, _whole_line)

    def _definitions(self, old: list[Any], new: list[Any]) -> list[Any]:
        def pair(before: Any, after: Any) -> Any:
            return [self.inlines(before[0], after[0]), self._items(before[1], after[1])]

        def whole(mark: str, item: Any) -> Any:
            return [_whole_line(mark, item[0]), [_whole_item(mark, blocks) for blocks in item[1]]]

        return _each(old, new, _definition_piece, pair, whole)

    def _table(self, old: list[Any], new: list[Any]) -> list[Any]:
        """Row by row and cell by cell; `_piece` has seen to it that only tables of one shape come here."""
        attr, caption, specs, head, bodies, foot = new
        made = []
        for before, after in zip(old[4], bodies, strict=True):
            rows = [self._rows(before[at], after[at]) for at in (2, 3)]
            made.append([after[0], after[1], *rows])
        ends = [[after[0], self._rows(before[1], after[1])] for before, after in ((old[3], head), (old[5], foot))]
        return [attr, self._caption(old[1], caption), specs, ends[0], made, ends[1]]

    def _rows(self, old: list[Any], new: list[Any]) -> list[Any]:
        return _each(old, new, _row_piece, self._row, marks.row)

    def _row(self, old: list[Any], new: list[Any]) -> list[Any]:
        cells = [[*after[:4], self.blocks(before[4], after[4])] for before, after in zip(old[1], new[1], strict=True)]
        return [new[0], cells]


def _each(
    old: Sequence[T], new: Sequence[T], piece: Callable[[T], Piece], pair: Callable[[T, T], T], whole: Callable[[str, T], T]
) -> list[T]:
    """Items in order: those that stayed compared, the others marked whole."""
    made: list[T] = []
    for i, j in align([piece(item) for item in old], [piece(item) for item in new]):
        if j is None:
            made.append(whole(marks.OUT, without_names(old[i or 0])))
        else:
            made.append(whole(marks.IN, new[j]) if i is None else pair(old[i], new[j]))
    return made


def _whole_item(mark: str, blocks: list[Node]) -> list[Node]:
    return [marks.div(mark, blocks, whole=True)]


def _whole_line(mark: str, inlines: list[Node]) -> list[Node]:
    return [marks.span(mark, inlines, whole=True)]


def _piece(block: Node) -> Piece:
    kind: tuple[Any, ...] = wording.kind(block)
    if block["t"] == "Table":
        kind = (*kind, _shape(block))
    elif block["t"] in ("CodeBlock", "HorizontalRule"):
        kind = (*kind, id(block))  # as they are, or not at all
    return Piece(wording.of_block(block), kind, _words(block))


def _shape(table: Node) -> tuple[Any, ...]:
    """What two tables must share to be compared by rows: their bodies, and no cell that spans (then: all of them)."""
    _, _, _, head, bodies, foot = table["c"]
    rows = [row for part in (head[1], foot[1], *(rows for body in bodies for rows in body[2:4])) for row in part]
    spans = any(cell[2] > 1 for row in rows for cell in row[1])
    return (len(bodies), wording.of_table(table["c"])[1:] if spans else None)


def _row_piece(row: list[Any]) -> Piece:
    return Piece(wording.of_row(row), tuple(cell[3] for cell in row[1]), _words([cell[4] for cell in row[1]]))


def _item_piece(blocks: list[Node]) -> Piece:
    return Piece(wording.of_blocks(blocks), "item", _words(blocks))


def _line_piece(inlines: list[Node]) -> Piece:
    return Piece(wording.of_inlines(inlines), "line", _words(inlines))


def _definition_piece(item: list[Any]) -> Piece:
    return Piece(wording.of_definition(item), "definition", _words(item))


def _numbered(part: Node) -> list[Node]:
    return [element for element in tree.walk(part) if tree.value(element, "number")]


def _words(part: Any) -> list[str]:
    return [word for word in wording.TOKEN.findall(tree.plain(part)) if not word.isspace()]
