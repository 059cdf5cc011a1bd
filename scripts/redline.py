"""The redline: what changed in the text since a commit or tag, in the pages of the print edition.

Reads output/work/4-cited/book.json, the images of 3-resolved/, the chapters, the .bib files, the book's repository and the
template editions/pdf/; writes output/SLUG-redline.pdf, and the old state of the book into output/work/before/. As a draft
it carries the map of its positions inside, by which `octavo comments` finds the line that a comment is about.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from octavo import bibliography, commits, config, dates, tools, tree, wordings
from octavo.changes import before
from octavo.changes.book import Books, Summary
from octavo.changes.show import Show
from octavo.model import Book
from octavo.origins import Sources, reader
from octavo.review import positions
from octavo.review.margin import Margin, Marker
from octavo.typst_book import OWN, Printed, printed

Record = dict[str, Any]

# As strict as the draft, which see.
STANDARDS = ("ua-1",)


def redline(old: Record, new: Record, sides: tuple[str, str], images: tuple[Path, Path], template: Path, own: Path) -> Printed:
    """The PDF of what changed from `old` to `new`, both cited records, and where its marks `at` stand.

    `sides` say which states they are, `images` are the folders of the images of both. The records are not kept.
    """
    with tempfile.TemporaryDirectory(prefix="octavo-") as name:
        folder = Path(name)
        _gather(old, images, folder)
        chapters, summary = Books(old, new).compare()
        show = Show()
        for chapter in chapters:
            chapter["blocks"] = show.chapter(chapter["blocks"])
        made = new | {"chapters": chapters, "redline": _said(new["book"]["words"], sides, summary)}
        drawn = printed(made, folder, template, STANDARDS, own, label="at", is_lenient=True)
        if drawn.lapse:
            print(f"octavo: the redline is not accessible: {drawn.lapse}", file=sys.stderr)
        return drawn


def _margin(record: Record, directory: Path, book: Book) -> Margin:
    """Put the marks into the new text, in place, by which comments on the redline find their lines, as in a draft."""
    entries = bibliography.read(directory, book).entries
    return Marker([file.file for file in book.chapters], Sources(reader(directory)), entries, (), False).chapters(record["chapters"])


def _gather(old: Record, images: tuple[Path, Path], folder: Path) -> None:
    """The images of both states in one folder. An old one that is still shown has its new name, any other a name of its own."""
    before_folder, now_folder = images
    now = {_digest(path): path.name for path in sorted(now_folder.iterdir()) if path.is_file()}
    names: dict[str, str] = {}
    for path in sorted(now_folder.iterdir()):
        shutil.copyfile(path, folder / path.name)
    for path in sorted(before_folder.iterdir()):
        same = now.get(_digest(path), "")
        names[path.name] = same or f"before--{path.name}"
        if not same:
            shutil.copyfile(path, folder / names[path.name])
    for chapter in old["chapters"]:
        for element in tree.walk(chapter["blocks"]):
            if element["t"] == "Image":
                name = Path(element["c"][2][0]).name
                element["c"][2][0] = f"images/{names.get(name, name)}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _said(words: Mapping[str, Any], sides: tuple[str, str], summary: Summary) -> Record:
    """What the first page says, in the language of the book."""
    names = {key.removeprefix("redline-"): word for key, word in words.items() if key.startswith("redline-")}
    was, now = sides
    return asdict(summary) | {"words": names, "was": was, "now": now, "foot": f"{words['redline']}: {was} → {now}"}


def _side(state: commits.State, words: Mapping[str, Any], name: str = "") -> str:
    """`v1.0, 3 May 2026`; the state of today by its commit, or as one that is not committed."""
    day = dates.printed(state.date if state.clean and state.date else time.strftime("%Y-%m-%d"), words)
    standing = f"{words['commit']} {state.commit[:7]}" if state.clean else words["uncommitted"]
    if name and not state.commit.startswith(name):
        standing = f"{name} ({standing})"
    return f"{standing}, {day}"


def main(argv: list[str]) -> None:
    """`redline CITED.JSON IMAGES EDITIONS OUT.PDF BASE`: run in the folder of the book."""
    cited, images, editions, out = map(Path, argv[:4])
    revision = argv[4] if len(argv) > 4 else ""
    directory = Path(".")
    book = config.load(directory)
    old, old_images, state = before.record(directory, revision)
    words = wordings.words(book.language)
    new = tools.read_json(cited)
    margin = _margin(new, directory, book)
    now = commits.state(directory, sorted({config.NAME, *(file for file in margin.files if (directory / file).is_file())}))
    sides = (_side(state, words, revision), _side(now, words))
    made = redline(old, new, sides, (old_images, images), editions / "pdf", OWN)
    tools.write(out, positions.put(made.content, positions.positions(margin, made.marks, now)))


if __name__ == "__main__":
    tools.main_of(main)
