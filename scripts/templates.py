"""What EPUB and web share when a page is put into its template: the templates, the contents, links, and who made the book.

Reads the folder of an edition (editions/epub or editions/html) and, before it, the book's own folder of that name, which
overrides ours file by file. Writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from octavo import imprint as imprint_of
from octavo import sentences
from octavo.model import UserError
from octavo.wordings import capital

Record = dict[str, Any]

# In a tag `<` and `>` stand only at its ends: both are escaped in attributes, and text outside tags is never touched.
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_LINK = re.compile(r' href="octavo:([^"#]+)')
_ONLY = re.compile(r"<!--only:([a-z]+)-->(.*?)<!--/only-->\n?", re.DOTALL)
_RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ku-arab", "ps", "syr", "ug", "ur", "yi"}


class Templates:
    """The files of an edition by name: templates to fill, and the rest to copy."""

    def __init__(self, editions: Path, name: str, **common: Any) -> None:
        self.folders = [folder / name for folder in (Path("editions"), editions)]
        # A book may bring templates of its own; the sandbox keeps them from running anything.
        self.environment = SandboxedEnvironment(
            loader=FileSystemLoader(self.folders), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
        )
        self.environment.globals |= {"capital": capital, "mark": _mark} | common

    def fill(self, name: str, **values: Any) -> str:
        return self.environment.get_template(name).render(**values) + "\n"

    def read(self, name: str) -> bytes:
        """A file as it is. Raises UserError where neither folder has it."""
        for folder in self.folders:
            if (folder / name).is_file():
                return (folder / name).read_bytes()
        raise UserError(f"editions/{self.folders[0].name}/{name} is not there")

    def assets(self, *patterns: str) -> dict[str, bytes]:
        """Style sheets and faces: name -> bytes, in the order of their names."""
        names = {path.relative_to(folder).as_posix() for folder in self.folders for pattern in patterns for path in folder.glob(pattern)}
        return {name: self.read(name) for name in sorted(names)}


def _mark(name: str) -> Markup:
    """Where a sentence of the printed book stands in a template, until its page is known."""
    return Markup(sentences.placeholder(name))


def localised(fragment: str, edition: str, change: Callable[[str], str]) -> str:
    """A fragment for one edition: without what only the other shows, `change` applied to every start tag."""
    if "<!--only:" in fragment:
        fragment = _ONLY.sub(lambda found: found[2] if found[1] == edition else "", fragment)
    return _TAG.sub(lambda found: change(found[0]), fragment)


def relinked(tag: str, file_of: Callable[[str], str]) -> str:
    """A start tag whose link to another page of the book names that page's file."""
    return _LINK.sub(lambda found: f' href="{file_of(found[1])}', tag) if ' href="octavo:' in tag else tag


def groups(record: Record) -> Iterator[Record]:
    """The contents: `{"part": part or None, "pages": [page with its `sections`, …]}`, in the order of the book."""
    pages = {page["slug"]: page for page in record["pages"]}
    for group in record["contents"]:
        yield {"part": group["part"], "pages": [entry(pages[slug]) for slug in group["pages"]]}


def entry(page: Record) -> Record:
    """A line of the contents: number as it is printed there, title with its italics, sections of the second level."""
    first, *rest = page["headings"] or [{"html": page["title"]}]
    number = page["label"] if page["kind"] == "appendix" else page["number"]
    sections = [heading for heading in rest if heading["level"] == 2 and heading["id"] and not heading.get("unlisted")]
    names = {"slug": page["slug"], "id": first.get("id", ""), "kind": page["kind"]}
    return names | {"number": number, "html": first["html"], "sections": sections}


def by_role(book: Record) -> list[tuple[str, list[str]]]:
    """(wording, names): the authors first, without a wording; then the others ("Edited by", names), role by role."""
    names: dict[str, list[str]] = {"author": []}
    for person in book["contributors"]:
        names.setdefault(person["role"], []).append(person["name"])
    words = book["words"]
    return [("" if role == "author" else words.get(role) or words["contributor"], people) for role, people in names.items() if people]


def imprint(book: Record, edition: str) -> list[dict[str, str]]:
    """The small print: date and version, licence, ISBN of this edition, DOI; each with its address, if it has one."""
    text, address = imprint_of.licence(str(book["license"]))
    doi, isbn = book["identifiers"]["doi"], book["identifiers"]["isbn"].get(edition, "")
    lines = [
        {"text": ", ".join(filter(None, [book["date"], book["version"]])), "href": ""},
        {"text": text, "href": address},
        {"text": f"ISBN {isbn}" if isbn else "", "href": ""},
        {"text": f"https://doi.org/{doi}" if doi else "", "href": f"https://doi.org/{doi}"},
    ]
    return [line for line in lines if line["text"]]


def identifier_of(record: Record, slug: str) -> str:
    """The first identifier that a page holds (a part has only one)."""
    return min((name for name, holder in record["anchors"].items() if holder == slug), default="")


def direction(language: str) -> str:
    """`rtl` for a language that is written from the right, else nothing."""
    tag = language.lower()
    return "rtl" if tag.partition("-")[0] in _RIGHT_TO_LEFT or "-arab" in tag or "-hebr" in tag else ""
