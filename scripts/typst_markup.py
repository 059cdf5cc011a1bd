"""The tree of a book -> a tree in which what pandoc's Typst writer drops or counts by itself stands as Typst markup.

Reads and writes nothing: trees in, trees out. Each call that is written here (`#chapter`, `#note`, `#tabular` …) is a
function of the template, editions/pdf/book.typ; how a thing looks is said there alone.

Markup is put around text in pieces: raw Typst that opens a call, pandoc's own inlines or blocks, raw Typst that closes
it. A call inside a paragraph ends in `;`, so that Typst does not read a bracket or a full stop behind it as its continuation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from octavo import tree, typst_apparatus
from octavo.model import Node
from octavo.typst_paragraphs import prepare
from octavo.typst_syntax import Piece, around, array, call, language, length, opening, pieces, raw, raw_block, string
from octavo.typst_tables import columns

# The functions of the template that the text of a book may call; nothing else of it is seen there.
VOCABULARY = (
    "abbreviations", "added", "anchor", "annotation", "aside", "chapter", "code", "comment", "dedication", "definitions", "deleted",
    "endnote", "entry", "epigraph", "equation", "formula", "guard", "illustration", "index-list", "inline-picture", "leaf", "lines",
    "list-entry", "listing", "locators", "marked", "note", "noteref", "page-reference", "paragraph-number", "passage", "picture",
    "references", "scene-break", "section", "short-form", "shown-at", "subfigure", "subfigures", "tabular", "unresolved", "verse",
)  # fmt: skip
# And those of the templates that stand over it, editions/pdf/draft.typ and redline.typ.
MARKS = {
    "draft": ("at",),
    "redline": ("added", "at", "change", "change-block", "change-note", "change-sign", "deleted", "from", "gone-heading", "moved", "to"),
}
# A cell with more letters than this may break over pages, with its row.
_LONG_CELL = 600
_BLOCK_CLASSES = ("dedication", "verse", "aside", "abbreviations")
_MARKED = ("unresolved", "short-form", "added", "deleted", "marked", "comment")


def targets(part: Any) -> set[str]:
    """The identifiers that a link of the tree leads to."""
    links = (element["c"][2][0] for element in tree.walk(part) if element["t"] == "Link")
    return {url[1:] for url in links if url.startswith("#")}


class Markup:
    """Prepares the chapters of one book. `linked`: the identifiers that links lead to; only these need a label in the text."""

    def __init__(self, linked: set[str], missing: frozenset[str] = frozenset(), paragraph_numbers: bool = False) -> None:
        """`missing`: those of them that the print edition does not show."""
        self.linked, self.missing, self.paragraph_numbers = linked, missing, paragraph_numbers
        self.level = 1
        self._change: dict[str, Callable[[Node], list[Node] | None]] = {
            "Cite": lambda element: element["c"][1],
            "Code": self._code,
            "CodeBlock": self._code_block,
            "DefinitionList": self._definitions,
            "Div": self._div,
            "Figure": self._figure,
            "Header": self._section,
            "HorizontalRule": lambda _: [raw_block("#scene-break()")],
            "Image": lambda element: [raw("#inline-" + self._picture(element) + ";")],
            "LineBlock": lambda element: pieces(["#lines(", *(part for verse in element["c"] for part in ("[", verse, "], ")), ")"]),
            "Link": self._link,
            "Math": self._formula,
            "Span": self._span,
            "Table": self._table,
        }

    def chapter(self, chapter: Mapping[str, Any], level: int) -> list[Node]:
        """The blocks of a chapter whose heading stands at `level`, its sections below it."""
        self.level = level
        is_index = chapter["kind"] == "index"
        if not is_index:
            typst_apparatus.mark(chapter["blocks"], self.paragraph_numbers)
        self.linked |= prepare(chapter["blocks"])
        blocks: list[Node]
        if is_index:
            blocks = pieces(typst_apparatus.index_list(chapter["blocks"][1]["c"][1], self._one))
        else:
            blocks = tree.transform(chapter["blocks"][1:], self._one)
        spoken = language(chapter["lang"])
        if leaf := chapter.get("leaf"):
            blocks = around(_passage(spoken), blocks) if spoken else blocks
            return around(call("#leaf", kind=string(leaf), id=self._label(chapter["label"])) + "[", blocks)
        whole = self._opening(chapter, chapter["blocks"][0], level) + blocks
        return around(_passage(spoken), whole) if spoken else whole

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
            listed="false" if "unlisted" in tree.classes(header) else None,
            id=string(tree.identifier(header)) if tree.identifier(header) else None,
        )  # fmt: skip
        return pieces([start, notes, "])[", title, "]"])

    def _link(self, element: Node) -> list[Node]:
        inlines, (url, _) = element["c"][1:]
        if not url or url[1:] in self.missing:
            return list(inlines)
        target = f"label({string(url[1:])})" if url.startswith("#") else string(url)
        return [raw(f"#link({target})["), *inlines, raw("];")]

    def _formula(self, element: Node) -> list[Node]:
        return [raw(call("#formula", alt=string(element["c"][1])) + "["), element, raw("];")]

    def _code(self, element: Node) -> list[Node]:
        return [raw("#raw(" + string(element["c"][1]) + ");")]

    def _code_block(self, element: Node) -> list[Node]:
        return [raw_block(call("#code", id=self._label(tree.identifier(element)), content=string(element["c"][1])))]

    def _span(self, element: Node) -> list[Node] | None:
        (identifier, classes, _), inlines = element["c"]
        if made := typst_apparatus.call_of(element) or typst_apparatus.sentence(element):
            return [raw(made)]
        if "noteref" in classes:
            start, end = typst_apparatus.noteref(element)
            return [raw(start), raw(end)]
        if "note" in classes:
            start = call("#note", number=string(tree.value(element, "number")), id=self._label(identifier))
            return [raw(start + "["), *inlines, raw("];")]
        if "equation" in classes:
            start = call("#equation", number=string(tree.value(element, "number")), id=self._label(identifier))
            return [raw(start + "["), *inlines, raw("];")]
        for name in _MARKED:
            if name in classes:
                inlines = [raw(f"#{name}["), *inlines, raw("];")]
        if spoken := language(tree.value(element, "lang")):
            inlines = [raw(_passage(spoken)), *inlines, raw("];")]
        anchor = [raw(f"#anchor({label});")] if (label := self._label(identifier)) else []
        return [*anchor, *inlines]

    def _div(self, element: Node) -> list[Node] | None:
        (identifier, classes, _), blocks = element["c"]
        if "csl-entry" in classes:
            return self._entry(identifier, blocks)
        if "annotation" in classes:
            return None
        if "note" in classes and tree.value(element, "to"):
            blocks, identifier = around(typst_apparatus.endnote(element), blocks), ""
        if "epigraph" in classes:
            *quotation, source = blocks if len(blocks) > 1 else [*blocks, tree.node("Plain", [])]
            blocks = pieces(["#epigraph(source: [", [source], "])[", quotation, "]"])
        if "entry" in classes:
            return pieces(
                [call("#list-entry", number=string(tree.value(element, "number")), to=string(tree.value(element, "to"))) + "[", blocks, "]"]
            )
        if "references" in classes:
            blocks = around("#references[", blocks)
        for name in _BLOCK_CLASSES:
            if name in classes:
                blocks = around(f"#{name}[", blocks)
        if spoken := language(tree.value(element, "lang")):
            blocks = around(_passage(spoken), blocks)
        anchor = [raw_block(f"#anchor({label})")] if (label := self._label(identifier)) else []
        return [*anchor, *blocks]

    def _entry(self, identifier: str, blocks: list[Node]) -> list[Node]:
        """An entry of the bibliography; the number that a numeric style puts before it stands apart."""
        mark: list[Node] = []
        for block in blocks:
            if block["t"] in ("Para", "Plain"):
                mark += [inline for inline in block["c"] if "csl-left-margin" in tree.classes(inline)]
                block["c"] = [inline for inline in block["c"] if "csl-left-margin" not in tree.classes(inline)]
        below = [inner for block in blocks if "annotation" in tree.classes(block) for inner in around("#annotation[", block["c"][1])]
        blocks = [block for block in blocks if "annotation" not in tree.classes(block)]
        return [*pieces([opening("#entry", "mark", id=self._label(identifier)), mark, "])[", blocks, "]"]), *below]

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

    def _figure(self, element: Node) -> list[Node] | None:
        (_, classes, _), (_, caption), blocks = element["c"]
        if "subfigure" in classes:
            return None  # the figure that it is a part of sets it
        if "listing" in classes:
            start = opening("#listing", "caption", label=string(tree.value(element, "label")), id=self._label(tree.identifier(element)))
            return pieces([start, caption, "])[", blocks, "]"])
        blocks = tree.transform(blocks, _not_inline)
        start = opening(
            "#illustration", "caption", label=string(tree.value(element, "label")), id=self._label(tree.identifier(element)),
            credit=string(tree.value(element, "credit")), after_heading=_after_heading(element),
        )  # fmt: skip
        body = self._parts(element) if "subfigures" in classes else [blocks]
        return pieces([start, caption, "])[", *body, "]"])

    def _parts(self, figure: Node) -> list[Piece]:
        """The parts of a figure, side by side."""
        parts: list[Piece] = [f"#subfigures(columns: {int(tree.value(figure, 'columns') or 2)}, "]
        for part in figure["c"][2]:
            start = opening(
                "subfigure", "caption", label=string(tree.value(part, "label")), id=self._label(tree.identifier(part)),
                credit=string(tree.value(part, "credit")),
            )  # fmt: skip
            parts += [start, part["c"][1][1], "])[", part["c"][2], "], "]
        return [*parts, ")"]

    def _table(self, table: Node) -> list[Node]:
        _, (_, caption), specs, (_, head), bodies, (_, foot) = table["c"]
        rows = [row for body in bodies for row in body[2] + body[3]]
        alignments = [spec[0]["t"].removeprefix("Align").lower() for spec in specs]
        alignments = ["auto" if alignment == "default" else alignment for alignment in alignments]
        widths, needs = columns(len(specs), head + rows)
        start = opening(
            "#tabular", "caption", label=string(tree.value(table, "label")), id=self._label(tree.identifier(table)),
            columns=array(widths), needs=str(needs), align=array(alignments), rows=str(len(rows)), after_heading=_after_heading(table),
            repeat="false" if _holds_links(head) else None,
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
                start = call(
                    "table.cell", align=own, rowspan=str(rowspan) if rowspan > 1 else None, colspan=str(colspan) if colspan > 1 else None,
                    breakable="true" if len(tree.plain(blocks)) > _LONG_CELL else None,
                )  # fmt: skip
                parts += [("" if start == "table.cell()" else start) + "[", blocks, "], "]
            parts.append("\n")
        return parts


def _holds_links(part: Any) -> bool:
    """Whether a piece that is markup already has links in it: then it cannot be repeated (PDF/UA-1: what is repeated is none)."""
    raw = (element["c"][1] for element in tree.walk(part) if element["t"] == "RawInline")
    return any(markup.startswith(("#link(", "#note(", "#noteref(", "#locators(", "#page-reference(")) for markup in raw)


def _after_heading(element: Node) -> str | None:
    return tree.value(element, "after-heading") or None


def _not_inline(element: Node) -> Node | None:
    if element["t"] == "RawInline" and element["c"][1].startswith("#inline-picture("):
        return raw(element["c"][1].replace("#inline-picture(", "#picture(", 1))
    return None


def _passage(spoken: tuple[str, str]) -> str:
    return f"#passage({string(spoken[0])}, {string(spoken[1]) if spoken[1] else 'none'})["


def _as_paragraphs(blocks: list[Node]) -> list[Node]:
    if len(blocks) == 1:
        return blocks
    return [tree.node("Para", block["c"]) if block["t"] == "Plain" else block for block in blocks]


def _apart_from_notes(inlines: list[Node]) -> tuple[list[Node], list[Node]]:
    """The words of a heading, and its notes and mark: contents, bookmarks and running heads repeat the words alone.

    A note is three nodes here: the raw opening of `#note`, the Note, the raw end.
    """
    words: list[Node] = []
    notes: list[Node] = []
    for inline in inlines:
        in_note = bool(notes) and not _is_end(notes[-1])
        opens = inline["t"] == "RawInline" and inline["c"][1].startswith(("#note(", "#noteref(", "#at(", "#sentence("))
        (notes if opens or in_note else words).append(inline)
    return words, notes


def _is_end(inline: Node) -> bool:
    return inline["t"] == "RawInline" and bool(inline["c"][1] == "];")
