"""A whole book read and checked in one process, for the commands: without Snakemake, from the parse cache where it can.

Reads the book and its baseline.json; writes the parse cache and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from octavo import baseline, bibliography, check, config, parse
from octavo.model import Finding
from octavo.report import Report


class Selection(NamedTuple):
    """Which findings are wanted: those in some files, of some codes or families; all where nothing is named."""

    files: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def takes(self, finding: Finding) -> bool:
        names = {finding.code, finding.code[:3]}
        in_files = not self.files or finding.place.file in self.files
        return in_files and (not self.select or not names.isdisjoint(self.select)) and names.isdisjoint(self.ignore)

    def of(self, report: Report) -> Report:
        """The report of these findings alone. What baseline.json has too much is told of the whole book only."""
        if not any(self):
            return report
        findings, known = (tuple(filter(self.takes, found)) for found in (report.findings, report.known))
        files = tuple(file for file in report.files if not self.files or file in self.files)
        return replace(report, findings=findings, known=known, files=files, gone=0)


def book(directory: Path, profile: str | None = None, *, baselined: bool = True) -> Report:
    """Everything that is found in a book, under a profile or that of its book.yaml; `baselined`: what is new in it.

    Raises UserError where there is no book, or its book.yaml or baseline.json cannot be read.
    """
    loaded = config.load(directory)
    if profile:
        loaded = replace(loaded, checks={**loaded.checks, "profile": profile})
    found = check.report_of(directory, loaded, parse.parse(directory, loaded), bibliography.read(directory, loaded))
    return baseline.compared(found, directory) if baselined else found


def broken(directory: Path, profile: str | None, error: config.ConfigError) -> Report:
    """What is wrong with a book.yaml that cannot be used: nothing else can be looked at."""
    return Report(profile or "release", "", tuple(check.config_findings(error, directory)))
