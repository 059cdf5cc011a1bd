"""BIB: the same work twice under two keys, written alike or nearly so.

Reads the manuscript's entries; writes nothing. No two entries are compared that differ in their year; within a year those
by one author, and those whose titles begin or end alike, so that the time grows with the entries and not with their square.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from octavo.checks import Hit, at, check, edtf
from octavo.checks.bib_identifiers import are_related, doi_of
from octavo.checks.entries import plain, text, works
from octavo.checks.manuscript import Manuscript, plain_letters
from octavo.model import Entry, Field

ALIKE = 88
"""How like two works must be, of 100, to be reported: the mean of their titles (twice) and their authors (rapidfuzz's ratio)."""
_FEW = 24
"""A block of so many entries is compared each with each; in a larger one each with its neighbours in the order of titles."""
_NEIGHBOURS = 6

_PART = "part"
_TYPES_OF_KINDS = {
    "whole": "book collection mvbook mvcollection reference mvreference proceedings mvproceedings booklet manual",
    _PART: "article inbook incollection inproceedings conference bookinbook suppbook suppcollection inreference review",
    "thesis": "thesis phdthesis mastersthesis",
    "report": "report techreport",
}
_KINDS = {name: kind for kind, names in _TYPES_OF_KINDS.items() for name in names.split()}
_SMALL_WORDS = (
    "a an the of and in on to for from by with at der die das des den und ein eine le la les l et un une du de d el los las y и в на о"
)
_DULL = frozenset(_SMALL_WORDS.split())
_NUMBER = re.compile(r"\d\w*|\b[ivxlc]+\b|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|one|two|three|four|five)\b")


@dataclass(eq=False)
class _Work:
    """What of an entry is compared."""

    entry: Entry
    fields: Mapping[str, Field]
    year: str
    title: str
    subtitle: str
    number: int

    @cached_property
    def whole_title(self) -> str:
        return f"{self.title} {self.subtitle}".strip()

    @cached_property
    def words(self) -> list[str]:
        return self.whole_title.split()

    @cached_property
    def numbers(self) -> list[str]:
        return sorted(_NUMBER.findall(self.whole_title))

    @cached_property
    def families(self) -> list[str]:
        return _families(text(self.fields, "author", "editor", "organization", "institution"))

    @cached_property
    def container(self) -> str:
        return _letters(text(self.fields, "journaltitle", "journal", "booktitle", "shortjournal", "eventtitle"))

    @cached_property
    def date(self) -> edtf.Period | None:
        return edtf.of_fields({name: plain(text(self.fields, name)) for name in ("date", "year", "month", "day")})

    @property
    def kind(self) -> str:
        return _KINDS.get(self.entry.type, "other")


@check(
    "BIB018",
    "duplicate-work",
    "warning",
    "`{key}` looks like the same work as `{first}` ({place}): likeness {likeness} of 100",
    hint="delete one and cite the other, or tell them apart by volume, edition, date or pages",
)
def duplicate_work(book: Manuscript) -> Iterator[Hit]:
    """The same work under two keys: one reader finds it twice in the bibliography, and short notes do not match.

    Compared are titles, authors or editors, and years, in plain letters; the likeness is rapidfuzz's ratio. Works that refer
    to each other (crossref, xdata, related), volumes and parts of one work, editions and reprints of other years, articles
    of one title in other journals or other numbers, and letters or documents of other days are let be.

    *Bad*

        @book{fink1984, author = {Fink, Carole}, title = {The Genoa Conference}, year = {1984}}
        @book{genoa, author = {Carole Fink}, title = {The Genoa conference.}, date = {1984}}

    *Good*

        @book{fink1984, author = {Fink, Carole}, title = {The Genoa Conference}, year = {1984}}
    """
    found: dict[_Work, tuple[_Work, int]] = {}
    for one, other in _pairs(list(_works(book))):
        first, later = sorted((one, other), key=lambda work: work.number)
        if (later not in found or first.number < found[later][0].number) and (likeness := _likeness(first, later)):
            found[later] = (first, likeness)
    for later, (first, likeness) in found.items():
        yield at(
            later.entry.key_place, key=later.entry.key, first=first.entry.key, place=str(first.entry.key_place), likeness=str(likeness)
        )


def _works(book: Manuscript) -> Iterator[_Work]:
    for number, (entry, fields) in enumerate(works(book)):
        title = plain(text(fields, "title"))
        subtitle = plain(text(fields, "subtitle"))
        if not subtitle and (parted := re.match(r"(.{8,}?)(?:[:?!]|\s[–—-]{1,3})\s+(.*)", title)):
            title, subtitle = parted[1], parted[2]
        if letters := _letters(title):
            year = re.search(r"(?<!\d)\d{4}(?!\d)", text(fields, "date", "year"))
            yield _Work(entry, fields, year[0] if year else "", letters, _letters(subtitle), number)


def _letters(words: str) -> str:
    """Small letters and digits, single spaces between words."""
    return " ".join(re.findall(r"[^\W_]+", plain_letters(words.replace("'", "").replace("’", ""))))


def _families(names: str) -> list[str]:
    """The family names of a list of persons, in the order of letters: `Fink, Carole` and `Carole Fink` are both `fink`."""
    found: list[str] = []
    for name in re.split(r"\s+and\s+", names):
        family = name.partition(",")[0] if "," in name else name
        letters = _letters(plain(family))
        if letters and letters != "others":
            found.append(letters if "," in name or name.startswith("{") else letters.split()[-1])
    return sorted(found)


def _pairs(found: list[_Work]) -> Iterator[tuple[_Work, _Work]]:
    """The pairs worth comparing: of one year, and by one author or with titles that begin or end alike."""
    for by in (_author, _start, _end):
        blocks: dict[tuple[str, str], list[_Work]] = defaultdict(list)
        for work in found:
            if key := by(work):
                blocks[work.year, key].append(work)
        for block in blocks.values():
            if len(block) > 1:
                block.sort(key=lambda work: work.title)
                reach = len(block) if len(block) <= _FEW else _NEIGHBOURS
                for i, one in enumerate(block):
                    for other in block[i + 1 : i + 1 + reach]:
                        yield one, other


def _author(work: _Work) -> str:
    return work.families[0] if work.families else ""


def _start(work: _Work) -> str:
    return "".join(word for word in work.words[:4] if word not in _DULL)[:10]


def _end(work: _Work) -> str:
    return "".join(work.title.split()[-3:])[-10:]


def _likeness(first: _Work, later: _Work) -> int:
    """How like two works are, of 100; 0 if they are not the same."""
    title = _titles(first, later)
    if not title or _are_told_apart(first, later):
        return 0
    authors = _authors(first, later)
    likeness = round((2 * title + authors) / 3)
    return likeness if authors and likeness >= ALIKE else 0


def _titles(first: _Work, later: _Work) -> float:
    """The likeness of two titles; 0 where numbers or whole words in them differ. A subtitle may be left out."""
    if first.numbers != later.numbers and bool(first.subtitle) == bool(later.subtitle):
        return 0
    score = fuzz.ratio(first.whole_title, later.whole_title, score_cutoff=70)
    if bool(first.subtitle) != bool(later.subtitle):
        short = fuzz.ratio(first.title, later.title, score_cutoff=92)
        if short and len(first.title.split()) >= 2:
            return max(short - 4, score if score >= ALIKE else 0)
    if not score:
        return 0
    left = [word for word in first.words if word not in later.words and word not in _DULL]
    right = [word for word in later.words if word not in first.words and word not in _DULL]
    if left or right:
        if len(left) > 2 + len(first.words) // 4 or fuzz.ratio("".join(left), "".join(right)) < 84:
            return 0
        score = min(score, 98)
    return score


def _authors(first: _Work, later: _Work) -> float:
    """The likeness of their authors; 100 where neither names one, 0 where they are others."""
    if not first.families or not later.families:
        return 100 if first.families == later.families and len(first.words) >= 2 else 0
    if set(first.families) & set(later.families):
        shorter, longer = sorted((first.families, later.families), key=len)
        return 100 if set(shorter) <= set(longer) else fuzz.ratio(" ".join(shorter), " ".join(longer))
    score = fuzz.ratio(" ".join(first.families), " ".join(later.families))
    return score if score >= 80 else 0


_TELLING = (
    "volume",
    "part",
    "edition",
    "eprint",
    "box",
    "folder",
    "shelfmark",
    "item",
    "translator",
    "version",
    "chapter",
)


def _are_told_apart(first: _Work, later: _Work) -> bool:
    """Whether something beside author, title and year says that these are two works."""
    one, other = first.fields, later.fields
    if first.kind != later.kind or bool(text(one, "related")) != bool(text(other, "related")) or are_related(first.entry, later.entry):
        return True
    if any(_differ(one, other, name) for name in _TELLING):
        return True
    dois = {doi_of(text(fields, "doi")) for fields in (one, other)} - {""}
    if len(dois) > 1 or (first.date and later.date and (first.date.last < later.date.first or later.date.last < first.date.first)):
        return True
    if first.container and later.container and fuzz.ratio(first.container, later.container) < 70 and not _abbreviates(first, later):
        return True
    numbers = _differ(one, other, "number") or _differ(one, other, "issue")
    if first.kind == _PART:
        pages = _differ(one, other, "pages")
        return (numbers and pages) or (pages and len(first.words) < 4) or (numbers and len(first.words) < 4)
    urls = _differ(one, other, "url") and not text(one, "author", "editor") and len(first.words) < 6
    return numbers or urls or (not text(one, "author", "editor") and len(first.words) < 2)


def _abbreviates(first: _Work, later: _Work) -> bool:
    """Whether the name of one journal is the other's, word by word shortened: `J. Mod. Hist.`."""
    shorter, longer = sorted(
        ([word for word in work.container.split() if word not in _DULL] for work in (first, later)), key=lambda w: len("".join(w))
    )
    return len(shorter) == len(longer) and all(b.startswith(a) for a, b in zip(shorter, longer, strict=True))


def _differ(one: Mapping[str, Field], other: Mapping[str, Field], name: str) -> bool:
    """Whether both have the field, with other words or another first number in it."""
    left, right = (_letters(plain(text(fields, name))) for fields in (one, other))
    if not left or not right or left == right:
        return False
    numbers = [re.search(r"\d+", words) for words in (left, right)]
    if numbers[0] and numbers[1] and name in ("volume", "number", "issue", "edition", "pages"):
        return numbers[0][0] != numbers[1][0]  # `Vol. 40` is `40`
    return left.split()[0] != right.split()[0] or name not in ("pages", "translator", "edition")
