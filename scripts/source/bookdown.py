"""bookdown's references and labels, where book.yaml says `markup: {bookdown: true}`: `\\@ref(fig:x)` and `(\\#fig:x)`.

Reads a chapter's text, or its tree, and writes nothing. A reference becomes pandoc's `[-@{fig:x} ]`, as long as it was,
so that places stay true; a label stands in the tree and is taken from there. https://bookdown.org/yihui/bookdown/
"""

from __future__ import annotations

import re
from typing import Any

from octavo import tree
from octavo.model import Node
from octavo.source.text import Source

_REFERENCE = re.compile(r"\\@ref\((?P<name>[^()\s{}]+)\)")
_LABEL = re.compile(r"^\(#(?P<id>(?:fig|tab|tbl|lst):[^()\s]+)\)$")
_IN_MATH = re.compile(r"\s*\(\\#(?P<id>eq:[^()\s]+)\)\s*")
_TYPED = re.compile(r"^(?:sec|fig|tbl|eq|lst|part)[-:]")


def as_citations(text: str) -> str:
    """The text with every `\\@ref(x)` as a citation of the label, without its word, as in bookdown; code is left alone."""
    if "\\@ref(" not in text:
        return text
    source = Source("", text)
    out, at = [], 0
    for found in _REFERENCE.finditer(source.masked):
        out += [source.text[at : found.start()], f"[-@{{{_name(found['name'])}}} ]"]
        at = found.end()
    return ("\ufeff" if source.bom else "") + "".join(out) + source.text[at:]


def _name(given: str) -> str:
    return "tbl:" + given[4:] if given.startswith("tab:") else given


def untyped(text: str) -> set[str]:
    """The names of sections that the text refers to by `\\@ref(name)`."""
    return {name for found in _REFERENCE.finditer(text) if not _TYPED.match(name := _name(found["name"]))}


def labelled(blocks: Any, names: set[str]) -> Any:
    """The tree with bookdown's labels as identifiers, and references to sections (`names`) as such."""

    def change(element: Node) -> Node | None:
        kind = element["t"]
        if kind == "Cite":
            for citation in element["c"][0]:
                if citation["citationId"] in names:
                    citation["citationId"] = "sec:" + citation["citationId"]
        if kind in ("Figure", "Table"):
            _take(element)
        if kind == "Math" and (found := _IN_MATH.search(element["c"][1])):
            element["c"][1] = _IN_MATH.sub(" ", element["c"][1]).strip()
            return tree.node("Span", tree.attr(found["id"], ["equation"]), [element])
        return None

    return tree.transform(blocks, change)


def _take(element: Node) -> None:
    """Give a figure or table the label that begins its caption; the alternative text of its image loses it too."""
    lists = [block["c"] for block in element["c"][1][1] if block["t"] in ("Para", "Plain")]
    lists += [image["c"][1] for image in tree.walk(element["c"][2]) if image["t"] == "Image"] if element["t"] == "Figure" else []
    for inlines in lists:
        found = _LABEL.match(inlines[0]["c"]) if inlines and inlines[0]["t"] == "Str" else None
        if found:
            tree.attributes(element)[0] = tree.identifier(element) or _name(found["id"])  # type: ignore[index]
            del inlines[: 2 if len(inlines) > 1 and inlines[1]["t"] in ("Space", "SoftBreak") else 1]
