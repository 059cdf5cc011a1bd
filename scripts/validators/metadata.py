"""MET003: title, contributors, year and licence as book.yaml has them, against every place where the editions and CITATION.cff say them.

Reads the cited record, which holds what book.yaml says, the finished editions, and CITATION.cff in the folder of the book; writes
nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pikepdf
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from octavo import imprint
from octavo.compare import glyphs
from octavo.compare.seen import squeezed
from octavo.model import Finding, Place
from octavo.validators.files import Edition, finding

Record = dict[str, Any]
CFF = "CITATION.cff"
_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
# Names of meta elements by what they say (Highwire, Dublin Core, Open Graph); of a chapter, those with `inbook` tell of the book.
_TITLES = {"citation_inbook_title", "citation_book_title", "dc.title", "dcterms.title", "og:title", "citation_title"}
_PEOPLE = {"author", "citation_author", "citation_editor", "dc.creator", "dcterms.creator", "dc.contributor", "citation_inbook_author"}
_DATES = {"citation_publication_date", "citation_date", "citation_year", "dc.date", "dcterms.date", "dcterms.issued"}
_RIGHTS = {"dc.rights", "dcterms.rights", "dcterms.license"}
_TITLE_PAGES = 6
"""In how many pages at its front the PDF names title, contributors, year and licence."""


class Said(NamedTuple):
    """What one place says of the book; nothing in a field is no statement."""

    where: str
    place: Place
    titles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()


def disagreements(record: Record, directory: Path, pdf: Path, epub: Edition, web: Edition) -> Iterator[Finding]:
    """Every statement that is another than that of book.yaml."""
    book = record["book"]
    for said in (*_of_pdf(pdf), *_of_epub(epub), *_of_web(web), *_of_cff(directory)):
        yield from _compared(book, said)
    for where, place, text in (_front(pdf), *_title_pages(epub), *_title_pages(web)):
        yield from _shown(book, where, place, text)


def _compared(book: Record, said: Said) -> Iterator[Finding]:
    whole = " ".join(filter(None, (book["title"], book["subtitle"])))
    for title in said.titles:
        if _letters(title) not in (_letters(book["title"]), _letters(whole)):
            yield _differs("the title", title, book["title"], said)
    names = {_name(person["name"]): person["name"] for person in book["contributors"]}
    for person in said.people:
        if names and _name(person) not in names:
            yield _differs("a contributor", person, ", ".join(names.values()), said)
    if said.people and names:
        told = {_name(person) for person in said.people}
        for person in book["contributors"]:
            if person["role"] == _first_role(book) and _name(person["name"]) not in told:
                yield _differs("the list of contributors", ", ".join(said.people), person["name"], said)
    for year in said.years:
        if book["date"] and year[:4] != book["date"][:4]:
            yield _differs("the year", year[:4], book["date"][:4], said)
    for licence in said.licences:
        if book["license"] and not _same_licence(licence, str(book["license"])):
            yield _differs("the licence", licence, str(book["license"]), said)


def _differs(what: str, said: str, given: str, by: Said) -> Finding:
    return finding("MET003", by.place, what=what, said=said, given=given, where=by.where)


def _first_role(book: Record) -> str:
    """The role whose bearers every place names: the authors', or the editors' of a book without author."""
    return "author" if any(person["role"] == "author" for person in book["contributors"]) else "editor"


def _letters(words: str) -> str:
    """Letters and digits alone: how a title and a subtitle are joined, and the form of quotation marks, are no difference."""
    return "".join(letter for letter in squeezed(words) if letter.isalnum())


def _name(name: str) -> tuple[str, ...]:
    """A name whichever of its parts comes first."""
    return tuple(sorted(re.findall(r"\w+", name.casefold())))


def _same_licence(said: str, given: str) -> bool:
    text, address = imprint.licence(given)
    known = {_letters(given).casefold(), _letters(text).casefold()} - {""}
    if address and address.removeprefix("https://").rstrip("/") in said:
        return True
    return _letters(said).casefold() in known or any(name in _letters(said).casefold() for name in known)


# The PDF


def _of_pdf(path: Path) -> Iterator[Said]:
    place = Place(path.as_posix())
    with pikepdf.open(path) as pdf:
        info = {str(key)[1:]: str(value) for key, value in pdf.docinfo.items()}
        with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
            title, people, date = (xmp.get(key) for key in ("dc:title", "dc:creator", "xmp:CreateDate"))
    names = tuple(part for part in re.split(r"\s*[,;]\s*", info.get("Author", "")) if part)
    # A name with a comma in it cannot be told from two: the metadata have each by itself.
    names = tuple(people) if isinstance(people, list) and ", ".join(people) == info.get("Author") else names
    created = re.findall(r"\d{4}", info.get("CreationDate", ""))[:1]
    yield Said("the PDF’s properties", place, tuple(filter(None, [info.get("Title")])), names, tuple(created))
    creators = tuple(people) if isinstance(people, list) else ()
    yield Said("the PDF’s metadata", place, (str(title),) if title else (), creators, (str(date)[:4],) if date else ())


def _front(path: Path) -> tuple[str, Place, str]:
    with pikepdf.open(path) as pdf:
        read = glyphs.texts(pdf, _TITLE_PAGES)
    return "the title page of the PDF", Place(path.as_posix()), " ".join(text for page in read.values() for text in page.values())


# The EPUB and the web edition


def _of_epub(one: Edition) -> Iterator[Said]:
    for name in one.files:
        if not name.endswith(".opf"):
            continue
        try:
            package = ElementTree.fromstring(one.files[name])
        except ElementTree.ParseError:
            return  # EDN005 tells of it
        metadata = package.find(f"{_OPF}metadata")
        kinds = {
            meta.get("refines", "").lstrip("#"): meta.text for meta in package.iter(f"{_OPF}meta") if meta.get("property") == "title-type"
        }
        parts = list(metadata) if metadata is not None else []
        titles = [
            _words(part) for part in parts if part.tag == f"{_DC}title" and kinds.get(part.get("id", ""), "main") in ("main", "expanded")
        ]
        people = [_words(part) for part in parts if part.tag in (f"{_DC}creator", f"{_DC}contributor")]
        dates = [_words(part) for part in parts if part.tag == f"{_DC}date"]
        rights = [_words(part) for part in parts if part.tag == f"{_DC}rights"]
        yield Said("the EPUB’s metadata", one.place(name), *map(tuple, (titles, people, dates, rights)))


def _words(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _of_web(one: Edition) -> Iterator[Said]:
    """What each page says of the book; only the first page is all about it."""
    for name, page in one.pages.items():
        if not name.endswith(".html"):
            continue
        head = _Head(page.text)
        of_book = {"index.html": _TITLES}.get(name, {"citation_inbook_title", "citation_book_title"})
        titles, people, dates = ([value for key, value in head.said if key in keys] for keys in (of_book, _PEOPLE, _DATES))
        if name != "index.html":
            # A chapter may have authors and a date of its own: it shows them.
            shown = _letters(unescape(_TAG.sub("", page.text)))
            people, dates = [person for person in people if _letters(person) not in shown], []
        rights = [*head.licences, *(value for key, value in head.said if key in _RIGHTS)]
        titles += head.titles if name == "index.html" else []
        line = head.line or 1
        yield Said("the web edition", one.place(name, line), *map(tuple, (titles, people, dates, rights)))
        if name == "index.html":
            yield from (_of_linked(data, one.place(name, line)) for data in head.linked)


def _of_linked(data: Any, place: Place) -> Said:
    """Schema.org's Book in JSON-LD."""
    people = data.get("author", []) if isinstance(data, dict) else []
    names = [one.get("name", "") if isinstance(one, dict) else str(one) for one in (people if isinstance(people, list) else [people])]
    title, date, rights = (str(data.get(key, "")) if isinstance(data, dict) else "" for key in ("name", "datePublished", "license"))
    return Said("the web edition’s JSON-LD", place, *(tuple(filter(None, each)) for each in ([title], names, [date], [rights])))


class _Head(HTMLParser):
    """What the head of a page says in its elements meta, link and title, and in JSON-LD."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self.licences: list[str] = []
        self.titles: list[str] = []
        self.linked: list[Any] = []
        self.line = 0
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and given.get("content"):
            self.said.append(((given.get("name") or given.get("property") or "").lower(), given["content"]))
        elif tag == "link" and "license" in given.get("rel", "").split():
            self.licences.append(given.get("href", ""))
        elif tag == "title" and not self.line:
            self.line, self._open = self.getpos()[0], "title"
        elif tag == "script" and given.get("type") == "application/ld+json":
            self._open = "linked"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("title", "script"):
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "title":
            self.titles.append(data)
        elif self._open == "linked":
            try:
                self.linked.append(json.loads(data))
            except ValueError:
                self.linked.append({})


def _title_pages(one: Edition) -> Iterator[tuple[str, Place, str]]:
    """Title page and copyright page together, as one text: both have a class of their own, in either edition."""
    found = [
        (name, part) for name, page in one.pages.items() for part in _TITLE_PAGE.findall(page.text) if name.endswith((".xhtml", ".html"))
    ]
    if found:
        text = " ".join(_TAG.sub("", part) + " " + " ".join(re.findall(r'href="([^"]*)"', part)) for _, part in found)
        head = re.search(r"<h1", one.pages[found[0][0]].text)
        line = one.pages[found[0][0]].text.count("\n", 0, head.start()) + 1 if head else 1
        edition = "the EPUB" if one.path.endswith(".epub") else "the web edition"
        yield f"the title page of {edition}", one.place(found[0][0], line), text


_TAG = re.compile(r"<[^>]*>")
_TITLE_PAGE = re.compile(r'<(?:section|header)\b[^>]*class="(?:title-page|copyright-page)"[^>]*>(.*?)</(?:section|header)>', re.DOTALL)


def _shown(book: Record, where: str, place: Place, text: str) -> Iterator[Finding]:
    """What a title page must show: title, authors, and no other year or licence than the book's."""
    shown = _letters(unescape(text)).casefold()
    said = Said(where, place)
    if _letters(book["title"]).casefold() not in shown:
        yield _differs("the title", "missing or another", book["title"], said)
    for person in book["contributors"]:
        if person["role"] == _first_role(book) and _letters(person["name"]).casefold() not in shown:
            yield _differs("a contributor", "missing or another", person["name"], said)
    for year in re.findall(r"©\s*(\d{4})", unescape(text)):
        if book["date"] and year != book["date"][:4]:
            yield _differs("the year", year, book["date"][:4], said)


# CITATION.cff


def _of_cff(directory: Path) -> Iterator[Said]:
    """The book's own reference: `preferred-citation`, or all of the file unless it tells of software (CFF 1.2.0)."""
    path = directory / CFF
    if not path.is_file():
        return
    try:
        data = YAML().load(BytesIO(path.read_bytes()))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        yield Said("CITATION.cff, which cannot be read,", Place(CFF, mark.line + 1 if mark else 1), titles=("?",))
        return
    told = data.get("preferred-citation") or (data if data.get("type") != "software" else None)
    if not told:
        return
    for key, field in (("title", "titles"), ("authors", "people"), ("year", "years"), ("date-released", "years"), ("license", "licences")):
        if key in told:
            given = told[key]
            values = (
                tuple(_person(one) for one in given) if key == "authors" else tuple(map(str, given if isinstance(given, list) else [given]))
            )
            yield Said(CFF, Place(CFF, told.lc.key(key)[0] + 1, told.lc.key(key)[1] + 1), **{field: values})


def _person(given: Any) -> str:
    if given.get("name"):
        return str(given["name"])
    keys: Sequence[str] = ("given-names", "name-particle", "family-names", "name-suffix")
    return " ".join(str(given[key]) for key in keys if given.get(key))
