"""What in the manuscript bears a number, and where the text mentions it.

Reads the manuscript; writes nothing. The trees are those of the parser, so a figure of several parts is still a div here;
what gets a number is said by octavo.floats and octavo.number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from octavo import data_tables, tree
from octavo.checks.manuscript import EQUATION, Manuscript, Text
from octavo.checks.tables import tables
from octavo.model import Node, Place

_DIV = re.compile(r"(?P<kind>fig|tbl)[-:]")
_EQUATION = re.compile(r"eq[-:]")
Order = tuple[int, int, int]
"""Where something stands in the book: the number of its text, and the offset in the order of reading."""


class Float(NamedTuple):
    """A figure, table or equation with a number; `name` is its label or nothing, `parts` the labels of its parts."""

    kind: str
    name: str
    place: Place
    text: Text
    node: Node
    has_caption: bool
    parts: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def floats(book: Manuscript) -> list[Float]:
    """Every figure, table and equation that bears a number, in the order of the book; several checks ask, it is found once."""
    return [found for text in book.texts for found in sorted(_in_text(text), key=lambda one: one.place)]


def _in_text(text: Text) -> Iterator[Float]:
    places = {label.name: label.place for label in text.labels if label.is_explicit}
    inside: set[int] = set()
    for div, block in text.nodes["Div"]:
        name = tree.identifier(div)
        if data_tables.is_marked(div):
            if name:
                yield Float("table", name, places.get(name) or text.at_block(block), text, div, bool(tree.plain(div["c"][1])))
        elif (found := _DIV.match(name)) and (made := _of_div(div, found["kind"])):
            yield Float(*made[:1], name, places.get(name) or text.at_block(block), text, div, *made[1:])  # type: ignore[arg-type]
            inside |= {id(inner) for inner in tree.walk(div["c"][1])}
    for figure, block in text.nodes["Figure"]:
        name, caption = tree.identifier(figure), tree.plain(figure["c"][1])
        if id(figure) not in inside and (name or caption):
            yield Float("figure", name, places.get(name) or text.at_block(block), text, figure, bool(caption))
    for table, place in tables(text):
        name, caption = tree.identifier(table), tree.plain(table["c"][1])
        if id(table) not in inside and (name or caption):
            yield Float("table", name, places.get(name, place), text, table, bool(caption))
    for image in text.images:
        name = tree.identifier(image.node)
        if _DIV.match(name) and id(image.node) not in inside and _stands_alone(image.node, text):
            yield Float("figure", name, image.place, text, image.node, False)
    for label in text.labels:
        if _EQUATION.match(label.name) and _is_equation(label.place, text):
            yield Float("equation", label.name, label.place, text, {}, True)


def _of_div(div: Node, kind: str) -> tuple[str, bool, tuple[str, ...]] | None:
    """(kind, whether there is a caption, the labels within) of a div that becomes a figure or table; None for another."""
    blocks = div["c"][1]
    wanted = ("Image",) if kind == "fig" else ("Table",)
    held = [inner for inner in tree.walk(blocks) if inner["t"] in wanted]
    if not held or (kind == "tbl" and sum(block["t"] == "Table" for block in blocks) != 1):
        return None
    last = blocks[-1]
    has_caption = last["t"] in ("Para", "Plain") and bool(tree.plain(last)) and not any(inner["t"] == "Image" for inner in tree.walk(last))
    if len(held) == 1:
        own = [inner["c"][1] for inner in tree.walk(blocks) if inner["t"] in ("Figure", "Table")] or [held[0]["c"][1]]
        has_caption = has_caption or bool(tree.plain(own[0]))
    parts = tuple(name for inner in tree.walk(blocks) if (name := tree.identifier(inner)))
    return ("figure" if kind == "fig" else "table"), has_caption, parts


def _stands_alone(image: Node, text: Text) -> bool:
    """Whether the image is all that its paragraph holds."""
    for block in text.blocks:
        for element in tree.walk(block):
            if element["t"] in ("Para", "Plain") and any(inner is image for inner in element["c"]):
                return len(element["c"]) == 1
    return False


def _is_equation(place: Place, text: Text) -> bool:
    """Whether the label at this place stands behind a displayed formula, or within one as bookdown has it."""
    at = text.source.offset(place.line, place.column)
    before = text.source.text[:at].rstrip("{ \t\r\n")
    return before.endswith(("$$", r"\]")) or any(EQUATION.match(tree.identifier(span)) for span, _ in text.nodes["Span"])


@lru_cache(maxsize=1)
def mentions(book: Manuscript) -> dict[str, list[tuple[Order, Place]]]:
    """For each label the places where the text names it, by reference or by link, in the order of reading."""
    found: dict[str, list[tuple[Order, Place]]] = {}
    numbers = {id(text): number for number, text in enumerate(book.texts)}

    def add(name: str, place: Place, text: Text) -> None:
        order = (numbers[id(text)], *_reading_order(place, text))
        found.setdefault(name, []).append((order, place))

    for citation in book.citations:
        if citation.key not in book.entries and (name := book.label_of(citation.key)):
            add(name, citation.place, citation.text)
    for text in book.texts:
        for link in text.links:
            if "#" in link.url:
                add(unquote(link.url.partition("#")[2]), link.place, text)
        for target in text.source.targets if any(span.kind == "html" for span in text.source.spans) else ():
            if "#" in target.text:
                add(target.text.partition("#")[2], text.source.place(target.start, target.end), text)
    return {name: sorted(places) for name, places in found.items()}


def _reading_order(place: Place, text: Text) -> tuple[int, int]:
    if place.file != text.file.file:
        return (0, 0)
    at = text.source.offset(place.line, place.column)
    return text.source.reading_order(at) or (at, 0)
