"""What is to be silent: by `checks.ignore` of book.yaml, by comments in chapters, by comments above entries.

Reads the chapters and the .bib files of a manuscript; writes nothing. Each silence counts what it silences: one that
silences nothing is a finding itself (STR012).
"""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from octavo.checks.manuscript import Manuscript
from octavo.model import Finding, Place
from octavo.source import Source

_CODE = r"[A-Za-z]{3}\d{2,4}"
_SUPPRESSION = re.compile(rf"ignore:\s*(?P<codes>{_CODE}(?:\s*,\s*{_CODE}|\s+{_CODE})*)(?![\w-])")
_ENTRY = re.compile(r"^[ \t]*@\w+\s*[{(]")


class Silence(NamedTuple):
    """One code that is to be silent, and where that is said: in a comment, or under `checks.ignore`."""

    code: str
    place: Place
    files: tuple[str, ...] = ()


class Silences:
    """Every silence of a book, and which of them have had something to silence."""

    def __init__(self, book: Manuscript) -> None:
        ignored = enumerate(book.setting("ignore", []))
        self.rules = [Silence(r["code"], book.book.place(f"checks.ignore.{i}.code"), tuple(r.get("files", ()))) for i, r in ignored]
        self.comments: list[Silence] = []
        self.lines: dict[tuple[str, int, str], set[Silence]] = defaultdict(set)
        self._used: set[Silence] = set()
        for text in book.texts:
            for place, line, codes in in_chapter(text.source):
                # What pandoc could not read has hardly been looked at: nobody can say what is silenced there.
                self._enter(text.file.file, place, [line], codes, judged=text.is_read)
        self._enter_entries(book)

    def _enter(self, file: str, place: Place, lines: Iterable[int], codes: Iterable[str], *, judged: bool) -> None:
        for code in codes:
            silence = Silence(code, place)
            self.comments.append(silence)
            if not judged:
                self._used.add(silence)
            for line in lines:
                self.lines[file, line, code].add(silence)

    def _enter_entries(self, book: Manuscript) -> None:
        by_file: dict[str, list[Place]] = defaultdict(list)
        for entry in book.entries.values():
            by_file[entry.place.file].append(entry.place)
        broken = {problem.place.file for problem in book.problems("bib-syntax", "bib-encoding")}
        for file in book.bib_files:
            raw = book.bytes_of(file)
            if b"ignore:" in raw:
                for place, lines, codes in in_bib(file, raw.decode("utf-8-sig", "replace"), by_file[file]):
                    self._enter(file, place, lines, codes, judged=file not in broken)

    def cover(self, finding: Finding) -> bool:
        """Whether a finding is silenced; every silence that covers it has been of use."""
        comments = self.lines.get((finding.place.file, finding.place.line, finding.code), set())
        return self._use(comments) | self.cover_by_rule(finding)

    def cover_by_rule(self, finding: Finding) -> bool:
        """The same by book.yaml alone: no comment silences what is said of comments."""
        codes, file = (finding.code, finding.code[:3]), finding.place.file
        rules = {r for r in self.rules if r.code in codes and (not r.files or any(_names(pattern, file) for pattern in r.files))}
        return self._use(rules)

    def _use(self, silences: set[Silence]) -> bool:
        self._used |= silences
        return bool(silences)

    def idle(self, silences: Iterable[Silence]) -> list[Silence]:
        """Those of the silences that have silenced nothing, each once."""
        return [silence for silence in dict.fromkeys(silences) if silence not in self._used]


def _names(pattern: str, file: str) -> bool:
    """Whether a pattern of book.yaml names the file: its whole path, or its end (`epigraphs.md`)."""
    return fnmatch.fnmatchcase(file, pattern) or fnmatch.fnmatchcase(file, "*/" + pattern)


def _codes(found: re.Match[str]) -> list[str]:
    return list(dict.fromkeys(re.findall(_CODE, found["codes"])))


def in_chapter(source: Source) -> Iterator[tuple[Place, int, list[str]]]:
    """(place, line, codes) of each `<!-- ignore: CODE reason -->`; the line is its own, or if it stands alone the next with text."""
    for span in source.spans:
        if span.kind != "comment":
            continue
        comment = source.text[span.start : span.end]
        found = _SUPPRESSION.match(comment.removeprefix("<!--").lstrip())
        if not found:
            continue
        first, last = source.place(span.start).line, source.place(span.end).line
        alone = source.line(first).lstrip(" \t>").startswith("<!--") and source.line(last).strip().endswith("-->")
        line = last
        if alone:
            line = _next_text(source, last)
        yield source.place(span.start, span.end), line, _codes(found)


def _next_text(source: Source, line: int) -> int:
    """The next line with text: other comments and one blank line may stand between (a heading needs a blank line)."""
    following = line + 1
    for _ in range(8):
        words = source.line(following).strip().lstrip("> \t")
        if words and not (words.startswith("<!--") and words.endswith("-->")):
            break
        following += 1
    return following


def in_bib(file: str, text: str, entries: Iterable[Place]) -> Iterator[tuple[Place, range, list[str]]]:
    """(place, lines, codes) of each `% ignore: CODE reason`; the lines are those of the entry below it or on its line."""
    lines = text.split("\n")
    ends = {place.line: place.end_line for place in entries}
    for number, line in enumerate(lines, 1):
        if "ignore:" not in line or not (found := _SUPPRESSION.search(line, line.find("%"))) or "%" not in line[: found.start()]:
            continue
        column = line.rindex("%", 0, found.start()) + 1
        first = number
        while first <= len(lines) and lines[first - 1].lstrip().startswith("%"):
            first += 1
        place = Place(file, number, column, number, len(line.rstrip("\r")) + 1)
        yield place, range(first, (ends.get(first) or _end(lines, first)) + 1), _codes(found)


def _end(lines: list[str], first: int) -> int:
    """The last line of an entry that is not among those of the book (the second of doubles): before the next that begins."""
    if first > len(lines) or not _ENTRY.match(lines[first - 1]):
        return first - 1
    return next((n for n in range(first, len(lines)) if _ENTRY.match(lines[n])), len(lines))
