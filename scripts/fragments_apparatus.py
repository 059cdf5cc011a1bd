"""Index, glossary and locators as XHTML: what `fragments` does not know by itself.

Reads and writes nothing. Classes of an index and a glossary are terms of the EPUB 3 Structural Semantics Vocabulary: the EPUB
makes its `epub:type` of them (EPUB Indexes 1.0).
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from itertools import groupby
from typing import Any, Protocol

from octavo import anchoring, ledger, sentences, tree
from octavo.identifiers import Identifiers
from octavo.model import Node
from octavo.xhtml import raw, raw_inline, tag


class Writer(Protocol):
    """What these functions need of a chapter on its way to a page."""

    slug: str
    identifiers: Identifiers
    words: dict[str, Any]

    def _define(self, identifier: str) -> str: ...

    def _blocks(self, blocks: list[Node]) -> list[Node]: ...

    def _inlines(self, inlines: list[Node]) -> list[Node]: ...

    def _item(self, blocks: list[Node]) -> list[Node]: ...


def index_list(writer: Writer, block: Node) -> list[Node]:
    """The letters as links, then the groups of headings under them."""
    letters: list[str] = []
    groups: list[Node] = []
    for group in block["c"][1]:
        head, lists = group["c"][1][:-1], group["c"][1][-1]
        letter = tree.plain(head)
        name = writer._define(f"{writer.slug}-letter-{letter}") if letter else ""
        letters += [f'<a href="#{name}">{escape(letter)}</a>'] if letter else []
        groups.append(raw(tag("section", name, ["index-group"], aria_label=letter)))
        groups += [raw(f"<h2>{escape(letter)}</h2>")] if letter else []
        groups += [*_entries(writer, lists["c"]), raw("</section>")]
    bar = [raw(f'<p class="letters">{" ".join(letters)}</p>')] if len(letters) > 4 else []
    return [*bar, raw('<div class="index-groups">'), *groups, raw("</div>")]


def _entries(writer: Writer, items: list[list[Node]]) -> list[Node]:
    out = [raw(tag("ul", "", ["index-entry-list"]))]
    for line, *below in items:
        out += [raw(tag("li", "", ["index-entry"])), tree.node("Plain", writer._inlines(line["c"]))]
        out += [made for inner in below for made in _entries(writer, inner["c"])]
        out.append(raw("</li>"))
    return [*out, raw("</ul>")]


def locators(writer: Writer, span: Node) -> list[Node]:
    """Places in the order of the text: a section is named once, a marked range by its ends, a principal place in bold."""
    shown: list[list[Node]] = []
    said: set[str] = set()
    opened: Node | None = None
    for text, same in groupby(span["c"][1], tree.plain):
        run = list(same)
        kinds = [tree.value(locator, "range") for locator in run]
        principal = any(tree.value(locator, "principal") for locator in run)
        if opened is not None and "end" in kinds:
            start, opened = opened, None
            if text != tree.plain(start):
                shown[-1] = [*shown[-1], raw_inline("–"), *_locator(writer, run[0], principal)]
                said.add(text)
                continue
        if text not in said and (opened is None or principal):
            said.add(text)
            shown.append(_locator(writer, run[0], principal))
        if "start" in kinds and "end" not in kinds and opened is None:
            opened = run[0]
    out = [raw_inline(tag("span", "", ["index-locator-list"]))]
    for i, made in enumerate(shown):
        out += [raw_inline(", ")] if i else []
        out += made if len(made) < 2 else [raw_inline(tag("span", "", ["index-locator-range"])), *made, raw_inline("</span>")]
    return [*out, raw_inline("</span>")]


def locator(writer: Writer, span: Node) -> list[Node]:
    """A place by itself."""
    return _locator(writer, span, bool(tree.value(span, "principal")))


def _locator(writer: Writer, span: Node, principal: bool) -> list[Node]:
    made = _linked(writer, span)
    return [raw_inline(f"<strong>{made}</strong>" if principal else made)]


def _linked(writer: Writer, span: Node) -> str:
    link = span["c"][1][0]
    target = writer.identifiers.target(link["c"][2][0][1:], writer.slug)
    shown = escape(tree.plain(link), quote=False)
    return f"{tag('a', '', ['index-locator'], href=target)}{shown}</a>" if target else shown


def glossary(writer: Writer, block: Node) -> list[Node]:
    """Terms with their definitions; each term bears the identifier that links in the text lead to."""
    out: list[Node] = []
    for inner in block["c"][1]:
        if inner["t"] != "DefinitionList":
            out += writer._blocks([inner])
            continue
        out.append(raw(tag("dl", "", tree.classes(block))))
        for term, definitions in inner["c"]:
            held = bool(term) and "glossterm" in tree.classes(term[0])
            identifier = writer._define(tree.identifier(term[0])) if held else ""
            inlines = term[0]["c"][1] if held else term
            out += [raw(tag("dt", identifier, ["glossterm"])), tree.node("Plain", _defined(writer, inlines)), raw("</dt>")]
            for blocks in definitions:
                out += [raw(tag("dd", "", ["glossdef"])), *writer._item(blocks), raw("</dd>")]
        out.append(raw("</dl>"))
    return out


def _defined(writer: Writer, inlines: list[Node]) -> list[Node]:
    return [raw_inline("<dfn>"), *writer._inlines(inlines), raw_inline("</dfn>")]


def sentence(_: Writer, span: Node) -> list[Node]:
    """Where a sentence begins."""
    return [raw_inline(sentences.placeholder(sentences.name_of(span)))]


def sentence_block(_: Writer, div: Node) -> list[Node]:
    """Where a block without words begins."""
    return [raw(sentences.placeholder(sentences.name_of(div)))]


def paragraph(writer: Writer, span: Node) -> list[Node]:
    """The name of a paragraph, which becomes its identifier when it is written; or of one that stood here."""
    name, target = tree.value(span, "number"), tree.value(span, "to")
    if writer.identifiers.holders.get(name) == writer.slug:  # a label that an author gave
        return []
    if tree.classes(span) == [anchoring.CLASS]:
        return [raw_inline(f"<!--{name}-->")]
    slug, _, there = target.partition("#")
    href = f"octavo:{slug}#{there if there.startswith(ledger.PARAGRAPH) else writer.identifiers.names.get(there, '')}" if target else ""
    start = tag("a", name, ["moved"], href=href, aria_label=writer.words["moved"]) if target else tag("span", name, ["gone"])
    return [raw_inline(f"<!--only:html-->{start}{'</a>' if target else '</span>'}<!--/only-->")]


BLOCKS: dict[str, Callable[[Writer, Node], list[Node]]] = {
    "index-list": index_list, "glossary": glossary, "abbreviations": glossary, sentences.CLASS: sentence_block,
}  # fmt: skip
INLINES: dict[str, Callable[[Writer, Node], list[Node]]] = {
    "locators": locators, "locator": locator, sentences.CLASS: sentence, anchoring.CLASS: paragraph,
}  # fmt: skip
