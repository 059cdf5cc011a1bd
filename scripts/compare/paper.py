"""The PDF as a reader sees it: the text of its pages in the order in which it is to be read.

Reads the finished file by another library than made it (qpdf, by pikepdf); writes nothing. The letters are those that
the pages draw; the structure tree (ISO 32000-1, 14.7 and 14.8.4) tells only which of them belong together, so that
notes at the foot, tables over several pages and figures that moved to another page are where the text has them. Running
heads, folios and the repeated heads of tables are no content of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

from octavo.compare import glyphs
from octavo.compare.seen import Chapter, Item, Seen, Sink, formula, is_part, mark
from octavo.model import UserError

# Types that stand in a line (ISO 32000-1, 14.8.4.4); any other begins and ends a block.
_INLINE = {"Span", "Link", "Reference", "Quote", "Annot", "Code", "BibEntry", "Ruby", "Warichu", "Em", "Strong", "Sub"}
_GROUPS = {"Document", "Part", "Art", "Sect", "NonStruct"}
_HEADING = re.compile(r"H(\d*)$")


def read_pdf(path: Path) -> Seen:
    """The print edition at `path`. Raises UserError where there is none, or one without a structure tree."""
    try:
        with pikepdf.open(path) as pdf:
            if "/StructTreeRoot" not in pdf.Root:
                raise UserError(f"{path} cannot be compared: it has no structure tree", hint="Octavo makes tagged PDFs alone")
            return Reader(pdf, path.as_posix()).read()
    except (OSError, pikepdf.PdfError) as error:
        raise UserError(f"{path} cannot be read: {error}", hint="build the editions first: `make`") from None


class Reader:
    """The elements of the structure tree, walked in order."""

    def __init__(self, pdf: pikepdf.Pdf, path: str) -> None:
        self.root: Any = pdf.Root.StructTreeRoot
        self.roles = {str(name)[1:]: str(role)[1:] for name, role in dict(self.root.get("/RoleMap", {})).items()}
        self.texts = glyphs.texts(pdf)
        self.seen = Seen("PDF", path)
        self.chapter = Chapter("", path)  # what stands before the first chapter belongs to none
        self.in_part = False
        self.page: Any = None

    def read(self) -> Seen:
        sink = Sink([])
        blocks = list(self._blocks(self.root))
        for at, element in enumerate(blocks):
            level = self._level(element)
            if level and level <= (2 if self.in_part else 1):
                sink.cut()
                following = self._level(blocks[at + 1]) if at + 1 < len(blocks) else 0
                sink = self._open(element, level, following)
            elif self._role(element) == "TOC":
                # The heading above it was that of the contents, and no chapter.
                self.seen.chapters.clear()
            else:
                self._element(element, sink)
        sink.cut()
        return self.seen

    def _open(self, element: Any, level: int, following: int) -> Sink:
        """A chapter or a part: headings of the first level, and of the second within a part."""
        self.chapter = Chapter("", self.seen.path)
        self.seen.chapters.append(self.chapter)
        self.chapter.title = self._apart(element)
        if level == 1:
            self.in_part = is_part(self.chapter.title) and following == 2
        return Sink(self.chapter.body)

    # The tree

    def _blocks(self, element: Any) -> Iterator[Any]:
        """The blocks of the book; what only groups them is passed through."""
        for child in self._children(element):
            if isinstance(child, str):
                continue
            if self._role(child) in _GROUPS:
                yield from self._blocks(child)
            else:
                yield child

    def _children(self, element: Any) -> Iterator[Any]:
        """What an element holds: elements, and text from the pages."""
        kids = element.get("/K", [])
        page = element.get("/Pg")
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                yield self._text(page, kid)
            elif "/MCID" in kid:
                yield self._text(kid.get("/Pg", page), int(kid["/MCID"]))
            elif "/S" in kid:
                yield kid

    def _text(self, page: Any, number: int) -> str:
        return self.texts[page.objgen].get(number, "") if page is not None else ""

    def _role(self, element: Any) -> str:
        name = str(element["/S"])[1:]
        return self.roles.get(name, name)

    def _level(self, element: Any) -> int:
        """The level of a heading, 0 for anything else."""
        found = _HEADING.match(self._role(element))
        return int(found[1] or 1) if found else 0

    # Text

    def _walk(self, element: Any, sink: Sink) -> None:
        for child in self._children(element):
            if isinstance(child, str):
                sink.add(child)
            else:
                self._element(child, sink)

    def _element(self, element: Any, sink: Sink) -> None:
        role = self._role(element)
        if role == "Note":
            self._note(element)
        elif role == "Lbl":
            sink.add(mark(self._apart(element)))
        elif role == "Formula":
            sink.add(formula(self._apart(element)))
        elif role in ("Figure", "TOC"):
            return  # a picture shows no text of the book
        elif self._level(element):
            sink.cut()
            sink.add(self._apart(element))
            sink.cut("heading")
        elif role == "Table":
            sink.cut()
            self._table(element)
        elif role in _INLINE and not _is_block(element):
            self._walk(element, sink)
        else:
            sink.cut()
            self._block(element, role, sink)
            sink.cut()

    def _block(self, element: Any, role: str, sink: Sink) -> None:
        captions = [child for child in self._children(element) if not isinstance(child, str) and self._role(child) == "Caption"]
        for caption in captions:
            items = self.chapter.tables if self._holds_table(element) else sink.items
            items.append(Item("caption", self._apart(caption)))
        if role == "L":
            self._list(element, sink)
        elif role != "Caption":
            self._walk(element, sink)

    def _apart(self, element: Any) -> str:
        """The text of an element as one, lines set apart; its notes go where notes go."""
        inner = Sink([])
        for child in self._children(element):
            if isinstance(child, str):
                inner.add(child if child.endswith("\u00ad") else f"{child} ")
            else:
                self._element(child, inner)
        return inner.whole()

    def _holds_table(self, element: Any) -> bool:
        children = [child for child in self._children(element) if not isinstance(child, str)]
        return any(self._role(child) == "Table" or self._holds_table(child) for child in children)

    def _list(self, element: Any, sink: Sink) -> None:
        """A list. The labels of a list without numbers or bullets are the terms that it defines."""
        defines = any(str(given.get("/ListNumbering", "")) == "/None" for given in _attributes(element))
        for item in self._children(element):
            if isinstance(item, str):
                continue
            if self._role(item) != "LI":
                self._element(item, sink)
                continue
            for part in self._children(item):
                if isinstance(part, str):
                    sink.add(part)
                elif self._role(part) != "Lbl":
                    self._element(part, sink)
                elif defines:
                    sink.cut()
                    self._walk(part, sink)
                    sink.cut()

    def _table(self, element: Any) -> None:
        """A table, a row at a time."""
        for child in self._children(element):
            if isinstance(child, str):
                continue
            if self._role(child) == "Caption":
                self.chapter.tables.append(Item("caption", self._apart(child)))
                continue
            if self._role(child) != "TR":
                self._table(child)
                continue
            cells = [self._apart(cell) for cell in self._children(child) if not isinstance(cell, str)]
            self.chapter.tables.append(Item("row", " | ".join(cells)))

    def _note(self, element: Any) -> None:
        """A note: its number, then its text, however many pages it runs over."""
        notes = self.chapter.notes
        at = len(notes)
        text = self._apart(element)
        number, _, rest = text.removeprefix("⁅").partition("⁆") if text.startswith("⁅") else ("", "", text)
        notes.insert(at, Item("note", rest.strip(), number.strip(". ")))


def _attributes(element: Any) -> list[Any]:
    given = element.get("/A", [])
    return [one for one in (given if isinstance(given, pikepdf.Array) else [given]) if isinstance(one, pikepdf.Dictionary)]


def _is_block(element: Any) -> bool:
    return any(str(given.get("/Placement", "")) == "/Block" for given in _attributes(element))
