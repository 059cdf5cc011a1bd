"""BIB: titles, their capitals, tidiness and language.

Reads the manuscript's entries; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.bibliography.latex import MATH, masked, read
from octavo.checks import Hit, at, check
from octavo.checks.bib_names import shouted, shouted_name
from octavo.checks.capitals import lost
from octavo.checks.entries import first_line
from octavo.checks.languages import foreign
from octavo.checks.manuscript import Manuscript
from octavo.checks.spots import TITLES, first_words, lists_of_names, spot
from octavo.model import Entry, Field

_JOURNALS = ("journaltitle", "journal", "series")


def titles(entry: Entry, *others: str) -> Iterator[Field]:
    """The fields of an entry that hold a title, with those of other names that are asked for."""
    for name in (*TITLES, *others):
        if (found := entry.fields.get(name)) and found.value.strip():
            yield found


@check(
    "BIB025",
    "shouting",
    "warning",
    "`{words}` is in capitals throughout",
    hint="write it with capitals where the language has them; styles can make capitals, none can take them away",
)
def shouting(book: Manuscript) -> Iterator[Hit]:
    """A name or a title in capitals throughout, as catalogues of libraries and databases export them.

    In a name a word of six capitals or more, in a title two such words. Acronyms, Roman numerals and single words in
    braces are silent.

    *Bad*

        author = {KISSINGER, Henry},  title = {THE MEANING OF DÉTENTE FOR FOREIGN POLICY}

    *Good*

        author = {Kissinger, Henry},  title = {The Meaning of Détente for Foreign Policy}
    """
    for entry in book.entries.values():
        for found, names in lists_of_names(entry):
            for name in names:
                if shouted_name(name):
                    place = spot(book, entry, found, name.start, name.end)
                    yield at(place, words=read(name.text))
        for found in titles(entry, *_JOURNALS):
            if is_shouted(found.value):
                yield at(first_words(book, entry, found), words=read(found.value))


_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SINGLE = re.compile(r"\{[^{}\s\\]*\}")


def is_shouted(value: str) -> bool:
    """Whether a title has two shouted words, and most of its long words have no small letters."""
    if not re.search(r"[^\W\d_a-z]{6}", value):
        return False
    text = masked(_SINGLE.sub(lambda m: " " * len(m[0]), value))
    all_words = [word[0] for word in _WORD.finditer(text)]
    long = [word for word in all_words if len(word) >= 4]
    # One such word is enough where all are in capitals and one of them is no name of anything: THE GENOA CONFERENCE.
    enough = 1 if len(all_words) >= 3 and all(map(str.isupper, all_words)) and _NO_ACRONYMS & set(all_words) else 2
    return len(shouted(text)) >= enough and 2 * sum(word.isupper() for word in long) >= len(long)


_NO_ACRONYMS = frozenset(("THE", "OF", "AND", "FOR", "FROM", "WITH", "DER", "DIE", "DAS", "UND", "DES", "LES", "ET", "DEL", "LOS"))


@check(
    "BIB029",
    "unprotected-capitals",
    "note",
    "a style with small letters in titles loses the capitals of {words}",
    hint="put the words in braces: `{example}`",
)
def unprotected_capitals(book: Manuscript) -> Iterator[Hit]:
    """Capitals of an English title that a style with sentence-case titles (APA, most of BibTeX's) makes small.

    In a title with capitals on its main words only what is surely a name can be told: acronyms (USSR), capitals inside
    a word (McDonald), countries and nations. In a title in sentence case every capitalised word within it is a name.
    Words in braces are safe; titles in other languages keep their capitals.

    *Bad*

        title = {The Cold War and the USSR}

    *Good*

        title = {The {Cold War} and the {USSR}}
    """
    for entry in book.entries.values():
        if not _is_english(entry, book) or (not _stated(entry) and foreign(_words(entry), book.book.language)):
            continue
        for found in titles(entry):
            if found.name not in ("title", "subtitle"):
                continue
            if not is_shouted(found.value) and (words := lost(found.value)):
                written = list(dict.fromkeys(found.value[word.start() : word.end()] for word in words))
                example, shown = " ".join(f"{{{word}}}" for word in written[:2]), ", ".join(f"`{word}`" for word in written)
                yield at(spot(book, entry, found, *words[0].span()), words=shown, example=example)


def _is_english(entry: Entry, book: Manuscript) -> bool:
    language = _stated(entry).lower() or book.book.language
    return bool(re.match(r"en\b|english|american|british|u[sk]english|canadian|australian", language))


def _stated(entry: Entry) -> str:
    """What the entry says of its language, in langid or a field that stands for it."""
    return next((entry.get(name).strip() for name in ("langid", "language", "hyphenation", "lang") if entry.get(name).strip()), "")


_STOP = re.compile(r"(?<![.…?!\s])\.\s*\Z")
_ABBREVIATED = re.compile(
    r"(?:\.[^\W\d_]{1,4}|(?:\A|[\s(\[–—-])(?:[^\W\d_]|[^\W\d_aeiouyAEIOUYäöüåæøаеиоуыэюя]{1,4}|etc|Jr|Sr|Inc|Co|Corp|Ltd|Bros"
    r"|St|vols?|nos?|pts?|eds?|Bde?|Nr|Jhs?|Jahrh|Chr|cent|al|usw|др"
    r"|гг|пр|нач|вв|им|ca|approx|Ph|Ser|Esq|Dr|Mr|Mrs|Prof|Hrsg|Abt|Suppl|Proc|Conf|Symp|Univ|Dept|Gov|Gen|Op|et seq|ff|sq|n\.Chr))\.\s*\Z"
)
_SPACES = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip|[a-zA-Z]{1,6}(?:uml|acute|grave|circ|tilde|cedil|slash|ring|lig"
    r"|caron)|#\d{2,6}|#x[\da-fA-F]{2,5});"
)
_TAG = re.compile(
    r"</?(?:i|b|em|strong|su[bp]|span|p|br|sc|scp|italic|bold|jats:\w+|inf|u|tt|a|title|mml:\w+)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_DOUBLE_QUOTE = re.compile(r"(?<!\\)\"(?![aouAOUsS`'=~|-])|(?<!\\)\"(?=[aouAOUsS])(?=[^\"]*\")")
_SINGLE_QUOTES = re.compile(r"(?<![\w'’}`\\])'(?!')([^\W\d_][^'\n]*?[\w.,!?])'(?![\w'])")
_ELISION = re.compile(r"(?:[Tt](?:was|is|il|will)|em|cause|round|bout|n|s|t)\b")


@check("BIB030", "untidy-title", "warning", "{what} in `{field}` of `{key}`", hint="{hint}")
def untidy_title(book: Manuscript) -> Iterator[Hit]:
    """What should not be in a title: a full stop at its end, double spaces, HTML, straight quotation marks.

    Styles put their own stop and cannot tell that there is one; HTML and straight quotes are printed as they stand. The
    stop of an abbreviation ("U.S.S.R.", "etc.") or an ellipsis is silent, and so are line breaks in the .bib.

    *Bad*

        title = {The "Genoa" Conference &amp; its  Aftermath.}

    *Good*

        title = {The \\enquote{Genoa} Conference \\& its Aftermath}
    """
    for key, entry in book.entries.items():
        for found in titles(entry, "journaltitle", "journal", "series", "titleaddon"):
            for what, hint, start, end in _untidy(found):
                yield at(spot(book, entry, found, start, end), what=what, hint=hint, field=found.name, key=key)


def _untidy(found: Field) -> Iterator[tuple[str, str, int, int]]:
    value = found.value
    if found.name not in ("journaltitle", "journal", "series", "titleaddon"):
        text = masked(value)
        # A short title may be an abbreviation: `Metam.`
        stop = _STOP.search(text) if found.name != "shorttitle" else None
        if stop and not _ABBREVIATED.search(text) and not value.rstrip().endswith("\\."):
            yield "a full stop at the end", "delete it: the style puts its own", stop.start(), stop.start() + 1
        yield from _straight(value)
    if spaces := _SPACES.search(MATH.sub(lambda m: "x" * len(m[0]), value)):
        yield "two spaces in a row", "delete one", *spaces.span()
    if entity := _ENTITY.search(value):
        yield f"the HTML entity `{entity[0]}`", "write the character itself, `\\&` for `&amp;`", *entity.span()
    if tag := _TAG.search(value):
        yield f"the HTML tag `{tag[0]}`", "write `\\emph{…}`, `\\textsuperscript{…}` or nothing", *tag.span()


def _straight(value: str) -> Iterator[tuple[str, str, int, int]]:
    """The first straight quotation mark that is no accent of LaTeX's and no apostrophe."""
    hint = "write `\\enquote{…}`, or “ and ”"
    if '"' in value:
        quiet = _TAG.sub(lambda m: " " * len(m[0]), value)
        if found := next((m for m in _DOUBLE_QUOTE.finditer(quiet)), None):
            yield "a straight quotation mark", hint, *found.span()
            return
    if "'" in value:
        for pair in _SINGLE_QUOTES.finditer(value):
            if len(pair[1]) > 1 and not _ELISION.match(pair[1]):
                yield "straight single quotation marks", hint, *pair.span()
                return


@check(
    "BIB031",
    "language-missing",
    "note",
    "the title of `{key}` seems not to be in the language of the book ({why}), and `langid` is missing",
    hint="add `langid = {{german}}`, or whatever it is in: capitals, hyphens and quotation marks depend on it",
)
def language_missing(book: Manuscript) -> Iterator[Hit]:
    """A title in another language or script than the book's, in an entry that does not say in which.

    Without `langid` a title is treated as the book's language: English capitals in a French title. Told by the script, and
    by small words in sixteen languages; words in quotation marks do not count.

    *Bad*

        @book{graml1985, title = {Die Politik der Sowjetunion zwischen den Kriegen}, …}      in an English book

    *Good*

        @book{graml1985, title = {Die Politik der Sowjetunion zwischen den Kriegen}, langid = {german}, …}
    """
    for key, entry in book.entries.items():
        if not entry.get("title") or _stated(entry) or entry.type in ("xdata", "set"):
            continue
        if why := foreign(_words(entry), book.book.language):
            yield at(first_line(entry), key=key, why=why)


def _words(entry: Entry) -> str:
    """The title and the subtitle, without what stands in quotation marks."""
    return _QUOTED.sub(" ", read(_IN_QUOTES.sub(" ", f"{entry.get('title')}: {entry.get('subtitle')}")))


_IN_QUOTES = re.compile(r"\\(?:enquote|mkbibquote|foreignquote|foreignlanguage)\*?(?:\{[^{}]*\})+")
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|\"[^\"]*\"|\([^()]*\)")

_ROLE = re.compile(
    r"\b(?P<role>(?i:(?:(?:newly|selected|compiled|collected|revised|introduced|annotated|translated|edited|transl?\.|eds?\.|comp\.)"
    r"(?:,?\s+(?:and|&|\\&)\s+|,\s*))*"
    r"(?:edited|translated|transl?\.|ed\.|eds\.|introduced|annotated|compiled)(?:\s+from\s+the\s+[A-Z]\w+)?,?(?:\s+(?:and"
    r"|with)\s+[a-z ]{3,30})?\s+by"
    r"|with\s+an?\s+(?:[a-z]+\s+)?(?:introduction|foreword|preface|afterword|commentary)\s+by"
    r"|(?:introduction|foreword|preface|afterword)\s+by|(?:trans|transl|ed|eds)\."
    r"|(?:hrsg\.|herausgegeben|hg\.|übersetzt|übers\.|aus\s+dem\s+\w+\s+übersetzt)\s+von|(?:traduit|trad\.|édité|éd\."
    r"|édition\s+établie|présenté)"
    r"(?:\s+d[eu]\s+\S+)?\s+par|(?:a\s+cura|traduzione)\s+di|(?:editado|traducido|edición|traducción)\s+(?:por|de)"
    r"|под\s+ред(?:\.|акцией)|пер\.\s+с\s+\S+|перевод\s+с\s+\S+))\s+(?P<who>\{?[A-ZÀ-ÞА-ЯČŠŽ][\w.'’-]*"
    r"(?:\s+(?:v[ao]n|de[nr]?|du|la|and|und|et|\\?&)(?=\s)|\s+\{?[A-ZÀ-ÞА-ЯČŠŽ][\w.'’-]*)*)"
)
_REVIEW = re.compile(r"\W*(?:(?:book )?review|rev\.|rezension|compte[ -]rendu|besprechung|recensione|reseña|рец)", re.IGNORECASE)


@check(
    "BIB050",
    "role-in-title",
    "warning",
    "`{words}` stands in `{field}` of `{key}`, and there is a field for it",
    hint="move the name to `{role}`",
)
def role_in_title(book: Manuscript) -> Iterator[Hit]:
    """Who edited, translated or introduced a work, written into its title or a note.

    The person is then in no list of names, and the words stay English in a German book. The title of a review may
    name the editor of what is reviewed.

    *Bad*

        title = {The Possessed, trans. by Constance Garnett}

    *Good*

        title = {The Possessed},  translator = {Garnett, Constance}
    """
    for key, entry in book.entries.items():
        if _REVIEW.match(read(entry.get("title"))) or entry.type == "review":
            continue
        for found in titles(entry, "titleaddon", "note", "addendum", "edition", "series"):
            for role in (
                _ROLE.finditer(found.value)
                if re.search(r"\b(?:by|von|par|di|por|de|eds?|transl?|перевод|пер)\b", found.value, re.I)
                else ()
            ):
                if _is_role(role, found):
                    # A name ends where the next sentence begins.
                    who = re.split(r"(?<=[a-z]{3})\.\s", role["who"])[0]
                    words = found.value[role.start() : role.start("who") + len(who)]
                    place = spot(book, entry, found, role.start(), role.start() + len(words))
                    words = " ".join(words.split())
                    yield at(place, words=words, field=found.name, key=key, role=_field_of(words))
                    break


def _is_role(role: re.Match[str], found: Field) -> bool:
    """Whether it is set apart from the title by a stop, a comma or a bracket, and a whole name follows; in a note any name."""
    if found.name in ("note", "addendum", "titleaddon", "edition"):
        return True
    before, after = found.value[: role.start()].rstrip(), found.value[role.end() :]
    if not before or len(role["who"].split()) < 2:
        return False
    # Without a sign between it is told by its small letter, and by being the end of the title.
    is_last = re.fullmatch(r"[\s.\])}]*", after) and role["role"][:1].islower() and not role["role"].startswith("with")
    return before[-1] in ",;:.([–—-{/" or bool(is_last)


def _field_of(words: str) -> str:
    for field, pattern in (
        ("translator", r"trans|übers|trad|пер"),
        ("introduction", r"\A(?:with an? (?:\w+ )?)?introduc"),
        ("foreword", r"foreword|preface"),
        ("afterword", r"afterword"),
        ("annotator", r"\Aannotated"),
        ("commentator", r"commentary"),
    ):
        if re.search(pattern, words, re.IGNORECASE):
            return field
    return "editor"
