"""The forms of a report for other readers than a screen: a page, SARIF, GitHub's annotations, JUnit.

Reads the report and the lines that its findings point at; writes report.txt, report.json, report.sarif and report.html.
Each form is a function from a report to text. A form is imported when it is asked for: most runs of the checks need none.
"""

from __future__ import annotations

import json
from pathlib import Path

from octavo import report, tools
from octavo.report import Report

NAMES = ("text", "json", "sarif", "github", "junit")
"""What `octavo check --format` can be asked for."""


def of(form: str, found: Report, directory: Path, above: str = "") -> str:
    """The report in a form other than text. `above`: the folder of the book, where files are named from outside of it."""
    if form == "sarif":
        from octavo.forms import sarif

        return sarif.text(found, directory, above)
    if form == "github":
        from octavo.forms import github

        return github.text(found, above)
    if form == "junit":
        from octavo.forms import junit

        return junit.text(found, above)
    return json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n"


def write(folder: Path, found: Report, directory: Path) -> None:
    """The four files of output/check/; the JSON last, which the gate reads."""
    from octavo.forms import page

    tools.write(folder / "report.txt", "".join(line + "\n" for _, line in report.text(found, directory)))
    tools.write(folder / "report.html", page.html(found, directory))
    tools.write(folder / "report.sarif", of("sarif", found, directory))
    tools.write(folder / "report.json", of("json", found, directory))
