"""LNG: quotation marks, doubled words, ranges, spaces, punctuation and invisible characters.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from octavo.checks import Hit, at, check
from octavo.checks.language import language_at, language_of, primary
from octavo.checks.manuscript import Manuscript, Text

_MAY_DOUBLE_WORDS = (
    "had that is was so very really long far much many well now there no yes ha ho hey bye never ever again more less too knock win "
    "same nous vous si non oui ja nein nee sie die der das den dem een que de e le da си да нет очень еле чуть"
)
_MAY_DOUBLE = frozenset(_MAY_DOUBLE_WORDS.split())
_DOUBLED = re.compile(r"(?<![^\W_])(?<!['’-])(?P<one>[^\W\d_]++)(?P<gap>[*_]*\s[\s>*_]*)(?P<two>(?P=one))(?![^\W_]|['’-])", re.IGNORECASE)


@check("LNG002", "doubled-word", "warning", "`{word}` stands twice", hint="take one of them out")
def doubled_word(book: Manuscript) -> Iterator[Hit]:
    """A word that stands twice, also over the end of a line.

    What a language doubles in earnest (had had, that that, very very; names such as Bora Bora) is silent.

    *Bad*

        It was signed in the the spring.

    *Good*

        It was signed in the spring.
    """
    for text in book.texts:
        words, source = text.source.wording, text.source
        for found in _DOUBLED.finditer(words):
            one, two = found["one"], found["two"]
            gap = source.text[found.start("gap") : found.end("gap")]
            gap = re.sub(r"(?<=\n)[ \t>]+", lambda lead: " " * len(lead[0]), gap)  # the marks of a quotation
            if one.lower() in _MAY_DOUBLE or (one[0].isupper() and two[0].isupper() and not one.isupper()):
                continue
            if (
                gap != found["gap"]
                or gap.count("\n") > 1
                or (re.search(r"\S\s{2,}\S", source.line(source.place(found.start()).line)) and "  " in gap)
            ):
                continue
            if (len(one) == 1 and one.lower() not in ("a", "i")) or (one.isupper() and len(one) > 1) or one == two == "A":
                continue
            yield at(source.place(*found.span("two")), word=two)


_YEAR = r"(?:1\d|20)\d\d"
_RANGE = re.compile(
    r"(?<![^\W_])(?<![.,/:\-–+#§\\@])(?P<lead>(?P<word>[^\W\d_]+)\.?[ \u00a0\t\n]|)(?P<from>\d{1,5})(?P<hyphen>-)"
    r"(?P<to>\d{1,5})(?![^\W_]|[/–\-]|[.,:]\d)(?=(?P<then>.{0,24}))",
    re.DOTALL,
)
_PAGED_WORDS = (
    "p pp page pages vol vols volume volumes nos numbers chap chaps ch chapter chapters fol fols ff folios l ll line lines "
    "v vv verse verses art arts article articles sec secs section sections para paras paragraph paragraphs n nn note notes fig figs "
    "figure figures table tables col cols column columns boxes part parts book books s bd с т стр гл"
)
_PAGED = frozenset(_PAGED_WORDS.split())
_NO_RANGE_WORDS = (
    "tel telephone phone fax call dial isbn issn doi arxiv resolution law bill case flight route model type file zip pl gost iso form"
)
_BEFORE_YEARS = frozenset({"years", "in", "of", "from", "during", "since", "winters", "seasons"})
_NO_RANGE = frozenset(_NO_RANGE_WORDS.split())
_COUNTED = re.compile(
    r"[ \u00a0\n](?:per cent|percent|million|billion|thousand|hundred|km\b|kg\b|men\b|people\b|times\b|[a-z]{3,}s\b)|[ \u00a0]?%",
    re.IGNORECASE,
)
_PLURALLESS = re.compile(
    r"[ \u00a0\n](?:votes?|defeats?|wins?|victor|losse?s?|ties?|draws?|majority|against|was|is|has|this|thus|across|less|plus|versus)\b"
)
_ROMANS = re.compile(r"(?<=pp[. ])\s?[ivxlc]{1,7}(?P<hyphen>-)[ivxlc]{1,7}(?![\w-])")
_ORDINALS = re.compile(r"(?<![\w-])(\d{1,2}(?:st|nd|rd|th))(?P<hyphen>-)(\d{1,2}(?:st|nd|rd|th))(?![\w-])")


@check("LNG003", "range-hyphen", "warning", "a hyphen in the range {range}", hint="write an en dash: {mended}", fixable=True)
def range_hyphen(book: Manuscript) -> Iterator[Hit]:
    """A range of years, pages or numbers with a hyphen, where an en dash is due (Chicago 18, § 6.83).

    Locators within citations are the style's business. Telephone numbers, ISBNs, dates, scores and names such as SS-18
    are no ranges.

    *Bad*

        the New Economic Policy, 1921-1928

    *Good*

        the New Economic Policy, 1921–1928
    """
    for text in book.texts:
        words = text.source.wording
        if "-" not in words:
            continue
        found = [m for m in _RANGE.finditer(words) if _is_range(m)] + [*_ORDINALS.finditer(words), *_ROMANS.finditer(words)]
        for m in sorted(found, key=lambda m: m.start("hyphen")):
            if not _in_cluster(text, m.start("hyphen")):
                hyphen = m.start("hyphen")
                start = hyphen - len(re.search(r"[^\W_]*\Z", words[max(hyphen - 12, 0) : hyphen])[0])  # type: ignore[index]
                end = hyphen + 1 + len(re.match(r"[^\W_]*", words[hyphen + 1 : hyphen + 13])[0])  # type: ignore[index]
                mended = words[start:end].replace("-", "–")
                yield at(text.source.place(start, end), range=words[start:end], mended=mended, fix=mended)


def _is_range(m: re.Match[str]) -> bool:
    first, last, word = m["from"], m["to"], (m["word"] or "").lower()
    if word in _NO_RANGE:
        return False
    whole = last if len(last) >= len(first) else first[: len(first) - len(last)] + last
    rises = int(whole) > int(first)
    if not rises or (first.startswith("0") and len(first) > 1) or len(last) > len(first) + 1:
        return False
    if word in _PAGED:
        return True
    if re.fullmatch(_YEAR, first):
        if re.fullmatch(_YEAR, last):
            return True
        return (len(last) == 2 and (int(last) > 12 or int(whole) == int(first) + 1)) or (len(last) == 1 and word in _BEFORE_YEARS)
    return bool(_COUNTED.match(m["then"]) and not _PLURALLESS.match(m["then"]) and not _is_name(m["word"] or ""))


def _is_name(word: str) -> bool:
    """Whether the word before a number is part of its name (Boeing 707), and no word that merely starts a sentence."""
    return word[:1].isupper() and word.lower() not in (
        "about",
        "some",
        "between",
        "around",
        "perhaps",
        "only",
        "over",
        "nearly",
        "the",
        "of",
    )


def _in_cluster(text: Text, offset: int) -> bool:
    clusters = text.source.clusters
    i = bisect_right(clusters, (offset, len(text.source.text))) - 1
    return i >= 0 and clusters[i][0] <= offset < clusters[i][1]


_BEFORE_NUMBERS = {
    "": "p pp no nos vol vols fol fols chap chaps ch fig figs art arts n nn para paras col cols sec secs bk pt ser ll vv",
    "de": "S Nr Bd Bde Abb Kap Abs Art Anm Sp Bl",
    "fr": "t art chap fig col fol",
    "ru": "с т гл ст рис табл вып № стр д л оп ф",
}


@cache
def _numbered(language: str) -> re.Pattern[str]:
    words = _BEFORE_NUMBERS[""].split() + _BEFORE_NUMBERS.get(language, "").split()
    forms = "|".join(sorted({*words, *(w.capitalize() for w in words)}, key=len, reverse=True))
    return re.compile(rf"(?<![\w.\-])(?:(?:{forms})\.|§§?|№|[nN]°)\Z")


_NUMBER_GAP = re.compile(r"[.§№°](?P<gap>[ \t]|\r?\n[ \t>]*)(?=\d|[ivxlc]{1,7}(?!\w|\.\w))")
"""The end of what `_numbered` finds, the space and the number: they are rarer."""


@check(
    "LNG004",
    "missing-no-break-space",
    "note",
    "`{words}` could break over a line",
    hint="put a no-break space (U+00A0) between",
    fixable=True,
)
def missing_no_break_space(book: Manuscript) -> Iterator[Hit]:
    """An ordinary space between an abbreviation and its number: "p. 4", "No. 3".

    The number may come to stand alone at the start of a line. A no-break space holds them together. Locators within
    citations are the style's business.

    *Bad*

        in No. 3 of the journal

    *Good*

        in No.&nbsp;3 of the journal
    """
    for text in book.texts:
        words = text.source.wording
        pattern = _numbered(primary(language_of(book, text)))
        for found in _NUMBER_GAP.finditer(words):
            start, end = found.span("gap")
            lead = pattern.search(words, max(start - 12, 0), start)
            if not lead or text.source.text[start:end] != found["gap"] or _in_cluster(text, start):
                continue
            number = re.match(r"[\w.–-]*\w", words[end:])
            shown = " ".join(lead[0].split()) + " " + (number[0] if number else "")
            mend = {"fix": "\u00a0"} if "\n" not in found["gap"] else {}
            yield at(text.source.place(lead.start(), end), words=shown, **mend)._replace(mended=text.source.place(start, end))


_PUNCTUATION = re.compile(
    r"[,;.!? \t](?=[,;.!? \t])(?:(?<=\S[,;])[,;]|(?<=\S,)\.(?![.\d])|(?<=[^\s.\d/\\]\.)\.(?![.\w/\\])|(?<=\w\.)\.(?=[ \n])"
    r"|(?<=[!?])(?P<mixed>[!?]{2,})|(?<=[\w)\]’”\"*_][ \t])(?P<space>[ \t]*(?:[,;.](?=[\s)\]”’\"]|$)|,(?=[^\W\d_]))))"
)
"""What each looks for begins with one of the same few letters, so that the search runs from one of these to the next."""


@check("LNG010", "repeated-punctuation", "warning", "{what}: `{marks}`", hint="leave one mark, close up to the word")
def repeated_punctuation(book: Manuscript) -> Iterator[Hit]:
    """Punctuation that stands twice, or after a space: `,,`, `..`, ` ,`, `!?!`.

    Ellipses, paths and the space before a French semicolon are silent.

    *Bad*

        The treaty was signed , and then broken..

    *Good*

        The treaty was signed, and then broken.
    """
    for text in book.texts:
        words, original = text.source.wording, text.source.text
        tables = [(p.start, p.end) for p in text.source.paragraphs if p.kind == "table"]
        for found in _PUNCTUATION.finditer(words):
            start, end = found.span()
            if original[start:end] != found[0] or original[start - 1] != words[start - 1]:
                continue
            if found["mixed"] and len(set(found[0])) == 1:
                continue
            if found["space"] and _is_innocent(book, text, found, tables):
                continue
            what = "a space before punctuation" if found["space"] else "punctuation stands twice"
            yield at(text.source.place(start, end), what=what, marks=found[0])


def _is_innocent(book: Manuscript, text: Text, found: re.Match[str], tables: list[tuple[int, int]]) -> bool:
    """Whether a space before punctuation is right: French semicolons, spaced ellipses, cells of a table, two spaces of a column."""
    if len(found[0]) > 2 and any(start <= found.start() < end for start, end in tables):
        return True
    if found[0].endswith(";") and primary(language_at(book, text, found.start())) == "fr":
        return True
    after, before = found.string[found.end() : found.end() + 2], found.string[max(found.start() - 2, 0) : found.start()]
    return found[0].endswith(".") and (after.strip() == "." or before.strip() == ".")


_INVISIBLE = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
_JOINED = re.compile(
    "[\u0590-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]"
)


@check("LNG011", "text-not-normalised", "warning", "{what}", hint=("write it as one letter: `{mended}`", "take it out"), fixable=True)
def text_not_normalised(book: Manuscript) -> Iterator[Hit]:
    """Text that is not in Unicode's normal form C, and control or zero-width characters.

    Searches do not find it, the index sorts it elsewhere, and some faces show it wrongly. Soft hyphens are silent, and so
    are joiners in the scripts that need them. Source: Unicode Standard Annex 15.

    *Bad*

        Cafe&#x301;, in two characters

    *Good*

        Café
    """
    for text in book.texts:
        source = text.source
        if source.text.isascii() and not _INVISIBLE.search(source.text):
            continue
        code = [(span.start, span.end) for span in source.spans if span.kind in ("code", "math", "tex")]
        for found in _odd_characters(source.text):
            if not any(start <= found[0] < end for start, end in code):
                start, end, what, mended = found
                shown = {"mended": mended} if mended else {}
                yield at(source.place(start, end), what=what, fix=mended, **shown)


def _odd_characters(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, what is wrong, what to put there)"""
    for found in _INVISIBLE.finditer(text):
        near = text[max(found.start() - 2, 0) : found.start()] + text[found.end() : found.end() + 2]
        joins = all(c in "\u200c\u200d\u200e\u200f\U000e0020" or c in "\u2066\u2067\u2068\u2069" or c >= "\U000e0000" for c in found[0])
        if joins and _JOINED.search(near):
            continue
        names = ", ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(found[0]))
        kind = "a control character" if unicodedata.category(found[0][0]) == "Cc" else "an invisible character"
        yield found.start(), found.end(), f"{kind} ({names})", ""
    if not unicodedata.is_normalized("NFC", text):
        for word in re.finditer(r"[^\s\[\]{}()<>@#;,|*_~—–“”„‘«»\"!?/]+", text):
            if not unicodedata.is_normalized("NFC", word[0]):
                mended = unicodedata.normalize("NFC", word[0])
                yield word.start(), word.end(), f"`{mended}` is not in normal form C", mended
