"""MET, and STR of what book.yaml lists: identifiers, editions, what a catalogue needs to know.

Reads the manuscript, and asks git for the date of the last commit where book.yaml has no date; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from stdnum import isbn as isbns
from stdnum import isni
from stdnum.exceptions import InvalidChecksum, ValidationError

from octavo import tools
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.model import Place, UserError

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s<>\"{}|\\^`]+(?<![.,;:])")
_URL = re.compile(r"https?://|doi:", re.IGNORECASE)
_ORCID = re.compile(r"(?:https?://(?:www\.)?orcid\.org/)?(?P<bare>\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE)
_ROR = re.compile(r"(?:https?://)?(?:ror\.org/)?(?P<bare>0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})", re.IGNORECASE)
_ITEM = re.compile(r"(?:front|chapters|appendices|back|parts\.\d+\.chapters)\.\d+")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


@check("MET001", "bad-identifier", "error", "`{given}` is no {kind}: {why}", hint="{hint}")
def bad_identifier(book: Manuscript) -> Iterator[Hit]:
    """An ISBN, DOI, ORCID or ROR of the book with a wrong check digit or shape.

    ISBN: ISO 2108. DOI: ISO 26324, without `https://doi.org/`, which the editions put before it. ORCID: ISO 27729, its last
    digit by ISO 7064, 11-2. ROR: its last two digits by ISO 7064, 97-10.

    *Bad*

        identifiers: {isbn: {pdf: 978-0-306-40615-8}}

    *Good*

        identifiers: {isbn: {pdf: 978-0-306-40615-7}}
    """
    for edition, given in _isbns(book):
        if why := _fault_of_isbn(given):
            yield at(
                book.book.place(f"identifiers.isbn.{edition}"), given=given, kind="ISBN", why=why, hint="see what the agency has given you"
            )
    doi = str(book.book.identifiers.get("doi", ""))
    if doi and not _DOI.fullmatch(doi.strip()):
        why = "it comes without the address before it" if _URL.match(doi) else "it begins with 10., a number of the agency, and a slash"
        yield at(book.book.place("identifiers.doi"), given=doi, kind="DOI", why=why, hint="write it as `10.1234/rivers.2026`")
    for i, person in enumerate(book.book.contributors):
        if person.orcid and (why := _fault_of_orcid(person.orcid.strip())):
            place = book.book.place(f"contributors.{i}.orcid")
            yield at(place, given=person.orcid, kind="ORCID", why=why, hint="write its sixteen digits as `0000-0002-1825-0097`")
    ror = str(book.book.publisher.get("ror", ""))
    if ror and (why := _fault_of_ror(ror.strip())):
        yield at(book.book.place("publisher.ror"), given=ror, kind="ROR", why=why, hint="write its nine signs as `05dxps055`")


def _isbns(book: Manuscript) -> Iterator[tuple[str, str]]:
    """(edition, ISBN as written) in the order of book.yaml."""
    for edition, given in (book.book.identifiers.get("isbn") or {}).items():
        if given:
            yield edition, str(given)


def _fault_of_isbn(given: str) -> str:
    bare = re.sub(r"^ISBN(?:-1[03])?:?\s*", "", given.strip(), flags=re.IGNORECASE)
    try:
        isbns.validate(bare)
    except InvalidChecksum:
        return "its check digit is wrong"
    except ValidationError:
        return "it has 13 digits, or 10"
    return "" if re.fullmatch(r"[\d\s‐-–-]+[\dXx]", bare) else "it has digits and hyphens"


def _fault_of_orcid(given: str) -> str:
    found = _ORCID.fullmatch(given)
    if not found:
        return "it is four groups of four digits with hyphens between"
    return "" if isni.is_valid(found["bare"].upper()) else "its check digit is wrong"


def _fault_of_ror(given: str) -> str:
    found = _ROR.fullmatch(given)
    if not found:
        return "it is a nought, six letters or digits, and two digits"
    bare = found["bare"].lower()
    number = 0
    for sign in bare[:7]:
        number = number * 32 + _CROCKFORD.index(sign)
    return "" if (98 - number * 100 % 97) % 97 == int(bare[7:]) % 97 else "its check digits are wrong"


@check(
    "MET002",
    "shared-isbn",
    "error",
    "the ISBN of `{edition}` is that of `{other}`",
    hint="each edition has an ISBN of its own (ISO 2108, 5.3): ask for another",
)
def shared_isbn(book: Manuscript) -> Iterator[Hit]:
    """Two editions share an ISBN, hyphens apart, or one in ten digits and the other in thirteen.

    *Bad*

        identifiers: {isbn: {pdf: 978-0-306-40615-7, epub: 978-0-306-40615-7}}

    *Good*

        identifiers: {isbn: {pdf: 978-0-306-40615-7, epub: 978-0-14-044913-6}}
    """
    seen: dict[str, str] = {}
    for edition, given in _isbns(book):
        number = re.sub(r"[^\dX]", "", re.sub(r"^ISBN(?:-1[03])?:?", "", given.upper().strip()))
        number = str(isbns.to_isbn13(number)) if len(number) == 10 and isbns.is_valid(number) else number
        if number in seen:
            yield at(book.book.place(f"identifiers.isbn.{edition}"), edition=edition, other=seen[number])
        seen.setdefault(number, edition)


@check("MET004", "missing-metadata", "warning", "the book has no {what}", hint="say it in book.yaml: `{example}`")
def missing_metadata(book: Manuscript) -> Iterator[Hit]:
    """book.yaml names no licence, no contributor, or no date where git has none either.

    The copyright page, the files' metadata and every catalogue need them. Without a date the files say 1 January 1980.

    *Bad*

        title: Rivers and Treaties

    *Good*

        title: Rivers and Treaties
        date: 2026-03-01
        license: CC-BY-4.0
        contributors:
          - {name: Ada Example, role: author}
    """
    place = Place("book.yaml")
    if not book.book.license.strip():
        yield at(book.book.places.get("license", place), what="licence", example="license: CC-BY-4.0")
    if not book.book.date and not _has_commit(book):
        yield at(book.book.places.get("date", place), what="date", example="date: 2026-03-01")
    if not any(person.name.strip() for person in book.book.contributors):
        yield at(
            book.book.places.get("contributors", place), what="contributor", example="contributors: [{{name: Ada Example, role: author}}]"
        )


def _has_commit(book: Manuscript) -> bool:
    """Whether git knows a commit of the folder, which then gives the book its date."""
    try:
        return bool(tools.run(["git", "log", "-1", "--format=%cs", "--", "."], seconds=10, cwd=book.directory).strip())
    except UserError:
        return False


@check("STR015", "contradictory-parts", "error", "{what}", hint="{hint}")
def contradictory_parts(book: Manuscript) -> Iterator[Hit]:
    """A chapter, appendix or part that book.yaml lists twice, or back matter that it lists before the chapters.

    *Bad*

        chapters: [rivers.md, treaties.md]
        appendices: [treaties.md]

    *Good*

        chapters: [rivers.md]
        appendices: [treaties.md]
    """
    seen: dict[str, str] = {}
    for path, name in _listed(book):
        file = PurePosixPath(name).as_posix()
        if file in seen:
            first = book.book.place(seen[file])
            yield at(
                book.book.place(path), what=f"`{name}` is listed twice, first at {first}", hint="a book holds each file once: take one out"
            )
        seen.setdefault(file, path)
    titles: dict[str, Place] = {}
    for i, part in enumerate(book.book.parts):
        place = book.book.place(f"parts.{i}.title")
        first_at = titles.setdefault(" ".join(part.title.lower().split()), place)
        if first_at != place:
            what = f"the part “{part.title}” is listed twice, first at {first_at}"
            yield at(place, what=what, hint="put its chapters under one, or give it another title")
    chapters = book.book.places.get("chapters") or book.book.places.get("parts")
    for key in ("appendices", "back"):
        place = book.book.places.get(key, Place("book.yaml", 10**9))
        if chapters and place < chapters:
            yield at(
                place,
                what=f"`{key}` stands before the chapters",
                hint="list the files in the order of the book: front, chapters, appendices, back",
            )


def _listed(book: Manuscript) -> Iterator[tuple[str, str]]:
    """(path in book.yaml, file in chapters/) of everything that is listed, in the order of the book."""
    order = {"front": 0, "chapters": 1, "parts": 1, "appendices": 2, "back": 3}
    paths = [path for path in book.book.places if _ITEM.fullmatch(path)]
    files = (file.file.removeprefix("chapters/") for file in book.book.chapters)
    return zip(sorted(paths, key=lambda path: order[path.partition(".")[0]]), files, strict=False)
