"""Stage 2: trees and entries -> findings, with the severities and silences that the book asks for.

Reads output/work/1-parsed/book.json, the chapters and the .bib files; writes report.txt, report.json and report.html in
the folder that it is given. It always succeeds: the gate after it (`octavo.report gate`) stops the editions.
"""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from octavo import bibliography as entries_of
from octavo import checks, config, report, tools
from octavo.checks.manuscript import Manuscript
from octavo.checks.structure import conflicts
from octavo.model import Bibliography, Book, Chapter, ChapterFile, Finding, Place, Problem, Severity
from octavo.source import Source

_SUPPRESSION = re.compile(r"ignore:\s*(?P<codes>[A-Z]{3}\d{3}(?:\s*,\s*[A-Z]{3}\d{3}|\s+[A-Z]{3}\d{3})*)(?![\w-])")


def findings(directory: Path, book: Book, chapters: list[Chapter], bibliography: Bibliography) -> list[Finding]:
    """Everything that is wrong with the manuscript and that nobody asked to be silent about, in the order of the places."""
    manuscript = Manuscript(directory, book, chapters, bibliography)
    found = {finding for check in checks.catalogue().values() for finding in check.run(manuscript)}
    silences = _Silences(manuscript)
    severities = book.checks.get("severity", {})
    kept = [_weighed(finding, severities, profile_of(book)) for finding in found if not silences.cover(finding)]
    return sorted((finding for finding in kept if finding.severity != "off"), key=lambda finding: finding.sort_key())


def profile_of(book: Book) -> str:
    return str(book.checks.get("profile", "release"))


def _weighed(finding: Finding, severities: Mapping[str, Severity], profile: str) -> Finding:
    """The finding in the severity that book.yaml gives its code or its family; `strict` makes errors of warnings."""
    in_release = checks.catalogue()[finding.code].in_release
    default = finding.severity if in_release == "off" or profile == "draft" else in_release
    severity = severities.get(finding.code, severities.get(finding.code[:3], default))
    if profile == "strict" and severity == "warning":
        severity = "error"
    return checks.in_severity(finding, severity)


class _Silences:
    """What is to be silent: by `checks.ignore` of book.yaml, by comments in chapters, by comments above entries."""

    def __init__(self, book: Manuscript) -> None:
        self.rules = book.setting("ignore", [])
        self.lines: dict[tuple[str, int], set[str]] = defaultdict(set)
        for text in book.texts:
            for line, codes in in_chapter(text.source):
                self.lines[text.file.file, line] |= codes
        by_file: dict[str, list[Place]] = defaultdict(list)
        for entry in book.entries.values():
            by_file[entry.place.file].append(entry.place)
        for file in book.bib_files:
            raw = book.bytes_of(file)
            if b"ignore:" in raw:
                for line, codes in in_bib(raw.decode("utf-8-sig", "replace"), by_file[file]):
                    self.lines[file, line] |= codes

    def cover(self, finding: Finding) -> bool:
        if finding.code in self.lines.get((finding.place.file, finding.place.line), ()):
            return True
        return any(
            rule["code"] in (finding.code, finding.code[:3])
            and (not rule.get("files") or any(_names(pattern, finding.place.file) for pattern in rule["files"]))
            for rule in self.rules
        )


def _names(pattern: str, file: str) -> bool:
    """Whether a pattern of book.yaml names the file: its whole path, or its end (`epigraphs.md`)."""
    return fnmatch.fnmatchcase(file, pattern) or fnmatch.fnmatchcase(file, "*/" + pattern)


def in_chapter(source: Source) -> Iterator[tuple[int, set[str]]]:
    """(line, codes) of each `<!-- ignore: CODE reason -->`: its own line, or if it stands alone the next with text."""
    for span in source.spans:
        if span.kind != "comment":
            continue
        comment = source.text[span.start : span.end]
        found = _SUPPRESSION.match(comment.removeprefix("<!--").lstrip())
        if not found:
            continue
        first, last = source.place(span.start).line, source.place(span.end).line
        alone = source.line(first).strip().startswith("<!--") and source.line(last).strip().endswith("-->")
        line = last
        if alone:
            line = _next_text(source, last)
        yield line, set(re.findall(r"[A-Z]{3}\d{3}", found["codes"]))


def _next_text(source: Source, line: int) -> int:
    """The next line with text: other comments and one blank line may stand between (a heading needs a blank line)."""
    following = line + 1
    for _ in range(8):
        words = source.line(following).strip()
        if words and not (words.startswith("<!--") and words.endswith("-->")):
            break
        following += 1
    return following


def in_bib(text: str, entries: Iterable[Place]) -> Iterator[tuple[int, set[str]]]:
    """(line, codes) for each line of an entry that has `% ignore: CODE reason` above it or at the end of its first line."""
    above: dict[int, set[str]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if "ignore:" in line and (found := _SUPPRESSION.search(line, line.find("%"))) and "%" in line[: found.start()]:
            above[number] = set(re.findall(r"[A-Z]{3}\d{3}", found["codes"]))
    if not above:
        return
    lines = text.split("\n")
    for place in entries:
        codes: set[str] = set(above.get(place.line, ()))
        number = place.line - 1
        while number >= 1 and lines[number - 1].lstrip().startswith("%"):
            codes |= above.get(number, set())
            number -= 1
        for number in range(place.line, place.end_line + 1) if codes else ():
            yield number, codes


def config_findings(error: config.ConfigError, directory: Path = Path(".")) -> list[Finding]:
    """What is wrong with book.yaml itself, as findings; the marks of an unfinished merge in it are named as such."""
    catalogue = checks.catalogue()
    found: list[Finding] = []
    for problem in error.problems:
        if problem.kind == "outside-the-book":
            path = problem.detail.split("`")[1] if "`" in problem.detail else problem.detail
            found.append(catalogue["STR017"].finding(checks.at(problem.place, path=path)))
            continue
        detail, _, hint = problem.detail.partition(", did you mean ")
        hint = f"did you mean {hint}" if hint else error.hint
        found.append(catalogue["STR001"].finding(checks.at(problem.place, detail=detail, hint=hint)))
    try:
        text = (directory / config.NAME).read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        text = ""
    found += [catalogue["STR013"].finding(hit) for hit in conflicts(config.NAME, text)]
    return sorted(found, key=lambda finding: finding.sort_key())


def chapters_of(book: Book, records: list[dict[str, Any]]) -> list[Chapter]:
    """The chapters out of the record that stage 1 has written."""
    files = {file.file: file for file in book.chapters}
    return [_chapter_of(files[record["file"]], record) for record in records if record["file"] in files]


def _chapter_of(file: ChapterFile, record: dict[str, Any]) -> Chapter:
    return Chapter(
        file,
        record["blocks"],
        record["meta"],
        record["warnings"],
        tuple(Problem(p["kind"], Place(**p["place"]), p["detail"]) for p in record.get("problems", [])),
        tuple(_chapter_of(replace(file, file=inner["file"]), inner) for inner in record.get("included", [])),
    )


def write_config_report(directory: Path, error: config.ConfigError) -> None:
    """The reports where book.yaml is broken and nothing else can be looked at."""
    folder = directory / PurePosixPath("output/check")
    report.write(folder, report.Report("release", "", tuple(config_findings(error, directory))), directory)


def main(argv: list[str]) -> None:
    """`check REPORT_DIR PARSED.JSON`: run in the folder of the book."""
    directory = Path(".")
    try:
        book = config.load(directory)
    except config.ConfigError as error:
        return write_config_report(directory, error)
    chapters = chapters_of(book, tools.read_json(Path(argv[1])))
    found = findings(directory, book, chapters, entries_of.read(directory, book))
    report.write(Path(argv[0]), report.Report(profile_of(book), book.title, tuple(found)), directory)
    return None


if __name__ == "__main__":
    tools.main_of(main)
