"""The glossary: terms of the text linked to their definitions, abbreviations expanded at first use and listed.

Reads and writes nothing: records in, records out.

A chapter whose title has the class `.glossary`, or whose file is glossary.md, explains terms in definition lists. An entry is an
abbreviation if its term is marked `[…]{.abbreviation}`, or is one word with more capitals than small letters (KGB, MIRVs). What it
stands for is what its definition marks `[…]{.expansion}`, else its words up to the first stop, comma, colon or bracket.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from octavo import config, tree
from octavo.collation import Collator
from octavo.model import Node

Record = dict[str, Any]

_ENDS = tuple(".,;:([")
_FILE = "glossary.md"


@dataclass
class Term:
    """An entry of the glossary: its anchor, its name, its definition as one line, and what it stands for (if it stands for anything)."""

    identifier: str
    name: str
    definition: str
    expansion: list[Node]
    used: bool = False


def resolve(chapters: list[Record], anchors: dict[str, str]) -> dict[str, Term]:
    """Link the terms of all chapters to the glossary, in place; its entries by their folded names."""
    terms: dict[str, Term] = {}
    for chapter in filter(is_glossary, chapters):
        for block in chapter["blocks"]:
            if block["t"] == "DefinitionList":
                for entry in block["c"]:
                    _enter(entry, chapter, anchors, terms)
        classes = tree.classes(chapter["blocks"][0])
        classes[:] = [*(name for name in classes if name != "glossary"), "glossary"]
        chapter["blocks"] = [_held(block, "glossary") if block["t"] == "DefinitionList" else block for block in chapter["blocks"]]
    for chapter in chapters if terms else []:
        # Not in headings: contents and running heads repeat them.
        chapter["blocks"] = [
            block if block["t"] == "Header" else tree.transform([block], lambda element: _linked(element, terms))[0]
            for block in chapter["blocks"]
        ]
    return terms


def is_glossary(chapter: Record) -> bool:
    return "glossary" in tree.classes(chapter["blocks"][0]) or PurePosixPath(chapter["file"]).name == _FILE


def _held(block: Node, name: str) -> Node:
    return tree.node("Div", tree.attr("", [name]), [block])


def fold(name: str) -> str:
    """A name as it is looked up: case, spaces and the form of accents do not count."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().replace("’", "'").split())


def find(name: str, terms: Mapping[str, Term]) -> Term | None:
    """The entry for a name of the text, which may be its plural in -s, or its singular."""
    folded = fold(name)
    return next(
        (terms[form] for form in (folded, folded.removesuffix("s"), folded + "s", folded.removesuffix("'s")) if form in terms), None
    )


def _enter(entry: list[Any], chapter: Record, anchors: dict[str, str], terms: dict[str, Term]) -> None:
    """Give an entry its anchor, a span around its term; a term that is explained twice leads to its first place."""
    inlines, definitions = entry
    name = tree.plain(inlines)
    given = next((identifier for element in tree.walk(inlines) if (identifier := tree.identifier(element))), "")
    identifier = given or f"term-{config.slug_of(name)}"
    while not given and identifier in anchors:
        identifier += "-2"
    anchors.setdefault(identifier, chapter["slug"])
    is_abbreviation = any("abbreviation" in tree.classes(element) for element in tree.walk(inlines)) or _is_capitals(name)
    shown = tree.transform(inlines, lambda element: element["c"][1] if element["t"] == "Span" and _is_ours(element, given) else None)
    entry[0] = [tree.node("Span", tree.attr(identifier, ["glossterm"]), shown)]
    said = re.sub(r"\s+(?=[.,;:])", "", " ".join(tree.plain(_copied(definitions[0])).split())) if definitions else ""
    expansion = _expansion(definitions[0]) if is_abbreviation and definitions else []
    terms.setdefault(fold(name), Term(identifier, name, said, expansion))


def _is_ours(span: Node, given: str) -> bool:
    return "abbreviation" in tree.classes(span) or bool(given and tree.identifier(span) == given)


def _is_capitals(name: str) -> bool:
    """One word that is mostly capitals; a single capital stands for nothing."""
    capitals = sum(c.isupper() for c in name)
    return " " not in name and capitals > 1 and capitals > sum(c.islower() for c in name)


def _expansion(blocks: list[Node]) -> list[Node]:
    """What an abbreviation stands for, as inlines."""
    for element in tree.walk(blocks):
        if element["t"] == "Span" and "expansion" in tree.classes(element):
            marked: list[Node] = element["c"][1]
            return marked
    out: list[Node] = []
    for inline in blocks[0]["c"] if blocks and blocks[0]["t"] in ("Para", "Plain") else []:
        ends = next((i for i, c in enumerate(inline["c"]) if c in _ENDS), None) if inline["t"] == "Str" else None
        if ends is not None:
            out += [tree.node("Str", inline["c"][:ends])] if ends else []
            break
        if inline["t"] == "Note":
            break
        out.append(inline)
    while out and out[-1]["t"] in ("Space", "SoftBreak"):
        out.pop()
    return out


def _linked(element: Node, terms: Mapping[str, Term]) -> list[Node] | None:
    """A term of the text as a link whose title is the definition; a term that nothing explains stays as it is."""
    if element["t"] != "Span" or "term" not in tree.classes(element):
        return None
    inlines: list[Node] = element["c"][1]
    term = find(tree.value(element, "term") or tree.plain(inlines), terms)
    if term is None or any(inner["t"] == "Link" for inner in tree.walk(inlines)):
        return None
    if "expand" in tree.classes(element) and term.expansion and not term.used:
        term.used = True
        inlines = [*_copied(term.expansion), tree.node("Space"), tree.node("Str", "("), *inlines, tree.node("Str", ")")]
    link = tree.node("Link", tree.attr("", ["term"]), inlines, [f"#{term.identifier}", term.definition])
    tree.classes(element).remove("term")
    element["c"][1] = [link]
    return [element] if tree.classes(element) or tree.identifier(element) else [link]


def _copied(part: list[Node]) -> list[Node]:
    """A definition or expansion once more: without notes and citations, links and identifiers."""

    def change(element: Node) -> list[Node] | None:
        if element["t"] in ("Note", "Cite"):
            return []
        return element["c"][1] if element["t"] in ("Link", "Span") else None

    made: list[Node] = tree.transform(copy.deepcopy(part), change)
    return made


def abbreviations(terms: Mapping[str, Term], archives: Mapping[str, str], record: Record) -> Record | None:
    """A chapter that lists the abbreviations of the glossary and the archives, in the order of the language."""
    listed = {term.name: (term.identifier, _copied(term.expansion)) for term in terms.values() if term.expansion}
    listed |= {name: (listed.get(name, ("", []))[0], tree.text(full)) for name, full in archives.items()}
    if not listed:
        return None
    title, language = record["book"]["words"]["abbreviations"], record["book"]["language"]
    slug = "abbreviations"
    while slug in {chapter["slug"] for chapter in record["chapters"]} or slug in record["anchors"]:
        slug = f"list-of-{slug}"
    record["anchors"][slug] = slug
    collator = Collator(language, listed)
    items = [[_name(name, listed[name][0]), [[tree.node("Plain", listed[name][1])]]] for name in sorted(listed, key=collator.key)]
    header = tree.node("Header", 1, tree.attr(slug, ["unnumbered"]), tree.text(title))
    return {
        "slug": slug, "file": "", "kind": "list", "part": "", "number": "", "label": slug, "title": title, "short": "", "lang": "",
        "blocks": [header, _held(tree.node("DefinitionList", items), "abbreviations")],
    }  # fmt: skip


def _name(name: str, identifier: str) -> list[Node]:
    shown = tree.text(name)
    linked = [tree.node("Link", tree.attr(), shown, [f"#{identifier}", ""])] if identifier else shown
    return [tree.node("Span", tree.attr("", ["short-form"]), linked)]
