"""Apparatus in print: what stands for a page, and notes away from the foot of the page, as calls of the template.

Reads and writes nothing: trees in, trees out. `mark` runs over a tree before it becomes markup: the pages of locators and
references are known to the template alone, so that the links that screens show are not wanted here.
"""

from __future__ import annotations

from typing import Any

from octavo import tree
from octavo.model import Node

_CALL = "typst-call"


def mark(blocks: list[Node]) -> None:
    """Put, in place, the call that prints it upon each span whose text is a page or the mark of a note."""
    for element in tree.walk(blocks):
        if element["t"] == "Span" and (call := _call(element)):
            element["c"] = [tree.attr("", [_CALL], call=call), []]


def _call(span: Node) -> str:
    classes = tree.classes(span)
    if "locators" in classes:
        return f"#locators({', '.join(_locator(item) for item in span['c'][1])});"
    if "locator" in classes:
        return f"#locators({_locator(span)});"
    if "page-reference" in classes and tree.value(span, "to"):
        return f"#page-reference({_string(tree.value(span, 'to'))}{', bare: true' if 'bare' in classes else ''});"
    return ""


def _locator(item: Node) -> str:
    given = {key: tree.value(item, key) for key in ("to", "note", "range", "principal")}
    return "(" + ", ".join(f"{key}: {_string(value)}" for key, value in given.items()) + ")"


def call_of(span: Node) -> str:
    """The call that `mark` has put upon a span, or nothing."""
    return tree.value(span, "call") if _CALL in tree.classes(span) else ""


def noteref(span: Node) -> tuple[str, str]:
    """Start and end of the mark of a note that stands elsewhere: the call has no content but its number."""
    values = {"number": tree.value(span, "number"), "to": tree.value(span, "to"), "id": tree.identifier(span)}
    return "#noteref(" + ", ".join(f"{key}: {_string(value)}" for key, value in values.items()) + ")[", "];"


def endnote(div: Node) -> str:
    """The start of a note's text away from the foot of the page."""
    values = {"number": tree.value(div, "number"), "id": tree.identifier(div), "to": tree.value(div, "to")}
    return "#endnote(" + ", ".join(f"{key}: {_string(value)}" for key, value in values.items()) + ")["


def _string(words: Any) -> str:
    escaped = str(words).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
