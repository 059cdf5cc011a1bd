"""The language of a title, guessed from its script and its small words.

Reads and writes nothing. The lists hold articles, prepositions and conjunctions, and the nouns that titles of history and
politics are made of; a word that two languages share counts for both.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORDS = {
    "en": (
        "the of and in to from for with on by an its their his her after before between during history war policy foreign "
        "relations politics is how why at as was new under against who not what are we it a world state states study "
        "making age"
    ),
    "de": (
        "der die das des dem den und von zur zum im ein eine einer eines für über aus bei nach mit auf als nicht zwischen "
        "sowie gegen unter seine ihre durch geschichte krieg politik beziehungen außenpolitik deutsche deutschen "
        "zwischenkriegszeit vertrag kampf reich beiträge untersuchung jahrhundert"
    ),
    "fr": (
        "le la les du des et une un dans sur pour par avec au aux entre sous est que qui ses son leur d'une à de l d "
        "histoire guerre politique relations étrangère essai étude siècle française français traité révolution"
    ),
    "es": (
        "el la los las del y una un en por para con sobre entre su sus al desde que historia guerra política relaciones "
        "exterior siglo española revolución estudio tratado"
    ),
    "it": (
        "il lo la gli le dei della delle degli dello del di e un una nel nella negli per con sul sulla tra fra dal dalla "
        "al alla storia guerra politica estera relazioni secolo italiana rivoluzione trattato"
    ),
    "pt": (
        "o os as da do das dos e uma um em na no nas nos para com sobre entre pela pelo ao história guerra política "
        "relações século portuguesa revolução tratado"
    ),
    "nl": (
        "de het een van en voor met over aan bij uit tot tussen door naar onder der den geschiedenis oorlog politiek "
        "buitenlandse betrekkingen eeuw nederlandse verdrag"
    ),
    "sv": "och en ett den det för med om av till från på i mellan under historia krig utrikespolitik svensk svenska",
    "da": (
        "og en et den det for med om af til fra på i mellem under historie krig udenrigspolitik dansk danske norsk norske "
        "mot"
    ),
    "pl": (
        "i w z na do od o się oraz po przez dla nad pod między historia wojna polityka polityki stosunki polska polskie "
        "wieku zagraniczna"
    ),
    "cs": "a v z na do od o se po pro pod mezi dějiny válka politika vztahy české československo století zahraniční",
    "la": "de et in ad ex cum sive seu per libri liber historia opera omnia quae bello bellum regni rerum",
    "ru": (
        "i v na o ob k ot do iz po dlia istoriia istoriya istorija istorii voina vojna politika politiki sovetskoi "
        "sovetskoj sovetskogo sovetskii vneshnei vneshnej vneshniaia dokumenty dokumentov materialy vospominaniia "
        "otnosheniia sbornik mezhdunarodnye rossii sssr mir mirovoi"
    ),
    "tr": "ve bir ile için tarihi savaşı dış politikası türkiye türk üzerine ilişkileri",
    "hu": "az és egy magyar története háború között politika",
    "fi": "ja on sota historia suomen välillä politiikka",
}  # fmt: skip
_SETS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_SCRIPTS = {
    "ru": "CYRILLIC", "uk": "CYRILLIC", "bg": "CYRILLIC", "sr": "CYRILLIC", "mk": "CYRILLIC", "be": "CYRILLIC", "el": "GREEK",
    "grc": "GREEK",
    "he": "HEBREW", "yi": "HEBREW", "ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "zh": "CJK", "ja": "CJK",
    "ko": "HANGUL", "hi": "DEVANAGARI",
    "hy": "ARMENIAN", "ka": "GEORGIAN", "th": "THAI", "am": "ETHIOPIC",
}  # fmt: skip


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str:
    name = unicodedata.name(letter, "").split(" ")[0]
    return "CJK" if name in ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO") else name


def script(text: str) -> str:
    """The script of most of the letters (`LATIN`, `CYRILLIC`, `CJK` …), by the names of Unicode; nothing without letters."""
    if text.isascii():
        return "LATIN" if any(c.isalpha() for c in text) else ""
    count: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            name = _script_of(letter)
            count[name] = count.get(name, 0) + 1
    return max(count, key=lambda name: count[name]) if count else ""


def script_of_language(language: str) -> str:
    """The script in which a language is written, by its tag; Latin unless it is known otherwise."""
    parts = language.lower().split("-")
    if "latn" in parts:
        return "LATIN"
    return "CYRILLIC" if "cyrl" in parts else _SCRIPTS.get(parts[0], "LATIN")


def foreign(title: str, language: str) -> str:
    """What shows that a title is not in the book's language: its script, or words of another; nothing where it may well be."""
    written = script(title)
    if written and written != script_of_language(language):
        return {"CJK": "Chinese or Japanese"}.get(written, written.capitalize()) + " script"
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", title)]
    mine = _SETS.get(language.lower().partition("-")[0])
    if written != "LATIN" or len(words) < 3 or mine is None:
        return ""
    own = sum(word in mine for word in words)
    best = max(_SETS, key=lambda other: _score(other, words, mine))
    score = _score(best, words, mine)
    return ", ".join(dict.fromkeys(w for w in words if w in _SETS[best] and w not in mine)) if score >= 2 and score > 2 * own else ""


def _score(language: str, words: list[str], mine: frozenset[str]) -> int:
    """How many different words of the title are of a language and not of the book's; one of a letter or two is weak."""
    found = {word for word in words if word in _SETS[language] and word not in mine}
    return len(found) if any(len(word) > 2 for word in found) or len(found) > 2 else 0
