"""What stands in a finished PDF, read without the program that made it: letters by their place, tags by their kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import pikepdf


def text_area(page: Any, number: int, size: float = 10.5) -> tuple[float, float, float]:
    """Where the text of a page may start and end, and how deep it may go: the margins of editions/pdf/book.typ."""
    left, foot, right, head = (float(side) for side in page.get("/TrimBox", page.MediaBox))
    width, height = right - left, head - foot
    measure = min(width * 113 / 156, 36 * size)
    inside = (width - measure) * 19 / 43
    start = left + (inside if number % 2 else width - inside - measure)
    return start, start + measure, foot + height * 25.5 / 234


@dataclass(frozen=True)
class Run:
    """A run of letters on a page: where it starts and ends, its baseline and size (points), and whether it is page furniture."""

    left: float
    right: float
    baseline: float
    size: float
    furniture: bool
    turned: bool = False
    mark: int = -1
    """The number of the marked content that it belongs to (ISO 32000-1, § 14.7.4), by which the tags find it."""


def runs(page: Any) -> Iterator[Run]:
    """Every run of letters of a page, from its content stream and the widths of its fonts (ISO 32000-1, § 9.4)."""
    fonts = {name: widths(font) for name, font in page.Resources.get("/Font", {}).items()}
    matrix, text, stack, marks = pikepdf.Matrix(), pikepdf.Matrix(), [], []
    advance, size = fonts.get("", ({}, 0.0)), 0.0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "q":
            stack.append(matrix)
        elif name == "Q":
            matrix = stack.pop()
        elif name == "cm":
            matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
        elif name in ("BDC", "BMC"):
            said = operands[1] if len(operands) > 1 else {}
            marks.append((str(operands[0]), int(said["/MCID"]) if isinstance(said, pikepdf.Dictionary) and "/MCID" in said else -1))
        elif name == "EMC":
            marks.pop()
        elif name == "Tf":
            advance, size = fonts[str(operands[0])], float(operands[1])
        elif name == "Tm":
            text = pikepdf.Matrix(*map(float, operands))
        elif name in ("Tj", "TJ"):
            pieces = operands[0] if name == "TJ" else [operands[0]]
            whole = text @ matrix
            length = sum(length_of(piece, *advance) for piece in pieces) * size / 1000
            mark = next((number for _, number in reversed(marks) if number >= 0), -1)
            furniture = any(kind == "/Artifact" for kind, _ in marks)
            yield Run(whole.e, whole.e + length * whole.a, whole.f, size, furniture, abs(whole.b) > 0.1, mark)


def length_of(piece: Any, letters: dict[int, float], otherwise: float) -> float:
    if not isinstance(piece, pikepdf.String):
        return -float(piece)
    codes = bytes(piece)
    return sum(letters.get(int.from_bytes(codes[i : i + 2]), otherwise) for i in range(0, len(codes), 2))


def widths(font: Any) -> tuple[dict[int, float], float]:
    """The widths of a composite font by glyph, and that of all others (ISO 32000-1, § 9.7.4.3)."""
    inner = font.DescendantFonts[0]
    items, found, i = list(inner.get("/W", [])), {}, 0
    while i < len(items):
        first = int(items[i])
        if isinstance(items[i + 1], pikepdf.Array):
            found.update({first + n: float(width) for n, width in enumerate(items[i + 1])})
            i += 2
        else:
            found.update(dict.fromkeys(range(first, int(items[i + 1]) + 1), float(items[i + 2])))
            i += 3
    return found, float(inner.get("/DW", 1000))


def faults(document: pikepdf.Pdf, size: float = 10.5) -> list[tuple[int, str]]:
    """(page, what) for each run past the measure, below the foot of the text, or over another one."""
    found = []
    for number, page in enumerate(document.pages, 1):
        left, right, foot = text_area(page, number, size)
        body = [run for run in runs(page) if not run.furniture and not run.turned]
        # Punctuation may hang in the margin by less than a letter.
        found += [(number, "past the measure") for run in body if run.right > right + 0.75 * run.size or run.left < left - 3]
        found += [(number, "below the foot") for run in body if run.baseline < foot]
        for _, row in groupby(sorted(body, key=lambda run: (round(run.baseline), run.left)), key=lambda run: round(run.baseline)):
            neighbours = list(row)
            found += [(number, "overprinted") for a, b in pairwise(neighbours) if b.left < a.right - 1.2]
    return found


def elements(document: pikepdf.Pdf, kind: str) -> list[Any]:
    """The elements of this kind in the tree of tags, in reading order."""
    found, stack = [], [document.Root.StructTreeRoot.K]
    while stack:
        here = stack.pop()
        if isinstance(here, pikepdf.Array):
            stack.extend(reversed(list(here)))
        elif isinstance(here, pikepdf.Dictionary):
            if here.get("/S") == f"/{kind}":
                found.append(here)
            if "/K" in here:
                stack.append(here.K)
    return found


@dataclass(frozen=True)
class Line:
    """A line of a paragraph: its page (from 1), its baseline, and where it starts and ends (points)."""

    page: int
    baseline: float
    left: float
    right: float


def passages(document: pikepdf.Pdf) -> Iterator[tuple[str, list[Line]]]:
    """(kind, lines) of every paragraph, heading, item and note, in reading order; a note is apart from what calls it."""
    numbers = {page.objgen: number for number, page in enumerate(document.pages, 1)}
    placed: dict[tuple[int, int], list[Run]] = {}
    for number, page in enumerate(document.pages, 1):
        for run in runs(page):
            if run.mark >= 0 and not run.turned:
                placed.setdefault((number, run.mark), []).append(run)
    stack = [document.Root.StructTreeRoot.K]
    while stack:
        here = stack.pop()
        if isinstance(here, pikepdf.Array):
            stack.extend(reversed(list(here)))
        elif isinstance(here, pikepdf.Dictionary) and "/K" in here:
            kind = str(here.get("/S"))
            if kind in ("/P", "/LBody", "/Note") or kind[:2] == "/H":
                found = [(number, run) for number, mark in _marks(here, 0, numbers) for run in placed.get((number, mark), [])]
                yield kind[1:], _lines(found)
            stack.append(here.K)


def _marks(part: Any, page: int, numbers: dict[Any, int]) -> Iterator[tuple[int, int]]:
    """(page, number) of the marked content of an element, without that of the notes, paragraphs and tables in it."""
    if isinstance(part, pikepdf.Dictionary):
        page = numbers[part.Pg.objgen] if "/Pg" in part else page
        if part.get("/Type") == "/MCR":
            yield page, int(part.MCID)
        elif "/K" in part:
            for kid in part.K if isinstance(part.K, pikepdf.Array) else [part.K]:
                if not isinstance(kid, pikepdf.Dictionary) or str(kid.get("/S")) not in ("/Note", "/P", "/Table", "/L", "/Figure", "/Lbl"):
                    yield from _marks(kid, page, numbers)
    elif not isinstance(part, pikepdf.Array):
        yield page, int(part)


def _lines(found: list[tuple[int, Run]]) -> list[Line]:
    """Runs as lines: what stands within half a line of the last baseline is on it, raised figures too."""
    lines: list[list[tuple[int, Run]]] = []
    for page, run in found:
        last = lines[-1][0] if lines else None
        if last and last[0] == page and abs(last[1].baseline - run.baseline) < 0.6 * max(last[1].size, run.size):
            lines[-1].append((page, run))
        else:
            lines.append([(page, run)])
    return [Line(row[0][0], row[0][1].baseline, min(r.left for _, r in row), max(r.right for _, r in row)) for row in lines]


def lonely(document: pikepdf.Pdf) -> list[tuple[int, str]]:
    """(page, what) for each widow, orphan and runt of the paragraphs, and each heading stranded at the foot of a page."""
    found: list[tuple[int, str]] = []
    notes = {(line.page, round(line.baseline)) for kind, lines in passages(document) if kind == "Note" for line in lines}
    lowest = {
        number: min((r.baseline for r in runs(page) if not r.furniture and (number, round(r.baseline)) not in notes), default=0.0)
        for number, page in enumerate(document.pages, 1)
    }
    highest = {
        number: max((r.baseline for r in runs(page) if not r.furniture), default=0.0) for number, page in enumerate(document.pages, 1)
    }
    for kind, lines in passages(document):
        pages = [line.page for line in lines]
        if not lines:
            continue
        # The title of a part has its page to itself, with no more than the number of the part above it.
        alone = highest[pages[-1]] - lines[0].baseline < 60
        if kind[0] == "H" and lines[-1].baseline <= lowest[lines[-1].page] + 1 and not alone and pages[-1] < len(document.pages):
            found.append((pages[-1], "a stranded heading"))
        if kind in ("P", "LBody") and len(lines) > 1:
            if pages[-1] != pages[0] and pages.count(pages[-1]) == 1:
                found.append((pages[-1], "a widow"))
            if pages[-1] != pages[0] and pages.count(pages[0]) == 1:
                found.append((pages[0], "an orphan"))
            if lines[-1].right - lines[-1].left < 12:
                found.append((pages[-1], "a runt"))
    return found
