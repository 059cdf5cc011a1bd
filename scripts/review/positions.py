"""The map that a draft carries inside: for each piece of the book the page and place where it begins, its words and their lines.

Writes it into a PDF as an attached file, and into each page its number and the map's digest; reads them back from a PDF
that a reviewer sent, however its pages were turned, left out or mixed with others (ISO 32000-1, 7.11.4 and 14.5).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Dictionary, Name

from octavo.commits import State
from octavo.review.margin import Margin, lines_of

NAME = "octavo-positions.json"
VERSION = 1


class Laid(NamedTuple):
    """A piece of the book as it is laid out: where it begins (points from the upper left corner), its words, their lines."""

    page: int
    x: float
    y: float
    words: tuple[str, ...]
    lines: tuple[tuple[int, int, int], ...]
    """(index of the word, number of the file, line) wherever the line changes."""

    def line_of(self, word: int) -> tuple[int, int]:
        """(number of the file, line) of a word."""
        file, line = 0, 0
        for at, number, there in self.lines:
            if at > word:
                break
            file, line = number, there
        return file, line


@dataclass(frozen=True)
class Positions:
    """The map of a draft. `clean`: whether the files were as in the commit; `files` by their numbers in the margin."""

    commit: str
    date: str
    clean: bool
    files: dict[int, str]
    pieces: list[Laid]
    whole_lines: bool = False
    """Whether each piece has its lines whole, as those made from the tags of a margin have: one line may be in several."""

    def as_bytes(self) -> bytes:
        pieces = [[*piece[:3], " ".join(piece.words), piece.lines] for piece in self.pieces]
        record = {
            "octavo": VERSION, "commit": self.commit, "date": self.date, "clean": self.clean,
            "files": {str(number): file for number, file in self.files.items()}, "pieces": pieces,
        }  # fmt: skip
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def positions(margin: Margin, marks: Iterable[tuple[Any, int, float, float]], commit: State) -> Positions:
    """The map from what is in the margin and where its marks came to stand; of a mark that is repeated the first place counts."""
    first: dict[int, tuple[int, float, float]] = {}
    for number, page, x, y in marks:
        first.setdefault(number, (page, x, y))
    pieces: list[Laid] = []
    for number, piece in margin.pieces.items():
        if number in first:
            page, x, y = first[number]
            if piece.kind == "heading":
                # Its mark stands at its end, and a title may have several lines.
                x, y = 0.0, max(y - 60, 0.0)
            lines = tuple((at, margin.files[file], line) for at, file, line in lines_of(piece.origins))
            pieces.append(Laid(page, round(x, 1), round(y, 1), tuple(piece.words), lines))
    return Positions(*commit, {number: file for file, number in margin.files.items()}, pieces)


def put(content: bytes, made: Positions, margin: bytes = b"", pages: Sequence[int] = ()) -> bytes:
    """The PDF with its map attached, and each page with its number and the map's digest.

    The pages of `margin`, another PDF, are laid over `pages` (from 1): as artifacts, which are read to nobody.
    """
    written = made.as_bytes()
    digest = hashlib.sha256(written).hexdigest()[:16]
    # The date that the format asks for; the map has its own.
    stamp = f"D:{made.date.replace('-', '') or '19800101'}000000Z"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        description = "Where in the manuscript each piece of this draft comes from; octavo comments reads it"
        spec = pikepdf.AttachedFileSpec(
            pdf, written, filename=NAME, mime_type="application/json", description=description, creation_date=stamp, mod_date=stamp
        )
        spec.obj[Name.AFRelationship] = Name.Supplement
        pdf.attachments[NAME] = spec
        for number, page in enumerate(pdf.pages, 1):
            private = Dictionary(Page=number, Draft=pikepdf.String(digest))
            page.obj[Name.PieceInfo] = Dictionary(Octavo=Dictionary(LastModified=pikepdf.String(stamp), Private=private))
            page.obj[Name.LastModified] = pikepdf.String(stamp)
        if margin:
            _lay_over(pdf, margin, pages)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _lay_over(pdf: pikepdf.Pdf, margin: bytes, pages: Sequence[int]) -> None:
    with pikepdf.open(io.BytesIO(margin)) as over:
        for number, laid in zip(pages, over.pages, strict=True):
            page = pdf.pages[number - 1]
            name = page.add_resource(pdf.copy_foreign(laid.as_form_xobject()), Name.XObject, Name.Margin)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"Q\n/Artifact BMC\nq %s Do Q\nEMC\n" % str(name).encode())


def get(pdf: pikepdf.Pdf) -> dict[str, Positions]:
    """Every map that a PDF carries, by its digest: several drafts may have been put together."""
    found: dict[str, Positions] = {}
    for spec in dict(pdf.attachments).values():
        try:
            raw = spec.get_file().read_bytes()
            record = json.loads(raw)
            if isinstance(record, dict) and record.get("octavo") == VERSION:
                found[hashlib.sha256(raw).hexdigest()[:16]] = _positions(record)
        except (ValueError, KeyError, TypeError, pikepdf.PdfError):
            continue
    return found


def _positions(record: dict[str, Any]) -> Positions:
    pieces = [
        Laid(int(page), float(x), float(y), tuple(words.split()), tuple(tuple(map(int, line)) for line in lines))  # type: ignore[misc]
        for page, x, y, words, lines in record["pieces"]
    ]
    files = {int(number): str(file) for number, file in record["files"].items()}
    return Positions(str(record["commit"]), str(record["date"]), bool(record["clean"]), files, pieces)


def page_of(page: Any) -> tuple[str, int]:
    """(digest of the map, number of the page in its draft), or nothing and 0 for a page that is none of a draft's."""
    try:
        private = page["/PieceInfo"]["/Octavo"]["/Private"]
        return str(private["/Draft"]), int(private["/Page"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return "", 0
