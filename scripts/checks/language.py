"""LNG: language tags, scripts, and the spelling of names and words.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript, Text

_HEADER_LANG = re.compile(r"^lang:[ \t]*[\"']?(?P<tag>[^\s\"'#]+)", re.MULTILINE)
_SCRIPTS = {
    "Cyrl": ("Cyrillic", "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f"),
    "Grek": ("Greek", "\u0370-\u03ff\u1f00-\u1fff"),
    "Hebr": ("Hebrew", "\u0590-\u05ff"),
    "Arab": ("Arabic", "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff"),
    "Armn": ("Armenian", "\u0530-\u058f"),
    "Geor": ("Georgian", "\u10a0-\u10ff"),
    "Deva": ("Devanagari", "\u0900-\u097f"),
    "Thai": ("Thai", "\u0e00-\u0e7f"),
    "Hang": ("Korean", "\u1100-\u11ff\uac00-\ud7af"),
    "Kana": ("Japanese", "\u3040-\u30ff"),
    "Hani": ("Chinese", "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"),
}
_IDEOGRAPHIC = ("Hang", "Kana", "Hani")
_WRITES = {"Jpan": ("Kana", "Hani"), "Kore": ("Hang", "Hani"), "Hans": ("Hani",), "Hant": ("Hani",)}
_RUNS = {script: re.compile(rf"[{span}](?:[{span}\u0300-\u036f]|[\W\d_]{{1,4}}?(?=[{span}]))*") for script, (_, span) in _SCRIPTS.items()}
_OTHER_SCRIPT = re.compile("[" + "".join(span for _, span in _SCRIPTS.values()) + "]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_GREEK_OR_CYRILLIC = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff\u0400-\u052f]")
_LOOK_ALIKE = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονιρτυ")


def language_of(book: Manuscript, text: Text) -> str:
    """The language of a chapter: what its header says, or the book's."""
    said = _HEADER_LANG.search(text.source.text, 0, text.source.spans[0].end) if _has_header(text) else None
    return said["tag"] if said else book.book.language


def _has_header(text: Text) -> bool:
    return bool(text.source.spans) and text.source.spans[0].kind == "header" and not text.source.text[: text.source.spans[0].start].strip()


def language_at(book: Manuscript, text: Text, offset: int) -> str:
    """The language of the innermost passage that holds a place."""
    inner = [tag.tag for tag in text.source.languages if tag.begin <= offset < tag.until]
    return inner[-1] if inner else language_of(book, text)


@cache
def primary(tag: str) -> str:
    """`en` of `en-GB`."""
    return re.split(r"[-_]", tag.lower(), maxsplit=1)[0]


EVERYDAY = {
    **dict.fromkeys(("en", "en-GB", "en-US", "de", "fr", "es", "it", "la", "pl", "pt", "nl", "cs", "sv", "da", "fi", "hu", "tr"), "Latn"),
    **dict.fromkeys(("ru", "uk", "be", "bg"), "Cyrl"),
    **{"el": "Grek", "he": "Hebr", "ar": "Arab", "hy": "Armn", "ka": "Geor"},
}
"""Frequent tags with the script that they are written in: langcodes, which knows all, takes long to read its tables."""


@cache
def _fault(tag: str) -> str:
    """Why a tag is none of BCP 47 (https://www.rfc-editor.org/info/bcp47), or nothing."""
    if tag in EVERYDAY:
        return ""
    import langcodes
    from langcodes.data_dicts import LANGUAGE_ALPHA3

    if "_" in tag or not re.fullmatch(r"[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8})*", tag):
        return "is not well formed"
    if not langcodes.tag_is_valid(tag) or re.search(r"-UK(?:-|$)", tag, re.IGNORECASE):
        return "is not registered"
    return "has a shorter form" if primary(tag) in set(LANGUAGE_ALPHA3.values()) - set(LANGUAGE_ALPHA3) else ""


@cache
def _meant(tag: str) -> str:
    """The tag that was likely meant: of an English name, an underscore, three letters for two."""
    import langcodes

    tidy = re.sub(r"-uk\b", "-GB", tag.strip().replace("_", "-"), flags=re.IGNORECASE)
    if "_" in tag and langcodes.tag_is_valid(tidy):
        return tidy
    try:
        if langcodes.tag_is_valid(tidy):
            return str(langcodes.standardize_tag(tidy))
    except ValueError:
        return ""
    names = {"russian": "ru", "german": "de", "deutsch": "de", "french": "fr", "francais": "fr", "english": "en", "british": "en-GB"}
    names |= {"american": "en-US", "spanish": "es", "italian": "it", "latin": "la", "greek": "el", "polish": "pl", "chinese": "zh"}
    names |= {"japanese": "ja", "arabic": "ar", "hebrew": "he", "ukrainian": "uk", "turkish": "tr", "portuguese": "pt", "dutch": "nl"}
    names |= {"jp": "ja", "cz": "cs", "gr": "el", "ua": "uk", "kr": "ko", "cn": "zh", "dk": "da", "ru-latin": "ru-Latn"}
    return names.get(tag.lower(), "")


@check(
    "LNG005",
    "bad-language-tag",
    "error",
    "`{tag}` {fault} as a language tag",
    hint=("write `{meant}`", "write a tag of BCP 47, as `ru` or `en-GB`"),
)
def bad_language_tag(book: Manuscript) -> Iterator[Hit]:
    """A `lang` that is no language tag of BCP 47.

    Hyphenation, quotation marks, screen readers and the order of the index go by it. A tag must be well formed, and its
    language, script and region registered.

    *Bad*

        the [Наркоминдел]{lang=russian}

    *Good*

        the [Наркоминдел]{lang=ru}
    """
    if book.book.language and (fault := _fault(book.book.language)):
        yield at(book.book.place("language"), tag=book.book.language, fault=fault, meant=_meant(book.book.language))
    for text in book.texts:
        if (
            _has_header(text)
            and (said := _HEADER_LANG.search(text.source.text, 0, text.source.spans[0].end))
            and (fault := _fault(said["tag"]))
        ):
            yield at(text.source.place(*said.span("tag")), tag=said["tag"], fault=fault, meant=_meant(said["tag"]))
        for tag in text.source.languages:
            if tag.tag and (fault := _fault(tag.tag)):
                yield at(text.source.place(tag.start, tag.end), tag=tag.tag, fault=fault, meant=_meant(tag.tag))


@cache
def _scripts_of(tag: str) -> tuple[str, ...]:
    """The scripts that a language is written in: of its tag, or its usual one."""
    if tag in EVERYDAY:
        return (EVERYDAY[tag],)
    import langcodes

    if not langcodes.tag_is_valid(tag):
        return ()
    script = langcodes.Language.get(tag).maximize().script or ""
    both = ("Latn", "Cyrl") if primary(tag) in ("sr", "uz", "az", "kk", "sh") and "-" not in tag else ()
    return _WRITES.get(script, (script, *both))


@check(
    "LNG006",
    "unmarked-foreign-script",
    "warning",
    "{script} words without a language: `{words}`",
    hint="write `[{words}]{{lang={likely}}}`, with the language that it is",
)
def unmarked_foreign_script(book: Manuscript) -> Iterator[Hit]:
    """Words in Cyrillic, Greek, Chinese or another script that the language around them is not written in.

    Without `lang` they are hyphenated wrongly and read out as nonsense. One or two letters used as symbols are silent.

    *Bad*

        the People's Commissariat (Наркоминдел)

    *Good*

        the People's Commissariat ([Наркоминдел]{lang=ru})
    """
    likely = {"Cyrl": "ru", "Grek": "el", "Hebr": "he", "Arab": "ar", "Armn": "hy", "Geor": "ka", "Deva": "hi"}
    likely |= {"Thai": "th", "Hang": "ko", "Kana": "ja", "Hani": "zh"}
    for text in book.texts:
        words = text.source.wording
        if words.isascii() or not _OTHER_SCRIPT.search(words):
            continue
        taken: list[tuple[int, int]] = []
        for script in _SCRIPTS:
            for run in _RUNS[script].finditer(words):
                if _is_foreign(book, text, script, run) and not any(a < run.end() and run.start() < b for a, b in taken):
                    taken.append(run.span())
                    yield at(text.source.place(*run.span()), script=_SCRIPTS[script][0], words=_short(run[0]), likely=likely[script])


def _is_foreign(book: Manuscript, text: Text, script: str, run: re.Match[str]) -> bool:
    letters = sum(c.isalpha() for c in run[0])
    if letters < (1 if script in _IDEOGRAPHIC else 3):
        return False
    scripts = _scripts_of(language_at(book, text, run.start()))
    whole = re.search(r"[^\W_]*\Z", run.string[max(run.start() - 40, 0) : run.start()])
    is_part_of_word = bool(whole and whole[0]) or run.string[run.end() : run.end() + 1].isalpha()
    return bool(scripts) and script not in scripts and not (is_part_of_word and script not in _IDEOGRAPHIC)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 40 else words[:39] + "…"


@check(
    "LNG007",
    "mixed-script-word",
    "warning",
    "`{word}` mixes Latin with {script} letters: {letters}",
    hint="type the word again in one script",
)
def mixed_script_word(book: Manuscript) -> Iterator[Hit]:
    """A word with Latin and with Cyrillic or Greek letters that look alike.

    It looks right and is not found by any search. Greek symbols before a unit or a letter (μm, ΔG) are silent.

    *Bad*

        Tрotsky, with a Cyrillic р

    *Good*

        Trotsky
    """
    for text in book.texts:
        words = text.source.wording
        if words.isascii() or not _GREEK_OR_CYRILLIC.search(words):
            continue
        for word in _WORD.finditer(words):
            if word[0].isascii() or not _GREEK_OR_CYRILLIC.search(word[0]):
                continue
            others = [c for c in word[0] if _GREEK_OR_CYRILLIC.match(c)]
            if not _LATIN.search(word[0]):
                continue
            name = "Cyrillic" if any(c >= "\u0400" for c in others if not "\u1f00" <= c <= "\u1fff") else "Greek"
            if name == "Greek" and len(others) == 1 and others[0] not in _LOOK_ALIKE:
                continue
            fewer = others if len(others) * 2 <= len(word[0]) else [c for c in word[0] if _LATIN.match(c)]
            shown = ", ".join(f"`{c}` ({unicodedata.name(c, '?').title()})" for c in dict.fromkeys(fewer))
            yield at(text.source.place(*word.span()), word=word[0], script=name, letters=shown)


_ISE = re.compile(r"(?P<stem>[a-z]{3,})(?P<way>is|iz)(?P<end>e|es|ed|er|ers|ing|ation|ations|ational|able)")
_BRITISH_AMERICAN = (
    "colour/color labour/labor honour/honor favour/favor neighbour/neighbor harbour/harbor behaviour/behavior defence/defense "
    "offence/offense centre/center theatre/theater grey/gray judgement/judgment catalogue/catalog armour/armor rumour/rumor "
    "endeavour/endeavor vigour/vigor splendour/splendor travelled/traveled travelling/traveling cancelled/canceled modelled/modeled "
    "labelled/labeled signalled/signaled metre/meter kilometre/kilometer litre/liter fibre/fiber sceptical/skeptical cheque/check "
    "manoeuvre/maneuver analyse/analyze analysed/analyzed paralyse/paralyze neighbouring/neighboring favourable/favorable "
    "honourable/honorable colours/colors neighbours/neighbors centres/centers"
)
_PAIRS = dict(pair.split("/") for pair in _BRITISH_AMERICAN.split())
_AMERICAN = {american: british for british, american in _PAIRS.items()}
_SMALL = re.compile(r"(?<![\w'’-])[a-z]{4,}(?![\w-])")
_TRANSLITERATED = (
    ("tz", "ts"), ("kh", "k"), ("zh", "z"), ("ck", "k"), ("ph", "f"), ("ff", "v"), ("f", "v"), ("iy", "i"), ("ii", "i"), ("ij", "i"),
    ("yi", "i"), ("ye", "e"), ("ie", "e"), ("y", "i"), ("j", "i"), ("w", "v"), ("q", "k"), ("c", "k"),
)  # fmt: skip
_NAME = re.compile(r"(?<![\w'’.-])[A-Z\u00c0-\u00de\u0100-\u017f][^\W\d_]{4,}(?![\w-])")


class _Found:
    """How often a form stands in the book, and where it stands first."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.first: dict[str, tuple[Text, int]] = {}

    def see(self, form: str, text: Text, offset: int) -> None:
        self.count[form] += 1
        self.first.setdefault(form, (text, offset))


@check(
    "LNG008",
    "spelling-variants",
    "note",
    "`{form}` is spelled `{other}` elsewhere ({times})",
    hint="choose one spelling, or leave it in a quotation",
)
def spelling_variants(book: Manuscript) -> Iterator[Hit]:
    """Two spellings of one name or word in the book: Krushchev and Khrushchev, organise and organize.

    Quotations and passages in other languages are not looked at. Two persons may truly differ by a letter: a note.

    *Bad*

        Khrushchev spoke first. … What Krushchev meant is disputed.

    *Good*

        Khrushchev spoke first. … What Khrushchev meant is disputed.
    """
    groups: dict[str, _Found] = defaultdict(_Found)
    for text in book.texts:
        words = _outside_quotations(text)
        for name in _NAME.finditer(words):
            if not name[0].isupper():
                groups["name " + _skeleton(name[0])].see(name[0], text, name.start())
        if primary(language_of(book, text)) == "en":
            _see_words(words, text, groups)
    order = {id(text): number for number, text in enumerate(book.texts)}
    for key, found in groups.items():
        if len(found.count) > 1:
            yield from _variants(found, order, is_name=key.startswith("name "))


def _see_words(words: str, text: Text, groups: dict[str, _Found]) -> None:
    for word in _SMALL.finditer(words):
        if said := _choice(word[0]):
            groups[said[0]].see(said[1], text, word.start())


@cache
def _choice(word: str) -> tuple[str, str] | None:
    """Of a word that is spelled in two ways the name of the choice, and its form; None for any other."""
    if ise := _ISE.fullmatch(word):
        return f"ise {ise['stem']}", f"{ise['stem']}{ise['way']}e"
    return (f"pair {_AMERICAN.get(word, word)}", word) if word in _PAIRS or word in _AMERICAN else None


def _variants(found: _Found, order: dict[int, int], *, is_name: bool) -> Iterator[Hit]:
    """The rarer spellings of a group, the later ones where they are as frequent."""
    place = {form: (order[id(text)], offset) for form, (text, offset) in found.first.items()}
    forms = sorted(found.count, key=lambda form: (-found.count[form], place[form]))
    for form in forms[1:]:
        if is_name and (found.count[form] > 2 and found.count[form] * 4 > found.count[forms[0]]):
            continue
        if is_name and len(form) < 7 and found.count[forms[0]] < 3:
            continue
        text, offset = found.first[form]
        times = found.count[forms[0]]
        shown = re.match(r"[^\W\d_]+", text.source.text[offset:])
        length = len(shown[0]) if shown else len(form)
        yield at(text.source.place(offset, offset + length), form=form, other=forms[0], times="once" if times == 1 else f"{times} times")


@cache
def _skeleton(name: str) -> str:
    """A name as it sounds through any transliteration: `Khrushchev` and `Chruschtschow` are not far, `Krushchev` is the same."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    plain = plain.replace("ss", "s").replace("tsch", "ch").replace("tch", "ch").replace("ch", "\x00")
    for given, taken in _TRANSLITERATED:
        plain = plain.replace(given, taken)
    plain = plain.replace("s\x00", "\x01").replace("\x00", "c")
    return re.sub(r"(.)\1+", r"\1", plain)


def _outside_quotations(text: Text) -> str:
    """The wording without what stands in quotation marks, in block quotations, or in another language."""
    words = text.source.wording
    blanked = [(tag.begin, tag.until) for tag in text.source.languages]
    blanked += [(p.start, p.end) for p in text.source.paragraphs if p.kind in ("quotation", "verse") or p.div in ("epigraph", "verse")]
    for paragraph in text.source.paragraphs:
        whole = words[paragraph.start : paragraph.end]
        blanked += [(paragraph.start + m.start(), paragraph.start + m.end()) for m in re.finditer(r"[“«„][^“”«»„]*[”»“]|\"[^\"]*\"", whole)]
    pieces, last = [], 0
    for start, end in sorted(blanked):
        if end > max(start, last):
            pieces += [words[last:start], " " * (end - max(start, last))]
            last = end
    return "".join([*pieces, words[last:]])
