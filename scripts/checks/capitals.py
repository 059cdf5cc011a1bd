"""The capitals of an English title that would be lost if it were set in small letters.

Reads and writes nothing. A word in braces is safe, and so is the first of a title and the first after a colon.
"""

from __future__ import annotations

import re

from octavo.bibliography.latex import depths, masked
from octavo.checks.vocabulary import words

_WORD = re.compile(r"[^\W\d_][\w'’]*(?:-[^\W\d_]\w*)*")
_ACRONYM = re.compile(r"(?:[A-Z]\.){2,}|[A-Z]{2,}s?|[A-Z]+\d[\dA-Z]*|\d*[A-Z]{2,}\d*")
_INNER = re.compile(r"(?:Mc|Mac|O['’])[A-Z][a-z]+|[A-Za-z]*[a-z][A-Z]\w*")
_ROMAN = re.compile(r"[IVXLCDM]+")
_NAMES = words(
    """
    Afghanistan Africa African America American Americans Arab Arabia Arabic Argentina Armenia Asia Asian Australia Australian Austria
    Austrian Balkan Balkans Baltic Belgian Belgium Berlin Bolshevik Bolsheviks Brazil Britain British Bulgaria Canada Canadian Caucasus
    China Chinese Cuba Cuban Czechoslovak Czechoslovakia Denmark Dutch Egypt Egyptian England English Estonia Ethiopia Europe European
    Finland Finnish France French German Germans Germany Greece Greek Hitler Hungarian Hungary India Indian Iran Iraq Ireland Irish
    Israel Israeli Italian Italy Japan Japanese Jewish Jews Korea Korean Kremlin Latvia Lenin Lithuania London Mexico Moscow Napoleon
    Nazi Netherlands Nigeria Norway Ottoman Pakistan Palestine Paris Persia Persian Poland Polish Portugal Portuguese Prussia Prussian
    Roman Romania Rome Russia Russian Russians Scotland Scottish Serbia Siberia Soviet Soviets Spain Spanish Stalin Stalinist Sweden
    Swedish Switzerland Syria Turkey Turkish Ukraine Ukrainian Vietnam Vietnamese Washington Yugoslav Yugoslavia
    """
)
_SMALL = words("a an the and or but nor of in on at to for from by with as into over per via vs versus after before between under during")
_STARTS = re.compile(r"(?:\A|[:.?!–—]\s|---?|[“\"`(\[]|``)[\s“\"'`(\[{]*\Z")


def lost(value: str) -> list[re.Match[str]]:
    """The words of a title that stand outside braces and would lose a capital that they need."""
    if not re.search(r"[A-Z]", value) or value.isupper():
        return []
    text = masked(value)
    words = list(_WORD.finditer(text))
    within = depths(value)
    inner = [word for word in words if not _STARTS.search(text[max(word.start() - 40, 0) : word.start()])]
    in_sentence_case = _is_sentence_case(inner)
    return [word for word in inner if not within[word.start()] and _needs(word[0], in_sentence_case)]


def _is_sentence_case(words: list[re.Match[str]]) -> bool:
    """Whether most of the main words of a title have small letters, and it is English by its small words."""
    if not any(word[0] in _SMALL for word in words):
        return False
    main = [word[0] for word in words if len(word[0]) >= 4 and word[0].lower() not in _SMALL]
    small = sum(word[0].islower() for word in main)
    return small >= 2 and 2 * small >= len(main)


def _needs(word: str, in_sentence_case: bool) -> bool:
    if not any(c.isupper() for c in word):
        return False
    if _ROMAN.fullmatch(word) or len(word) == 1 or re.search(r"[\u0370-\u03ff]", word):
        return False
    plain = re.sub(r"['’]s\Z", "", word)
    if _ACRONYM.fullmatch(plain) or _INNER.fullmatch(plain):
        return True
    if in_sentence_case:
        return word[0].isupper() and word.lower() not in _SMALL
    return any(part in _NAMES for part in plain.split("-"))
