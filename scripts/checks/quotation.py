"""LNG001: quotation marks that do not pair.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from octavo.checks import Hit, at, check
from octavo.checks.language import language_at, primary
from octavo.checks.manuscript import Manuscript, Text
from octavo.source import Paragraph

_MARKS = re.compile(r"[\"“”„«»‘‚‹›'](?:(?<=[^'])(?<!\\.)|(?<=')(?<![\w’'].)(?=\w))")
_APOSTROPHE = re.compile(
    r"'(?:\d\d?s\b|\d\d\b|tis\b|twas\b|twere\b|twill\b|em\b|n\b|cause\b|til\b|ere\b|neath\b|round\b|bout\b|s\b|t\b|un\b|orse\b)",
    re.IGNORECASE,
)
_OPENERS = {"“": "”", "„": "“”", "«": "»", "‚": "‘’", "‹": "›", "‘": "’"}


class Fault(NamedTuple):
    """An offset in the paragraph, and what is wrong there; `open` if it is an opening mark that nothing closes."""

    offset: int
    what: str
    open: bool = False


@check("LNG001", "unbalanced-quotes", "warning", "{what}", hint=("{hint}",))
def unbalanced_quotes(book: Manuscript) -> Iterator[Hit]:
    """Quotation marks that do not pair within a paragraph, or straight ones among curly ones.

    Straight marks throughout are the author's right: they are curled. A quotation of several paragraphs opens each and
    closes the last. Apostrophes, feet and inches are no quotation marks.

    *Bad*

        The envoy called it "a peace without victors.

    *Good*

        The envoy called it "a peace without victors".
    """
    for text in book.texts:
        paragraphs = text.source.paragraphs
        for number, paragraph in enumerate(paragraphs):
            words = text.source.wording[paragraph.start : paragraph.end]
            if paragraph.kind == "verse" or not _MARKS.search(words):
                continue
            following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
            language = primary(language_at(book, text, paragraph.start))
            for fault in _faults(words, text.source.text[paragraph.start : paragraph.end], language):
                if fault.open and following is not None and _goes_on(text, following):
                    continue
                mark = paragraph.start + fault.offset
                hint = "use one kind throughout" if "among" in fault.what else "close it, or take it out"
                yield at(text.source.place(mark, mark + 1), what=fault.what, hint=hint)


def _goes_on(text: Text, following: Paragraph) -> bool:
    """Whether the next paragraph opens with a quotation mark, as the rest of a longer quotation does."""
    return text.source.wording[following.start : following.end].lstrip()[:1] in set("\"“„«'‘»”")


def _faults(words: str, original: str, language: str) -> Iterator[Fault]:
    """The marks of the author's words; what stands beside them is looked up in the text as it is."""
    doubles = [m.start() for m in re.finditer(r'(?<!\\)"', words)]
    curly = [m.start() for m in re.finditer(r"[“”„]", words)]
    if doubles and curly:
        fewer, what = (
            (doubles, "a straight quotation mark among curly ones")
            if len(doubles) <= len(curly)
            else (curly, "a curly quotation mark among straight ones")
        )
        real = [offset for offset in fewer if words[offset] != '"' or not words[max(offset - 1, 0)].isdigit()]
        if real:
            yield Fault(real[0], what)
            return
    yield from _straight(original, doubles)
    yield from _paired(words, language)
    yield from _singles(words, original)


def _straight(words: str, doubles: list[int]) -> Iterator[Fault]:
    """Straight marks in turn open and close; after a figure one that closes nothing is a sign for inches or seconds."""
    opened = -1
    for offset in doubles:
        before, after = words[offset - 1 : offset] if offset else " ", words[offset + 1 : offset + 2] or " "
        opens = (before.isspace() or before in "([{—–-/*_'‘^“") and not after.isspace()
        closes = not before.isspace() and (after.isspace() or not after.isalnum())
        if opened < 0:
            if before.isdigit() and not opens:
                continue
            if closes and not opens:
                yield Fault(offset, "a quotation mark closes nothing")
                continue
            opened = offset
        elif opens and not closes and before not in "—–-/*_^":
            yield Fault(opened, "a quotation mark is never closed", open=True)
            opened = offset
        else:
            opened = -1
    if opened >= 0:
        yield Fault(opened, "a quotation mark is never closed", open=True)


def _paired(words: str, language: str) -> Iterator[Fault]:
    """Curly marks, low ones and guillemets, each with what closes it; » opens in German and Danish, ” in Swedish and Finnish."""
    stack: list[int] = []
    for m in re.finditer(r"[“”„«»‹›]", words):
        mark, offset = m[0], m.start()
        top = words[stack[-1]] if stack else ""
        before = words[offset - 1 : offset] if offset else " "
        after = words[offset + 1 : offset + 2] or " "
        if top and mark in _closers(top):
            stack.pop()
        elif mark in "“„«‹" or (
            (before.isspace() or before in "(—–[") and not after.isspace() and (mark in "»›" or language in ("sv", "fi"))
        ):
            stack.append(offset)
        else:
            yield Fault(offset, "a quotation mark closes nothing")
    for offset in stack:
        yield Fault(offset, "a quotation mark is never closed", open=True)


def _closers(opener: str) -> str:
    return {"»": "«»", "›": "‹›", "”": "”"}.get(opener) or _OPENERS.get(opener, "")


def _singles(words: str, original: str) -> Iterator[Fault]:
    """Single marks that open and that no mark after them could close; ‘ before a name may be the letter ayn."""
    for m in re.finditer(r"‘|‚(?=\w)|(?<![\w’'])'(?=\w)", words):
        rest = words[m.end() :]
        if m[0] == "'":
            is_apostrophe = _APOSTROPHE.match(words, m.start()) or re.search(r"(?<=\S)'(?!\w)", original[m.end() :])
            if not is_apostrophe:
                yield Fault(m.start(), "a quotation mark is never closed", open=True)
        elif (
            m[0] == "‘"
            and not re.search(r"[’']", rest)
            and not re.match(r"[AIUaiu]", rest)
            and not re.search(r"‚[^‘]*$", words[: m.start()])
        ) or (m[0] == "‚" and not re.search(r"[‘’]", rest)):
            yield Fault(m.start(), "a quotation mark is never closed", open=True)
