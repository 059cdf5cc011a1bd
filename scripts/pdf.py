"""Stage 5: the print edition.

Reads output/work/4-cited/book.json, the images of 3-resolved/ and the template editions/pdf/; writes 5-rendered/SLUG.pdf,
and in folios.json beside it on which page each sentence stands. How a book becomes Typst, and Typst a PDF, stands in
typst_book.py, which the draft shares.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from octavo import folios, sentences, tools
from octavo.typst_book import OWN, STANDARDS, printed, render

__all__ = ["render", "rendered"]
Record = dict[str, Any]


def rendered(record: Record, images: Path, template: Path, standards: tuple[str, ...] = STANDARDS, own: Path = OWN) -> tuple[bytes, Record]:
    """The PDF of a book, and the pages of its sentences (folios.of). Raises UserError for what Typst cannot set."""
    sentences.mark(record, at_end=True)
    made = printed(record, images, template, standards, own, label=sentences.LABEL)
    return made.content, folios.of(record, made.sources, made.marks, made.labels)


def main(argv: list[str]) -> None:
    """`pdf CITED.JSON IMAGES EDITIONS OUT.PDF`: run in the folder of the book."""
    cited, images, editions, out = map(Path, argv)
    content, pages = rendered(tools.read_json(cited), images, editions / "pdf")
    tools.write(out, content)
    tools.write_json(out.with_name("folios.json"), pages)


if __name__ == "__main__":
    tools.main_of(main)
