"""BIB: the names of persons and organisations.

Reads the manuscript's entries; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.bibliography.latex import masked, read
from octavo.bibliography.names import Name
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.checks.organisations import is_given, is_organisation
from octavo.checks.spots import lists_of_names, spot
from octavo.checks.vocabulary import words

_SUFFIX = re.compile(
    r"(?:Jn?r|Sr|Sn?r|[IVX]{1,4}|\d(?:st|nd|rd|th)|[Jj]unior|[Ss]enior|fils|père|Esq|the (?:Younger|Elder)|d\.\s?[JÄ]\.?)\.?"
)
_TITLE_OF_RANK = re.compile(
    r"\b(?:Duke|Duchess|Earl|Count|Countess|Baron|Baroness|Lord|Lady|Viscount|Marquess|Marquis|Prince|Princess|King|Queen|Pope"
    r"|Saint|St|Sir|Graf"
    r"|Gräfin|Freiherr|Fürst|Herzog|Ritter|Bishop|Comte|Duc|Conde|Sultan|Tsar|Emperor)\b"
)
_SEMICOLON = re.compile(r"(?<!&amp);|[;；]")
_AMPERSAND = re.compile(r"(?<=\s)(?:\\?&(?:amp;)?|\+)(?=\s)|(?<=[\s,])(?:AND|And)(?=\s)")
_OTHER_AND = re.compile(r",[^,]*?\s(und|et|og|och|y|e|en|i|ja|ve|и|та|with)\s[^,]*,")
_ET_AL = re.compile(r"[\s,;]*\b(et\.?\s+al(?:ii|iae)?\b\.?|u\.\s?a\.(?=\W*$)|и др\.|et\.?\s+coll\.?(?=\W*$))", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w+;")


@check(
    "BIB022",
    "bad-name",
    "error",
    "{what} in `{field}` of `{key}`",
    hint="write `Family, Given` or `Family, Jr., Given`, and one `and` between two names",
)
def bad_name(book: Manuscript) -> Iterator[Hit]:
    """A name that cannot be taken apart: too many commas, or nothing at all between two `and`.

    biblatex reads `von Family, Jr, Given`: a third comma, a comma at the end, or a second part that is no suffix leaves
    no reading. Where commas join several names (`Fink, Carole, Frohn, Axel`) BIB023 says so too; in braces anything is allowed.

    *Bad*

        author = {Fink, Carole, and and Frohn, Axel}

    *Good*

        author = {Fink, Carole and Frohn, Axel}
    """
    for key, entry in book.entries.items():
        for found, names in lists_of_names(entry):
            for name in names:
                if why := _fault(name):
                    yield at(spot(book, entry, found, name.start, name.end), what=why, field=found.name, key=key)


def _fault(name: Name) -> str:
    if not name.text:
        return "an empty name (two `and`, or one at the end)"
    if "," not in name.text or name.is_braced or name.is_extended:
        return ""
    if sign := joined(name):
        # Of `Smith, John, Doe, Jane` BIB023 says why; that no program can read it is a fault of its own.
        return f"the name `{_short(name.text)}` has too many commas" if name.text[sign[0]] == "," and len(name.parts) > 3 else ""
    parts, shown = name.parts, f"`{_short(name.text)}`"
    if not any(parts):
        return f"the name {shown} is only a comma"
    if len(parts) > 3:
        return f"the name {shown} has too many commas"
    if not parts[-1]:
        return f"the name {shown} ends with a comma"
    if not parts[0]:
        return f"the name {shown} begins with a comma"
    if len(parts) == 3 and not (_SUFFIX.fullmatch(read(parts[1])) or _TITLE_OF_RANK.search(parts[1]) or parts[1].startswith("{")):
        return f"the name {shown} has a comma too many" if parts[1] else f"the name {shown} has two commas in a row"
    if len(parts) == 2 and _SUFFIX.fullmatch(read(parts[1])) and " " in parts[0] and re.match(r"[JS]", parts[1]):
        return f"in the name {shown} the suffix stands where the given name is read: a comma too many"
    return ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


@check(
    "BIB023",
    "name-separator",
    "warning",
    "`{sign}` does not divide names: `{name}` is read as one person",
    hint=("{hint}", "write `and` between two names, `and others` for the rest"),
)
def name_separator(book: Manuscript) -> Iterator[Hit]:
    """Names joined by a comma, a semicolon, `&` or "et al." in place of `and` and `and others`.

    Only `and`, in small letters, divides names; everything else becomes a part of one. Organisations are silent
    here (BIB024), and so is what stands in braces. A comma is only believed where both sides are whole names.

    *Bad*

        author = {Fink, Carole; Frohn, Axel}
        author = {Fink, Carole et al.}

    *Good*

        author = {Fink, Carole and Frohn, Axel}
        author = {Fink, Carole and others}
    """
    for entry in book.entries.values():
        for found, names in lists_of_names(entry):
            for name in names:
                if (sign := joined(name)) is not None:
                    start, end, hint = sign
                    # What is only printed (`shortauthor`) may say "et al." as it likes.
                    if hint and found.name.startswith("short"):
                        continue
                    text = name.text[start:end]
                    shown = " ".join(text.split())
                    yield at(spot(book, entry, found, name.start, name.end), sign=shown, name=_short(name.text), hint=hint)


def joined(name: Name) -> tuple[int, int, str] | None:
    """Where in a name the sign stands that joins two, with what to write for it; None for a single name."""
    text = name.text
    if not text or name.is_extended:
        return None
    if name.is_braced:
        inner = re.fullmatch(r"\{+\s*(et\.?\s+al(?:ii)?\.?)\s*\}+", text, re.IGNORECASE)
        return (*inner.span(1), "write `and others`") if inner else None
    if not re.search(r"[,;&+；]|\bal|\bu\.|и др|\b(?:AND|And|with)\b", text):
        return None
    plain = _without_groups(text)
    if found := _ET_AL.search(plain):
        return (*found.span(1), "write `and others`")
    if found := _SEMICOLON.search(_ENTITY.sub(lambda m: " " * len(m[0]), plain)):
        return (*found.span(), "") if not is_organisation(plain) or "," in plain else None
    if (found := _AMPERSAND.search(plain)) and not (is_organisation(plain) and "," not in plain):
        return (*found.span(), "")
    if found := _OTHER_AND.search(plain):
        return (*found.span(1), "")
    return _commas(plain)


def _without_groups(text: str) -> str:
    """The name with what braces hold blanked, as far as it is more than one word."""
    return re.sub(r"\{[^{}]*\s[^{}]*\}", lambda m: m[0] if m[0].startswith("{\\") else "x" * len(m[0]), text)


_INITIAL = re.compile(r"(?:[^\W\d_]\.[-\s~]?)+")


def _commas(text: str) -> tuple[int, int, str] | None:
    """The first comma between two names that are whole, given name first: `John Smith, Jane Doe`."""
    parts = [part.strip() for part in text.split(",")]
    if parts and not parts[-1]:
        parts.pop()
    if _are_pairs(parts):
        at = text.index(",", text.index(",") + 1)
    elif len(parts) < 2 or not all(_is_whole(part) for part in parts):
        return None
    else:
        at = text.index(",")
    return at, at + 1, ""


def _are_pairs(parts: list[str]) -> bool:
    """Whether the parts between commas are several times a family name and a given one: `Smith, John, Doe, Jane`."""
    if len(parts) < 4 or len(parts) % 2:
        return False
    given = [re.split(r"[\s~]+", part)[0] for part in parts[1::2]]
    families = all(part and not _INITIAL.fullmatch(part) and not _SUFFIX.fullmatch(part) for part in parts[::2])
    return families and all(_INITIAL.fullmatch(name) or is_given(name) for name in given)


def _is_whole(part: str) -> bool:
    """Whether a part between commas is a name of its own: a given name or an initial, and after it a family name."""
    words = part.split()
    if len(words) < 2 or _INITIAL.fullmatch(words[-1]) or _SUFFIX.fullmatch(words[-1]):
        return False
    return bool(_INITIAL.fullmatch(words[0])) or (is_given(words[0]) and not is_given(words[-1]))


@check(
    "BIB024",
    "unbraced-corporate-author",
    "warning",
    "`{name}` is read as a person with the family name `{family}`",
    hint="put an organisation in a second pair of braces, `{{{{{name}}}}}`; write a person `Family, Given`",
)
def unbraced_corporate_author(book: Manuscript) -> Iterator[Hit]:
    """An organisation without braces of its own: "Federal Research Division" sorted and shortened as "Division, F. R."

    A name without comma that holds a word of organisations in one of a dozen languages (ministry, committee, Institut,
    société, министерство …), or three capitalised words of which the first is no well-known given name.

    *Bad*

        author = {Federal Research Division}

    *Good*

        author = {{Federal Research Division}}
    """
    by_family = _are_by_family(book)
    for entry in book.entries.values():
        for found, names in lists_of_names(entry):
            for name in names:
                if name.is_extended or not name.is_person or "," in name.text or joined(name) is not None:
                    continue
                if _is_corporate(name) or (by_family and len(names) == 1 and _has_three_capitals(name)):
                    words = " ".join(name.text.split())
                    yield at(spot(book, entry, found, name.start, name.end), name=words, family=f"{name.prefix} {name.family}".strip())


def _are_by_family(book: Manuscript) -> bool:
    """Whether the bibliography writes persons `Family, Given`: then three capitals without a comma are nobody's name."""
    persons = [name for entry in book.entries.values() for _, names in lists_of_names(entry) for name in names if name.is_person]
    several = [name for name in persons if " " in name.text and not _is_corporate(name)]
    return 5 * sum("," not in name.text for name in several) <= 2 * len(several)


def _has_groups(name: Name) -> bool:
    return bool(re.search(r"\{[^{}\\]*\s[^{}]*\}", name.text))


def _is_corporate(name: Name) -> bool:
    words = read(name.text).split()
    # A person may be called Council or Bureau, and has an initial or a given name before it.
    return (
        is_organisation(" ".join(words))
        and not _has_groups(name)
        and not is_given(words[0])
        and not any(_INITIAL.fullmatch(word) and not re.match(r"[UE]\.\s?[SKNU]\.", word) for word in words[:-1])
    )


def _has_three_capitals(name: Name) -> bool:
    """Whether a name is three capitalised words or more, of which none but the last is a known given name."""
    words = read(name.text).split()
    capitals = [word for word in words if re.fullmatch(r"[A-ZÀ-ÞА-Я][^\W\d_]+(?:['’-][^\W\d_]+)*", word)]
    if _has_groups(name) or any(word not in capitals and not re.fullmatch(r"for|of|the|on|in|to|&", word) for word in words):
        return False
    return len(capitals) >= 3 and not any(map(is_given, words[:-1])) and not _SUFFIX.fullmatch(words[-1]) and not _is_eastern(words)


def _is_eastern(words: list[str]) -> bool:
    """Whether the words are short as the syllables of Chinese, Korean or Vietnamese names are."""
    return all(len(word) <= 6 for word in words) and sum(len(word) <= 4 for word in words) >= len(words) - 1


_CAPITALS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
ACRONYMS = words("""
    UNESCO UNICEF UNCTAD UNHCR UNIDO INTERPOL EUROPOL RGASPI RGANI NASDAQ COMECON COMINTERN COMINFORM BENELUX EURATOM AMTORG NARKOMINDEL
    INTOURIST OPEC ASEAN ANZUS SEATO CENTO BRICS MERCOSUR NAFTA COVID SARS LASER MATLAB FORTRAN COBOL PASCAL SIGGRAPH SIGCHI SIGMOD SIGCOMM
    INTERSPEECH NEURIPS EMNLP GPGPU ESRI IRENA WIPO ECOSOC UNCLOS UNPROFOR UNIFIL UNAIDS CODESRIA SIPRI LATEX BIBTEX CHINA
    """) - {"CHINA"}


def shouted(words: str) -> list[re.Match[str]]:
    """The words of six or more capitals, acronyms and Roman numerals apart."""
    return [
        word
        for word in _CAPITALS.finditer(words)
        if word[0].isupper()
        and sum(c.isupper() for c in word[0]) >= 6
        and word[0] not in ACRONYMS
        and not re.fullmatch(r"[IVXLCDM]+", word[0])
    ]


def shouted_name(name: Name) -> bool:
    """Whether a name has a word in capitals throughout; the single word of an organisation is its acronym."""
    if not name.text or name.is_others:
        return False
    found = shouted(masked(name.text))
    written = _CAPITALS.findall(masked(name.text))
    if name.is_braced or len(written) == 1:
        return bool(found) and len(written) > 1 and all(word.isupper() for word in written)
    return bool(found)
