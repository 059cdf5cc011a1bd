"""The draft: the print edition's text on a wider sheet, with line numbers, its sources, queries and findings in the margin.

Reads output/work/4-cited/book.json, the images of 3-resolved/, the report of the check, the chapters, the .bib files and the
template editions/pdf/; writes output/SLUG-draft.pdf. It is made of what there is, also when checks fail; it carries the
map of its positions inside, by which `octavo comments` finds the line that a comment is about.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from octavo import bibliography, commits, config, dates, report, tools, tree, wordings
from octavo.model import Book, Finding, Node, UserError
from octavo.origins import Sources, reader
from octavo.review import positions
from octavo.review.margin import Margin, Marker
from octavo.typst_book import Printed, printed

Record = dict[str, Any]

# The map is an attached file, which PDF/A-2a forbids: the draft asks for PDF/UA-1 alone, and as a last resort for nothing.
STANDARDS = (("ua-1",), ())
_LOST_NOTE = re.compile(r"(\[\^[^\]\s]+\])")


def draft(
    record: Record, directory: Path, book: Book, findings: Iterable[Finding], folders: tuple[Path, Path], keys: bool = False
) -> bytes:
    """The PDF of the draft; `folders` are those of the images and of the template. `keys`: citation keys in the margin."""
    images, template = folders
    for chapter in record["chapters"]:
        _box(chapter, images)
    sources = Sources(reader(directory))
    entries = bibliography.read(directory, book).entries
    margin = Marker([file.file for file in book.chapters], sources, entries, findings, keys).chapters(record["chapters"])
    state = commits.state(directory, sorted({config.NAME, *(file for file in margin.files if (directory / file).is_file())}))
    record["draft"] = margin.as_record() | _said(wordings.words(book.language), state, margin)
    made = _print(record, images, template, directory)
    return positions.put(made.content, positions.positions(margin, made.marks, state))


def _print(record: Record, images: Path, template: Path, directory: Path) -> Printed:
    """The draft by the strictest standard that it can be made by."""
    for standards in STANDARDS:
        try:
            return printed(record, images, template, standards, directory / "editions" / "pdf", label="at")
        except UserError as error:
            if standards == STANDARDS[-1]:
                raise
            print(f"octavo: the draft is made without the marks of accessibility: {error}", file=sys.stderr)
    raise AssertionError("STANDARDS is not empty")


def _said(words: Mapping[str, Any], state: commits.State, margin: Margin) -> Record:
    """What the draft says of itself, in the language of the book."""
    day = state.date if state.clean else time.strftime("%Y-%m-%d")
    standing = f"{words['commit']} {state.commit[:7]}" if state.clean else words["uncommitted"]
    names = {key: words[f"draft-{key}"] for key in ("queries", "findings", "files", "answer")}
    return {
        "foot": ", ".join([wordings.capital(words["draft"]), dates.printed(day, words), standing]),
        "words": names, "files": [[f"{number:02}", file] for file, number in margin.files.items()],
    }  # fmt: skip


def _box(chapter: Record, images: Path) -> None:
    """Put into a visible box, in place, what cannot be shown; most chapters have nothing of the kind, and are left alone."""
    elements = list(tree.walk(chapter["blocks"]))
    if any(_boxed(element, images) for element in elements):
        chapter["blocks"] = tree.transform(chapter["blocks"], lambda element: _boxed(element, images))
    if any(element["t"] == "Str" and "[^" in element["c"] for element in elements):
        _box_lost_notes(chapter["blocks"])


def _boxed(element: Node, images: Path) -> list[Node] | None:
    """In a visible box: an image that cannot be read."""
    if element["t"] != "Image" or _is_image(images / Path(element["c"][2][0]).name):
        return None
    return [_boxed_words(element["c"][1] or tree.text(element["c"][2][0]))]


def _boxed_words(inlines: list[Node]) -> Node:
    return tree.node("Span", tree.attr("", ["unresolved"]), inlines)


def _box_lost_notes(part: Any) -> None:
    """In a visible box, in place: the mark of a note that is nowhere, which pandoc leaves as text."""
    for element in list(tree.walk(part)):
        for inlines in _lists(element.get("c")):
            for at in range(len(inlines) - 1, -1, -1):
                if inlines[at]["t"] == "Str" and "[^" in inlines[at]["c"]:
                    words = _LOST_NOTE.split(inlines[at]["c"])
                    made = [
                        _boxed_words([tree.node("Str", word)]) if i % 2 else tree.node("Str", word) for i, word in enumerate(words) if word
                    ]
                    inlines[at : at + 1] = made


def _lists(content: Any) -> list[list[Node]]:
    """The lists of inlines that an element holds itself: as its content, or as a part of it."""
    parts = [content, *content] if isinstance(content, list) else []
    return [part for part in parts if isinstance(part, list) and part and all(isinstance(item, dict) and "t" in item for item in part)]


def _is_image(path: Path) -> bool:
    """Whether an image can be read: one that cannot would stop the whole draft."""
    from PIL import Image

    try:
        if path.suffix == ".svg":
            ElementTree.fromstring(path.read_bytes())
        elif path.suffix != ".pdf":
            with Image.open(path) as image:
                image.verify()
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def main(argv: list[str]) -> None:
    """`draft CITED.JSON IMAGES REPORT.JSON EDITIONS OUT.PDF [KEYS]`: run in the folder of the book."""
    cited, images, found, editions, out = map(Path, argv[:5])
    directory = Path(".")
    book = config.load(directory)
    asked = argv[5] if len(argv) > 5 else ""
    keys = asked.lower() in ("true", "yes", "1") if asked else bool(book.editions.get("pdf", {}).get("draft_keys"))
    findings = report.read(found).findings
    tools.write(out, draft(tools.read_json(cited), directory, book, findings, (images, editions / "pdf"), keys))


if __name__ == "__main__":
    tools.main_of(main)
