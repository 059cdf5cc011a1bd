"""The comments on a reviewed draft, each with the line of the manuscript that it is about: `octavo comments`.

Reads the reviewed PDFs, the chapters and, by git, the chapters in the draft's commit; writes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pikepdf

from octavo import commits
from octavo.model import Book, UserError
from octavo.origins import Origin, Sources
from octavo.review import positions, tags
from octavo.review.annotations import Remark, remarks
from octavo.review.place import Carrier, Found, Marked, Placer, marked
from octavo.review.words import Reader
from octavo.source import Source

COLUMNS = (
    "file",
    "line",
    "line_today",
    "chapter",
    "page",
    "kind",
    "words",
    "comment",
    "author",
    "date",
    "state",
    "replies",
    "pdf",
    "unplaced",
)


@dataclass(frozen=True)
class Comment:
    """A remark with its place: `found` in the draft, `first` and `last` its words in today's text; or why it has none."""

    remark: Remark
    pdf: str
    words: str
    page: int
    found: Found | None = None
    first: Origin | None = None
    last: Origin | None = None
    chapter: str = ""
    unplaced: str = ""

    @property
    def id(self) -> str:
        """A name for the comment that is the same whenever it is read."""
        said = (self.remark.name, self.remark.author, self.remark.date[:10], self.remark.kind, self.words, self.remark.text)
        return "c-" + hashlib.sha256("\0".join(said).encode()).hexdigest()[:8]

    def as_record(self) -> dict[str, Any]:
        found, remark = self.found, self.remark
        replies = [{"author": reply.author, "date": reply.date, "text": reply.text} for reply in remark.replies]
        values = (
            found.file if found else "", found.line if found else None, self.first.line if self.first else None, self.chapter, self.page,
            remark.kind, self.words, remark.text, remark.author, remark.date, remark.state, replies, self.pdf, self.unplaced,
        )  # fmt: skip
        return dict(zip(COLUMNS, values, strict=True))


class Review:
    """The comments of one book's reviewed drafts."""

    def __init__(self, directory: Path, book: Book) -> None:
        self.directory, self.book = directory, book
        self.sources = Sources(self._today)

    def _today(self, file: str) -> str | None:
        try:
            return (self.directory / file).read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            return None

    def _sources_at(self, commit: str) -> Sources:
        """The sources in a commit; today's where git does not know it."""
        if not commit or commits.text_at(self.directory, commit, "book.yaml") is None:
            return self.sources
        return Sources(lambda file: commits.text_at(self.directory, commit, file))

    def comments(self, path: Path) -> list[Comment]:
        """Every comment of a file. Raises UserError, one line, for what is no PDF."""
        try:
            with pikepdf.open(path) as pdf:
                written = remarks(pdf)
                maps = positions.get(pdf)
                pages = [positions.page_of(page.obj) for page in pdf.pages]
        except (OSError, pikepdf.PdfError) as error:
            raise UserError(f"{path} cannot be read as a PDF: {' '.join(str(error).split())}") from None
        if not written:
            return []
        reader = Reader(path)
        drafts = {name: _Draft(found, self.sources) for name, found in maps.items()}
        if not drafts:
            named = {file.number: file.file for file in self.book.chapters}
            lost = tags.read(reader, named, self._sources_at)
            if lost:
                drafts, pages = {"": _Draft(lost, self.sources)}, [("", number) for number in range(1, len(pages) + 1)]
        return [self._placed(remark, path.name, reader, drafts, pages[remark.page]) for remark in written]

    def _placed(self, remark: Remark, pdf: str, reader: Reader, drafts: dict[str, _Draft], page: tuple[str, int]) -> Comment:
        name, number = page
        there = remark.page + 1
        if not drafts:
            return Comment(remark, pdf, "", there, unplaced="this is no draft of Octavo, or one without its map and its tags")
        words = reader.page(remark.page)
        mark = marked(remark, words)
        said = mark.words if mark else ""
        if name not in drafts or not number:
            return Comment(remark, pdf, said, there, unplaced=f"page {there} is not one of the draft's")
        found = drafts[name].placer.find(mark, words, number, words.height) if mark else None
        if not found or not mark:
            return Comment(remark, pdf, said, there, unplaced=f"nothing of the manuscript stands there on page {there}")
        first, last = drafts[name].today(found, mark)
        return Comment(remark, pdf, said, there, found, first, last, self._chapter(found.file))

    def _chapter(self, file: str) -> str:
        text = self.sources.read(file) if file.endswith(".md") else None
        headings = Source(file, text).headings if text else []
        return headings[0].text.partition("{")[0].strip() if headings else ""


class _Draft:
    def __init__(self, found: positions.Positions, sources: Sources) -> None:
        self.found, self.sources = found, sources
        self.placer = Placer(found)

    @cached_property
    def carrier(self) -> Carrier:
        return Carrier(self.found, self.sources)

    def today(self, found: Found, mark: Marked) -> tuple[Origin | None, Origin | None]:
        """The first and the last word that is marked, in today's text."""
        first = self.carrier.today(found)
        length = len(self.found.pieces[found.piece].words)
        end = found._replace(word=min(found.word + max(mark.count - 1, 0), length - 1))
        last = self.carrier.today(end)
        return first, last if first and last and last.start >= first.start and last.file == first.file else first


def as_text(comments: Sequence[Comment]) -> Iterator[str]:
    """The comments in the order of the book's files, then those without a place."""
    placed = sorted((c for c in comments if c.found), key=lambda c: (c.found or ("", 0))[:2])
    for comment in placed:
        found, remark = comment.found, comment.remark
        assert found is not None
        today = f" (today {comment.first.line})" if comment.first and comment.first.line != found.line else ""
        yield f"{found.file}:{found.line}{today}: {_who(comment)}" + (f" [{remark.state}]" if remark.state else "")
        if comment.words:
            yield f"    “{comment.words}”"
        yield from (f"    {line}" for line in _said(remark))
    lost = [comment for comment in comments if not comment.found]
    for comment in lost:
        yield f"{comment.pdf}, page {comment.page}: not placed, {comment.unplaced}: {_who(comment)}"
        yield from (f"    {line}" for line in _said(comment.remark))
    yield f"{len(comments)} comment{'' if len(comments) == 1 else 's'}, {len(lost)} not placed"


def _who(comment: Comment) -> str:
    remark = comment.remark
    return ", ".join(filter(None, [f"{remark.kind} by {remark.author or 'somebody'}", remark.date]))


def _said(remark: Remark) -> Iterator[str]:
    if remark.text:
        yield remark.text
    for reply in remark.replies:
        yield f"↳ {reply.author or 'somebody'}: {reply.text}"


def as_json(comments: Sequence[Comment]) -> str:
    return json.dumps([comment.as_record() for comment in comments], ensure_ascii=False, indent=1)


def as_csv(comments: Sequence[Comment]) -> str:
    """A row a comment; replies in one cell. It opens in a spreadsheet: what would be a formula there is made text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for comment in comments:
        record = comment.as_record()
        record["replies"] = " / ".join(f"{reply['author']}: {reply['text']}" for reply in record["replies"])
        writer.writerow({key: safe_cell(value) for key, value in record.items()})
    return out.getvalue()


def safe_cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value
