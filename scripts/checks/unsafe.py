"""STR, continued: what a chapter must not carry into an edition: programs, and markup of one output alone.

Reads the manuscript; writes nothing. Whatever is found here no edition shows: octavo.sanitize takes it out. The check says
so before somebody misses it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript, Text
from octavo.model import Node, Place
from octavo.source.mask import blank

_SUSPECT = re.compile(r"<[a-z]|=[\"']?\s*[\w&#;\s]*:|\bon\w{3,}\s*=|script|data:|\{=|\\[a-zA-Z]{2,}|&#|srcdoc|style\s*=", re.IGNORECASE)
_ELEMENT = re.compile(r"<(?P<name>script|iframe|frame|frameset|object|embed|applet|form|base|meta|link)\b", re.IGNORECASE)
_HANDLER = re.compile(r"[\s/\"'](?P<name>on[a-z]{3,})\s*=", re.IGNORECASE)
_HTML_URL = re.compile(
    r"\b(?P<name>href|src|action|formaction|data|poster|background|cite|xlink:href)\s*=\s*(?P<url>\"[^\"]*\"|'[^']*'|[^\s\"'>]+)",
    re.IGNORECASE,
)
_STYLE = re.compile(r"url\s*\(|expression\s*\(|javascript:|-moz-binding|@import", re.IGNORECASE)
_SCRIPT_URL = re.compile(r"(?:javascript|vbscript|livescript):|data:(?!image/(?:png|jpe?g|gif|webp)\b)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FILE_COMMAND = re.compile(
    r"\\(?P<name>input|include|includegraphics|includepdf|includesvg|import|subimport|subfile|verbatiminput|lstinputlisting|inputminted|"
    r"usepackage|RequirePackage|openin|openout|immediate|write18|write|read|ShellEscape|directlua|catcode|csname)(?![a-zA-Z])"
)
_ENVIRONMENT = re.compile(
    r"\\begin\{(?!(?:equation|align|alignat|flalign|gather|multline|eqnarray|math|displaymath|split|aligned|cases|[a-zA-Z]?matrix)\*?\})[^}]*\}"
)
"""All but the formulas of LaTeX."""
_RAW_FORMATS = {"typst": "Typst", "latex": "LaTeX", "tex": "TeX", "context": "ConTeXt", "beamer": "LaTeX"}
_RAW_CODE = re.compile(r"\{=(?P<format>typst|latex|tex|context|beamer)\}")


class Danger(NamedTuple):
    """Something unsafe in the tree: what it is, and the pattern by which the source has it."""

    what: str
    pattern: str
    block: int
    is_tex: bool = False


@check(
    "STR014",
    "unsafe-content",
    "error",
    "{what}",
    hint="no edition shows it: take it out, or write it in Markdown",
)
def unsafe_content(book: Manuscript) -> Iterator[Hit]:
    """Raw HTML with programs, frames, forms or event handlers, links that run a program, and raw Typst or LaTeX.

    A book is opened by people who trust it, and is typeset on a machine that has other files. Harmless HTML (`<br>`,
    `<sup>`, a comment) is let be, and so is a single TeX command that names no file (`\\LaTeX`) or a
    formula in LaTeX's own way (`\\begin{align}`), although no edition has them: a formula stands between `$$`.

    *Bad*

        [the treaty](javascript:alert(1)) <script src="count.js"></script>

    *Good*

        [the treaty](https://example.org/treaty)
    """
    for text in book.texts:
        if not _SUSPECT.search(text.source.text):
            continue
        raw = list(_raw_code(text))
        yield from raw
        readable = _without_code(text)
        said = "\n".join(text.source.text[span.start : span.end] for span in text.source.spans if span.kind == "code") if raw else ""
        for danger in _dangers(text):
            if danger.is_tex and re.search(danger.pattern, said) and not re.search(danger.pattern, readable):
                continue  # it is that of the code, which is named as a whole
            places = [found.span() for found in re.finditer(danger.pattern, readable, re.IGNORECASE)]
            yield at(_place(text, danger, places), what=danger.what)


def _place(text: Text, danger: Danger, places: list[tuple[int, int]]) -> Place:
    return text.nth("unsafe", danger.pattern, places, danger.block)


def _without_code(text: Text) -> str:
    """The source with comments, headers and code turned to spaces; raw HTML stays, in code that says `{=html}` too."""
    words, hidden = text.source.text, []
    for span in text.source.spans:
        is_raw = "=html" in (span.info, words[span.end : span.end + 7].strip("{}")) or "{=html}" in span.info
        if not (span.kind == "code" and is_raw):
            hidden.append(span)
    return blank(words, hidden, frozenset({"header", "comment", "math", "code"}))


def _raw_code(text: Text) -> Iterator[Hit]:
    """Code that says `{=typst}` or `{=latex}`: it stands where it begins."""
    for span in text.source.spans:
        if span.kind == "code":
            behind = text.source.text[span.end : span.end + 12]
            found = _RAW_CODE.match(span.info) or (None if span.info else _RAW_CODE.match(behind))
            if found:
                end = span.end + (0 if span.info else found.end())
                yield at(text.source.place(span.start, end), what=f"raw {_RAW_FORMATS[found['format']]}")


def _dangers(text: Text) -> Iterator[Danger]:
    for kind in ("Header", "CodeBlock", "Div", "Span", "Code", "Link", "Image", "Table", "Figure"):
        for element, block in text.nodes[kind]:
            yield from _in_attributes(element, block)
            if kind in ("Link", "Image") and (scheme := _scheme(element["c"][2][0])):
                yield Danger(f"a link that runs a program, `{scheme}`", _loosely(scheme), block)
    for kind in ("RawInline", "RawBlock"):
        for element, block in text.nodes[kind]:
            form, content = element["c"]
            if form.startswith("html"):
                yield from _in_html(_COMMENT.sub("", content), block)
            elif form in ("tex", "latex"):
                yield from _in_tex(content, block)


def _in_attributes(element: Node, block: int) -> Iterator[Danger]:
    for key, value in (tree.attributes(element) or [None, None, []])[2]:
        if re.fullmatch(r"on[a-z]{3,}", key, re.IGNORECASE):
            yield Danger(f"an event handler, `{key}`", rf"(?<![\w-]){re.escape(key)}(?=\s*=)", block)
        elif key == "style" and _STYLE.search(value):
            yield Danger("a style that fetches or runs something", r"(?<![\w-])style(?=\s*=)", block)
        elif key == "srcdoc":
            yield Danger("a page within the page, `srcdoc`", r"(?<![\w-])srcdoc(?=\s*=)", block)


def _in_html(content: str, block: int) -> Iterator[Danger]:
    for found in _ELEMENT.finditer(content):
        name = found["name"].lower()
        if name not in ("meta", "link") or re.match(
            r"[^>]*\b(?:refresh|stylesheet|import|preload)\b", content[found.end() :], re.IGNORECASE
        ):
            yield Danger(f"raw HTML: `<{name}>`", rf"<{name}\b", block)
    for tag in re.findall(r"<[a-zA-Z][^>]*>?", content):
        for found in _HANDLER.finditer(tag):
            yield Danger(f"an event handler, `{found['name']}`", rf"(?<![\w-]){re.escape(found['name'])}(?=\s*=)", block)
        for found in _HTML_URL.finditer(tag):
            if scheme := _scheme(html.unescape(found["url"].strip("\"'"))):
                yield Danger(f"a link that runs a program, `{scheme}`", _loosely(scheme), block)
        if re.search(r"\ssrcdoc\s*=", tag, re.IGNORECASE):
            yield Danger("a page within the page, `srcdoc`", r"(?<![\w-])srcdoc(?=\s*=)", block)
        style = re.search(r"\sstyle\s*=\s*(\"[^\"]*\"|'[^']*')", tag, re.IGNORECASE)
        if style and _STYLE.search(style[1]):
            yield Danger("a style that fetches or runs something", r"(?<![\w-])style(?=\s*=)", block)


def _in_tex(content: str, block: int) -> Iterator[Danger]:
    named = list(_FILE_COMMAND.finditer(content))
    for found in named:
        yield Danger(
            f"raw LaTeX that reaches for other files or programs, `\\{found['name']}`", rf"\\{found['name']}(?![a-zA-Z])", block, True
        )
    if not named and (begun := _ENVIRONMENT.match(content)):
        yield Danger(f"raw LaTeX, `{begun[0]}`", re.escape(begun[0]), block, True)


def _scheme(url: str) -> str:
    """`javascript:` and the like, as a reader's browser would read the address; nothing for a harmless one."""
    read = re.sub(r"[\x00-\x20\u00ad\u200b-\u200f\u2060\ufeff]", "", html.unescape(unquote(url))).lower()
    found = _SCRIPT_URL.match(read)
    return found[0] if found else ""


def _loosely(scheme: str) -> str:
    """A pattern for the scheme as it may be hidden in the source: with entities, capitals and spaces between its letters."""
    letters = (
        rf"(?:{re.escape(c)}|&#x?0*(?:{ord(c)}|{ord(c.upper())}|{ord(c):x}|{ord(c.upper()):x});?|%{ord(c):02x})" for c in scheme[:-1]
    )
    between = r"(?:\s|&(?:tab|newline);|&#x?0*(?:9|10|13|a|d);|%0[9ad]|\\)*"
    return between.join([*letters, "(?::|&colon;|&#x?0*(?:58|3a);|%3a)"])
