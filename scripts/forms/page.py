"""The report as a page for an editor: by chapter and by kind, each finding in its sentence.

Reads the template editions/report.html and the lines that the findings point at; writes nothing. The page opens from
file://, asks the network for nothing, and shows everything where no script runs.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from octavo import checks
from octavo.checks import manual
from octavo.model import Finding, Place
from octavo.report import SEVERITIES, Excerpt, Excerpts, Report, beside, counts, cut, printable

if TYPE_CHECKING:
    from markupsafe import Markup

SENTENCES = 360
"""Characters of an excerpt, where the sentence is longer."""
LINES = 12
"""Lines before and after the place that are searched for the ends of its sentence."""
_TEMPLATE = "report.html"
_TITLE = re.compile(r"#[ \t]+(?P<title>.+?)[ \t]*#*[ \t]*(?:\{[^{}]*\})?[ \t]*\Z")
_BLOCK = re.compile(r"[ \t]*(?:\Z|#{1,6}[ \t]|:::|```|~~~|[-*+][ \t]|\d+[.)][ \t]|\||\[\^[^\]]+\]:|---)")
# A stop ends a sentence where no small letter follows it, and no abbreviation stands before it.
_STOP = re.compile(r"[.!?…][\"'”’»)\]*_]*(?=\s+(?:[^\W\d_](?<![a-zß-ÿа-я])|[^\w\s]))")
_ABBREVIATED = re.compile(r"\b(?:[A-Z]|(?i:ca?|cf|chap|Dr|eds?|esp|figs?|Jr|Mrs?|Nos?|pp?|St|trans|vols?|vs))\.\Z")


class Item(NamedTuple):
    """A finding as the page shows it."""

    finding: Finding
    excerpt: Excerpt | None


class Group(NamedTuple):
    """The findings of a file, or of a kind."""

    file: str
    title: str
    items: list[Item]
    summary: dict[str, int]


def html(report: Report, directory: Path) -> str:
    """The page."""
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["code"] = _with_code
    template = _template(directory).read_text("utf-8")
    known = {**checks.catalogue(), **checks.after_rendering()}
    codes = Counter(finding.code for finding in report.findings)
    return environment.from_string(template).render(
        title=report.title,
        profile=report.profile,
        stops=report.stops,
        counts=counts(report),
        beside=list(beside(report)),
        summary=report.summary,
        severities=SEVERITIES,
        files=_files(report, directory),
        clean=len(set(report.files) - {finding.place.file for finding in report.findings}),
        families=manual.FAMILIES,
        codes=[_kind(known[code], codes[code]) for code in known if code in codes],
    )


def _kind(check: checks.Check, count: int) -> dict[str, Any]:
    return {"check": check, "count": count, "page": manual.page_of(check), "silence": manual.silence(check)}


def _template(directory: Path) -> Path:
    """The template of the page: the book's own, if its editions/ has one; else ours, in a checkout or in the package."""
    here = Path(__file__).resolve().parent.parent
    ours = here / "house" if (here / "house").is_dir() else here.parent
    own = directory / "editions" / _TEMPLATE
    return own if own.is_file() else ours / "editions" / _TEMPLATE


def _files(report: Report, directory: Path) -> list[Group]:
    """The findings by file: book.yaml, the chapters in the order of the book, then the other files."""
    excerpts = Excerpts(directory)
    by_file: dict[str, list[Item]] = {}
    for finding in report.findings:
        by_file.setdefault(finding.place.file, []).append(Item(finding, sentence(excerpts, finding.place)))
    order = {file: number for number, file in enumerate(("book.yaml", *report.files))}
    groups: list[Group] = []
    for file in sorted(by_file, key=lambda file: (order.get(file, len(order)), file)):
        count = Counter(str(item.finding.severity) for item in by_file[file])
        summary = {name: count[name] for name in SEVERITIES}
        groups.append(Group(file, _title(file, excerpts.lines(file)), by_file[file], summary))
    return groups


def _title(file: str, lines: list[str]) -> str:
    """What the first heading of a chapter says, without its marks; nothing for other files."""
    found = next((found for line in lines if (found := _TITLE.match(line))), None) if file.endswith(".md") else None
    return re.sub(r"[*_`]|\[\^?[^\]]*\](?:\([^)]*\))?|\^\[[^\]]*\]", "", found["title"]).strip() if found else ""


def sentence(excerpts: Excerpts, place: Place) -> Excerpt | None:
    """The sentence of a chapter around a place, over the ends of lines; in other files its line. None where it is empty."""
    lines = excerpts.lines(place.file)
    if not place.file.endswith(".md") or not 0 < place.line <= len(lines) or _BLOCK.fullmatch(lines[place.line - 1]):
        return excerpts.of(place)
    first = last = place.line
    while first > max(1, place.line - LINES) and not _BLOCK.match(lines[first - 1]) and lines[first - 2].strip():
        first -= 1
    while last < min(len(lines), place.line + LINES) and not _BLOCK.match(lines[last]):
        last += 1
    start = _offset(lines, first, last, place.line, place.column)
    end = _offset(lines, first, last, *((place.end_line, place.end_column) if place.end_line else (place.line, place.column)))
    text, start, end = _near(" ".join(lines[first - 1 : last]), start, end)
    stops = [found.end() for found in _STOP.finditer(text) if not _ABBREVIATED.search(text, max(found.start() - 8, 0), found.start() + 1)]
    begins = max((stop for stop in stops if stop <= start), default=0)
    ends = min((stop for stop in stops if stop >= end and stop > start), default=len(text))
    lead = len(text[begins:ends]) - len(text[begins:ends].lstrip())
    return cut(text[begins:ends].strip(), max(start - begins - lead, 0), max(end, start) - begins - lead, SENTENCES)


def _near(text: str, start: int, end: int) -> tuple[str, int, int]:
    """So much of a text around a place as a sentence can need, and the place in it: a line may have a megabyte."""
    begin = max(start - 2 * SENTENCES, 0)
    return text[begin : end + 2 * SENTENCES], start - begin, end - begin


def _offset(lines: list[str], first: int, last: int, line: int, column: int) -> int:
    """Where a line and column stand in the lines from `first` to `last`, joined with one character between them."""
    if line > last:
        return sum(len(lines[n - 1]) + 1 for n in range(first, last + 1)) - 1
    return sum(len(lines[n - 1]) + 1 for n in range(first, line)) + min(max(column - 1, 0), len(lines[line - 1]))


def _with_code(words: str) -> Markup:
    """HTML of a message: what stands in back-quotes is code."""
    from markupsafe import Markup, escape

    return Markup("").join(
        Markup("<code>{}</code>").format(part) if i % 2 else escape(part) for i, part in enumerate(printable(words).split("`"))
    )
