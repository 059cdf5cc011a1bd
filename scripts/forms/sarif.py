"""The findings as SARIF 2.1.0, for code scanning and for editors: rules with the manual's pages, places, and what mends them.

Reads the lines that the findings point at, for the fingerprints; writes nothing. The standard is OASIS's `Static Analysis
Results Interchange Format 2.1.0`; what GitHub wants beyond it stands in its documentation (`SARIF support for code scanning`).
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from octavo import __version__, checks
from octavo.baseline import Recorder
from octavo.checks import manual
from octavo.model import Finding, Place
from octavo.report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "octavo/v1"


def text(report: Report, directory: Path, above: str = "") -> str:
    """The report as a log of one run. `above` is put before the files: GitHub wants them from the repository's top on."""
    known = {**checks.catalogue(), **checks.after_rendering()}
    codes = sorted({finding.code for finding in report.findings})
    recorder, count = Recorder(directory), Counter[str]()
    results: list[dict[str, Any]] = []
    for finding in report.findings:
        mark = recorder.record(finding).digest()
        count[mark] += 1
        print_ = f"{mark}:{count[mark]}"
        results.append(_result(finding, codes.index(finding.code), above) | {"partialFingerprints": {FINGERPRINT: print_}})
    driver = {"name": "Octavo", "version": __version__, "semanticVersion": __version__, "rules": [_rule(known[code]) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "octavo/"},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(check: checks.Check) -> dict[str, Any]:
    page = manual.page_of(check)
    return {
        "id": check.code,
        "name": "".join(part.capitalize() for part in check.name.split("-")),
        "shortDescription": {"text": check.name.replace("-", " ")},
        "fullDescription": {"text": page.what},
        "help": {"text": manual.plain(check), "markdown": manual.markdown(check)},
        "defaultConfiguration": {"level": check.severity},
        "properties": {"tags": [manual.FAMILIES[check.code[:3]]], "problem.severity": _PROBLEMS[check.severity]},
    }


_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}


def _result(finding: Finding, rule: int, above: str) -> dict[str, Any]:
    artifact = {"uri": quote(f"{above}{finding.place.file}"), "uriBaseId": "%SRCROOT%"}
    region = _region(finding.place)
    result = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": finding.message + (f" ({finding.hint})" if finding.hint else "")},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
    }
    # The empty place with nothing to put in it takes away the byte order mark, which SARIF's columns do not reach.
    deleted = _region(finding.mended or finding.place)
    if finding.fix is not None and (
        finding.fix or deleted["endLine"] > deleted["startLine"] or deleted["endColumn"] > deleted["startColumn"]
    ):
        replacement = {"deletedRegion": deleted, "insertedContent": {"text": finding.fix}}
        change = {"artifactLocation": artifact, "replacements": [replacement]}
        result["fixes"] = [{"description": {"text": finding.hint or finding.message}, "artifactChanges": [change]}]
    return result


def _region(place: Place) -> dict[str, int]:
    end_line, end_column = (place.end_line, place.end_column) if place.end_line else (place.line, place.column)
    return {"startLine": place.line, "startColumn": place.column, "endLine": end_line, "endColumn": max(end_column, 1)}
