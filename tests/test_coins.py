"""COinS: the works of a bibliography, read back from the page as a reference manager reads them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import html5lib
import pytest
from lxml import html as lxml_html
from test_pages import HERE, record_of, sampler

from octavo import coins, html, tools

EDITIONS = HERE.parent / "editions"


def read(span: str) -> dict[str, list[str]]:
    return parse_qs(lxml_html.fragment_fromstring(span).get("title"), strict_parsing=True)


def item(kind: str, **given: Any) -> dict[str, list[str]]:
    found = read(coins.span({"id": "x", "type": kind} | {key.replace("_", "-"): value for key, value in given.items()}))
    return {key.removeprefix("rft."): value for key, value in found.items() if key != "ctx_ver"}


class TestSpan:
    def test_a_book(self) -> None:
        people = [{"family": "Haslam", "given": "Jonathan"}, {"literal": "Institute of <i>Letters</i>"}]
        assert item("book", title="Russia’s <i>Cold</i> War &amp; Peace", author=people, issued={"date-parts": [[2011, 3]]}, ISBN="1") == {
            "rft_val_fmt": ["info:ofi/fmt:kev:mtx:book"], "genre": ["book"], "btitle": ["Russia’s Cold War & Peace"], "isbn": ["1"],
            "aulast": ["Haslam"], "aufirst": ["Jonathan"], "au": ["Haslam, Jonathan", "Institute of <i>Letters</i>"], "date": ["2011-03"],
        }  # fmt: skip

    def test_a_chapter_and_an_article(self) -> None:
        found = item("chapter", title="C", container_title="B", page="12–34")
        assert [found[key] for key in ("genre", "atitle", "btitle", "spage", "epage")] == [["bookitem"], ["C"], ["B"], ["12"], ["34"]]
        found = item("article-journal", title="A", container_title="J", volume=4, page="7", DOI="10.1/x")
        assert [found[key] for key in ("rft_id", "jtitle", "volume", "spage")] == [["info:doi/10.1/x"], ["J"], ["4"], ["7"]]
        assert "epage" not in found

    @pytest.mark.parametrize(("kind", "form"), [("thesis", "dissertation"), ("manuscript", "dc"), ("", "dc"), ("webpage", "dc")])
    def test_what_has_no_form_of_its_own_is_dublin_core(self, kind: str, form: str) -> None:
        assert item(kind, title="T & <b>“U”</b>")["title"] == ["T & “U”"]
        assert item(kind, title="T")["rft_val_fmt"] == [f"info:ofi/fmt:kev:mtx:{form}"]

    @pytest.mark.parametrize("issued", [{}, {"literal": "n.d."}, {"date-parts": [["c. 1900"]]}, {"date-parts": [[]]}])
    def test_no_date_is_made_up(self, issued: Any) -> None:
        assert "date" not in item("book", title="T", issued=issued)

    def test_the_entry_of_a_chapters_list_has_it_too(self) -> None:
        spans = coins.by_identifier([{"id": "a", "type": "book", "title": "T"}])
        page = '<ul><li id="ref-a--one">T</li><li id="ref-a">T</li><li id="ref-b">U</li></ul>'
        assert coins.added(page, spans).count("Z3988") == 2


class TestEdition:
    def test_every_work_of_the_bibliography_can_be_saved(self) -> None:
        works = tools.read_json(sampler() / "output/work/4-cited/works.json")
        files = html.build(record_of(sampler()), sampler() / "output/work/3-resolved/images", EDITIONS, works)
        html5lib.HTMLParser(strict=True).parse(files["bibliography.html"])
        page = lxml_html.fromstring(files["bibliography.html"])
        entries = page.xpath("//li[starts-with(@id, 'ref-')]")
        assert len(entries) == len(works) == 3
        for entry in entries:
            (span,) = entry.xpath("span[@class='Z3988']")
            found = parse_qs(span.get("title"))
            title = next(found[key][0] for key in ("rft.atitle", "rft.btitle", "rft.title") if key in found)
            assert title.split()[0].casefold() in entry.text_content().casefold()
