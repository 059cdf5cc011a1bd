"""What an author has put up with: today's findings, recorded in baseline.json, so that later runs tell only of new ones.

Reads baseline.json and the lines that the findings point at; writes baseline.json, beside book.yaml. A finding is
known again by its code, its file, its message and the words around it, never by its line: it may move. Where nothing is
the same in all four, the words may have changed a little, or the file its name.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz

from octavo import tools
from octavo.model import Finding, UserError
from octavo.report import BASELINE, Excerpts, Report, printable

VERSION = 1
AROUND = 40
"""Characters before and after the place that tell one finding from another."""
LIKENESS = 60
"""How like the words around a finding must be, of 100 (rapidfuzz's ratio), where its file and message are the same."""
_PLACES = re.compile(r":\d+(?::\d+)?|\bline \d+")


class Record(NamedTuple):
    """What is kept of a finding."""

    code: str
    file: str
    message: str
    text: str

    def digest(self) -> str:
        """Sixteen hexadecimal digits that stay the same when the finding moves."""
        return hashlib.sha256("\0".join(self).encode("utf-8", "replace")).hexdigest()[:16]


class Recorder:
    """Makes records; each file is read once."""

    def __init__(self, directory: Path) -> None:
        self._excerpts = Excerpts(directory)

    def record(self, finding: Finding) -> Record:
        """A message may name another place: its line is left out, since that place moves too."""
        place, lines = finding.place, self._excerpts.lines(finding.place.file)
        line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        end = place.end_column if place.end_line == place.line else place.column
        words = printable(line[max(place.column - 1 - AROUND, 0) : end - 1 + AROUND])
        return Record(finding.code, place.file, _PLACES.sub("", finding.message), " ".join(words.split()))


def compared(report: Report, directory: Path) -> Report:
    """The report without what baseline.json knows. Raises UserError where that file is none of ours."""
    recorded = read(directory)
    if not recorded:
        return report
    recorder = Recorder(directory)
    waiting = [(recorder.record(finding), finding) for finding in report.findings]
    known: list[Finding] = []
    gone = {file for file in {record.file for record in recorded} if not (directory / file).is_file()}
    for key, fits in _ways(gone):
        waiting = _matched(waiting, recorded, key, fits, known)
    new = {id(finding) for _, finding in waiting}
    left = tuple(finding for finding in report.findings if id(finding) in new)
    return replace(report, findings=left, known=tuple(known), gone=recorded.total())


Key = Callable[[Record], tuple[str, ...]]
Fits = Callable[[Record, Record], bool]


def _ways(gone: set[str]) -> list[tuple[Key, Fits]]:
    """How a finding is known again, the surest way first. `gone`: the files that baseline.json names and that are no more."""
    return [
        (lambda record: record, lambda *_: True),
        (lambda record: record[:3], lambda now, then: fuzz.ratio(now.text, then.text) >= LIKENESS),
        (lambda record: (record.code, record.message, record.text), lambda _, then: then.file in gone),
    ]


def _matched(
    waiting: list[tuple[Record, Finding]], recorded: Counter[Record], key: Key, fits: Fits, known: list[Finding]
) -> list[tuple[Record, Finding]]:
    """Those of the waiting that no record fits; a record that fits one is used up, and its finding known."""
    by_key: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in recorded:
        by_key[key(record)].append(record)
    left: list[tuple[Record, Finding]] = []
    for record, finding in waiting:
        then = next((then for then in by_key.get(key(record), ()) if recorded[then] and fits(record, then)), None)
        if then is None:
            left.append((record, finding))
        else:
            recorded[then] -= 1
            known.append(finding)
    return left


def read(directory: Path) -> Counter[Record]:
    """The records with how often each was found; empty where there is no baseline.json."""
    path = directory / BASELINE
    if not path.is_file():
        return Counter()
    try:
        found = tools.read_json(path)
        if found["version"] != VERSION:
            raise UserError(f"{BASELINE} is of version {found['version']}, not {VERSION}", hint="make it anew with `octavo baseline`")
        return Counter({Record(*(item[name] for name in Record._fields)): item.get("count", 1) for item in found["findings"]})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{BASELINE} cannot be read", hint="make it anew with `octavo baseline`") from None


def write(directory: Path, findings: Iterable[Finding]) -> None:
    """Record the findings: a line each, so that two versions of the file are compared easily."""
    recorder = Recorder(directory)
    counted = Counter(recorder.record(finding) for finding in findings)
    items = [record._asdict() | ({"count": count} if count > 1 else {}) for record, count in sorted(counted.items())]
    lines = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in items)
    tools.write(
        directory / BASELINE, f'{{"version": {VERSION}, "findings": [\n{lines}\n]}}\n' if items else '{"version": 1, "findings": []}\n'
    )
