"""Entries of a bibliography as reference managers read them off a page: COinS, an OpenURL in the title of an empty span.

Reads and writes nothing: items of CSL JSON and the HTML of a page in, the page out. The vocabulary is that of ANSI/NISO
Z39.88-2004 (key/encoded-value formats book, journal, dissertation and dc), as Zotero reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape
from typing import Any
from urllib.parse import quote, urlencode

from octavo.identifiers import name_of

Record = dict[str, Any]
Pair = tuple[str, str]

_TAG = re.compile(r"<[^>]*>")
_ENTRY = re.compile(r'<li id="(ref-[^"]*)"[^>]*>.*?(?=</li>)', re.DOTALL)
_JOURNAL = {"article-journal", "article-magazine", "article-newspaper", "review", "review-book"}
_BOOK = {"book": "book", "chapter": "bookitem", "entry-dictionary": "bookitem", "entry-encyclopedia": "bookitem",
         "paper-conference": "proceeding", "report": "report"}  # fmt: skip


def by_identifier(items: Iterable[Record]) -> dict[str, str]:
    """Identifier of an entry on a page -> its span."""
    return {name_of(f"ref-{item['id']}"): span(item) for item in items}


def added(html: str, spans: Mapping[str, str]) -> str:
    """A page with the span of each entry at its end; in the list of a chapter an entry bears the name of the chapter behind its own."""
    if not spans or ' id="ref-' not in html:
        return html

    def change(found: re.Match[str]) -> str:
        name = unescape(found[1])
        return found[0] + (spans.get(name) or spans.get(name.rpartition("--")[0], ""))

    return _ENTRY.sub(change, html)


def span(item: Record) -> str:
    """The span of one item."""
    pairs = [("ctx_ver", "Z39.88-2004"), *((key, value) for key, value in _pairs(item) if value)]
    return f'<span class="Z3988" title="{escape(urlencode(pairs, quote_via=quote))}"></span>'


def _pairs(item: Record) -> Iterator[Pair]:
    kind, title, whole = item["type"], _text(item, "title"), _text(item, "container-title")
    if item.get("DOI"):
        yield "rft_id", f"info:doi/{item['DOI']}"
    yield "rft_id", _text(item, "URL")
    if kind in _JOURNAL:
        yield from (("rft_val_fmt", _format("journal")), ("rft.genre", "article"), ("rft.atitle", title), ("rft.jtitle", whole))
        yield from (("rft.volume", _text(item, "volume")), ("rft.issue", _text(item, "issue")), ("rft.issn", _text(item, "ISSN")))
    elif kind in _BOOK:
        is_part = bool(whole)
        yield from (("rft_val_fmt", _format("book")), ("rft.genre", "bookitem" if kind == "book" and is_part else _BOOK[kind]))
        yield from (("rft.atitle", title if is_part else ""), ("rft.btitle", whole if is_part else title))
        yield from (("rft.edition", _text(item, "edition")), ("rft.series", _text(item, "collection-title")))
    elif kind == "thesis":
        yield from (("rft_val_fmt", _format("dissertation")), ("rft.title", title), ("rft.inst", _text(item, "publisher")))
    else:
        yield from (("rft_val_fmt", _format("dc")), ("rft.type", kind), ("rft.title", title), ("rft.source", whole))
        yield from (("rft.creator", _inverted(person)) for person in item.get("author", []))
        yield from (("rft.publisher", _text(item, "publisher")), ("rft.identifier", _text(item, "URL")))
    yield from _details(item, kind in _JOURNAL, kind in _BOOK)


def _details(item: Record, is_article: bool, is_book: bool) -> Iterator[Pair]:
    """Pages, place, people, date; no language, for pandoc takes English where an entry has none."""
    if is_book:
        yield from (("rft.pub", _text(item, "publisher")), ("rft.place", _text(item, "publisher-place")), ("rft.isbn", _text(item, "ISBN")))
    if is_article or is_book:
        first, _, last = _text(item, "page").replace("–", "-").partition("-")
        yield from (("rft.pages", _text(item, "page")), ("rft.spage", first.strip()), ("rft.epage", last.strip("- ")))
    if is_article or is_book or item["type"] == "thesis":
        people = item.get("author") or item.get("editor", [])
        if people:
            yield from (("rft.aulast", _family(people[0])), ("rft.aufirst", people[0].get("given", "")))
        yield from (("rft.au", _inverted(person)) for person in people)
    yield "rft.date", _date(item.get("issued", {}))


def _format(name: str) -> str:
    return f"info:ofi/fmt:kev:mtx:{name}"


def _text(item: Record, key: str) -> str:
    return unescape(_TAG.sub("", str(item.get(key, ""))))


def _family(person: Record) -> str:
    """The family name with what is always written before it; an institution's name is whole."""
    return " ".join(filter(None, [person.get("non-dropping-particle"), person.get("family") or person.get("literal", "")]))


def _inverted(person: Record) -> str:
    given = " ".join(filter(None, [person.get("given"), person.get("dropping-particle")]))
    return ", ".join(filter(None, [_family(person), given]))


def _date(issued: Record) -> str:
    """Year, month and day, as far as they are known; of a span of time its start."""
    parts = (issued.get("date-parts") or [[]])[0]
    return "-".join(f"{int(part):02}" for part in parts) if parts and all(str(part).lstrip("-").isdigit() for part in parts) else ""
