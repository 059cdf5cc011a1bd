"""What a chapter may write in place of a plain figure or table -> figures and tables, before anything is numbered.

Reads and writes nothing: trees in, trees out. A code block with a caption becomes a figure of class `listing`; a div
`#fig-x` around images becomes one figure, of class `subfigures` if they are several; a div `#tbl-x` around a table with a
paragraph below it becomes that table. The two divs are those of Quarto, which pandoc-crossref writes in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo import tree
from octavo.model import Node

_DIV = re.compile(r"^(fig|tbl)[-:]")
_LISTING = re.compile(r"^lst[-:]")
Blocks = list[Node]


def shape(blocks: Blocks) -> Blocks:
    """The blocks with listings and divs of figures and tables as such."""
    if not any(_is_listing(element) or _div_kind(element) for element in tree.walk(blocks)):
        return blocks
    shaped: Blocks = tree.transform(blocks, _change)
    return shaped


def _is_listing(element: Node) -> bool:
    return element["t"] == "CodeBlock" and bool(_LISTING.match(tree.identifier(element)) or tree.value(element, "caption"))


def _div_kind(element: Node) -> str:
    found = _DIV.match(tree.identifier(element)) if element["t"] == "Div" else None
    return found[1] if found else ""


def _change(element: Node) -> Node | list[Node] | None:
    if _is_listing(element):
        return _listing(element)
    kind = _div_kind(element)
    if kind == "fig":
        return _figure(element)
    return _table(element) if kind == "tbl" else None


def _listing(code: Node) -> Node:
    """The code in a figure that bears its label and caption."""
    (identifier, classes, pairs), text = code["c"]
    kept = [[key, value] for key, value in pairs if key not in ("caption", "short")]
    short = [["short", value] for key, value in pairs if key == "short"]
    caption = tree.value(code, "caption")
    body = tree.node("CodeBlock", ["", classes, kept], text)
    shown = [tree.node("Plain", tree.text(caption))] if caption else []
    return tree.node("Figure", [identifier, ["listing"], short], [None, shown], [body])


def _figure(div: Node) -> Node | None:
    """The div as one figure; its last paragraph without an image is the caption."""
    attributes, blocks = div["c"]
    *body, last = blocks or [tree.node("HorizontalRule")]
    caption = [tree.node("Plain", last["c"])] if last["t"] in ("Para", "Plain") and not _images(last) else []
    body = body if caption else blocks
    parts = list(_parts(body))
    if not parts:
        return None
    kept = [name for name in attributes[1] if name != "subfigures"]
    if len(parts) == 1:
        only = parts[0]
        caption = caption or only["c"][1][1]
        return tree.node("Figure", [attributes[0], kept, attributes[2]], [None, caption], only["c"][2])
    asked = tree.value(div, "layout-ncol")
    columns = asked if asked in ("1", "2", "3", "4") else str(min(max(_in_a_row(body), 2), 4))
    pairs = [[key, value] for key, value in attributes[2] if key != "layout-ncol"] + [["columns", columns]]
    return tree.node("Figure", [attributes[0], [*kept, "subfigures"], pairs], [None, caption], parts)


def _images(block: Node) -> list[Node]:
    return [element for element in tree.walk(block) if element["t"] == "Image"]


def _in_a_row(blocks: Blocks) -> int:
    """How many images stand in one paragraph, at most: as many as stand side by side."""
    return max((len(_images(block)) for block in blocks), default=1)


def _parts(blocks: Blocks) -> Iterator[Node]:
    """Each image as a figure with its own caption: pandoc makes one only of an image that stands alone."""
    for block in blocks:
        if block["t"] == "Figure":
            identifier, classes, pairs = block["c"][0]
            yield tree.node("Figure", [identifier, [*classes, "subfigure"], pairs], *block["c"][1:])
            continue
        for image in _images(block):
            identifier, classes, pairs = image["c"][0]
            alternative = tree.value(image, "alt")
            caption = image["c"][1]
            shown = [["", classes, [pair for pair in pairs if pair[0] != "alt"]], tree.text(alternative) if alternative else caption]
            plain = tree.node("Plain", [tree.node("Image", *shown, image["c"][2])])
            yield tree.node("Figure", [identifier, ["subfigure"], []], [None, [tree.node("Plain", caption)] if caption else []], [plain])


def _table(div: Node) -> list[Node] | None:
    """The table of the div, with the div's label, and its last paragraph as the caption if the table has none."""
    tables = [block for block in div["c"][1] if block["t"] == "Table"]
    if len(tables) != 1:
        return None
    table, last = tables[0], div["c"][1][-1]
    table["c"][0][0] = table["c"][0][0] or div["c"][0][0]
    table["c"][0][2] += [pair for pair in div["c"][0][2] if pair[0] == "short"]
    rest = [block for block in div["c"][1] if block is not table]
    if last["t"] == "Para" and not table["c"][1][1]:
        table["c"][1] = [None, [tree.node("Plain", last["c"])]]
        rest.remove(last)
    return [table, *rest]
