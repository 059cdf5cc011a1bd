"""What a reader sees of an edition, piece by piece, each with its place: text, cells, captions, titles, attributes, notes, entries.

Reads the pages of the EPUB and of the web edition, and the PDF through octavo.compare; writes nothing. Code and formulas stand
in their pieces as one sign that is no word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pikepdf

from octavo.compare.paper import Reader
from octavo.compare.seen import Seen, Sink
from octavo.model import Place
from octavo.validators.files import PAGES, Edition

Kind = Literal["text", "cell", "caption", "title", "attribute", "note", "entry", "citation"]
CODE = "\ufffc"
"""Stands for a passage of code or a formula."""

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_UNSEEN = {"script", "style", "template", "annotation", "annotation-xml"}
_CODE = {"code", "pre", "kbd", "samp", "textarea", "math", "svg"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "fieldset", "figure", "footer", "form",
    "header", "html", "head", "li", "main", "nav", "ol", "p", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_KINDS: dict[str, Kind] = {"td": "cell", "th": "cell", "figcaption": "caption", "caption": "caption", "title": "title"}
_KINDS |= dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "title")
_OF_ROLES: dict[str, Kind] = {"doc-footnote": "note", "doc-endnote": "note", "doc-biblioentry": "entry", "doc-biblioref": "citation"}
# What stands at the head of a note or a caption and is none of its words.
_LABELS = {"doc-backlink", "doc-pagebreak", "doc-noteref"}
_NOT_SAID = {"class", "id", "for", "headers", "style", "name", "xmlns", "alttext"}


class Piece(NamedTuple):
    """A piece of an edition: `name` is that of an attribute, the key of an entry or citation, or the number of a note."""

    kind: Kind
    text: str
    place: Place
    name: str = ""


@dataclass
class _Open:
    """An element that is open; a piece if it has a kind, and silent if what it holds is not to be read."""

    tag: str
    kind: Kind | None
    place: tuple[int, int]
    name: str = ""
    silent: bool = False
    unlabelled: bool = False
    text: list[str] = field(default_factory=list)


def of_pages(one: Edition) -> Iterator[Piece]:
    """Every piece of the pages of the EPUB or of the web edition."""
    for name in one.pages:
        if name.endswith(PAGES):
            for piece in _Shown(one.pages[name].text).pieces:
                yield piece._replace(place=one.place(name, piece.place.line, piece.place.column))


class _Shown(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self.open: list[_Open] = [_Open("", "text", (1, 0))]
        self.feed(text)
        while self.open:
            self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        line, column = self.getpos()
        for name, value in given.items():
            if name not in _NOT_SAID and not name.startswith(("data-", "xmlns:")):
                self.pieces.append(Piece("attribute", value, Place("", line, column + 1), name))
        if tag in _VOID:
            self._add("\n" if tag in ("br", "hr") else CODE if tag == "img" else "")
            return
        if tag in _CODE:
            self._add(CODE)
        kind, name = _kind(tag, given)
        label = given.get("role", "") in _LABELS or "label" in given.get("class", "").split()
        silent = self.open[-1].silent or tag in _UNSEEN | _CODE or "hidden" in given
        self.open.append(_Open(tag, kind, (line, column), name, silent, label))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and any(one.tag == tag for one in self.open[1:]):
            while self.open[-1].tag != tag:
                self._end()
            self._end()

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, words: str) -> None:
        """Words go into the innermost block and into every piece around it that is more than text; a label is no word of it."""
        if self.open[-1].silent and words != CODE:
            return
        is_label, in_block = False, True
        for one in reversed(self.open):
            is_label = is_label or one.unlabelled
            if (one.kind == "text" and in_block) or one.kind not in ("text", None):
                one.text.append("" if is_label and one.kind in ("note", "entry", "caption") else words)
            in_block = in_block and one.kind is None

    def _end(self) -> None:
        ended = self.open.pop()
        if ended.kind and not ended.silent:
            text = " ".join("".join(ended.text).split())
            if text or ended.kind in ("note", "entry", "citation"):
                line, column = ended.place
                self.pieces.append(Piece(ended.kind, text, Place("", line, column + 1), ended.name))
        # A block within a note or an entry is set apart from what follows.
        if ended.tag in _BLOCKS and self.open:
            for one in self.open:
                one.text.append("\n")


def _kind(tag: str, given: dict[str, str]) -> tuple[Kind | None, str]:
    """What an element is a piece of, and the key or number that it is known by."""
    identifier, target = given.get("id", ""), given.get("href", "").rpartition("#")[2]
    role = given.get("role", "")
    if identifier.startswith("ref-") and tag in ("li", "div", "p", "dd"):
        return "entry", identifier.removeprefix("ref-")
    if role in _OF_ROLES:
        key = target.removeprefix("ref-") if target.startswith("ref-") else ""
        return _OF_ROLES[role], key or identifier.rpartition("-")[2]
    if "citation" in given.get("class", "").split():
        return "citation", given.get("data-cites", "")
    return _KINDS.get(tag, "text" if tag in _BLOCKS else None), ""


# The PDF


class _Printed(Reader):
    """The reader of octavo.compare, without code and formulas."""

    def _element(self, element: Any, sink: Sink) -> None:
        if self._role(element) in ("Code", "Formula"):
            sink.add(CODE)
        else:
            super()._element(element, sink)


def of_pdf(path: Path, web: Seen) -> Iterator[Piece]:
    """Every piece of the PDF; which of its chapters are bibliographies, the web edition tells."""
    lists = {chapter.key for chapter in web.chapters if chapter.kind == "bibliography"}
    place = Place(path.as_posix())
    with pikepdf.open(path) as pdf:
        if "/StructTreeRoot" not in pdf.Root:
            return  # EDN006 tells of it
        yield from (Piece("attribute", str(value), place, name.strip("/")) for name, value in pdf.docinfo.items())
        with pdf.open_outline() as outline:
            yield from (Piece("title", item.title, place) for item in outline.root)
        seen = _Printed(pdf, path.as_posix()).read()
        for chapter in seen.chapters:
            kind: Kind = "entry" if chapter.key in lists else "text"
            yield Piece("title", chapter.title, place)
            yield from (Piece("note", note.text, place, note.number) for note in chapter.notes)
            for item in (*chapter.body, *chapter.figures, *chapter.tables):
                if item.what == "row":
                    yield from (Piece("cell", cell.strip(), place) for cell in item.text.split(" | "))
                else:
                    what: Kind = {"caption": "caption", "heading": "title", "note": "note"}.get(item.what, kind)  # type: ignore[assignment]
                    yield Piece(what, item.text, place)
