"""BIB: works of which something is missing that a reader needs to find them, and what stands in the wrong field.

Reads the manuscript's entries and its citation style; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from octavo import csl
from octavo.bibliography.latex import bare, read
from octavo.checks import Hit, at, check
from octavo.checks.entries import first_line, text, works
from octavo.checks.manuscript import Manuscript
from octavo.checks.spots import spot
from octavo.checks.styles import prints
from octavo.model import Entry, Field, UserError

Fields = Mapping[str, Field]


@check(
    "BIB038",
    "venue-noise",
    "note",
    "`booktitle` of `{key}` holds {what}: `{words}`",
    hint="it has a field of its own: {field}",
)
def venue_noise(book: Manuscript) -> Iterator[Hit]:
    """The year, place or pages of a contribution in the title of the volume, as databases export them.

    Styles print them a second time. The year is only believed if it is the entry's own and the volume is one of a
    conference; a period that a book is about is silent.

    *Bad*

        booktitle = {Proceedings of the Genoa Conference, Rome, 1992, pp. 10--20},  date = {1992}

    *Good*

        booktitle = {Proceedings of the Genoa Conference},  venue = {Rome},  date = {1992},  pages = {10--20}
    """
    for key, entry in book.entries.items():
        found = entry.fields.get("booktitle")
        if found and found.value.strip():
            for what, field, start, end in _noise(entry, found.value):
                yield at(
                    spot(book, entry, found, start, end), key=key, what=what, words=" ".join(found.value[start:end].split()), field=field
                )


_PAGES = re.compile(r"(?:\bpp?\.\s*|\bpages?\s+|(?<=, )S\.\s*)[A-Z]?\d+(?:\s*[-–—]+\s*[A-Z]?\d+)?")
_CONFERENCE = re.compile(
    r"\b(?:proceedings|proc\.|conference|conf\.|workshop|symposium|congress|meeting|colloquium|tagung|kongress|actes|colloque"
    r"|atti|convegno|actas|congreso|труды|материалы)",
    re.IGNORECASE,
)
_COUNTRY = re.compile(
    r",\s+((?:[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,2}, )(?:[A-Z]{2}, )?(?:U\.?S\.?A\.?|U\.?K\.?|Germany|France|Italy|Spain"
    r"|Austria|Switzerland|China|Japan|Canada|Australia"
    r"|Netherlands|Belgium|Sweden|Norway|Denmark|Finland|Poland|Portugal|Greece|Ireland|India|Brazil|Korea|Russia|Hungary"
    r"|Singapore|Turkey|Israel))\b"
)


def _noise(entry: Entry, value: str) -> Iterator[tuple[str, str, int, int]]:
    """(what, the field for it, where it starts and ends) of each thing that is no part of a title."""
    if pages := _PAGES.search(value):
        yield "pages", "`pages`", *pages.span()
    years = {year for name in ("date", "year", "eventdate") for year in re.findall(r"\b\d{4}\b", entry.get(name))}
    if not (entry.type in ("inproceedings", "conference") or _CONFERENCE.search(value)):
        # At the end of any other title it is noise behind a place: `(London, 1990)`; `The Economy in 1990` is a title.
        last = re.search(r",\s*(\d{4})\s*\)?\W*\Z", value)
        if last and last[1] in years:
            yield "the year", "`date`", *last.span(1)
        return
    for year in re.finditer(r"(?<![\d–-])\b(?:1[5-9]|20)\d\d\b(?!\s*[–-]|\d)", value):
        if year[0] in years:
            yield "the year", "`date` or `eventdate`", *year.span()
            break
    named = next((name for name in ("venue", "location", "address", "eventvenue") if len(bare(entry.get(name))) >= 4), "")
    city = read(entry.get(named)).partition(",")[0] if named else ""
    found = re.search(rf"(?:,|\bin)\s+({re.escape(city)})\b(?=\W*(?:\d|$|,|[A-Z]{{2}}))", value) if len(city) >= 4 else None
    if found := found or _COUNTRY.search(value):
        yield "the place", "`venue` or `location`", *found.span(1)


_BOOKS = {"book", "mvbook", "collection", "mvcollection", "reference", "mvreference"}


@check("BIB039", "missing-place", "note", "the book `{key}` has no place", hint="add `location`: the citation style prints places")
def missing_place(book: Manuscript) -> Iterator[Hit]:
    """A book without a place of publication, where the citation style of the book prints places.

    Whether it does is asked of the style itself, with a book made up for it: Chicago's 18th edition prints no places
    any more. What is inherited counts; forthcoming books and those without a publisher are silent.

    *Bad*

        @book{fink1984, publisher = {University of North Carolina Press}, date = {1984}, …}

    *Good*

        @book{fink1984, publisher = {University of North Carolina Press}, location = {Chapel Hill}, date = {1984}, …}
    """
    lacking = [
        entry
        for entry, fields in works(book)
        if entry.type in _BOOKS
        and not text(fields, "location", "address", "pubstate")
        and text(fields, "publisher", "organization", "institution")
    ]
    if lacking and _prints_places(book):
        for entry in lacking:
            yield at(first_line(entry), key=entry.key)


def _prints_places(book: Manuscript) -> bool:
    try:
        style = csl.find(book.book.bibliography.csl, book.directory)
    except UserError:
        return False
    return prints(style.read_text("utf-8"), "publisher-place")


_TYPED = {"phdthesis", "mastersthesis", "techreport"}


@check(
    "BIB040",
    "incomplete-thesis-or-report",
    "warning",
    "the {kind} `{key}` has no {missing}",
    hint="add it: without it nobody can order a work that no bookshop sells",
)
def incomplete_thesis_or_report(book: Manuscript) -> Iterator[Hit]:
    """A thesis without institution or type, or a report without institution, type or number.

    `school` is an institution; `@phdthesis`, `@mastersthesis` and `@techreport` are types. What is inherited counts.

    *Bad*

        @report{cia1956, author = {{Central Intelligence Agency}}, title = {Soviet Capabilities}, date = {1956}}

    *Good*

        @report{cia1956, author = {{Central Intelligence Agency}}, title = {Soviet Capabilities}, date = {1956},
          type = {National Intelligence Estimate}, institution = {Central Intelligence Agency}, number = {11-4-56}}
    """
    for entry, fields in works(book):
        kind = (
            "thesis"
            if entry.type in ("thesis", "phdthesis", "mastersthesis")
            else "report"
            if entry.type in ("report", "techreport")
            else ""
        )
        if not kind:
            continue
        missing = [] if text(fields, "institution", "school", *(["publisher"] if kind == "thesis" else [])) else ["institution"]
        if entry.type not in _TYPED and not text(fields, "type"):
            missing.append("type")
        if kind == "report" and not text(fields, "number", "eprint", "isrn", "reportnumber"):
            missing.append("number")
        if missing:
            yield at(first_line(entry), kind=kind, key=entry.key, missing=" and no ".join(missing))


_ARCHIVES = ("archive", "library", "repository")
_COLLECTIONS = ("collection", "archivecollection", "archive_collection", "archive-collection", "fonds", "fond")
_ITEMS = (
    "box", "folder", "item", "shelfmark", "archivelocation", "archive_location", "archive-location", "callnumber", "call-number",
    "reel", "delo",
    "piece", "signature",
)  # fmt: skip
_PUBLISHED = _BOOKS | {
    "article",
    "incollection",
    "inbook",
    "inproceedings",
    "proceedings",
    "periodical",
    "conference",
    "online",
    "thesis",
    "phdthesis",
}
_DATABASE = re.compile(
    r"jstor|arxiv|proquest|ebsco|hathitrust|internet archive|archive\.org|google|project muse|pubmed|gale|zenodo|ssrn|gallica"
    r"|wiley|springer|cambridge core|taylor|sage|oxford|crossref|dblp|scopus|ieee|acm",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"\A\{?((?:[A-ZА-ЯЁ][A-ZА-ЯЁ.&/-]+)(?:[ -][A-ZА-ЯЁ]{1,}\.?)*)\}?(?=\s*(?:[,;(:]|\Z))")


@check(
    "BIB041",
    "incomplete-archive",
    "warning",
    "{what}",
    hint="{hint}",
)
def incomplete_archive(book: Manuscript) -> Iterator[Hit]:
    """A source in an archive that cannot be ordered there: no archive, no collection, or no box, folder, item or shelfmark.

    Meant are entries of the type `archival` and those with a field archive, library, box or folder; of printed works only
    those with a box or folder. An archive in capitals (RGASPI) is to be explained under `archives:` of book.yaml.

    *Bad*

        @archival{politburo1922, title = {Minutes}, date = {1922-03-20}, archive = {RGASPI}, collection = {Fond 17}}

    *Good*

        @archival{politburo1922, title = {Minutes}, date = {1922-03-20}, archive = {RGASPI}, collection = {Fond 17},
          folder = {3}}        and in book.yaml        archives: {RGASPI: Russian State Archive of Socio-Political History}
    """
    for entry, fields in works(book):
        if not _is_archival(entry, fields):
            continue
        missing = [
            words
            for words, names in (("archive", _ARCHIVES), ("collection", _COLLECTIONS), ("box, folder, item or shelfmark", _ITEMS))
            if not text(fields, *names)
        ]
        if missing:
            what = f"the archival source `{entry.key}` has no {' and no '.join(missing)}"
            yield at(first_line(entry), what=what, hint="add what the archive's finding aid says, so that others can order it")
        yield from _unexplained(book, entry)


def _is_archival(entry: Entry, fields: Fields) -> bool:
    if entry.type == "archival":
        return True
    if text(fields, "box", "folder"):
        return True
    kept = text(fields, "archive", "library")
    return bool(kept) and entry.type not in _PUBLISHED and not _DATABASE.search(kept)


def _unexplained(book: Manuscript, entry: Entry) -> Iterator[Hit]:
    """An archive that is named by an abbreviation which book.yaml does not explain."""
    for name in _ARCHIVES:
        found = entry.fields.get(name)
        short = _CAPITALS.match(found.value.strip()) if found else None
        if found and short and short[1] not in book.book.archives and read(found.value) not in book.book.archives:
            start = len(found.value) - len(found.value.lstrip()) + short.start(1)
            place = spot(book, entry, found, start, start + len(short[1]))
            hint = f"add it: `archives: {{{short[1]}: …}}`, or write the archive's name in full"
            yield at(place, what=f"`archives` of book.yaml does not explain `{short[1]}`", hint=hint)


_ONLINE = {"online", "electronic", "www", "webpage"}
_COPY = re.compile(
    r"web\.archive\.org|archive\.(?:ph|today|is|li|md|fo|vn)/|perma\.cc|webcitation\.org|ghostarchive|webarchive|archive-it|archivecopy",
    re.IGNORECASE,
)
_VISITED = re.compile(
    r"\b(?:accessed|retrieved|last (?:visited|checked|accessed)|visited|consulted|downloaded|viewed|abgerufen|zugriff"
    r"|aufgerufen|besucht|consulté|page consultée|"
    r"consultato|consultado|acesso|geraadpleegd|дата обращения|dostęp)\b",
    re.IGNORECASE,
)


@check(
    "BIB042",
    "web-source-unarchived",
    "warning",
    "the online source `{key}` has neither a date of access nor an archived copy",
    hint="add `urldate`, or give the address of a copy (web.archive.org, perma.cc)",
)
def web_source_unarchived(book: Manuscript) -> Iterator[Hit]:
    """A page of the web without the day on which it was read and without an archived copy.

    Pages change and vanish; the date says what was seen. Looked at are `@online` and `@misc` with an address. What has
    a DOI or the number of a preprint server stays where it is; "accessed 2 May 2025" in a note will do.

    *Bad*

        @online{prlib1934, title = {USSR Joins the League}, url = {https://www.prlib.ru/en/history/619549}}

    *Good*

        @online{prlib1934, title = {USSR Joins the League}, url = {https://www.prlib.ru/en/history/619549}, urldate = {2026-11-22}}
    """
    for entry, fields in works(book):
        address = text(fields, "url", "howpublished", "note")
        if entry.type not in _ONLINE and not (entry.type == "misc" and re.search(r"https?://|www\.", address)):
            continue
        if not re.search(r"https?://|www\.|\w\.\w{2,}/|\A[\w-]+(?:\.[\w-]+)+\Z", address):
            continue
        if text(
            fields, "urldate", "doi", "eprint", "lastaccessed", "lastchecked", "accessed", "accessdate", "access-date", "visited", "isbn"
        ):
            continue
        words = " ".join(text(fields, name) for name in ("note", "howpublished", "addendum", "annotation", "annote", "titleaddon"))
        copies = " ".join(text(fields, name) for name in ("url", "archiveurl", "archive-url", "urlarchive", "archivedurl"))
        if (
            _VISITED.search(words)
            or _COPY.search(f"{words} {copies}")
            or text(fields, "archiveurl", "archive-url", "urlarchive", "archivedurl")
        ):
            continue
        yield at(first_line(entry), key=entry.key)


@check(
    "BIB045",
    "alias-clash",
    "error",
    "the alias `{alias}` of `{key}` is {what}",
    hint="delete it from `ids`, or rename one of the two",
)
def alias_clash(book: Manuscript) -> Iterator[Hit]:
    """A key that is also an alias (`ids`) of another entry, or an alias that two entries have.

    Which work a citation of it means is left to chance.

    *Bad*

        @book{fink1984, ids = {fink}, …}        @article{fink, …}

    *Good*

        @book{fink1984, ids = {finkgenoa}, …}        @article{fink, …}
    """
    first: dict[str, Entry] = {}
    for key, entry in book.entries.items():
        found = entry.fields.get("ids")
        for alias in re.finditer(r"[^\s,]+(?:[ \t]+[^\s,]+)*", found.value) if found else ():
            other = book.entries.get(alias[0])
            owner = first.setdefault(alias[0], entry)
            if alias[0] == key:
                continue
            clash = other if other is not None and other is not entry else owner if owner is not entry else None
            if found and clash is not None:
                what = (
                    f"the key of an entry at {clash.key_place}"
                    if clash is other
                    else f"also an alias of `{clash.key}` at {clash.key_place}"
                )
                yield at(spot(book, entry, found, *alias.span()), alias=alias[0], key=key, what=what)
