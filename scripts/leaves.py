"""Dedication and epigraph pages: front files that hold nothing else.

Reads and writes nothing: trees in, trees out. The rule: a file that book.yaml lists under `front`, without a heading, all
of whose blocks are divs of class `dedication` or `epigraph`, is a leaf. It is set on a page of its own before the
contents, without heading, running head or folio, and the contents do not name it.
"""

from __future__ import annotations

from typing import Any

from octavo import tree
from octavo.model import Node

KINDS = ("dedication", "epigraph")


def leaf(kind: str, blocks: list[Node]) -> str:
    """`dedication` or `epigraph` for a leaf, after its first div; nothing for any other chapter."""
    shown = [block for block in blocks if not _is_comment(block)]
    if kind != "front" or not shown or not all(_kind(block) for block in shown):
        return ""
    return _kind(shown[0])


def _kind(block: Node) -> str:
    return next((name for name in KINDS if block["t"] == "Div" and name in tree.classes(block)), "")


def _is_comment(block: Node) -> bool:
    return bool(block["t"] == "RawBlock" and block["c"][1].lstrip().startswith("<!--"))


def in_front(chapters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The chapters with the leaves first: they stand before the contents."""
    return [c for c in chapters if c.get("leaf")] + [c for c in chapters if not c.get("leaf")]
