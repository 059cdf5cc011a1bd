"""*.bib -> entries with their places; circles and bad entries found before pandoc ever sees them.

Reads the .bib files that book.yaml names; writes nothing. `read` never fails: what is wrong becomes a Problem of the
kind bib-encoding, bib-syntax, duplicate-key, duplicate-field, undefined-string or missing-bib, and the rest is read.
"""

from __future__ import annotations

import re
from pathlib import Path

from octavo import config
from octavo.bibliography.inherit import cycles, parents, references, resolved
from octavo.bibliography.scan import Piece, RawEntry, RawField, Scanner
from octavo.bibliography.subset import subset
from octavo.model import Bibliography, Book, Entry, Field, Place, Problem

__all__ = ["cycles", "parents", "read", "read_text", "references", "resolved", "subset"]

# The macros that every style defines (btxdoc, § 2): alone, the number that biblatex makes of them; in a text, the name.
_MONTHS = {
    "jan": "January", "feb": "February", "mar": "March", "apr": "April", "may": "May", "jun": "June",
    "jul": "July", "aug": "August", "sep": "September", "oct": "October", "nov": "November", "dec": "December",
}  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")


def read(directory: Path, book: Book) -> Bibliography:
    """Every entry of the book's .bib files, the background ones last, and what was wrong with them."""
    scanners: list[tuple[Scanner, bool]] = []
    problems: list[Problem] = []
    cited = config.bib_files(directory, book.bibliography.files)
    background = [file for file in config.bib_files(directory, book.bibliography.background) if file not in cited]
    for file in [*cited, *background]:
        try:
            raw = (directory / file).read_bytes()
        except OSError as error:
            problems.append(Problem("missing-bib", _named_at(book, file), f"`{file}` cannot be read: {error.strerror}"))
            continue
        text, wrong = _decoded(file, raw)
        problems += wrong
        scanners.append((Scanner(file, text), file in background))
    return _bibliography(scanners, problems)


def read_text(file: str, text: str) -> Bibliography:
    """The bibliography of a single text, as if it were the file."""
    return _bibliography([(Scanner(file, text), False)], [])


def _named_at(book: Book, file: str) -> Place:
    for name in ("files", "background"):
        for i, pattern in enumerate(getattr(book.bibliography, name)):
            if pattern == file:
                return book.place(f"bibliography.{name}.{i}")
    return book.place("bibliography")


def _decoded(file: str, raw: bytes) -> tuple[str, list[Problem]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "", [Problem("bib-encoding", Place(file), "the file is UTF-16, not UTF-8")]
        start = error.start + len(raw) - len(error.object)  # the codec counts without a byte order mark
        line = raw.count(b"\n", 0, start) + 1
        before = raw[:start].rpartition(b"\n")[2].decode("utf-8-sig", "replace")
        place = Place(file, line, len(before) + 1, line, len(before) + 2)
        return raw.decode("cp1252", "replace"), [Problem("bib-encoding", place, "the file is not UTF-8")]
    if bad := _CONTROL.search(text):
        scanner = Scanner(file, text)
        what = "a NUL byte" if bad[0] == "\0" else f"the control character U+{ord(bad[0]):04X}"
        return _CONTROL.sub(" ", text), [Problem("bib-encoding", scanner.place(bad.start(), bad.end()), what)]
    return text, []


def _bibliography(scanners: list[tuple[Scanner, bool]], problems: list[Problem]) -> Bibliography:
    given: dict[str, tuple[Scanner, RawField]] = {}
    for scanner, _ in scanners:
        scanner.scan()
        for string in scanner.strings:
            given[string.name] = (scanner, string)
        problems += scanner.problems
    strings = _Strings(given)
    entries: dict[str, Entry] = {}
    for scanner, background in scanners:
        for preamble in scanner.preambles:
            strings.value(scanner, preamble, problems)
        for raw in scanner.entries:
            _add(_entry(scanner, raw, strings, background, problems), entries, problems)
    values = {name: strings.value(scanner, string, problems) for name, (scanner, string) in given.items()}
    return Bibliography(entries, tuple(sorted(set(problems), key=lambda p: (p.place, p.kind))), values)


def _add(entry: Entry, entries: dict[str, Entry], problems: list[Problem]) -> None:
    """Keep the first of two entries with one key; the same entry in two files is no fault."""
    first = entries.setdefault(entry.key, entry)
    if first is entry:
        return
    if first.place.file != entry.place.file and _content(first) == _content(entry):
        return
    problems.append(Problem("duplicate-key", entry.key_place, f"{entry.key}\n{first.key_place}"))


def _content(entry: Entry) -> tuple[str, dict[str, str]]:
    return entry.type, {name: " ".join(found.value.split()) for name, found in entry.fields.items()}


def _entry(scanner: Scanner, raw: RawEntry, strings: _Strings, background: bool, problems: list[Problem]) -> Entry:
    fields: dict[str, Field] = {}
    for given in raw.fields:
        place = scanner.place(given.at, given.at + len(given.name))
        value = strings.value(scanner, given, problems)
        if given.name in fields:
            problems.append(Problem("duplicate-field", place, f"{given.name}\n{raw.key}"))
            continue
        fields[given.name] = Field(given.name, value, place, scanner.place(given.pieces[0].at, max(given.end, given.pieces[0].at)))
    return Entry(
        raw.type,
        raw.key,
        fields,
        scanner.place(raw.at, raw.end),
        scanner.place(raw.key_at, raw.key_at + len(raw.key)),
        scanner.text[raw.at : raw.end],
        background,
    )


class _Strings:
    """The @strings of all files, resolved when they are asked for; their order does not matter."""

    def __init__(self, given: dict[str, tuple[Scanner, RawField]]) -> None:
        self.given = given
        self.known: dict[str, str] = {}

    def value(self, scanner: Scanner, given: RawField, problems: list[Problem], within: frozenset[str] = frozenset()) -> str:
        """What the value reads like; a name that nothing defines is reported and stands for itself."""
        if len(given.pieces) == 1 and not given.pieces[0].is_name:
            return given.pieces[0].text
        alone = len(given.pieces) == 1
        return "".join(self._piece(scanner, piece, alone, problems, within) for piece in given.pieces)

    def _piece(self, scanner: Scanner, piece: Piece, alone: bool, problems: list[Problem], within: frozenset[str]) -> str:
        name = piece.text.lower()
        if not piece.is_name or name in self.known:
            return piece.text if not piece.is_name else self.known[name]
        if name in self.given and name not in within:
            home, string = self.given[name]
            self.known[name] = self.value(home, string, problems, within | {name})
            return self.known[name]
        if name in _MONTHS:
            return str([*_MONTHS].index(name) + 1) if alone else _MONTHS[name]
        if not _is_reported_elsewhere(piece):
            place = scanner.place(piece.at, piece.at + len(piece.text))
            problems.append(Problem("undefined-string", place, piece.text))
        return piece.text


def _is_reported_elsewhere(piece: Piece) -> bool:
    """Whether the scan has already said that these words lack their braces."""
    return any(c.isspace() for c in piece.text)
