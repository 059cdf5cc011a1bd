"""The order of words in a language: the Unicode Collation Algorithm with the tailoring of CLDR.

Reads and writes nothing. The keys are those of ICU, which DuckDB carries in its wheels for every system (PyICU has no
wheels, icu4py no collation); it is loaded only for a book that has an index or a list to sort.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

_LEADING = re.compile(r"^[^\w]+")
# Chicago 18, § 15.70–72: word by word, and a heading up to its first comma or bracket before the longer one.
_PARTS = re.compile(r"\s*[,;:(\[]\s*")

Key = tuple[tuple[bytes, ...], bytes, str]


class Collator:
    """Sort keys and letters of the words that it is given, in the order of one language (a BCP 47 tag)."""

    def __init__(self, language: str, words: Iterable[str]) -> None:
        self.language = language
        self.words = {word: _LEADING.sub("", unicodedata.normalize("NFC", word)) or word for word in words}
        wanted = {piece for word in self.words.values() for piece in (word, *_PARTS.split(word), word[:1], _base(word), word[:1].upper())}
        self._icu = _icu_keys(sorted(wanted), language)

    def key(self, word: str) -> Key:
        """What to sort a heading by: its parts by their letters, then accents and case, then its code points."""
        clean = self.words[word]
        return tuple(_primary(self._icu[part]) for part in _PARTS.split(clean) if part), self._icu[clean], word

    def letter(self, word: str) -> str:
        """The letter under which a heading stands: `Ä` is A in German and a letter of its own in Swedish. Empty for figures and signs."""
        clean = self.words[word]
        first, base = clean[:1], _base(clean)
        if not first.isalpha():
            return ""
        same = _primary(self._icu[first]) == _primary(self._icu[base])
        return (base if same else first).upper()


def _base(word: str) -> str:
    """The first letter of a word without its accents."""
    return unicodedata.normalize("NFKD", word[:1])[:1].upper()


def _primary(key: bytes) -> bytes:
    """The part of a key that tells letters apart (UTS 10, § 9: levels are divided by 01)."""
    return key.partition(b"\x01")[0]


def _icu_keys(words: list[str], language: str) -> Mapping[str, bytes]:
    if not words:
        return {}
    import duckdb

    # Nothing is fetched: the collation is inside the library.
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "threads": 1,
    }  # fmt: skip
    with duckdb.connect(config=settings) as database:
        rows = database.execute(
            "SELECT w, icu_sort_key(w, $2) FROM (SELECT unnest($1::VARCHAR[]) AS w)", [words, language.replace("-", "_")]
        ).fetchall()
    return {word: bytes.fromhex(key) for word, key in rows}
