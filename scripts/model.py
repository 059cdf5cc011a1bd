"""The words that every part of Octavo speaks in: places, findings, the book, its chapters and entries.

Reads nothing and writes nothing; imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Node = dict[str, Any]
"""One element of pandoc's JSON tree: `{"t": "Para", "c": [...]}`."""

Severity = Literal["error", "warning", "note", "off"]
Kind = Literal["front", "chapter", "appendix", "back"]


class UserError(Exception):
    """A mistake that the user can mend: printed as one line, exit code 1, never a traceback."""

    def __init__(self, message: str, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.place, self.hint = message, place, hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}" + (f" ({self.hint})" if self.hint else "")


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a path relative to the book; lines and columns from 1, columns in characters.

    The end is exclusive: `end_column` is the column after the last character.
    """

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, at one place. `code` and `name` are those of the catalogue."""

    code: str
    name: str
    severity: Severity
    place: Place
    message: str
    hint: str = ""
    fixable: bool = False
    fix: str | None = None
    """What `octavo fix` puts in the place from its start to its end; None where a person must decide."""
    mended: Place | None = None
    """Where it puts that, if it must reach beyond the place: a note's mark is the fault, the space before it goes too."""

    def sort_key(self) -> tuple[Place, str, str]:
        return (self.place, self.code, self.message)

    def as_json(self) -> dict[str, Any]:
        """The record of report.json (design: `Commands and files that others depend on`)."""
        record: dict[str, Any] = {"code": self.code, "name": self.name, "severity": self.severity}
        record |= asdict(self.place)
        record |= {"message": self.message, "hint": self.hint, "fixable": self.fixable}
        return record


@dataclass(frozen=True)
class Problem:
    """What a reader of files met and could not use; the checks turn it into a finding.

    `kind` is a short word that one check answers to (`encoding`, `nesting`, `bib-syntax` …).
    """

    kind: str
    place: Place
    detail: str = ""


@dataclass(frozen=True)
class Contributor:
    name: str
    role: str = "author"
    orcid: str = ""


@dataclass(frozen=True)
class ChapterFile:
    """A file of the manuscript as book.yaml lists it. `number` is of the order of files, from 1 (`03:112` in drafts)."""

    file: str
    slug: str
    kind: Kind
    number: int
    part: str = ""


@dataclass(frozen=True)
class Part:
    title: str
    label: str
    chapters: tuple[str, ...]


@dataclass(frozen=True)
class BibliographySettings:
    files: tuple[str, ...] = ("bibliography/*.bib",)
    background: tuple[str, ...] = ()
    csl: str = "chicago-notes-bibliography"
    per_chapter: bool | Literal["both"] = False
    sections: tuple[Mapping[str, Any], ...] = ()
    nocite: tuple[str, ...] = ()
    annotations: bool = False
    backrefs: bool = False


@dataclass(frozen=True)
class NoteSettings:
    place: Literal["foot", "chapter", "book"] = "foot"
    reset: Literal["chapter", "book"] = "chapter"
    numbering: Literal["chapter", "book"] = "chapter"


@dataclass(frozen=True)
class Book:
    """book.yaml, read and made whole with the defaults that a scholar would choose."""

    title: str
    language: str
    chapters: tuple[ChapterFile, ...]
    slug: str
    subtitle: str = ""
    date: str = ""
    version: str = ""
    license: str = ""
    contributors: tuple[Contributor, ...] = ()
    publisher: Mapping[str, str] = field(default_factory=dict)
    identifiers: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    keywords: tuple[str, ...] = ()
    cover: str = ""
    parts: tuple[Part, ...] = ()
    bibliography: BibliographySettings = BibliographySettings()
    notes: NoteSettings = NoteSettings()
    lists: Mapping[str, bool] = field(default_factory=dict)
    markup: Mapping[str, bool] = field(default_factory=dict)
    index: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Mapping[str, Any], ...] = ()
    editions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    archives: Mapping[str, str] = field(default_factory=dict)
    checks: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where each key of book.yaml stands, by its dotted path: `places["chapters.0"]`."""

    def place(self, path: str) -> Place:
        """The place of a key of book.yaml, or of the nearest key above it that is there."""
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path, Place("book.yaml"))


@dataclass(frozen=True)
class Chapter:
    """A chapter after parsing: pandoc's tree of it, its YAML header, and what could not be read."""

    file: ChapterFile
    blocks: list[Node]
    meta: dict[str, Any]
    warnings: list[dict[str, Any]]
    problems: tuple[Problem, ...] = ()
    included: tuple[Chapter, ...] = ()
    """The files that it includes, and those that they include, each once."""


@dataclass(frozen=True)
class Field:
    """A field of an entry: its value as it reads after @string and concatenation, and where its name stands."""

    name: str
    value: str
    place: Place
    value_place: Place


@dataclass(frozen=True)
class Entry:
    """An entry of a .bib file. `type` and field names are in lower case; `key` is as written."""

    type: str
    key: str
    fields: Mapping[str, Field]
    place: Place
    key_place: Place
    raw: str
    background: bool = False

    def get(self, name: str) -> str:
        found = self.fields.get(name)
        return found.value if found else ""


@dataclass(frozen=True)
class Bibliography:
    """Every .bib file of the book: entries by key (the first of doubles), in file order, and what was wrong."""

    entries: Mapping[str, Entry]
    problems: tuple[Problem, ...]
    strings: Mapping[str, str] = field(default_factory=dict)
