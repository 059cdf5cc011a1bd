"""Citations, notes and the bibliography: one run of citeproc for the whole book, then our numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from octavo import bibliography, cite, config, csl, parse, resolve, sanitize, tools, tree, typography
from octavo.model import UserError

BIB = """
@book{smith1998, author = {Smith, Ann}, title = {Of Harbours}, publisher = {Press}, date = {1998}}
@book{jones2001, author = {Jones, Bo}, title = {Of Ledgers}, publisher = {Press}, date = {2001},
  url = {https://example.org/ledgers}, urldate = {2020-01-02}}
@book{rest, author = {Rest, R.}, title = {Never Cited}, publisher = {Press}, date = {2002}}
"""


def built(tmp_path: Path, *chapters: str, more: str = "", bib: str = BIB) -> Any:
    """The cited record of a book of these chapters."""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "bibliography").mkdir()
    (tmp_path / "bibliography/a.bib").write_text(bib)
    names = [f"c{i}.md" for i in range(len(chapters))]
    for name, text in zip(names, chapters, strict=True):
        (tmp_path / "chapters" / name).write_text(text)
    if "language" not in more:
        more = "language: en\n" + more
    (tmp_path / "book.yaml").write_text(f"title: T\nchapters: [{', '.join(names)}]\n{more}")
    book = config.load(tmp_path)
    entries = bibliography.read(tmp_path, book)
    parsed = parse.as_json(parse.parse(tmp_path, book))
    images = resolve.Images(tmp_path, tmp_path / "drawn")
    record = resolve.resolve(book, parsed, frozenset(entries.entries), images, ("", ""))
    return cite.cite(book, record, entries, csl.find(book.bibliography.csl, tmp_path))


def notes(record: Any, chapter: int) -> list[tuple[str, str]]:
    spans = [e for e in tree.walk(record["chapters"][chapter]["blocks"]) if "note" in tree.classes(e)]
    return [(tree.value(e, "number"), tree.plain(e, notes=True)) for e in spans]


def test_each_chapter_gives_the_full_note_first_and_counts_from_1(tmp_path: Path) -> None:
    text = "# C\n\nA [@smith1998]. B [@jones2001]. C [@smith1998].\n"
    record = built(tmp_path, text, text)
    for chapter in (0, 1):
        assert [number for number, _ in notes(record, chapter)] == ["1", "2", "3"]
        said = [note for _, note in notes(record, chapter)]
        assert said[0] == "Ann Smith, Of Harbours (Press, 1998)."
        assert said[2] == "Smith, Of Harbours."


def test_a_book_may_give_the_full_note_once(tmp_path: Path) -> None:
    text = "# C\n\nA [@smith1998].\n"
    record = built(tmp_path, text, text, more="notes: {reset: book}\n")
    assert notes(record, 1) == [("1", "Smith, Of Harbours.")]


def test_only_cited_works_are_listed_and_nocite_adds(tmp_path: Path) -> None:
    record = built(tmp_path, "# C\n\nA [@smith1998].\n", more='bibliography: {nocite: ["@jones2001"]}\n')
    listed = [tree.identifier(e) for e in tree.walk(record["chapters"][-1]["blocks"]) if "csl-entry" in tree.classes(e)]
    assert listed == ["ref-jones2001", "ref-smith1998"]
    assert record["anchors"]["ref-smith1998"] == "bibliography"


def test_a_book_without_citations_has_no_bibliography(tmp_path: Path) -> None:
    record = built(tmp_path, "# C\n\nNothing.\n")
    assert [c["slug"] for c in record["chapters"]] == ["c0"]


def test_a_missing_key_stays_visible_beside_the_others(tmp_path: Path) -> None:
    record = built(tmp_path, "# C\n\nA [@smith1998; @nobody].\n")
    boxes = [tree.plain(e) for e in tree.walk(record["chapters"][0]["blocks"]) if "unresolved" in tree.classes(e)]
    assert boxes == ["?nobody?"]
    assert len(notes(record, 0)) == 1


def test_no_link_stands_in_a_link(tmp_path: Path) -> None:
    record = built(tmp_path, "# C\n\nA [@jones2001].\n")
    links = [e for c in record["chapters"] for e in tree.walk(c["blocks"]) if e["t"] == "Link"]
    assert {e["c"][2][0] for e in links} >= {"#ref-jones2001", "https://example.org/ledgers"}
    assert not any(inner["t"] == "Link" for e in links for inner in tree.walk(e["c"][1]))


def test_notes_in_captions_lists_and_tables_are_numbered_in_the_order_of_the_text(tmp_path: Path) -> None:
    text = "# C\n\n- one[^a]\n- two[^b]\n\n| h |\n|---|\n| x[^c] |\n\n: Caption {#tbl-x}\n\n> quoted [@smith1998]\n\n"
    text += "[^a]: A\n[^b]: B\n[^c]: C [@jones2001]\n"
    record = built(tmp_path, text)
    assert [(number, note[:5]) for number, note in notes(record, 0)] == [("1", "A"), ("2", "B"), ("3", "C (Bo"), ("4", "Ann S")]


@pytest.mark.parametrize(
    ("language", "text", "note"),
    [("en-GB", '"x"', "“Of Harbours”"), ("en-GB", "'x'", "‘Of Harbours’"), ("en", '"x"', "“Of Harbours”"), ("de", '"x"', "„Of Harbours“")],
)
def test_text_and_notes_have_the_same_quotation_marks(tmp_path: Path, language: str, text: str, note: str) -> None:
    bib = BIB.replace("@book{smith1998", "@article{smith1998").replace("publisher", "journaltitle")
    record = built(tmp_path, f"# C\n\nHe said {text} [@smith1998].\n", more=f"language: {language}\n", bib=bib)
    body = tree.plain(record["chapters"][0]["blocks"][1])
    assert body[len("He said ")] == note[0]
    assert note in notes(record, 0)[0][1].replace(",”", "”").replace(",’", "’")


def test_a_passage_in_another_language_has_its_own_marks() -> None:
    quoted = tree.node("Quoted", {"t": "DoubleQuote"}, tree.text("слово"))
    span = tree.node("Span", tree.attr(lang="ru"), [quoted])
    assert tree.plain(typography.quotes([span], "en")) == "«слово»"


class TestSanitize:
    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            " javascript:x",
            "java\tscript:x",
            "vbscript:x",
            "data:text/html,x",
            "//evil.example/x",
            "file:///etc/passwd",
        ],
    )
    def test_a_link_that_could_run_or_read_something_becomes_its_text(self, url: str) -> None:
        cleaned = sanitize.clean([tree.node("Link", tree.attr(), tree.text("x"), [url, ""])])
        assert [e["t"] for e in cleaned] == ["Span"]

    @pytest.mark.parametrize("url", ["https://example.org/a?b=c:d", "#x", "mailto:a@example.org", "http://x/javascript:y", "notes/a.pdf"])
    def test_an_honest_link_stays(self, url: str) -> None:
        assert [e["t"] for e in sanitize.clean([tree.node("Link", tree.attr(), [], [url, ""])])] == ["Link"]

    def test_raw_markup_and_handlers_go(self) -> None:
        blocks = json.loads(
            tools.pandoc(["-f", "markdown", "-t", "json"], b'<script>x</script>\n\n[a]{onclick="x" style="y" lang=ru}<br>`x`{=typst}')
        )["blocks"]
        cleaned = sanitize.clean(blocks)
        assert not [e for e in tree.walk(cleaned) if e["t"].startswith("Raw")]
        assert [tree.attributes(e) for e in tree.walk(cleaned) if e["t"] == "Span"] == [["", [], [["lang", "ru"]]]]


class TestStyles:
    def test_a_style_is_found_by_name(self, tmp_path: Path) -> None:
        assert csl.find("chicago-notes-bibliography", tmp_path).name == "chicago-notes-bibliography.csl"

    def test_a_dependent_style_gives_its_parent(self, tmp_path: Path) -> None:
        assert csl.find("nature-physics", tmp_path).name == "nature.csl"

    def test_a_missing_style_names_the_nearest(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="did you mean `chicago-author-date`"):
            csl.find("chicago-author-dates", tmp_path)

    def test_a_style_of_the_book_is_taken_by_its_path(self, tmp_path: Path) -> None:
        (tmp_path / "own.csl").write_text("<style/>")
        assert csl.find("own.csl", tmp_path) == tmp_path / "own.csl"
        with pytest.raises(UserError, match="not there"):
            csl.find("other.csl", tmp_path)


def test_an_address_as_the_text_of_a_link_is_no_citation(tmp_path: Path) -> None:
    record = built(tmp_path, "# C\n\nSee [https://social.example/@ada](https://social.example/@ada).\n")
    assert tree.plain(record["chapters"][0]["blocks"][1]) == "See https://social.example/@ada."
