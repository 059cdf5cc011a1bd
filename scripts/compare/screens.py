"""The EPUB and the web edition as a reader sees them: the text of their pages, in the order of their contents.

Reads the finished EPUB or folder; writes nothing. Numbers, labels and marks are those in the text; elements and their
roles tell only what a text is. Addresses, identifiers and whatever else nobody sees is not read.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

from octavo.compare.seen import PAGES, Chapter, Item, Seen, Sink, formula, mark
from octavo.model import UserError

Attributes = dict[str, str]

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_UNSEEN = {"head", "script", "style", "template", "nav", "footer", "svg", "annotation", "title"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "header", "hr",
    "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
# What stands in place of page numbers: locators of an index, places that cite an entry, references to a page.
_PAGES = {"locators", "locator", "index-locator-list", "index-locator", "backrefs", "page-reference"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_OPF = "{http://www.idpf.org/2007/opf}"
_CONTAINER = ".//{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"


def read_html(folder: Path) -> Seen:
    """The web edition in `folder`: index.html, and the pages in the order of its contents."""

    def read(name: str) -> str:
        return (folder / name).read_text("utf-8")

    return _guarded(folder, lambda: _book("web edition", folder.as_posix(), Contents(read("index.html")).pages, read))


def read_epub(path: Path) -> Seen:
    """The EPUB at `path`: its pages in the order of its spine, those that its contents name."""

    def read_all() -> Seen:
        with zipfile.ZipFile(path) as archive:

            def read(name: str) -> str:
                return archive.read(name).decode("utf-8")

            spine, contents = _spine(archive)
            folder = posixpath.dirname(contents)
            named = {posixpath.join(folder, page) for page, _ in Contents(read(contents)).pages}
            return _book("EPUB", path.as_posix(), [(name, "") for name in spine if name in named], read)

    return _guarded(path, read_all)


def _guarded(path: Path, read: Callable[[], Seen]) -> Seen:
    try:
        return read()
    except (OSError, zipfile.BadZipFile, KeyError, UnicodeDecodeError, ElementTree.ParseError) as error:
        raise UserError(f"{path} cannot be read: {error}", hint="build the editions first: `make`") from None


def _spine(archive: zipfile.ZipFile) -> tuple[list[str], str]:
    """The pages of an EPUB in reading order, and the page of its contents (EPUB 3.3, § 5.6 and 5.7)."""
    rootfile = ElementTree.fromstring(archive.read("META-INF/container.xml")).find(_CONTAINER)
    name = rootfile.get("full-path", "") if rootfile is not None else ""
    package = ElementTree.fromstring(archive.read(name))
    items = {item.get("id", ""): item for item in package.iter(f"{_OPF}item")}
    folder = posixpath.dirname(name)
    files = {identifier: posixpath.join(folder, unquote(item.get("href", ""))) for identifier, item in items.items()}
    contents = next(files[identifier] for identifier, item in items.items() if "nav" in item.get("properties", "").split())
    return [files[item.get("idref", "")] for item in package.iter(f"{_OPF}itemref")], contents


def _book(edition: str, path: str, pages: list[tuple[str, str]], read: Callable[[str], str]) -> Seen:
    """`pages`: (file, "") of a page, or ("", title) of a part that has none of its own."""
    seen = Seen(edition, path)
    for name, title in pages:
        chapter = Chapter(title, f"{path}/{name}" if name else path)
        seen.chapters.append(chapter)
        if name:
            Text(chapter).feed(read(name))
    return seen


class Contents(HTMLParser):
    """The first list of contents in a page: the files in its order, and the titles of parts that have none."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pages: list[tuple[str, str]] = []
        self.depth = 0
        self.ended = False
        self.title: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "nav" and not self.ended:
            self.depth += 1
        elif self.depth and tag == "h3":
            self.title = []
        elif self.depth and tag == "a":
            page, _, place = (dict(attrs).get("href") or "").partition("#")
            if page and "://" not in page and (unquote(page), "") not in self.pages and (not place or self.title is not None):
                self.pages.append((unquote(page), ""))
                self.title = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "nav" and self.depth:
            self.depth -= 1
            self.ended = not self.depth
        elif tag == "h3" and self.title is not None:
            self.pages.append(("", " ".join("".join(self.title).split())))
            self.title = None

    def handle_data(self, data: str) -> None:
        if self.title is not None:
            self.title.append(data)


@dataclass
class Scope:
    """An element that is open, and what is to be done when it ends."""

    tag: str
    end: Callable[[], None] | None = None
    sink: Sink | None = None


@dataclass
class Float:
    """A figure or table that is open: its caption and rows, and whether there is a table in it."""

    items: list[Item] = field(default_factory=list)
    is_table: bool = False


def _leads_elsewhere(given: Attributes) -> bool:
    """What only helps to find a place: the number of a printed page, the letters over an index."""
    return given.get("role") == "doc-pagebreak" or "letters" in given.get("class", "").split()


class Text(HTMLParser):
    """A page, read into a chapter. Text goes into the innermost sink."""

    def __init__(self, chapter: Chapter) -> None:
        super().__init__()
        self.chapter = chapter
        self.open: list[Scope] = [Scope("", None, Sink(chapter.body))]
        self.unseen = 0
        self.floats: list[Float] = []
        self.cells: list[str] = []
        self.begun = False
        self.in_notes = 0
        self.is_notes = False

    @property
    def sink(self) -> Sink:
        return next(scope.sink for scope in reversed(self.open) if scope.sink)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            if tag in ("br", "hr"):
                self.sink.add(" ")
            return
        if self.unseen or tag in _UNSEEN or "hidden" in given or _leads_elsewhere(given):
            self.unseen += 1
            self.open.append(Scope(tag))
            return
        if tag in _BLOCKS or tag in _HEADINGS:
            self.sink.cut()
        self.open.append(Scope(tag))
        self._begin(tag, given, self.open[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or all(scope.tag != tag for scope in self.open[1:]):
            return
        while True:
            scope = self.open[-1]
            if self.unseen:
                self.unseen -= 1
            elif scope.sink is None and scope.tag in _BLOCKS:
                self.sink.cut()
            self.open.pop()
            if scope.end:
                scope.end()
            if scope.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self.unseen and self.begun:
            self.sink.add(data)

    # What an element is

    def _begin(self, tag: str, given: Attributes, scope: Scope) -> None:
        role, classes = given.get("role", ""), given.get("class", "").split()
        if tag == "section" and role in ("doc-bibliography", "doc-index") and not self.begun:
            self.chapter.kind = role.removeprefix("doc-")
        elif tag == "section" and "list" in classes and not self.begun:
            self.chapter.kind = "list"
        if tag in _HEADINGS:
            self._apart(scope, self._heading)
        elif role == "doc-endnotes":
            self.in_notes += 1
            self.chapter.notes_at = len(self.chapter.body)
            scope.end = self._end_of_notes
        elif role in ("doc-footnote", "doc-endnote"):
            self._apart(scope, self._note)
        elif role == "doc-noteref":
            self._apart(scope, lambda text: self.sink.add(mark(text)))
        elif tag == "math" or "equation" in classes:
            self._apart(scope, lambda text: self.sink.add(formula(text)))
        elif _PAGES & set(classes):
            self._apart(scope, lambda _: self.sink.add(PAGES))
        elif tag in ("figure", "figcaption", "table", "tr", "td", "th"):
            self._float(tag, scope)

    def _apart(self, scope: Scope, done: Callable[[str], None]) -> None:
        """Let the text of an element go into a sink of its own, and be handed over whole when the element ends."""
        scope.sink = inner = Sink([])
        scope.end = lambda: done(inner.whole())
        self.begun = self.begun or scope.tag in _HEADINGS

    def _heading(self, title: str) -> None:
        if not self.chapter.title:
            self.chapter.title = title
            self.is_notes = bool(self.in_notes)
        elif self.in_notes and not self.is_notes:
            self.chapter.notes_title = title
        else:
            self.sink.add(title)
            self.sink.cut("heading")

    def _end_of_notes(self) -> None:
        self.in_notes -= 1

    def _note(self, text: str) -> None:
        """A note: the first word is its number. In a chapter of notes it is text among other text."""
        number, _, rest = text.partition(" ")
        if self.is_notes:
            self.chapter.body.append(Item("note", f"{number.strip('.')}. {rest}"))
            return
        self.chapter.notes.append(Item("note", rest, number.strip(".")))

    def _float(self, tag: str, scope: Scope) -> None:
        if tag == "figure":
            self.floats.append(Float([Item("caption", "")]))
            scope.end = self._end_of_float
        elif tag == "figcaption" and self.floats:
            self._apart(scope, self._caption)
        elif tag == "table":
            if self.floats:
                self.floats[-1].is_table = True
        elif tag == "tr":
            self.cells = []
            scope.end = self._row
        elif tag in ("td", "th"):
            self._apart(scope, self.cells.append)

    def _caption(self, text: str) -> None:
        self.floats[-1].items[0] = Item("caption", text)

    def _row(self) -> None:
        items = self.floats[-1].items if self.floats else self.chapter.tables
        items.append(Item("row", " | ".join(self.cells)))

    def _end_of_float(self) -> None:
        ended = self.floats.pop()
        kept = [item for item in ended.items if item.text]
        if self.floats and not ended.is_table:
            self.floats[-1].items += kept
        else:
            (self.chapter.tables if ended.is_table else self.chapter.figures).extend(kept)
