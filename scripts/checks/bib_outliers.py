"""BIB: fields that an entry lacks though nearly all others of its type have them.

Reads the manuscript's entries; writes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from octavo.checks import Hit, at, check
from octavo.checks.datamodel import FIELD_ALIASES, TYPE_ALIASES, requirements
from octavo.checks.entries import first_line, works
from octavo.checks.fieldnames import MODEL
from octavo.checks.manuscript import Manuscript
from octavo.model import Entry, Field

ENOUGH = 10
"""How many entries a type must have before what most of them do says anything."""
SHARE = 0.9
"""The share of them that must have a field."""
_NEW_NAME = {old: new for new, olds in FIELD_ALIASES.items() for old in olds} | {"year": "date", "eid": "pages"}
# What a work has or has not of its own nature, and what is no statement on the work.
_OPTIONAL = """
    abstract addendum afterword annotation annotator author bookauthor booksubtitle booktitleaddon commentator crossref day edition editor
    editora editorb editorc editortype editoratype eid entryset entrysubtype execute file foreword gender holder ids indexsorttitle
    indextitle introduction issuetitle journalsubtitle key keywords label langidopts mainsubtitle maintitle nameaddon note options origdate
    origlanguage origlocation origpublisher origtitle presort pubstate related relatedstring relatedtype reprinttitle shortauthor
    shorteditor shorthand shortjournal shortseries shorttitle sortkey sortname sortshorthand sorttitle sortyear subtitle titleaddon
    translator xdata xref usera userb userc userd usere userf verba verbb verbc lista listb listc listd liste listf namea nameb
    namec bibsource
    month urldate url eprint eprinttype eprintclass
"""
_LET_BE = frozenset(_OPTIONAL.split())


@check(
    "BIB054",
    "field-outlier",
    "note",
    "`{key}` (@{type}) has no `{field}`; {count} of the {all} others of its type have one",
    hint="add it if the work has one",
)
def field_outlier(book: Manuscript) -> Iterator[Hit]:
    """A field that at least nine of ten entries of the type have and this one has not; the type has ten entries or more.

    What the data model requires is BIB007's. Fields that a work may well lack (subtitle, edition, translator, note …) and
    those that are about the entry and not the work are let be; inherited fields count, and `journal` is `journaltitle`.

    *Bad*

        @book{fink1984, title = {The Genoa Conference}, …}        (the only one of twenty books without `publisher`)

    *Good*

        @book{fink1984, title = {The Genoa Conference}, publisher = {University of North Carolina Press}, …}
    """
    by_type: dict[str, list[tuple[Entry, set[str]]]] = defaultdict(list)
    for entry, fields in works(book):
        by_type[TYPE_ALIASES.get(entry.type, entry.type)].append((entry, _names(fields)))
    for kind, found in by_type.items():
        if len(found) >= ENOUGH:
            required = {name for group in requirements(kind) for name in group}
            counts = Counter(name for _, names in found for name in names)
            for name, count in counts.items():
                if SHARE * len(found) <= count < len(found) and name not in required:
                    for entry in (entry for entry, names in found if name not in names):
                        yield at(first_line(entry), key=entry.key, type=entry.type, field=name, count=str(count), all=str(len(found) - 1))


def _names(fields: Mapping[str, Field]) -> set[str]:
    return {_NEW_NAME.get(name, name) for name in fields if name in MODEL} - _LET_BE
