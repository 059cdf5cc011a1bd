"""REF, continued: the words about a reference: of another kind, typed by hand, or pointing the wrong way.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import LABEL, Manuscript, Text
from octavo.checks.phrases import Phrases, phrases
from octavo.source import Mark
from octavo.source.prose import Paragraph

_NAMED = {
    "sec": ("section", "chapter", "appendix"),
    "fig": ("figure",),
    "tbl": ("table",),
    "eq": ("equation",),
    "lst": ("listing",),
    "part": ("part",),
}
"""What a label with this prefix can be."""
_BEFORE_NOUN = re.compile(
    r"(?:see|cf\.?|compare|in|from|of|and|or|to|with|by|as|per|via|siehe|vgl\.|s\.|aus|und|oder|zu|nach|mit|laut|gemäß|voir|la|le|les|du|de"
    r"|au|et|ou|dans|см\.|в|на|из|и|или|по|véase|ver|el|las|los|en|del|y|o)"
)
"""What may stand before a small "table" that names the reference behind it; after "this" or "the last" it is a word of its own."""
_SENTENCE = re.compile(r"(?:^|[.!?:;(\[–—]|\n[ \t>]*\n)[\s\"“„«‘'*_]*$")
_KEY = r"-?@\{?[\w:.+/-]*\w\}?"
_JOINED = rf"(?:{_KEY}\]?(?:\s*[,;–-]\s*|\s+(?:and|or|und|oder|et|ou|и|или|y|o|e)\s+)\[?)+"


def _language(text: Text, book: Manuscript) -> Phrases:
    return phrases(tree.plain(text.chapter.meta.get("lang")) or book.book.language or "en")


@check(
    "REF005",
    "reference-type-mismatch",
    "warning",
    "“{word}” before a reference to {kind}",
    hint="a reference prints its own word: write `@{key}` alone, or refer to the {meant} that is meant",
)
def reference_type_mismatch(book: Manuscript) -> Iterator[Hit]:
    """A word for one kind of thing before a reference to another: "Table @fig-x", "see Figure @sec-y", "Figures @fig-a and @tbl-b".

    A label `sec-` may be a chapter's, a section's or an appendix's. "In this section @fig-x shows …" is no mismatch, and
    neither is a word of the same kind, although the reference prints it again.

    *Bad*

        The lengths are in Table @fig-lengths.

    *Good*

        The lengths are in @tbl-lengths.
    """
    for text in book.texts:
        speech = _language(text, book)
        for mark in text.source.citations:
            prefix = LABEL.match(mark.text)
            if prefix and book.is_reference(mark.text):
                meant = _NAMED[prefix[1].lower()]
                word = _noun_before(text, mark, speech)
                if word and speech.kinds[word.lower()] not in meant:
                    place = text.source.place(mark.start, mark.end)
                    article = "an" if meant[0][0] in "ae" else "a"
                    yield at(place, word=word, kind=f"{article} {meant[0]}", key=mark.text, meant=speech.kinds[word.lower()])


def _noun_before(text: Text, mark: Mark, speech: Phrases) -> str:
    """The word before a reference that says what kind of thing it is, or nothing."""
    start = max(mark.start - 160, 0)
    head = text.source.masked[start : mark.start]
    one, many = _before(speech)
    if found := one.search(head):
        return found["word"] if _says_the_kind(found, head, speech) else ""
    found = many.search(head)
    is_plural = found and found["word"].rstrip(".").endswith(("s", "en", "ы", "и"))
    return found["word"] if found and is_plural and found["word"][0].isupper() else ""


@cache
def _before(speech: Phrases) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """For the end of what stands before a reference: a noun, and a noun with other references between."""
    noun = rf"(?<![\w-])(?P<word>{speech.nouns})[\s\u00a0~]+(?P<open>\[?)"
    return re.compile(rf"{noun}-?$", re.IGNORECASE), re.compile(rf"{noun}{_JOINED}-?$", re.IGNORECASE)


def _says_the_kind(found: re.Match[str], head: str, speech: Phrases) -> bool:
    word, before = found["word"], head[: found.start()]
    starts = bool(_SENTENCE.search(before))
    previous = (before.split() or [""])[-1].lower().strip("([„“«\"'*_")
    if word[0].isupper() and word.lower() not in _NOUNS_OF_GERMAN:
        return not (starts and found["open"] and word.endswith("s"))
    if speech.kinds[word.lower()] == "part":
        return False
    return bool(_BEFORE_NOUN.fullmatch(previous)) or (starts and not found["open"])


_NOUNS_OF_GERMAN = frozenset(phrases("de").kinds) - frozenset(phrases("en").kinds)
"""German writes every noun with a capital: there the word before tells, as it does for a small letter elsewhere."""


@check(
    "REF006",
    "typed-reference",
    "warning",
    "“{words}” is typed by hand",
    hint=(
        "give the {kind} a label and refer to it: `@{prefix}…` prints the word and the number",
        "refer to it by its label: `[@sec-…]{{.page}}` prints the page",
    ),
)
def typed_reference(book: Manuscript) -> Iterator[Hit]:
    """A number of a figure, table, chapter, section or page of this book that is typed by hand: nothing keeps it true.

    "Chapter 2 of", "Figure 3 in" and the like before another work, what stands in a citation or behind one, titles and
    quotations, and the number at the head of a caption are let be. Pages are looked at only with "above" or "below".

    *Bad*

        The lengths are in Table 2.1; see p. 45 above.

    *Good*

        The lengths are in @tbl-lengths; see [@sec-reaches]{.page}.
    """
    for text in book.texts:
        speech = _language(text, book)
        typed, pages = _typed(speech)
        for found in typed.finditer(text.source.wording):
            kind = speech.kinds[found["word"].lower()]
            if _is_number(kind, found, book) and _is_typed(found, text, speech, book):
                place = text.source.place(*found.span())
                yield at(place, words=_as_read(found[0]), kind=kind, prefix=_PREFIXES[kind])
        for found in pages.finditer(text.source.wording):
            if (paragraph := _paragraph(text, found.start())) and not _is_elsewhere(found, text, paragraph, book):
                yield at(text.source.place(*found.span()), words=_as_read(found[0]), kind="", prefix="")


_PREFIXES = {name: f"{prefix}-" for prefix, names in _NAMED.items() for name in names}


def _as_read(words: str) -> str:
    return " ".join(words.split())


@cache
def _typed(speech: Phrases) -> tuple[re.Pattern[str], re.Pattern[str]]:
    gap = r"(?:[ \t\u00a0\u202f~]+(?:\r?\n[ \t]*)?|\r?\n[ \t]*)"
    number = r"\(\d{1,3}(?:\.\d{1,3}){0,3}\)|\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?(?:[–-]\d{1,3}(?:\.\d{1,3})*[a-z]?)?|[A-H](?!\.?\w)|[IVX]{1,5}"
    nouns = rf"(?<![\w.@#/–-])(?P<word>{speech.nouns})(?:{gap}|(?<=\.))"
    direction = f"(?:{speech.above}|{speech.below})"
    page = rf"(?:{speech.pages})(?:{gap})?\d{{1,4}}(?:[–-]\d{{1,4}})?"
    return (
        re.compile(rf"{nouns}(?P<number>{number})(?![\w%'’])(?![.,]\d)", re.IGNORECASE),
        re.compile(
            rf"(?<![\w.])(?:{page},?{gap}{direction}(?!\w)|{direction},?{gap}(?:(?:on|auf|на|à la|en la){gap})?{page}(?![\w%]))",
            re.IGNORECASE,
        ),
    )


def _is_number(kind: str, found: re.Match[str], book: Manuscript) -> bool:
    """Whether what follows the noun is a number as our editions give it to this kind of thing."""
    number = found["number"].strip("()")
    if kind == "part":
        return bool(book.book.parts) and found["word"][0].isupper() and bool(re.fullmatch(r"[IVX]+|\d", number))
    if kind == "appendix":
        return bool(re.fullmatch(r"[A-H]|\d", number))
    if kind == "section":
        return bool(re.fullmatch(r"\d{1,2}(?:\.\d{1,2})*", number.replace("–", ".").replace("-", ".")))
    if kind == "chapter":
        return bool(re.fullmatch(r"\d{1,2}(?:\.\d{1,2})*(?:[–-]\d{1,2})?", number))
    return number[0].isdigit()


_DETERMINER = re.compile(r"\b(?:the|a|an|this|that|these|those|each|any|another|no|every|under)\s+$", re.IGNORECASE)
_POSSESSIVE = re.compile(
    r"(?:['’]s?|\b(?:his|her|their|its|whose|seine[mnrs]?|ihre[mnrs]?|son|sa|leur|его|её|ее|их|su|sus))\s+$", re.IGNORECASE
)
_WORK = re.compile(
    r"(?:[*_”\"»“’],?|[\])],|\b\d{4}[a-z]?,|\b(?:vol|volume|book|bd|band|tome|livre|том|т|tomo|libro)\.?\s+[\dIVXLC]+,?)\s*(?:in\s+|en\s+|dans\s+|в\s+)?\(?$",
    re.IGNORECASE,
)
_ACT = re.compile(r"[^\W\d_a-zа-я]\w+,\s+$")
_NAME = re.compile(r"(?<![.!?:;(]\s)(?<![^\s])[^\W\d_a-zа-яß-ÿ]\w+\s+$")
_STARTERS = re.compile(
    r"see|in|as|and|but|while|both|like|from|since|compare|if|when|where|after|before|although|cf|also|thus|yet|so|for|with|to|on|by|of"
)
_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|(?<![\w\"])\"(?=\S)[^\"]*\"(?!\w)|(?<!\w)‘[^’]*’(?!\w)", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])\*(?![\s*])[^*]+\*(?!\*)|(?<!\w)_(?![\s_])[^_]+_(?!\w)", re.DOTALL)


def _is_typed(found: re.Match[str], text: Text, speech: Phrases, book: Manuscript) -> bool:
    """Whether the match is a reference to this book, and not to another work, a title, a caption or a chance of words."""
    paragraph = _paragraph(text, found.start())
    if not paragraph or _is_elsewhere(found, text, paragraph, book):
        return False
    word, wording = found["word"], text.source.wording
    before = wording[max(paragraph.start, found.start() - 80) : found.start()]
    after = " ".join(wording[found.end() : min(paragraph.end, found.end() + 80)].split(" "))
    is_small = word[0].islower()
    if is_small and (speech.language == "de" or (speech.language == "en" and _DETERMINER.search(before))):
        return False
    if _is_head(before, after) or _POSSESSIVE.search(before) or _WORK.search(before):
        return False
    if speech.kinds[word.lower()] == "section" and (_ACT.search(before) or re.search(r"\bunder\s+$", before, re.IGNORECASE)):
        return False
    if is_small and speech.language == "en" and (name := _NAME.search(before)) and not _STARTERS.fullmatch(name[0].strip().lower()):
        return False
    return not _is_of_another(after.lstrip(), speech)


def _is_head(before: str, after: str) -> bool:
    """Whether the match is the first of its paragraph and a stop follows: "Table 3. The lengths" is a typed caption."""
    return not before.strip(" \t\r\n*_[]!") and bool(re.match(r"[*_]{0,2}(?:[.:|—–]|\s+[—–])", after))


def _is_of_another(after: str, speech: Phrases) -> bool:
    title = r"(?:\([^()]{0,90}\)|[\"“‘«*_][^\"”’»*_]{0,90}[\"”’»*_])?"
    more = rf"(?:\s*(?:,|&|–|-|and|or|to|und|oder|bis|et|ou|à|и|или|y|o|a)\s*(?:(?:{speech.nouns})\s*)?\d[\d.]*(?:\s*\([a-z]\))?)*"
    another = rf"[*_\])]*(?:\s*\([a-z]\))?{more},?\s*{title},?\s*(?:{speech.of_another})(?:(?<=['’])|(?!\w))\s*(?P<what>.*)"
    found = re.match(another, after, re.IGNORECASE | re.DOTALL)
    if re.match(r",?\s*(?:verses?|vers\.|lines?|bankruptcy|paragraph|par\.|art\.|million|billion|per cent)\b", after, re.IGNORECASE):
        return True
    return bool(found) and not re.match(rf"(?:{speech.own})", found["what"], re.IGNORECASE)  # type: ignore[index]


def _paragraph(text: Text, start: int) -> Paragraph | None:
    """The paragraph of the text, or of a note or item, that holds an offset; None for headings, quotations, tables, captions."""
    paragraphs = text.source.paragraphs
    number = bisect_right(paragraphs, start, key=lambda paragraph: paragraph.start) - 1
    found = paragraphs[number] if number >= 0 else None
    is_ours = found and found.kind in ("paragraph", "item", "note") and found.div not in ("epigraph", "verse", "dedication", "quote")
    return found if found and is_ours and start < found.end else None


def _is_elsewhere(found: re.Match[str], text: Text, paragraph: Paragraph, book: Manuscript) -> bool:
    """Whether the words stand in a citation or right behind one, in quotation marks, in italics, or in a link to the network."""
    start, end = found.span()
    source = text.source
    wording = source.wording[paragraph.start : paragraph.end]
    here = (start - paragraph.start, end - paragraph.start)
    for pattern in (_QUOTED, _EMPHASIS):
        if any(m.start() <= here[0] and here[1] <= m.end() for m in pattern.finditer(wording)):
            return True
    masked = source.masked
    opened = masked.rfind("[", paragraph.start, start)
    closed = masked.find("]", end, paragraph.end)
    if opened > masked.rfind("]", paragraph.start, start) and closed >= 0:
        if _cites(masked[opened:closed], book) or re.match(r"\]\(<?(?:https?:|//)", source.text[closed : closed + 10]):
            return True
        if masked[opened - 1 : opened] == "!" and not masked[opened + 1 : start].strip(" *_"):
            return True
    begin = _sentence_start(masked, paragraph.start, start)
    if any(
        _is_work(mark.text, book) for mark in source.citations if begin <= mark.start < start and _is_in_text(masked, begin, mark.start)
    ):
        return True
    near = re.match(r"[*_)\s,]*[\[(]{0,2}(?:see |cf\. |in )?-?@(?P<key>[\w:.+/-]*\w)", masked[end : end + 60])
    return bool(near) and _is_work(near["key"], book)  # type: ignore[index]


def _is_in_text(words: str, begin: int, start: int) -> bool:
    """Whether a citation is part of its sentence, `@key`, and neither stands in brackets nor leaves its author out."""
    return words.rfind("[", begin, start) <= words.rfind("]", begin, start) and words[start - 1 : start] != "-"


def _cites(words: str, book: Manuscript) -> bool:
    return any(_is_work(key, book) for key in re.findall(r"@\{?([\w:.+/-]*\w)", words))


def _is_work(key: str, book: Manuscript) -> bool:
    """Whether a key is meant for a work, there or not, and not for a label."""
    return key in book.entries or not LABEL.match(key)


def _sentence_start(words: str, start: int, end: int) -> int:
    ends = [m.end() for m in re.finditer(r"(?<![A-ZА-Я])[.!?][\"”’)\]]*\s+(?=[A-ZА-ЯÄÖÜÉ@\[])", words[start:end])]
    return start + ends[-1] if ends else start
