"""Stage 5, first half of EPUB and web: the cited book -> one XHTML fragment a chapter, which serves both editions.

Reads output/work/4-cited/screens.json or, where that says so, book.json; writes output/work/5-rendered/pages.json.
pandoc is called once, for all chapters.

A fragment is well-formed XML. Three things in it are left to the edition: a link to another page is written
`octavo:SLUG#identifier`; roles are those of DPUB-ARIA, of which the EPUB makes its `epub:type`; and what only one of the
two editions shows stands between `<!--only:NAME-->` and `<!--/only-->`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from octavo import imprint, sentences, tools, tree
from octavo.fragments import Fragment
from octavo.identifiers import Identifiers
from octavo.model import Node
from octavo.wordings import capital

Record = dict[str, Any]

API_VERSION = [1, 23, 1]
_MARK = "octavo-page"
_SPLIT = re.compile(rf"<!--{_MARK} ([^ ]+)-->\n?")
# XML 1.0 (5th edition), § 2.2: what no XML file may hold.
_NOT_XML = dict.fromkeys([*(c for c in range(32) if c not in (9, 10, 13)), 0xFFFE, 0xFFFF])
_HEADING = re.compile(r"<h([1-6])(?: [^>]*)?>(.*?)</h\1>", re.DOTALL)
_LOOSE_HEADING = re.compile(r"(<h[1-6](?: [^>]*)?>)\n(.*)\n(</h[1-6]>)")
_MATH = re.compile(
    r"<math ([^>]*)><semantics>(.*?)<annotation encoding=\"application/x-tex\">(.*?)</annotation></semantics></math>", re.DOTALL
)
_PARAGRAPH = re.compile(r"<p>((?:<!--s:[^>]*-->)?)<!--(par-\d+)-->")
_EMPTY_HEAD = re.compile(r"<th(?: [^>]*)?></th>")


def pages(record: Record) -> Record:
    """The book as pages: the record that the two editions are packed from."""
    book = _book(record["book"])
    identifiers = Identifiers(record["anchors"], book["parts"])
    fragments = [Fragment(chapter, book["words"], identifiers) for chapter in record["chapters"]]
    blocks: list[Node] = []
    for fragment in fragments:
        blocks.append(tree.node("RawBlock", "html", f"<!--{_MARK} {fragment.slug}-->"))
        blocks += fragment.blocks()
    texts = _html(blocks)
    made = [_page(fragment, texts[fragment.slug], book) for fragment in fragments]
    return {"book": book, "anchors": identifiers.holders, "contents": _contents(book, made), "pages": made}


def _book(book: Record) -> Record:
    """The metadata as templates may ask for it: what book.yaml leaves out is empty, and any XML file may hold the rest."""
    book = _xml_safe(book)
    whole: Record = book | {
        "publisher": {"name": "", "place": ""} | book["publisher"],
        "identifiers": {"doi": "", "isbn": {}} | book["identifiers"],
        "imprint": imprint.paragraphs(book),
    }
    return whole


def _html(blocks: list[Node]) -> dict[str, str]:
    """slug -> XHTML, by one call of pandoc's html5 writer."""
    document = {"pandoc-api-version": API_VERSION, "meta": {}, "blocks": blocks}
    source = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    written = tools.pandoc(["-f", "json", "-t", "html5", "--mathml", "--wrap=none", "--quiet"], source, seconds=600, gigabytes=6)
    _, *found = _SPLIT.split(written.decode("utf-8").translate(_NOT_XML))
    return {slug: _mended(text.rstrip("\n")) for slug, text in zip(found[::2], found[1::2], strict=True)}


def _mended(text: str) -> str:
    """What the tree could not say: the name of a paragraph, the alternative text of a formula, and that an empty head cell is no head."""
    text = _PARAGRAPH.sub(r'<p id="\2">\1', text)
    text = _LOOSE_HEADING.sub(r"\1\2\3", text)
    if "<math " in text:
        text = _MATH.sub(lambda found: _formula(*found.groups()), text)
    return _EMPTY_HEAD.sub("<td></td>", text)


def _formula(attributes: str, content: str, tex: str) -> str:
    """MathML with `alttext`, in place of the annotation that some readers print after the formula (MathML 3, § 2.2.1)."""
    return f'<math {attributes} alttext="{" ".join(tex.split()).replace(chr(34), "&quot;")}">{content}</math>'


def _page(fragment: Fragment, text: str, book: Record) -> Record:
    """A page as the editions need it: the fragment, and what its head, the contents and the metadata say of it."""
    chapter = fragment.chapter
    shown = [_heading_html(found[2]) for found in _HEADING.finditer(text)]
    headings = [heading | {"html": html} for heading, html in zip(fragment.headings, shown, strict=False)]
    title = headings[0]["title"] if headings else chapter["title"]
    kind = capital(book["words"][chapter["kind"]][0]) if chapter["number"] else ""
    return {
        "slug": fragment.slug, "kind": chapter["kind"], "number": chapter["number"], "part": chapter["part"],
        "label": f"{kind} {chapter['number']}".strip(), "title": title, "short": _xml_safe(chapter["short"]) or title,
        "lang": chapter["lang"] or book["language"], "html": text, "headings": headings, "images": fragment.images,
        "floats": fragment.floats, "notes": len(fragment.notes), "mathml": "<math " in text, "leaf": chapter.get("leaf", ""),
    }  # fmt: skip


def _heading_html(html: str) -> str:
    """A heading for the contents: without its number, its note marks and its links, with its italics."""
    html = re.sub(r'^<span class="number">.*?</span> ', "", html)
    html = re.sub(r'<sup class="noteref">.*?</sup>', "", html)
    return re.sub(r'</?a\b[^>]*>| id="[^"]*"', "", html)


def _contents(book: Record, made: list[Record]) -> list[Record]:
    """The pages in groups, in the order of the book: those of a part together, the others with no part.

    Leaves (dedication, epigraph) come before the contents, and these do not name them.
    """
    parts = {part["label"]: part | {"slug": f"part_{i}"} for i, part in enumerate(book["parts"], 1)}
    groups: list[Record] = []
    for page in (page for page in made if not page["leaf"]):
        if not groups or (groups[-1]["part"] or {}).get("label", "") != page["part"]:
            groups.append({"part": parts.get(page["part"]), "pages": []})
        groups[-1]["pages"].append(page["slug"])
    return groups


def _xml_safe(value: Any) -> Any:
    """The metadata without the characters that no XML file may hold."""
    if isinstance(value, str):
        return value.translate(_NOT_XML)
    if isinstance(value, list):
        return [_xml_safe(item) for item in value]
    if isinstance(value, dict):
        return {key: _xml_safe(item) for key, item in value.items()}
    return value


def main(argv: list[str]) -> None:
    """`pages CITED.JSON PAGES.JSON`; the cited book may say which file beside it is the same."""
    cited = Path(argv[0])
    record = tools.read_json(cited)
    if "same" in record:
        record = tools.read_json(cited.with_name(record["same"]))
    sentences.mark(record, at_end=False)
    tools.write_json(Path(argv[1]), pages(record))


if __name__ == "__main__":
    tools.main_of(main)
