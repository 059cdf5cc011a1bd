"""The tree of a chapter -> the same tree with our own XHTML around and between pandoc's: what a writer cannot know.

Reads and writes nothing. Numbers, labels and notes are printed as they were given; nothing is counted here. Roles are
those of DPUB-ARIA 1.1. Runs of words become one node each: pandoc then needs a third of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

from octavo import fragments_apparatus, only, screen, screens, sentences, tree
from octavo.endnotes import LIST_OF_CHAPTER
from octavo.identifiers import Identifiers
from octavo.model import Node
from octavo.wordings import capital
from octavo.xhtml import raw, raw_inline, tag

Record = dict[str, Any]
Cell = list[Any]
Row = list[Any]

ROLES = {
    "chapter": "doc-chapter",
    "appendix": "doc-appendix",
    "bibliography": "doc-bibliography",
    "index": "doc-index",
    "notes": "doc-endnotes",
}
# Front and back matter is known by the name of its file.
ROLES_BY_SLUG = {
    "acknowledgements": "doc-acknowledgments",
    **{name: f"doc-{name}" for name in ("abstract", "acknowledgments", "afterword", "colophon", "conclusion", "credits", "dedication")},
    **{name: f"doc-{name}" for name in ("epilogue", "errata", "foreword", "glossary", "introduction", "preface", "prologue")},
}
DIV_ROLES = {"epigraph": "doc-epigraph", "dedication": "doc-dedication", "aside": "note"}
INVISIBLE = {"citation", "index", "term", "expand", "expansion", "nocase", "nodecor", "section", "bare", "page"}
EDITIONS = ("epub", "html")
_ALIGN = {"AlignRight": ["right"], "AlignCenter": ["center"]}
_PLAIN = ("Emph", "Strong", "Strikeout", "Superscript", "Subscript", "SmallCaps", "Underline")


class Fragment:
    """One chapter on its way to a page. After `blocks` it knows its headings, images, floats and notes."""

    def __init__(self, chapter: Record, words: Record, identifiers: Identifiers) -> None:
        self.chapter, self.words, self.identifiers = chapter, words, identifiers
        self.slug: str = chapter["slug"]
        self.headings: list[Record] = []
        self.images: list[Record] = []
        self.floats: list[Record] = []
        self.notes: screens.Waiting = []
        self.has_endnotes = False

    def blocks(self) -> list[Node]:
        """The chapter in its section, the notes at its end."""
        first, *rest = self.chapter["blocks"]
        kind = self.chapter["kind"]
        role = ROLES.get(kind) or ("doc-glossary" if "glossary" in tree.classes(first) else ROLES_BY_SLUG.get(self.slug, ""))
        identifier = self._define(tree.identifier(first))
        if leaf := self.chapter.get("leaf", ""):
            start = tag("section", identifier, ["leaf", leaf], aria_label=self.chapter["title"], lang=self.chapter["lang"])
            return [raw(start), *self._blocks(rest), *self._endnotes(), raw("</section>")]
        classes = ["endnotes" if kind == "notes" else kind]
        out = [raw(tag("section", identifier, classes, role=role, lang=self.chapter["lang"])), *self._heading(first, identifier)]
        open_levels: list[int] = []
        for block in rest:
            if block["t"] != "Header":
                out += self._block(block)
                continue
            while open_levels and open_levels[-1] >= block["c"][0]:
                out.append(raw("</section>"))
                open_levels.pop()
            if LIST_OF_CHAPTER in tree.classes(block):
                out += self._endnotes()
            open_levels.append(block["c"][0])
            identifier = self._define(tree.identifier(block))
            out += [raw(tag("section", identifier)), *self._heading(block, identifier)]
        out += [raw("</section>")] * len(open_levels)
        return [*out, *self._endnotes(), raw("</section>")]

    def _define(self, identifier: str) -> str:
        return self.identifiers.define(identifier, self.slug)

    def _heading(self, block: Node, identifier: str, inner: str = "") -> list[Node]:
        """A heading behind its number; `inner` is the identifier where no section bears it."""
        level, _, inlines = block["c"]
        number = tree.value(block, "number")
        shown = f"{capital(self.words[self.chapter['kind']][0])} {number}" if number and level == 1 else number
        heading = {"level": level, "id": identifier, "number": number, "title": tree.plain(inlines)}
        self.headings.append(heading | ({"unlisted": True} if "unlisted" in tree.classes(block) else {}))
        prefix = [raw_inline(f'<span class="number">{escape(shown)}</span> ')] if shown else []
        name = sentences.name_of(inlines[0]) if inlines else ""
        opened = raw(sentences.placeholder(name) + tag(f"h{level}", inner, lang=tree.value(block, "lang")))
        return [opened, tree.node("Plain", [*prefix, *self._inlines(inlines[bool(name) :])]), raw(f"</h{level}>")]

    def _endnotes(self) -> list[Node]:
        """The notes, once: before the list of works of the chapter if it has one, else at its end."""
        if not self.notes or self.has_endnotes:
            return []
        self.has_endnotes = True
        return screens.endnotes(self.notes, self._define(f"{self.slug}-notes"), self.words, self._blocks)

    # Blocks

    def _blocks(self, blocks: list[Node]) -> list[Node]:
        return [made for block in blocks for made in self._block(block)]

    def _block(self, block: Node) -> list[Node]:
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind in ("Para", "Plain"):
            return self._formula(content[0]) if _is_formula(content) else [tree.node(kind, self._inlines(content))]
        if kind == "Header":
            identifier = self._define(tree.identifier(block))
            return self._heading(block, identifier, identifier)
        if kind == "BlockQuote":
            return [tree.node(kind, self._blocks(content))]
        if kind == "BulletList":
            return [tree.node(kind, [self._item(item) for item in content])]
        if kind == "OrderedList":
            return [tree.node(kind, content[0], [self._item(item) for item in content[1]])]
        if kind == "DefinitionList":
            return [tree.node(kind, [[self._inlines(term), [self._item(item) for item in items]] for term, items in content])]
        if kind == "LineBlock":
            return [tree.node(kind, [self._inlines(line) for line in content])]
        if kind == "CodeBlock":
            opened = tag("pre", self._define(content[0][0]), content[0][1][:1])
            return [raw(f"{opened}<code>{escape(content[1], quote=False)}</code></pre>")]
        if kind == "HorizontalRule":
            return [block]
        made: list[Node] = {"Table": self._table, "Figure": self._figure, "Div": self._div}.get(kind, _nothing)(block)
        return made

    def _formula(self, inline: Node) -> list[Node]:
        """A formula that is a paragraph of its own, with its number if it has one; a long one scrolls, also by keyboard."""
        number = [raw_inline(_equation_number(inline))] if inline["t"] == "Span" else []
        content = self._inlines(inline["c"][1]) if number else [inline]
        identifier = self._define(tree.identifier(inline))
        return [raw(tag("div", identifier, ["equation"], tabindex="0")), tree.node("Plain", [*content, *number]), raw("</div>")]

    def _item(self, blocks: list[Node]) -> list[Node]:
        """An item of a list; where bare text follows bare text, each is a paragraph, or the two would run together."""
        made = self._blocks(blocks)
        bare = [block["t"] == "Plain" for block in made]
        run = [bare[i] and (bare[i - 1 : i] == [True] or bare[i + 1 : i + 2] == [True]) for i in range(len(made))]
        return [tree.node("Para", block["c"]) if in_run else block for block, in_run in zip(made, run, strict=True)]

    def _div(self, block: Node) -> list[Node]:
        classes = tree.classes(block)
        if "only" in classes:
            return self._only(block, self._blocks(block["c"][1]), raw)
        if "references" in classes or "csl-bib-body" in classes:
            return self._references(block)
        for name in fragments_apparatus.BLOCKS.keys() & set(classes):
            return fragments_apparatus.BLOCKS[name](self, block)
        if "note" in classes and tree.value(block, "to"):
            return screens.away_note(block, self.slug, self.identifiers, self.words, self._blocks)
        if "entries" in classes:
            return self._entries(block)
        roles = [DIV_ROLES[name] for name in classes if name in DIV_ROLES]
        kept = [name for name in classes if name not in INVISIBLE]
        opened = tag(
            "div",
            self._define(tree.identifier(block)),
            kept,
            role=(roles or [""])[0],
            lang=tree.value(block, "lang"),
            dir=tree.value(block, "dir"),
        )
        return [raw(opened), *self._blocks(block["c"][1]), raw("</div>")]

    def _only(self, element: Node, content: list[Node], mark: Any) -> list[Node]:
        """What one edition alone shows: between marks if it is one of these two, gone if it is neither."""
        shown = [name for name in EDITIONS if name in only.editions(element)]
        if len(shown) == 1:
            return [mark(f"<!--only:{shown[0]}-->"), *content, mark("<!--/only-->")]
        return content if shown else []

    def _references(self, block: Node) -> list[Node]:
        """A list of references as a list; each entry bears the identifier that citations lead to."""
        out: list[Node] = []
        for entry in block["c"][1]:
            body = self._blocks(entry["c"][1] if entry["t"] == "Div" else [entry])
            body = [tree.node("Plain", made["c"]) if made["t"] == "Para" and len(body) == 1 else made for made in body]
            out += [raw(tag("li", self._define(tree.identifier(entry)))), *body, raw("</li>")]
        return [raw(tag("ul", self._define(tree.identifier(block)), ["references"])), *out, raw("</ul>")] if out else []

    def _entries(self, block: Node) -> list[Node]:
        """A list of figures or tables: the number of each, and its short caption as a link."""
        out = [raw(tag("ul", "", tree.classes(block)))]
        for entry in block["c"][1]:
            number = raw_inline(f'<span class="number">{escape(tree.value(entry, "number"))}</span> ')
            out += [raw("<li>"), tree.node("Plain", [number, *self._inlines(entry["c"][1][0]["c"])]), raw("</li>")]
        return [*out, raw("</ul>")]

    # Figures and tables

    def _figure(self, block: Node) -> list[Node]:
        """A figure, or the parts of one side by side; the caption of a listing stands above it."""
        identifier, classes = self._define(tree.identifier(block)), tree.classes(block)
        caption = self._caption(block, block["c"][1][1], identifier)
        body = self._blocks(block["c"][2])
        if "subfigures" in classes:
            body = [raw(tag("div", "", ["parts", screen.columns(block)])), *body, raw("</div>")]
        inner = [*caption, *body] if "listing" in classes else [*body, *caption]
        return [raw(tag("figure", identifier, classes)), *inner, raw("</figure>")]

    def _caption(self, block: Node, blocks: list[Node], holder: str, identifier: str = "") -> list[Node]:
        """Label, caption and credit of a figure or table, in this order; nothing where there is none of them."""
        label, credit = tree.value(block, "label"), tree.value(block, "credit")
        is_part = "subfigure" in tree.classes(block)
        if label and not is_part:
            kind = "listing" if "listing" in tree.classes(block) else block["t"].lower()
            self.floats.append({"kind": kind, "id": holder, "label": label, "title": tree.plain(blocks)})
        body = [tree.node("Para", made["c"]) if made["t"] == "Plain" else made for made in self._blocks(blocks)]
        if label:
            if not body or body[0]["t"] != "Para":
                body.insert(0, tree.node("Para", []))
            shown = raw_inline(f'<span class="label">{escape(label)}{"" if is_part else "."}</span> ')
            body[0] = tree.node("Para", sentences.led(body[0]["c"], shown))
        if credit:
            body.append(raw(f'<p class="credit">{escape(credit, quote=False)}</p>'))
        return [raw(tag("figcaption", identifier)), *body, raw("</figcaption>")] if body else []

    def _table(self, block: Node) -> list[Node]:
        """A table under its caption, in a box of its own that scrolls where the table is wider than the page."""
        attr, caption, columns, head, bodies, foot = block["c"]
        identifier = self._define(attr[0])
        named = self._define(f"{attr[0] or self.slug + '-table'}-caption") if caption[1] or tree.value(block, "label") else ""
        above = self._caption(block, caption[1], identifier, named)
        box = {"role": "region", "aria_labelledby": named} if named else {"role": "group", "aria_label": capital(self.words["table"][0])}
        aligned = [column[0]["t"] for column in columns]
        table = tree.node(
            "Table", ["", [], []], [None, []], [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}] for _ in columns],
            [["", [], []], self._rows(head[1], aligned, len(columns))],
            [[["", [], []], body[1], self._rows(body[2], aligned, len(columns)), self._rows(body[3], aligned, body[1])] for body in bodies],
            [["", [], []], self._rows(foot[1], aligned, 0)],
        )  # fmt: skip
        opened = raw(tag("figure", identifier, ["table", *attr[1]]))
        return [opened, *above, raw(tag("div", "", ["scroll"], tabindex="0", **box)), table, raw("</div>"), raw("</figure>")]

    def _rows(self, rows: list[Row], aligned: list[str], heads: int) -> list[Row]:
        """Rows with the scope of each head cell and the alignment of each column as classes; the first `heads` cells are heads."""
        across = heads == len(aligned)
        spans = [0] * len(aligned)
        out: list[Row] = []
        for _, cells in rows:
            placed = list(_placed(cells, spans))
            out.append(
                [["", [], []], [self._cell(cell, aligned[at], "col" if across else "row" if at < heads else "") for at, cell in placed]]
            )
        return out

    def _cell(self, cell: Cell, column: str, scope: str) -> Cell:
        attr, align, down, across, blocks = cell
        own = align["t"] if align["t"] != "AlignDefault" else column
        spanning = f"{scope}group" if (scope == "col" and across > 1) or (scope == "row" and down > 1) else scope
        pairs = [["scope", spanning]] if scope else []
        lang = [[key, value] for key, value in attr[2] if key == "lang"]
        return [[self._define(attr[0]), [*_ALIGN.get(own, [])], pairs + lang], {"t": "AlignDefault"}, down, across, self._blocks(blocks)]

    # Inlines

    def _inlines(self, inlines: list[Node]) -> list[Node]:
        """Inlines with every run of words and spaces as one node."""
        out: list[Node] = []
        words: list[str] = []
        for inline in inlines:
            kind = inline["t"]
            if kind == "Str":
                words.append(inline["c"])
            elif kind in ("Space", "SoftBreak"):
                words.append(" ")
            else:
                if words:
                    out.append({"t": "Str", "c": "".join(words)})
                    words = []
                out += self._inline(kind, inline)
        if words:
            out.append({"t": "Str", "c": "".join(words)})
        return out

    def _inline(self, kind: str, inline: Node) -> list[Node]:
        content: Any = inline.get("c")
        if kind in _PLAIN:
            return [tree.node(kind, self._inlines(content))]
        if kind in ("Math", "LineBreak"):
            return [inline]
        if kind in ("Quoted", "Cite"):
            inlines = self._inlines(content[1])
            return [tree.node(kind, content[0], inlines)] if kind == "Quoted" else inlines
        if kind == "Code":
            return [tree.node(kind, ["", [], []], content[1])]
        made: list[Node] = {"Link": self._link, "Image": self._image, "Span": self._span}.get(kind, _nothing)(inline)
        return made

    def _span(self, inline: Node) -> list[Node]:
        classes, inlines = tree.classes(inline), inline["c"][1]
        if "note" in classes:
            return self._note(inline)
        for name in fragments_apparatus.INLINES.keys() & set(classes):
            return fragments_apparatus.INLINES[name](self, inline)
        if "noteref" in classes:
            return [screens.away_mark(inline, self.slug, self.identifiers)]
        content = self._inlines(inlines)
        identifier = self._define(tree.identifier(inline))
        if "equation" in classes:
            return [raw_inline(tag("span", identifier, ["equation"])), *content, raw_inline(f"{_equation_number(inline)}</span>")]
        if "only" in classes:
            return self._only(inline, content, raw_inline)
        if element := screen.change(classes):
            return [raw_inline(tag(element, identifier, classes)), *content, raw_inline(f"</{element}>")]
        kept = [name for name in classes if name not in INVISIBLE]
        pairs = [[key, value] for key, value in inline["c"][0][2] if key in ("lang", "dir")]
        return [tree.node("Span", [identifier, kept, pairs], content)] if identifier or kept or pairs else content

    def _note(self, inline: Node) -> list[Node]:
        """The mark of a note, numbered as given; its text waits for the end of the chapter."""
        given, number = tree.identifier(inline), tree.value(inline, "number")
        identifier, mark = self._define(given), self._define(f"{given}-ref")
        self.notes += [(identifier, mark, number, note["c"]) for note in inline["c"][1] if note["t"] == "Note"]
        return [screens.mark(mark, f"#{identifier}", number)]

    def _link(self, inline: Node) -> list[Node]:
        """A link. One within it (the DOI of a work cited) stands beside it: HTML knows no link in a link."""
        _, inlines, (url, title) = inline["c"]
        kept = [name for name in tree.classes(inline) if name in ("xref", "term")]
        role = "doc-biblioref" if url.startswith("#ref-") else "doc-glossref" if "term" in kept else ""
        if url.startswith("#"):
            url = self.identifiers.target(url[1:], self.slug)
        identifier = self._define(tree.identifier(inline))
        out: list[Node] = []
        for is_apart, run in groupby(inlines, _stands_apart):
            content = self._inlines(list(run))
            if is_apart or (len(inlines) > 1 and not any(c.isalnum() for c in tree.plain(content))):
                out += content
            elif not url:
                out.append(tree.node("Span", ["", ["unresolved"], []], content))
            else:
                out += [
                    raw_inline(tag("a", identifier, kept, href=url, role=role, title=title if "term" in kept else "")),
                    *content,
                    raw_inline("</a>"),
                ]
                identifier = ""
        return out

    def _image(self, inline: Node) -> list[Node]:
        """An image with its alternative text; an ornament has an empty one, and nothing is made up where it is missing."""
        _, inlines, (url, _) = inline["c"]
        text, decorative = tree.plain(inlines) or tree.value(inline, "alt"), "decorative" in tree.classes(inline)
        self.images.append({"name": url.removeprefix("images/"), "alt": text, "decorative": decorative})
        alt = ' alt=""' if decorative else f' alt="{escape(text)}"' if text else ""
        width, height = screen.size(tree.value(inline, "width")), screen.size(tree.value(inline, "height"))
        share = [f"w{width[1:]}"] if width.startswith("%") else []
        sizes = {"width": width} if width and not share else {"height": height} if height and not width and height[0] != "%" else {}
        opened = tag("img", self._define(tree.identifier(inline)), share, src=url, **sizes)
        return [raw_inline(f"{opened[:-1]}{alt} />")]


def _is_formula(inlines: list[Node]) -> bool:
    if len(inlines) != 1:
        return False
    only = inlines[0]
    return "equation" in tree.classes(only) or bool(only["t"] == "Math" and only["c"][0]["t"] == "DisplayMath")


def _equation_number(inline: Node) -> str:
    return f'<span class="number">({escape(tree.value(inline, "number"))})</span>'


def _stands_apart(inline: Node) -> bool:
    """What is a link of its own: a link, the mark of a note, or whatever holds one."""
    return any(element["t"] in ("Link", "Note") for element in tree.walk(inline))


def _nothing(element: Node) -> list[Node]:
    """Raw markup, and what pandoc may add one day: no edition shows what it does not know."""
    if element["t"] == "Note":
        raise ValueError("a note without its number: every note is numbered before it comes here")
    return []


def _placed(cells: list[Cell], spans: list[int]) -> Iterator[tuple[int, Cell]]:
    """(column, cell) of a row; `spans` counts for each column the rows that a cell above still covers."""
    at = 0
    for cell in cells:
        while at < len(spans) and spans[at]:
            spans[at] -= 1
            at += 1
        yield min(at, len(spans) - 1), cell
        for _ in range(cell[3]):
            if at < len(spans):
                spans[at] = cell[2] - 1
            at += 1
    for rest in range(at, len(spans)):
        spans[rest] = max(0, spans[rest] - 1)
