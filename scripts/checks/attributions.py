"""Block quotations and epigraphs of a chapter, where they stand, and what names their source.

Reads pandoc's tree and the source; writes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from octavo import data_tables, tree
from octavo.checks.manuscript import Text
from octavo.checks.once import once
from octavo.checks.passages import CITE, NOTE, OTHER, Reader, stops
from octavo.model import Node, Place

_DASH = re.compile(r"(?:\A|\n|[.!?…\"”’»)])\s*[—–―]+\s*(?=[^\n]*(?:[A-ZÀ-ÞŁŠŽА-ЯЁ]|\d{3}))[^\s—–―][^\n]{1,160}\Z")
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*(?:[A-ZÀ-ÞА-Я]|\d)[^()\[\]]*[)\]][.\s]*\Z")
_SIGNED = re.compile(r"\A(?:from |in |by |after |aus |von |из )?[\"“‘«*]?[A-ZÀ-ÞŁŠŽА-ЯЁ]", re.IGNORECASE)
_LEAD = r"[ \t]*(?:(?:[-*+]|\(?\w{1,3}[.)]|:|\[\^[^\]\s]+\]:)[ \t]+)*"
_RUN = re.compile(rf"^{_LEAD}>[^\n]*(?:\n[ \t]*[^\s][^\n]*)*", re.MULTILINE)
"""The lines of a block quotation from its first mark to the next empty line."""
_EPIGRAPH = re.compile(r"^[ \t>]*:{3,}[^\n]*\bepigraph\b[^\n]*", re.MULTILINE)


class Block(NamedTuple):
    """A block quotation or an epigraph with the blocks before and after it; `number` counts those of its kind."""

    node: Node
    before: Node | None
    after: Node | None
    is_epigraph: bool
    top: int
    number: int
    same: int
    """How many before it have the same words."""

    @property
    def is_quotation(self) -> bool:
        return not self.is_epigraph

    def place(self, text: Text) -> Place:
        """Its first line: the mark `>`, or the fence of the epigraph."""
        if self.is_epigraph:
            fences = [found.span() for found in _EPIGRAPH.finditer(text.source.masked)]
            return text.source.place(*fences[self.number]) if self.number < len(fences) else text.at_block(self.top)
        wanted, source = _letters(tree.plain(self.node["c"])), text.source
        runs, in_order = _runs(text)
        near = bisect_left(in_order, wanted)
        longest = max((_common(wanted, letters) for letters in in_order[max(near - 1, 0) : near + 1]), default=0)
        best = [start for start, letters in runs if letters.startswith(wanted[:longest])]
        if longest < min(len(wanted), 12) or not best:
            return text.at_block(self.top)
        start = best[min(self.same, len(best) - 1)]
        end = source.text.find("\n", start)
        return source.place(start, end if end >= 0 else len(source.text))


@once
def _runs(text: Text) -> tuple[list[tuple[int, str]], list[str]]:
    """The block quotations of the source: where the first mark of each stands, with its letters; and the letters in their order,
    in which those that begin most alike stand side by side."""
    source = text.source
    found = [(m.start() + m[0].index(">"), _letters(source.wording[m.start() : m.end()])) for m in _RUN.finditer(source.masked)]
    return found, sorted(letters for _, letters in found)


def _common(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _letters(words: str) -> str:
    return "".join(c for c in words if c.isalpha()).lower()


@once
def blocks(text: Text) -> list[Block]:
    """Every block quotation of a chapter that is in no other, and every epigraph, in the order of the tree."""
    content = text.blocks
    found: list[Block] = []
    if not text.nodes["BlockQuote"] and not any("epigraph" in tree.classes(div) for div, _ in text.nodes["Div"]):
        return found
    counts = [0, 0]
    seen: Counter[str] = Counter()
    for top, block in enumerate(content):
        for node, near in _within(block, _block(content, top - 1), _block(content, top + 1)):
            is_epigraph = node["t"] == "Div"
            words = _letters(tree.plain(node["c"]))
            found.append(Block(node, near[0], near[1], is_epigraph, top, counts[is_epigraph], seen[words]))
            counts[is_epigraph] += 1
            seen[words] += 1
    return found


def _within(part: Any, before: Node | None, after: Node | None) -> Iterator[tuple[Node, tuple[Node | None, Node | None]]]:
    if isinstance(part, list):
        for i, item in enumerate(part):
            if isinstance(item, dict) and item.get("t") in ("Str", "Space", "SoftBreak", "Cite"):
                continue  # most of a text is this
            yield from _within(item, _block(part, i - 1), _block(part, i + 1))
    elif isinstance(part, dict):
        kind = part.get("t")
        if kind == "BlockQuote" or (kind == "Div" and "epigraph" in tree.classes(part)):
            if _has_words(part):
                yield part, (before, after)
        elif kind == "Div" and len(part["c"][1]) == 1:
            yield from _within(part["c"][1][0], before, after)
        elif kind is None:
            yield from _within(list(part.values()), None, None)
        elif "c" in part and kind not in ("Str", "Cite", "CodeBlock", "RawBlock"):
            yield from _within(part["c"], None, None)


def _block(parts: list[Any], i: int) -> Node | None:
    found = parts[i] if 0 <= i < len(parts) else None
    return found if isinstance(found, dict) and found.get("t") in ("Para", "Plain") else None


def _has_words(node: Node) -> bool:
    """Whether there is text in it, and not only a table, code, a formula or an image."""
    inside = list(tree.walk(node["c"]))
    captions = {id(part) for table in inside if data_tables.is_marked(table) or table["t"] == "Table" for part in tree.walk(table["c"])}
    texts = [inner for inner in inside if inner["t"] in ("Para", "Plain", "LineBlock") and id(inner) not in captions]
    return any(len(re.findall(r"\w{2,}", tree.plain(text))) > 1 for text in texts)


def names_source(block: Block, reader: Reader) -> bool:
    """Whether a quotation names its source itself: a citation, a note, an attribution, or an attribute `source` or `cite`."""
    content = block.node["c"][1] if block.is_epigraph else block.node["c"]
    if reader.clusters_of(content) or any(node["t"] == "Note" for node in tree.walk(content)) or any(_linked(content)):
        return True
    if block.is_epigraph and any(tree.value(block.node, name) for name in ("source", "cite", "author")):
        return True
    return _is_attributed(content, block.is_epigraph)


def _is_attributed(content: list[Node], is_epigraph: bool) -> bool:
    """Whether the last lines name somebody: behind a dash, in brackets, or in a short paragraph of their own."""
    last = content[-1] if content else None
    if last is None:
        return False
    if last["t"] in ("BlockQuote", "Div"):
        return _is_attributed(last["c"][1] if last["t"] == "Div" else last["c"], is_epigraph)
    lines = [tree.plain(line) for line in last["c"]] if last["t"] == "LineBlock" else _lines(last)
    words = "\n".join(lines)
    if _DASH.search(words) or _IN_BRACKETS.search(words):
        return True
    final = lines[-1] if lines else ""
    is_own = len(content) > 1 or len(lines) > 1
    is_short = len(final.split()) <= (30 if is_epigraph else 12) and (
        is_epigraph or not final.rstrip().endswith((".", "!", "?", "…", ";", ":"))
    )
    return is_own and is_short and bool(_SIGNED.match(final))


def _lines(block: Node) -> list[str]:
    """The lines of a paragraph where the author has broken them, or begun one with a dash."""
    lines: list[list[Node]] = [[]]
    inlines = block["c"] if block["t"] in ("Para", "Plain") else []
    for inline, following in zip(inlines, [*inlines[1:], {}], strict=False):
        begins_with_dash = inline["t"] == "SoftBreak" and following.get("t") == "Str" and following["c"][:1] in ("—", "–", "―")
        if inline["t"] == "LineBreak" or begins_with_dash:
            lines.append([])
        else:
            lines[-1].append(inline)
    return [found for found in (tree.plain(line).strip() for line in lines) if found]


_ANNOUNCES = re.compile(
    r"\b(?:sa(?:ys?|id|ying)|wr[io]te[s]?|writing|put(?:s|ting)?|stat|declar|explain|argu|not(?:es?|ed)\b|observ|recall|reads?\b|follow|words?\b"
    r"|terms\b|thus\b|quot|passage|letter|speech|report|clear|explicit|claim|insist|told|tells|remark|complain|conclud|add(?:s|ed)\b|warn"
    r"|admit|announc|describ|account|remember|reflect|express|formul|text\b|preamble|article|clause|treaty|passus|schr|sag|heißt|dit\b|écri)",
    re.IGNORECASE,
)


def introduces(words: str) -> bool:
    """Whether a sentence leads to what follows it: it does not end with a stop, or it speaks of somebody's words."""
    return not words.rstrip(f" \n{CITE}{NOTE}{OTHER}").endswith((".", "!", "?", "…")) or bool(_ANNOUNCES.search(words))


def is_introduced(block: Block, reader: Reader) -> bool:
    """Whether the sentence before a quotation has a citation, a note or a link, or the text after it begins with a citation."""
    if block.after is not None and re.match(rf"\s*(?:[—–―]\s*\S|[(]?{CITE})", reader.passage(block.after["c"]).words):
        return True
    if block.before is None or block.is_epigraph:
        return False
    passage = reader.passage(block.before["c"])
    ends = stops(passage.words.rstrip())
    start = ends[-2] if len(ends) > 1 else 0
    if not introduces(passage.words[start:]):
        return False
    cites = passage.clusters_in(start, len(passage.words)) or passage.notes_in(start, len(passage.words))
    return bool(cites) or any(words and words in passage.words[start:] for words in _linked(block.before))


def _linked(part: Any) -> Iterator[str]:
    """The words of each link that leads out of the book."""
    return (tree.plain(node["c"][1]) for node in tree.walk(part) if node["t"] == "Link" and node["c"][2][0].startswith("http"))
