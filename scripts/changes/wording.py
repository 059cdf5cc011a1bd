"""The wording of a tree: what a reader can see change, and nothing of identifiers, links and numbers that the build gives.

Reads and writes nothing: trees in, nested tuples or words out. Two trees of the same wording are the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from octavo import tree
from octavo.model import Node

# Wrappers that can be seen; every other (a link, a citation, a mark of the index) is as if it were not there.
STYLES = frozenset(["Emph", "Strong", "SmallCaps", "Strikeout", "Subscript", "Superscript", "Underline"])
SPAN_STYLES = ("added", "deleted", "marked", "comment", "unresolved", "short-form")
# Spans that count as one sign: their text is made by the edition.
_SIGNS = ("note", "noteref", "equation", "page-reference", "locators", "locator")
# Of a div the reader sees its kind; the rest of its classes are the build's.
_KINDS = ("dedication", "verse", "aside", "epigraph", "abbreviations", "references", "annotation", "note")
# A word, with what joins its parts (`well-known`, `3.2`, `1,500`), a space, or any other letter.
TOKEN = re.compile(r"\w+(?:(?:[’'\-‑]|(?<=\d)[.,:](?=\d))\w+)*|\s|[^\w\s]")

Style = tuple[str, ...]


def style_of(wrapper: Node) -> str:
    """How a wrapper shows, or nothing."""
    kind = wrapper["t"]
    if kind in STYLES:
        return str(kind)
    return next((name for name in SPAN_STYLES if name in tree.classes(wrapper)), "") if kind == "Span" else ""


def sign(inline: Node) -> str:
    """Which sign a span stands for, if it is one: `note`, `equation` …"""
    names = tree.classes(inline) if inline["t"] == "Span" else []
    return next((name for name in _SIGNS if name in names), "")


def is_word(inline: Node) -> bool:
    return inline["t"] in ("Str", "Space", "SoftBreak")


def letters(inline: Node) -> str:
    return str(inline["c"]) if inline["t"] == "Str" else " "


def inner(inline: Node) -> list[Node] | None:
    """The inlines inside a wrapper, or None for what is no wrapper."""
    kind = inline["t"]
    if kind in ("Span", "Link", "Cite"):
        found: list[Node] = inline["c"][1]
        return found
    if kind in STYLES:
        found = inline["c"]
        return found
    return None


def of_sign(inline: Node) -> tuple[Any, ...] | None:
    """The wording of an inline that is neither words nor a wrapper; None for one that shows nothing."""
    kind = inline["t"]
    if name := sign(inline):
        if name == "note":
            return ("note", tuple(of_blocks(note["c"]) for note in inline["c"][1] if note["t"] == "Note"))
        return (name, tree.plain(inline["c"][1])) if name == "equation" else (name,)
    if kind == "Note":
        return ("note", (of_blocks(inline["c"]),))
    if kind == "Image":
        return ("Image", inline["c"][2][0], tree.plain(inline["c"][1]))
    if kind in ("Math", "Code"):
        return (kind, inline["c"][1])
    if kind == "Quoted":  # citeproc's stage has made letters of them
        return (kind, inline["c"][0]["t"], of_inlines(inline["c"][1]))
    return (kind,) if kind == "LineBreak" else None


def of_inlines(inlines: list[Node]) -> tuple[Any, ...]:
    """(letters, their styles) and signs in turn; the style of a space is not seen."""
    found: list[Any] = []
    for item, style in _flat(inlines, ()):
        if isinstance(item, str):
            found += [(letter, () if letter.isspace() else style) for letter in item]
        else:
            found.append((item, style))
    return tuple(found)


def _flat(inlines: list[Node], style: Style) -> Iterator[tuple[str | tuple[Any, ...], Style]]:
    for inline in inlines:
        if is_word(inline):
            yield letters(inline), style
        elif (inside := inner(inline)) is not None and not sign(inline):
            shown = style_of(inline)
            yield from _flat(inside, (*style, shown) if shown else style)
        elif (known := of_sign(inline)) is not None:
            yield known, style


def kind(block: Node) -> tuple[Any, ...]:
    """What a block is: two blocks of one kind can be compared piece by piece."""
    name = block["t"]
    if name in ("Para", "Plain"):
        return ("Para",)
    if name == "Div":
        names = tree.classes(block)
        return ("Div", "entry" if "csl-entry" in names else "", *(known for known in _KINDS if known in names))
    if name == "OrderedList":
        start, style, delimiter = block["c"][0]
        return (name, start, style["t"], delimiter["t"])
    if name == "Figure":
        return (name, *(known for known in ("listing", "subfigures", "subfigure") if known in tree.classes(block)))
    return (name, len(block["c"][2])) if name == "Table" else (name,)


def of_blocks(blocks: list[Node]) -> tuple[Any, ...]:
    return tuple(of_block(block) for block in blocks if block["t"] not in ("RawBlock", "Null"))


def of_block(block: Node) -> tuple[Any, ...]:
    """The wording of a block, what it is before it."""
    name: str = block["t"]
    content: Any = block.get("c")
    if name in ("Para", "Plain"):
        return (*kind(block), of_inlines(content))
    if name == "Header":
        return (name, of_inlines(content[2]))
    if name == "CodeBlock":
        return (name, content[1])
    if name == "LineBlock":
        return (name, *(of_inlines(line) for line in content))
    if name == "BlockQuote":
        return (name, of_blocks(content))
    if name == "Div":
        return (*kind(block), of_blocks(content[1]))
    if name in ("BulletList", "OrderedList"):
        items = content if name == "BulletList" else content[1]
        return (*kind(block), *(of_blocks(item) for item in items))
    if name == "DefinitionList":
        return (name, *(of_definition(item) for item in content))
    if name == "Figure":
        return (*kind(block), of_blocks(content[1][1]), of_blocks(content[2]))
    return (*kind(block), *of_table(content)) if name == "Table" else (name,)


def of_definition(item: list[Any]) -> tuple[Any, ...]:
    return (of_inlines(item[0]), *(of_blocks(blocks) for blocks in item[1]))


def of_table(content: list[Any]) -> tuple[Any, ...]:
    _, caption, _, head, bodies, foot = content
    parts = [head[1], *(rows for body in bodies for rows in body[2:4]), foot[1]]
    return (of_blocks(caption[1]), *(tuple(of_row(row) for row in rows) for rows in parts))


def of_row(row: list[Any]) -> tuple[Any, ...]:
    return tuple((rows, columns, of_blocks(blocks)) for _, _, rows, columns, blocks in row[1])


def words(part: Any) -> list[str]:
    """The words of a tree, those of its notes too; what counts when words are counted."""
    return [word for word in TOKEN.findall(tree.plain(part, notes=True)) if word[0].isalnum()]
