"""What the web edition shows of a target before a reader goes there, and the numbers by which its paragraphs are cited.

Reads and writes nothing: the pages in; of each page that others link to, what they may show of it, as a script file (a page on
a disk may load nothing else). Targets on the same page need none: the script finds them there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

Record = dict[str, Any]
Element = ElementTree.Element

_LINK = re.compile(r'<a [^>]*href="octavo:([^"#]+)#([^"]+)"[^>]*>')
_APART = re.compile('class="index-|role="doc-backlink"')
_NAMESPACE = re.compile(r' xmlns="[^"]*"')
# A section is known by its beginning; a table of more rows than this by its caption.
_LETTERS = 320
_ROWS = 12
_PARAGRAPH = re.compile(r'<p>|<(/?)figure\b|<section [^>]*class="notes"')
# The paragraphs of a book with a ledger have their numbers from there (resolve.py).
_NUMBERED = re.compile(r'<p id="par-')
_UNNUMBERED = ("bibliography", "index", "list", "notes")


def of(record: Record) -> dict[str, dict[str, str]]:
    """slug -> identifier -> HTML of what other pages may show of it; links in it are still those of a fragment."""
    wanted: dict[str, set[str]] = {}
    for page in record["pages"]:
        for found in _LINK.finditer(page["html"]):
            if not _APART.search(found[0]):
                wanted.setdefault(found[1], set()).add(found[2])
    made: dict[str, dict[str, str]] = {}
    for page in record["pages"]:
        if names := wanted.get(page["slug"]):
            root = ElementTree.fromstring(_NAMESPACE.sub("", page["html"]))
            parents = {child: parent for parent in root.iter() for child in parent}
            shown = {name: _shown(element, parents) for element in root.iter() if (name := element.get("id", "")) in names}
            made[page["slug"]] = {name: shown[name] for name in sorted(shown) if shown[name]}
    return {slug: entries for slug, entries in made.items() if entries}


def script(slug: str, entries: dict[str, str]) -> bytes:
    """The entries of a page as a script file."""
    content = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return f"octavo.previews({json.dumps(slug)},{content});\n".encode()


def _shown(element: Element, parents: dict[Element, Element]) -> str:
    kind = element.tag
    if kind == "section":
        return "".join(_beginning(element))
    if kind == "figure":
        return _html(element) if len(list(element.iter("tr"))) <= _ROWS else "".join(map(_html, element.iter("figcaption")))
    if kind == "dt":
        siblings = list(parents[element])
        definition = next((after for after in siblings[siblings.index(element) :] if after.tag == "dd"), None)
        return f"<p><strong>{_html(element, inner=True)}</strong></p>" + (_html(definition, inner=True) if definition is not None else "")
    if kind == "li":
        for inner in list(element.iter()):
            for child in list(inner):
                if child.get("class") == "backrefs":
                    inner.remove(child)
        return _html(element, inner=True)
    return _html(element) if "".join(element.itertext()).strip() else ""


def _beginning(section: Element) -> Iterator[str]:
    """The heading of a section and the first words of its text."""
    for child in section:
        if child.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            yield f"<p><strong>{_text(child)}</strong></p>"
    first = next((child for child in section.iter("p") if "".join(child.itertext()).strip()), None)
    if first is not None:
        words = _text(first)
        yield f"<p>{words if len(words) <= _LETTERS else words[:_LETTERS].rpartition(' ')[0] + ' …'}</p>"


def _text(element: Element) -> str:
    for inner in list(element.iter()):
        for child in list(inner):
            if child.get("class") == "noteref":
                _without(inner, child)
    return " ".join("".join(element.itertext()).split()).replace("&", "&amp;").replace("<", "&lt;")


def _without(parent: Element, child: Element) -> None:
    """Take a child out, and leave the text behind it."""
    at = list(parent).index(child)
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)


def _html(element: Element, inner: bool = False) -> str:
    for each in element.iter():
        for name in ("id", "aria-labelledby"):
            each.attrib.pop(name, None)
    tail, element.tail = element.tail, None
    text = ElementTree.tostring(element, encoding="unicode", method="html")
    element.tail = tail
    return text[text.index(">") + 1 : text.rindex("<")] if inner else text


def numbered(page: Record) -> str:
    """The fragment of a page with an identifier on each paragraph of its text, `par-1` and so on; notes and captions have none."""
    text: str = page["html"]
    if page["kind"] in _UNNUMBERED or _NUMBERED.search(text):
        return text
    parts = []
    at = count = depth = 0
    for found in _PARAGRAPH.finditer(text):
        if found[0].startswith("<section"):
            break
        if found[0] != "<p>":
            depth += -1 if found[1] else 1
        elif not depth:
            count += 1
            name = f"par-{count}"
            if f' id="{name}"' not in text:
                parts += [text[at : found.start()], f'<p id="{name}">']
                at = found.end()
    return "".join([*parts, text[at:]])
