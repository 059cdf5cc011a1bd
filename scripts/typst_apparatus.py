"""Index and locators as Typst: what `typst_markup` does not know by itself.

Reads and writes nothing. A place is handed over by its identifier; which page it stands on, Typst knows alone: the functions
`#index-list` and `#locators` of the template (editions/pdf/apparatus.typ) drop doubles and join runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from octavo import tree
from octavo.model import Node

Piece = str | list[Node]

_OPEN, _CLOSE = "#locators(", ");"


def string(words: str) -> str:
    """A Typst string literal."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'


def place(locator: Node) -> str:
    """A locator as a dictionary of Typst."""
    said = {key: tree.value(locator, key) for key in ("to", "note", "range")}
    principal = ", principal: true" if tree.value(locator, "principal") else ""
    return "(" + ", ".join(f"{key}: {string(value)}" for key, value in said.items() if value) + principal + "), "


def locator(span: Node) -> list[Node]:
    """`#locators((to: "x"), );`: a place by itself, or one of several that `locators` takes together."""
    return [tree.node("RawInline", "typst", _OPEN + place(span) + _CLOSE)]


def locators(inlines: list[Node]) -> list[Node]:
    """One call for several places, which are calls already."""
    inner = (inline["c"][1] for inline in inlines if inline["t"] == "RawInline" and inline["c"][1].startswith(_OPEN))
    return [tree.node("RawInline", "typst", _OPEN + "".join(text[len(_OPEN) : -len(_CLOSE)] for text in inner) + _CLOSE)]


def index_list(groups: list[Node], change: Callable[[Node], Any]) -> list[Piece]:
    """The pieces of `#index-list(…)`, an argument for each letter and each heading; `change` makes markup of inlines."""
    parts: list[Piece] = ["#index-list("]
    for group in groups:
        for block in group["c"][1]:
            if block["t"] == "BulletList":
                parts += [piece for item in block["c"] for piece in _item(item, 1, change)]
            else:
                parts.append(f"(level: 0, term: {string(tree.plain(block))}), ")
    return [*parts, ")"]


def _item(item: list[Node], level: int, change: Callable[[Node], Any]) -> Iterator[Piece]:
    line, *below = item
    term, *rest = line["c"]
    places = next((inline for inline in rest if "locators" in tree.classes(inline)), None)
    tail = rest[rest.index(places) + 1 :] if places else rest
    identifier = tree.identifier(term)
    yield f"(level: {level}, " + (f"id: {string(identifier)}, " if identifier else "") + "term: ["
    yield tree.transform(term["c"][1], change)
    yield "], places: (" + "".join(place(span) for span in (places["c"][1] if places else [])) + "), tail: ["
    yield tree.transform(tail, change)
    yield "]), "
    for inner in below:
        for each in inner["c"]:
            yield from _item(each, level + 1, change)
