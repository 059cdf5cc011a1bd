"""Locators: the places of the text that apparatus points to, as pages in print and as sections on screens.

Reads and writes nothing: trees in, trees out. A locator is a span that names an identifier; the link in it has the text for
screens ("3.2", "3.2n7" in a note); the print edition puts the page in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from octavo import tree
from octavo.model import Node

Record = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """A place in the text: its identifier, what screens call it, the number of the note that it stands in, its chapter."""

    to: str
    section: str
    note: str
    slug: str

    def span(self, note_mark: str) -> Node:
        text = self.section + (note_mark + self.note if self.note else "")
        link = tree.node("Link", tree.attr(), tree.text(text), [f"#{self.to}", ""])
        pairs = {"to": self.to} | ({"note": self.note} if self.note else {})
        return tree.node("Span", tree.attr("", ["locator"], **pairs), [link])


def together(places: list[Place], note_mark: str) -> Node:
    """Several locators in the order of the text: an edition drops doubles and joins runs."""
    return tree.node("Span", tree.attr("", ["locators"]), [place.span(note_mark) for place in places])


def citations(chapter: Record, anchors: Mapping[str, str]) -> Iterator[tuple[str, Place]]:
    """(key, place) of each citation of a chapter, in order. Each is given an identifier, in place.

    A citation in a heading has the heading's: what stands in a heading is repeated in contents and running heads.
    """
    finder = _Finder(chapter, anchors)
    finder.look(chapter["blocks"], "", "")
    yield from finder.found


class _Finder:
    """Walks a chapter with the section and the note that it is in."""

    def __init__(self, chapter: Record, anchors: Mapping[str, str]) -> None:
        self.slug, self.anchors = chapter["slug"], anchors
        self.chapter = self.section = chapter["number"] or chapter["short"] or chapter["title"]
        self.found: list[tuple[str, Place]] = []
        self.count = 0

    def look(self, part: Any, note: str, heading: str) -> None:
        if isinstance(part, list):
            for item in part:
                self.look(item, note, heading)
        elif isinstance(part, dict):
            kind = part.get("t")
            if kind == "Header":
                self.section = tree.value(part, "number") or self.chapter
                heading = tree.identifier(part)
            elif kind == "Span" and "note" in tree.classes(part):
                note = tree.value(part, "number")
            elif kind == "Span" and "citation" in tree.classes(part):
                to = self._identified(part, heading and not note)
                to = to or heading
                self.found += [(key, Place(to, self.section, note, self.slug)) for key in tree.value(part, "cites").split()]
            self.look(part.get("c"), note, heading)

    def _identified(self, citation: Node, in_heading: Any) -> str:
        if in_heading:
            return ""
        attr = citation["c"][0]
        while not attr[0]:
            self.count += 1
            name = f"cite-{self.slug}-{self.count}"
            attr[0] = name if name not in self.anchors else ""
        return str(attr[0])
