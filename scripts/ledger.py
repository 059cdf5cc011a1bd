"""The ledger of a published book: every anchor that others may have cited, and what stood there.

Reads anchors.json beside book.yaml, and the trees of chapters; writes anchors.json (`octavo release`). An anchor is a page
(`rapallo`), a label on it (`rapallo#sec-treaty`) or a paragraph (`rapallo#par-3`). A line for each, in the order of the book,
so that two releases are compared easily. Of a paragraph three things are kept: a digest of its words, to know it again;
the first letter of each of its words, to know it again after an edit; and how it begins, for people.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from octavo import data_tables, floats, includes, leaves, only, queries, tools, tree
from octavo.model import Chapter, Node, UserError

NAME = "anchors.json"
VERSION = 1
PARAGRAPH = "par-"
GONE = "gone"
_BEGINNING = 60
"""Letters of a paragraph's beginning that are kept."""
# A longer word counts as several: a script without spaces has no others.
_WORD = re.compile(r"\w{1,12}")
_EQUATION = re.compile(r"\{#eq[-:][^\s{}]+\}")
_HOLDERS = ("BlockQuote", "BulletList", "OrderedList", "DefinitionList", "Div")


class Anchor(NamedTuple):
    """An anchor as it was released. `name` is empty for a page; `now` says what has become of it since: `gone`, or where it is."""

    page: str
    name: str = ""
    words: str = ""
    digest: str = ""
    sketch: str = ""
    now: str = ""

    @property
    def at(self) -> str:
        return f"{self.page}#{self.name}" if self.name else self.page

    @property
    def number(self) -> int:
        """Of a paragraph on its page; 0 for anything else."""
        number = self.name.removeprefix(PARAGRAPH)
        return int(number) if self.name.startswith(PARAGRAPH) and number.isdecimal() else 0


class Print(NamedTuple):
    """What a paragraph is known by."""

    words: str
    digest: str
    sketch: str


class Page(NamedTuple):
    """A chapter's page with the paragraphs that have numbers."""

    slug: str
    prints: list[Print]


def print_of(text: str) -> Print:
    """What a paragraph is known by: letters and digits alone count, large and small are the same."""
    words = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    digest = hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest()[:12]
    shown = " ".join(text.split())
    if len(shown) > _BEGINNING:
        shown = shown[:_BEGINNING].rpartition(" ")[0] or shown[:_BEGINNING]
    return Print(shown, digest, "".join(word[0] for word in words))


def page_of(chapter: Chapter) -> Page | None:
    """The page of a chapter as stage 1 has read it; None for a leaf, which stands on the title page."""
    parts = {inner.file.file: inner.blocks for inner in chapter.included}
    blocks = json.loads(json.dumps(chapter.blocks))  # what follows changes a tree in place
    blocks = floats.shape(queries.dropped(includes.spliced(chapter.file.file, blocks, parts)))
    if leaves.leaf(chapter.file.kind, blocks):
        return None
    return Page(chapter.file.slug, [print_of(text_of(paragraph)) for paragraph in paragraphs(blocks)])


def text_of(paragraph: Node) -> str:
    """The words of a paragraph without its notes; for pictures alone, their files."""
    text = _EQUATION.sub("", tree.plain(paragraph["c"]))
    return text or " ".join(element["c"][2][0] for element in tree.walk(paragraph["c"]) if element["t"] == "Image")


def paragraphs(blocks: list[Node], in_item: bool = False) -> Iterator[Node]:
    """The paragraphs of a chapter that are counted: those of figures, tables and notes are not, nor is a formula by itself.

    In an item of a list bare text that follows bare text is a paragraph too, in every edition.
    """
    for at, block in enumerate(blocks):
        kind: str = block["t"]
        is_bare = kind == "Plain" and in_item and any(near["t"] == "Plain" for near in (*blocks[:at][-1:], *blocks[at + 1 : at + 2]))
        if (kind == "Para" or is_bare) and not _is_formula(block["c"]):
            yield block
        elif kind in _HOLDERS and not _is_hidden(block):
            for inner in _within(block):
                yield from paragraphs(inner, kind.endswith("List"))


def _is_formula(inlines: list[Node]) -> bool:
    first: Node = inlines[0] if inlines else tree.node("Space")
    if "equation" in tree.classes(first) and len(inlines) == 1:
        return True
    is_display = first["t"] == "Math" and first["c"][0]["t"] == "DisplayMath"
    return bool(is_display and not _EQUATION.sub("", tree.plain(inlines[1:])).strip())


def _is_hidden(block: Node) -> bool:
    """What no screen shows, and what will be a table."""
    if data_tables.is_marked(block):
        return True
    return only.is_only(block) and not {"epub", "html"} & set(only.editions(block))


def _within(block: Node) -> list[list[Node]]:
    """The runs of blocks that a block holds: one for each item of a list."""
    content: Any = block["c"]
    if block["t"] == "DefinitionList":
        return [item for _, items in content for item in items]
    if block["t"] == "BlockQuote":
        return [content]
    if block["t"] == "BulletList":
        return list(content)
    return [content[1]] if block["t"] == "Div" else list(content[1])


def line_of(index: int) -> int:
    """The line of anchors.json that an anchor stands on."""
    return index + 2


def read(directory: Path) -> list[Anchor]:
    """The anchors in the order of the file; none where there is no anchors.json. Raises UserError where it is none of ours."""
    path = directory / NAME
    if not path.is_file():
        return []
    try:
        found = tools.read_json(path)
        if found["version"] != VERSION:
            raise UserError(f"{NAME} is of version {found['version']}, not {VERSION}", hint="it was made by another Octavo: use that one")
        return [_anchor(item) for item in found["anchors"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        hint = "bring it back from your version control: what was released stands nowhere else"
        raise UserError(f"{NAME} cannot be read", hint=hint) from None


def _anchor(item: dict[str, str]) -> Anchor:
    page, _, name = item["at"].partition("#")
    rest = {key: item.get(key, "") for key in ("words", "digest", "sketch", "now")}
    if not all(isinstance(value, str) for value in rest.values()):
        raise TypeError
    return Anchor(page, name, **rest)


def write(directory: Path, anchors: list[Anchor]) -> None:
    """Write anchors.json, a line for each anchor."""
    items = []
    for anchor in anchors:
        rest = {key: value for key, value in anchor._asdict().items() if value and key not in ("page", "name")}
        items.append("  " + json.dumps({"at": anchor.at} | rest, ensure_ascii=False))
    tools.write(directory / NAME, f'{{"version": {VERSION}, "anchors": [\n' + ",\n".join(items) + "\n]}\n")
