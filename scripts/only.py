"""`.only`: what one edition alone shows, `[…]{.only edition=html}` and `::: {.only edition="pdf epub"}`.

Reads and writes nothing: trees in, trees out.
"""

from __future__ import annotations

import re
from typing import Any

from octavo import tree
from octavo.model import Node

EDITIONS = ("pdf", "epub", "html")


def is_only(element: Node) -> bool:
    return element["t"] in ("Div", "Span") and "only" in tree.classes(element)


def editions(element: Node) -> list[str]:
    """The editions that an element names, as they are written: separated by spaces or commas."""
    return [name for name in re.split(r"[\s,]+", tree.value(element, "edition")) if name]


def keep(chapter: dict[str, Any], edition: str) -> set[str]:
    """Take from a chapter, in place, what the edition does not show; the identifiers that went with it."""
    if not any(is_only(element) for element in tree.walk(chapter["blocks"])):
        return set()
    before = _identifiers(chapter["blocks"])

    def change(element: Node) -> list[Node] | None:
        if not is_only(element):
            return None
        return list(element["c"][1]) if edition in editions(element) else []

    chapter["blocks"] = tree.transform(chapter["blocks"], change)
    return before - _identifiers(chapter["blocks"])


def _identifiers(blocks: list[Node]) -> set[str]:
    return {name for element in tree.walk(blocks) if (name := tree.identifier(element))}
