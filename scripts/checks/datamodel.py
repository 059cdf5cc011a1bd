"""What biblatex's data model requires of each type of entry.

Reads the names of fields and writes nothing. Source: `mandatory` constraints of blx-dm.def (biblatex 3.x), with the
aliases of biblatex's manual, § 2.1.2 and § 2.2.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from octavo.model import Field

TYPE_ALIASES = {
    "conference": "inproceedings", "electronic": "online", "www": "online", "mastersthesis": "thesis",
    "phdthesis": "thesis", "techreport": "report",
}  # fmt: skip
FIELD_ALIASES = {
    "journaltitle": ("journal",), "location": ("address",), "institution": ("school",), "annotation": ("annote",), "file": ("pdf",),
    "eprinttype": ("archiveprefix",), "eprintclass": ("primaryclass",), "sortkey": ("key",),
}  # fmt: skip

_CREATOR = ("author", "editor")
_DATE = ("date", "year")
_DATED = (
    "article book inbook bookinbook suppbook booklet collection incollection suppcollection manual misc mvbook mvcollection online patent "
    "periodical suppperiodical proceedings inproceedings reference inreference report thesis unpublished"
)
# Each type with its groups of fields; of a group any one will do.
_REQUIRED: dict[str, list[tuple[str, ...]]] = {
    "article": [_CREATOR, ("journaltitle",), ("title",)],
    "booklet": [_CREATOR, ("title",)],
    "manual": [("title",)],
    "misc": [("title",)],
    "online": [("title",), ("url", "doi", "eprint")],
    "patent": [("author", "holder"), ("title",), ("number",)],
    "periodical": [("title",)],
    "thesis": [("author",), ("title",)],
    "report": [_CREATOR, ("title",)],
    "unpublished": [_CREATOR, ("title",)],
}
_REQUIRED |= {name: [_CREATOR, ("title",)] for name in ("book", "mvbook", "collection", "mvcollection", "reference", "mvreference")}
_REQUIRED |= {name: [_CREATOR, ("title",), ("booktitle",)] for name in ("inbook", "bookinbook", "suppbook", "inproceedings")}
_REQUIRED |= {name: [_CREATOR, ("title",), ("booktitle",)] for name in ("incollection", "suppcollection", "inreference")}
_REQUIRED |= {name: [("title",)] for name in ("proceedings", "mvproceedings", "suppperiodical")}


def requirements(kind: str) -> list[tuple[str, ...]]:
    """The groups of fields that a type must have; of a group any one will do.

    An undated web page is dated by the day on which it was read (Chicago 18, § 14.104), so that `urldate` will do.
    """
    kind = TYPE_ALIASES.get(kind, kind)
    dated = [(*_DATE, "urldate") if kind in ("online", "misc") else _DATE] if kind in _DATED.split() else []
    return [*_REQUIRED.get(kind, []), *dated]


def missing(kind: str, fields: Mapping[str, Field]) -> Iterator[str]:
    """What an entry of this type lacks, in words: `title`, `author or editor`, `date or year`.

    A field that is there and empty is not missing (BIB004 has it).
    """
    for group in requirements(kind):
        if not any(name in fields or any(alias in fields for alias in FIELD_ALIASES.get(name, ())) for name in group):
            yield " or ".join(name for name in group if name != "urldate")
