"""What the search of the web edition looks through: the text of every page in pieces, each with its address and its page of print.

Reads and writes nothing: the pages in, script files out (a page on a disk may load nothing else), one for each page. Letters
are folded and words are matched in the browser (editions/html/search.js).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from octavo import previews

Record = dict[str, Any]
Piece = tuple[str, int, str]
"""Identifier to go to, scope, text; pages of print stand in the text between STX and ETX."""

TEXT, NOTES, WORKS = range(3)
_SKIPPED = ("index", "list")
_BLOCK = re.compile(r"(</?(?:p|h[1-6]|li|dt|dd|tr|td|th|figcaption|section|div|figure|pre|ul|ol|dl|table|blockquote|br)\b[^>]*>)")
_NAME = re.compile(r"</?([a-z0-9]+)")
_ID = re.compile(r' id="([^"]*)"')
_ONLY = re.compile(r"<!--only:epub-->.*?<!--/only-->", re.DOTALL)
_MARK = re.compile(r'<sup class="noteref"><a id="([^"]*)-ref".*?</sup>|<!--s:(.*?)-->')
_NUMBER = re.compile(r'<a [^>]*role="doc-backlink"[^>]*>.*?</a>')
_TAG = re.compile(r"<[^>]*>")
_INLINE = ("td", "th", "br")
_PLACE = re.compile("\x02(.*?)\x03")


def files(record: Record) -> dict[str, bytes]:
    """The script files by name: search/SLUG.js for each page, search/index.js with their list."""
    made: dict[str, bytes] = {}
    for page in record["pages"]:
        if page["kind"] not in _SKIPPED and not page["leaf"] and (pieces := list(_pieces(page))):
            title = " ".join(filter(None, [page["number"], page["title"]]))
            content = json.dumps([page["slug"], title, pieces], ensure_ascii=False, separators=(",", ":"))
            made[f"search/{page['slug']}.js"] = f"octavo.searched({content});\n".encode()
    slugs = [name.removeprefix("search/").removesuffix(".js") for name in made]
    words = record["book"]["words"]
    said = {"search": words["search"], "scopes": words["search-scopes"], "found": words["found"], "nothing": words["nothing-found"],
            "close": words["close"], "page": words["page-label"]}  # fmt: skip
    made["search/index.js"] = f"octavo.search({json.dumps([slugs, said], ensure_ascii=False)});\n".encode()
    return made


def _pieces(page: Record) -> Iterator[Piece]:
    """The text of a page, block by block. A note is on the page of its mark."""
    marks: dict[str, str] = {}
    html = _marked(_ONLY.sub("", previews.numbered(page)), marks)
    scope = WORKS if page["kind"] == "bibliography" else NOTES if page["kind"] == "notes" else TEXT
    here, own, words, outside = "", "", "", ""
    for at, token in enumerate(_BLOCK.split(html)):
        named = _NAME.match(token) if at % 2 else None
        if not named:
            words += token
            continue
        if named[1] in _INLINE:
            words += " "
            continue
        if text := _text(words):
            yield own or here, scope, text
            words = ""
        if named[1] == "figure":
            here, outside = (outside, "") if token.startswith("</") else (here, here)
        if token.startswith("</") and named[1] in ("figure", "li", "div", "dt"):
            own = ""
        identifier = _ID.search(token)
        if identifier and not token.startswith("</"):
            own = identifier[1]
            here = own if named[1] in ("section", "figure", "div", "li", "dt") else here
            words += f"\x02{marks[own]}\x03" if own in marks else ""
        elif named[1] == "p" and own.startswith("par-"):
            own = ""
        if 'class="notes"' in token:
            scope = NOTES
        elif 'class="references"' in token:
            scope = WORKS
    if text := _text(words):
        yield own or here, scope, text


def _marked(html: str, marks: dict[str, str]) -> str:
    """HTML with the names of sentences as places, without the marks of notes; `marks` learns in which sentence each stands."""
    now = ""

    def change(found: re.Match[str]) -> str:
        nonlocal now
        if found[1]:
            marks[found[1]] = now
            return ""
        now = found[2]
        return f"\x02{now}\x03"

    return _MARK.sub(change, _NUMBER.sub("", html))


def _text(words: str) -> str:
    text = " ".join(unescape(_TAG.sub("", words)).split())
    return text if _PLACE.sub("", text).strip() else ""


def paged(script: str, labels: dict[str, str]) -> str:
    """A script file with the pages of print in place of the names of sentences, each only where it changes within a piece."""
    before = ""

    def change(found: re.Match[str]) -> str:
        nonlocal before
        if found[0] == "],[":
            before = ""
            return found[0]
        label = labels.get(found[1], "")
        changed, before = label != before, label
        return f"\\u0002{label}\\u0003" if label and changed else ""

    return re.sub(r"\\u0002(.*?)\\u0003|\],\[", change, script)
