"""How book and chapter are cited, and what Zotero and search engines read of a page."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from octavo import citing, names

PEOPLE = [{"name": "Anna van der Berg", "role": "author", "orcid": "0000-0002-1825-0097"}, {"name": "Bo Li", "role": "editor", "orcid": ""}]


def book(**changes: Any) -> Any:
    words = {"cite-book": "The book", "cite-chapter": "This chapter"}
    return {
        "title": "Rails & Roads", "subtitle": "A <History>", "slug": "rails", "language": "en-GB", "date": "2026-03-01", "version": "1",
        "words": words,
        "contributors": PEOPLE, "publisher": {"name": "Press", "place": "Leeds"},
        "identifiers": {"isbn": {"pdf": "978-0-306-40615-7"}, "doi": "10.5555/1"},
        "license": "CC-BY-4.0", "keywords": ["k"], "description": "D.", "editions": {"html": {"url": "https://example.org/b"}},
    } | changes  # fmt: skip


PAGE = {"slug": "one", "kind": "chapter", "number": "1", "title": "Why?", "lang": "en-GB"}


class TestForms:
    def test_chicago(self) -> None:
        assert citing.Work(book()).chicago() == (
            "Berg, Anna van der. <cite>Rails &amp; Roads: A &lt;History&gt;</cite>. Leeds: Press, 2026. https://doi.org/10.5555/1."
        )
        made = citing.paged(f'<p class="chicago">{citing.Work(book(), PAGE).chicago()}</p>', "3", "17")
        assert "Berg, Anna van der. “Why?” In <cite>Rails &amp; Roads: A &lt;History&gt;</cite>, 3–17. Leeds: Press, 2026." in made

    def test_an_edited_book_and_one_of_nobody(self) -> None:
        assert citing.Work(book(contributors=PEOPLE[1:])).chicago().startswith("Li, Bo, ed. <cite>")
        assert citing.Work(book(contributors=[])).chicago().startswith("<cite>")

    def test_csl_json(self) -> None:
        made = citing.Work(book(), PAGE).csl()
        assert (made["type"], made["title"], made["container-title"]) == ("chapter", "Why?", "Rails & Roads: A <History>")
        assert made["author"] == [{"family": "Berg", "given": "Anna van der"}]
        assert made["issued"] == {"date-parts": [[2026, 3, 1]]}
        assert (made["URL"], made["DOI"], made["ISBN"]) == ("https://example.org/b/one.html", "10.5555/1", "978-0-306-40615-7")

    def test_bibtex_and_ris(self) -> None:
        entry = citing.paged(citing.Work(book(), PAGE).bibtex() + "\n", "3", "17")
        assert entry.startswith("@incollection{rails-one,\n  author = {Berg, Anna van der},\n")
        assert "  booktitle = {Rails \\& Roads: A <History>},\n  pages = {3--17},\n" in entry
        lines = citing.paged(citing.Work(book(), PAGE).ris() + "\n", "3", "17").split("\n")
        assert lines[:2] == ["TY  - CHAP", "AU  - Berg, Anna van der"]
        assert {"SP  - 3", "EP  - 17", "T2  - Rails & Roads: A <History>", "ER  - "} <= set(lines)

    @pytest.mark.parametrize("pages", [("", ""), ("3", "3"), ("iv", "x")])
    def test_pages_that_are_not_known_leave_no_trace(self, pages: tuple[str, str]) -> None:
        work = citing.Work(book(), PAGE)
        formats = [text + "\n" for _, text in work.formats()]
        whole = citing.paged(f'<p class="chicago">{work.chicago()}</p>\n' + "".join(formats), *pages)
        assert "@" not in whole.replace("@incollection", "")
        csl = json.loads(re.search(r"^\[.*^\]", whole, re.DOTALL | re.MULTILINE)[0])[0]  # type: ignore[index]
        assert csl.get("page", "") == "-".join(dict.fromkeys(filter(None, pages)))


class TestHead:
    def metas(self, page: Any, **changes: Any) -> dict[str, list[str]]:
        made: dict[str, list[str]] = {}
        for _, name, content in citing.head(book(**changes), page)["metas"]:
            made.setdefault(name, []).append(content)
        return made

    def test_highwire_of_a_chapter(self) -> None:
        made = self.metas(PAGE)
        assert made["citation_title"] == ["Why?"]
        assert made["citation_author"] == ["Berg, Anna van der"]
        assert made["citation_inbook_title"] == ["Rails & Roads: A <History>"]
        assert made["citation_publication_date"] == ["2026/03/01"]
        assert made["citation_public_url"] == made["og:url"] == ["https://example.org/b/one.html"]

    def test_the_book_is_no_chapter_and_the_index_is_the_books(self) -> None:
        for page in (None, PAGE | {"slug": "index-names", "kind": "index"}):
            made = self.metas(page)
            assert made["citation_title"] == ["Rails & Roads: A <History>"]
            assert "citation_inbook_title" not in made

    def test_nothing_is_said_that_is_not_known(self) -> None:
        bare = {
            "identifiers": {"isbn": {}, "doi": ""},
            "publisher": {"name": "", "place": ""},
            "editions": {},
            "license": "",
            "description": "",
        }
        for values in self.metas(PAGE, **bare).values():
            assert all(values)
        assert citing.head(book(**bare), PAGE)["canonical"] == ""

    def test_json_ld_is_json_and_ends_no_script(self) -> None:
        made = json.loads(citing.paged(citing.head(book(title="</script>"), PAGE)["linked"], "", ""))
        assert (made["@type"], made["isPartOf"]["@type"], made["isPartOf"]["name"]) == ("Chapter", "Book", "</script>: A <History>")
        assert made["isPartOf"]["author"] == [
            {"@type": "Person", "name": "Anna van der Berg", "@id": "https://orcid.org/0000-0002-1825-0097"}
        ]
        assert "</" not in citing.head(book(title="</script>"), PAGE)["linked"]

    def test_sitemap(self) -> None:
        root = ElementTree.fromstring(citing.sitemap("https://example.org/b/", ["", "one.html"], "2026-03-01"))
        assert [found.text for found in root.findall(".//{*}loc")] == ["https://example.org/b/", "https://example.org/b/one.html"]


def test_names_in_parts() -> None:
    assert names.parts("Anna van der Berg") == {"family": "Berg", "given": "Anna van der"}
    assert names.parts("The Octavo founders") == {"literal": "The Octavo founders"}
    assert names.parts("毛 泽东") == {"literal": "毛 泽东"}
