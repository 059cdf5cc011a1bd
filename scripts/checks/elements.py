"""A chapter's tree walked as its source is written, so that the n-th of a kind here is the n-th there.

Reads pandoc's tree; writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from octavo.model import Node


def elements(part: Any) -> Iterator[Node]:
    """As tree.walk, without the text that pandoc puts in place of a citation, and the caption that it repeats in a figure's
    image; the caption of a table comes after its rows, as it is mostly written."""
    stack = [part]
    captions: list[Any] = []
    while stack:
        here = stack.pop()
        if isinstance(here, list):
            stack.extend(reversed(here))
        elif isinstance(here, dict):
            if "t" not in here:
                stack.extend(reversed(list(here.values())))
                continue
            yield here
            if here["t"] == "Figure":
                captions = [block["c"] for block in here["c"][1][1] if block["t"] in ("Plain", "Para")]
            if "c" in here:
                stack.append(_content(here, captions))


def _content(node: Node, captions: list[Any]) -> Any:
    """What is in a node, as it is written."""
    content = node["c"]
    if node["t"] == "Cite":
        return content[0]
    if node["t"] == "Table":
        return [*content[2:], content[1]]
    return [] if node["t"] == "Image" and content[1] in captions else content


def lists(part: Any) -> Iterator[list[Node]]:
    """Every list of nodes in a tree."""
    if isinstance(part, list):
        if part and all(isinstance(item, dict) and "t" in item for item in part):
            yield part
        for item in part:
            yield from lists(item)
    elif isinstance(part, dict) and part.get("t") != "Cite":
        for item in part.values():
            yield from lists(item)
