"""The copyright page, the same in every edition: whose the book is, its licence and numbers, and with what it was made.

Reads the versions of the programs that build the book; writes nothing.
"""

from __future__ import annotations

import importlib.metadata
import re
from typing import Any

import octavo
from octavo import tools
from octavo.wordings import capital

Record = dict[str, Any]
Line = dict[str, str]
_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-(?:NC|SA|ND))*)-([0-9.]+)", re.IGNORECASE)
_ISBN = (("print", ""), ("pdf", "PDF"), ("epub", "EPUB"), ("html", "HTML"))


def tools_used() -> list[str]:
    """`["Octavo 0.1.0", "pandoc 3.9", "Typst 0.15.2"]`."""
    return [f"Octavo {octavo.__version__}", f"pandoc {tools.pandoc_version()}", f"Typst {importlib.metadata.version('typst')}"]


def paragraphs(book: Record) -> list[list[Line]]:
    """The paragraphs of the page, each its lines `{"text", "href"}`; what book.yaml leaves out is left out."""
    groups = [_rights(book), _publisher(book), _numbers(book), _edition(book), _colophon(book)]
    return [lines for group in groups if (lines := [line for line in group if line["text"]])]


def _line(text: str, href: str = "") -> Line:
    return {"text": text, "href": href}


def _names(book: Record, role: str) -> list[str]:
    return [person["name"] for person in book["contributors"] if person["role"] == role]


def _rights(book: Record) -> list[Line]:
    owners = _names(book, "author") or _names(book, "editor") or [book["publisher"].get("name", "")]
    named = ", ".join(filter(None, owners))
    text, address = licence(str(book["license"]))
    return [_line(" ".join(filter(None, ["©", book["date"][:4], named])) if named else ""), _line(text), _line(address, address)]


def _publisher(book: Record) -> list[Line]:
    return [_line(", ".join(filter(None, (book["publisher"].get(key, "") for key in ("name", "place")))))]


def _numbers(book: Record) -> list[Line]:
    isbn, doi = book["identifiers"].get("isbn", {}), book["identifiers"].get("doi", "")
    lines = [_line(f"ISBN {isbn[key]}" + (f" ({kind})" if kind else "")) for key, kind in _ISBN if isbn.get(key)]
    lines += [_line(f"https://doi.org/{doi}", f"https://doi.org/{doi}")] if doi else []
    for person in book["contributors"]:
        if person.get("orcid"):
            lines.append(_line(f"{person['name']}: https://orcid.org/{person['orcid']}", f"https://orcid.org/{person['orcid']}"))
    return lines


def _edition(book: Record) -> list[Line]:
    version = f"{capital(book['words']['version'])} {book['version']}" if book["version"] else ""
    return [_line(", ".join(filter(None, [version, book["date"]])))]


def _colophon(book: Record) -> list[Line]:
    """With what the book was made. The commit is known only where it gives the book its date: else a build would not be
    the same from an archive of the same text."""
    made = f"{book['words']['made-with']} {', '.join(book['tools'])}" if book.get("tools") else ""
    return [_line(made), _line(f"{capital(book['words']['commit'])} {book['commit'][:12]}" if book["commit"] else "")]


def licence(given: str) -> tuple[str, str]:
    """(how it is printed, address or nothing): `CC-BY-4.0` is "CC BY 4.0"; another licence stands as it was given."""
    if found := _CREATIVE_COMMONS.fullmatch(given):
        return f"CC {found[1].upper()} {found[2]}", f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
    if given.upper() in ("CC0-1.0", "CC0"):
        return "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"
    return given, ""
