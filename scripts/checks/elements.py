"""A chapter's tree walked as its source is written, so that the n-th of a kind here is the n-th there.

Reads pandoc's tree; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from octavo.model import Node

_EMPTY = frozenset(["Space", "SoftBreak", "LineBreak", "AlignDefault"])
_PLAIN = frozenset(["Para", "Plain", "Emph", "Strong", "Quoted"])
_TELLING = re.compile(r"[\[\]^]|\{#|:::")


def elements(part: Any) -> Iterator[Node]:
    """The nodes of a block that a check may ask for: not paragraphs, emphasis and spaces, and of the words those with marks.

    As tree.walk, without the text that pandoc puts in place of a citation, and the caption that it repeats in a figure's
    image; the caption of a table comes after its rows, as it is mostly written.
    """
    stack = [part]
    captions: list[Any] = []
    while stack:
        here = stack.pop()
        if isinstance(here, list):
            # Nine items of ten are words and spaces that tell nothing, and need no place on the stack.
            stack.extend(
                [
                    i
                    for i in reversed(here)
                    if not (i.__class__ is dict and ((kind := i.get("t")) in _EMPTY or (kind == "Str" and i["c"].isalnum())))
                ]
            )
        elif isinstance(here, dict):
            if "t" not in here:
                stack.extend(reversed(list(here.values())))
                continue
            if here["t"] not in _PLAIN and (here["t"] != "Str" or _TELLING.search(here["c"])):
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
