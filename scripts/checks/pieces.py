"""STR, continued: what a chapter includes, and what only some editions show.

Reads the manuscript and the citation style; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo import csl, only, tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import EQUATION, Manuscript, Text
from octavo.checks.nearest import nearest
from octavo.checks.sourcing import places_of_citations, places_of_notes
from octavo.model import Node, Place, UserError

_MARK = re.compile(r"\{[^{}\n]*\.only\b[^{}\n]*\}")


@check(
    "STR018",
    "numbered-in-only",
    "error",
    "{what} inside `.only`",
    hint=("the other editions have no `{label}`: refer to something that all have", "take it out: the editions would count differently"),
)
def numbered_in_only(book: Manuscript) -> Iterator[Hit]:
    """Something that bears a number, a note, or a citation in a note style, in a passage that only some editions show.

    The editions would number what follows differently, and nobody could cite one by the other. A label in such a passage
    must not be referred to from outside it either: in the other editions the reference would lead nowhere.

    *Bad*

        [On screens the map can be enlarged.^[By pinching.]]{.only edition="epub html"}

    *Good*

        [On screens the map can be enlarged.]{.only edition="epub html"}
    """
    wanted = {book.label_of(c.key) for c in book.citations} | {link.url[1:] for t in book.texts for link in t.links if link.url[:1] == "#"}
    for text in book.texts:
        passages = list(_passages(text))
        places = _places(text) if passages else {}
        for element, place in passages:
            for inner in tree.walk(element["c"][1]):
                if what := _numbered(inner, text, book):
                    yield at(places.get(id(inner), places.get(tree.identifier(inner), place)), what=what)
                elif (label := tree.identifier(inner)) and label in wanted:
                    yield at(places.get(label, place), what=f"the label `{label}`, which is referred to,", label=label)


def _places(text: Text) -> dict[str | int, Place]:
    """Where the notes and citations of a chapter stand, by the identity of their nodes, and where its labels, by their names."""
    found: dict[str | int, Place] = {label.name: label.place for label in text.labels if label.is_explicit}
    for node, cited in places_of_citations(text).items():
        found[node] = cited[0][1]
    for node, place in places_of_notes(text).items():
        found[node] = place
    return found


def _passages(text: Text) -> Iterator[tuple[Node, Place]]:
    """Each `.only` that is in no other, with the place of its attributes."""
    divs: list[tuple[int, int]] = []
    spans: list[tuple[int, int]] = []
    for found in _MARK.finditer(text.source.masked):
        line = text.source.masked[text.source.masked.rfind("\n", 0, found.start()) + 1 : found.start()]
        (divs if line.strip(" \t>").startswith(":::") else spans).append(found.span())
    inside: set[int] = set()
    for kind, places in (("Div", divs), ("Span", spans)):
        passages = [(element, block) for element, block in text.nodes[kind] if only.is_only(element)]
        for number, (element, block) in enumerate(passages):
            place = text.source.place(*places[number]) if number < len(places) else text.at_block(block)
            if id(element) not in inside:
                yield element, place
            inside |= {id(inner) for inner in tree.walk(element["c"][1])}


def _numbered(element: Node, text: Text, book: Manuscript) -> str:
    """What bears a number, in words; nothing for all else."""
    kind = element["t"]
    if kind == "Note":
        return "a note"
    if kind == "Header" and text.file.kind in ("chapter", "appendix") and "unnumbered" not in tree.classes(element):
        return "a numbered heading"
    if kind in ("Figure", "Table") and (tree.plain(element["c"][1]) or tree.identifier(element)):
        return f"a {kind.lower()} with a number"
    if kind == "CodeBlock" and (tree.identifier(element).startswith(("lst-", "lst:")) or tree.value(element, "caption")):
        return "a listing with a number"
    if kind == "Str" and EQUATION.match(element["c"]):
        return "an equation with a number"
    if kind == "Cite" and _is_note_style(book) and any(c["citationId"] in book.entries for c in element["c"][0]):
        return "a citation, which is a note in this style,"
    return ""


def _is_note_style(book: Manuscript) -> bool:
    """Whether the citation style of the book makes notes (`class="note"`, CSL 1.0.2)."""
    try:
        style = csl.find(book.book.bibliography.csl, book.directory).read_text("utf-8")
    except (OSError, UserError):
        return False
    return bool(re.search(r"<style\b[^>]*\bclass=\"note\"", style))


@check("STR019", "include-cycle", "error", "a file includes itself: {trail}", hint="take one of the includes out")
def include_cycle(book: Manuscript) -> Iterator[Hit]:
    """A file that includes itself, or one that includes it: there would be no end.

    *Bad*

        ```{.include}
        terms.md            where terms.md includes this chapter
        ```

    *Good*

        ```{.include}
        terms.md
        ```
    """
    for problem in book.problems("include-cycle"):
        yield at(problem.place, trail=problem.detail)


@check(
    "STR020",
    "unknown-edition",
    "error",
    "{what}",
    hint=("did you mean `edition={nearest}`?", 'write `edition=` and pdf, epub or html, or several: `edition="epub html"`'),
)
def unknown_edition(book: Manuscript) -> Iterator[Hit]:
    """A `.only` that names no edition, or one that there is not: no edition would show it.

    *Bad*

        [the printed page]{.only edition=print}

    *Good*

        [the printed page]{.only edition=pdf}
    """
    for text in book.texts:
        for element, place in _passages(text):
            given = only.editions(element)
            if not given:
                yield at(place, what="`.only` without `edition=`")
            for name in given:
                if name not in only.EDITIONS:
                    yield at(place, what=f"there is no edition `{name}`", nearest=nearest(name, only.EDITIONS))
