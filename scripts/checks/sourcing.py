"""CIT, continued: chapters and paragraphs without citations, and citations where lists would repeat them.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript, Text
from octavo.model import Node, Place


@check(
    "CIT015",
    "chapter-without-citations",
    "note",
    "the chapter cites nothing",
    hint="if that is meant: `<!-- ignore: CIT015 -->` above its title",
)
def chapter_without_citations(book: Manuscript) -> Iterator[Hit]:
    """A numbered chapter in which no work is cited, neither in its text and notes nor in its tables from data.

    Front and back matter, appendices, chapters without a number and books without a bibliography are silent.

    *Bad*

        # Rapallo

        The treaty was signed on Easter Sunday.

    *Good*

        # Rapallo

        The treaty was signed on Easter Sunday [@fink1984, 12].
    """
    if not book.entries:
        return
    citing = {citation.text.host or citation.text.file.file for citation in book.citations if not book.is_reference(citation.key)}
    for text in book.texts:
        if _is_numbered(text) and text.is_read and text.blocks and text.file.file not in citing:
            yield at(Place(text.file.file))


def _is_numbered(text: Text) -> bool:
    titles = [header.node for header in text.headers if header.level == 1]
    return text.file.kind == "chapter" and not text.host and not any("unnumbered" in tree.classes(title) for title in titles[:1])


@check(
    "CIT017",
    "citation-in-heading",
    "warning",
    "{what} in a {where}",
    hint=('say it in the text, or give the {where} a `short="…"` for the list', "move it into the first sentence below"),
)
def citation_in_heading(book: Manuscript) -> Iterator[Hit]:
    """A citation or a note in a heading or caption, which the contents, running heads and lists would repeat.

    A figure or table with a short caption of its own, `short="…"`, is silent: the list prints that. References to figures
    and sections are no citations.

    *Bad*

        ## The treaty of Rapallo [@fink1984]

    *Good*

        ## The treaty of Rapallo

        The treaty was signed on Easter Sunday [@fink1984].
    """
    for text in book.texts:
        cites = places_of_citations(text)
        notes = places_of_notes(text)
        for holder, words, where in _repeated(text):
            caption = where if where == "caption" else ""
            for node in tree.walk(words) if not tree.value(holder, "short") else ():
                if node["t"] == "Cite":
                    for key, place in cites.get(id(node), ()):
                        if not book.is_reference(key):
                            yield at(
                                place, what=f"the citation of `{key}` stands", where=where, listed="" if where == "heading" else "list"
                            )
                elif node["t"] == "Note" and id(node) in notes:
                    yield at(notes[id(node)], what="a note stands", where=where, caption=caption)


def _repeated(text: Text) -> Iterator[tuple[Node, object, str]]:
    """Each heading and caption: the node that bears its attributes, its words, and what it is."""
    for node, _ in text.nodes["Header"]:
        yield node, node["c"][2], "heading"
    for kind in ("Figure", "Table"):
        for node, _ in text.nodes[kind]:
            images = [inner for inner in tree.walk(node["c"][2]) if inner["t"] == "Image"] if kind == "Figure" else []
            holder = next((image for image in images if tree.value(image, "short")), node)
            yield holder, node["c"][1], "caption"


def places_of_citations(text: Text) -> dict[int, list[tuple[str, Place]]]:
    """The keys of each citation of the tree, by the identity of its node, with their places."""
    nodes = [node for node, _ in text.nodes["Cite"]]
    found: dict[int, list[tuple[str, Place]]] = {}
    for citation in text.citations:
        found.setdefault(id(nodes[citation.cluster]), []).append((citation.key, citation.place))
    return found


def places_of_notes(text: Text) -> dict[int, Place]:
    """Where the mark of each note stands; the marks of the source and the notes of the tree follow each other alike."""
    source = text.source
    defined = {note.label for note in source.note_definitions}
    marks = sorted([(m.start, m.end) for m in source.note_marks if m.text in defined] + [(m.start, m.end) for m in source.inline_notes])
    inside = [(note.start, note.end) for note in source.note_definitions]
    marks = [mark for mark in marks if not any(start <= mark[0] < end for start, end in inside)]
    nodes = text.nodes["Note"]
    if len(marks) == len(nodes):
        return {id(node): source.place(*mark) for (node, _), mark in zip(nodes, marks, strict=True)}
    return {id(node): text.at_block(block) for node, block in nodes}


_ADDRESS = re.compile(
    r"\((?:(?:born|died|b\.|d\.|r\.|ruled|reigned|c\.|ca\.|fl\.)\s?)?\d{4}(?:\s?[–-]\s?\d{2,4})?\)"
    r"|\b10\.\d{4,}/\S+|\bISBN[\s:]*[\dX -]+|\S+@\S+|https?://\S+"
)
"""Numbers that are no figures of the text: years of life or office in brackets, DOIs, addresses."""
_FIGURES = re.compile(
    r"(?<![\w.,/:-])(?:1[0-9]{3}|20\d\d)(?:s\b|(?![\w]))|(?<![\w.,/:-])\d{1,3}(?:[.,]\d+)*[\s\u00a0]?"
    r"(?:%|per cent|percent|million|billion|thousand|tons?|tonnes"
    r"|roubles|rubles|dollars|pounds|marks|francs|men|people|kilomet|miles|km\b)|(?<![\w.,/:-])\d{1,3}(?:[,\u00a0 ]\d{3})+(?![\w])"
    r"|[$£€]\s?\d|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
)


@check(
    "CIT018",
    "uncited-paragraph-with-figures",
    "note",
    "dates or figures (“{figure}”) and no citation near them",
    hint="say where they are from, in the paragraph or in a note to it",
)
def uncited_paragraph_with_figures(book: Manuscript) -> Iterator[Hit]:
    """A paragraph of a numbered chapter that has years, dates or quantities, and no citation in it or in its notes.

    A note: much of what a historian says needs no source. Where the paragraph before or after it has a citation, only one
    with both a year and a quantity is found. Quotations, lists, tables and years of life or office are not looked at.

    *Bad*

        In 1922 the trade of the two countries came to 45 million marks.

    *Good*

        In 1922 the trade of the two countries came to 45 million marks [@fink1984, 12].
    """
    for text in book.texts if book.entries else ():
        if not _is_numbered(text):
            continue
        cites = [False] * len(text.blocks)
        for node, block_number in text.nodes["Cite"]:
            cites[block_number] |= not all(book.is_reference(citation["citationId"]) for citation in node["c"][0])
        for number, block in enumerate(text.blocks):
            if block["t"] != "Para" or cites[number]:
                continue
            found = _FIGURES.findall(_prose(block))
            around = [other for other in (number - 1, number + 1) if 0 <= other < len(cites)]
            beside = any(cites[other] and text.blocks[other]["t"] != "Header" for other in around)
            if found and (not beside or (any(map(_is_year, found)) and not all(map(_is_year, found)))):
                yield at(text.at_block(number), figure=found[0])


def _is_year(figure: str) -> bool:
    return bool(re.fullmatch(r"\d{4}s?|\d{1,2} [A-Z][a-z]+", figure))


def _prose(block: Node) -> str:
    """The words of a paragraph without its quotations, code, links, DOIs and addresses."""
    return _ADDRESS.sub("", tree.plain([inline for inline in block["c"] if inline["t"] not in ("Code", "Math", "Link", "Image", "Quoted")]))
