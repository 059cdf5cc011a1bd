"""The lists of figures and of tables: chapter records of kind `list`, made of ordinary blocks.

Reads and writes nothing: numbered chapters in, records out. An entry is a Div of class `entry` that bears the number and
where it leads (`to`) and holds one link, whose text is the short caption; the print edition adds the page.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from octavo import tree
from octavo.model import Node
from octavo.wordings import capital

Record = dict[str, Any]
KINDS = {"figures": "Figure", "tables": "Table"}


def add(chapters: list[Record], wanted: Mapping[str, Any], words: Mapping[str, Any], anchors: dict[str, str]) -> list[Record]:
    """The chapters with the lists that are wanted before them, after the leaves; a list without entries is left out."""
    made = [record for name in KINDS if wanted.get(name) and (record := _list(name, chapters, words, anchors))]
    if not made:
        return chapters
    at = next((i for i, chapter in enumerate(chapters) if not chapter.get("leaf")), len(chapters))
    return [*chapters[:at], *made, *chapters[at:]]


def _list(name: str, chapters: list[Record], words: Mapping[str, Any], anchors: dict[str, str]) -> Record | None:
    entries = [_entry(element, chapter["slug"], anchors) for chapter, element in _listed(KINDS[name], chapters)]
    if not entries:
        return None
    slug = f"list-of-{name}"
    while slug in anchors:
        slug += "-2"
    anchors[slug] = slug
    title = capital(words[name])
    header = tree.node("Header", 1, tree.attr(slug, ["unnumbered"]), tree.text(title))
    return {
        "slug": slug, "file": "", "kind": "list", "part": "", "number": "", "label": slug, "title": title, "short": "", "lang": "",
        "blocks": [header, tree.node("Div", tree.attr("", ["entries", name]), entries)],
    }  # fmt: skip


def _listed(kind: str, chapters: list[Record]) -> Iterator[tuple[Record, Node]]:
    """Every numbered figure or table; not the parts of one, nor listings of code."""
    for chapter in chapters:
        for element in tree.walk(chapter["blocks"]):
            if element["t"] == kind and tree.value(element, "number") and not {"subfigure", "listing"} & set(tree.classes(element)):
                yield chapter, element


def _entry(element: Node, slug: str, anchors: dict[str, str]) -> Node:
    number = tree.value(element, "number")
    identifier = tree.identifier(element)
    if not identifier:
        identifier = f"{element['t'].lower()}-{slug}-{number}"
        while identifier in anchors:
            identifier += "-2"
        element["c"][0][0] = identifier
        anchors[identifier] = slug
    link = tree.node("Link", tree.attr("", ["xref"]), _short(element) or tree.text(tree.value(element, "label")), ["#" + identifier, ""])
    return tree.node("Div", tree.attr("", ["entry"], number=number, to=identifier), [tree.node("Plain", [link])])


def _short(element: Node) -> list[Node]:
    """The caption as a list has it: the short one, else its first paragraph without notes, citations and links."""
    if short := tree.value(element, "short"):
        return tree.text(short)
    first: list[Node] = next((block["c"] for block in element["c"][1][1] if block["t"] in ("Para", "Plain")), [])
    return without_apparatus(first)


def without_apparatus(inlines: list[Node]) -> list[Node]:
    """Inlines without notes and citations; links and marks give their text, and no identifier is left."""

    def change(element: Node) -> list[Node] | None:
        if element["t"] in ("Note", "Cite"):
            return []
        if element["t"] in ("Link", "Span"):
            if element["t"] == "Span" and tree.value(element, "lang"):
                element["c"][0][0] = ""
                return None
            return list(element["c"][1])
        return None

    changed: list[Node] = tree.transform(copy.deepcopy(inlines), change)
    out: list[Node] = []
    for inline in changed:
        if out and out[-1]["t"] in ("Space", "SoftBreak") and (inline["t"] in ("Space", "SoftBreak") or _is_point(inline)):
            out.pop()
        out.append(inline)
    while out and out[-1]["t"] in ("Space", "SoftBreak"):
        out.pop()
    return out


def _is_point(inline: Node) -> bool:
    return bool(inline["t"] == "Str" and inline["c"][:1] in (".", ",", ";", ":", ")"))
