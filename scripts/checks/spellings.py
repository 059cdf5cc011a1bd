"""Whether two spellings of a publisher, a place or a journal mean the same, and which words of a journal are shortened.

Reads and writes nothing. Words are compared as `bibliography.latex.bare` gives them; the expansions are those of ISO 4 and of
publishers' names in catalogues.
"""

from __future__ import annotations

import re
from functools import lru_cache

from octavo.bibliography.latex import bare, read
from octavo.checks.vocabulary import words

_WHOLE = {
    "univ": "university", "uni": "university", "up": "university press", "u": "university",
    "pr": "press", "publ": "publishers", "pub": "publishers",
    "pubs": "publishers", "publishing": "publishers", "publications": "publishers", "publisher": "publishers", "publication": "publishers",
   
    "inst": "institute", "natl": "national", "assoc": "association", "soc": "society", "acad": "academic", "govt": "government",
    "gov": "government",
    "off": "office", "print": "printing", "co": "company", "bros": "brothers", "st": "saint", "ste": "sainte", "&": "and", "+": "and",
    "intl": "international", "ed": "editions", "eds": "editions", "edn": "editions", "edns": "editions", "found": "foundation",
}  # fmt: skip
_IDLE = words("the inc incorporated ltd limited llc llp gmbh kg ag plc company corporation corp verlag publishers bv sa srl")
_STATES = {
    "ma": "massachusetts", "mass": "massachusetts", "ct": "connecticut", "conn": "connecticut", "ny": "new york", "nj": "new jersey",
    "ca": "california", "calif": "california", "cal": "california", "il": "illinois", "ill": "illinois", "nc": "north carolina",
    "pa": "pennsylvania", "penn": "pennsylvania", "tx": "texas", "tex": "texas", "md": "maryland", "ind": "indiana", "mich": "michigan",
    "mi": "michigan", "va": "virginia", "wash": "washington", "wa": "washington", "colo": "colorado", "co": "colorado", "fla": "florida",
    "fl": "florida", "ga": "georgia", "ks": "kansas", "kan": "kansas", "minn": "minnesota", "mn": "minnesota", "ohio": "ohio",
    "or": "oregon",
    "wis": "wisconsin", "wi": "wisconsin", "dc": "dc", "ri": "rhode island", "nh": "new hampshire", "vt": "vermont", "me": "maine",
    "tn": "tennessee", "tenn": "tennessee", "mo": "missouri", "la": "louisiana", "az": "arizona", "ut": "utah",
}  # fmt: skip
# Cities of which there are two: with a state and without one they are different places.
_TWICE = words(
    """
    cambridge oxford athens london durham manchester birmingham paris rome moscow bristol york newcastle lancaster richmond alexandria
    vienna berlin dublin portland columbia lexington springfield georgetown bloomington warsaw geneva melbourne toronto hanover plymouth
    dordrecht norwich rochester syracuse westport lincoln worcester
    """
)
_SMALL = words("of the and in for on to a an de la le les du des der die das und für et y e del della di i zur zum van voor")


@lru_cache(maxsize=1 << 15)
def publisher(value: str) -> str:
    """What two spellings of one publisher share."""
    words = bare(_letters(value)).replace("u s ", "us ").split()
    whole = " ".join(_WHOLE.get(word, word) for word in words if word not in ("and", "&")).split()
    told = [word for word in whole if word not in _IDLE]
    return " ".join(told or whole)


def _letters(value: str) -> str:
    """Without the possessive's sign or the stops of initials: `Int'l`, `U.S.S.R.`"""
    value = re.sub(r"(?<=[^\W\d_])['’](?=[^\W\d_])", "", read(value))
    return re.sub(r"\b((?:[^\W\d_]\.){2,})", lambda m: m[1].replace(".", ""), re.sub(r"\b([A-Z])\. (?=[A-Z]\.)", r"\1.", value))


@lru_cache(maxsize=1 << 15)
def place(value: str) -> tuple[str, str]:
    """A city and its state or country, as two spellings share them."""
    city, _, rest = _letters(value).partition(",")
    if not rest and (known := re.fullmatch(r"(.+?)[ ]+\(?(D\.?\s?C\.?|[A-Z]{2})\)?", city)):
        city, rest = known[1], known[2]
    state = bare(rest)
    name = " ".join("saint" if word in ("st", "ste", "sankt") else word for word in bare(city).split())
    name = re.sub(r"(?<=^frankfurt) (?:a m|a main|main|am)$", " am main", name.removesuffix(" city"))
    return name, _STATES.get(state, state)


def same_place(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """Whether two places of one city are one: one of them may lack its state, if there are no two such cities."""
    return a[1] == b[1] or (a[0] not in _TWICE and ("" in (a[1], b[1])) and (a[1] or b[1]) in {*_STATES.values(), "usa"})


@lru_cache(maxsize=1 << 15)
def journal(value: str) -> str:
    """What two spellings of one journal share when neither is shortened."""
    words = [word for word in bare(_letters(value)).split() if word not in ("&", "and")]
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def main_words(value: str) -> list[str]:
    """The words of a title that an abbreviation keeps."""
    return [word for word in bare(value).split() if word not in _SMALL and word != "&"]


_SHORTENED = re.compile(r"(?<![^\W_])(?!(?:St|Dr|Mr|Mrs|Mt|Nr|No|Vol|vs|Jr|Sr|Ser|Ed)\.)[^\W\d_]{1,7}(?:['’-][^\W\d_]+)?\.(?![^\W\d_]\.)")


@lru_cache(maxsize=1 << 15)
def shortened(value: str) -> tuple[str, ...]:
    """The words of a journal's name that end in the stop of an abbreviation; initials in a row (U.S.) are none."""
    plain = re.sub(r"\b(?:[^\W\d_]\.\s?){2,}(?=[A-Z][a-z]+ |\Z)", "", read(value))
    return tuple(word[:-1] for word in _SHORTENED.findall(plain) if len(word) > 2 or plain.startswith(("J. ", "Z. ", "Q. ")))


def abbreviates(short: str, long: str) -> bool:
    """Whether `short` is `long` word by word: dotted words are made of letters of the long one, the others are the same.

    `J. Mod. Hist.` and `Journal of Modern History`; `PMLA` is nobody's, as it has no stops.
    """
    tokens = [(bare(token), token.endswith(".")) for token in read(_letters(short)).replace("-", " ").split()]
    tokens = [(word, dotted) for word, dotted in tokens if word and (dotted or word not in _SMALL) and word != "&"]
    words = main_words(long)
    if len(tokens) != len(words) or not tokens or not any(dotted for _, dotted in tokens):
        return False
    return all(word == whole or (dotted and _is_within(word, whole)) for (word, dotted), whole in zip(tokens, words, strict=True))


def _is_within(word: str, whole: str) -> bool:
    """Whether a word's letters are some of the whole's in order, its first letter first."""
    letters = iter(whole)
    return word[:1] == whole[:1] and len(word) < len(whole) and all(letter in letters for letter in word)


def is_slip(a: str, b: str) -> bool:
    """Whether two names of the same words differ by one slip of the pen: a letter too few, too many, wrong or in the wrong place."""
    left, right = a.split(), b.split()
    if len(left) != len(right) or len(left) < 2:
        return False
    other = [(x, y) for x, y in zip(left, right, strict=True) if x != y]
    if len(other) != 1 or min(map(len, other[0])) < 6 or any(c.isdigit() for c in "".join(other[0])):
        return False
    x, y = other[0]
    # A plural, an ending (Physica, Physics) or another first letter makes another word; letters that changed places do not.
    return x[0] == y[0] and _distance(x, y) == 1 and (x[-2:] == y[-2:] or sorted(x) == sorted(y))


def _distance(a: str, b: str) -> int:
    """1 if one letter is added, left out, changed or swapped with its neighbour; 2 for anything else."""
    if len(a) > len(b):
        a, b = b, a
    i = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) == len(b):
        return 1 if a[i + 1 :] == b[i + 1 :] or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]) else 2
    return 1 if a[i:] == b[i + 1 :] else 2
