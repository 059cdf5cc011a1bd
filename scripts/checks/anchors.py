"""REF011: anchors of the last released edition.

Reads anchors.json and the chapters; writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from octavo import anchoring, ledger
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.ledger import Anchor
from octavo.model import Place


@check(
    "REF011",
    "released-anchor-removed",
    "warning",
    "the released anchor `{name}`{words} is gone",
    hint=("{hint}",),
)
def released_anchor_removed(book: Manuscript) -> Iterator[Hit]:
    """An anchor of the last released edition (anchors.json) that nothing in the book bears any more: a page, a label or a paragraph.

    Somebody may have cited it. A paragraph that was edited or has moved keeps its anchor; one that cannot be known again has
    lost it, and links to it lead to the place where it stood. Where that is meant, `octavo release` records it, and the
    finding goes. A page that is gone is named once, not every paragraph of it. While a chapter cannot be read, nothing is said.

    *Bad*

        anchors.json:      {"at": "rapallo#sec-treaty"}       and no heading of the book bears  {#sec-treaty}

    *Good*

        chapters/rapallo.md:     ## The Treaty of Rapallo {#sec-treaty}
    """
    anchors = ledger.read(book.directory)
    if not anchors or not all(text.is_read for text in book.texts):
        return
    chapters = [text.chapter for text in book.texts if not text.host]
    pages = {chapter.file.slug for chapter in chapters}
    gone = set(anchoring.stand(anchors, [page for chapter in chapters if (page := ledger.page_of(chapter))]).gone)
    for i, anchor in enumerate(anchors):
        if anchor.now or (anchor.page and anchor.name and anchor.page not in pages):
            continue
        hint = _hint(anchor, i in gone, book, pages)
        if hint:
            line = ledger.line_of(i)
            words = f" (“{anchor.words}”)" if anchor.words else ""
            yield at(Place(ledger.NAME, line, 1, line, 1), name=anchor.at, words=words, hint=hint)


def _hint(anchor: Anchor, is_gone: bool, book: Manuscript, pages: set[str]) -> str:
    """What to do about an anchor that is gone; nothing where it is not."""
    accept = "`octavo release` accepts that it is gone"
    if not anchor.name:
        return "" if anchor.page in pages else f"give the chapter's file its name back, `{anchor.page}.md`; {accept}"
    if anchor.number:
        return f"links to it lead to the place where it stood; {accept}" if is_gone else ""
    return "" if anchor.name in book.labels else f"give what bore it the label `{{#{anchor.name}}}` back; {accept}"
