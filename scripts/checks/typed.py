"""CIT, continued: what was typed by hand where a citation is due: a bare key, "(Smith 1998)", *ibid.*

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.bibliography.inherit import resolved
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript, Text, plain_letters
from octavo.checks.vocabulary import words
from octavo.model import Entry

_BREAKS = r"\s()\[\]{}\"“”„«»‘’,;*…!|\\"
_TOKEN = re.compile(rf"(?<![^{_BREAKS}])[^{_BREAKS}\d]*+\d[^{_BREAKS}]*")
_ORDINARY = re.compile(r"\d+(?:st|nd|rd|th|s|[a-z])?|[A-Za-zÀ-ÿ]{0,3}-?\d{1,3}[A-Za-z]?|[A-Z]{2,}-?\d+[A-Z]?")
"""Keys that are words of their own: `1984`, `b2`, `ss18`, `1990s`, `COVID-19`. In prose they are taken for what they look like."""
_RAW = re.compile(r"\\[A-Za-z]+\*?(?:\[[^\]\n]*\])*\{[^{}\n]*\Z")


@check(
    "CIT004",
    "bare-key",
    "warning",
    "the key `{key}` stands in the text without its @",
    hint="write `[@{key}]`, or `@{key}` for the author in the text",
)
def bare_key(book: Manuscript) -> Iterator[Hit]:
    """A key of the bibliography, with a digit in it, that stands in the prose without `@`: it would be printed as it is.

    Keys that look like words of their own (`1984`, `b2`, `1990s`) are only found in brackets. Code, addresses, links and
    attributes are not looked at.

    *Bad*

        The treaty was signed on Easter Sunday [fink1984, 12].

    *Good*

        The treaty was signed on Easter Sunday [@fink1984, 12].
    """
    keys = {key for key in book.entries if any(c.isdigit() for c in key) and not key.isdigit()}
    for text in book.texts if keys else ():
        for found in _TOKEN.finditer(text.source.wording):
            for start, end in _candidates(found):
                key = found.string[start:end]
                if key in keys and _is_bare(text, start, end, bool(_ORDINARY.fullmatch(key))):
                    yield at(text.source.place(start, end), key=key)
                    break


def _candidates(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where a word starts and ends, with and without the punctuation and the possessive around it."""
    word = found[0]
    yield found.span()
    inner = re.sub(r"'s\Z", "", word.rstrip(".:?_'")).lstrip("-_'")
    start = found.start() + word.index(inner) if inner else found.start()
    if inner and inner != word:
        yield start, start + len(inner)


def _is_bare(text: Text, start: int, end: int, is_ordinary: bool) -> bool:
    """Whether a key stands by itself, and neither in a link nor behind an @ or a command of LaTeX."""
    source, wording = text.source, text.source.wording
    before, after = source.text[max(start - 80, 0) : start], source.text[end : end + 2]
    if (
        before.rstrip(" -").endswith("@")
        or _RAW.search(before)
        or before.endswith(("/", "#", "\\", "=", "{#"))
        or after.startswith(("@", "/"))
    ):
        return False
    if after.startswith("]") and (after == "](" or after == "][" or _is_reference_link(text, source.text[start:end])):
        return False
    opened = re.search(r"[\[(](?:(?:see|cf\.|e\.g\.|also|[^\[\]()]*;)\s*)*-?\Z", wording[max(start - 200, 0) : start])
    return (bool(opened) and before.rstrip(" -").endswith(("[", ";"))) if is_ordinary else not _is_in_link(text, start)


def _is_reference_link(text: Text, name: str) -> bool:
    return bool(re.search(rf"^[ \t>]{{0,8}}\[{re.escape(name)}\]:", text.source.masked, re.MULTILINE))


def _is_in_link(text: Text, start: int) -> bool:
    return any(
        target.begin < start < target.start for target in text.source.targets if target.begin != target.start and not target.is_image
    )


_CAPITAL = r"[A-ZÀ-ÞŁŠŽА-ЯЁ][\w’'\-]*"
_PARTICLES = r"(?:(?:van|von|de|der|den|del|della|di|da|du|la|le|el|al|ter|zu|of|the)[ \-])*"
_NAME = rf"{_PARTICLES}{_CAPITAL}(?:[ \-]+{_CAPITAL}){{0,4}}"
_MORE = rf"(?:,?\s+(?:and|&|und|et|y|и)\s+{_NAME}|\s+\*?(?:et\s+al\.?|and others|u\.\s?a\.|и др\.)\*?|,\s+{_NAME}(?=,|\s+(?:and|&)))*"
_YEAR = r"(?P<year>1[4-9]\d\d|20\d\d)(?P<letter>[a-z])?(?![\w])(?!\s?[-–—/]\s?\d)(?!\.\d)"
_WITHIN = re.compile(rf"(?P<name>{_NAME}){_MORE}(?:’s|'s)?,?\s+\(?{_YEAR}", re.DOTALL)
_HAS_YEAR = re.compile(r"(?:1[4-9]|20)\d\d")
_BEFORE_A_YEAR = re.compile(r"\s[(\[](?=(?:1[4-9]|20)\d\d)")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*(?:\([^()\[\]]*\)[^()\[\]]*)*[)\]]")
_NARRATIVE = re.compile(rf"(?<![\w@])(?P<name>{_NAME}){_MORE}(?:’s|'s)?\s+[(\[]{_YEAR}(?P<rest>[^()\[\]]*)[)\]]")


@check(
    "CIT012",
    "typed-citation",
    "warning",
    "“{typed}” is typed by hand, and the bibliography has `{key}`",
    hint="write `[@{key}]`, or `@{key}` for the author in the text",
)
def typed_citation(book: Manuscript) -> Iterator[Hit]:
    """An author and a year in brackets, typed by hand, that an entry of the bibliography matches.

    It follows no citation style, and the work would be missing from the list of works cited. The family name of an author
    or editor and the year must both be those of an entry; years of life and of office ("(1870–1924)") are silent.

    *Bad*

        The treaty was signed on Easter Sunday (see Fink 1984, 12), as White (1985) says too.

    *Good*

        The treaty was signed on Easter Sunday [see @fink1984, 12], as @white1985 says too.
    """
    works = _works(book)
    for text in book.texts if works else ():
        wording, seen = text.source.wording, set()
        for bracket in _BRACKETS.finditer(wording):
            begun: set[int] = set()
            if not _HAS_YEAR.search(bracket[0]):
                continue
            for found in _WITHIN.finditer(wording, bracket.start() + 1, bracket.end()):
                key, name = _match(found, works)
                opened, closed = _innermost(wording, bracket, name)
                if key and not _is_linked(text, closed) and not _is_in_link(text, name):
                    start = name if opened in begun else opened
                    begun.add(opened)
                    seen.add(found.start())
                    yield at(text.source.place(start, found.end()), key=key, typed=" ".join(wording[name : found.end()].split()))
        for space in _BEFORE_A_YEAR.finditer(wording):
            near = _NARRATIVE.finditer(wording, max(space.start() - 120, 0), space.end() + 80)
            for found in (found for found in near if found.start("year") == space.end()):
                key, name = _match(found, works)
                if key and found.start() not in seen and not _is_linked(text, found.end()):
                    yield at(text.source.place(name, found.end()), key=key, typed=" ".join(wording[name : found.end()].split()))


def _innermost(wording: str, bracket: re.Match[str], at_name: int) -> tuple[int, int]:
    """Where the bracket opens and closes that holds a name: a bracket within the bracket, or that itself."""
    for inner in re.finditer(r"[(\[][^()\[\]]*[)\]]", wording[bracket.start() + 1 : bracket.end() - 1]):
        first, last = (bracket.start() + 1 + offset for offset in inner.span())
        if first < at_name < last:
            return first, last
    return bracket.span()


def _is_linked(text: Text, end: int) -> bool:
    return text.source.text[end - 1] == "]" and text.source.text[end : end + 1] in ("(", "[", "{", ":")


_LEADS = words(
    "as see in but while and for since like also cf so if when where both compare here then thus yet although after following by from with "
    "that this these those the unlike according to whereas because what how until before even only not"
)
"""What begins a sentence before a name."""


def _match(found: re.Match[str], works: dict[tuple[str, str], str]) -> tuple[str, int]:
    """The key of the entry by the first name and of the year, and where the name starts: others' words may stand before it."""
    parts = [(word.start(), re.sub(r"(?:’|')s\Z", "", word[0])) for word in re.finditer(r"\S+", found["name"])]
    for number in range(len(parts)):
        name = _plain("".join(word for _, word in parts[number:]))
        if key := works.get((name, found["year"])):
            first = max((i + 1 for i in range(number) if parts[i][1].lower() in _LEADS), default=0)
            return key, found.start() + parts[first][0]
    return "", 0


def _plain(words: str) -> str:
    return re.sub(r"\W", "", plain_letters(words))


def _works(book: Manuscript) -> dict[tuple[str, str], str]:
    """(family name of the first author or editor in plain letters, year) -> the key of the first such entry."""
    found: dict[tuple[str, str], str] = {}
    for key, entry in book.entries.items():
        names = set(_families(entry))
        dates = [entry.get("date"), entry.get("year")]
        if not any(dates) and names:
            inherited = resolved(entry, book.bibliography)
            dates = [inherited[name].value for name in ("date", "year") if name in inherited]
        for year in set(re.findall(r"(?<!\d)\d{4}(?!\d)", " ".join(dates))) if names else ():
            for name in names:
                found.setdefault((name, year), key)
    return found


def _families(entry: Entry) -> Iterator[str]:
    """The first author's or editor's family name with and without its particles; the whole of a name in braces."""
    for role in ("author", "editor", "shortauthor"):
        given = re.split(r"\s+and\s+", entry.get(role).strip(), maxsplit=1)[0]
        if not given:
            continue
        if given.startswith("{") and given.endswith("}"):
            yield _plain(given)
            continue
        family = given.split(",")[0] if "," in given else given.split()[-1]
        yield _plain(family)
        words = [word for word in family.split() if not word[0].islower()]
        if words and len(words) < len(family.split()):
            yield _plain(" ".join(words))


_IBID = r"(?:(?:[Ii]bid(?:em)?|(?:[Oo]p|[Ll]oc|[Aa]rt)\.[ \u00a0]?cit)(?![^\W_])\.?"
_BY_LANGUAGE = {"de": r"|[Ee]bd\.|[Ee]benda\b|[Aa]\.[ \u00a0]?a\.[ \u00a0]?O\.", "ru": r"|[Тт]ам же\b|[Уу]каз\. соч\."}
_SIGNS = ("bid", ".cit", ". cit", ".\u00a0cit", "bd.", "benda", "O.", "ам же", ". соч")
"""One of these is in each of them: a text without is not looked at more closely."""
_TALKED = re.compile(
    r"[*_]*,?\s+(?:is|are|was|were|means?|stands?|may|might|should|must|can|could|has|have|refers?|saves?|abbreviates?)\b"
    r"|[*_]*,?\s+(?:and|or)\s+[*_]*(?:op|loc|id|ibid)\b"
)
_PINPOINT = re.compile(r"[*_]*[,:]?\s*(?:\(?\d|pp?\.|vol\.|chap\.|[ivxlc]+\b|S\.|с\.|§)")
_CLAUSE = re.compile(
    r"(?:\A|[.;:!?(\[]|\n[ \t]*\n|[ \t]{2}|\b(?:[Ss]ee|[Cc]f\.?|[Ii]n|[Ff]rom|[Aa]lso|[Qq]uoted in|[Cc]ited in|[Vv]gl\.))[\s*_\[(\"]*\Z"
)
_AUTHOR_BEFORE = re.compile(r"[A-ZÀ-ÞА-ЯЁ][\w’'\-]+,?[\s*_]*\Z")
_QUOTED = re.compile(r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|(?<!\w)\"[^\"\n]*\"(?!\w)|(?<!\w)[‘'][^‘’'\n]*[’'](?!\w)")


@check(
    "CIT013",
    "typed-ibid",
    "warning",
    "“{words}” is typed by hand",
    hint="cite the work again, `[@key, 12]`: the style shortens it, and it stays right when notes move",
)
def typed_ibid(book: Manuscript) -> Iterator[Hit]:
    """*ibid.*, *op. cit.* or *loc. cit.* typed by hand.

    It points to the note before, which may be another one tomorrow; and readers of a screen do not see that note. Silent in
    quotations and where the abbreviation itself is spoken of.

    *Bad*

        [^2]: *Ibid.*, p. 14.

    *Good*

        [^2]: [@fink1984, 14].
    """
    pattern = re.compile(r"(?<![^\W_])(?<!@)" + _IBID + _BY_LANGUAGE.get(book.book.language.partition("-")[0], "") + r")(?![^\W_])")
    for text in book.texts:
        wording = text.source.wording
        for paragraph in text.source.paragraphs if any(sign in wording for sign in _SIGNS) else ():
            words = wording[paragraph.start : paragraph.end]
            hits = list(pattern.finditer(words)) if paragraph.kind != "quotation" else []
            quoted = [q.span() for q in _QUOTED.finditer(words)] if hits else []
            for found in hits:
                inside = any(start < found.start() < end for start, end in quoted)
                if not inside and _is_used(words, found):
                    yield at(text.source.place(paragraph.start + found.start(), paragraph.start + found.end()), words=found[0])


def _is_used(words: str, found: re.Match[str]) -> bool:
    """Whether the abbreviation points to something, and is not what the sentence is about."""
    before = words[: found.start()]
    if _TALKED.match(words, found.end()):
        return False
    is_op = found[0].lower().startswith(("op", "loc", "art", "a", "указ"))
    return bool(_PINPOINT.match(words, found.end()) or _CLAUSE.search(before) or (is_op and _AUTHOR_BEFORE.search(before)))
