r"""LaTeX in the value of a field: what it reads like, and the same text with all that is no text blanked out.

Reads values of fields; writes nothing. Only what stands in .bib files is known here: accents (`{\"u}`, `\v{c}`), letters
(`\ss`), quotation marks and dashes, fonts. What pandoc makes of the rest, pandoc says (`checks.bib_latex`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307", '"': "\u0308", "h": "\u0309",
    "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328", "b": "\u0331", "t": "\u0361",
}  # fmt: skip
_LETTERS = {
    "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß",
    "i": "i", "j": "j",
    "ldots": "…", "dots": "…", "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“",
    "textquotedblright": "”", "S": "§", "P": "¶", "pounds": "£", "euro": "€", "LaTeX": "LaTeX", "TeX": "TeX", "dh": "ð",
    "DH": "Ð", "dj": "đ",
    "DJ": "Đ", "th": "þ", "TH": "Þ", "textbackslash": "\\", "slash": "/",
}  # fmt: skip
_ACCENT = re.compile(
    r"""\\(?:([`'^~=."])\s*|([urHvdckbth])(?:\s+|(?=\{)|(?=\\[ij](?![a-zA-Z]))))(?:\{\s*(?:\\([ij])\s*|([^\W\d_]))\s*\}"""
    r"""|\\([ij])(?![a-zA-Z])\s?|([^\W\d_]))"""
)
_LETTER = re.compile(r"\\(" + "|".join(sorted(_LETTERS, key=len, reverse=True)) + r")(?![a-zA-Z])(?:\{\}|\s)?")
_ESCAPED = re.compile(r"\\([&%$#_{} ,/\-])")
_FONT = re.compile(r"\\[a-zA-Z]+\*?\s*")
_ESCAPES = {"{": "", "}": "", ",": " ", "/": "", "-": ""}
MATH = re.compile(r"(?<!\\)\$(?:[^$\\]|\\.)*\$|\\\((?:[^\\]|\\(?!\)).)*\\\)", re.DOTALL)
"""A formula within a text."""
_ADDRESS = re.compile(r"\\(?:url|nolinkurl|path|href)\s*\{[^{}]*\}|\b(?:https?|ftp)://[^\s{}]+", re.IGNORECASE)
_NO_TEXT = re.compile(r"""\\(?:[a-zA-Z]+\*?|.)|[{}~]""", re.DOTALL)


def _accented(found: re.Match[str]) -> str:
    accent = _ACCENTS[found[1] or found[2]]
    letter = found[3] or found[4] or found[5] or found[6]
    return unicodedata.normalize("NFC", letter + accent)


@lru_cache(maxsize=1 << 16)
def read(value: str) -> str:
    r"""The value as it would be printed, in plain text and normal form C: `{\"O}zil \& {NATO}` is `Özil & NATO`."""
    if "\\" in value:
        value = _ACCENT.sub(_accented, value)
        value = _LETTER.sub(lambda found: _LETTERS[found[1]], value)
        value = _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), value)
        value = _FONT.sub("", value)
    if "--" in value:
        value = value.replace("---", "—").replace("--", "–")
    value = value.replace("{", "").replace("}", "").replace("~", " ").replace("``", "“").replace("''", "”")
    return " ".join(unicodedata.normalize("NFC", value).split())


@lru_cache(maxsize=1 << 16)
def bare(value: str) -> str:
    """As `read`, in small letters, without accents or punctuation: what two spellings of one thing share."""
    decomposed = unicodedata.normalize("NFKD", read(value).replace("ø", "o").replace("ł", "l").replace("ß", "ss"))
    return " ".join(re.sub(r"[^\w&+]+", " ", "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()).split())


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


FILL = "\u02bc"
"""A letter without case that stands in a masked word where LaTeX has more signs than the reader will see."""
_IN_WORD = re.compile(r"(?<=[^\W_])[{}]+(?=[^\W_])")


def masked(value: str) -> str:
    """The value at its own length, with formulas, addresses, commands and braces blanked: places in it are places in the value.

    A word stays whole: `M{\\"u}ller` has its ü, and `FILL` for the other signs.
    """
    if "$" in value or "\\(" in value:
        value = MATH.sub(_blank, value)
    if "\\" in value or "://" in value:
        value = _ADDRESS.sub(_blank, value)
        value = _ACCENT.sub(lambda found: _accented(found).rjust(len(found[0]), FILL), value)
    value = _IN_WORD.sub(lambda found: FILL * len(found[0]), value)
    return _NO_TEXT.sub(_blank, value)


def depths(value: str) -> list[int]:
    """How many braces are open at each character of the value; a brace itself counts as inside."""
    found: list[int] = []
    depth = 0
    escaped = False
    for c in value:
        if c == "{" and not escaped:
            depth += 1
        found.append(depth)
        if c == "}" and not escaped and depth:
            depth -= 1
        escaped = c == "\\" and not escaped
    return found
