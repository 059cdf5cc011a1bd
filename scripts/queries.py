"""Queries stand in the manuscript and in drafts, never in an edition: a tree without them.

Reads and writes nothing: trees in, trees out. The draft finds them in the source (octavo.source.queries).
"""

from __future__ import annotations

import re
from typing import Any

from octavo import tree
from octavo.model import Node
from octavo.source.queries import CLASS

_SPACES = ("Space", "SoftBreak")
_PUNCTUATION = re.compile(r"[.,;:!?)\]’”»…]")


def dropped(blocks: list[Node]) -> list[Node]:
    """The blocks without queries, and without the space that each would leave behind; paragraphs of nothing else are gone."""
    if not any(_is_query(element) for element in tree.walk(blocks)):
        return blocks
    kept: list[Node] = _dropped(blocks)
    return kept


def _is_query(element: Any) -> bool:
    return isinstance(element, dict) and element.get("t") == "Span" and CLASS in tree.classes(element)


def _dropped(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _dropped(item) for key, item in part.items()}
    if not isinstance(part, list):
        return part
    out: list[Any] = []
    for at, item in enumerate(part):
        if _is_query(item):
            _close_up(out, part[at + 1] if at + 1 < len(part) else None)
        elif not _is_only_queries(item):
            out.append(_dropped(item))
    return out


def _is_only_queries(item: Any) -> bool:
    """Whether an item is a paragraph in which nothing else stands."""
    if not isinstance(item, dict) or item.get("t") not in ("Para", "Plain"):
        return False
    return any(map(_is_query, item["c"])) and all(_is_query(inline) or inline["t"] in _SPACES for inline in item["c"])


def _close_up(before: list[Any], following: Any) -> None:
    """Take away, in place, the space before a query that is followed by another space, a stop, or nothing."""
    if not before or not isinstance(before[-1], dict) or before[-1].get("t") not in _SPACES:
        return
    kind = following.get("t") if isinstance(following, dict) else None
    if kind is None or kind in _SPACES or (kind == "Str" and _PUNCTUATION.match(following["c"])):
        before.pop()
