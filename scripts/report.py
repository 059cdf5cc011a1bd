"""The findings of a run: as text for a screen and as JSON; and the gate that stops the editions.

Reads the lines that the findings point at; `gate` reads report.json and writes its stamp. The other forms are in octavo.forms.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from octavo import tools
from octavo.model import Finding, Place

VERSION = 1
BASELINE = "baseline.json"
"""What an author has put up with: beside book.yaml, made by `octavo baseline`."""
WIDTH = 96
"""Columns of an excerpt on the screen; a paragraph of one long line is cut around the place."""
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Report:
    """What a run found, and under which profile.

    `files`: the chapters in the order of the book. `known`: what baseline.json knows already, and which is therefore
    not among the findings. `gone`: how many that it knows are found no more.
    """

    profile: str
    title: str
    findings: tuple[Finding, ...]
    files: tuple[str, ...] = ()
    known: tuple[Finding, ...] = ()
    gone: int = 0

    @property
    def summary(self) -> dict[str, int]:
        count = Counter(str(finding.severity) for finding in self.findings)
        return {severity: count[severity] for severity in SEVERITIES}

    @property
    def stops(self) -> bool:
        """Whether no edition may be built: an error does, except in a draft. (`strict` has made errors of warnings.)"""
        return self.profile != "draft" and self.summary["error"] > 0

    def as_json(self) -> dict[str, Any]:
        """The record of report.json (design: `Commands and files that others depend on`)."""
        findings = [finding.as_json() for finding in self.findings]
        return {"version": VERSION, "profile": self.profile, "summary": self.summary, "findings": findings}


class Excerpt(NamedTuple):
    """A line of a file, cut to a width: before the place, the place itself, after it."""

    before: str
    marked: str
    after: str


class Excerpts:
    """The lines that findings point at, each file read once; a longer line is cut to `width` around the place."""

    def __init__(self, directory: Path, width: int = WIDTH) -> None:
        self.directory, self.width = directory, width
        self._lines = lru_cache(maxsize=64)(self._read)

    def _read(self, file: str) -> list[str]:
        try:
            raw = (self.directory / file).read_bytes()
        except OSError:
            return []
        if b"\0" in raw[:1000]:
            return []
        return [line.rstrip("\r") for line in raw.decode("utf-8-sig", "replace").split("\n")]

    def lines(self, file: str) -> list[str]:
        """The lines of a file, without their ends; none of one that cannot be read as text."""
        return self._lines(file)

    def of(self, place: Place) -> Excerpt | None:
        """The line of a place; None where the file has no such line, or nothing in it."""
        lines = self._lines(place.file)
        line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        if not line.strip():
            return None
        start = min(max(place.column - 1, 0), len(line))
        end = min(place.end_column - 1, len(line)) if place.end_line == place.line else start + 1 if not place.end_line else len(line)
        return cut(line, start, max(end, start), self.width)


def printable(words: str) -> str:
    """The words with a space for each control character, tabs and line ends among them."""
    if words.isprintable():
        return words
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in words)


def cut(line: str, start: int, end: int, most: int) -> Excerpt:
    """At most so many characters of a line, around what stands from `start` to `end`."""
    end = min(end, start + most)
    room = max(most - (end - start), 20)
    first = max(0, min(start - room // 2, len(line) - most)) if len(line) > most else 0
    last = min(len(line), max(first + most, end))
    before = ("…" if first else "") + printable(line[first:start])
    after = printable(line[end:last]) + ("…" if last < len(line) else "")
    return Excerpt(before.lstrip() if not first else before, printable(line[start:end]), after)


def width(words: str) -> int:
    """Columns on a screen: wide characters take two, combining ones none."""
    if words.isascii():
        return len(words)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def text(report: Report, directory: Path, *, notes: bool = True) -> Iterator[tuple[str, str]]:
    """(style, line) of the screen form: each finding with its line and a caret, its hint, and the counts at the end."""
    excerpts = Excerpts(directory)
    shown = [finding for finding in report.findings if notes or finding.severity != "note"]
    for finding in shown:
        yield finding.severity, f"{finding.place}: {finding.code} {finding.message}"
        if excerpt := excerpts.of(finding.place):
            yield "excerpt", f"    {excerpt.before}{excerpt.marked}{excerpt.after}"
            yield "caret", " " * (4 + width(excerpt.before)) + "^" * max(width(excerpt.marked), 1)
        if finding.hint:
            yield "hint", f"    hint: {finding.hint}"
    if shown:
        yield "", ""
    yield "counts", counts(report, notes)
    for line in beside(report):
        yield "counts", line


def beside(report: Report) -> Iterator[str]:
    """What baseline.json has to do with the findings: how many it keeps back, and whether it is out of date."""
    if known := len(report.known):
        yield f"{_many(known, 'known finding')} not shown: {BASELINE}"
    if report.gone:
        yield f"{_many(report.gone, 'finding')} of {BASELINE} {'is' if report.gone == 1 else 'are'} gone: run `octavo baseline`"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def counts(report: Report, notes: bool = True) -> str:
    """`2 errors and 1 warning in 2 files`."""
    summary = report.summary
    parts = [_many(summary[name], name) for name in SEVERITIES if summary[name] and (notes or name != "note")]
    files = len({finding.place.file for finding in report.findings if notes or finding.severity != "note"})
    said = f"{', '.join(parts)} in {_many(files, 'file')}" if parts else "nothing found"
    if not notes and summary["note"]:
        said += f" ({_many(summary['note'], 'note')} not shown: --notes)"
    return said


_STYLES = {
    "title": "bold",
    "heading": "bold cyan",
    "example": "",
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold cyan",
    "excerpt": "",
    "caret": "red",
    "hint": "green",
    "counts": "bold",
}


def show(lines: Iterable[tuple[str, str]], stream: TextIO) -> None:
    """Print the screen form; in colours only on a terminal."""
    if stream.isatty():
        from rich.console import Console
        from rich.text import Text

        console = Console(file=stream, highlight=False, soft_wrap=True)
        for style, line in lines:
            console.print(Text(line, style=_STYLES.get(style, "")))
        return
    for _, line in lines:
        print(line, file=stream)


def read(path: Path) -> Report:
    """A report out of its JSON."""
    record = tools.read_json(path)
    place = ("file", "line", "column", "end_line", "end_column")
    found = [
        Finding(**{key: item for key, item in given.items() if key not in place}, place=Place(*(given[key] for key in place)))
        for given in record["findings"]
    ]
    return Report(record["profile"], "", tuple(found))


def main(argv: list[str]) -> int:
    """`report gate REPORT.JSON STAMP`: the findings on the screen; 1 where they stop the editions, else the stamp."""
    if len(argv) != 3 or argv[0] != "gate":
        print("usage: python -m octavo.report gate REPORT.JSON STAMP", file=sys.stderr)
        return 2
    found = read(Path(argv[1]))
    if found.findings:
        show(text(found, Path("."), notes=False), sys.stderr)
    if Path(BASELINE).is_file():
        print(f"octavo: what {BASELINE} knows is not shown", file=sys.stderr)
    if found.stops:
        print(
            f"octavo: no edition is built before the errors are mended (the whole report: {Path(argv[1]).with_suffix('.html')})",
            file=sys.stderr,
        )
        return 1
    tools.write(Path(argv[2]), "")
    return 0


if __name__ == "__main__":
    tools.main_of(main)
