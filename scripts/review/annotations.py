"""What readers have written on a PDF: highlights, notes, strike-outs, insertions, replies, as their viewers left them.

Reads a PDF's annotations (ISO 32000-1, 12.5.6); writes nothing. Viewers differ in the order of the corners of a marked
passage, in whether the comment stands in /Contents, in rich text or in the pop-up, and in how a replacement is made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import pikepdf

from octavo.review.words import Box

KINDS = {
    "/Highlight": "highlight", "/Underline": "underline", "/StrikeOut": "strike-out", "/Squiggly": "squiggly", "/Text": "note",
    "/FreeText": "text", "/Caret": "insertion", "/Ink": "drawing", "/Square": "box", "/Circle": "circle", "/Line": "line",
}  # fmt: skip
# A viewer hides the states that it keeps as replies; what else is hidden is not meant to be read.
_HIDDEN = 2
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})?)?")


@dataclass
class Remark:
    """What a reader wrote at one place, with what others replied. `boxes` are what is marked, in the page's own space."""

    kind: str
    page: int
    boxes: tuple[Box, ...]
    text: str
    author: str
    date: str
    name: str
    state: str = ""
    replies: list[Remark] = field(default_factory=list)


def remarks(pdf: pikepdf.Pdf) -> list[Remark]:
    """Every remark of a file in the order of its pages, replies and states at what they answer."""
    found: list[Remark] = []
    for number, page in enumerate(pdf.pages):
        annotations = [one for one in _array(page.obj.get("/Annots")) if isinstance(one, pikepdf.Dictionary)]
        found += _of_page(number, annotations)
    return found


def _of_page(page: int, annotations: list[Any]) -> list[Remark]:
    shown = (one for one in annotations if str(one.get("/Subtype")) in KINDS and ("/IRT" in one or not int(one.get("/F", 0)) & _HIDDEN))
    made = [(one, _remark(page, one)) for one in shown]
    by_id = {_identity(one): remark for one, remark in made}
    top: list[Remark] = []
    for one, remark in made:
        parent = by_id.get(_identity(one["/IRT"])) if isinstance(one.get("/IRT"), pikepdf.Dictionary) else None
        if parent is None or parent is remark:
            top.append(remark)
        elif "/State" in one:
            parent.state = _text(one["/State"])
        elif str(one.get("/RT")) == "/Group":
            _join(parent, remark)
        else:
            parent.replies.append(remark)
    return [remark for remark in top if remark.text or remark.kind != "note" or remark.replies]


def _join(parent: Remark, part: Remark) -> None:
    """A strike-out and an insertion that belong together are a replacement, of the words that are struck out."""
    if {parent.kind, part.kind} == {"strike-out", "insertion"}:
        struck = parent if parent.kind == "strike-out" else part
        parent.boxes, parent.kind = struck.boxes, "replacement"
    parent.text = " ".join(filter(None, [parent.text, part.text if part.text != parent.text else ""]))


def _remark(page: int, one: Any) -> Remark:
    date = one.get("/M", one.get("/CreationDate", ""))
    return Remark(
        KINDS[str(one["/Subtype"])], page, _boxes(one), _said(one), _text(one.get("/T", "")), _date(_text(date)), _text(one.get("/NM", ""))
    )


def _identity(one: Any) -> Any:
    return one.objgen if one.objgen != (0, 0) else (_text(one.get("/NM", "")), str(one.get("/Rect")))


def _said(one: Any) -> str:
    """The comment: as plain text, else from the rich text, else from the pop-up."""
    popup = one.get("/Popup")
    candidates = [_text(one.get("/Contents", "")), _plain(_text(one.get("/RC", "")))]
    if isinstance(popup, pikepdf.Dictionary):
        candidates.append(_text(popup.get("/Contents", "")))
    return next((" ".join(words.split()) for words in candidates if words.strip()), "")


def _plain(rich: str) -> str:
    """The words of rich text, which is XHTML (ISO 32000-1, 12.7.3.4)."""
    try:
        return " ".join(ElementTree.fromstring(rich).itertext()) if rich.strip() else ""
    except ElementTree.ParseError:
        return re.sub(r"<[^>]*>", " ", rich)


def _boxes(one: Any) -> tuple[Box, ...]:
    """What is marked. The four corners of a quadrilateral come in more than one order: what counts is what they span."""
    try:
        numbers = [float(number) for number in _array(one.get("/QuadPoints"))]
    except (TypeError, ValueError):
        numbers = []
    quads = [numbers[i : i + 8] for i in range(0, len(numbers) - 7, 8)]
    if quads:
        return tuple((min(q[::2]), min(q[1::2]), max(q[::2]), max(q[1::2])) for q in quads)
    rect = [float(number) for number in _array(one.get("/Rect"))]
    if len(rect) != 4:
        return ()
    return ((min(rect[::2]), min(rect[1::2]), max(rect[::2]), max(rect[1::2])),)


def _array(given: Any) -> list[Any]:
    return list(given) if isinstance(given, pikepdf.Array) else []


def _text(given: Any) -> str:
    return (
        str(given)
        if isinstance(given, (pikepdf.String, pikepdf.Name, str))
        else given.read_bytes().decode("utf-8", "replace")
        if isinstance(given, pikepdf.Stream)
        else ""
    )


def _date(written: str) -> str:
    """`D:20261122143000+01'00'` -> `2026-11-22 14:30`."""
    found = _DATE.match(written)
    if not found:
        return ""
    day = "-".join(part for part in found.groups()[:3] if part)
    return day + (f" {found[4]}:{found[5] or '00'}" if found[4] else "")
