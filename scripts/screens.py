"""Notes on screens: under their text or on a page of their own.

Reads and writes nothing: what a fragment (fragments.py) prints of these. Links go both ways between a note and its mark.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from octavo import tree
from octavo.identifiers import Identifiers
from octavo.model import Node
from octavo.wordings import capital
from octavo.xhtml import raw, raw_inline, tag

Record = dict[str, Any]
Waiting = list[tuple[str, str, str, list[Node]]]
"""Notes on their way to the end of a chapter: identifier, that of the mark, number, blocks."""
Blocks = Callable[[list[Node]], list[Node]]


def endnotes(waiting: Waiting, section: str, words: Record, blocks: Blocks) -> list[Node]:
    """The notes of a chapter in a section of their own; nothing where there are none."""
    if not waiting:
        return []
    title = capital(words["notes"])
    out = [raw(tag("section", section, ["notes"], role="doc-endnotes", aria_label=title)), raw(f"<h2>{escape(title)}</h2>")]
    for identifier, mark, number, content in waiting:  # grows while it is read: a note may hold a note
        out += note(identifier, f"#{mark}", number, words, blocks(content))
    return [*out, raw("</section>")]


def note(identifier: str, back: str, number: str, words: Record, body: list[Node], language: str = "") -> list[Node]:
    """The text of a note behind its number, which leads back to the mark."""
    opened = tag("a", href=back, role="doc-backlink", aria_label=f"{number}: {words['back']}")
    if not body or body[0]["t"] not in ("Para", "Plain"):
        body.insert(0, tree.node("Para", []))
    body[0] = tree.node("Para", [raw_inline(f"{opened}{escape(number)}</a> "), *body[0]["c"]])
    return [raw(tag("div", identifier, ["note"], role="doc-footnote", lang=language)), *body, raw("</div>")]


def mark(identifier: str, target: str, number: str) -> Node:
    """The mark of a note in the text."""
    link = tag("a", identifier, href=target, role="doc-noteref")
    return raw_inline(f'<sup class="noteref">{link}{escape(number)}</a></sup>')


def away_mark(element: Node, slug: str, identifiers: Identifiers) -> Node:
    """The mark of a note that stands on another page."""
    defined = identifiers.define(tree.identifier(element), slug)
    return mark(defined, identifiers.target(tree.value(element, "to"), slug), tree.value(element, "number"))


def away_note(element: Node, slug: str, identifiers: Identifiers, words: Record, blocks: Blocks) -> list[Node]:
    """A note on the page of notes; its number leads back to the page that has the mark."""
    defined, back = identifiers.define(tree.identifier(element), slug), identifiers.target(tree.value(element, "to"), slug)
    return note(defined, back, tree.value(element, "number"), words, blocks(element["c"][1]), tree.value(element, "lang"))
