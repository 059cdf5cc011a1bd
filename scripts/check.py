"""Stage 2: trees and entries -> findings, with the severities and silences that the book asks for.

Reads output/work/1-parsed/book.json, the chapters, the .bib files and baseline.json; writes report.txt, report.json,
report.sarif and report.html in the folder that it is given. It always succeeds: the gate after it (`octavo.report gate`)
stops the editions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from octavo import baseline, checks, config, forms, tools
from octavo import bibliography as entries_of
from octavo.checks import suppressions
from octavo.checks.manuscript import Manuscript
from octavo.checks.structure import conflicts
from octavo.model import Bibliography, Book, Chapter, ChapterFile, Finding, Place, Problem
from octavo.report import Report
from octavo.silences import Silences


def findings(directory: Path, book: Book, chapters: list[Chapter], bibliography: Bibliography) -> list[Finding]:
    """Everything that is wrong with the manuscript and that nobody asked to be silent about, in the order of the places."""
    manuscript = Manuscript(directory, book, chapters, bibliography)
    found = {finding for check in checks.catalogue().values() if check.code != suppressions.CODE for finding in check.run(manuscript)}
    silences = Silences(manuscript)
    kept = [finding for finding in found if not silences.cover(finding)]
    kept += _unused(silences)
    severities = book.checks.get("severity", {})
    kept = [checks.weighed(finding, severities, profile_of(book)) for finding in kept]
    return sorted((finding for finding in kept if finding.severity != "off"), key=lambda finding: finding.sort_key())


def _unused(silences: Silences) -> Iterator[Finding]:
    """STR012 of the silences that nothing needed; those of book.yaml last, since they may silence it elsewhere."""
    about = checks.catalogue()[suppressions.CODE]
    rules = [rule for rule in silences.rules if checks.is_known(rule.code)]  # of the others STR001 tells
    for group in (silences.comments, rules):
        for silence in silences.idle(group):
            for hit in about.find([(silence.code, silence.place)]):
                if not silences.cover_by_rule(finding := about.finding(hit)):
                    yield finding


def profile_of(book: Book) -> str:
    return str(book.checks.get("profile", "release"))


def report_of(directory: Path, book: Book, chapters: list[Chapter], bibliography: Bibliography) -> Report:
    """The findings of a book as a report."""
    found = tuple(findings(directory, book, chapters, bibliography))
    return Report(profile_of(book), book.title, found, tuple(file.file for file in book.chapters))


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
    forms.write(folder, Report("release", "", tuple(config_findings(error, directory))), directory)


def main(argv: list[str]) -> None:
    """`check REPORT_DIR PARSED.JSON`: run in the folder of the book."""
    directory = Path(".")
    try:
        book = config.load(directory)
    except config.ConfigError as error:
        return write_config_report(directory, error)
    chapters = chapters_of(book, tools.read_json(Path(argv[1])))
    bibliography = entries_of.read(directory, book)
    forms.write(Path(argv[0]), baseline.compared(report_of(directory, book, chapters, bibliography), directory), directory)
    return None


if __name__ == "__main__":
    tools.main_of(main)
