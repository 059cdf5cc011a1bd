"""Where the sentences of a book begin and end: marks in its tree, by which a page of print is found again on a screen.

Reads and writes nothing: the cited record is changed in place. A mark is an empty span of class `sentence` whose `at` names
the sentence, the same in every edition: the print edition has it where a sentence ends, and so learns on which page that is;
a screen where it begins. A sentence ends where a stop is followed by a space. That of an abbreviation is taken for one too:
the place found is only the nearer for it. Headings, lines of verse, rows of tables, headings of an index and notes are one sentence each.
"""

from __future__ import annotations

import re
from typing import Any

from octavo import tree
from octavo.model import Node

Record = dict[str, Any]

CLASS = "sentence"
LABEL = "octavo-sentence"
"""What the marks bear in Typst (typst_apparatus.SENTENCES, and page-mark in book.typ)."""
FLOAT = "float-"
_STOPS = ".!?…。！？؟۔।॥։"
_CLOSERS = "\"'”’»›“‘)\\]⟩】」』"
_STOPPED = re.compile(rf"[{_STOPS}][{_CLOSERS}]*$")
_BREAK = re.compile(rf"(?<=[{_STOPS}{_CLOSERS}]) +")
_CLOSING = re.compile(rf"[{_CLOSERS}]+")
# What holds running text; a citation, a link or a formula is not looked into.
_RUNNING = ("Emph", "Strong", "SmallCaps", "Underline", "Strikeout", "Quoted", "Span")
_WHOLE = {"note", "noteref", "citation", "equation", "locators", "locator", "page-reference", "xref", "csl-left-margin", "unresolved"}
_SPACES = ("Space", "SoftBreak", "LineBreak")


def mark(record: Record, at_end: bool) -> None:
    """Mark every sentence of a book, in place, where it ends or where it begins; those of notes only if they are not at the foot."""
    for chapter in record["chapters"]:
        chapter["blocks"] = Marks(chapter["slug"], at_end).blocks(chapter["blocks"])
    if record["book"].get("notes") == "chapter":
        for element in tree.walk([chapter["blocks"] for chapter in record["chapters"]]):
            if "note" in tree.classes(element):
                _mark_note(element, at_end)


def _mark_note(span: Node, at_end: bool) -> None:
    """A note is one sentence, and bears its name."""
    blocks = [block for note in span["c"][1] if note["t"] == "Note" for block in note["c"] if block["t"] in ("Para", "Plain")]
    if blocks:
        made = _made(tree.identifier(span), last=at_end)
        blocks[-1 if at_end else 0]["c"].insert(len(blocks[-1]["c"]) if at_end else 0, made)


def _made(name: str, last: bool) -> Node:
    """A mark; one at the end of a paragraph says so, for nothing comes behind it."""
    return tree.node("Span", tree.attr("", [CLASS, *(["last"] if last else [])], at=name), [])


def placeholder(name: str) -> str:
    """What stands on a screen where a sentence begins until the pages are known (a comment holds no two hyphens)."""
    return f"<!--s:{name.replace('-', '~')}-->" if name else ""


_PLACEHOLDER = re.compile(rb"<!--(?:s:.*?|page-list|page-metadata)-->\n?")


def unmarked(name: str, content: bytes) -> bytes:
    """A file of an edition without what waits for the pages."""
    return _PLACEHOLDER.sub(b"", content) if name.endswith((".html", ".xhtml", ".opf")) else content


def led(inlines: list[Node], by: Node) -> list[Node]:
    """Inlines led by another one, which comes behind the placeholder that they may begin with."""
    at = bool(inlines and inlines[0]["t"] == "RawInline" and inlines[0]["c"][1].startswith(placeholder(" ")[:6]))
    return [*inlines[:at], by, *inlines[at:]]


def is_float(name: str) -> bool:
    """Whether a sentence is one of a figure or table, which may stand before or behind its place in the text."""
    return f".{FLOAT}" in name


def name_of(element: Node) -> str:
    """The name of the sentence that an element marks; nothing for any other element."""
    return tree.value(element, "at") if element["t"] in ("Span", "Div") and CLASS in tree.classes(element) else ""


class Marks:
    """Puts the marks into one chapter and counts them."""

    def __init__(self, slug: str, at_end: bool) -> None:
        self.slug, self.at_end = slug, at_end
        self.count = 0
        self.kind = ""
        self.stopped = False

    def _mark(self, last: bool = False) -> Node:
        """The mark of the next sentence."""
        self.count += 1
        return _made(f"{self.slug}.{self.kind}{self.count}", last and self.at_end and not self.kind)

    def _apart(self) -> Node:
        """A mark before a block that has no words to put it between."""
        mark = self._mark()
        return tree.node("Plain", [mark]) if self.at_end else tree.node("Div", *mark["c"])

    def blocks(self, blocks: list[Node]) -> list[Node]:
        return [made for block in blocks for made in self._block(block)]

    def _block(self, block: Node) -> list[Node]:
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind in ("Para", "Plain"):
            return self._paragraph(block)
        if kind == "Header":
            block["c"][2] = self._whole(content[2])
        elif kind == "BlockQuote":
            block["c"] = self.blocks(content)
        elif kind == "BulletList":
            block["c"] = [self.blocks(item) for item in content]
        elif kind == "OrderedList":
            content[1] = [self.blocks(item) for item in content[1]]
        elif kind == "DefinitionList":
            block["c"] = [[self._term(term), [self.blocks(item) for item in items]] for term, items in content]
        elif kind == "LineBlock":
            block["c"] = [self._whole(line, last=True) if line else line for line in content]
        elif kind == "Div":
            self._div(block)
        elif kind in ("Figure", "Table"):
            self._float(block)
        elif kind == "CodeBlock":
            return [self._apart(), block]
        return [block]

    def _paragraph(self, block: Node) -> list[Node]:
        inlines = block["c"]
        if len(inlines) == 1 and (inlines[0]["t"] == "Math" or "equation" in tree.classes(inlines[0])):
            return [self._apart(), block]
        if any(inline["t"] != "Image" for inline in inlines) and tree.plain(inlines):
            block["c"] = self._sentences(inlines)
        return [block]

    def _div(self, block: Node) -> None:
        classes = tree.classes(block)
        if "index-list" in classes:
            for group in block["c"][1]:
                for part in group["c"][1]:
                    self._index(part)
        elif "note" in classes and tree.value(block, "to"):
            # Its words may not be the same in all editions: a short form stands for *ibid.* on a screen.
            for inner in block["c"][1]:
                if inner["t"] in ("Para", "Plain"):
                    inner["c"] = self._whole(inner["c"], last=True)
                else:
                    self._block(inner)
        elif "entry" in classes:
            for inner in block["c"][1]:
                inner["c"] = self._whole(inner["c"])
        else:
            block["c"][1] = self.blocks(block["c"][1])

    def _index(self, part: Node) -> None:
        """A heading of an index is one with its places, apart from those below it."""
        if part["t"] != "BulletList":
            return
        for line, *below in part["c"]:
            line["c"] = self._whole(line["c"])
            for inner in below:
                self._index(inner)

    def _float(self, block: Node) -> None:
        """A figure or table may stand before or behind its place in the text: the names of its sentences say so."""
        outer, self.kind = self.kind, FLOAT
        caption = block["c"][1]
        caption[1] = self.blocks(caption[1])
        if block["t"] == "Figure":
            block["c"][2] = self.blocks(block["c"][2])
        else:
            _, _, _, (_, head), bodies, (_, foot) = block["c"]
            for rows in (head, *(rows for body in bodies for rows in body[2:4]), foot):
                for _, cells in rows:
                    self._row(cells)
        self.kind = outer

    def _row(self, cells: list[Any]) -> None:
        """A row is marked at the start of its first cell, or at the end of its longest."""
        texts = [(len(tree.plain(cell[4])), cell[4]) for cell in cells]
        held = [text for text in texts if text[0] and text[1][0]["t"] in ("Para", "Plain")]
        if held:
            blocks = max(held, key=lambda text: text[0])[1] if self.at_end else held[0][1]
            block = blocks[-1] if blocks[-1]["t"] in ("Para", "Plain") and self.at_end else blocks[0]
            block["c"] = self._whole(block["c"])

    def _term(self, term: list[Node]) -> list[Node]:
        """A term; one that links lead to stands in a span, which comes first."""
        if not self.at_end and term and term[0]["t"] == "Span":
            term[0]["c"][1] = self._whole(term[0]["c"][1])
            return term
        return self._whole(term)

    def _whole(self, inlines: list[Node], last: bool = False) -> list[Node]:
        """Inlines as one sentence."""
        return [*inlines, self._mark(last)] if self.at_end else [self._mark(), *inlines]

    def _sentences(self, inlines: list[Node]) -> list[Node]:
        """Inlines with a mark at each sentence."""
        self.stopped = False
        first = [] if self.at_end else [self._mark()]
        out = self._inlines(inlines)
        return [*first, *out, self._mark(last=True)] if self.at_end else [*first, *out]

    def _inlines(self, inlines: list[Node]) -> list[Node]:
        """Inlines with a mark at each space behind a stop; a note between them is passed over."""
        out: list[Node] = []
        for inline in inlines:
            kind = inline["t"]
            if kind in _SPACES:
                out += self._at(inline) if self.stopped else [inline]
            elif kind == "Str":
                out += self._words(inline["c"])
            elif kind in _RUNNING and not _WHOLE & set(tree.classes(inline)):
                if kind in ("Quoted", "Span"):
                    inline["c"][1] = self._inlines(inline["c"][1])
                else:
                    inline["c"] = self._inlines(inline["c"])
                out.append(inline)
            else:
                if text := tree.plain([inline]):
                    self.stopped = bool(_STOPPED.search(text))
                out.append(inline)
        return out

    def _at(self, space: Node) -> list[Node]:
        """A space between two sentences with its mark: behind the one, or before the other."""
        self.stopped = False
        return [self._mark(), space] if self.at_end else [space, self._mark()]

    def _words(self, words: str) -> list[Node]:
        """A run of words, cut at the spaces behind its stops."""
        out: list[Node] = []
        if words[:1] == " " and self.stopped:
            out += self._at(tree.node("Str", " "))
            words = words[1:]
        at = 0
        for found in _BREAK.finditer(words):
            if _STOPPED.search(words, at, found.start()):
                out += [tree.node("Str", words[at : found.start()]), *self._at(tree.node("Str", " "))]
                at = found.end()
        if words[at:]:
            out.append(tree.node("Str", words[at:]))
        if words and not _CLOSING.fullmatch(words):
            self.stopped = bool(_STOPPED.search(words))
        return out
