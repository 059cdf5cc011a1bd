"""Apparatus in print: what stands for a page, indexes, and notes away from the foot of the page, as calls of the template.

Reads and writes nothing: trees in, trees and markup out. `mark` runs over a tree before it becomes markup: the pages of
locators and references are known to the template alone, so that the links that screens show are not wanted here. A place is
handed over by its identifier; `#index-list` and `#locators` of the template drop doubles and join runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from octavo import anchoring, ledger, sentences, tree
from octavo.model import Node
from octavo.typst_syntax import Piece, string

_CALL = "typst-call"


def mark(blocks: list[Node], paragraph_numbers: bool = False) -> None:
    """Put, in place, the call that prints it upon each span whose text is a page, or the number of its paragraph."""
    for element in tree.walk(blocks):
        if element["t"] == "Span" and (call := _call(element) or (_number(element) if paragraph_numbers else "")):
            element["c"] = [tree.attr("", [_CALL], call=call), []]


def _call(span: Node) -> str:
    classes = tree.classes(span)
    if "locators" in classes:
        return f"#locators({_places(span['c'][1])});"
    if "locator" in classes:
        return f"#locators({_places([span])});"
    if "page-reference" in classes and tree.value(span, "to"):
        return f"#page-reference({string(tree.value(span, 'to'))}{', bare: true' if 'bare' in classes else ''});"
    return ""


def _number(span: Node) -> str:
    name = tree.value(span, "number") if tree.classes(span) == [anchoring.CLASS] else ""
    return f"#paragraph-number({string(name.removeprefix(ledger.PARAGRAPH))});" if name else ""


def _places(locators: Iterable[Node]) -> str:
    """Locators as dictionaries of Typst, each with a comma behind it: a single one in brackets of its own stays an array."""
    return "".join(_place(locator) + ", " for locator in locators)


def _place(locator: Node) -> str:
    said = {key: tree.value(locator, key) for key in ("to", "note", "range")}
    principal = ["principal: true"] if tree.value(locator, "principal") else []
    return "(" + ", ".join([f"{key}: {string(value)}" for key, value in said.items() if value] + principal) + ")"


def call_of(span: Node) -> str:
    """The call that `mark` has put upon a span, or nothing."""
    return tree.value(span, "call") if _CALL in tree.classes(span) else ""


SENTENCES = (
    "#let sentence(at) = [#metadata(at)<octavo-sentence>]\n"
    # Nothing stands behind the last mark of a paragraph: without a word that is not seen it would go to the next one.
    "#let last-sentence(at) = [#metadata(at)<octavo-sentence>#sym.wj]\n"
)
"""The marks of sentences: no part of the template, for they are not seen."""


def sentence(span: Node) -> str:
    """The mark of a sentence, or nothing."""
    name = sentences.name_of(span)
    return f"#{'last-' if 'last' in tree.classes(span) else ''}sentence({string(name)});" if name else ""


def noteref(span: Node) -> tuple[str, str]:
    """Start and end of the mark of a note that stands elsewhere: the call has no content but its number."""
    values = {"number": tree.value(span, "number"), "to": tree.value(span, "to"), "id": tree.identifier(span)}
    return "#noteref(" + ", ".join(f"{key}: {string(value)}" for key, value in values.items()) + ")[", "];"


def endnote(div: Node) -> str:
    """The start of a note's text away from the foot of the page."""
    values = {"number": tree.value(div, "number"), "id": tree.identifier(div), "to": tree.value(div, "to")}
    return "#endnote(" + ", ".join(f"{key}: {string(value)}" for key, value in values.items()) + ")["


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
    yield f"], places: ({_places(places['c'][1] if places else [])}), tail: ["
    yield tree.transform(tail, change)
    yield "]), "
    for inner in below:
        for each in inner["c"]:
            yield from _item(each, level + 1, change)
