"""The pieces that the search of the web edition looks through, and what a page shows of another one before a reader goes there."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from test_pages import cited

from octavo import pages, previews, searching, sentences

NOTES = (
    '<section class="notes"><h2>Notes</h2>'
    '<div id="note-one-1" class="note"><p><a href="#x" role="doc-backlink">1</a> Said.</p></div></section>'
)


def page(html: str, **given: Any) -> dict[str, Any]:
    return {"slug": "one", "kind": "chapter", "number": "1", "title": "T", "leaf": "", "html": html} | given


def pieces(html: str, **given: Any) -> list[tuple[str, int, str]]:
    return list(searching._pieces(page(html, **given)))


class TestPieces:
    def test_headings_paragraphs_rows_and_notes_have_their_addresses(self) -> None:
        html = (
            '<section id="s"><h1>Head</h1><p>A <em>b</em>&amp;c.</p><figure id="f"><figcaption><p>Cap.</p></figcaption></figure>'
            "<table><tr><td>1</td><td>2</td></tr></table><ul><li>x</li><li>y</li></ul>" + NOTES + "</section>"
        )
        assert pieces(html) == [
            ("s", 0, "Head"), ("par-1", 0, "A b&c."), ("f", 0, "Cap."), ("s", 0, "1 2"), ("s", 0, "x"), ("s", 0, "y"),
            ("s", 1, "Notes"), ("note-one-1", 1, "Said."),
        ]  # fmt: skip

    def test_entries_are_a_scope_of_their_own(self) -> None:
        html = '<section id="b"><ul class="references"><li id="ref-a">A. B.</li></ul></section>'
        assert pieces(html) == [("ref-a", 2, "A. B.")]
        assert pieces(html, kind="bibliography")[0][1] == 2

    def test_what_only_the_epub_shows_and_marks_of_notes_are_left_out(self) -> None:
        html = '<p>A<sup class="noteref"><a id="note-one-1-ref" href="#n">1</a></sup> b <!--only:epub-->c<!--/only--></p>'
        assert [text for _, _, text in pieces(html)] == ["A b"]

    def test_pages_stand_where_they_change_and_a_note_has_that_of_its_mark(self) -> None:
        html = '<section><p><!--s:a.1-->A. <!--s:a.2-->B.<sup class="noteref"><a id="note-one-1-ref">1</a></sup> <!--s:a.3-->C.</p>' + NOTES
        made = searching.files({"pages": [page(html + "</section>")], "book": cited("# T")["book"]})["search/one.js"].decode()
        shown = searching.paged(made, {"a.1": "7", "a.2": "7", "a.3": "8"})
        found = json.loads(re.search(r"\((.*)\)", shown)[1])[2]  # type: ignore[index]
        assert found[0] == ["par-1", 0, "\x027\x03A. B. \x028\x03C."]
        assert found[-1] == ["note-one-1", 1, "\x027\x03 Said."]
        assert "\\u0002" not in searching.paged(made, {})

    def test_an_index_is_not_searched(self) -> None:
        record = {"pages": [page("<p>A</p>", kind="index")], "book": cited("# T")["book"]}
        assert list(searching.files(record)) == ["search/index.js"]


class TestParagraphs:
    def test_they_are_counted_without_captions_and_notes(self) -> None:
        made = previews.numbered(page("<p>a</p><figure><p>b</p></figure><blockquote><p>c</p></blockquote>" + NOTES))
        assert re.findall(r'<p id="(.*?)">(.)', made) == [("par-1", "a"), ("par-2", "c")]

    def test_an_anchor_of_the_book_keeps_its_name(self) -> None:
        assert previews.numbered(page('<p>a</p><h2 id="par-1">b</h2>')) == '<p>a</p><h2 id="par-1">b</h2>'


class TestPreviews:
    def shown(self, target: str, link: str = "[x](#here)") -> str:
        record = cited(f"# One\n\n{link}", f"# Two\n\n{target}")
        return previews.of(pages.pages(record)).get("two", {}).get("here", "")

    @pytest.mark.parametrize(
        ("target", "shown"),
        [
            (
                "## Head & foot {#here}\n\nFirst *words*. More.\n\nNot this.",
                "<p><strong>Head &amp; foot</strong></p><p>First words. More.</p>",
            ),
            ("![Cap](i.png){#here}", '<figure><img src="images/i.png" alt="Cap"><figcaption><p>Cap</p></figcaption></figure>'),
        ],
    )
    def test_of_a_section_and_a_figure(self, target: str, shown: str) -> None:
        assert self.shown(target).replace("\n", "").replace("images/", "") == shown.replace("images/", "")

    def test_a_long_table_is_known_by_its_caption(self) -> None:
        rows = "".join(f"| {n} |\n" for n in range(20))
        assert self.shown(f": Cap {{#here}}\n\n| A |\n|---|\n{rows}").count("<td") == 0

    def test_what_nothing_links_to_is_not_shipped(self) -> None:
        assert self.shown("## Head {#here}\n\nText.", link="None.") == ""

    def test_sentences_leave_no_trace(self) -> None:
        record = cited("# One\n\n[x](#here)", "# Two\n\n## Head {#here}\n\nText. More.")
        sentences.mark(record, at_end=False)
        assert previews.of(pages.pages(record))["two"]["here"] == "<p><strong>Head</strong></p><p>Text. More.</p>"
