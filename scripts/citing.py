"""How the book and each chapter are cited: Chicago, BibTeX, RIS, CSL JSON, and what Zotero and search engines read of a page.

Reads and writes nothing: the metadata of book and chapter in, text out. The pages of a chapter in print are known only later:
FIRST and LAST stand for them until `paged` fills them in, a line for itself wherever a line may be left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

from octavo import imprint, names

Record = dict[str, Any]

FIRST, LAST = "@first-page@", "@last-page@"
_RANGE = re.compile(f"(?:, )?{FIRST}[–-]+{LAST}")
_LINES = re.compile(f"^.*(?:{FIRST}|{LAST}).*\n", re.MULTILINE)


def paged(text: str, first: str, last: str) -> str:
    """A page with the pages of its chapter in print, or without a word of them where they are not known."""
    if FIRST not in text:
        return text
    if not first:
        text = "\n".join(_RANGE.sub("", line) if 'class="chicago"' in line else line for line in text.split("\n"))
        return _LINES.sub("", text)
    if first == last:
        text = _RANGE.sub(lambda found: (", " if found[0].startswith(",") else "") + first, text)
    return text.replace(FIRST, first).replace(LAST, last)


class Work:
    """The book, or a chapter of it, as something that is cited."""

    def __init__(self, book: Record, page: Record | None = None) -> None:
        self.book, self.page = book, page
        self.title = f"{book['title']}: {book['subtitle']}" if book["subtitle"] else book["title"]
        self.year = book["date"][:4]
        people: dict[str, list[str]] = {}
        for person in book["contributors"]:
            people.setdefault(person["role"], []).append(person["name"])
        self.people = people
        self.makers = people.get("author") or people.get("editor", [])
        isbns = book["identifiers"]["isbn"]
        self.isbn = next((isbns[kind] for kind in ("html", "print", "pdf", "epub") if isbns.get(kind)), "")
        self.doi = book["identifiers"]["doi"]
        self.site = book["editions"].get("html", {}).get("url", "")
        if self.site and not self.site.endswith("/"):
            self.site += "/"

    @property
    def is_chapter(self) -> bool:
        return bool(self.page and self.page["kind"] in ("chapter", "appendix", "front", "back"))

    @property
    def address(self) -> str:
        """Where the web edition has it, if that is known."""
        return self.site + (f"{self.page['slug']}.html" if self.page else "") if self.site else ""

    @property
    def key(self) -> str:
        return f"{self.book['slug']}-{self.page['slug']}" if self.page else str(self.book["slug"])

    def chicago(self) -> str:
        """An entry of a bibliography (The Chicago Manual of Style, 18th edition, 14.2 and 14.8), as HTML."""
        book, makers = self.book, _listed(self.makers)
        edited = ", ed" if self.makers and "author" not in self.people else ""
        start = f"{escape(makers)}{edited}. " if makers else ""
        start = start.replace(".. ", ". ")
        title = f"<cite>{escape(self.title)}</cite>"
        if self.page:
            start += f"“{escape(self.page['title'])}.” " if self.page["title"][-1:] not in "?!" else f"“{escape(self.page['title'])}” "
            title = f"In {title}, {FIRST}–{LAST}"
        imprint_of = ": ".join(filter(None, [book["publisher"]["place"], book["publisher"]["name"]]))
        made = ", ".join(filter(None, [escape(imprint_of), self.year]))
        link = f"https://doi.org/{self.doi}" if self.doi else self.address
        return start + ". ".join(filter(None, [title, made, escape(link)])) + "."

    def csl(self) -> Record:
        """The item as CSL JSON has it."""
        book = self.book
        date = [int(part) for part in book["date"].split("-") if part.isdigit()]
        item: Record = {
            "id": self.key,
            "type": "chapter" if self.page else "book",
            "title": self.page["title"] if self.page else self.title,
        }
        if self.page:
            item |= {"container-title": self.title, "page": f"{FIRST}-{LAST}", "chapter-number": self.page["number"]}
        item |= {
            role: [names.parts(name) for name in people]
            for role, people in self.people.items()
            if role in ("author", "editor", "translator")
        }
        item |= {
            "publisher": book["publisher"]["name"],
            "publisher-place": book["publisher"]["place"],
            "issued": {"date-parts": [date]} if date else "",
        }
        item |= {"ISBN": self.isbn, "DOI": self.doi, "URL": self.address, "language": book["language"]}
        return {key: value for key, value in item.items() if value}

    def bibtex(self) -> str:
        book = self.book
        fields = {role: " and ".join(_inverted(name) for name in self.people.get(role, [])) for role in ("author", "editor", "translator")}
        fields |= (
            {"title": self.page["title"], "booktitle": self.title, "pages": f"{FIRST}--{LAST}"} if self.page else {"title": self.title}
        )
        fields |= {"publisher": book["publisher"]["name"], "address": book["publisher"]["place"], "year": self.year}
        fields |= {"isbn": self.isbn, "doi": self.doi, "url": self.address, "langid": book["language"]}
        lines = [f"  {name} = {{{_bib(value)}}},\n" for name, value in fields.items() if value]
        return f"@{'incollection' if self.page else 'book'}{{{self.key},\n{''.join(lines)}}}"

    def ris(self) -> str:
        book = self.book
        lines = [("TY", "CHAP" if self.page else "BOOK"), *(("AU", _inverted(name)) for name in self.people.get("author", []))]
        lines += [("A2" if self.page else "ED", _inverted(name)) for name in self.people.get("editor", [])]
        lines += [("TI", self.page["title"]), ("T2", self.title), ("SP", FIRST), ("EP", LAST)] if self.page else [("TI", self.title)]
        lines += [("PB", book["publisher"]["name"]), ("CY", book["publisher"]["place"]), ("PY", self.year), ("SN", self.isbn)]
        lines += [("DO", self.doi), ("UR", self.address), ("LA", book["language"])]
        return "\n".join([*(f"{tag}  - {value}" for tag, value in lines if value), "ER  - "])

    def formats(self) -> list[tuple[str, str]]:
        return [("BibTeX", self.bibtex()), ("RIS", self.ris()), ("CSL JSON", json.dumps([self.csl()], ensure_ascii=False, indent=1))]


def _inverted(name: str) -> str:
    filed = names.parts(name)
    return ", ".join(filed[part] for part in ("family", "given")) if "family" in filed else name


def _listed(people: list[str]) -> str:
    """The first name inverted, the others as they are: `Berg, Anna van der, and B. Muster`."""
    if not people:
        return ""
    shown = [_inverted(people[0]), *people[1:]]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])}, and {shown[-1]}"


def _bib(value: str) -> str:
    return re.sub(r"([&%#_$])", r"\\\1", value) if "://" not in value else value


def ways(book: Record, page: Record | None) -> list[Record]:
    """What the panel offers: the chapter, and the book."""
    words = book["words"]
    works = [("chapter", words["cite-chapter"], Work(book, page))] if page and Work(book, page).is_chapter else []
    works.append(("book", words["cite-book"], Work(book)))
    return [{"kind": kind, "title": title, "chicago": work.chicago(), "formats": work.formats()} for kind, title, work in works]


def head(book: Record, page: Record | None) -> Record:
    """`metas`: (attribute, name, content) of the meta elements of a page; `linked`: its JSON-LD; `canonical`: its address."""
    of_chapter = page if page and Work(book, page).is_chapter else None
    work = Work(book, of_chapter)
    canonical = f"{work.site}{page['slug']}.html" if work.site and page else work.site
    return {"metas": list(_metas(work, page, canonical)), "linked": _linked(work), "canonical": canonical}


def _metas(work: Work, page: Record | None, canonical: str) -> Iterator[tuple[str, str, str]]:
    """Highwire's tags, which Zotero and search engines for scholars read; Dublin Core; Open Graph."""
    book = work.book
    title = work.page["title"] if work.page else work.title
    date = book["date"]
    found = [("citation_title", title)]
    found += [("citation_author", _inverted(name)) for name in work.people.get("author", [])]
    found += [("citation_editor", _inverted(name)) for name in work.people.get("editor", [])]
    if work.page:
        found += [("citation_inbook_title", work.title), ("citation_firstpage", FIRST), ("citation_lastpage", LAST)]
    found += [("citation_publication_date", date.replace("-", "/")), ("citation_publisher", book["publisher"]["name"])]
    found += [("citation_isbn", work.isbn), ("citation_doi", work.doi), ("citation_language", book["language"])]
    found += [("citation_public_url", canonical), ("citation_keywords", "; ".join(book["keywords"]))]
    found += [("DC.title", title), ("DC.type", "Text"), *(("DC.creator", _inverted(name)) for name in work.makers)]
    found += [("DC.publisher", book["publisher"]["name"]), ("DC.date", date), ("DC.language", book["language"])]
    found += [
        ("DC.rights", imprint.licence(str(book["license"]))[1]),
        ("DC.identifier", f"https://doi.org/{work.doi}" if work.doi else work.isbn),
    ]
    found += [("DCTERMS.isPartOf", work.title if work.page else "")]
    yield from (("name", name, content) for name, content in found if content)
    shown = page["title"] if page else work.title
    graph = [("og:type", "article" if page else "book"), ("og:title", shown), ("og:site_name", book["title"]), ("og:url", canonical)]
    graph += [("og:locale", book["language"].replace("-", "_")), ("og:description", book["description"])]
    graph += [("book:isbn", "" if page else work.isbn), ("book:release_date", "" if page else date)]
    yield from (("property", name, content) for name, content in graph if content)


def _linked(work: Work) -> str:
    """schema.org's description of book or chapter, as JSON-LD that may stand in a page."""
    book = work.book
    whole: Record = {"@type": "Book", "name": work.title, "isbn": work.isbn.replace("-", ""), "url": work.site}
    whole |= {"author": [_maker(book, name) for name in work.people.get("author", [])]}
    whole |= {"editor": [_maker(book, name) for name in work.people.get("editor", [])]}
    whole |= {"publisher": {"@type": "Organization", "name": book["publisher"]["name"]} if book["publisher"]["name"] else ""}
    whole |= {"datePublished": book["date"], "inLanguage": book["language"], "license": imprint.licence(str(book["license"]))[1]}
    whole |= {"description": book["description"], "keywords": book["keywords"], "version": book["version"]}
    whole |= {"sameAs": f"https://doi.org/{work.doi}" if work.doi else ""}
    whole = {key: value for key, value in whole.items() if value}
    if work.page:
        part: Record = {"@type": "Chapter", "name": work.page["title"], "position": work.page["number"], "url": work.address}
        part |= {"author": whole.get("author", ""), "inLanguage": work.page["lang"], "pageStart": FIRST, "pageEnd": LAST, "isPartOf": whole}
        whole = {key: value for key, value in part.items() if value}
    text = json.dumps({"@context": "https://schema.org"} | whole, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _maker(book: Record, name: str) -> Record:
    orcid = next((person.get("orcid", "") for person in book["contributors"] if person["name"] == name), "")
    kind = "Person" if "family" in names.parts(name) else "Organization"
    return {"@type": kind, "name": name} | ({"@id": f"https://orcid.org/{orcid}"} if orcid else {})


def sitemap(site: str, files: list[str], date: str) -> bytes:
    """The pages of the web edition for search engines (sitemaps.org, protocol 0.9)."""
    changed = f"<lastmod>{date}</lastmod>" if re.fullmatch(r"\d{4}-\d\d-\d\d", date) else ""
    lines = [f"<url><loc>{escape(site + name)}</loc>{changed}</url>" for name in files]
    start = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return (start + "\n".join(lines) + "\n</urlset>\n").encode()
