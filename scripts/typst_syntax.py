"""Typst's syntax: strings, arrays and calls, and raw Typst put around pieces of pandoc's tree.

Reads and writes nothing: values and trees in, markup and trees out. Knows nothing about books.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from octavo import tree
from octavo.model import Node

Piece = str | list[Node]

_INLINE = {
    "Cite", "Code", "Emph", "Image", "LineBreak", "Link", "Math", "Note", "Quoted", "RawInline", "SmallCaps", "SoftBreak", "Space", "Span",
    "Str", "Strikeout", "Strong", "Subscript", "Superscript", "Underline",
}  # fmt: skip
_LANGUAGE = re.compile(r"^([A-Za-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Za-z]{2}))?(?=-|$)")
_LENGTH = re.compile(r"^(\d+(?:\.\d+)?)(%|mm|cm|in|pt|px|em)?$")


def string(words: str) -> str:
    """A Typst string literal."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'


def array(items: Iterable[str]) -> str:
    """A Typst array of expressions; one of a single item keeps its comma."""
    return "(" + "".join(f"{item}, " for item in items).rstrip(" ") + ")"


def call(name: str, **arguments: str | None) -> str:
    """`name(a: 1, b: 2)`: arguments that are None are left out; an underscore in a name stands for a hyphen."""
    given = ", ".join(f"{key.replace('_', '-')}: {value}" for key, value in arguments.items() if value is not None)
    return f"{name}({given})"


def opening(name: str, slot: str, **arguments: str | None) -> str:
    """`name(a: 1, slot: [`: a call left open where a piece of the text is to stand as the argument `slot`."""
    given = call(name, **arguments)[:-1]
    return given + (", " if any(value is not None for value in arguments.values()) else "") + f"{slot}: ["


def language(tag: str) -> tuple[str, str] | None:
    """(language, region or "") of a BCP 47 tag as Typst knows them (ISO 639, ISO 3166-1 alpha-2), or None for none of these."""
    found = _LANGUAGE.match(tag)
    return (found[1].lower(), (found[2] or "").upper()) if found else None


def length(given: str) -> str | None:
    """A width or height from the manuscript as Typst has it: per cent of the measure, a unit, or pixels of 1/96 inch."""
    found = _LENGTH.match(given.strip())
    if not found or float(found[1]) == 0:
        return None
    number, unit = found[1], found[2] or "px"
    return f"{float(number) * 0.75:g}pt" if unit == "px" else f"{float(number):g}{unit}"


def pieces(parts: list[Piece]) -> list[Node]:
    """Pieces as blocks: one line of inlines if every piece can stand in one, else raw blocks and blocks in turn."""
    lines = [part if isinstance(part, str) else _inlines(part) for part in parts]
    if all(line is not None for line in lines):
        joined: list[Node] = []
        for line in lines:
            joined += [raw(line)] if isinstance(line, str) else line or []
        return [tree.node("Plain", _merged(joined))]
    blocks: list[Node] = []
    for part, line in zip(parts, lines, strict=True):
        if isinstance(part, str):
            blocks.append(raw_block(part))
        elif line is not None:
            blocks += [tree.node("Plain", line)] if line else []
        else:
            blocks += part
    return _merged(blocks)


def _inlines(part: list[Node]) -> list[Node] | None:
    """Inlines, or the inlines of a single paragraph, or None for a part that only blocks can hold."""
    if all(element["t"] in _INLINE for element in part):
        return part
    if len(part) == 1 and part[0]["t"] in ("Plain", "Para"):
        inlines: list[Node] = part[0]["c"]
        return inlines
    return None


def _merged(elements: list[Node]) -> list[Node]:
    """The elements with neighbouring pieces of raw Typst joined, so that no blank line comes between them."""
    out: list[Node] = []
    for element in elements:
        if out and element["t"] == out[-1]["t"] and element["t"] in ("RawInline", "RawBlock"):
            out[-1] = tree.node(element["t"], "typst", out[-1]["c"][1] + element["c"][1])
        else:
            out.append(element)
    return out


def raw(markup: str) -> Node:
    return tree.node("RawInline", "typst", markup)


def raw_block(markup: str) -> Node:
    return tree.node("RawBlock", "typst", markup)


def around(start: str, blocks: list[Node]) -> list[Node]:
    return [raw_block(start), *blocks, raw_block("]")]
