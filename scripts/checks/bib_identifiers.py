"""BIB: the identifiers and addresses of works: ISSN, DOI, URL.

Reads the manuscript's entries; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from rapidfuzz import fuzz
from stdnum import issn

from octavo import bibliography as entries_of
from octavo.checks import Hit, at, check
from octavo.checks.entries import mended
from octavo.checks.manuscript import Manuscript
from octavo.model import Entry, Field


@check(
    "BIB015",
    "bad-issn",
    "error",
    "`{issn}` is no ISSN: {why}",
    hint=("the check digit should be `{digit}`, or another digit is wrong", "an ISSN reads 0022-2801"),
)
def bad_issn(book: Manuscript) -> Iterator[Hit]:
    """An ISSN whose check digit or shape is wrong (ISO 3297): four digits, a hyphen, three digits, a digit or X.

    Several numbers, the word ISSN, "(print)" and "(online)", a missing hyphen and other dashes are let be.

    *Bad*

        issn = {0022-2802},

    *Good*

        issn = {0022-2801},
    """
    for entry in book.entries.values():
        if found := entry.fields.get("issn"):
            for number, why, digit in _faults_of_issn(found.value):
                yield at(found.value_place, issn=number, why=why, digit=digit)


_ISSN_SHAPE = re.compile(r"(?<![\w-])\d{4}[-\u2010-\u2015\u2212~ ]{0,3}\d{3}[\dXxХх](?![\w-])")
_BESIDE_ISSN = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\be?-?p?-?ISSN(?:-L)?\b:?|[{}\\]", re.IGNORECASE)


def _faults_of_issn(value: str) -> Iterator[tuple[str, str, str]]:
    """(number, what is wrong, the check digit that would be right or nothing) of each bad one in a field."""
    cleaned = _BESIDE_ISSN.sub(" ", value)
    for found in _ISSN_SHAPE.finditer(cleaned):
        digits = re.sub(r"[^\dXxХх]", "", found[0])
        right = issn.calc_check_digit(digits[:7])
        if digits[-1] in "Хх":
            yield " ".join(found[0].split()), "its last letter is a Cyrillic Х", "X"
        elif digits[-1].upper() != right:
            yield " ".join(found[0].split()), "its check digit is wrong", right
    rests = re.split(r"[,;/\s]+", _ISSN_SHAPE.sub(" ", cleaned).strip())
    for rest in rests:
        if re.search(r"\d", rest) or (len(rests) == 1 and len(rest) >= 8 and rest == cleaned.strip()):
            yield rest, "it has another shape", ""
            return


@check(
    "BIB016",
    "bad-doi",
    "error",
    "`{doi}` is no DOI: {why}",
    hint=("write `{right}`", "a DOI reads 10.1017/CBO9781139052573"),
    fixable=True,
)
def bad_doi(book: Manuscript) -> Iterator[Hit]:
    """A DOI that is none, that carries an address before it, or ends in punctuation (DOI Handbook, § 2).

    Parentheses, angle brackets, commas and semicolons inside are legal; so are LaTeX's `\\_` and short DOIs (`10/gf4q9p`).

    *Bad*

        doi = {https://doi.org/10.2307/1986524}

    *Good*

        doi = {10.2307/1986524}
    """
    for entry in book.entries.values():
        if (found := entry.fields.get("doi")) and found.value.strip(" \t\r\n{}~"):
            written = _WRAPPED.sub(r"\1", " ".join(found.value.split()))
            why, right = _fault_of_doi(written)
            if why:
                fix = mended(entry, found, _kept(written, right)) if why == _PREFIXED and right else {}
                yield at(found.value_place, doi=written, why=why, right=right, **fix)


_WRAPPED = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}(?:\s*\{[^{}]*\})?")
_PREFIXED = "it carries an address or a label before it"
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+|10/[a-zA-Z0-9]{3,}")
_DOI_PREFIX = re.compile(
    r"<?(?:(?:https?[:/]+)?(?:dx\.|www\.)?doi\.org[:/]*|(?:info:)?\bdoi\b:?\s*/?|https?://[^\s/]+/(?=.*10\.\d{4}))+\s*",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\([_%&#$<>{}~])|\\textless\b\s*(?:\{\})?|\\textgreater\b\s*(?:\{\})?|[{}]")


def _plain_doi(written: str) -> str:
    return _ESCAPED.sub(lambda m: m[1] or {"\\textl": "<", "\\textg": ">"}.get(m[0][:6], ""), written)


def _fault_of_doi(written: str) -> tuple[str, str]:
    """(what is wrong or nothing, how it should be written or nothing)."""
    plain = _plain_doi(written)
    if prefix := _DOI_PREFIX.match(plain):
        rest = _DOI.search(unquote(plain[prefix.end() :]))
        if rest:
            return _PREFIXED, _trimmed(rest[0])
    if not _DOI.fullmatch(plain):
        inside = _DOI.search(plain)
        if not inside:
            return "it must read 10.number/suffix", ""
        return "there are spaces or words in it", _trimmed(inside[0]) if inside.start() else ""
    trimmed = _trimmed(plain)
    return ("it ends in punctuation", trimmed) if trimmed != plain else ("", "")


def _kept(written: str, right: str) -> str:
    """The DOI with the escapes that the author has written, if nothing else is to change."""
    prefix = _DOI_PREFIX.match(written)
    rest = written[prefix.end() :] if prefix else ""
    return rest if _plain_doi(rest) == right else right


def _trimmed(doi: str) -> str:
    """Without punctuation at the end; a parenthesis is part of a DOI if it closes one."""
    while doi and (doi[-1] in ".,;:'\"" or (doi[-1] in ")]}>" and doi.count(doi[-1]) > doi.count("([{<"[")]}>".index(doi[-1])]))):
        doi = doi[:-1]
    return doi


def doi_of(value: str) -> str:
    """The DOI in a value, in small letters and without an address before it: DOIs do not mind capitals (DOI Handbook, § 2.4)."""
    found = _DOI.search(unquote(_plain_doi(value)))
    return _trimmed(found[0]).lower() if found else ""


@check(
    "BIB017",
    "duplicate-doi",
    "warning",
    "`{key}` has the DOI of `{first}` ({place})",
    hint="delete one, if they are the same work, or look up which of them the DOI names",
)
def duplicate_doi(book: Manuscript) -> Iterator[Hit]:
    """One DOI in two entries: the same work twice, or the wrong DOI for one of them.

    Capitals and an address before the DOI make no difference. A chapter and the book that it refers to may share one.

    *Bad*

        @article{mueller1976, doi = {10.2307/1986524}, …}
        @article{muller76, doi = {10.2307/1986524}, …}

    *Good*

        @article{mueller1976, doi = {10.2307/1986524}, …}
    """
    first: dict[str, tuple[Entry, Field]] = {}
    for entry in book.entries.values():
        found = entry.fields.get("doi")
        doi = doi_of(found.value) if found else ""
        if found and doi:
            earlier, where = first.setdefault(doi, (entry, found))
            if earlier is not entry and not are_related(earlier, entry):
                yield at(found.value_place, key=entry.key, first=earlier.key, place=str(where.value_place))


def are_related(one: Entry, other: Entry) -> bool:
    """Whether one entry names the other in crossref, xdata, related, entryset or xref."""
    named = [{key for _, key in entries_of.references(entry)} | {entry.get("xref").strip()} - {""} for entry in (one, other)]
    return other.key in named[0] or one.key in named[1]


@check(
    "BIB019",
    "bad-url",
    "warning",
    "`{url}` is no address: {why}",
    hint=("did you mean `{right}`?", "an address reads https://example.org/page"),
)
def bad_url(book: Manuscript) -> Iterator[Hit]:
    """An address without a scheme (`https:`) or host, with spaces in it, or with a bracket that is never closed.

    LaTeX's escapes (`\\_`, `\\%`, `\\url{…}`) and brackets that are in order are let be, as are `urn:` and `doi:`.

    *Bad*

        url = {www.loc.gov/item/90025756},

    *Good*

        url = {https://www.loc.gov/item/90025756},
    """
    for entry in book.entries.values():
        if (found := entry.fields.get("url")) and (url := _address(found.value)):
            why, right = _fault_of_url(url)
            if why:
                yield at(found.value_place, url=" ".join(url.split()), why=why, right=right)


_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<slashes>/*)(?P<host>[^/?#\s]*)")
_BESIDE = re.compile(
    r"(?:[^\s/:]+\s+)+(?P<url>https?://\S+)|(?:URL|Link):?\s*(?P<url2>https?://\S+)|[<\"'(](?P<url3>https?://[^\s<>\"']+)[>\"')]",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?=[/:?#]|$)(?<!\.pdf))", re.IGNORECASE)
_WEB = ("http", "https")


def _address(value: str) -> str:
    wrapped = re.fullmatch(r"\s*\\url\s*\{(.*)\}\s*", value, re.DOTALL)
    value = re.sub(r"\{?\\textasciitilde\s*(?:\{\})?\}?|\$\\sim\$|\\~(?:\{\})?", "~", wrapped[1] if wrapped else value)
    return re.sub(r"\\([_%&#$~])", r"\1", value).replace("{", "").replace("}", "").strip()


def _fault_of_url(url: str) -> tuple[str, str]:
    """(what is wrong or nothing, the address that was likely meant or nothing)."""
    if beside := _BESIDE.fullmatch(url):
        return "there are words or signs beside it", beside["url"] or beside["url2"] or beside["url3"]
    found = _SCHEME.match(url)
    if not found or (not found["slashes"] and re.match(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}:\d+", url)):
        slip = re.match(r"(https?)[;.,]?:?/{1,3}(?=\w)", url, re.IGNORECASE)
        likely = f"{slip[1]}://{url[slip.end() :]}" if slip else f"https://{url}" if _HOST.match(url) else ""
        return "it has no scheme", likely if not re.search(r"\s", url) else ""
    if re.search(r"\s", url):
        return "there are spaces in it", ""
    scheme = found["scheme"].lower()
    likely = max(_WEB, key=lambda web: fuzz.ratio(scheme, web))
    if scheme not in _WEB:
        is_slip = found["slashes"] and scheme not in ("ftp", "ftps", "sftp", "shttp") and fuzz.ratio(scheme, likely) >= 75
        return ("its scheme is unknown", likely + url[len(scheme) :]) if is_slip else _unbalanced(url)
    if found["slashes"] != "//":
        return "two slashes must follow the scheme", f"{scheme}://{url[found.end('scheme') + 1 :].lstrip('/' + chr(92))}" if found[
            "host"
        ] else ""
    if not found["host"] or found["host"].lower().rstrip(":") in _WEB:
        return "it has no host", url[found.start("host") :] if found["host"] else ""
    return _unbalanced(url)


def _unbalanced(url: str) -> tuple[str, str]:
    for opening, closing in ("()", "[]", "<>"):
        if url.count(opening) != url.count(closing):
            right = url.rstrip(f".,;{closing}") if url.count(closing) > url.count(opening) and url.endswith(closing) else ""
            return f"a `{opening if url.count(opening) > url.count(closing) else closing}` in it stands alone", right
    return "", ""


@check("BIB020", "url-repeats-doi", "note", "the address of `{key}` only repeats its DOI", hint="delete `url`: the DOI is a link already")
def url_repeats_doi(book: Manuscript) -> Iterator[Hit]:
    """A `url` at doi.org that says the same as `doi`: most styles print both.

    *Bad*

        doi = {10.2307/1986524}, url = {https://doi.org/10.2307/1986524},

    *Good*

        doi = {10.2307/1986524},
    """
    for entry in book.entries.values():
        url, doi = entry.fields.get("url"), entry.fields.get("doi")
        if url and doi and _AT_DOI_ORG.match(_address(url.value)) and doi_of(url.value) == doi_of(doi.value) != "":
            yield at(url.value_place, key=entry.key)


_AT_DOI_ORG = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
