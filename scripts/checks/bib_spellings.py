"""BIB: publishers, places and journals that are spelled in several ways.

Reads the manuscript's entries; writes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from octavo.bibliography.latex import read
from octavo.bibliography.names import spans
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.checks.spellings import abbreviates, is_slip, journal, main_words, place, publisher, same_place, shortened
from octavo.checks.spots import spot
from octavo.model import Entry, Field

_JOURNALS = ("journaltitle", "journal")


class Use(NamedTuple):
    """A spelling in a field, and where in its value."""

    entry: Entry
    found: Field
    start: int
    end: int


Uses = dict[str, list[Use]]
Pairs = Iterator[tuple[str, str]]


@check(
    "BIB027",
    "inconsistent-publisher",
    "warning",
    "the {kind} `{name}` is `{other}` in `{key}` ({place})",
    hint="spell it in one way throughout, best with an `@string`",
)
def inconsistent_publisher(book: Manuscript) -> Iterator[Hit]:
    """One publisher, place or journal spelled in several ways: abbreviated and in full, with "The", "&" or "Inc.", or mistyped.

    Names in two languages (Moscow, Moskva) and cities of which there are two (Cambridge, Cambridge, Mass.) are silent.
    The rarer spelling is reported, of two equally rare ones the later.

    *Bad*

        publisher = {Cambridge University Press}        and elsewhere        publisher = {Cambridge Univ. Press}

    *Good*

        publisher = {Cambridge University Press}        and elsewhere        publisher = {Cambridge University Press}
    """
    for kind, names, pairs_of in _KINDS:
        uses = _uses(book, names)
        order = {spelling: i for i, spelling in enumerate(uses)}
        said: set[str] = set()
        for a, b in sorted((sorted(pair, key=order.__getitem__) for pair in pairs_of(uses)), key=lambda p: (order[p[0]], order[p[1]])):
            kept, rarer = (a, b) if len(uses[a]) >= len(uses[b]) else (b, a)
            if rarer not in said:
                said.add(rarer)
                use, other = uses[rarer][0], uses[kept][0].entry
                where = spot(book, use.entry, use.found, use.start, use.end)
                yield at(where, kind=kind, name=rarer, other=kept, key=other.key, place=str(other.key_place))


def _uses(book: Manuscript, names: tuple[str, ...]) -> Uses:
    """Every spelling as it prints, with where it stands, in file order."""
    found: Uses = defaultdict(list)
    for entry in book.entries.values():
        for name in names:
            field = entry.fields.get(name)
            if field and field.value.strip():
                for start, end in _parts(field):
                    found[read(field.value[start:end])].append(Use(entry, field, start, end))
    found.pop("", None)
    return dict(found)


_BETWEEN = re.compile(r"\s*[;/]\s*|\s+(?:\\?&|[–—-]{1,3})\s+")


def _parts(field: Field) -> list[tuple[int, int]]:
    """Each place of a list of places; other fields whole."""
    value = field.value
    start, end = len(value) - len(value.lstrip()), len(value.rstrip())
    if field.name not in ("location", "address"):
        return [(start, end)]
    found: list[tuple[int, int]] = []
    for first, last in spans(value):
        at_part = first
        for sign in _BETWEEN.finditer(value, first, last):
            found.append((at_part, sign.start()))
            at_part = sign.end()
        found.append((at_part, last))
    return found


def _same(uses: Uses, key: Callable[[str], str]) -> Pairs:
    """Of the spellings with one key each with the most frequent one; then the slips of the pen."""
    groups: dict[str, list[str]] = defaultdict(list)
    for spelling in uses:
        groups[key(spelling)].append(spelling)
    for group in groups.values():
        best = max(group, key=lambda spelling: len(uses[spelling]))
        for spelling in group:
            if spelling != best:
                yield best, spelling
    blocks: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for words in groups:
        parts = words.split()
        # A slip is in one word: the first or the last of the others stands as it is.
        blocks[len(parts), "first", parts[0] if parts else ""].append(words)
        blocks[len(parts), "last", parts[-1] if parts else ""].append(words)
    for block in blocks.values():
        for i, a in enumerate(block) if len(block) <= 60 else ():
            for b in block[i + 1 :]:
                if is_slip(a, b):
                    yield groups[a][0], groups[b][0]


def _publishers(uses: Uses) -> Pairs:
    yield from _same(uses, publisher)
    yield from _initials(uses, publisher)


def _initials(uses: Uses, key: Callable[[str], str]) -> Pairs:
    """A spelling of initials alone (CUP) with the one name that they fit."""
    short = [name for name in uses if re.fullmatch(r"(?:[A-Z]\.?){3,6}", name)]
    fitting: dict[str, list[str]] = defaultdict(list)
    for name in uses if short else ():
        if name not in short:
            fitting["".join(word[0] for word in main_words(key(name)))].append(name)
    for name in short:
        yield from _only(name, fitting.get(name.replace(".", "").lower(), []), uses, key)


def _only(short: str, known: list[str], uses: Uses, key: Callable[[str], str]) -> Pairs:
    """The short form with the most frequent spelling of the name that it stands for, if all begin with one word (CUP: Columbia?)."""
    if len({key(name).partition(" ")[0] for name in known}) == 1:
        yield max(known, key=lambda name: len(uses[name])), short


def _places(uses: Uses) -> Pairs:
    cities: dict[str, list[str]] = defaultdict(list)
    for spelling in uses:
        cities[place(spelling)[0]].append(spelling)
    for group in cities.values():
        best = max(group, key=lambda spelling: len(uses[spelling]))
        for spelling in group:
            # Brackets say that the place is not on the title page: that is no other spelling.
            if spelling != best and same_place(place(best), place(spelling)) and _SUPPLIED.sub("", spelling) != _SUPPLIED.sub("", best):
                yield best, spelling
    yield from _slips_of_places(cities, uses)


def _slips_of_places(cities: dict[str, list[str]], uses: Uses) -> Pairs:
    """A city that stands but once, and is a slip of the pen for one that stands three times or more."""
    often: dict[str, list[str]] = defaultdict(list)
    for city, group in cities.items():
        if len(city) >= 6 and sum(len(uses[name]) for name in group) >= 3:
            often[city[:2]].append(city)
    for city, group in cities.items():
        if len(group) == len(uses[group[0]]) == 1:
            for known in often.get(city[:2], ()):
                if is_slip(f"in {known}", f"in {city}"):
                    yield max(cities[known], key=lambda name: len(uses[name])), group[0]


_SUPPLIED = re.compile(r"[\[\]?]")


def _journals(uses: Uses) -> Pairs:
    yield from _same(uses, journal)
    yield from _initials(uses, journal)
    full: dict[str, list[str]] = defaultdict(list)
    short = {name: None for name in uses if shortened(name)}
    for name in uses if short else ():
        if name not in short:
            full[_firsts(name)].append(name)
    for name in short:
        yield from _only(name, [other for other in full.get(_firsts(name), []) if abbreviates(name, other)], uses, journal)


def _firsts(name: str) -> str:
    return "".join(word[0] for word in main_words(name.replace("-", " ")))


_KINDS: tuple[tuple[str, tuple[str, ...], Callable[[Uses], Pairs]], ...] = (
    ("publisher", ("publisher", "institution", "school", "organization"), _publishers),
    ("place", ("location", "address"), _places),
    ("journal", _JOURNALS, _journals),
)


@check(
    "BIB037",
    "mixed-abbreviation",
    "note",
    "`{name}` is {what}",
    hint="abbreviate all journals or none; `shortjournal` holds the other form",
)
def mixed_abbreviation(book: Manuscript) -> Iterator[Hit]:
    """An abbreviated journal among journals in full, or the reverse, where at least twice as many are of the other kind.

    Journals of a single word (Science, Slavonica) count as neither.

    *Bad*

        journaltitle = {J. Mod. Hist.}        beside        journaltitle = {Slavic Review}

    *Good*

        journaltitle = {Journal of Modern History}        beside        journaltitle = {Slavic Review}
    """
    uses = _uses(book, _JOURNALS)
    short = [name for name in uses if _is_short(name)]
    full = [name for name in uses if not shortened(name) and len(main_words(name)) >= 2]
    for few, many, what in (
        (short, full, "abbreviated, and most journals are not"),
        (full, short, "written out, and most journals are abbreviated"),
    ):
        if few and 2 * len(few) <= len(many):
            for name in few:
                use = uses[name][0]
                yield at(spot(book, use.entry, use.found, use.start, use.end), name=name, what=what)


def _is_short(name: str) -> bool:
    """Whether two words of a name are abbreviated, or the one of two."""
    found = shortened(name)
    return len(found) >= 2 or (len(found) == 1 and len(name.split()) <= 3)
