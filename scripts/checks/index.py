"""IDX: the indexes, the glossary, and the terms of the text.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from octavo import glossary
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.checks.marks import IndexMark, Term, entries, index_marks, uses
from octavo.checks.nearest import nearest

MOST = 8
"""Undivided locators of a heading that a reader will look up one by one (Chicago 18, § 15.14 advises sub-entries beyond five or six)."""

_Heading = tuple[str, ...]


def _headings(marks: list[IndexMark]) -> dict[str, dict[_Heading, IndexMark]]:
    """The headings of each index with the levels above them, each with the mark that it is first seen in."""
    found: dict[str, dict[_Heading, IndexMark]] = defaultdict(dict)
    for mark in marks:
        for deep in range(1, len(mark.levels) + 1):
            found[mark.name].setdefault(mark.levels[:deep], mark)
    return found


@check(
    "IDX001",
    "dangling-see",
    "error",
    "the index has no heading `{name}`",
    hint=("did you mean `{nearest}`?", "index the heading, or take the reference out"),
)
def dangling_see(book: Manuscript) -> Iterator[Hit]:
    """A *see* or *see also* to a heading that no index of the book has.

    *Bad*

        [Narkomindel]{.index see="Foreign ministery"}

    *Good*

        [Narkomindel]{.index see="Foreign ministry"}
    """
    marks = index_marks(book)
    headings = {tuple(level.casefold() for level in levels): levels for index in _headings(marks).values() for levels in index}
    for mark in marks:
        for key, names in (("see", mark.see), ("seealso", mark.seealso)):
            for name in names:
                wanted = tuple(" ".join(level.replace("*", "").split()).casefold() for level in name.split("!"))
                if wanted not in headings:
                    likely = nearest(name, ["!".join(levels) for levels in headings.values()])
                    yield at(mark.values.get(key, mark.place), name=name, nearest=likely)


@check("IDX002", "unclosed-range", "error", "{what}: `{heading}`", hint="mark both ends: `range=start` and, later, `range=end`")
def unclosed_range(book: Manuscript) -> Iterator[Hit]:
    """A range of the index that opens and never closes, or closes and never opened.

    *Bad*

        [Comecon]{.index range=start} … and nothing more

    *Good*

        [Comecon]{.index range=start} … [Comecon]{.index range=end}
    """
    opened: dict[tuple[str, _Heading], IndexMark] = {}
    for mark in index_marks(book):
        key = (mark.name, mark.levels)
        if mark.range == "start":
            if key in opened:
                yield at(mark.values.get("range", mark.place), what="a range within a range", heading=": ".join(mark.levels))
            opened[key] = mark
        elif mark.range == "end" and not opened.pop(key, None):
            yield at(mark.values.get("range", mark.place), what="the end of a range that never started", heading=": ".join(mark.levels))
        elif mark.range not in ("", "start", "end"):
            yield at(
                mark.values.get("range", mark.place),
                what=f"`range={mark.range}`, which is neither start nor end",
                heading=": ".join(mark.levels),
            )
    for (_, levels), mark in opened.items():
        yield at(mark.values.get("range", mark.place), what="a range that never ends", heading=": ".join(levels))


@check(
    "IDX003",
    "near-duplicate-heading",
    "warning",
    "the heading `{heading}` is nearly `{other}` ({place})",
    hint="use one of them, or lead from one to the other with *see*",
)
def near_duplicate_heading(book: Manuscript) -> Iterator[Hit]:
    """Two headings of an index that differ by capitals, a plural or one letter.

    Headings that differ in a number, a roman numeral or a date only, and those of which one leads to the other, are silent.

    *Bad*

        [Litvinov]{.index entry="Litvinov, Maxim"} … [Litvinov]{.index entry="Litvinof, Maxim"}

    *Good*

        [Litvinov]{.index entry="Litvinov, Maxim"} … [Litvinov]{.index entry="Litvinov, Maxim"}
    """
    marks = index_marks(book)
    linked = {
        frozenset((_folded(mark.levels[-1]), _folded(name.split("!")[-1])))
        for mark in marks
        if mark.levels
        for name in (*mark.see, *mark.seealso)
    }
    for headings in _headings(marks).values():
        beside: dict[_Heading, list[str]] = defaultdict(list)
        for levels in headings:
            beside[levels[:-1]].append(levels[-1])
        for above, names in beside.items():
            for first, second in _near(names):
                if frozenset((_folded(first), _folded(second))) not in linked:
                    mark, other = headings[(*above, second)], headings[(*above, first)]
                    yield at(mark.values.get("entry", mark.place), heading=second, other=first, place=str(other.place))


def _folded(name: str) -> str:
    return name.replace("*", "").strip().casefold()


def _near(names: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of names that are likely one; candidates share their form with one letter taken out, so that not all are compared."""
    seen: dict[str, list[str]] = defaultdict(list)
    told: set[frozenset[str]] = set()
    for name in names:
        folded = _folded(name)
        forms = {folded} | {folded[:i] + folded[i + 1 :] for i in range(len(folded))}
        for form in sorted(forms | {_singular(folded)}):
            for other in seen[form]:
                pair = frozenset((name, other))
                if len(pair) == 2 and pair not in told and is_near(_folded(other), folded):
                    told.add(pair)
                    yield other, name
            seen[form].append(name)


def _singular(name: str) -> str:
    """An English plural without its ending; any other name as it is."""
    for pattern, ending in ((r"(?<=[^aeiou])ies$", "y"), (r"(?<=[sxz])es$|(?<=[cs]h)es$", ""), (r"(?<=[^su])s$", "")):
        if re.search(pattern, name):
            return re.sub(pattern, ending, name)
    return name


def is_near(one: str, two: str) -> bool:
    """Whether two folded headings are one but for capitals, a plural or one letter of a word of five letters or more."""
    if one == two or _singular(one) == _singular(two):
        return True
    from rapidfuzz.distance import OSA

    first, second = re.findall(r"\w+|[^\w\s]", one), re.findall(r"\w+|[^\w\s]", two)
    if len(first) != len(second):
        return one.replace(" ", "").replace("-", "") == two.replace(" ", "").replace("-", "") or re.sub(r"\W", "", one) == re.sub(
            r"\W", "", two
        )
    odd = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if len(odd) != 1:
        return False
    a, b = odd[0]
    if not (a.isalpha() and b.isalpha()) or re.fullmatch(r"[ivxlcdm]+", a) or re.fullmatch(r"[ivxlcdm]+", b):
        return False
    if min(len(a), len(b)) < 5 or a[0] != b[0]:
        return False
    return OSA.distance(a, b) == 1 and a + "a" != b and b + "a" != a


@check(
    "IDX004", "overloaded-heading", "note", "`{heading}` has {count} locators and no sub-entries", hint='divide it: `entry="{heading}!…"`'
)
def overloaded_heading(book: Manuscript) -> Iterator[Hit]:
    """A heading of the index with more than eight locators that nothing divides.

    A reader will not turn up nine pages to find the one that matters. A range counts as one, and so do the marks of a paragraph.

    *Bad*

        nine times [Poland]{.index}

    *Good*

        [Poland]{.index entry="Poland!partition of"}, [Poland]{.index entry="Poland!in the Warsaw Pact"} …
    """
    places: dict[tuple[str, _Heading], dict[tuple[str, int], IndexMark]] = defaultdict(dict)
    for mark in index_marks(book):
        if mark.range != "end" and not mark.see and mark.levels:
            places[mark.name, mark.levels].setdefault((mark.text.file.file, mark.block), mark)
    for (_, levels), found in places.items():
        if len(found) > MOST:
            first = next(iter(found.values()))
            yield at(first.place, heading="!".join(levels), count=str(len(found)))


def _terms(book: Manuscript) -> dict[str, Term]:
    terms: dict[str, Term] = {}
    for entry in entries(book):
        terms.setdefault(glossary.fold(entry.name), entry)
    return terms


def _entry(name: str, terms: dict[str, Term]) -> Term | None:
    folded = glossary.fold(name)
    forms = (
        folded,
        folded.removesuffix("s"),
        folded + "s",
        folded.removesuffix("'s"),
        folded.removesuffix("es"),
        re.sub("ies$", "y", folded),
    )
    return next((terms[form] for form in forms if form in terms), None)


@check(
    "IDX005",
    "undefined-term",
    "error",
    "the glossary does not explain `{name}`",
    hint=("did you mean `{nearest}`?", 'explain it in the glossary, or name its entry: `term="…"`'),
)
def undefined_term(book: Manuscript) -> Iterator[Hit]:
    """A term or an abbreviation that is used as such, and that the glossary has not.

    Capitals and a plural in -s do not count: `[toll ledgers]{.term}` finds "Toll ledger".

    *Bad*

        the [Narkomindel]{.term}, where the glossary has no such entry

    *Good*

        the [Narkomindel]{.term}, where glossary.md has

        Narkomindel
        :   The People's Commissariat of Foreign Affairs
    """
    terms = _terms(book)
    for use in uses(book):
        if _entry(use.name, terms) is None:
            yield at(use.place, name=use.name, nearest=nearest(use.name, [term.name for term in terms.values()]))


@check("IDX006", "unused-term", "warning", "no chapter uses `{name}`", hint="mark it in the text with `{{.term}}`, or take the entry out")
def unused_term(book: Manuscript) -> Iterator[Hit]:
    """An entry of the glossary that no chapter uses, neither as a term nor in its words.

    *Bad*

        an entry "Zollverein" in a book that never speaks of it

    *Good*

        … joined the [Zollverein]{.term} …
    """
    terms = _terms(book)
    used = {id(entry) for use in uses(book) if (entry := _entry(use.name, terms)) is not None}
    rest = [term for term in terms.values() if id(term) not in used]
    if not rest:
        return
    words = {file: " ".join(re.findall(r"\w+", text.source.wording)).casefold() for text in book.texts if (file := text.file.file)}
    for term in rest:
        name = " ".join(re.findall(r"\w+", term.name)).casefold()
        sought = re.compile(rf"(?<!\w){re.escape(name)}(?:s|es)?(?!\w)")
        if not any(sought.search(said) for file, said in words.items() if file != term.text.file.file):
            yield at(term.place, name=term.name)


@check("IDX007", "duplicate-term", "error", "`{name}` is explained already ({place})", hint="make one entry of the two")
def duplicate_term(book: Manuscript) -> Iterator[Hit]:
    """A term that the glossary explains twice: a reader would be led to the first alone.

    *Bad*

        Comecon
        :   The Council for Mutual Economic Assistance

        Comecon
        :   An organisation of socialist states

    *Good*

        Comecon
        :   The Council for Mutual Economic Assistance, an organisation of socialist states
    """
    terms = _terms(book)
    for entry in entries(book):
        first = terms[glossary.fold(entry.name)]
        if first.place != entry.place:
            yield at(entry.place, name=entry.name, place=str(first.place))
