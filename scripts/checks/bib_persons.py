"""BIB026: one person under several names.

Reads the manuscript's entries; writes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from octavo.bibliography.latex import bare
from octavo.bibliography.names import Name
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.checks.organisations import is_given, is_organisation
from octavo.checks.spots import lists_of_names, spot
from octavo.checks.vocabulary import words
from octavo.model import Entry, Field

# Family names that so many bear that initials do not tell them apart.
_COMMON = words(
    """
    adams allen baker bell campbell carter collins cook cooper cox davies edwards evans fischer fisher green hall harrison hill hughes
    james kelly klein lloyd marshall mitchell morgan morris murphy murray nelson parker phillips price reed richards richardson roberts
    robertson robinson rogers ross russell simpson stewart turner walker ward watson weber werner wright ahmed ali anderson bai brown
    cai chan chang chen cheng cho choi chung clark cohen cui davis deng ding dong du fan fang feng fu gao garcia gonzalez gu gupta guo
    han harris he hernandez ho hong hu huang hussain jackson jain jang jeong ji jia jiang jin johnson jones jung kang khan kim king ko
    kumar kwon lai lau lee leung lewis li liang lim lin liu long lopez lu luo ma mao martin martinez meng miller mohamed moore muller
    nguyen pan park patel peng perez pham qian qin ren rodriguez roy ryu sanchez sato schmidt scott shao sharma shen shi shin singh
    smith song su sun suzuki tan tang tanaka tang taylor thomas thompson tran tsai wan wang watanabe wei wen white williams wilson wong
    wood wu xia xiao xie xiong xu xue yamamoto yan yang yao ye yi yin yoon young yu yuan zeng zhang zhao zheng zhong zhou zhu
    """
)


class Form(NamedTuple):
    """One way in which persons are written: its parts for the eye and for comparing."""

    family: str
    given: str
    bare_family: str
    bare_given: tuple[str, ...]
    suffix: str

    @property
    def written(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family


class Use(NamedTuple):
    entry: Entry
    found: Field
    name: Name


@check(
    "BIB026",
    "inconsistent-person",
    "warning",
    "`{name}` is written `{other}` in `{key}` ({place})",
    hint="write a person in one way throughout; readers, and lists sorted by name, take two forms for two persons",
)
def inconsistent_person(book: Manuscript) -> Iterator[Hit]:
    """One person written in several ways in different entries: shortened, with other accents, in another transliteration.

    Believed where the family name is the same and one given name shortens the other (J. and Jonathan, Henry and Henry A.),
    where only accents differ, or where two Slavic names sound alike and have the same given name. Silent where two
    persons could be meant: other given names, Jr. and Sr., an initial that fits several, the commonest family names. The
    rarer form is reported, of two equally rare ones the later.

    *Bad*

        author = {Haslam, Jonathan}        and elsewhere        author = {Haslam, J.}

    *Good*

        author = {Haslam, Jonathan}        and elsewhere        author = {Haslam, Jonathan}
    """
    uses = _uses(book)
    order = {form: i for i, form in enumerate(uses)}
    said: set[Form] = set()
    pairs = [sorted(pair, key=order.__getitem__) for pair in _pairs(list(uses))]
    for a, b in sorted(pairs, key=lambda pair: (order[pair[0]], order[pair[1]])):
        if _is_of_a_crowd(a, uses[a]) or _is_of_a_crowd(b, uses[b]):
            continue
        kept, rarer = (a, b) if len(uses[a]) >= len(uses[b]) else (b, a)
        if rarer in said or _share_an_entry(uses[a], uses[b]):
            continue
        said.add(rarer)
        use, other = uses[rarer][0], uses[kept][0].entry
        place = spot(book, use.entry, use.found, use.name.start, use.name.end)
        yield at(place, name=rarer.written, other=kept.written, key=other.key, place=str(other.key_place))


def _uses(book: Manuscript) -> dict[Form, list[Use]]:
    """Every form of a person's name with where it stands, in file order."""
    found: dict[Form, list[Use]] = defaultdict(list)
    for entry in book.entries.values():
        for field, names in lists_of_names(entry):
            for name in names:
                if name.is_person and len(name.parts) <= 3 and (form := _form(name)):
                    found[form].append(Use(entry, field, name))
    return dict(found)


_NICKNAME = re.compile(r"\s*(?:\"[^\"]*\"|“[^”]*”|\([^()]*\))")


@lru_cache(maxsize=1 << 16)
def _form(name: Name) -> Form | None:
    family = f"{name.prefix} {name.family}".strip()
    if len(name.parts) == 1 and not name.is_extended and is_organisation(name.text):
        return None
    given = re.sub(r"(?<=\.)(?=[^\s.-])", " ", _NICKNAME.sub("", name.given).strip())
    tokens = tuple(bare(given.replace("-", " ")).split())
    bare_family = bare(family).replace(" ", "")
    if not bare_family or not tokens or len(tokens) > 4 or not re.match(r"[^\W\d_]", tokens[0]) or family.isupper():
        return None
    return Form(family, given, bare_family, tokens, bare(name.suffix))


def _is_of_a_crowd(form: Form, uses: list[Use]) -> bool:
    """Whether it is a family name with a single initial among three authors or more, as databases of medicine have them."""
    return len(form.bare_given) == len(form.bare_given[0]) == 1 and all(len(use.found.value.split(" and ")) > 2 for use in uses)


def _share_an_entry(a: list[Use], b: list[Use]) -> bool:
    """Whether both stand in one list: then they are two persons."""
    lists = {(id(use.entry), use.found.name) for use in a}
    return any((id(use.entry), use.found.name) in lists for use in b)


_MANY = 40
"""More forms of one family name and initial than this are those of many persons."""


def _pairs(forms: list[Form]) -> Iterator[tuple[Form, Form]]:
    """Every two forms that are one person's."""
    families: dict[tuple[str, str], list[Form]] = defaultdict(list)
    sounds: dict[str, list[Form]] = defaultdict(list)
    turned: dict[tuple[str, str], Form] = {}
    for form in forms:
        families[form.bare_family, form.bare_given[0][0]].append(form)
        sounds[_sound(form.bare_family)].append(form)
        if len(form.bare_given) == 1:
            turned[form.bare_given[0], form.bare_family] = form
    for group in families.values():
        yield from _in_family(group) if 1 < len(group) <= _MANY else ()
    for group in sounds.values():
        yield from _alike(group) if 1 < len(group) <= _MANY else ()
    for form in forms:
        if _UMLAUT.search(form.family):
            spelt = bare("".join(_DIGRAPHS.get(c, c) for c in form.family.lower())).replace(" ", "")
            yield from ((form, other) for other in families.get((spelt, form.bare_given[0][0]), ()) if other.bare_given == form.bare_given)
    for form in forms:
        other = turned.get((form.bare_family, form.bare_given[0])) if len(form.bare_given) == 1 else None
        if other and len(form.bare_given[0]) > 1 and form.written < other.written and not _may_be_either(form, other):
            yield form, other


_DIGRAPHS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
_UMLAUT = re.compile("[äöüøåÄÖÜØÅ]")


def _may_be_either(a: Form, b: Form) -> bool:
    return is_given(a.family) or is_given(b.family) or a.bare_family == b.bare_family


def _in_family(group: list[Form]) -> Iterator[tuple[Form, Form]]:
    """Of the forms with one family name those that shorten one another, or differ in accents alone."""
    for i, a in enumerate(group):
        for b in group[i + 1 :]:
            if a.suffix != b.suffix:
                continue
            if a.bare_given == b.bare_given:
                if not _is_one_in_print(a, b):
                    yield a, b
            elif _is_one_given(a, b) or ((short := _shorter(a, b)) and not _is_doubtful(short, b if short is a else a, group)):
                yield a, b


def _is_one_given(a: Form, b: Form) -> bool:
    """Whether the given names of two Slavs of one family name are one in two transliterations: Aleksandr and Alexander."""
    x, y = a.bare_given, b.bare_given
    if not _SLAVIC.search(a.bare_family) or min(len(x[0]), len(y[0])) < 4 or x[0].endswith("a") != y[0].endswith("a"):
        return False
    rest = len(x) == len(y) and all(p[0] == q[0] for p, q in zip(x[1:], y[1:], strict=True))
    return rest and x[0] != y[0] and x[0][0] == y[0][0] and _sound(x[0]) == _sound(y[0]) and len(_sound(x[0])) >= 3


def _is_one_in_print(a: Form, b: Form) -> bool:
    """Whether two forms differ in stops, hyphens or spaces of the given name alone, or in capitals."""
    return (_signs(a.family), _signs(a.given)) == (_signs(b.family), _signs(b.given))


def _signs(words: str) -> str:
    return re.sub(r"[\s.,'’`ʹʼ-]", "", words).casefold()


def _shorter(a: Form, b: Form) -> Form | None:
    """The form that shortens the other in every part of the given name, if one does."""
    for short, long in ((a, b), (b, a)):
        x, y = short.bare_given, long.bare_given
        if len(x) <= len(y) and all(p == q or (len(p) == 1 and q[0] == p) for p, q in zip(x, y, strict=False)):
            return short
    return None


def _is_doubtful(short: Form, long: Form, group: list[Form]) -> bool:
    """Whether the shorter form may be somebody else's: it fits two persons, or says too little for a common name."""
    if all(len(part) == 1 for part in short.bare_given):
        if short.bare_family in _COMMON or len(short.bare_family) < 3 or all(len(part) == 1 for part in long.bare_given):
            # Three initials are hardly another person's.
            return not (len(short.bare_given) >= 3 and short.bare_given[1:] == long.bare_given[1:] and len(long.bare_given[0]) > 1)
    elif short.bare_family in _COMMON and short.bare_given[0] in _COMMON:
        return True
    fitting = [form for form in group if form is not short and _shorter(short, form) is short and form.suffix == short.suffix]
    return any(_shorter(x, y) is None and x.bare_given != y.bare_given for i, x in enumerate(fitting) for y in fitting[i + 1 :])


_FOLDS = (
    (re.compile(r"schtsch|shch|tsch|tch|sch|dzh|ch|cz|sh|zh|kh|ts|tz|ck|ph|th|[cszhxkq]"), "k"),
    (re.compile(r"[wvf]+|(?<=o)u(?=$)"), "v"),
    (re.compile(r"[aeiouyj]+"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)
_SLAVIC = re.compile(r"(?:[eoi][vw]a?|[eo]ff|ine?|ina|yn|[sc]k(?:ij|ii|iy|y|i|aia|aya|aja|a)|enko|[ie][ct]h|itch|itsch|vi[cč]|uk|chuk)\Z")


@lru_cache(maxsize=1 << 16)
def _sound(word: str) -> str:
    """The consonants of a name, with those alike that one transliteration writes so and another so; its first vowel too."""
    first = "a" if word[:1] in "aeiouyj" else ""
    for pattern, sign in _FOLDS:
        word = pattern.sub(sign, word)
    return first + word


def _alike(group: list[Form]) -> Iterator[tuple[Form, Form]]:
    """Of the names that sound alike those of one Slavic person in two transliterations."""
    slavic = [form for form in group if _SLAVIC.search(form.bare_family) and len(form.bare_family) >= 5]
    for i, a in enumerate(slavic):
        for b in slavic[i + 1 :]:
            if a.bare_family != b.bare_family and a.suffix == b.suffix and _same_given(a.bare_given, b.bare_given):
                # Petrov and Petrova are two persons.
                if a.bare_family.endswith("a") != b.bare_family.endswith("a"):
                    continue
                if len(_sound(a.bare_family)) >= 3 and abs(len(a.bare_family) - len(b.bare_family)) <= 4:
                    yield a, b


def _same_given(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether the given names are the same in two transliterations: full ones that sound alike, or the same two initials."""
    if len(a) == len(b) and all(len(part) == 1 for part in (*a, *b)):
        return len(a) >= 2 and a == b
    if len(a[0]) < 3 or len(b[0]) < 3 or a[0][0] != b[0][0] or _sound(a[0]) != _sound(b[0]):
        return False
    return len(a) == len(b) == 1 or all(x[0] == y[0] for x, y in zip(a, b, strict=False))
