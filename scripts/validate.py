"""Stage 6: the built editions, looked at from outside: by other people's validators, in a browser, and by rules of our own.

Reads output/SLUG.pdf, output/SLUG.epub and output/html/, and of output/work/4-cited/book.json which file a chapter comes
from and what it has for one edition only, the manuscript for what the author wrote; writes output/check/editions.json. What
is wrong is a Finding, as in the checks of the manuscript; what could not be looked at is one too, and says how to get it.
"""

from __future__ import annotations

import json
import posixpath
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from xml.parsers import expat

from octavo import bibliography, checks, config, tools, tree
from octavo.compare.differences import differences
from octavo.compare.paper import read_pdf
from octavo.compare.screens import read_epub, read_html
from octavo.compare.seen import squeezed
from octavo.model import Entry, Finding, Node, Severity
from octavo.validators import shown, words
from octavo.validators.browser import axe
from octavo.validators.files import PAGES, Edition, edition, finding
from octavo.validators.metadata import disagreements
from octavo.validators.pdf_rules import accessible
from octavo.validators.programs import ace, epubcheck, nu
from octavo.validators.twice import twice

XML = (".xhtml", ".opf", ".svg", ".ncx", ".xml")
_REMOTE = re.compile(r"(?:(?:https?|ftp|wss?):)?//", re.IGNORECASE)


class Manuscript(NamedTuple):
    """What the book says of itself: its profile, the severities that it gives, its entries, and the text of its chapters."""

    profile: str = "release"
    severities: Mapping[str, Severity] = {}
    entries: Mapping[str, Entry] = {}
    text: str = ""


def manuscript(directory: Path) -> Manuscript:
    """The manuscript of the folder; nothing where there is none, as where editions alone were handed over."""
    if not (directory / config.NAME).is_file():
        return Manuscript()
    book = config.load(directory)
    texts = [(directory / file.file).read_bytes().decode("utf-8", "replace") for file in book.chapters if (directory / file.file).is_file()]
    severities = book.checks.get("severity", {})
    profile = str(book.checks.get("profile", "release"))
    return Manuscript(profile, severities, bibliography.read(directory, book).entries, "\n".join(texts))


def validate(pdf: Path, epub: Path, web: Path, cited: Path, own: Manuscript) -> list[Finding]:
    """Everything that is looked at, in the severities of the book, sorted by place."""
    book, site = edition(epub), edition(web)
    found = [*compared(pdf, epub, web, cited), *accessible(pdf), *epubcheck(epub), *ace(epub), *nu(web), *axe(web)]
    found += [*read(pdf, web, (book, site), own), *disagreements(tools.read_json(cited), Path("."), pdf, book, site)]
    for one in (book, site):
        found += [*wellformed(one), *identifiers(one), *links(one), *remote(one)]
    return weighed(found, own)


def weighed(found: list[Finding], own: Manuscript) -> list[Finding]:
    """The findings in the severities of the book; what it turns off is left out."""
    given = [checks.weighed(one, own.severities, own.profile) for one in dict.fromkeys(found)]
    return sorted((one for one in given if one.severity != "off"), key=Finding.sort_key)


def read(pdf: Path, web: Path, screens: tuple[Edition, Edition], own: Manuscript) -> Iterator[Finding]:
    """What should never have reached a reader, in all three editions."""
    pieces = [piece for one in screens for piece in shown.of_pages(one)] + list(shown.of_pdf(pdf, read_html(web)))
    yield from (*words.leaked(pieces, own.text), *words.empty(pieces, own.entries), *words.doubled(pieces))


def compared(pdf: Path, epub: Path, web: Path, cited: Path) -> list[Finding]:
    """What a reader sees in one edition and not, or not so, or not there, in the others."""
    chapters = tools.read_json(cited)["chapters"]
    sources = {chapter["slug"]: chapter["file"] for chapter in chapters}
    only = [squeezed(text) for chapter in chapters for text in _only(chapter["blocks"])]
    only += _cited_otherwise(chapters, cited.with_name("screens.json"))
    found = differences(read_pdf(pdf), read_epub(epub), read_html(web), sources, only)
    return [
        finding("EDN001", one.place, edition=one.edition, difference=one.said, near=f", under “{one.near}”" if one.near else "")
        for one in found
    ]


def _cited_otherwise(chapters: list[Any], file: Path) -> list[str]:
    """The notes that cite in print by *ibid.* and on screens, where no note stands below another, by a short title."""
    screens = tools.read_json(file) if file.is_file() else {}
    printed, screen = _notes(chapters), _notes(screens.get("chapters", []))
    differ = [(printed[name], screen[name]) for name in printed.keys() & screen.keys() if printed[name] != screen[name]]
    return sorted({squeezed(text) for one, other in differ for text in {*one} ^ {*other}})


def _notes(chapters: list[Any]) -> dict[str, list[str]]:
    """The paragraphs of each note by its identifier."""
    elements = (element for chapter in chapters for element in tree.walk(chapter["blocks"]) if tree.identifier(element).startswith("note-"))
    return {tree.identifier(element): list(_lines(element)) for element in elements}


def _only(blocks: list[Node]) -> Iterator[str]:
    """What the author wrote for one edition only: the text of each paragraph or passage."""
    for element in tree.walk(blocks):
        if "only" in tree.classes(element):
            yield from _lines(element)


def _lines(element: Node) -> Iterator[str]:
    """The paragraphs of a passage."""
    paragraphs = [part["c"] for part in tree.walk(element["c"][1]) if part["t"] in ("Para", "Plain")]
    yield from (tree.plain(inlines) for inlines in paragraphs or [element["c"][1]])


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
                found.append(finding(code, one.place(name, error.lineno, error.offset + 1), fault=message))
    return found


def identifiers(one: Edition) -> list[Finding]:
    """An identifier that stands twice in a page: a link to it leads to the first alone."""
    return [
        finding("EDN007", one.place(name), fault=f"the identifier `{identifier}` stands {count} times in the page", hint="")
        for name, page in one.pages.items()
        for identifier, count in page.identifiers.items()
        if count > 1
    ]


def links(one: Edition) -> list[Finding]:
    """Links, images and style sheets that lead to no file of the edition, or to no identifier of the page they lead to."""
    return [
        finding("EDN007", one.place(name, address.line, address.column), fault=fault, hint="")
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
        finding("EDN009", one.place(name, address.line, address.column), url=address.url)
        for name, page in one.pages.items()
        for address in page.addresses
        if address.fetched and _REMOTE.match(address.url.strip())
    ]


def report(findings: list[Finding], profile: str) -> dict[str, Any]:
    """The record of report.json (design: `Commands and files that others depend on`)."""
    counts = Counter(finding.severity for finding in findings)
    summary = {severity: counts[severity] for severity in ("error", "warning", "note")}
    return {"version": 1, "profile": profile, "summary": summary, "findings": [finding.as_json() for finding in findings]}


def main(argv: list[str]) -> int:
    """`validate SLUG.PDF SLUG.EPUB HTML_DIR CITED.JSON OUT.JSON [EDITIONS COMMIT DATE]`, in the folder of the book.

    With EDITIONS, where the templates are, the book is built a second time, with the commit that the first build was told.
    Exit code 1 on an error.
    """
    pdf, epub, web, cited, out = map(Path, argv[:5])
    own = manuscript(Path("."))
    findings = validate(pdf, epub, web, cited, own)
    if len(argv) > 5:
        findings = weighed([*findings, *twice(Path("."), Path(argv[5]), tuple(argv[6:]), pdf, epub, web)], own)
    tools.write(out, json.dumps(report(findings, own.profile), ensure_ascii=False, indent=1) + "\n")
    for one in findings:
        print(f"{one.place}: {one.code} {one.message}" + (f"\n    {one.hint}" if one.hint else ""), file=sys.stdout)
    return int(any(one.severity == "error" for one in findings))


if __name__ == "__main__":
    tools.main_of(main)
