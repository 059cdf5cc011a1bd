"""The marks of a redline in a tree, and the two texts that it holds: all changes accepted, all changes refused.

Reads and writes nothing: trees in, trees out. What came in stands in a span or div of class IN, what went out in one of
class OUT, a row of a table bears the class itself. `WHOLE` tells that the item of a list, a line of verse or a definition
came or went with its contents; a moved passage has its number in the attribute `moved`, where it went and where it came.
"""

from __future__ import annotations

from typing import Any

from octavo import tree
from octavo.model import Node

IN, OUT = "redline-in", "redline-out"
WHOLE = "redline-whole"
MOVED = "moved"


def span(mark: str, inlines: list[Node], whole: bool = False) -> Node:
    return tree.node("Span", tree.attr("", [mark, WHOLE] if whole else [mark]), inlines)


def div(mark: str, blocks: list[Node], whole: bool = False) -> Node:
    return tree.node("Div", tree.attr("", [mark, WHOLE] if whole else [mark]), blocks)


def row(mark: str, given: list[Any]) -> list[Any]:
    """A row of a table, marked."""
    (identifier, classes, pairs), cells = given
    return [[identifier, [*classes, mark], pairs], cells]


def mark_of(part: Any) -> str:
    """The mark of a node or of a row of a table, or nothing."""
    names: list[str] = []
    if isinstance(part, dict) and part.get("t") in ("Span", "Div"):
        names = tree.classes(part)
    elif is_row(part):
        names = part[0][1]
    return next((name for name in (IN, OUT) if name in names), "")


def is_row(part: Any) -> bool:
    """Whether a list is a row of a table: attributes and cells."""
    if not isinstance(part, list) or len(part) != 2 or not isinstance(part[0], list) or len(part[0]) != 3:
        return False
    identifier, classes, pairs = part[0]
    return isinstance(identifier, str) and isinstance(classes, list) and isinstance(pairs, list)


def accepted(part: Any) -> Any:
    """The new text: insertions in, deletions out."""
    return _settled(part, OUT)


def refused(part: Any) -> Any:
    """The old text: deletions back, insertions out."""
    return _settled(part, IN)


def _settled(part: Any, drop: str) -> Any:
    if isinstance(part, dict):
        if "t" in part:
            part = _without_wholes(part, drop)
        return {key: _settled(item, drop) for key, item in part.items()}
    if not isinstance(part, list):
        return part
    kept: list[Any] = []
    for item in part:
        mark = mark_of(item)
        if mark and mark == drop:
            continue
        if mark and isinstance(item, dict):
            kept += _settled(item["c"][1], drop)
        elif mark:
            (identifier, classes, pairs), cells = item
            kept.append([[identifier, [name for name in classes if name != mark], pairs], _settled(cells, drop)])
        else:
            kept.append(_settled(item, drop))
    return kept


def _without_wholes(block: Node, drop: str) -> Node:
    """A list without the items, lines or definitions that came or went with their contents."""
    kind: str = block["t"]
    content: Any = block.get("c")
    if kind in ("BulletList", "LineBlock"):
        return tree.node(kind, [item for item in content if whole_mark(item) != drop])
    if kind == "OrderedList":
        return tree.node(kind, content[0], [item for item in content[1] if whole_mark(item) != drop])
    if kind == "DefinitionList":
        kept = [(term, [item for item in given if whole_mark(item) != drop]) for term, given in content if whole_mark(term) != drop]
        return tree.node(kind, [[term, given] for term, given in kept])
    return block


def whole_mark(item: list[Any]) -> str:
    """The mark of an item, a line or a term that came or went with its contents."""
    if len(item) == 1 and isinstance(item[0], dict) and item[0].get("t") in ("Span", "Div") and WHOLE in tree.classes(item[0]):
        return mark_of(item[0])
    return ""
