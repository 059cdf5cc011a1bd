"""BIB: what the values of fields are made of: LaTeX, signs that need a backslash, normal form, scripts.

Reads the manuscript's entries; writes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from octavo.bibliography.latex import MATH, masked, read
from octavo.bibliography.names import FIELDS as NAMES
from octavo.checks import Hit, at, check
from octavo.checks.bib_names import joined
from octavo.checks.entries import first_line
from octavo.checks.languages import script, script_of_language
from octavo.checks.latex_commands import open_dollar, unknown
from octavo.checks.manuscript import Manuscript
from octavo.checks.spots import TITLES, lists_of_names, spot
from octavo.model import Entry, Field, Place

PRINTED = frozenset(
    (
        *TITLES, *NAMES, "titleaddon", "maintitleaddon", "booktitleaddon", "journaltitle", "journal", "journalsubtitle", "shortjournal",
        "series", "shortseries", "publisher", "location", "address", "institution", "school", "organization", "origpublisher",
        "origlocation", "venue", "note", "addendum", "howpublished", "edition", "type", "number", "volume", "part", "version",
        "pubstate", "pages", "chapter", "bookpagination", "collection", "archive", "library", "authortype", "indextitle", "nameaddon",
        "relatedstring",
    )
)  # fmt: skip
"""The fields that are set as text. The rest is verbatim (url, doi, file), a date, a key, or never printed."""


def _printed(entry: Entry) -> Iterator[Field]:
    for name, found in entry.fields.items():
        if name in PRINTED:
            yield found


@check("BIB032", "unconvertible-latex", "warning", "{what} in `{field}` of `{key}`", hint="{hint}")
def unconvertible_latex(book: Manuscript) -> Iterator[Hit]:
    """A command of LaTeX that no edition can print, or a `$` that opens a formula without end.

    pandoc turns accents, fonts, quotation marks and formulas into text (what it knows was asked of pandoc 3.9 itself);
    any other command is lost, with what stands in its braces. Within a formula anything is let be.

    *Bad*

        title = {The \\mysc{nep} and 5$ Notes}

    *Good*

        title = {The \\textsc{nep} and 5\\$ Notes}
    """
    for key, entry in book.entries.items():
        for found in _printed(entry):
            if "\\" in found.value:
                for command in unknown(found.value):
                    hint = _INSTEAD.get(command[1], "write the character itself, or one of the commands that pandoc knows")
                    place = spot(book, entry, found, *command.span())
                    yield at(place, what=f"`{command[0]}` is no command that is printed", hint=hint, field=found.name, key=key)
            if (dollar := open_dollar(found.value)) is not None:
                place = spot(book, entry, found, dollar, dollar + 1)
                yield at(place, what="`$` without a second", hint="write `\\$` for the sign", field=found.name, key=key)


_INSTEAD = {
    "textendash": "write `--` or –",
    "textemdash": "write `---` or —",
    "textellipsis": "write `\\ldots` or …",
    "textcyr": "write the letters themselves; the file is UTF-8",
    "MakeSentenceCase": "protect capitals by braces",
    "&amp": "write `\\&`",
}


@check(
    "BIB034",
    "bib-not-normalised",
    "warning",
    "`{word}` is not in Unicode normal form C ({what})",
    hint="write its letters as single characters; `octavo fix` does",
    fixable=True,
)
def bib_not_normalised(book: Manuscript) -> Iterator[Hit]:
    """Text in which letters and their accents are characters of their own (or another form than Unicode's form C).

    Such words look right and are not found by a search, sort wrongly, and count as another person or publisher. Names
    of files and web addresses are let be: they must be what they are.

    *Bad*

        author = {Mu\u0308ller, Hans}

    *Good*

        author = {M\u00fcller, Hans}
    """
    for entry in book.entries.values():
        if entry.raw.isascii() or unicodedata.is_normalized("NFC", entry.raw):
            continue
        for name, found in entry.fields.items():
            if name not in ("file", "url", "urlraw", "pdf", "doi", "eprint") and not unicodedata.is_normalized("NFC", found.value):
                for word in re.finditer(r"[^\s{}\",]+", found.value):
                    if not unicodedata.is_normalized("NFC", word[0]):
                        yield _normalised(spot(book, entry, found, *word.span()), word[0], found)


def _normalised(place: Place, word: str, found: Field) -> Hit:
    right = unicodedata.normalize("NFC", word)
    odd = next((c for c in word if c not in right and not c.isascii()), word[0])
    what = f"U+{ord(odd):04X} {unicodedata.name(odd, '')}".strip()
    if place == found.value_place or (place.end_line, place.end_column - place.column) != (place.line, len(word)):
        return at(place, word=word, what=what)
    return at(place, word=word, what=what, fix=right)


_SPECIAL = re.compile(r"\\.|([&%_#])", re.DOTALL)
_QUIET = re.compile(
    r"\\(?:url|nolinkurl|path|href|verb|texttt)\s*\{[^{}]*\}|\b(?:https?|ftp)://[^\s{}]+|\b(?:doi:\s*)?10\.\d{4,9}/[^\s{}]+|\S+@\S+\.\w+",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&#?\w{2,8};")


@check(
    "BIB035",
    "unescaped-special",
    "warning",
    "`{sign}` without a backslash in `{field}` of `{key}`",
    hint="write `\\{sign}`",
)
def unescaped_special(book: Manuscript) -> Iterator[Hit]:
    """One of `&`, `%`, `_` and `#` without a backslash in a field that is set as text.

    In LaTeX a `%` hides the rest of the line and the others stop the run. Web addresses, DOIs, e-mail addresses,
    formulas and fields that are read as they stand (url, file, eprint …) are silent. So are names joined by `&` (BIB023)
    and HTML in titles (BIB030).

    *Bad*

        publisher = {Routledge & Kegan Paul}

    *Good*

        publisher = {Routledge \\& Kegan Paul}
    """
    for key, entry in book.entries.items():
        for found in _printed(entry):
            value = found.value
            if not ("&" in value or "%" in value or "_" in value or "#" in value):
                continue
            for start in _unescaped(entry, found):
                yield at(spot(book, entry, found, start, start + 1), sign=value[start], field=found.name, key=key)


def _unescaped(entry: Entry, found: Field) -> Iterator[int]:
    """Where each kind of sign first stands bare."""
    value = found.value
    for quiet in (MATH, _QUIET, *([_ENTITY] if "title" in found.name or found.name in ("journal", "series") else [])):
        value = quiet.sub(lambda m: " " * len(m[0]), value)
    if found.name in NAMES:
        for listed, names in lists_of_names(entry):
            for name in names if listed is found else ():
                if joined(name) is not None:
                    value = value[: name.start] + " " * (name.end - name.start) + value[name.end :]
    seen: set[str] = set()
    for special in _SPECIAL.finditer(value):
        if special[1] and special[1] not in seen:
            seen.add(special[1])
            yield special.start(1)


_LETTERS = re.compile(r"[^\W\d_]+")
_ALIKE = re.compile("[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονАВЕКМНОРСТУХаеорсухіѕј]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u1f00-\u1fff]")


@check(
    "BIB051",
    "mixed-script-entry",
    "warning",
    "in `{word}` {what}",
    hint="type the word again in one script: it sorts, searches and breaks as two",
)
def mixed_script_entry(book: Manuscript) -> Iterator[Hit]:
    """Latin and Cyrillic or Greek letters within one word, as they come about when a keyboard is switched too late.

    Greek letters used as signs beside Latin ones (μm, α-decay, ΔG), words joined by a hyphen and Roman numerals before
    an ending (XXв) are silent.

    *Bad*

        title = {The S\u043eviet Union}        (the o is Cyrillic)

    *Good*

        title = {The Soviet Union}
    """
    for entry in book.entries.values():
        if entry.raw.isascii():
            continue
        for found in _printed(entry):
            if _OTHER_SCRIPT.search(found.value):
                for word in _LETTERS.finditer(masked(found.value)):
                    if what := _mixture(word[0]):
                        yield at(spot(book, entry, found, *word.span()), word=found.value[word.start() : word.end()], what=what)


def _mixture(word: str) -> str:
    """Which letters of a word are of another script than the rest; nothing if all are of one."""
    latin = [c for c in word if c.isascii() or unicodedata.name(c, "").startswith("LATIN")]
    other = [c for c in word if _OTHER_SCRIPT.match(c)]
    if not latin or not other:
        return ""
    if re.fullmatch(r"[IVXLCDM]+[\u0400-\u052f]{1,3}", word):
        return ""
    greek = all("\u0370" <= c <= "\u03ff" or "\u1f00" <= c <= "\u1fff" for c in other)
    if greek and (len(other) <= 2 and not (len(latin) >= 3 and all(_ALIKE.match(c) for c in other))):
        return ""
    odd, rest = (other, "Latin") if len(other) <= len(latin) else (latin, "Greek" if greek else "Cyrillic")
    script_of_odd = ("Greek" if greek else "Cyrillic") if odd is other else "Latin"
    letters = ", ".join(f"{c} (U+{ord(c):04X})" for c in dict.fromkeys(odd))
    return f"{letters} {'is' if len(set(odd)) == 1 else 'are'} {script_of_odd}, the rest is {rest}"


_SORTING = ("sortkey", "key", "sortname", "sorttitle", "presort", "sortshorthand")


@check(
    "BIB052",
    "missing-transliteration",
    "note",
    "{what} of `{key}` is in {script} script, and no romanised sort key tells where it belongs in the list",
    hint="add `sortname` or `sorttitle` (or `sortkey`) in Latin letters",
)
def missing_transliteration(book: Manuscript) -> Iterator[Hit]:
    """A name or title in another script than the book's, without `sortname`, `sorttitle` or `sortkey` in Latin letters.

    Such works are put after Z, where nobody looks for them. A book in that very script is silent.

    *Bad*

        @book{chubarian1964, author = {Чубарьян, Александр}, title = {В. И. Ленин}, …}

    *Good*

        @book{chubarian1964, author = {Чубарьян, Александр}, title = {В. И. Ленин}, sortkey = {Chubarian}, …}
    """
    own = script_of_language(book.book.language)
    for key, entry in book.entries.items():
        if entry.raw.isascii() or entry.type in ("xdata", "set") or own != "LATIN":
            continue
        if any(script(read(entry.get(name))) == "LATIN" for name in _SORTING):
            continue
        for name, what in (("author", "the author"), ("editor", "the editor"), ("title", "the title")):
            written = script(read(entry.get(name))) if not entry.get(name).isascii() else ""
            if written and written != "LATIN":
                shown = {"CJK": "Chinese or Japanese"}.get(written, written.capitalize())
                yield at(first_line(entry), key=key, what=what, script=shown)
                break
