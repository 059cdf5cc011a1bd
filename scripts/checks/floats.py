"""REF and FIG: whether figures, tables and equations are mentioned, in their order, and have captions and credits.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import LABEL, Manuscript, Text
from octavo.checks.numbered import Float, floats, mentions
from octavo.model import Node

_CREDIT = re.compile(
    r"\b(?:source|sources|credit|courtesy|(?:photo(?:graph)?|drawing|map|image|drawn|reproduced)(?:s? by|:| from)|quelle|quellen|foto"
    r"|fuente|источник|crédit)(?!\w)|©",
    re.IGNORECASE,
)
_LEFT_AS_TEXT = re.compile(r"^\{#(?P<id>(?:sec|fig|tbl|eq|lst)[-:][^\s{}]+)\}")


@check(
    "REF003",
    "uncalled-float",
    "warning",
    "the text never mentions the {kind} `{name}`",
    hint="refer to it where it is needed, `@{name}`, or leave it out",
)
def uncalled_float(book: Manuscript) -> Iterator[Hit]:
    """A figure, table or equation with a number and a label that the text never mentions (Chicago 18, 3.9, 3.52).

    Every reference counts: `@fig-x`, `[-@fig-x]`, one of several in a cluster, a link `[the map](#fig-x)`. A part of a
    figure that is mentioned stands for the whole.

    *Bad*

        ![The course of the river.](map.png){#fig-map alt="…"}        and no word of it in the text

    *Good*

        The course is that of @fig-map.

        ![The course of the river.](map.png){#fig-map alt="…"}
    """
    if not all(text.is_read for text in book.texts):
        return  # nobody knows what that chapter mentions
    called = mentions(book)
    for one in floats(book):
        if one.name and not any(name in called for name in (one.name, *one.parts)):
            yield at(one.place, kind=one.kind, name=one.name)


@check(
    "REF004",
    "float-out-of-order",
    "note",
    "{what}",
    hint="figures and tables come in the order in which the text first mentions them, each after its mention",
)
def float_out_of_order(book: Manuscript) -> Iterator[Hit]:
    """Figures or tables of a chapter first mentioned in another order than they stand, or only after they appear.

    Only mentions in the chapter itself are looked at: an introduction may point ahead (Chicago 18, 3.9).

    *Bad*

        @fig-b follows from @fig-a.        where the figure a stands before b

    *Good*

        From @fig-a follows @fig-b.
    """
    if not all(text.is_read for text in book.texts):
        return
    called = mentions(book)
    numbers = {id(text): number for number, text in enumerate(book.texts)}
    latest: dict[tuple[int, str], tuple[tuple[int, int, int], Float]] = {}
    for one in floats(book):
        number = numbers[id(one.text)]
        own = sorted(m for name in (one.name, *one.parts) for m in called.get(name, []) if m[0][0] == number)
        if one.kind == "equation" or not one.name or not own:
            continue
        order, place = own[0]
        before = min(m[0] for name in (one.name, *one.parts) for m in called.get(name, []))
        if before > (number, one.text.source.offset(one.place.line, one.place.column), 0):
            yield at(one.place, what=f"the {one.kind} `{one.name}` stands before its first mention at {place}")
        last = latest.get((number, one.kind))
        if last and order < last[0]:
            yield at(place, what=f"`{one.name}` is mentioned before `{last[1].name}`, which stands before it")
        if not last or order > last[0]:
            latest[number, one.kind] = order, one


@check("FIG005", "missing-caption", "warning", "the {kind} `{name}` has a number and no caption", hint="say below it what it shows: {how}")
def missing_caption(book: Manuscript) -> Iterator[Hit]:
    """A figure or table with a label, and so with a number, that has no caption.

    The list of figures, and a reader who is sent to it, have nothing but the number. Without a caption pandoc makes no
    figure of an image at all.

    *Bad*

        ![](figures/map.png){#fig-map alt="A line that forks."}

    *Good*

        ![The course of the river.](figures/map.png){#fig-map alt="A line that forks."}
    """
    for one in floats(book):
        if one.kind in ("figure", "table") and one.name and not one.has_caption:
            how = "`![The caption.](…)`" if one.kind == "figure" else f"`: The caption. {{#{one.name}}}`"
            yield at(one.place, kind=one.kind, name=one.name, how=how)


@check("FIG009", "missing-credit", "note", "the figure has no credit", hint='say where it is from: `{{credit="…"}}`')
def missing_credit(book: Manuscript) -> Iterator[Hit]:
    """A figure without `credit="…"` and without a source in its caption; only where `checks.require_credit` is true.

    A citation in the caption is a source, and so are the words "Source: …". Figures drawn from data are asked too.

    *Bad*

        ![The signatures](figures/rapallo.png){#fig-rapallo alt="…"}

    *Good*

        ![The signatures](figures/rapallo.png){#fig-rapallo alt="…" credit="Federal Archives, Berlin"}
    """
    if not book.setting("require_credit"):
        return
    for text in book.texts:
        divs = [div for div, _ in text.nodes["Div"] if re.match(r"fig[-:]", tree.identifier(div))]
        credited = {id(inner) for div in divs if _is_credited(div) for inner in tree.walk(div["c"][1])}
        figures = {id(inner): figure for figure, _ in text.nodes["Figure"] for inner in tree.walk(figure["c"][2])}
        for image in text.images:
            figure = figures.get(id(image.node), image.node)
            if image.in_figure and not ({id(image.node), id(figure)} & credited or _is_credited(figure) or _is_credited(image.node)):
                yield at(image.place)


def _is_credited(element: Node) -> bool:
    if tree.value(element, "credit"):
        return True
    caption = element["c"][1][-1:] if element["t"] == "Div" else element["c"][1]
    return any(inner["t"] == "Cite" for inner in tree.walk(caption)) or bool(_CREDIT.search(tree.plain(caption, notes=True)))


@check(
    "REF008",
    "label-on-nothing",
    "warning",
    "the label `{name}` stands on {what}, which has no number",
    hint="a reference to it finds no number: label something that has one, or take the prefix away",
)
def label_on_nothing(book: Manuscript) -> Iterator[Hit]:
    """A label with a prefix of references (`sec-`, `fig-`, `tbl-`, `eq-`, `lst-`, `part-`) on something that is not numbered.

    That is a paragraph or passage, an image within a line, an unnumbered heading, a formula within a line, or words that
    pandoc gives no label at all. An anchor for links may have any other name.

    *Bad*

        [The pact]{#fig-pact} was signed.

    *Good*

        [The pact]{#pact} was signed.
    """
    numbered: dict[int, set[str]] = {}
    for one in floats(book):
        numbered.setdefault(id(one.text), set()).update((one.name, *one.parts))
    for text in book.texts:
        things = dict(_without_number(text, numbered.get(id(text), set())))
        for label in text.labels if things else ():
            if label.is_explicit and label.name in things:
                yield at(label.place, name=label.name, what=things[label.name])
        for element, block in text.nodes["Str"]:
            if (found := _LEFT_AS_TEXT.match(element["c"])) and not found["id"].startswith("eq"):
                places = [(m.start, m.end) for m in text.source.labels if m.text == found["id"]]
                yield at(text.nth("text label", found["id"], places, block), name=found["id"], what="words of a paragraph")


_WHAT = {
    "Span": "a passage",
    "Div": "a div",
    "Link": "a link",
    "Code": "code",
    "CodeBlock": "a block of code",
    "Image": "an image in a line",
}


def _without_number(text: Text, numbered: set[str]) -> Iterator[tuple[str, str]]:
    """(label, what bears it) of each label with a prefix of references on something that is not numbered."""
    for kind, what in _WHAT.items():
        for element, _ in text.nodes[kind]:
            name = tree.identifier(element)
            if LABEL.match(name) and name not in numbered and not _is_listing(element) and "equation" not in tree.classes(element):
                yield name, what
    for header in text.headers:
        if LABEL.match(tree.identifier(header.node)) and "unnumbered" in tree.classes(header.node):
            yield tree.identifier(header.node), "an unnumbered heading"
    for label in text.labels:
        if re.match(r"eq[-:]", label.name) and label.name not in numbered:
            yield label.name, "words or a formula within a line"


def _is_listing(element: Node) -> bool:
    return element["t"] == "CodeBlock" and bool(re.match(r"lst[-:]", tree.identifier(element)) or tree.value(element, "caption"))
