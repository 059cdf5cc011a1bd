"""The built editions as files: what is in them, what in each page other files depend on, and findings about them.

Reads the EPUB and the folder of the web edition; writes nothing.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from octavo import checks
from octavo.model import Finding, Place, Severity, UserError

Files = Mapping[str, bytes]

PAGES = (".html", ".xhtml", ".htm")
# Attributes whose address a browser fetches by itself (HTML Standard, § 4; SVG 2, § 16).
FETCHED = {"src", "srcset", "poster", "data", "background", "manifest"}
FETCHED_HREF = {"image", "use", "feimage", "script", "pattern", "mpath"}
FETCHED_REL = {"stylesheet", "icon", "apple-touch-icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"}
_CSS_ADDRESS = re.compile(r"""url\(\s*["']?([^"')\s]+)|@import\s+["']([^"']+)""", re.IGNORECASE)


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


def finding(code: str, place: Place, severity: Severity = "error", **fields: str) -> Finding:
    """A finding as the catalogue has it; `fields` is what the braces in its message and hint stand for."""
    check = checks.after_rendering()[code]
    (hit,) = check.find([checks.at(place, **fields)])
    return checks.in_severity(check.finding(hit), severity)


def not_run(code: str, path: Path, what: str, missing: str, hint: str) -> Finding:
    """That something was not looked at, and how to get what is missing: a note at a desk, an error in CI."""
    severity: Severity = "error" if os.environ.get("CI") else "note"
    return finding(code, Place(path.as_posix()), severity, fault=f"{what}: {missing} is not installed", hint=hint)
