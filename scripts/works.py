"""The lists of works: the bibliography, split or whole, a list at the end of each chapter, annotations and back-references.

Reads and writes nothing: citeproc's entries and the cited record in, the record with its lists out. citeproc makes one list;
every other is made of its entries here.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Mapping
from typing import Any

from octavo import locators, sanitize, tools, tree
from octavo.bibliography.sections import sections_of
from octavo.bibliography.subset import safe
from octavo.config import slug_of
from octavo.endnotes import LIST_OF_CHAPTER
from octavo.locators import Place
from octavo.model import Bibliography, Book, Node
from octavo.wordings import capital

Record = dict[str, Any]

# Sets the annotations apart in the one text that pandoc reads: a command that no annotation holds.
_MARK = "\\section{}"


def repeats_authors(book: Book) -> bool:
    """Whether an entry may come to stand behind another than citeproc put it behind: then no dash can stand for an author."""
    return bool(book.bibliography.sections) or book.bibliography.per_chapter is not False


class Lists:
    """The entries of citeproc, and where each work is cited."""

    def __init__(self, book: Book, record: Record, entries: Bibliography, refs: list[Node]) -> None:
        self.book, self.record, self.entries = book, record, entries
        self.settings, self.words = book.bibliography, record["book"]["words"]
        listed = [entry for element in tree.walk(refs) if "references" in tree.classes(element) for entry in element["c"][1]]
        # An entry that the style leaves out (a letter in nobody's reach) is empty.
        self.items = {tree.identifier(entry).removeprefix("ref-"): entry for entry in listed if tree.plain(entry)}
        self.has_unlisted = len(self.items) < len(listed)
        self.places: dict[str, list[Place]] = {}

    def add(self) -> None:
        """Put every list into its place; a citation whose work no list has leads nowhere, and is no link."""
        chapters = list(self.record["chapters"])
        if self.settings.annotations:
            self._annotate()
        if self.settings.backrefs:
            for chapter in chapters:
                for key, place in locators.citations(chapter, self.record["anchors"]):
                    self.places.setdefault(key, []).append(place)
        apart = self.settings.per_chapter is not False
        listed: set[str] = set()
        for chapter in chapters:
            slug = chapter["slug"] if apart else ""
            if apart or self.has_unlisted:
                chapter["blocks"] = tree.transform(chapter["blocks"], functools.partial(self._link, slug=slug))
            if apart and (keys := self._cited(chapter)):
                chapter["blocks"] += self._of_chapter(slug, keys)
                listed.update(keys)
        # What is listed though no chapter cites it stands in the list of the book, whatever the setting.
        if keys := [key for key in self.items if self.settings.per_chapter is not True or key not in listed]:
            self.record["chapters"].append(self._of_book(keys))

    def _cited(self, chapter: Record) -> list[str]:
        spans = [element for element in tree.walk(chapter["blocks"]) if "citation" in tree.classes(element)]
        keys = {key for span in spans for key in tree.value(span, "cites").split()}
        return [key for key in self.items if key in keys]

    def _link(self, element: Node, slug: str) -> list[Node] | None:
        """Citations lead to the list of their chapter, where there is one."""
        if element["t"] != "Link" or not element["c"][2][0].startswith("#ref-"):
            return None
        key = element["c"][2][0].removeprefix("#ref-")
        if key not in self.items:
            inlines: list[Node] = element["c"][1]
            return inlines
        element["c"][2][0] = f"#{_identifier(key, slug)}"
        return None

    def _of_chapter(self, slug: str, keys: list[str]) -> list[Node]:
        attr = tree.attr(f"{slug}-works", ["unnumbered", "unlisted", LIST_OF_CHAPTER])
        entries = [self._entry(key, slug) for key in keys]
        header = tree.node("Header", 2, attr, tree.text(capital(self.words["works-cited"])))
        return [header, tree.node("Div", tree.attr(f"refs-{slug}", ["references"]), entries)]

    def _of_book(self, keys: list[str]) -> Record:
        title = self.words["bibliography"]
        header = tree.node("Header", 1, tree.attr("bibliography", ["unnumbered"]), tree.text(title))
        return {
            "slug": "bibliography", "file": "", "kind": "bibliography", "part": "", "number": "", "label": "bibliography",
            "title": title, "short": "", "lang": "", "blocks": [header, *self._sections(keys)],
        }  # fmt: skip

    def _sections(self, keys: list[str]) -> list[Node]:
        """The list of the book, whole or in its sections; what falls in none stands before them, under no title."""
        of = {key: (sections_of(self.entries.entries[key], self.settings.sections) or [-1])[0] for key in keys}
        blocks: list[Node] = []
        for i, section in [(-1, {"title": ""}), *enumerate(self.settings.sections)]:
            entries = [self._entry(key, "") for key in keys if of[key] == i]
            if entries and section["title"]:
                name = _unused(f"bibliography-{slug_of(section['title'])}", self.record["anchors"])
                blocks.append(tree.node("Header", 2, tree.attr(name, ["unnumbered"]), tree.text(section["title"])))
            if entries:
                blocks.append(tree.node("Div", tree.attr("refs" if i < 0 else f"refs-{i + 1}", ["references"]), entries))
        return blocks

    def _entry(self, key: str, slug: str) -> Node:
        """An entry as it stands in the list of a chapter, or of the book, with the places there that cite it."""
        entry: Node = copy.deepcopy(self.items[key]) if slug else self.items[key]
        entry["c"][0][0] = _identifier(key, slug)
        places = [place for place in self.places.get(key, []) if place.slug == (slug or place.slug)]
        block = next((block for block in entry["c"][1] if block["t"] in ("Para", "Plain")), None)
        if places and block:
            shown = locators.together(places, self.words["note-locator"][0])
            said = [tree.node("Str", self.words["cited"]), tree.node("Space"), shown, tree.node("Str", ".")]
            block["c"] += [tree.node("Space"), tree.node("Span", tree.attr("", ["backrefs"]), said)]
        return entry

    def _annotate(self) -> None:
        """Each entry's annotation below it; LaTeX in it is read as in the other fields, by one call of pandoc for all."""
        texts = {key: safe("annotation", _annotation(self.entries, key)) for key in self.items}
        texts = {key: text for key, text in texts.items() if text}
        if not texts:
            return
        source = "\n\n".join(f"{_MARK}\n\n{text}" for text in texts.values())
        blocks = json.loads(tools.pandoc(["-f", "latex", "-t", "json"], source.encode(), seconds=60))["blocks"]
        of: list[list[Node]] = []
        for block in blocks:
            of.append([]) if block["t"] == "Header" else of[-1].append(block)
        for key, annotation in zip(texts, tree.transform(of, _harmless), strict=True):
            self.items[key]["c"][1].append(tree.node("Div", tree.attr("", ["annotation"]), annotation))


def _harmless(element: Node) -> Node | list[Node] | None:
    return [] if element["t"] == "Note" else sanitize.change(element)


def _annotation(entries: Bibliography, key: str) -> str:
    entry = entries.entries[key]
    return entry.get("annotation") or entry.get("annote")


def _identifier(key: str, slug: str) -> str:
    return f"ref-{key}--{slug}" if slug else f"ref-{key}"


def _unused(name: str, anchors: Mapping[str, str]) -> str:
    while name in anchors:
        name += "-2"
    return name
