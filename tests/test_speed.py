"""The checker's time grows no faster than the book: four times as much takes about four times as long, never sixteen.

No absolute times: how fast it is `make bench` measures. The time is the processor's, so that a busy machine does not matter much.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from octavo import bibliography, check, config, parse, tools
from octavo.checks import language
from octavo.model import Chapter

SECTION = """
## The toll of zzz at NUMBER {#sec-zzz-NUMBER}

The envoys of the upper towns met there from 1921-1928 “to settle the toll” [see @zzz1, 12; @zzz2, p. 4], and again in the the
spring.[^zzz-NUMBER] They spoke of the [Наркоминдел]{lang=ru}, of *the ledgers* and of [Poland]{.index entry="Poland!zzz NUMBER"},
as @sec-zzz-NUMBER has it; @zzz3 [p. 14] organised `them` at <https://example.org/NUMBER> anew, in No. 3, and not as
[the map](https://example.org/map_NUMBER) tells. @gone shows it. Smith (1998, 14) does not, see ibid., and fig. 3 below.

> Nobody shall own the river above the first bridge of NUMBER, nor shall any other town.

| Town | Toll |
|------|-----:|
| NUMBER | 12 |

[^zzz-NUMBER]: See @zzz1, 14–17, and *Zeitschrift für Zölle* 12.
"""
ENTRY = """@book{KEY,
  author = {Adler, Anna and NAME, Boris},
  title = {The Tolls of the NAME River and Its {Towns}},
  publisher = {NAME Press}, location = {Leiden}, date = {1984}, isbn = {9780300159974}, pages = {1--20},
}
"""
SETTINGS = """title: Rivers
slug: rivers
language: en-GB
date: 2026-03-01
license: CC-BY-4.0
contributors: [{name: Ada Example, role: author}]
index: {subjects: Index}
chapters: [CHAPTERS]
"""


def chapters_of(book: Path, number: int, sections: int) -> list[Chapter]:
    """So many chapters alike but for their names: pandoc reads one, and the others are made from it."""
    names = [f"c{n:04}" for n in range(number)]
    words = "# On zzz {#sec-zzz}\n" + "".join(SECTION.replace("NUMBER", f"n{n:04}") for n in range(sections))
    for name in (*names, "zzz"):
        (book / "chapters" / f"{name}.md").write_text(words.replace("zzz", name), "utf-8")
    (book / "book.yaml").write_text(SETTINGS.replace("CHAPTERS", "zzz.md"), "utf-8")
    (first,) = parse.parse(book, config.load(book))
    (book / "book.yaml").write_text(SETTINGS.replace("CHAPTERS", ", ".join(f"{name}.md" for name in names)), "utf-8")
    tree = json.dumps(first.blocks)
    files = config.load(book).chapters
    return [replace(first, file=file, blocks=json.loads(tree.replace("zzz", file.slug))) for file in files]


def seconds(book: Path, chapters: int, sections: int, entries: int) -> float:
    """What it takes to check a book: the better of two times."""
    for folder in ("chapters", "bibliography"):
        (book / folder).mkdir(parents=True)
    keys = [f"c{n // 10:04}{n % 10}" for n in range(entries)]
    bib = "".join(ENTRY.replace("KEY", key).replace("NAME", f"{chr(65 + i % 26)}o{i:x}ra".title()) for i, key in enumerate(keys))
    (book / "bibliography" / "rivers.bib").write_text(bib, "utf-8")
    trees = chapters_of(book, chapters, sections)
    loaded = config.load(book)
    taken: list[float] = []
    for _ in range(2):
        with tools.uncollected():
            start = time.process_time()
            found = check.findings(book, loaded, trees, bibliography.read(book, loaded))
            taken.append(time.process_time() - start)
    assert len(found) > chapters * sections  # the book is one in which there is something to find
    return min(taken)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        pytest.param((40, 2, 100), (160, 2, 400), id="four times the chapters"),
        pytest.param((1, 60, 10), (1, 240, 10), id="a chapter four times as long"),
        pytest.param((1, 1, 500), (1, 1, 2000), id="four times the entries"),
    ],
)
def test_four_times_the_book_takes_about_four_times_as_long(less: tuple[int, int, int], more: tuple[int, int, int], tmp_path: Path) -> None:
    assert seconds(tmp_path / "more", *more) < 6 * seconds(tmp_path / "less", *less)


@pytest.mark.parametrize("tag", language.EVERYDAY)
def test_frequent_language_tags_are_as_langcodes_has_them(tag: str) -> None:
    import langcodes

    assert langcodes.tag_is_valid(tag)
    assert langcodes.standardize_tag(tag) == tag
    assert langcodes.Language.get(tag).maximize().script == language.EVERYDAY[tag]
