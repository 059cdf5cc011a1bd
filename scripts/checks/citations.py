"""CIT: citations in the text.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript, Text
from octavo.checks.nearest import nearest_entry
from octavo.model import Node

_RAW_CITE = re.compile(r"\\[A-Za-z]*cite[A-Za-z]*\*?(?![A-Za-z])")
_LEAKED = re.compile(r"\[-?@|\[\?")


@check(
    "CIT001",
    "undefined-citation",
    "error",
    "`{key}` is in no .bib file",
    hint=("did you mean `{nearest}`?", "add the work to the bibliography, or correct the key"),
)
def undefined_citation(book: Manuscript) -> Iterator[Hit]:
    """A cited key that no entry of the bibliography bears.

    The citation would print as a key in a box, or as nothing. A key with a label's prefix (`sec-`, `fig:` …) is a
    reference: REF001. A key that differs from an entry's only by capitals is CIT003.

    *Bad*

        The treaty was signed on Easter Sunday [@fink1948].

    *Good*

        The treaty was signed on Easter Sunday [@fink1984].
    """
    seen: set[tuple[int, int, str]] = set()
    for citation in book.citations:
        once = (id(citation.text), citation.cluster, citation.key)
        if citation.key in book.entries or book.is_reference(citation.key) or once in seen:
            continue
        seen.add(once)
        if citation.key.lower() not in book.lowered_keys:
            yield at(citation.place, key=citation.key, nearest=nearest_entry(citation.key, book))


@check("CIT003", "citation-case-mismatch", "error", "`{key}` differs from the entry `{entry}` by its capitals", hint="write `@{entry}`")
def citation_case_mismatch(book: Manuscript) -> Iterator[Hit]:
    """A cited key that an entry bears in other capitals.

    Keys are compared letter by letter: `@Fink1984` does not find `fink1984`.

    *Bad*

        So @Fink1984 argues, whose entry is `@book{fink1984,`.

    *Good*

        So @fink1984 argues, whose entry is `@book{fink1984,`.
    """
    seen: set[tuple[int, int, str]] = set()
    for citation in book.citations:
        once = (id(citation.text), citation.cluster, citation.key)
        entry = book.lowered_keys.get(citation.key.lower(), "")
        if entry and citation.key not in book.entries and once not in seen and not book.label_of(citation.key):
            seen.add(once)
            yield at(citation.place, key=citation.key, entry=entry)


@check(
    "CIT005",
    "leaked-citation",
    "error",
    "`{text}` is left in the text: it is no citation to pandoc",
    hint="write `[@key, p. 3]`: no space after the @, and close the bracket",
)
def leaked_citation(book: Manuscript) -> Iterator[Hit]:
    """A citation that pandoc does not read as one, and that would be printed as it is typed.

    Found in the parsed text: `[@`, `[-@` or `[?`, a LaTeX `\\cite`, and an opening bracket before a citation that is
    never closed.

    *Bad*

        The treaty [@fink1984, p. 3 was signed on Easter Sunday \\cite{white1985}.

    *Good*

        The treaty [@fink1984, p. 3] was signed on Easter Sunday [@white1985].
    """
    for text in book.texts:
        yield from _leaked_text(text)
        yield from _raw_cites(text)
        yield from _open_brackets(text)


def _leaked_text(text: Text) -> Iterator[Hit]:
    for element, block in text.nodes["Str"]:
        for found in _LEAKED.finditer(element["c"]):
            places = [m.span() for m in re.finditer(rf"(?<!\\){re.escape(found[0])}", text.source.prose) if not _is_citation(text, m.end())]
            if not places and f"\\{found[0]}" in text.source.prose:
                continue  # the author has written that it is no citation
            yield at(text.nth("leak", found[0], places, block), text=found[0])


def _is_citation(text: Text, end: int) -> bool:
    """Whether a `[@` of the source that ends here begins a key, which the tree would have as a citation."""
    return text.source.text[end - 1] == "@" and any(mark.start == end - 1 for mark in text.source.citations)


def _raw_cites(text: Text) -> Iterator[Hit]:
    for kind in ("RawInline", "RawBlock"):
        for element, block in text.nodes[kind]:
            if element["c"][0] in ("tex", "latex") and (found := _RAW_CITE.search(element["c"][1])):
                places = [m.span() for m in _RAW_CITE.finditer(text.source.text) if m[0] == found[0]]
                yield at(text.nth("raw", found[0], places, block), text=found[0])


def _open_brackets(text: Text) -> Iterator[Hit]:
    """A bracket, then a citation, and no bracket that closes. The place is from the bracket to the key."""
    for inlines, block in text.inlines:
        opened = False
        for i, inline in enumerate(inlines):
            if inline["t"] == "Str":
                opened = _stays_open(inline["c"], opened)
            elif inline["t"] == "Cite" and opened and not _closes(inlines[i + 1 :]):
                key = inline["c"][0][0]["citationId"]
                marks = [mark for mark in text.source.citations if mark.text == key]
                places = [(at_bracket, mark.end) for mark in marks if (at_bracket := _bracket_before(text, mark.start)) >= 0]
                yield at(text.nth("open", key, places, block), text=f"[@{key}")
                opened = False


def _stays_open(words: str, opened: bool) -> bool:
    for c in words:
        opened = True if c == "[" else opened and c not in "]);."
    return opened


def _closes(inlines: list[Node]) -> bool:
    depth = 0
    for inline in inlines:
        for c in inline["c"] if inline["t"] == "Str" else "":
            depth += {"[": 1, "]": -1}.get(c, 0)
            if depth < 0:
                return True
    return False


def _bracket_before(text: Text, at_key: int) -> int:
    """The offset of the bracket that stands open before a key, or -1."""
    prose = text.source.prose
    start = max(prose.rfind("\n\n", 0, at_key), prose.rfind("]", 0, at_key), 0)
    found = prose.rfind("[", start, at_key)
    closed = prose.find("]", at_key)
    end = prose.find("\n\n", at_key)
    return -1 if found < 0 or (closed >= 0 and (end < 0 or closed < end)) else found


@check(
    "CIT014",
    "key-collides-with-label",
    "error",
    "the key `{key}` is also a label, at {label}",
    hint="rename one of the two: `@{key}` cannot mean both",
)
def key_collides_with_label(book: Manuscript) -> Iterator[Hit]:
    """An entry whose key is also a label of the book.

    `@key` would be a citation and a reference at once; the citation wins, and the reference is lost.

    *Bad*

        # Rapallo {#sec-rapallo}        and in the bibliography        @book{sec-rapallo, …}

    *Good*

        # Rapallo {#sec-rapallo}        and in the bibliography        @book{rapallo1922, …}
    """
    for key, entry in book.entries.items():
        for label in book.labels.get(key, []):
            if label.is_explicit:
                yield at(entry.key_place, key=key, label=str(label.place))
                break


@check(
    "CIT016",
    "undefined-nocite",
    "error",
    "`nocite` names `{key}`, which is in no .bib file",
    hint=("did you mean `{nearest}`?", "add the work to the bibliography, or take it out of nocite"),
)
def undefined_nocite(book: Manuscript) -> Iterator[Hit]:
    """A key under `bibliography.nocite` of book.yaml that no entry bears.

    *Bad*

        nocite: [fink1948]

    *Good*

        nocite: [fink1984]
    """
    for i, written in enumerate(book.book.bibliography.nocite):
        key = written.strip().removeprefix("@")
        if key != "*" and key not in book.entries:
            yield at(book.book.place(f"bibliography.nocite.{i}"), key=key, nearest=nearest_entry(key, book))
