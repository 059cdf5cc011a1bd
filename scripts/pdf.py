"""Stage 5: the print edition.

Reads output/work/4-cited/book.json, the images of 3-resolved/ and the template editions/pdf/; writes 5-rendered/SLUG.pdf.
How a book becomes Typst, and Typst a PDF, stands in typst_book.py, which the draft shares.
"""

from __future__ import annotations

from pathlib import Path

from octavo import tools
from octavo.typst_book import render


def main(argv: list[str]) -> None:
    """`pdf CITED.JSON IMAGES EDITIONS OUT.PDF`: run in the folder of the book."""
    cited, images, editions, out = map(Path, argv)
    tools.write(out, render(tools.read_json(cited), images, editions / "pdf"))


if __name__ == "__main__":
    tools.main_of(main)
