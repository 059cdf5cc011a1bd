"""EDN002, EDN003, EDN004: what an edition shows that should never have reached a reader.

Reads the pieces that octavo.validators.shown has read, the manuscript's chapters where a word may be the author's own, and
the dates of its entries; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from octavo.model import Entry, Finding
from octavo.validators.files import finding
from octavo.validators.shown import CODE, Piece

_ATTRIBUTE = r"[\w:-]+=(?:\"[^\"]*\"|'[^']*'|“[^”]*”|[^\s{}]+)"
_COMMANDS = (
    r"(?:[A-Za-z]*cite[A-Za-z]*|[a-z]*ref|footnote|label|index|emph|text(?:it|bf|sc|tt|sf)|url|href|begin|end|section|chapter|item|par)"
)
LEAKED = re.compile(
    r"\[(?:[^\[\]@]{0,30}\s)?-?@[\w{][^\s\]]*\]?"  # [@key, [see @key
    r"|(?<![\w?!…»”’\"')\]])\?\?+(?![\w?!])"  # ?? by itself, as where a number should be
    rf"|\{{(?:[^{{}}\n]{{0,60}}\s)?(?:[.#][A-Za-z][\w:-]*|{_ATTRIBUTE})(?:\s(?:[.#][\w:-]+|{_ATTRIBUTE}))*\s*\}}"
    r"|(?<![:\w]):::+(?!:)"
    rf"|\\{_COMMANDS}\*?(?![A-Za-z])"
)
# A set in braces, an address, a pattern: what is in braces begins the attributes of pandoc, or a word and then them.
_ALONE = ("None", "nan", "NaN", "undefined")
_LABEL = re.compile(r"(?:\w+[\s\u00a0])?[\dA-Z]+(?:\.\d+)*[.:]?[\s\u00a0]+(?=\S+$)")
_PARTS = re.compile(r"\s+[–—·|:-]\s+|\s*[|·]\s*")
_SHOWN_ATTRIBUTES = {"alt", "title", "aria-label", "aria-description", "content", "placeholder", "summary", "Title", "Subject", "Keywords"}
# What a reference to a work without a date says, in the languages of the citation styles.
_NO_DATE = re.compile(r"\b(?:[nN]\.\s?d\.|[oO]\.\s?J\.|[sS]\.\s?[dfa]\.|[бБнН]\.\s?г\.|[bB]\.\s?d\.|[uU]\.\s?å\.)(?!\w)")
_YEAR = re.compile(r"\d{3,4}")
_ADDRESS = re.compile(r"(?:https?://|www\.|doi:|10\.\d{4,})\S*|\S*/\.\.\S*|\S*\.\./\S*")
_DOUBLED = re.compile(r"(?<![.…])\.\.(?![.…])|,\.(?![\d.])|,,(?=\s|$)|[;:][.,;](?=\s|$)|“”|«»|„“")


def leaked(pieces: Iterable[Piece], manuscript: str) -> Iterator[Finding]:
    """EDN002. `manuscript`: the text of the chapters; a cell that says None there says so in the author's name."""
    alone = [word for word in _ALONE if word != "None" or not re.search(r"\|\s*None\s*(?:\||$)", manuscript, re.MULTILINE)]
    for piece in pieces:
        said = "title" if piece.kind == "attribute" and piece.name == "title" else piece.kind
        if piece.kind in ("cell", "caption", "title", "attribute"):
            words = [_LABEL.sub("", piece.text.strip(), count=1) if piece.kind == "caption" else piece.text.strip()]
            words = _PARTS.split(words[0]) if piece.kind == "title" else words
            for word in words:
                if word.rstrip(".") in alone:
                    what = f"the attribute `{piece.name}`" if piece.kind == "attribute" else f"a {said}"
                    yield finding("EDN002", piece.place, fault=f"{what} says `{word}` and nothing else")
        if piece.kind in ("text", "cell", "caption", "title", "note", "entry") or piece.name in _SHOWN_ATTRIBUTES:
            for found in LEAKED.finditer(piece.text):
                yield finding("EDN002", piece.place, fault=f"`{found[0]}` is left in what a reader sees: “{_near(piece.text, found)}”")


def _near(text: str, found: re.Match[str], width: int = 30) -> str:
    start, end = max(0, found.start() - width), min(len(text), found.end() + width)
    return ("…" if start else "") + text[start:end].replace(CODE, "□").strip() + ("…" if end < len(text) else "")


def empty(pieces: Iterable[Piece], entries: Mapping[str, Entry]) -> Iterator[Finding]:
    """EDN003. `entries`: those of the manuscript by their keys."""
    # The pieces of a page come as their elements end: citations before the note that holds them.
    for _, of_page in groupby(pieces, key=lambda piece: piece.place.file):
        cited: list[Piece] = []
        for piece in of_page:
            if piece.kind in ("note", "entry", "citation") and not _says_anything(piece.text):
                what = {"note": "note", "entry": "entry", "citation": "citation of"}[piece.kind]
                yield finding("EDN003", piece.place, fault=f"the {what} `{piece.name}` prints nothing")
            elif piece.kind == "entry":
                yield from _undated(piece, [piece.name], entries)
            elif piece.kind == "citation":
                cited.append(piece)
            elif piece.kind == "note":
                inside = [one.name for one in cited if one.place > piece.place]
                yield from _undated(piece, inside, entries)
                cited = [one for one in cited if one.place <= piece.place]


def _says_anything(text: str) -> bool:
    """Whether a piece has a letter or a number; the name of a missing work with a question mark (citeproc) is none."""
    return any(letter.isalnum() or letter == CODE for letter in text)


def _undated(piece: Piece, keys: list[str], entries: Mapping[str, Entry]) -> Iterator[Finding]:
    """ "n.d." where every work that is meant has a year, and none of the years is printed."""
    if not keys or not (found := _NO_DATE.search(piece.text)):
        return
    years = [_YEAR.search(entries[key].get("date") or entries[key].get("year")) for key in keys if key in entries]
    if years and all(year and year[0] not in piece.text for year in years):
        named = ", ".join(f"`{key}`" for key in dict.fromkeys(keys))
        fault = f"“{found[0]}” stands where {named} has the date {', '.join(sorted({year[0] for year in years if year}))}"
        yield finding("EDN003", piece.place, fault=fault)


def doubled(pieces: Iterable[Piece]) -> Iterator[Finding]:
    """EDN004, in notes and entries."""
    for piece in pieces:
        if piece.kind in ("note", "entry"):
            text = _ADDRESS.sub(CODE, piece.text)
            for found in _DOUBLED.finditer(text):
                what = f"note {piece.name}" if piece.kind == "note" else f"the entry {f'`{piece.name}`' if piece.name else ''}".strip()
                yield finding("EDN004", piece.place, "warning", signs=found[0], where=what, near=_near(text, found))
