"""Index marks and terms of the text as the checks see them: what each says, and where.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from octavo import glossary, tree
from octavo.checks.once import once
from octavo.model import Node, Place

if TYPE_CHECKING:
    from octavo.checks.manuscript import Manuscript, Text

_BRACES = re.compile(r"\{(?<!\\\{)[^{}]*\}")


class IndexMark(NamedTuple):
    """A mark of an index: `name` is the index that it is for; the heading in its levels, and its place with that of each attribute."""

    name: str
    levels: tuple[str, ...]
    see: tuple[str, ...]
    seealso: tuple[str, ...]
    range: str
    node: Node
    place: Place
    values: dict[str, Place]
    text: Text
    block: int


class Term(NamedTuple):
    """A term of the glossary, or one that is used: its name and where it stands."""

    name: str
    place: Place
    text: Text


def spans(text: Text, name: str) -> Iterator[tuple[Node, Place, dict[str, Place], int]]:
    """Each span of a class with its place (words and attributes), the places of the values in its braces, and its block."""
    nodes = [(node, block) for node, block in text.nodes["Span"] if name in tree.classes(node)]
    if not nodes:
        return
    wanted = re.compile(rf"(?<=[\s{{])\.{name}(?=[\s}}])")
    found = []
    for braces in _BRACES.finditer(text.source.masked):
        start = braces.start()
        if not start or text.source.masked[start - 1] != "]" or not wanted.search(braces[0]):
            continue
        order = text.source.reading_order(start)
        if order is not None:
            found.append((order, text.source.bracket(start - 1), braces))
    waiting = [(start, braces) for _, start, braces in sorted(found, key=lambda item: item[0])]
    for number, (node, block) in enumerate(nodes):
        if len(waiting) == len(nodes) or number < len(waiting):
            start, braces = waiting[number]
            yield node, text.source.place(start, braces.end()), _values(text, braces), block
        else:
            yield node, text.at_block(block), {}, block


def _values(text: Text, braces: re.Match[str]) -> dict[str, Place]:
    """The place of each value that stands between braces, by its key."""
    pairs = re.finditer(r"(?<=[\s{])(?P<key>[\w-]+)=(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s\"'{}]+))", braces[0])
    found: dict[str, Place] = {}
    for pair in pairs:
        group = "a" if pair["a"] is not None else "b" if pair["b"] is not None else "c"
        found[pair["key"]] = text.source.place(braces.start() + pair.start(group), braces.start() + pair.end(group))
    return found


@once
def index_marks(book: Manuscript) -> list[IndexMark]:
    """Every index mark of the book in the order of the text. One for an index that book.yaml has not belongs to the first."""
    names = list(book.book.index) or [""]
    found: list[IndexMark] = []
    for text in book.texts:
        for node, place, values, block in spans(text, "index"):
            said = {key: " ".join(value.split()) for key, value in node["c"][0][2]}
            heading = said.get("entry") or tree.plain(node["c"][1])
            levels = [level.strip() for level in heading.split("!")] if said.get("entry") else [heading]
            index = said.get("in", "") if said.get("in") in names else names[0]
            kept = tuple(" ".join(level.replace("*", "").split()) for level in levels if level.strip())
            see, also = _several(said.get("see", "")), _several(said.get("seealso", ""))
            found.append(IndexMark(index, kept, see, also, said.get("range", ""), node, place, values, text, block))
    return found


def _several(said: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in said.split(";") if name.strip())


def uses(book: Manuscript) -> Iterator[Term]:
    """Every term that is used as such: `[…]{.term}`, by the name that it is looked up by."""
    for text in book.texts:
        for node, place, _, _ in spans(text, "term"):
            yield Term(tree.value(node, "term") or tree.plain(node["c"][1]), place, text)


def is_glossary(text: Text) -> bool:
    """Whether a chapter is the glossary: its first heading says so, or its file is glossary.md."""
    return bool(text.blocks) and text.blocks[0]["t"] == "Header" and glossary.is_glossary({"blocks": text.blocks, "file": text.file.file})


def entries(book: Manuscript) -> Iterator[Term]:
    """Every entry of the glossary in order."""
    for text in filter(is_glossary, book.texts):
        at = 0
        for block, node in enumerate(text.blocks):
            for inlines, _ in node["c"] if node["t"] == "DefinitionList" else []:
                name = tree.plain(inlines)
                words = [re.escape(word) for word in re.findall(r"\w+", name)]
                found = (
                    re.compile(r"^[\W_]*?(" + r"\W+?".join(words) + r")(?!\w)", re.MULTILINE).search(text.source.masked, at)
                    if words
                    else None
                )
                at = found.end() if found else at
                yield Term(name, text.source.place(*found.span(1)) if found else text.at_block(block), text)
