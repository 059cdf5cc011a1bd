"""Numbers and references: given once, in Python, before any writer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavo import number, references, resolve, tools, tree, wordings
from octavo.model import Book, ChapterFile

READER = "markdown+autolink_bare_uris"


def blocks_of(markdown: str) -> list[Any]:
    parsed = json.loads(tools.pandoc(["-f", READER, "-t", "json"], markdown.encode()))
    blocks: list[Any] = parsed["blocks"]
    return blocks


def built(
    *chapters: str, kinds: tuple[str, ...] = (), language: str = "en", keys: frozenset[str] = frozenset(), folder: Path = Path(".")
) -> Any:
    """The resolved record of a book made of these chapters."""
    names = ["one", "two", "three", "four"]
    all_kinds: Any = [*kinds, *["chapter"] * len(chapters)]
    files = tuple(ChapterFile(f"chapters/{names[i]}.md", names[i], all_kinds[i], i + 1) for i in range(len(chapters)))
    book = Book(title="T", language=language, chapters=files, slug="t")
    parsed = [{"file": file.file, "blocks": blocks_of(text), "meta": {}} for file, text in zip(files, chapters, strict=True)]
    return resolve.resolve(book, parsed, keys, resolve.Images(folder, folder), ("", ""))


def text_of(record: Any, chapter: int = 0) -> str:
    return tree.plain(record["chapters"][chapter]["blocks"][1:])


FIGURE = '![{0}](x.png){{#fig-{0} alt="A"}}\n\n'
TABLE = "| a |\n|---|\n| 1 |\n\n: {0} {{#tbl-{0}}}\n\n"


class TestNumbers:
    def test_chapters_appendices_and_sections(self) -> None:
        record = built(
            "# A\n\n## B\n\n### C\n\n## D",
            "# P {.unnumbered}\n\n## Q",
            "# E",
            "# F\n\n## G",
            kinds=("chapter", "chapter", "chapter", "appendix"),
        )
        numbers = [tree.value(b, "number") for c in record["chapters"] for b in c["blocks"] if b["t"] == "Header"]
        assert numbers == ["1", "1.1", "1.1.1", "1.2", "", "", "2", "A", "A.1"]

    def test_floats_count_within_their_chapter_and_without_holes(self) -> None:
        record = built("# A\n\n" + FIGURE.format("a") + TABLE.format("t") + FIGURE.format("b"), "# B\n\n" + FIGURE.format("c"))
        labels = [tree.value(b, "label") for c in record["chapters"] for b in c["blocks"] if b["t"] in ("Figure", "Table")]
        assert labels == ["Figure 1.1", "Table 1.1", "Figure 1.2", "Figure 2.1"]

    def test_floats_of_front_matter_count_on_over_it(self) -> None:
        record = built("# A\n\n" + TABLE.format("a"), "# B\n\n" + TABLE.format("b"), kinds=("front", "front"))
        assert [tree.value(c["blocks"][1], "label") for c in record["chapters"]] == ["Table 1", "Table 2"]

    def test_a_figure_in_a_block_is_counted_where_it_stands(self) -> None:
        record = built("# A\n\n::: aside\n" + FIGURE.format("a") + ":::\n\n" + FIGURE.format("b") + "\n@fig-a, @fig-b")
        assert text_of(record).endswith("Figure\u00a01.1, Figure\u00a01.2")

    def test_an_equation_label_becomes_a_numbered_span(self) -> None:
        record = built("# A\n\n$$ a $$ {#eq-a}\n\nAs @eq-a says: $$ b $$ {#eq-b}, and [-@eq-b].")
        assert "Equation\u00a01.1" in text_of(record)
        assert "{#eq" not in text_of(record)
        assert text_of(record).endswith("and 1.2.")

    def test_a_reference_to_an_equation_is_a_link_to_it(self) -> None:
        record = built("# A\n\n$$ a $$ {#eq-a}\n\nSee @eq-a.")
        elements = list(tree.walk(record["chapters"][0]["blocks"]))
        assert [e["c"][2][0] for e in elements if e["t"] == "Link"] == ["#eq-a"]
        assert [tree.identifier(e) for e in elements if "equation" in tree.classes(e)] == ["eq-a"]

    @given(st.integers(1, 2000))
    def test_letters_and_roman_numerals_never_repeat(self, n: int) -> None:
        assert number.letter(n) != number.letter(n + 1)
        assert n > 398 or number.roman(n) != number.roman(n + 1)

    def test_letters_go_on_after_z(self) -> None:
        assert [number.letter(n) for n in (1, 26, 27, 52, 53)] == ["A", "Z", "AA", "AZ", "BA"]

    @given(st.lists(st.sampled_from(["figure", "table", "section"]), max_size=12))
    def test_numbers_follow_the_order_of_the_text(self, kinds: list[str]) -> None:
        blocks = [tree.node("Header", 1, tree.attr("top"), tree.text("Top"))]
        for i, kind in enumerate(kinds):
            caption = [None, [tree.node("Plain", tree.text("c"))]]
            made = {
                "figure": tree.node("Figure", tree.attr(f"fig-{i}"), caption, []),
                "table": tree.node("Table", tree.attr(f"tbl-{i}"), caption, [], [], [], []),
                "section": tree.node("Header", 2, tree.attr(f"sec-{i}"), tree.text("s")),
            }
            blocks.append(made[kind])
        numbers = number.Numbers(wordings.words("en"))
        numbers.chapter("top", "chapter", blocks)
        for kind in set(kinds):
            given_numbers = [label.number for label in numbers.labels.values() if label.kind == kind]
            assert given_numbers == [f"1.{n}" for n in range(1, kinds.count(kind) + 1)]


class TestReferences:
    BOOK = "# A {#sec-a}\n\n" + "".join(FIGURE.format(c) for c in "abcde") + TABLE.format("t") + "## U {#sec-u .unnumbered}\n\n"

    @pytest.mark.parametrize(
        ("written", "printed"),
        [
            ("@fig-a", "Figure 1.1"),
            ("[@fig-a; @fig-b]", "Figures 1.1 and 1.2"),
            ("[@fig-a; @fig-b; @fig-c; @fig-e]", "Figures 1.1–1.3 and 1.5"),
            ("[@fig-a; @fig-c; @fig-e]", "Figures 1.1, 1.3 and 1.5"),
            ("[@fig-a; @tbl-t]", "Figure 1.1 and Table 1.1"),
            ("[-@fig-b]", "1.2"),
            ("[see @fig-b, left]", "see Figure 1.2, left"),
            ("@sec-a", "Chapter 1"),
            ("@sec-u", "“U”"),
            ("@fig:a", "Figure 1.1"),
        ],
    )
    def test_forms(self, written: str, printed: str) -> None:
        record = built(self.BOOK + "Look: " + written + "\n")
        assert text_of(record).replace("\u00a0", " ").endswith("Look: " + printed)

    @pytest.mark.parametrize(
        ("language", "printed"),
        [("de-AT", "Abbildungen 1.1 und 1.2"), ("fr", "figures 1.1 et 1.2"), ("ru", "рис. 1.1 и 1.2"), ("xx", "Figures 1.1 and 1.2")],
    )
    def test_the_language_is_the_books(self, language: str, printed: str) -> None:
        record = built(self.BOOK + "Look: [@fig-a; @fig-b]\n", language=language)
        assert text_of(record).replace("\u00a0", " ").endswith("Look: " + printed)

    def test_a_capital_starts_a_sentence(self) -> None:
        record = built(self.BOOK + "@Fig-a and @fig-a\n", language="es")
        assert text_of(record).replace("\u00a0", " ").endswith("Figura 1.1 and figura 1.1")

    def test_an_entry_with_a_prefix_stays_a_citation(self) -> None:
        record = built("# A\n\nSee [@fig-newton1999].\n", keys=frozenset(["fig-newton1999"]))
        assert [e["c"][0][0]["citationId"] for e in tree.walk(record["chapters"][0]["blocks"]) if e["t"] == "Cite"] == ["fig-newton1999"]

    def test_a_cluster_of_both_keeps_both(self) -> None:
        record = built(self.BOOK + "Look [@fig-a; @smith, p. 3]\n")
        cites = [e for e in tree.walk(record["chapters"][0]["blocks"]) if e["t"] == "Cite"]
        assert [c["citationId"] for e in cites for c in e["c"][0]] == ["smith"]
        assert "Figure\u00a01.1; @smith" in text_of(record)

    def test_a_reference_in_the_sentence_and_the_citation_after_it_are_two_things(self) -> None:
        record = built(self.BOOK + "This is in @fig-a [@smith].\n")
        assert text_of(record).endswith("Figure\u00a01.1 @smith.")

    def test_what_nothing_bears_stays_visible(self) -> None:
        record = built("# A\n\n@fig-nowhere\n")
        spans = [e for e in tree.walk(record["chapters"][0]["blocks"]) if "unresolved" in tree.classes(e)]
        assert tree.plain(spans) == "?fig-nowhere?"


class TestLinks:
    def test_a_link_into_another_chapter_takes_its_anchor(self) -> None:
        record = built("# A\n\n[x](two.md#same) [y](two.md) [z](#same)\n\n## Same", "# B {#sec-b}\n\n## Same")
        urls = [e["c"][2][0] for e in tree.walk(record["chapters"][0]["blocks"]) if e["t"] == "Link"]
        assert urls == ["#two--same", "#sec-b", "#same"]
        assert record["anchors"]["two--same"] == "two"

    def test_identifiers_are_unique_in_the_book(self) -> None:
        record = built("# A\n\n## Same", "# A\n\n## Same", "# A\n\n## Same")
        assert len(record["anchors"]) == 6

    def test_a_reference_to_a_figure_of_another_chapter_is_a_link_to_it(self) -> None:
        record = built("# A\n\n@fig-a", "# B\n\n" + FIGURE.format("a"))
        assert [e["c"][2][0] for e in tree.walk(record["chapters"][0]["blocks"]) if e["t"] == "Link"] == ["#fig-a"]
        assert record["anchors"]["fig-a"] == "two"


class TestImages:
    def test_two_images_never_share_a_name(self, tmp_path: Path) -> None:
        for folder in ("chapters/a", "chapters/a-b"):
            (tmp_path / folder).mkdir(parents=True)
        (tmp_path / "chapters/a/b-c.png").write_bytes(b"1")
        (tmp_path / "chapters/a-b/c.png").write_bytes(b"2")
        images = resolve.Images(tmp_path, tmp_path / "drawn")
        images.gather("chapters/x.md", blocks_of("![a](a/b-c.png) ![b](a-b/c.png) ![c](a/b-c.png)"))
        assert sorted(images.names.values()) == ["a-b-c-2.png", "a-b-c.png"]

    def test_an_image_outside_the_book_is_never_shown(self, tmp_path: Path) -> None:
        (tmp_path / "secret.png").write_bytes(b"s")
        book = tmp_path / "book"
        (book / "chapters").mkdir(parents=True)
        (book / "chapters" / "link.png").symlink_to(tmp_path / "secret.png")
        images = resolve.Images(book, book / "drawn")
        images.gather(
            "chapters/x.md", blocks_of("![a](link.png) ![b](../../secret.png) ![c](https://example.org/x.png) ![d](/etc/hostname)")
        )
        assert images.names == {}

    def test_a_drawn_figure_serves_where_the_book_has_no_file(self, tmp_path: Path) -> None:
        (tmp_path / "drawn/figures").mkdir(parents=True)
        (tmp_path / "drawn/figures/x.svg").write_text("<svg/>")
        images = resolve.Images(tmp_path, tmp_path / "drawn")
        images.gather("chapters/x.md", blocks_of("![a](figures/x.svg)"))
        assert images.names == {tmp_path / "drawn/figures/x.svg": "figures-x.svg"}


def test_every_language_has_every_wording() -> None:
    english = wordings.words("en")
    for language in ("de", "fr", "ru", "es"):
        words = wordings.tomllib.loads(wordings.FILE.read_text("utf-8"))[language]
        assert set(words) == set(english)


def test_the_time_stamp_is_the_books_date() -> None:
    assert [resolve.epoch(date) for date in ("1980-01-01", "", "2026", "2026-11-22")] == [315532800, 315532800, 1767225600, 1795305600]


def test_a_reference_list_with_the_same_number_twice_is_no_range() -> None:
    labels = {name: number.Label("figure", n, "s", "") for name, n in (("fig-a", "1.1"), ("fig-b", "1.1"), ("fig-c", "A"))}
    cites = [{"citationId": key, "citationPrefix": [], "citationSuffix": [], "citationMode": {"t": "NormalCitation"}} for key in labels]
    made = references.resolve([tree.node("Cite", cites, [])], labels, wordings.words("en"), frozenset())
    assert tree.plain(made) == "Figures\u00a01.1, 1.1 and A"
