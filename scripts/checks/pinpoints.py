"""CIT, continued: the page that a citation names, by itself and against the pages of the work.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.checks import Hit, at, check
from octavo.checks.clusters import clusters
from octavo.checks.locators import Locator, Numbers, Part, parse, span, value
from octavo.checks.manuscript import Manuscript
from octavo.model import Entry

_ONE_FORM = frozenset({"de", "fr", "pl", "cs", "sk", "ru", "uk", "sv", "da", "nb", "nn", "no", "fi", "hu", "tr"})
"""Languages that have one label for one page and several: `p. 45-60` is right in French, `S. 45–60` in German."""
_COUNTED = frozenset({"chapter", "volume", "section", "paragraph", "folio"})
"""Where `chap. 3–5` is as wrong as `p. 3–5`; notes, lines, figures are often cited so."""
_IN_A_WORK = frozenset(
    {"article", "review", "suppperiodical", "inbook", "bookinbook", "suppbook", "incollection", "suppcollection", "inproceedings"}
    | {"conference", "inreference"}
)
"""Types whose field `pages` says where in the volume they stand (biblatex's manual, § 2.1.1)."""
_MARKUP = re.compile(r"\\[,;! ]|[{}~]|^\s*(?:pp?|S|pages)\.?\s*(?=[\dA-Za-z])", re.IGNORECASE)


@check(
    "CIT008",
    "malformed-locator",
    "warning",
    "{what}",
    hint=("write `{instead}`", "correct the numbers"),
)
def malformed_locator(book: Manuscript) -> Iterator[Hit]:
    """A locator whose label and numbers do not agree, or a range that runs backwards.

    `pp.` asks for several pages and `p.` for one, and the first page of a range is the smaller. Hyphen or dash, `101–8` or
    `101–108` are the citation style's business. `45f.` and `45ff.` may follow either label.

    *Bad*

        The envoys met twice [@fink1984, pp. 45; @white1985, p. 45–60; @haslam2011, pp. 60–45].

    *Good*

        The envoys met twice [@fink1984, p. 45; @white1985, pp. 45–60; @haslam2011, pp. 101–8].
    """
    language = book.book.language
    for text in book.texts:
        for cluster in clusters(text):
            for cited in cluster:
                found = parse(cited.suffix, language) if cited.suffix else None
                for part in found.parts if found and found.is_sure and not _GOES_ON.search(found.rest) else ():
                    if fault := _fault(part, language):
                        yield at(cited.place, what=fault[0], instead=fault[1])
                        break


_GOES_ON = re.compile(r"passim|\)[ ,]+\d")
"""What follows a page and makes it several: `pp. 12, passim`, `pp. 5 (my emphasis), 7`."""


def _fault(part: Part, language: str) -> tuple[str, str] | None:
    """What is wrong with a label and its numbers, and how to write it; None if nothing is."""
    for numbers in part.numbers:
        if numbers.last and _runs_backwards(numbers, part):
            whole = span(numbers)
            turned = f"{numbers.last}–{numbers.first}" if whole and len(numbers.last) >= len(numbers.first) else ""
            return f"the range {numbers.first}–{numbers.last} runs backwards", f"{part.word} {turned}".strip() if turned else ""
    many = len(part.numbers) > 1 or bool(part.numbers[0].last)
    if part.is_plural and not many and not part.numbers[0].more and value(part.numbers[0].first):
        single = _other(part.word, _SINGULAR)
        return f"`{part.word}` is for several, and {part.numbers[0].first} is one", f"{single} {part.numbers[0].first}" if single else ""
    if many and _is_one(part, language) and all(span(numbers) for numbers in part.numbers):
        written = ", ".join(f"{n.first}–{n.last}" if n.last else n.first for n in part.numbers)
        plural = _other(part.word, {one: more for more, one in _SINGULAR.items()})
        return f"`{part.word}` is for one, and {written} are several", f"{plural} {written}" if plural else ""
    return None


_SINGULAR = {
    "pp.": "p.", "pp": "p", "pages": "page", "chaps.": "chap.", "chs.": "ch.", "chapters": "chapter", "vols.": "vol.", "volumes": "volume",
    "secs.": "sec.", "sections": "section", "paras.": "para.", "fols.": "fol.", "nos.": "no.", "nn.": "n.", "ll.": "l.", "§§": "§",
    "págs.": "pág.", "pagg.": "pag.", "páginas": "página",
}  # fmt: skip


def _other(word: str, forms: dict[str, str]) -> str:
    return forms.get(word, "")


def _is_one(part: Part, language: str) -> bool:
    """Whether the label is for one thing, and there is another for several."""
    if part.label == "page":
        return part.word in _SINGULAR.values() and language.partition("-")[0].lower() not in _ONE_FORM
    dashes = all(numbers.dash in ("–", "--") for numbers in part.numbers)
    return part.label in _COUNTED and part.word in _SINGULAR.values() and part.word != "§" and len(part.numbers) == 1 and dashes


def _runs_backwards(numbers: Numbers, part: Part) -> bool:
    """Whether the first is the larger. A short second number is the end of the first (`101–8`), without a label or a
    dash perhaps something else (`1998-1`)."""
    whole = span(numbers)
    if whole is None or whole[1] <= whole[2]:
        return False
    if whole[0] == "roman" and len(numbers.first + numbers.last) < 3:
        return False
    return len(numbers.last) >= len(numbers.first) or bool(whole[0]) or (part.is_plural and part.label == "page")


@check(
    "CIT009",
    "locator-out-of-range",
    "warning",
    "page {page} lies outside `{key}`, whose {field} {pages}",
    hint="correct the page, or the field {name} at {entry}",
)
def locator_out_of_range(book: Manuscript) -> Iterator[Hit]:
    """A page that the work has not: outside the `pages` of the article or chapter cited, or beyond a book's `pagetotal`.

    Silent on works of several volumes, on electronic locators (`e1234`), and where one of the two cannot be read.

    *Bad*

        So Carr in his article [@carr1949, 312], whose pages are 20–35.

    *Good*

        So Carr in his article [@carr1949, 31].
    """
    ranges: dict[str, list[tuple[str, int, int]]] = {}
    for text in book.texts:
        for cluster in clusters(text):
            for cited in cluster:
                entry = book.entries.get(cited.key)
                found = parse(cited.suffix, book.book.language) if entry and cited.suffix else None
                if entry is None or found is None or not found.is_sure or found.has("volume", "book", "number", "issue", "supplement"):
                    continue
                if cited.key not in ranges:
                    ranges[cited.key] = _pages(entry)
                if ranges[cited.key] and (page := _outside(found, ranges[cited.key])):
                    name = "pages" if entry.type in _IN_A_WORK else "pagetotal"
                    field, where = ("pages are", "pages") if name == "pages" else ("pages number", "pagetotal")
                    yield at(cited.place, page=page, key=cited.key, field=field, pages=entry.get(name), name=where, entry=str(entry.place))


def _outside(found: Locator, ranges: list[tuple[str, int, int]]) -> str:
    """The first page of a locator that is in none of the ranges, as it is written."""
    for part in found.parts:
        for numbers in part.numbers if part.label == "page" else ():
            pages = span(numbers)
            same = [(first, last) for kind, first, last in ranges if pages and kind == pages[0]]
            for page, written in zip(pages[1:] if pages else (), (numbers.first, numbers.last or numbers.first), strict=False):
                if same and not any(first <= page <= last for first, last in same):
                    return written
    return ""


def _pages(entry: Entry) -> list[tuple[str, int, int]]:
    """The ranges of pages that a locator may lie in: (what it is counted in, first, last); none where it cannot be told."""
    if "volumes" in entry.fields or entry.type.startswith("mv"):
        return []
    if entry.type not in _IN_A_WORK:
        total = re.findall(r"\d+", entry.get("pagetotal"))
        return [("", 0, max(map(int, total)))] if total and not re.search(r"\d[.,]\d", entry.get("pagetotal")) else []
    found: list[tuple[str, int, int]] = []
    pages = _MARKUP.sub("", entry.get("pages"))
    for piece in re.split(r"[,;&]\s+|\s+and\s+|[,;](?!\d{3}\b)", pages) if pages.strip() else ():
        match = re.fullmatch(r"\s*(?P<first>\w+)(?:\s*(?:[-–—‑]|\\textendash)+\s*(?P<last>\w+))?\s*", piece)
        one = span(Numbers(match["first"], match["last"] or "", "")) if match else None
        if one is None or one[1] > one[2]:
            return []
        # One page alone may be where the work begins, or how many pages it has: only what lies behind it is outside.
        found.append(one if match and match["last"] else (one[0], 0, one[2]))
    return found
