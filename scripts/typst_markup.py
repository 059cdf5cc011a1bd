"""The tree of a book -> a tree in which what pandoc's Typst writer drops or counts by itself stands as Typst markup.

Reads and writes nothing: trees in, trees out. Each call that is written here (`#chapter`, `#note`, `#tabular` …) is a
function of the template, editions/pdf/book.typ; how a thing looks is said there alone.

Markup is put around text in pieces: raw Typst that opens a call, pandoc's own inlines or blocks, raw Typst that closes
it. A call inside a paragraph ends in `;`, so that Typst does not read a bracket or a full stop behind it as its continuation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from octavo import tree, typst_apparatus
from octavo.model import Node
from octavo.typst_apparatus import string
from octavo.typst_tables import columns

Piece = str | list[Node]

_INLINE = {
    "Cite", "Code", "Emph", "Image", "LineBreak", "Link", "Math", "Note", "Quoted", "RawInline", "SmallCaps", "SoftBreak", "Space", "Span",
    "Str", "Strikeout", "Strong", "Subscript", "Superscript", "Underline",
}  # fmt: skip
# Words that Typst would read as markup, and that pandoc 3.9 does not escape at the start of a bracket: a sign of a list
# or heading standing alone, two hyphens or three full stops (a dash, an ellipsis), a hyphen before a digit (a minus).
_MARKUP = re.compile(r"^(=+|[-+/•]|\d+[.)])$|--|-\?|\.\.\.|^-\d|[\u2028\u2029\x85]")
_LANGUAGE = re.compile(r"^([A-Za-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Za-z]{2}))?(?=-|$)")
_BLOCK_CLASSES = ("dedication", "verse", "aside", "abbreviations")
_LENGTH = re.compile(r"^(\d+(?:\.\d+)?)(%|mm|cm|in|pt|px|em)?$")


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


def targets(part: Any) -> set[str]:
    """The identifiers that a link of the tree leads to."""
    links = (element["c"][2][0] for element in tree.walk(part) if element["t"] == "Link")
    return {url[1:] for url in links if url.startswith("#")}


class Markup:
    """Prepares the chapters of one book. `linked`: the identifiers that links lead to; only these need a label in the text."""

    def __init__(self, linked: set[str]) -> None:
        self.linked = linked
        self.level = 1
        self._change: dict[str, Callable[[Node], list[Node] | None]] = {
            "Cite": lambda element: element["c"][1],
            "Code": self._code,
            "CodeBlock": self._code_block,
            "DefinitionList": self._definitions,
            "Div": self._div,
            "Figure": self._figure,
            "Header": self._section,
            "HorizontalRule": lambda element: [_raw_block("#scene-break()")],
            "Image": lambda element: [_raw("#inline-" + self._picture(element) + ";")],
            "LineBlock": lambda element: pieces(["#lines(", *(part for verse in element["c"] for part in ("[", verse, "], ")), ")"]),
            "Link": self._link,
            "Math": self._formula,
            "Span": self._span,
            "Str": self._str,
            "Table": self._table,
        }

    def chapter(self, chapter: Mapping[str, Any], level: int) -> list[Node]:
        """The blocks of a chapter whose heading stands at `level`, its sections below it."""
        self.level = level
        _mark(chapter["blocks"])
        if chapter["kind"] == "index":
            blocks = pieces(typst_apparatus.index_list(chapter["blocks"][1]["c"][1], self._one))
            return self._opening(chapter, chapter["blocks"][0], level) + blocks
        blocks = tree.transform(chapter["blocks"][1:], self._one)
        if spoken := language(chapter["lang"]):
            blocks = _around(_passage(spoken), blocks)
        return self._opening(chapter, chapter["blocks"][0], level) + blocks

    def _one(self, element: Node) -> list[Node] | None:
        change = self._change.get(element["t"])
        return change(element) if change else None

    def _label(self, identifier: str) -> str | None:
        return string(identifier) if identifier and identifier in self.linked else None

    def _opening(self, chapter: Mapping[str, Any], header: Node, level: int) -> list[Node]:
        title, notes = _apart_from_notes(tree.transform(header["c"][2], self._one))
        start = opening(
            "#chapter", "notes", level=str(level), kind=string(chapter["kind"]), number=string(chapter["number"]),
            running=string(chapter["short"] or chapter["title"]), id=string(chapter["label"]),
        )  # fmt: skip
        return pieces([start, notes, "])[", title, "]"])

    def _section(self, header: Node) -> list[Node]:
        level, _, inlines = header["c"]
        title, notes = _apart_from_notes(inlines)
        start = opening(
            "#section", "notes", level=str(level - 1 + self.level), depth=str(level - 1), number=string(tree.value(header, "number")),
            id=string(tree.identifier(header)) if tree.identifier(header) else None,
        )  # fmt: skip
        return pieces([start, notes, "])[", title, "]"])

    def _str(self, element: Node) -> list[Node] | None:
        return [_raw("#" + string(element["c"]) + ";")] if _MARKUP.search(element["c"]) else None

    def _link(self, element: Node) -> list[Node] | None:
        inlines, (url, _) = element["c"][1:]
        target = f"label({string(url[1:])})" if url.startswith("#") else string(url)
        return [_raw(f"#link({target})["), *inlines, _raw("];")]

    def _formula(self, element: Node) -> list[Node]:
        return [_raw(call("#formula", alt=string(element["c"][1])) + "["), element, _raw("];")]

    def _code(self, element: Node) -> list[Node]:
        return [_raw("#raw(" + string(element["c"][1]) + ");")]

    def _code_block(self, element: Node) -> list[Node]:
        return [_raw_block(call("#code", id=self._label(tree.identifier(element)), content=string(element["c"][1])))]

    def _span(self, element: Node) -> list[Node] | None:
        (identifier, classes, _), inlines = element["c"]
        if "note" in classes:
            start = call("#note", number=string(tree.value(element, "number")), id=self._label(identifier))
            return [_raw(start + "["), *inlines, _raw("];")]
        if "locator" in classes:
            return typst_apparatus.locator(element)
        if "locators" in classes:
            return typst_apparatus.locators(inlines)
        if "equation" in classes:
            start = call("#equation", number=string(tree.value(element, "number")), id=self._label(identifier))
            return [_raw(start + "["), *inlines, _raw("];")]
        for name in ("unresolved", "short-form"):
            if name in classes:
                inlines = [_raw(f"#{name}["), *inlines, _raw("];")]
        if spoken := language(tree.value(element, "lang")):
            inlines = [_raw(_passage(spoken)), *inlines, _raw("];")]
        anchor = [_raw(f"#anchor({label});")] if (label := self._label(identifier)) else []
        return anchor + inlines

    def _div(self, element: Node) -> list[Node]:
        (identifier, classes, _), blocks = element["c"]
        if "csl-entry" in classes:
            return self._entry(identifier, blocks)
        if "epigraph" in classes:
            *quotation, source = blocks if len(blocks) > 1 else [*blocks, tree.node("Plain", [])]
            blocks = pieces(["#epigraph(source: [", [source], "])[", quotation, "]"])
        if "references" in classes:
            blocks = _around("#references[", blocks)
        for name in _BLOCK_CLASSES:
            if name in classes:
                blocks = _around(f"#{name}[", blocks)
        if spoken := language(tree.value(element, "lang")):
            blocks = _around(_passage(spoken), blocks)
        anchor = [_raw_block(f"#anchor({label})")] if (label := self._label(identifier)) else []
        return anchor + blocks

    def _entry(self, identifier: str, blocks: list[Node]) -> list[Node]:
        """An entry of the bibliography; the number that a numeric style puts before it stands apart."""
        mark: list[Node] = []
        for block in blocks:
            if block["t"] in ("Para", "Plain"):
                mark += [inline for inline in block["c"] if "csl-left-margin" in tree.classes(inline)]
                block["c"] = [inline for inline in block["c"] if "csl-left-margin" not in tree.classes(inline)]
        return pieces([opening("#entry", "mark", id=self._label(identifier)), mark, "])[", blocks, "]"])

    def _definitions(self, element: Node) -> list[Node]:
        parts: list[Piece] = ["#definitions("]
        for term, definitions in element["c"]:
            parts += ["terms.item([", term, "], ["]
            parts += [_as_paragraphs(blocks) for blocks in definitions]
            parts += ["]), "]
        return pieces([*parts, ")"])

    def _picture(self, image: Node) -> str:
        """The call that shows an image: without alternative text it is an ornament."""
        alternative = "" if "decorative" in tree.classes(image) else tree.value(image, "alt")
        return call(
            "picture", path=string("/" + image["c"][2][0]), alt=string(alternative),
            width=length(tree.value(image, "width")), height=length(tree.value(image, "height")),
        )  # fmt: skip

    def _figure(self, element: Node) -> list[Node]:
        _, (_, caption), blocks = element["c"]
        blocks = tree.transform(blocks, _not_inline)
        start = opening(
            "#illustration", "caption", label=string(tree.value(element, "label")), id=self._label(tree.identifier(element)),
            credit=string(tree.value(element, "credit")), after_heading=_after_heading(element),
        )  # fmt: skip
        return pieces([start, caption, "])[", blocks, "]"])

    def _table(self, table: Node) -> list[Node]:
        _, (_, caption), specs, (_, head), bodies, (_, foot) = table["c"]
        rows = [row for body in bodies for row in body[2] + body[3]]
        alignments = [spec[0]["t"].removeprefix("Align").lower() for spec in specs]
        alignments = ["auto" if alignment == "default" else alignment for alignment in alignments]
        start = opening(
            "#tabular", "caption", label=string(tree.value(table, "label")), id=self._label(tree.identifier(table)),
            columns=array(columns(len(specs), head + rows)), align=array(alignments), rows=str(len(rows)), after_heading=_after_heading(table),
        )  # fmt: skip
        parts: list[Piece] = [start, caption, "], header: ("]
        parts += [*self._cells(head), "), footer: (", *self._cells(foot), "),\n", *self._cells(rows), ")"]
        return pieces(parts)

    def _cells(self, rows: list[Any]) -> list[Piece]:
        """The cells of rows, each an argument of its own, one row a line."""
        parts: list[Piece] = []
        for _, cells in rows:
            for _, alignment, rowspan, colspan, blocks in cells:
                own = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center"}.get(alignment["t"])
                if own or rowspan > 1 or colspan > 1:
                    start = call("table.cell", align=own, rowspan=str(rowspan), colspan=str(colspan))
                    parts += [start + "[", blocks, "], "]
                else:
                    parts += ["[", blocks, "], "]
            parts.append("\n")
        return parts


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
            joined += [_raw(line)] if isinstance(line, str) else line or []
        return [tree.node("Plain", _merged(joined))]
    blocks: list[Node] = []
    for part, line in zip(parts, lines, strict=True):
        if isinstance(part, str):
            blocks.append(_raw_block(part))
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


def _mark(blocks: list[Node]) -> None:
    """Note, in place, what a node must know of its surroundings before they become markup.

    An image: its alternative text. A figure or table: that a heading stands right before it.
    """
    for element in tree.walk(blocks):
        if element["t"] == "Image":
            tree.set_value(element, "alt", tree.plain(element["c"][1]))
    for before, block in zip(blocks, blocks[1:], strict=False):
        if before["t"] == "Header" and block["t"] in ("Figure", "Table"):
            tree.set_value(block, "after-heading", "true")


def _after_heading(element: Node) -> str | None:
    return tree.value(element, "after-heading") or None


def _not_inline(element: Node) -> Node | None:
    if element["t"] == "RawInline" and element["c"][1].startswith("#inline-picture("):
        return _raw(element["c"][1].replace("#inline-picture(", "#picture(", 1))
    return None


def _raw(markup: str) -> Node:
    return tree.node("RawInline", "typst", markup)


def _raw_block(markup: str) -> Node:
    return tree.node("RawBlock", "typst", markup)


def _around(start: str, blocks: list[Node]) -> list[Node]:
    return [_raw_block(start), *blocks, _raw_block("]")]


def _passage(spoken: tuple[str, str]) -> str:
    return f"#passage({string(spoken[0])}, {string(spoken[1]) if spoken[1] else 'none'})["


def _as_paragraphs(blocks: list[Node]) -> list[Node]:
    if len(blocks) == 1:
        return blocks
    return [tree.node("Para", block["c"]) if block["t"] == "Plain" else block for block in blocks]


def _apart_from_notes(inlines: list[Node]) -> tuple[list[Node], list[Node]]:
    """The words of a heading, and its notes: contents, bookmarks and running heads repeat the words alone.

    A note is three nodes here: the raw opening of `#note`, the Note, the raw end.
    """
    words: list[Node] = []
    notes: list[Node] = []
    for inline in inlines:
        in_note = bool(notes) and not _is_end(notes[-1])
        opens = inline["t"] == "RawInline" and inline["c"][1].startswith("#note(")
        (notes if opens or in_note else words).append(inline)
    return words, notes


def _is_end(inline: Node) -> bool:
    return inline["t"] == "RawInline" and bool(inline["c"][1] == "];")
