"""EDN006: the PDF held against the rules of PDF/UA-1 (ISO 14289-1) that a program can test.

Reads the finished PDF by another library than made it (qpdf, by pikepdf), and asks the tester pdfua; writes nothing. A rule is
said once, with the number of places and the first page; its clause stands before it.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf

from octavo import tools
from octavo.model import Finding, Place
from octavo.validators.files import finding, not_run

Fault = tuple[str, str, Any]
"""(clause, what is wrong, the page it is on or nothing)"""

# ISO 32000-1, 14.8.4: the standard structure types, and what some of them may hold.
_STANDARD = set(
    re.findall(
        r"\w+",
        "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH "
        "TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form",
    )
)
_HOLDS = {
    "L": {"L", "LI", "Caption"}, "LI": {"Lbl", "LBody"}, "TOC": {"TOC", "TOCI", "Caption"},
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"}, "TR": {"TH", "TD"},
    "THead": {"TR"}, "TBody": {"TR"}, "TFoot": {"TR"},
}  # fmt: skip
_ONLY_IN = {"LI": {"L"}, "LBody": {"LI"}, "TOCI": {"TOC"}, "TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_COVERED = {"UA-14-001": "7.4.2"}
"""Rules that pdfua passes over with an exception, and the clause under which they are asserted here."""


def accessible(path: Path) -> list[Finding]:
    """Every rule that the PDF breaks, and every rule that was not tested although the tester has it."""
    place = Place(path.as_posix())
    with pikepdf.open(path) as pdf:
        book = _Document(pdf)
        found = [fault for rule in _RULES for fault in rule(book)]
        said: dict[tuple[str, str], list[int]] = {}
        for clause, fault, page in found:
            said.setdefault((clause, fault), []).append(book.number(page))
    told = [finding("EDN006", place, fault=f"{clause}: {fault}{_where(pages)}", hint="") for (clause, fault), pages in said.items()]
    return told + _by_pdfua(path)


def _where(pages: list[int]) -> str:
    known = [page for page in pages if page]
    first = f"page {min(known)}" if known else ""
    return (
        f" ({first})"
        if first and len(pages) == 1
        else f" ({len(pages)} times{', first on ' + first if first else ''})"
        if len(pages) > 1
        else ""
    )


class _Document:
    """The structure tree of a PDF, each element with its type, its parent's type and its page."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.root: Any = pdf.Root
        self.tree: Any = self.root.get("/StructTreeRoot")
        self.pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        self.roles = {str(name)[1:]: str(role)[1:] for name, role in dict(self.tree.get("/RoleMap", {})).items()} if self.tree else {}
        self.elements: list[tuple[str, str, Any, Any]] = list(self._walk(self.tree, "", None)) if self.tree else []
        """(type, type of the parent, element, page) in the order of the tree."""

    def number(self, page: Any) -> int:
        return self.pages.get(page.objgen, 0) if page is not None else 0

    def role(self, name: str) -> str:
        for _ in range(9):  # a map that runs in a circle ends somewhere
            if name in _STANDARD or name not in self.roles:
                break
            name = self.roles[name]
        return name

    def _walk(self, parent: Any, above: str, page: Any) -> Iterator[tuple[str, str, Any, Any]]:
        for kid in kids(parent):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                role = self.role(str(kid["/S"])[1:])
                here = kid.get("/Pg", page)
                yield role, above, kid, here if here is not None else _first_page(kid)
                yield from self._walk(kid, role, here)

    def of(self, *roles: str) -> Iterator[tuple[Any, Any]]:
        return ((element, page) for role, _, element, page in self.elements if role in roles)


def kids(element: Any) -> list[Any]:
    """What an element of the structure tree holds."""
    held = element.get("/K", [])
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def _first_page(element: Any) -> Any:
    for kid in kids(element):
        if isinstance(kid, pikepdf.Dictionary) and (page := kid.get("/Pg") or _first_page(kid)) is not None:
            return page
    return None


def _text(element: Any, key: str) -> str:
    return str(element.get(key, "")).strip()


# The rules


def _of_the_file(book: _Document) -> Iterator[Fault]:
    """7.1, 7.2, 6: what the file says of itself."""
    root = book.root
    if not book.tree or not book.elements:
        yield "7.1", "the PDF has no structure tree", None
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "7.1", "the PDF does not say that it is tagged (MarkInfo)", None
    if root.get("/MarkInfo", {}).get("/Suspects", False):
        yield "7.1", "the PDF says that its tags are suspect (MarkInfo)", None
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "7.1", "a viewer shows the name of the file in place of the title (DisplayDocTitle)", None
    if not _LANGUAGE.fullmatch(_text(root, "/Lang")):
        yield "7.2", "the PDF has no language (Lang)", None
    with book.pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        said = {key: str(xmp.get(key) or "").strip() for key in ("dc:title", "pdfuaid:part", "pdfaid:part", "pdfaid:conformance")}
    if not said["dc:title"]:
        yield "7.1", "the metadata have no title (dc:title)", None
    if said["pdfuaid:part"] != "1":
        yield "5", "the metadata do not name PDF/UA-1 (pdfuaid:part)", None
    if not said["pdfaid:part"] or said["pdfaid:conformance"] != "A":
        yield "ISO 19005-2, 6.6.4", "the metadata do not name PDF/A at level A (pdfaid)", None
    if book.pdf.is_encrypted and not book.pdf.allow.accessibility:
        yield "7.16", "its protection shuts out screen readers", None


def _tags(book: _Document) -> Iterator[Fault]:
    """7.1, 7.2: types that are known, in the order in which they may stand."""
    for role, above, element, page in book.elements:
        if role not in _STANDARD:
            yield "7.1", f"the type of tag {role} is no standard one and stands for none", page
        if role not in _HOLDS.get(above, {role}) or above not in _ONLY_IN.get(role, {above}):
            yield "7.2", f"a tag {role} stands in a tag {above or 'of no kind'}", page
        if "/Lang" in element and not _LANGUAGE.fullmatch(_text(element, "/Lang")):
            yield "7.2", f"`{_text(element, '/Lang')}` is no language", page


def _alternatives(book: _Document) -> Iterator[Fault]:
    """7.3, 7.7: figures and formulas say what they show."""
    for role, clause, what in (("Figure", "7.3", "a figure"), ("Formula", "7.7", "a formula")):
        for element, page in book.of(role):
            if not _text(element, "/Alt") and not _text(element, "/ActualText"):
                yield clause, f"{what} has no alternative text (Alt)", page


def _tables(book: _Document) -> Iterator[Fault]:
    """7.5: the heads of columns and rows are known for what they are."""
    for element, page in book.of("Table"):
        heads = [cell for cell in _cells(element, book) if book.role(str(cell["/S"])[1:]) == "TH"]
        if not heads:
            yield "7.5", "a table has no head (TH)", page
        if not all(_attribute(cell, "/Scope") for cell in heads):
            yield "7.5", "the head of a table does not say what it heads (Scope)", page


def _cells(element: Any, book: _Document) -> Iterator[Any]:
    for kid in kids(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            role = book.role(str(kid["/S"])[1:])
            if role in ("TH", "TD"):
                yield kid
            elif role != "Table":
                yield from _cells(kid, book)


def _attribute(element: Any, name: str) -> Any:
    given = element.get("/A", [])
    for one in given if isinstance(given, pikepdf.Array) else [given]:
        if isinstance(one, pikepdf.Dictionary) and name in one:
            return one[name]
    return None


def _headings(book: _Document) -> Iterator[Fault]:
    """7.4.2, 7.4.4: the first heading is of the first level, and none is passed over; one way of numbering them."""
    before = 0
    kinds = {role for role, *_ in book.elements if role == "H" or re.fullmatch(r"H\d", role)}
    if "H" in kinds and len(kinds) > 1:
        yield "7.4.4", "headings with and without levels stand side by side", None
    for role, _, _, page in book.elements:
        if found := re.fullmatch(r"H(\d)", role):
            level = int(found[1])
            if level > before + 1:
                yield (
                    "7.4.2",
                    f"a heading of level {level} follows one of level {before}" if before else f"the first heading is of level {level}",
                    page,
                )
            before = level


def _notes(book: _Document) -> Iterator[Fault]:
    """7.9: every note has an identifier of its own."""
    known: set[str] = set()
    for element, page in book.of("Note"):
        identifier = _text(element, "/ID")
        if not identifier:
            yield "7.9", "a note has no identifier (ID)", page
        elif identifier in known:
            yield "7.9", f"two notes have the identifier `{identifier}`", page
        known.add(identifier)


def _annotations(book: _Document) -> Iterator[Fault]:
    """7.18: links and other annotations are described, in the structure tree, and reached in its order."""
    parents = _parents(book)
    for page in book.pdf.pages:
        annotations = [
            one for one in page.obj.get("/Annots", []) if str(one.get("/Subtype", "")) != "/Popup" and not int(one.get("/F", 0)) & 2
        ]
        if annotations and str(page.obj.get("/Tabs", "")) != "/S":
            yield "7.18.3", "the tab key does not follow the structure on a page (Tabs)", page.obj
        for one in annotations:
            kind = str(one.get("/Subtype", ""))[1:]
            if not _text(one, "/Contents") and not _text(one, "/TU"):
                yield "7.18.5" if kind == "Link" else "7.18.1", f"a {kind.lower()} has no description (Contents)", page.obj
            holder = parents.get(int(one["/StructParent"])) if "/StructParent" in one else None
            role = book.role(str(holder["/S"])[1:]) if isinstance(holder, pikepdf.Dictionary) and "/S" in holder else ""
            if not role or (kind == "Link" and role not in ("Link", "Reference")):
                yield "7.18.5" if kind == "Link" else "7.18.1", f"a {kind.lower()} is not in the structure tree", page.obj


def _parents(book: _Document) -> dict[int, Any]:
    """The elements that annotations belong to, by their StructParent (ISO 32000-1, 14.7.4.4)."""
    if not book.tree or "/ParentTree" not in book.tree:
        return {}
    return dict(pikepdf.NumberTree(book.tree.ParentTree).items())


def _content(book: _Document) -> Iterator[Fault]:
    """7.1: everything that is drawn is tagged, or said to be no content."""
    drawing = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI"}
    for page in book.pdf.pages:
        marks: list[bool] = []
        contents = pikepdf.parse_content_stream(page) if "/Contents" in page else []
        for instruction in contents:
            operator = str(instruction.operator)
            if operator in ("BDC", "BMC"):
                marks.append("/MCID" in _given(instruction.operands) or str(instruction.operands[0]) == "/Artifact")
            elif operator == "EMC" and marks:
                marks.pop()
            elif operator in drawing and not any(marks):
                yield "7.1", "something is drawn that is neither tagged nor an artifact", page.obj
                break


def _given(operands: Any) -> Any:
    return operands[1] if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) else {}


def _faces(book: _Document) -> Iterator[Fault]:
    """7.21.4.1, 7.21.7: faces are in the file, and their glyphs stand for letters."""
    for font in book.pdf.objects:
        if not isinstance(font, pikepdf.Dictionary) or str(font.get("/Type", "")) != "/Font" or "/Subtype" not in font:
            continue
        kind, name = str(font["/Subtype"]), _text(font, "/BaseFont").lstrip("/")
        needs_letters = kind == "/Type0" or (kind in ("/Type1", "/TrueType") and "/Encoding" not in font)
        if needs_letters and "/ToUnicode" not in font:
            yield "7.21.7", f"the glyphs of the face {name} stand for no letters (ToUnicode)", None
        if kind not in ("/Type0", "/Type3"):
            descriptor: Any = font.get("/FontDescriptor", {})
            if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                yield "7.21.4.1", f"the face {name} is not in the file", None


def _attachments(book: _Document) -> Iterator[Fault]:
    """7.11: files within the file have names."""
    for name, spec in book.pdf.attachments.items():
        if not _text(spec.obj, "/F") or not _text(spec.obj, "/UF"):
            yield "7.11", f"the attached file `{name}` has no name (F, UF)", None


_RULES: tuple[Callable[[_Document], Iterator[Fault]], ...] = (
    _of_the_file, _tags, _alternatives, _tables, _headings, _notes, _annotations, _content, _faces, _attachments
)  # fmt: skip


# pdfua


def _by_pdfua(path: Path) -> list[Finding]:
    """What pdfua finds, and each rule that it could not test and that is not asserted here either."""
    place = Place(path.as_posix())
    if not importlib.util.find_spec("pdfua"):
        return [not_run("EDN006", path, "the PDF was not tested by pdfua", "it", "`make validate` installs it, from the package pdfua")]
    said = json.loads(
        tools.run([sys.executable, "-P", "-m", "pdfua", "check", "--format", "json", str(path)], seconds=300, accept=(0, 1, 2))
    )
    found = [f"pdfua: {one['rule_id']}: {one['message']}" for one in said["findings"]]
    skipped = [one for one in said["skipped"] if one["rule_id"] not in _COVERED]
    found += [f"pdfua could not test its rule {one['rule_id']}: {one['reason']}" for one in skipped]
    return [finding("EDN006", place, fault=fault, hint="") for fault in found]
