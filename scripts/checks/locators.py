"""What the words behind a key say: `, pp. 45–60, n. 3` as labels with numbers.

Reads the suffix of a citation; writes nothing. The labels are the terms of the CSL locales (CSL 1.0.2, appendix III, and
https://github.com/citation-style-language/locales) of English and of the book's language; a number without a label is a page, as in pandoc.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

_TERMS = {
    "en": """
    page: p. pp. page pages pg. pgs. p pp; chapter: chap. chaps. chs. ch. chapter chapters;
    section: sec. secs. sect. sects. section sections § §§; volume: vol. vols. volume volumes;
    number: no. nos. number numbers nr. №; note: n. nn. note notes fn. footnote footnotes; folio: fol. fols. folio folios ff.;
    line: l. ll. line lines; verse: v. vv. verse verses; paragraph: para. paras. par. paragraph paragraphs ¶ ¶¶;
    column: col. cols. column columns; book: bk. bks. book books; part: pt. pts. part parts; opus: op. opp. opus opera;
    supplement: suppl. suppls. supp. supplement; figure: fig. figs. figure figures; table: tab. tbl. table tables;
    issue: iss. issue issues; article: art. arts. article articles cl. clause; appendix: app. apps. appendix appendices;
    sub-verbo: s.v. s.vv.; box: box folder file item doc. docs. document map maps plate plates pl. pls. sheet entry;
    time: min. at
    """,
    "de": """
    page: s. seite seiten; chapter: kap. kapitel; volume: bd. bde. band bände; number: nr. nrn. nummer;
    section: abschn. abschnitt; note: anm. fn. fußnote; line: z. zeile; column: sp. spalte; folio: bl. blatt;
    paragraph: abs. absatz rn. rz.; part: t. teil; figure: abb. abbildung; table: tab. tabelle; sub-verbo: lemma;
    article: art. artikel
    """,
    "fr": """
    page: p. pp. page pages; chapter: chap. chapitre; volume: vol. t. tome; number: n° nᵒ no; section: sect. section;
    note: n. note; line: l. ligne; folio: f° fᵒ fol. f.; paragraph: paragr. par.; part: part. partie; book: livre; figure: fig.;
    column: col.
    """,
    "es": """
    page: p. pp. pág. págs. página páginas; chapter: cap. caps. capítulo; volume: vol. vols. t.; number: núm. n.º no.;
    section: sec. sección; folio: f. fol.; note: n. nota; paragraph: párr.
    """,
    "it": """
    page: p. pp. pag. pagg.; chapter: cap. capp.; volume: vol. voll.; number: n. nn.; note: nota
    """,
    "pt": """
    page: p. pp. pág. págs.; chapter: cap. caps.; volume: vol. vols.; number: n.º n.; note: nota
    """,
    "nl": """
    page: p. pp. blz.; chapter: hfst. hoofdstuk; volume: dl. deel; number: nr. nrs.; note: noot
    """,
    "pl": """
    page: s. str.; chapter: rozdz.; volume: t.; number: nr; note: przyp.
    """,
    "cs": """
    page: s. str.; chapter: kap.; volume: sv.; number: č.; note: pozn.
    """,
    "ru": """
    page: с. стр.; chapter: гл.; volume: т. тт.; number: № №№; part: ч.; folio: л. лл.; note: прим. примеч.; section: разд. §;
    column: стб. стлб.; book: кн.; line: стк.
    """,
    "uk": """
    page: с. стор.; chapter: розд. гл.; volume: т.; number: №; folio: арк.; note: прим.
    """,
}
"""For each language the terms, and the labels that stand for them."""
_PLURAL = frozenset(
    ["pp.", "pp", "pages", "pgs.", "chaps.", "chs.", "chapters", "secs.", "sects.", "sections", "§§", "vols.", "volumes", "nos.",
     "numbers", "nn.", "notes", "fols.", "folios", "ll.", "lines", "paras.", "paragraphs", "cols.", "columns", "bks.", "books", "pts.",
     "parts", "figs.", "figures", "tables"]
)  # fmt: skip
PARTS_OF_A_WORK = re.compile(
    r"\b(?:preface|introduction|foreword|prologue|epilogue|afterword|postscript|conclusion|appendix|abstract|passim|caption|title page"
    r"|cover|jacket|frontispiece|preamble|unpag\w*|n\. ?p\.|s\.\s?vv?\.|entry|entries|under|headnote|final|last|first|opening|closing"
    r"|throughout|vorwort|einleitung|nachwort|préface|avant-propos|prefacio|prefazione|предисловие|введение)\b",
    re.IGNORECASE,
)
"""Words that say where in a work a thing stands, without a number."""

_ONE = r"(?:\d{1,3}(?:,\d{3})+(?![\d\w])|[A-Za-z]?\d+(?:[a-eg-z](?!\w))?(?!\d|st\b|nd\b|rd\b|th\b)|[ivxlcdm]+\b|[IVXLCDM]+\b)"
_NUMBER = re.compile(rf"(?P<first>{_ONE})(?:\s?(?P<dash>-{{1,3}}|[–—‑])\s?(?P<last>{_ONE}))?")
_NOTE_OF_PAGE = re.compile(r"\s?nn?\.?\s?\d+(?:\s?[-–,]\s?\d+)*")
_STICKS = re.compile(r"[\w:/.*–—-](?<!\.(?=\s|$))")
_FOLLOWING = re.compile(r"[\s\u00a0]?(?:ff?\.?|sqq?\.|et seqq?\.)(?!\w)", re.IGNORECASE)
_AFTER = re.compile(r"[\s,;()]*(?:\.$)?")
_BETWEEN = re.compile(r"[\s\u00a0]*(?:,|;|&|and\b|or\b|und\b|et\b|y\b|e\b|и\b)[\s\u00a0]*")
_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


class Numbers(NamedTuple):
    """A number or a range as it is written; `dash` is what stands between, `more` for `45f.` and `45 ff.`"""

    first: str
    last: str
    dash: str
    more: bool = False
    note: str = ""
    """The note on the page: `n3` of `12n3`."""


@dataclass(frozen=True)
class Part:
    """A label with its numbers: `pp. 3, 5–7`. `label` is the term; `word` is as written, "" for a bare number."""

    label: str
    word: str
    numbers: tuple[Numbers, ...]

    @property
    def is_plural(self) -> bool:
        return self.word in _PLURAL


@dataclass(frozen=True)
class Locator:
    parts: tuple[Part, ...]
    rest: str
    """What is no locator in the suffix."""

    is_sure: bool = True
    """Not sure where something sticks to a number that we cannot read (`2:45`, `4.12`), or a bare number goes on (`3 May`)."""

    def has(self, *labels: str) -> bool:
        return any(part.label in labels for part in self.parts)


@cache
def _terms(language: str) -> dict[str, str]:
    """Each label in small letters, and the term that it stands for; the book's language goes before English."""
    found: dict[str, str] = {}
    for given in ("en", language.partition("-")[0].lower()):
        for line in _TERMS.get(given, "").split(";"):
            term, _, words = line.partition(":")
            found |= dict.fromkeys(words.split(), term.strip())
    return found


@cache
def _label(language: str) -> re.Pattern[str]:
    words = sorted(_terms(language), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?P<word>" + "|".join(map(re.escape, words)) + r")(?P<gap>[\s\u00a0]*)(?=[\dA-Za-z])", re.IGNORECASE)


@cache
def parse(suffix: str, language: str) -> Locator | None:
    """The locator at the start of a suffix, or None where it has none."""
    text = suffix.replace("\u00a0", " ").replace("\u202f", " ").strip()
    text = text.removeprefix(",").lstrip()
    if text.startswith("{") and "}" in text:
        text = text[1:].replace("}", "", 1)
    parts: list[Part] = []
    at, is_sure = 0, True
    while at < len(text):
        label = _label(language).match(text, at)
        word = label["word"].lower() if label else ""
        if label and not label["gap"] and word[-1] not in ".§№¶°":
            label, word = None, ""
        numbers, end = _numbers(text, label.end() if label else at, bare=not label)
        if not numbers or (not label and parts):
            break
        parts.append(Part(_terms(language)[word] if word else "page", word, tuple(numbers)))
        at = _AFTER.match(text, end).end()  # type: ignore[union-attr]
        is_sure = (
            is_sure
            and not _STICKS.match(text, end)
            and (bool(label) or not text[at : at + 1].isalpha() or bool(_label(language).match(text, at)))
        )
    return Locator(tuple(parts), text[at:].strip(" ,.;()"), is_sure) if parts else None


def _numbers(text: str, start: int, bare: bool) -> tuple[list[Numbers], int]:
    """The numbers that stand at `start`, with commas or "and" between them, and where they end."""
    found: list[Numbers] = []
    at, end = start, start
    while number := _NUMBER.match(text, at):
        if not _is_number(number, bare):
            break
        following = _FOLLOWING.match(text, number.end())
        end = following.end() if following else number.end()
        note = _NOTE_OF_PAGE.match(text, end)
        end = note.end() if note else end
        found.append(Numbers(number["first"], number["last"] or "", number["dash"] or "", bool(following), note[0].strip() if note else ""))
        between = _BETWEEN.match(text, end)
        if not between:
            break
        at = between.end()
    return found, end


def _is_number(found: re.Match[str], bare: bool) -> bool:
    """Roman numerals count where they are well formed; without a label not the words `I`, `mix` or `did`, nor one letter."""
    for word in filter(None, (found["first"], found["last"])):
        if word.isalpha() and (not _ROMAN.fullmatch(word) or (bare and (len(word) == 1 or not word.islower()))):
            return False
    return True


def value(written: str) -> tuple[str, int] | None:
    """A number as (what it is counted in, how much): `45` is ("", 45), `xii` ("roman", 12), `A12` ("a", 12); else None."""
    if found := re.fullmatch(r"([A-Za-z]?)(\d{1,15})", written):
        return found[1].lower(), int(found[2])
    if written and _ROMAN.fullmatch(written):
        letters = [_VALUES[letter] for letter in written.lower()]
        pairs = zip(letters, [*letters[1:], 0], strict=True)
        return "roman", sum(-here if here < after else here for here, after in pairs)
    return None


def span(numbers: Numbers) -> tuple[str, int, int] | None:
    """A number or range as (what it is counted in, first, last), `101–8` completed to 108; None where it cannot be told."""
    first, last = value(numbers.first), value(numbers.last or numbers.first)
    if first is None or last is None:
        return None
    if numbers.last.isdigit() and first[0] == "" and len(numbers.last) < len(numbers.first):
        whole = numbers.first[: len(numbers.first) - len(numbers.last)] + numbers.last
        return "", first[1], int(whole)
    if numbers.last.isdigit() and len(first[0]) == 1:
        last = (first[0], last[1])
    return (first[0], first[1], last[1]) if first[0] == last[0] else None
