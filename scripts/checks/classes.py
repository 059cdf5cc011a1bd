"""STR, continued: headings that read alike, and classes that no edition knows.

Reads the manuscript and the book's own stylesheets in editions/; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo import data_tables, leaves, tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Header, Manuscript, Text
from octavo.checks.nearest import nearest
from octavo.model import Place

CLASSES = frozenset({
    *leaves.KINDS, "verse", "aside", "only", "page", "decorative", "subfigures", "subfigure", "columns", "column",
    "index", "principal", "term", "expand", "expansion", "abbreviation", "glossary", "query",
    "unnumbered", "unlisted", "smallcaps", "underline", "mark", "ul",
})  # fmt: skip
"""The classes that a chapter may write (docs/markup.md; pandoc's manual, `Bracketed spans` and `Heading identifiers`)."""
_MADE = frozenset({
    data_tables.CLASS, "added", "deleted", "comment", "marked", "equation", "uri", "email", "line-block", "references", "refs",
    "center", "right", "hanging-indent", "nocase", "nodecor", "reset-citation-positions", "section", "task-list", "footnotes", "emoji",
})  # fmt: skip
"""Those that the parser, pandoc and citeproc set themselves, or ask for in places that an author may fill."""
_KINDS = ("Header", "Div", "Span", "Link", "Image", "Figure", "Table")
_ATTRIBUTES = re.compile(r"(?<!\\)\{[^{}]*\.[^{}]*\}")
_CLASS = re.compile(r"(?<=[\s{])\.(?P<name>[^\s{}.#=\"]+)")
_DIV = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?:{3,}[ \t]*(?P<name>(?!\{[^{}\n]*\})[^\s:]+)[ \t]*:*[ \t]*\r?$", re.MULTILINE)
_HTML = re.compile(r"\bclass\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))")


@check(
    "STR007",
    "duplicate-heading",
    "note",
    "“{words}” stands already at {first}",
    hint="their anchors differ only by a number: word them apart, or give each a label `{{#sec-…}}`",
)
def duplicate_heading(book: Manuscript) -> Iterator[Hit]:
    """Two headings of one chapter that read alike, so that the anchors that pandoc makes of them differ only by a number.

    A link to the second breaks as soon as the first goes. A heading with a label of its own has no such anchor.

    *Bad*

        ## Sources        …        ## Sources

    *Good*

        ## Sources for 1922        …        ## Sources for 1939
    """
    seen: dict[tuple[str, str], Place] = {}
    for text in book.texts:
        written = {mark.text for mark in text.source.labels}
        for header in text.headers:
            if tree.identifier(header.node) in written or not header.words:
                continue
            first = seen.setdefault((text.host or text.file.file, _alike(header)), header.place)
            if first != header.place:
                yield at(header.place, words=header.words, first=str(first))


def _alike(header: Header) -> str:
    return " ".join(header.words.lower().split())


@check(
    "STR008",
    "unknown-class",
    "warning",
    "no edition knows the class `{name}`",
    hint=(
        "did you mean `{nearest}`?",
        "take it out, or give it a rule in a stylesheet of your own, `editions/epub/style.css` and `editions/html/style.css`",
    ),
)
def unknown_class(book: Manuscript) -> Iterator[Hit]:
    """A class on a heading, div, passage, link, image or table that no edition knows: it changes nothing that a reader sees.

    What the book's own stylesheets in `editions/` name is known too. The classes of code are languages and let be.

    *Bad*

        ::: epigrph
        Peace, land, bread.
        :::

    *Good*

        ::: epigraph
        Peace, land, bread.
        :::
    """
    own = _own_classes(book)
    for text in book.texts:
        unknown = [(name, block) for name, block in _classes(text) if name not in own and not name.startswith("csl-")]
        written = _written(text) if unknown else {}
        for name, block in unknown:
            yield at(text.nth("class", name, written.get(name, []), block), name=name, nearest=nearest(name, CLASSES | own))


def _own_classes(book: Manuscript) -> frozenset[str]:
    """The classes that the manuscript may bear: ours, and those of the stylesheets in the book's folder `editions`."""
    sheets = sorted((book.directory / "editions").glob("**/*.css"))
    text = "\n".join(sheet.read_text("utf-8", "replace") for sheet in sheets if sheet.is_file())
    return CLASSES | _MADE | frozenset(re.findall(r"\.(-?[A-Za-z_][\w-]*)(?=[^{}]*\{)", text))


def _classes(text: Text) -> Iterator[tuple[str, int]]:
    """Each class of the tree that a reader could see, with the number of its block; a figure has that of its image."""
    for kind in _KINDS:
        for element, block in text.nodes[kind]:
            for name in tree.classes(element):
                yield name, block


def _written(text: Text) -> dict[str, list[tuple[int, int]]]:
    """Where each class is written: `{.name}`, `::: name`, `class="name"`; in the order of the text."""
    source = text.source
    found: list[tuple[int, int, str]] = []
    for block in _ATTRIBUTES.finditer(source.masked):
        found += [(block.start() + m.start("name"), block.start() + m.end("name"), m["name"]) for m in _CLASS.finditer(block[0])]
    found += [(m.start("name"), m.end("name"), m["name"]) for m in _DIV.finditer(source.masked)]
    for span in source.spans:
        for m in _HTML.finditer(source.text, span.start, span.end) if span.kind == "html" else ():
            start, end = m.span(m.lastgroup or 0)
            found += [(start + w.start(), start + w.end(), w[0]) for w in re.finditer(r"\S+", source.text[start:end])]
    places: dict[str, list[tuple[int, int]]] = {}
    for start, end, name in sorted(found):
        places.setdefault(name, []).append((start, end))
    return places
