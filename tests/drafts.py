"""Drafts for tests: a book in a repository of its own, built to its draft, and readers who write on it in two habits."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from octavo import check, cite, draft, draw, parse, resolve
from octavo.origins import words_of
from octavo.review.words import Box

HERE = Path(__file__).parent
EDITIONS = HERE.parent / "editions"
WORK = "output/work"


def git(folder: Path, *argv: str) -> None:
    names = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *names, *argv], cwd=folder, check=True, capture_output=True)


def copied(origin: Path, folder: Path) -> Path:
    """A book, copied and committed."""
    shutil.copytree(origin / "chapters", folder / "chapters")
    shutil.copytree(origin / "bibliography", folder / "bibliography")
    shutil.copyfile(origin / "book.yaml", folder / "book.yaml")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "The book")
    return folder


def built(folder: Path, *keys: str) -> Path:
    """The draft of a book, by the commands that the workflow runs."""
    with contextlib.chdir(folder):
        parse.main([f"{WORK}/1-parsed/book.json"])
        draw.main([f"{WORK}/1-parsed/figures"])
        check.main(["output/check", f"{WORK}/1-parsed/book.json"])
        resolve.main([f"{WORK}/{part}" for part in ("1-parsed/book.json", "1-parsed/figures", "3-resolved/book.json", "3-resolved/images")])
        cite.main([f"{WORK}/3-resolved/book.json", f"{WORK}/4-cited/book.json"])
        draft.main(
            [f"{WORK}/4-cited/book.json", f"{WORK}/3-resolved/images", "output/check/report.json", str(EDITIONS), "output/draft.pdf", *keys]
        )
    return folder / "output/draft.pdf"


def places(folder: Path, run: int = 4) -> dict[tuple[str, ...], tuple[str, int] | None]:
    """Every run of words of the sources -> its file and the line of its first word; None for one that stands twice.

    Made from the text alone, by other means than the code under test.
    """
    found: dict[tuple[str, ...], tuple[str, int] | None] = {}
    for path in sorted([*folder.glob("chapters/**/*.md"), *folder.glob("chapters/**/*.csv"), *folder.glob("bibliography/*.bib")]):
        words: list[tuple[str, int]] = []
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            line = re.sub(r"\{[^{}]*\}|\[\^[^\]]*\]:?|\[@[^\]]*\]", " ", line) if path.suffix == ".md" else line
            words += [(word, number) for word in words_of(line)]
        for at in range(len(words) - run + 1):
            key = tuple(word for word, _ in words[at : at + run])
            found[key] = None if key in found else (path.relative_to(folder).as_posix(), words[at][1])
    return found


Corners = Callable[[Box], list[float]]


def in_z(box: Box) -> list[float]:
    """Upper left, upper right, lower left, lower right: as Acrobat and Preview write them."""
    left, low, right, high = box
    return [left, high, right, high, left, low, right, low]


def round_about(box: Box) -> list[float]:
    """From the lower left corner against the clock: as the standard has it, and Okular."""
    left, low, right, high = box
    return [left, low, right, low, right, high, left, high]


def annotate(pdf: pikepdf.Pdf, page: int, kind: str, boxes: list[Box], corners: Corners = in_z, **given: Any) -> Any:
    """Write an annotation on a page (from 0), and give it back for others to answer."""
    span = [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)]
    made = Dictionary(Type=Name.Annot, Subtype=Name("/" + kind), Rect=Array(span), M=String("D:20261122143000+01'00'"))
    if kind in ("Highlight", "Underline", "StrikeOut", "Squiggly"):
        made.QuadPoints = Array([number for box in boxes for number in corners(box)])
    for key, value in given.items():
        made[Name("/" + key)] = String(value) if isinstance(value, str) else value
    one = pdf.make_indirect(made)
    target = pdf.pages[page].obj
    if "/Annots" not in target:
        target.Annots = Array([])
    target.Annots.append(one)
    return one


def printed_to_pdf(pdf: pikepdf.Pdf) -> None:
    """What is lost where somebody prints a draft to PDF: the attached map and the private entries of the pages."""
    for name in list(pdf.attachments):
        del pdf.attachments[name]
    for page in pdf.pages:
        if "/PieceInfo" in page.obj:
            del page.obj["/PieceInfo"]
