"""Notes away from the foot of the page: at the end of each chapter in print, or in a chapter of their own at the end of the book.

Reads and writes nothing: the cited record in, changed in place. A note then is a mark in the text, a span of class
`noteref` that leads to the note, and a division of class `note` that leads back; its number is the one that it had.
"""

from __future__ import annotations

import copy
from typing import Any

from octavo import tree
from octavo.model import Node
from octavo.wordings import capital

Record = dict[str, Any]

LIST_OF_CHAPTER = "works-cited"
"""The class of the heading of a chapter's own list of works, its last section: the notes come before it."""


def to_end_of_book(record: Record) -> None:
    """All notes move to a record of the kind `notes`, before the bibliography, a section a chapter."""
    chapters = record["chapters"]
    blocks: list[Node] = []
    for chapter in chapters:
        if notes := _taken(chapter):
            title = tree.transform(copy.deepcopy(chapter["blocks"][0]["c"][2]), _without_marks)
            attr = tree.attr(f"notes-{chapter['slug']}", ["unlisted"], **({"number": chapter["number"]} if chapter["number"] else {}))
            blocks += [tree.node("Header", 2, attr, title), *notes]
    if not blocks:
        return
    for element in tree.walk(blocks):
        if tree.identifier(element) in record["anchors"]:
            record["anchors"][tree.identifier(element)] = "notes"
    title = capital(record["book"]["words"]["notes"])
    header = tree.node("Header", 1, tree.attr("notes", ["unnumbered"]), tree.text(title))
    at = next((i for i, chapter in enumerate(chapters) if chapter["kind"] in ("bibliography", "index")), len(chapters))
    chapters.insert(at, {
        "slug": "notes", "file": "", "kind": "notes", "part": "", "number": "", "label": "notes",
        "title": title, "short": "", "lang": "", "blocks": [header, *blocks],
    })  # fmt: skip


def to_end_of_chapters(record: Record) -> None:
    """The notes of each chapter become its last section, or the last but its list of works."""
    for chapter in record["chapters"]:
        if notes := _taken(chapter):
            title = capital(record["book"]["words"]["notes"])
            header = tree.node("Header", 2, tree.attr(f"{chapter['slug']}-notes", ["unnumbered", "unlisted"]), tree.text(title))
            blocks = chapter["blocks"]
            at = next((i for i, block in enumerate(blocks) if LIST_OF_CHAPTER in tree.classes(block)), len(blocks))
            blocks[at:at] = [header, *notes]


def _taken(chapter: Record) -> list[Node]:
    """The notes of a chapter as blocks, in order; in the text only their marks are left."""
    notes: list[Node] = []

    def change(element: Node) -> Node | None:
        if element["t"] != "Span" or "note" not in tree.classes(element):
            return None
        name, number = tree.identifier(element), tree.value(element, "number")
        blocks = [block for note in element["c"][1] if note["t"] == "Note" for block in note["c"]]
        language = {"lang": chapter["lang"]} if chapter["lang"] else {}
        notes.append(tree.node("Div", tree.attr(name, ["note"], number=number, to=f"{name}-ref", **language), blocks))
        link = tree.node("Link", tree.attr(), [tree.node("Str", number)], [f"#{name}", ""])
        return tree.node("Span", tree.attr(f"{name}-ref", ["noteref"], number=number, to=name), [tree.node("Superscript", [link])])

    chapter["blocks"] = tree.transform(chapter["blocks"], change)
    return notes


def _without_marks(element: Node) -> Node | list[Node] | None:
    """A title as another page repeats it: without marks of notes and without identifiers."""
    if "noteref" in tree.classes(element):
        return []
    if attr := tree.attributes(element):
        attr[0] = ""
    return None
