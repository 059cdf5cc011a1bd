"""The bibliography in its sections, a list in each chapter, sources in archives, annotations, and where each work is cited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_cite import BIB, built, notes
from test_notes import NS, epub_pages, print_pages, texts, web_pages, words

from octavo import archival, bibliography, config, tree, wordings
from octavo.bibliography.sections import sections_of
from octavo.model import UserError

ARCHIVE = """
@unpublished{letter, author = {Litvinov, Maxim}, title = {Letter to Chicherin}, date = {1922-04-10},
  archive = {State Archive \\& Library}, archiveplace = {Moscow},
  collection = {Fond {5}}, box = {12}, folder = {7--8}, keywords = {archive, letters}}
@letter{private, author = {Kern, Kurt}, title = {Letter to His Mother}, date = {1923}}
"""


def listed(record: Any) -> list[str]:
    """The identifiers of the entries of a book, in order."""
    return [tree.identifier(e) for c in record["chapters"] for e in tree.walk(c["blocks"]) if "csl-entry" in tree.classes(e)]


def entry(record: Any, key: str) -> str:
    found = (e for c in record["chapters"] for e in tree.walk(c["blocks"]) if tree.identifier(e) == f"ref-{key}")
    return " ".join(tree.plain(next(found)).split()).replace("\u00a0", " ")


class TestSections:
    def of(self, bib: str, *filters: Any) -> list[int]:
        entries = bibliography.read_text("a.bib", bib).entries
        return sections_of(next(iter(entries.values())), [{"title": "T", "filter": one} for one in filters])

    def test_by_keyword_type_field_and_language(self) -> None:
        bib = "@book{a, title = {The {Road}}, keywords = {primary; Trade routes}, langid = {russian}, year = 1990}"
        assert self.of(bib, {"keyword": "trade routes"}, {"type": "book"}, {"title": "the road"}, {"language": "ru"}) == [0, 1, 2, 3]
        assert self.of(bib, {"keyword": "trade"}, {"type": "article"}, {"year": 1991}, {"language": "uk"}) == []
        assert self.of(bib, {"year": 1990}, {"type": ["article", "book"]}, {"type": "book", "year": 1991}) == [0, 1]

    def test_a_region_is_of_its_language(self) -> None:
        assert self.of("@book{a, langid = {pt-BR}}", {"language": "pt"}, {"language": "pt-BR"}, {"language": "es"}) == [0, 1]

    def test_the_rest_is_what_no_other_takes(self) -> None:
        assert self.of("@book{a}", "rest", {"type": "book"}) == [1]
        assert self.of("@book{a}", "rest", {"type": "article"}) == [0]

    @pytest.mark.parametrize("edition", [epub_pages, web_pages])
    def test_each_entry_stands_once_in_its_section(self, edition: Any) -> None:
        page = edition("archiv")["bibliography"]
        sections = page.xpath("//*[local-name()='section']/*[local-name()='section']")
        made = [[words(section[0]), *(li.get("id") for li in section.xpath(".//*[local-name()='li']"))] for section in sections]
        assert made == [
            ["Archivalien", "ref-chicherin1922", "ref-litvinov1922"],
            ["Russische Literatur", "ref-ivanov1975"],
            ["Übrige Literatur", "ref-arendt1951", "ref-kohl1990", "ref-zweig1943"],
        ]

    def test_the_pdf_has_the_same(self) -> None:
        last = print_pages("archiv")[-1]
        places = [
            last.index(found) for found in ("Archivalien", "Chicherin, Georgy", "Russische", "Ivanov", "Übrige", "Arendt", "Kohl", "Zweig")
        ]
        assert places == sorted(places)

    def test_an_author_is_never_a_dash_behind_another(self, tmp_path: Path) -> None:
        bib = BIB.replace("{rest, author = {Rest, R.}", "{rest, author = {Smith, Ann}").replace("{Never", "{Over")
        more = "bibliography: {csl: chicago-notes-bibliography-17th-edition"
        (tmp_path / "whole").mkdir()
        (tmp_path / "split").mkdir()
        text = "# C\n\n[@smith1998; @rest]\n"
        assert entry(built(tmp_path / "whole", text, more=more + "}\n", bib=bib), "rest").startswith("———")
        split = ", sections: [{title: Late, filter: {date: 2002}}, {title: Rest, filter: rest}]}\n"
        assert entry(built(tmp_path / "split", text, more=more + split, bib=bib), "rest").startswith("Smith, Ann")


class TestPerChapter:
    @pytest.mark.parametrize("edition", [epub_pages, web_pages])
    def test_citations_lead_to_the_list_of_their_chapter(self, edition: Any) -> None:
        page = edition("archiv")["akten"]
        ids = page.xpath("//*[local-name()='section'][last()]//*[local-name()='li']/@id")
        assert ids == ["ref-arendt1951--akten", "ref-chicherin1922--akten", "ref-litvinov1922--akten"]
        links = page.xpath("//*[@role='doc-biblioref']/@href")
        assert set(links) == {f"#{name}" for name in ids}

    def test_the_pdf_has_them_at_the_end_of_the_chapter(self) -> None:
        made = next(text for text in print_pages("archiv") if text.startswith("1 Briefe"))
        assert "Zitierte Werke Ivanov, Ivan. Pochta." in made

    def test_only_per_chapter_and_what_no_chapter_cites_in_the_list_of_the_book(self, tmp_path: Path) -> None:
        record = built(
            tmp_path, "# C\n\n[@smith1998]\n", "# D\n\n[@smith1998]\n", more="bibliography: {per_chapter: true, nocite: [rest]}\n"
        )
        assert listed(record) == ["ref-smith1998--c0", "ref-smith1998--c1", "ref-rest"]
        assert record["anchors"]["ref-smith1998--c1"] == "c1"

    def test_no_list_of_the_book_where_each_chapter_has_its_own(self, tmp_path: Path) -> None:
        record = built(tmp_path, "# C\n\n[@smith1998]\n", "# D\n\nNone.\n", more="bibliography: {per_chapter: true}\n")
        assert [c["slug"] for c in record["chapters"]] == ["c0", "c1"]

    def test_the_setting_is_refused_when_it_is_another_word(self, tmp_path: Path) -> None:
        (tmp_path / "book.yaml").write_text("title: T\nchapters: [a.md]\nbibliography: {per_chapter: each}\n")
        with pytest.raises(UserError, match=r"bibliography\.per_chapter"):
            config.load(tmp_path)


class TestArchives:
    def test_in_the_manner_of_the_style(self, tmp_path: Path) -> None:
        record = built(tmp_path, "# C\n\n[@letter]\n", bib=BIB + ARCHIVE)
        note = "Maxim Litvinov, “Letter to Chicherin,” April 10, 1922, box 12, folder 7–8, Fond 5, State Archive & Library, Moscow."
        assert notes(record, 0)[0][1].replace("\u00a0", " ") == note
        assert entry(record, "letter").endswith("Box 12, folder 7–8. Fond 5. State Archive & Library, Moscow.")

    @pytest.mark.parametrize("language", ["de", "fr", "ru", "es"])
    def test_in_the_language_of_the_book(self, tmp_path: Path, language: str) -> None:
        record = built(tmp_path, "# C\n\n[@letter]\n", more=f"language: {language}\n", bib=BIB + ARCHIVE)
        said = wordings.words(language)
        assert f"{said['box']} 12, {said['folder']} 7–8" in notes(record, 0)[0][1].replace("\u00a0", " ")
        assert "Letter to Chicherin" in notes(record, 0)[0][1]

    def test_a_style_without_collections_loses_none(self, tmp_path: Path) -> None:
        more = "bibliography: {csl: chicago-notes-bibliography-16th-edition}\n"
        said = notes(built(tmp_path, "# C\n\n[@letter]\n", more=more, bib=BIB + ARCHIVE), 0)[0][1].replace("\u00a0", " ")
        assert all(part in said for part in ("Fond 5", "box 12", "folder 7–8", "State Archive & Library"))

    def test_words_of_the_entry_stand_as_they_are(self) -> None:
        entries = bibliography.read_text("a.bib", "@misc{a, archive = {A}, box = {carton III}, shelfmark = {f. 5, op. 1}}")
        made = archival.csl_json(entries, ["a"], 'variable="archive archive_collection"', wordings.words("en"), "en")
        assert '"archive_location": "f. 5, op. 1, carton III"' in made
        assert '"type": "manuscript"' in made

    def test_what_the_style_leaves_out_of_the_list_is_no_link(self, tmp_path: Path) -> None:
        record = built(tmp_path, "# C\n\n[@private; @smith1998]\n", bib=BIB + ARCHIVE)
        assert listed(record) == ["ref-smith1998"]
        links = [e["c"][2][0] for e in tree.walk(record["chapters"][0]["blocks"]) if e["t"] == "Link"]
        assert set(links) == {"#ref-smith1998"}
        assert "Kern" in notes(record, 0)[0][1]


class TestAnnotations:
    def test_below_the_entry_in_every_edition(self) -> None:
        for edition in (epub_pages, web_pages):
            item = edition("archiv")["bibliography"].xpath("//*[@id='ref-kohl1990']")[0]
            assert words(item).endswith("Das beste Buch über die Post.")
            assert item.xpath(".//*[local-name()='em']")[-1].text == "beste"
        assert "Das beste Buch über die Post." in print_pages("archiv")[-1]

    def test_only_where_the_book_asks(self, tmp_path: Path) -> None:
        bib = BIB.replace("title = {Of Harbours}", "title = {Of Harbours}, annotation = {One \\& two_three, 5%.}")
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        assert entry(built(tmp_path / "a", "# C\n\n[@smith1998]\n", bib=bib), "smith1998").endswith("1998.")
        asked = built(tmp_path / "b", "# C\n\n[@smith1998]\n", bib=bib, more="bibliography: {annotations: true}\n")
        assert entry(asked, "smith1998").endswith("One & two_three, 5%.")


class TestBackReferences:
    def test_sections_on_screens_linked_to_the_place(self) -> None:
        page = epub_pages("archiv")
        item = page["bibliography"].xpath("//*[@id='ref-kohl1990']//h:span[@class='backrefs']", namespaces=NS)[0]
        assert words(item) == "Zitiert: 1 Anm. 2, 1.1."
        href = item.xpath(".//h:a/@href", namespaces=NS)[0]
        assert page["briefe"].xpath(f"//*[@id='{href.partition('#')[2]}']")

    def test_pages_in_print(self) -> None:
        last = print_pages("archiv")[-1]
        assert "Staatsarchiv, Moskau. Zitiert: 1, 3." in last
        assert "Kohl, Karla. Die Post. Nord, 1990. Zitiert: 1, 1 Anm. 2." in last

    def test_three_pages_in_a_row_are_joined(self, tmp_path: Path) -> None:
        prose = "Words and words and words again, for as long as it takes to fill a page of the book. " * 34
        blank = f"{prose}\n\n"
        cites = "".join(f"{prose} [@smith1998]\n\n" for _ in range(4))
        more = "date: 2026-03-01\nbibliography: {backrefs: true}\n"
        record = built(tmp_path, f"# C\n\n[@jones2001]\n\n{cites}{blank}{blank}[@smith1998; @jones2001]\n", more=more)
        made = texts(record)[-1]
        assert "Cited: 1, 7. Smith" in made
        assert made.endswith("Cited: 2–5, 7. 9")

    def test_a_citation_in_a_heading_is_found_by_the_heading(self, tmp_path: Path) -> None:
        more = "date: 2026-03-01\nbibliography: {csl: chicago-author-date, backrefs: true}\n"
        record = built(tmp_path, "# C\n\nText.\n\n## What @smith1998 says {#sec-s}\n\nText.\n", more=more)
        targets = [e["c"][2][0] for e in tree.walk(record["chapters"][-1]["blocks"]) if e["t"] == "Link"]
        assert targets == ["#sec-s"]
        assert "Cited: 1." in texts(record)[-1]


class TestPageReferences:
    def test_print_has_the_page_and_screens_the_reference(self) -> None:
        made = " ".join(print_pages("envoys"))
        assert "See p. 1, that is Section 1.1, or page 1." in made
        assert "on what stands on p. 1." in made
        for edition in (epub_pages, web_pages):
            assert "See Section 1.1, that is Section 1.1, or page 1.1." in words(edition("envoys")["arrivals"]).replace("\u00a0", " ")

    def test_a_span_of_that_class_without_a_reference_is_left_alone(self, tmp_path: Path) -> None:
        record = built(tmp_path, "# C\n\n[words]{.page} and [@smith1998]{.page}\n", more="date: 2026-03-01\n")
        assert "words and Smith" in tree.plain(record["chapters"][0]["blocks"][1]).replace("Ann ", "")
        assert "words and" in " ".join(texts(record))

    def test_each_of_several_has_its_page(self, tmp_path: Path) -> None:
        record = built(tmp_path, "# C {#sec-c}\n\nOn [@sec-c; @sec-x]{.page}.\n\n## X {#sec-x}\n\nText.\n", more="date: 2026-03-01\n")
        assert "On p. 1; p. 1." in " ".join(texts(record))
