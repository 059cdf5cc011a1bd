"""BIB: the fields of an entry and its type: empty, unknown, in one another's way, or lacking where nearly all others have them.

Reads the manuscript's entries; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.checks import Hit, at, check
from octavo.checks.datamodel import FIELD_ALIASES
from octavo.checks.entries import first_line, mended, plain, text, works
from octavo.checks.fieldnames import (
    LIKELY_FIELDS,
    LIKELY_TYPES,
    MODEL,
    PROPOSED,
    TYPES,
    is_control,
    is_known_field,
    is_known_type,
    is_of_a_program,
)
from octavo.checks.manuscript import Manuscript
from octavo.checks.nearest import nearest
from octavo.model import Entry, Field, Place

_NOTHING = re.compile(r"[\s{}~]*")


@check("BIB004", "empty-field", "warning", "`{field}` of `{key}` is empty", hint="fill it in, or delete it")
def empty_field(book: Manuscript) -> Iterator[Hit]:
    """A field with nothing in it: a work that seems complete and is not.

    The fields in which programs keep their own things (groups, file, timestamp …) may be empty.

    *Bad*

        publisher = {},

    *Good*

        publisher = {University of North Carolina Press},
    """
    for entry in book.entries.values():
        for name, found in entry.fields.items():
            is_nothing = (not found.value or found.value[0] in "{~ \t\r\n") and _NOTHING.fullmatch(found.value)
            if is_nothing and _is_written(found) and not is_of_a_program(name) and name != "file":
                yield at(found.value_place, field=name, key=entry.key)


def _is_written(found: Field) -> bool:
    """Whether there is a value at all: where there is none the syntax is at fault, and BIB001 says so."""
    place = found.value_place
    return (place.line, place.column) != (place.end_line, place.end_column)


@check(
    "BIB005",
    "unknown-type",
    "warning",
    "neither biblatex nor BibTeX knows the type `@{type}`",
    hint=("did you mean `@{nearest}`?", "use the type that comes nearest, or `@misc`"),
)
def unknown_type(book: Manuscript) -> Iterator[Hit]:
    """An entry whose type is in no data model: citeproc prints it as a thing without a kind.

    The types of biblatex 3.20 are known with their aliases and the ones that it keeps for others (letter, image, video,
    legislation …), those of BibTeX, and Octavo's own `archival`. Entries that speak to a style are let be.

    *Bad*

        @webpage{fink2001, …}

    *Good*

        @online{fink2001, …}
    """
    for entry in book.entries.values():
        if not is_known_type(entry.type):
            likely = LIKELY_TYPES.get(entry.type) or nearest(entry.type, TYPES)
            yield at(_type_place(entry), type=entry.type, nearest=likely)


def _type_place(entry: Entry) -> Place:
    """The `@type` at the start of an entry."""
    length = len(entry.raw.partition("{")[0].partition("(")[0].rstrip())
    return Place(entry.place.file, entry.place.line, entry.place.column, entry.place.line, entry.place.column + length)


@check(
    "BIB006",
    "unknown-field",
    "warning",
    "no data model has a field `{field}`: it will not be printed",
    hint=("did you mean `{nearest}`?", "use a field of biblatex, or `usera` to `userf` for your own notes"),
)
def unknown_field(book: Manuscript) -> Iterator[Hit]:
    """A field that neither biblatex nor BibTeX knows: mostly a slip of the pen, and what it says is lost.

    A known field on an unusual type is let be, and so are `usera`–`userf`, `verba`–`verbc`, `lista`–`listf`, the fields of
    `archival`, annotations (`author+an`), and what Zotero, JabRef, Mendeley, BibDesk, EndNote, Citavi, catalogues and
    indexes of citations add for themselves (`file`, `groups`, `timestamp`, `bdsk-url-1`, `mendeley-tags`, `adsurl` …).

    *Bad*

        jornal = {Military Affairs},

    *Good*

        journal = {Military Affairs},
    """
    for entry in book.entries.values():
        for name, found in entry.fields.items() if not is_control(entry.type) else ():
            if name not in MODEL and not is_known_field(name):
                yield at(found.place, field=name, nearest=LIKELY_FIELDS.get(name) or nearest(name, PROPOSED))


_EXCLUSIVE = [("date", "year"), *((new, old) for new, olds in FIELD_ALIASES.items() for old in olds if new not in ("file", "sortkey"))]


@check(
    "BIB008",
    "conflicting-fields",
    "warning",
    "`{field}` and `{other}` (line {line}) say the same thing of `{key}`",
    hint="keep one of them",
)
def conflicting_fields(book: Manuscript) -> Iterator[Hit]:
    """Two fields of one meaning in one entry: `date` and `year` or `month`, `journaltitle` and `journal`, and the like.

    Which of the two is printed depends on the program. What an entry inherits does not count.

    *Bad*

        date = {1984}, year = {1985},

    *Good*

        date = {1984},
    """
    for entry in book.entries.values():
        pairs = [pair for pair in _EXCLUSIVE if pair[0] in entry.fields and pair[1] in entry.fields]
        if "date" in entry.fields and "month" in entry.fields and "year" not in entry.fields:
            pairs.append(("date", "month"))
        for pair in pairs:
            first, second = sorted((entry.fields[name] for name in pair), key=lambda found: found.place)
            if text(entry.fields, first.name) and text(entry.fields, second.name):
                yield at(second.place, field=second.name, other=first.name, line=str(first.place.line), key=entry.key)


_CREATORS = (
    "author", "editor", "editora", "editorb", "editorc", "organization", "institution", "school", "translator", "bookauthor", "holder",
    "namea", "nameb", "namec", "shortauthor", "director", "artist", "composer", "compiler", "commentator", "annotator",
)  # fmt: skip
_CREATED = (
    "misc online www electronic dataset software manual proceedings mvproceedings artwork image audio video movie music letter review"
)


@check(
    "BIB028",
    "missing-creator",
    "warning",
    "the entry `{key}` (@{type}) has neither author, editor nor organisation",
    hint="name one of them",
)
def missing_creator(book: Manuscript) -> Iterator[Hit]:
    """Nobody is named who made the work, in a type whose data model does not ask for it (where it does, BIB007 finds it).

    Laws and judgements, standards, encyclopaedias and papers in an archive, which often have no author, are let be.

    *Bad*

        @misc{poster1919, title = {Hands Off Russia}, year = {1919}}

    *Good*

        @misc{poster1919, author = {{Hands Off Russia Committee}}, title = {Hands Off Russia}, year = {1919}}
    """
    for entry, fields in works(book):
        if (
            entry.type in _CREATED.split()
            and not any(name in fields for name in _CREATORS)
            and not text(fields, "archive", "library", "shelfmark")
        ):
            yield at(first_line(entry), key=entry.key, type=entry.type)


_URL = re.compile(r"(?:https?|ftp)://\S|\bwww\.[\w-]+\.\w|\\(?:url|href)\s*\{", re.IGNORECASE)
_NO_URLS = (
    "title", "booktitle", "subtitle", "booksubtitle", "maintitle", "note", "howpublished", "journaltitle", "journal", "publisher",
    "addendum", "series", "titleaddon", "location", "address", "pages", "number", "volume", "organization", "institution", "school",
)  # fmt: skip


@check("BIB021", "url-in-wrong-field", "warning", "an address stands in `{field}`", hint="move it to `url`, where it becomes a link")
def url_in_wrong_field(book: Manuscript) -> Iterator[Hit]:
    """An address of the web in a title, a note, `howpublished` or another field that is printed as text.

    It is no link there, and a line may break in the wrong place.

    *Bad*

        howpublished = {\\url{https://www.loc.gov/item/90025756/}},

    *Good*

        url = {https://www.loc.gov/item/90025756/},
    """
    for entry in book.entries.values():
        for name in _NO_URLS:
            if (found := entry.fields.get(name)) and _URL.search(found.value):
                yield at(found.value_place, field=name)


_SEVERAL = re.compile(
    r"(?:\d+|[ivxlc]+|two|three|four|five|six|seven|eight|nine|ten)\s*(?:vols?\b\.?|volumes\b|bde?\b\.?|bände\b|tomes\b|tt\.|tomos\b)|"
    r"(?:vols?\.?\s*)?(?:1|i)\s*(?:--?|–)\s*(?:\d+|[ivx]+)",
    re.IGNORECASE,
)
_ONE = re.compile(r"(?:vol(?:ume)?|bd|band|tome?)\b\.?\s*\w+|\d+\s+of\s+\d+", re.IGNORECASE)
_OF_JOURNALS = ("article", "periodical", "suppperiodical", "review", "newspaper")


@check("BIB049", "volume-confusion", "note", "{what}", hint="{hint}")
def volume_confusion(book: Manuscript) -> Iterator[Hit]:
    """`volume` (which one is meant) where `volumes` (how many there are) is, or the reverse; a part without its main title.

    *Bad*

        volume = {3 vols.},

    *Good*

        volumes = {3},
    """
    for entry, fields in works(book):
        if entry.type in _OF_JOURNALS:
            continue
        volume, volumes, part = (entry.fields.get(name) for name in ("volume", "volumes", "part"))
        if volume and _SEVERAL.fullmatch(plain(volume.value)):
            yield at(volume.value_place, what=f"`{plain(volume.value)}` says how many volumes there are", hint="write it as `volumes`")
        elif volume and entry.type in ("mvbook", "mvcollection", "mvreference") and not volumes:
            what = f"`volume` in a @{entry.type}, which is all the volumes together"
            yield at(volume.value_place, what=what, hint="write `volumes`, if it is how many there are")
        if volumes and _ONE.fullmatch(plain(volumes.value)):
            yield at(volumes.value_place, what=f"`{plain(volumes.value)}` says which volume it is", hint="write it as `volume`")
        if part and plain(part.value) and not text(fields, "maintitle"):
            what = f"`{entry.key}` is a part, and the title of the whole is missing"
            yield at(first_line(entry), what=what, hint="give the title of the whole as `maintitle`")


_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth"
)
_ORDINALS = _WORDS.split()
_EDITION = re.compile(
    r"(?P<number>\d{1,3})(?:\s*(?:(?:st|nd|rd|th|d)\.?|\.|e|er|re|ère|ème|eme|ième|\.?ª|\.?º|a|ª|-е|-ое|-th|te))?(?:\s*(?:edition|edn?|"
    r"édition|éd|edición|edição|edizione|auflage|aufl|ausgabe|ausg|druk|изд(?:ание)?)\b\.?)?|"
    r"(?P<word>" + "|".join(reversed(_ORDINALS)) + r")(?:\s+(?:edition|edn?)\b\.?)?",
    re.IGNORECASE,
)


@check(
    "BIB053",
    "edition-form",
    "warning",
    "`{edition}` is an edition in words",
    hint="write `{number}`: the style words it in its language",
    fixable=True,
)
def edition_form(book: Manuscript) -> Iterator[Hit]:
    """The number of an edition written out, where an integer is meant: "2nd", "Second", "2nd ed.", "2. Aufl.".

    The style adds "ed." itself, in the language of the book. "Revised edition" has no number and is let be.

    *Bad*

        edition = {2nd ed.},

    *Good*

        edition = {2},
    """
    for entry in book.entries.values():
        if found := entry.fields.get("edition"):
            words = plain(found.value.replace("\\textsuperscript", "")).replace("$", "").replace("^", "")
            match = _EDITION.fullmatch(words)
            if match and words != match["number"]:
                number = match["number"] or str(_ORDINALS.index(match["word"].lower()) + 1)
                yield at(found.value_place, edition=words, number=number, **mended(entry, found, number))
