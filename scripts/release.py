"""`octavo release`: the anchors of a published edition, recorded so that they keep working in every later one.

Reads the book and its anchors.json; writes anchors.json, for the author to commit.
"""

from __future__ import annotations

from pathlib import Path

from octavo import anchoring, bibliography, config, ledger, parse
from octavo.checks.manuscript import Manuscript
from octavo.ledger import GONE
from octavo.model import UserError


def release(directory: Path) -> str:
    """Record the anchors of the book as it is; what was done, in one line. Raises UserError for a chapter that cannot be read."""
    book = config.load(directory)
    manuscript = Manuscript(directory, book, parse.parse(directory, book), bibliography.read(directory, book))
    unread = next((text.file.file for text in manuscript.texts if not text.is_read), "")
    if unread:
        raise UserError(f"{unread} cannot be read: nothing was recorded", hint="`octavo check` says why")
    labels = {
        label.name: text.chapter.file.slug
        for text in manuscript.texts
        for label in text.labels
        if label.is_explicit and label.name
    }  # fmt: skip
    labels |= {part.label: "" for i, part in enumerate(book.parts) if f"parts.{i}.label" in book.places}
    pages = [page for text in manuscript.texts if not text.host and (page := ledger.page_of(text.chapter))]
    before = ledger.read(directory)
    anchors = anchoring.released(before, pages, labels)
    ledger.write(directory, anchors)
    return _said(before, anchors)


def _said(before: list[ledger.Anchor], anchors: list[ledger.Anchor]) -> str:
    standing = {anchor.at for anchor in before if not anchor.now}
    alive = {anchor.at for anchor in anchors if not anchor.now}
    gone = {anchor.at for anchor in anchors if anchor.now == GONE}
    moved = standing - alive - gone
    new = len(alive - standing)
    counts = [(len(moved), "moved"), (len(gone & standing), "gone"), (new, "new")]
    told = ", ".join(f"{count} {what}" for count, what in counts if count)
    return f"{ledger.NAME}: {len(alive)} anchors" + (f" ({told})" if told and before else "")
