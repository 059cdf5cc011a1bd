"""The findings as JUnit XML, for the many programs that show the results of tests: a suite a file, a case a kind of finding.

Reads nothing but the report; writes nothing. There is no standard; the form is what Jenkins, GitLab and GitHub's readers
have in common. An error is a failure; warnings and notes are what a test that passes has printed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from xml.etree import ElementTree as Xml

from octavo.model import Finding
from octavo.report import Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(report: Report, above: str = "") -> str:
    """The report as a document; every chapter has a suite, also one in which nothing was found."""
    by_file: dict[str, dict[str, list[Finding]]] = {file: {} for file in report.files}
    for finding in report.findings:
        by_file.setdefault(finding.place.file, defaultdict(list)).setdefault(finding.code, []).append(finding)
    root = Xml.Element("testsuites", name="octavo")
    for file, by_code in by_file.items():
        _suite(root, f"{above}{file}", by_code)
    for name in ("tests", "failures"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("errors", "0")
    Xml.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _suite(root: Xml.Element, file: str, by_code: dict[str, list[Finding]]) -> None:
    failures = sum(_fails(findings) for findings in by_code.values())
    counts = {"tests": str(max(len(by_code), 1)), "failures": str(failures), "errors": "0", "skipped": "0", "time": "0"}
    suite = Xml.SubElement(root, "testsuite", {"name": file} | counts)
    if not by_code:
        Xml.SubElement(suite, "testcase", name="nothing found", classname=file, file=file, time="0")
    for findings in by_code.values():
        first = findings[0]
        where = {"classname": file, "file": file, "line": str(first.place.line), "time": "0"}
        case = Xml.SubElement(suite, "testcase", {"name": f"{first.code} {first.name}"} | where)
        said = _xml("\n".join(_line(finding) for finding in findings))
        if _fails(findings):
            message = first.message if len(findings) == 1 else f"{first.message} (and {len(findings) - 1} more)"
            Xml.SubElement(case, "failure", message=_xml(message), type=first.code).text = said
        else:
            Xml.SubElement(case, "system-out").text = said


def _fails(findings: list[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _line(finding: Finding) -> str:
    hint = f" ({finding.hint})" if finding.hint else ""
    return f"{finding.place}: {finding.severity}: {finding.message}{hint}"


def _xml(words: str) -> str:
    """The words without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", words)
