"""The findings as text for a screen, as JSON and as a page for the browser; and the gate that stops the editions.

Reads the lines that the findings point at; `gate` reads report.json. Writes report.txt, report.json and report.html.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from octavo import tools
from octavo.model import Finding, Place

if TYPE_CHECKING:
    from markupsafe import Markup

VERSION = 1
WIDTH = 96
"""Columns of an excerpt on the screen; a paragraph of one long line is cut around the place."""
SENTENCES = 320
"""Characters of an excerpt on the page."""
SEVERITIES = ("error", "warning", "note")
_TEMPLATE = "report.html"


@dataclass(frozen=True)
class Report:
    """What a run found, and under which profile."""

    profile: str
    title: str
    findings: tuple[Finding, ...]

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

    def of(self, place: Place) -> Excerpt | None:
        """The line of a place; None where the file has no such line, or nothing in it."""
        lines = self._lines(place.file)
        line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        if not line.strip():
            return None
        line = "".join(" " if c == "\t" or unicodedata.category(c) in ("Cc", "Cs") else c for c in line)
        start = min(max(place.column - 1, 0), len(line))
        end = min(place.end_column - 1, len(line)) if place.end_line == place.line else start + 1 if not place.end_line else len(line)
        return _cut(line, start, max(end, start), self.width)


def _cut(line: str, start: int, end: int, most: int) -> Excerpt:
    end = min(end, start + most)
    room = max(most - (end - start), 20)
    first = max(0, min(start - room // 2, len(line) - most)) if len(line) > most else 0
    last = min(len(line), max(first + most, end))
    before = ("…" if first else "") + line[first:start]
    after = line[end:last] + ("…" if last < len(line) else "")
    return Excerpt(before.lstrip() if not first else before, line[start:end], after)


def width(words: str) -> int:
    """Columns on a screen: wide characters take two, combining ones none."""
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


def counts(report: Report, notes: bool = True) -> str:
    """`2 errors and 1 warning in 2 files`."""
    summary = report.summary
    parts = [
        f"{summary[name]} {name}{'' if summary[name] == 1 else 's'}" for name in SEVERITIES if summary[name] and (notes or name != "note")
    ]
    files = len({finding.place.file for finding in report.findings if notes or finding.severity != "note"})
    said = f"{', '.join(parts)} in {files} file{'' if files == 1 else 's'}" if parts else "nothing found"
    if not notes and summary["note"]:
        said += f" ({summary['note']} note{'' if summary['note'] == 1 else 's'} not shown: --notes)"
    return said


_STYLES = {
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


def _template(directory: Path) -> Path:
    """The template of the page: the book's own, if its editions/ has one; else ours, in a checkout or in the package."""
    here = Path(__file__).resolve().parent
    ours = here / "house" if (here / "house").is_dir() else here.parent
    own = directory / "editions" / _TEMPLATE
    return own if own.is_file() else ours / "editions" / _TEMPLATE


def page(report: Report, directory: Path) -> str:
    """The report as one page that opens from file:// and asks the network for nothing."""
    import jinja2

    from octavo import checks
    from octavo.checks import manual

    template = _template(directory).read_text("utf-8")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["code"] = _with_code
    excerpts = Excerpts(directory, SENTENCES)
    catalogue = checks.catalogue()
    by_file: dict[str, list[dict[str, Any]]] = {}
    for finding in report.findings:
        by_file.setdefault(finding.place.file, []).append({"finding": finding, "excerpt": excerpts.of(finding.place)})
    codes = Counter(finding.code for finding in report.findings)
    return environment.from_string(template).render(
        title=report.title,
        profile=report.profile,
        stops=report.stops,
        counts=counts(report),
        summary=report.summary,
        by_file=by_file,
        codes=[(catalogue[code], codes[code], manual.page_of(catalogue[code])) for code in sorted(codes) if code in catalogue],
    )


def _with_code(words: str) -> Markup:
    """HTML of a message: what stands in back-quotes is code."""
    from markupsafe import Markup, escape

    return Markup("").join(Markup("<code>{}</code>").format(part) if i % 2 else escape(part) for i, part in enumerate(words.split("`")))


def write(folder: Path, report: Report, directory: Path) -> None:
    """report.txt, report.json and report.html; the last one last written is the JSON, which the gate reads."""
    tools.write(folder / "report.txt", "".join(line + "\n" for _, line in text(report, directory)))
    tools.write(folder / "report.html", page(report, directory))
    tools.write(folder / "report.json", json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n")


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
