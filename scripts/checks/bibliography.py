"""BIB: the bibliography.

Reads the manuscript's entries and what was wrong with its .bib files; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import issn

from octavo import bibliography as entries_of
from octavo.bibliography.sections import sections_of
from octavo.checks import Hit, at, check
from octavo.checks.datamodel import missing
from octavo.checks.manuscript import Manuscript
from octavo.checks.mojibake import garbled
from octavo.checks.nearest import nearest
from octavo.checks.spots import spot
from octavo.model import Entry, Place


@check("BIB001", "bib-syntax", "error", "{what}", hint=("{hint}", "the rest of the entry was read as well as could be"))
def bib_syntax(book: Manuscript) -> Iterator[Hit]:
    """A .bib file that cannot be parsed here: a brace that is never closed or one too many, a missing comma, junk.

    Free text between entries is a comment in BibTeX and is let be, unless it holds an @ that looks like an entry.

    *Bad*

        @book{fink1984,
          title = {The Genoa Conference,
          year = {1984},
        }

    *Good*

        @book{fink1984,
          title = {The Genoa Conference},
          year = {1984},
        }
    """
    for problem in book.problems("bib-syntax"):
        hint = next((hint for words, hint in _CURES if words in problem.detail), "")
        yield at(problem.place, what=problem.detail, hint=hint)


_CURES = (
    ("never closed", "close it: all up to the next field or entry was taken for its text"),
    ("not closed", "close it: the next entry begins, or the file ends"),
    ("too many", "delete it, or open another before it"),
    ("no comma", "put a comma there"),
    ("neither in braces", "put the value in braces"),
    ("has no key", "give it a key: `@book{fink1984,`"),
)


@check(
    "BIB002",
    "duplicate-key",
    "error",
    "the key `{key}` is given twice, first at {first}",
    hint="rename one, or delete it if the work is the same",
)
def duplicate_key(book: Manuscript) -> Iterator[Hit]:
    """Two entries with one key, in one file, or with different content in two.

    citeproc takes the last of them, other programs the first: which work is cited is left to chance.

    *Bad*

        @book{fink1984, title = {The Genoa Conference}}
        @article{fink1984, title = {The Genoa Conference Reconsidered}}

    *Good*

        @book{fink1984a, title = {The Genoa Conference}}
        @article{fink1984b, title = {The Genoa Conference Reconsidered}}
    """
    for problem in book.problems("duplicate-key"):
        key, _, first = problem.detail.partition("\n")
        yield at(problem.place, key=key, first=first)


@check("BIB003", "duplicate-field", "error", "`{field}` is given twice in the entry `{key}`", hint="keep one")
def duplicate_field(book: Manuscript) -> Iterator[Hit]:
    """A field twice in one entry: which of the two is printed depends on the program.

    *Bad*

        @book{fink1984, year = {1984}, title = {The Genoa Conference}, year = {1985}}

    *Good*

        @book{fink1984, year = {1984}, title = {The Genoa Conference}}
    """
    for problem in book.problems("duplicate-field"):
        name, _, key = problem.detail.partition("\n")
        yield at(problem.place, field=name, key=key)


@check(
    "BIB007",
    "missing-field",
    "error",
    "the entry `{key}` (@{type}) has no {field}",
    hint="add it, or give the entry the type that it is of",
)
def missing_field(book: Manuscript) -> Iterator[Hit]:
    """A field that the type of the entry requires is missing (biblatex's data model, `mandatory` in blx-dm.def).

    Alternatives count: author or editor, date or year; so do the BibTeX names (journal, school), and what an entry
    inherits through crossref and xdata. Institution, type and number of theses and reports are BIB040's.

    *Bad*

        @article{mueller1976, author = {Mueller, Gordon H.}, title = {Rapallo Reexamined}, year = {1976}}

    *Good*

        @article{mueller1976, author = {Mueller, Gordon H.}, title = {Rapallo Reexamined}, year = {1976},
          journaltitle = {Military Affairs}}
    """
    for key, entry in book.entries.items():
        fields = entry.fields if not entries_of.parents(entry) else entries_of.resolved(entry, book.bibliography)
        for lacking in missing(entry.type, fields):
            yield at(_first_line(entry), key=key, type=entry.type, field=lacking)


@check(
    "BIB014",
    "bad-isbn",
    "error",
    "`{isbn}` is no ISBN: {why}",
    hint=(
        "the check digit should be `{digit}`, or another digit is wrong",
        "it is an ISSN: give it as `{issn}`",
        "look it up on the copyright page",
    ),
)
def bad_isbn(book: Manuscript) -> Iterator[Hit]:
    """An ISBN whose length or check digit is wrong (ISO 2108; International ISBN Agency, Users' Manual, § 5).

    Several numbers, and words such as "pbk." beside them, are let be.

    *Bad*

        isbn = {978-0-8078-1578-1}

    *Good*

        isbn = {0-8078-1578-0}
    """
    for entry in book.entries.values():
        if found := entry.fields.get("isbn"):
            for number in numbers_in(found.value):
                if why := _fault_of_isbn(number):
                    yield at(found.value_place, isbn=number, why=why[0], digit=why[1], issn="issn" if issn.is_valid(number) else "")


_WORDS_BESIDE = re.compile(r"\([^()]*\)|\bISBN(?:[- ]?1[03])?:?|[{}\\]|[A-WYZ][A-Z.]*", re.IGNORECASE)
_DASHES = re.compile(r"[\u2010-\u2015\u2212~]|--+")


def numbers_in(value: str) -> list[str]:
    """The numbers of a field: one, also with spaces in it, or several, divided by commas, semicolons, `/` or spaces."""
    cleaned = _DASHES.sub("-", _WORDS_BESIDE.sub(" ", value))
    found: list[str] = []
    for part in (piece.strip(" .:-") for piece in re.split(r"[,;/\n]|\band\b", cleaned)):
        pieces = part.split()
        whole = re.sub(r"[\s-]", "", part)
        if len(pieces) > 1 and len(whole) > 13:
            found += pieces if all(len(piece.replace("-", "")) >= 8 for piece in pieces) else [part]
        elif part:
            found.append(part)
    return found


def _fault_of_isbn(number: str) -> tuple[str, str] | None:
    """(what is wrong, the check digit that would be right or nothing), or None for a good one."""
    digits = re.sub(r"[\s-]", "", number).upper()
    if not re.fullmatch(r"\d+[\dX]", digits):
        return "it has other characters than digits", ""
    if len(digits) not in (10, 13):
        return f"it has {len(digits)} digits in place of 10 or 13", ""
    if len(digits) == 13 and not re.fullmatch(r"97[89]\d{10}", digits):
        return "with 13 digits it begins with 978 or 979", ""
    right = check_digit(digits[:-1])
    return None if digits[-1] == right else ("its check digit is wrong", right)


def check_digit(body: str) -> str:
    """The last digit of an ISBN: of nine digits modulo 11 (X is ten), of twelve modulo 10."""
    if len(body) == 9:
        rest = -sum((10 - i) * int(digit) for i, digit in enumerate(body)) % 11
        return "X" if rest == 10 else str(rest)
    return str(-sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(body)) % 10)


@check("BIB033", "bib-encoding", "error", "{what}", hint=("it read `{right}` once: write it so", "{lost}", "save it as UTF-8"))
def bib_encoding(book: Manuscript) -> Iterator[Hit]:
    """A .bib file that is not UTF-8 or holds NUL or another control character; or text that was saved in a wrong encoding once.

    The latter (`MÃ¼ller`, or the mark � for a lost character) cannot be mended by saving the file again. Addresses and
    names of files are let be.

    *Bad*

        author = {M\\xfcller, Hans}        (Latin-1)
        author = {MÃ¼ller, Hans}          (UTF-8, read as Latin-1 and saved again)

    *Good*

        author = {Müller, Hans}            (UTF-8)
    """
    for problem in book.problems("bib-encoding"):
        yield at(problem.place, what=problem.detail)
    for entry in book.entries.values():
        for found in entry.fields.values() if not entry.raw.isascii() else ():
            for word in garbled(found.value) if found.name not in ("url", "file") else ():
                shown, lost = found.value[word.start : word.end], "" if word.right else "look the word up, and write it again"
                what = f"`{shown}` was read in a wrong encoding once" if word.right else f"a character of `{shown}` is lost"
                yield at(spot(book, entry, found, word.start, word.end), what=what, right=word.right, lost=lost)


@check(
    "BIB036",
    "undefined-string",
    "error",
    "no @string defines `{name}`",
    hint=("did you mean `{nearest}`?", "define it (`@string{{{name} = {{…}}}}`), or put the words in braces"),
)
def undefined_string(book: Manuscript) -> Iterator[Hit]:
    """A bare word as a value that no @string defines; the months (jan, feb …) are defined.

    Programs print the word as it stands, or nothing.

    *Bad*

        @book{fink1984, publisher = uncp, …}

    *Good*

        @string{uncp = {University of North Carolina Press}}
        @book{fink1984, publisher = uncp, …}
    """
    for problem in book.problems("undefined-string"):
        yield at(problem.place, name=problem.detail, nearest=nearest(problem.detail, book.bibliography.strings))


@check(
    "BIB043",
    "crossref-missing",
    "error",
    "`{field}` of `{key}` names `{other}`, which is in no .bib file",
    hint=("did you mean `{nearest}`?", "add that entry, or delete the field"),
)
def crossref_missing(book: Manuscript) -> Iterator[Hit]:
    """A crossref, xdata, related or entryset that names an entry which is not there.

    *Bad*

        @incollection{fink1991, crossref = {genoa1919}, …}

    *Good*

        @incollection{fink1991, crossref = {genoa1991}, …}
        @collection{genoa1991, …}
    """
    for key, entry in book.entries.items():
        for found, other in entries_of.references(entry):
            if other not in book.entries:
                yield at(found.value_place, field=found.name, key=key, other=other, nearest=nearest(other, book.entries))


@check("BIB044", "crossref-cycle", "error", "these entries refer to each other in a circle: {keys}", hint="delete one of the references")
def crossref_cycle(book: Manuscript) -> Iterator[Hit]:
    """Entries whose crossref, xdata, related or entryset lead back to where they began; pandoc would never come back.

    *Bad*

        @book{a, crossref = {b}, …}
        @book{b, crossref = {a}, …}

    *Good*

        @book{a, crossref = {b}, …}
        @book{b, …}
    """
    for circle in entries_of.cycles(book.entries):
        inside = [found for found, other in entries_of.references(book.entries[circle[0]]) if other in circle]
        yield at(inside[0].value_place, keys=" → ".join([*circle, circle[0]]))


@check(
    "BIB055",
    "entry-not-in-one-section",
    "error",
    "the entry `{key}` falls in {where} of the bibliography",
    hint="give the sections filters that exclude each other, and the last one `filter: rest`",
)
def entry_not_in_one_section(book: Manuscript) -> Iterator[Hit]:
    """With `bibliography.sections`, a work that is cited falls in no section of the list, or in two.

    A reader would look for it in the wrong place. A section with `filter: rest` takes what no other takes. Works that
    `bibliography.nocite` lists count as cited.

    *Bad*

        sections:
          - {title: Primary sources, filter: {keyword: primary}}
          - {title: Books, filter: {type: book}}

    *Good*

        sections:
          - {title: Primary sources, filter: {keyword: primary}}
          - {title: Secondary works, filter: rest}
    """
    settings = book.book.bibliography
    if not settings.sections:
        return
    asked = {key.removeprefix("@") for key in settings.nocite}
    asked |= {key for key, entry in book.entries.items() if "*" in asked and not entry.background}
    cited = {citation.key for citation in book.citations} | asked
    for key, entry in book.entries.items():
        found = sections_of(entry, settings.sections) if key in cited else [0]
        titles = [f"`{settings.sections[i]['title']}`" for i in found]
        if len(titles) != 1:
            yield at(_first_line(entry), key=key, where=" and ".join(titles) or "no section")


def _first_line(entry: Entry) -> Place:
    """The start of an entry, up to the end of its key: what is missing is missing there."""
    return Place(entry.place.file, entry.place.line, entry.place.column, entry.key_place.end_line, entry.key_place.end_column)
