"""The findings as GitHub's annotations: a line each, which a workflow prints and GitHub shows beside the text.

Reads nothing but the report; writes nothing. The form is that of GitHub's workflow commands (docs: `Workflow commands for
GitHub Actions`, § Setting an error message); a runner takes the first ten of each severity in a step, in this order.
"""

from __future__ import annotations

from collections.abc import Iterator

from octavo.model import Finding
from octavo.report import Report, beside, counts

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}


def text(report: Report, above: str = "") -> str:
    """The annotations, the errors first, and the counts as a plain line of the log."""
    order = list(_COMMANDS)
    ranked = sorted(report.findings, key=lambda finding: order.index(finding.severity))
    return "".join(f"{line}\n" for line in [*_annotations(ranked, above), counts(report), *beside(report)])


def _annotations(findings: list[Finding], above: str) -> Iterator[str]:
    for finding in findings:
        place = finding.place
        where = {"file": f"{above}{place.file}", "line": place.line, "col": place.column, "endLine": place.end_line or place.line}
        if place.end_line == place.line and place.end_column > place.column:
            where["endColumn"] = place.end_column
        where["title"] = f"{finding.code} {finding.name}"
        named = ",".join(f"{key}={_escaped(str(given), _PROPERTY)}" for key, given in where.items())
        said = finding.message + (f"\nhint: {finding.hint}" if finding.hint else "")
        yield f"::{_COMMANDS[finding.severity]} {named}::{_escaped(said, _DATA)}"


def _escaped(words: str, forms: dict[str, str]) -> str:
    return "".join(forms.get(c, c) for c in words)
