"""The index: from marks to headings, in the order of the language; pages in print that are those on which the words stand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from apparatus import NS, built, tree_of
from test_cite import built as cited

from octavo import index, tree, wordings
from octavo.collation import Collator


def entries(record: Any, slug: str = "index-general") -> list[str]:
    """The lines of an index as a screen shows them, sub-entries behind a dash."""
    (chapter,) = [chapter for chapter in record["chapters"] if chapter["slug"] == slug]
    out: list[str] = []

    def look(items: list[Any], deep: int) -> None:
        for line, *below in items:
            spans = [inline for inline in line["c"] if "locators" in tree.classes(inline)]
            shown = tree.plain([inline for inline in line["c"] if inline not in spans])
            places = ", ".join(tree.plain(locator) for span in spans for locator in span["c"][1])
            out.append("–" * deep + (shown.replace(",", f", {places}", 1) if places and shown.endswith(",") else shown))
            for inner in below:
                look(inner["c"], deep + 1)

    for group in chapter["blocks"][1]["c"][1]:
        look(group["c"][1][-1]["c"], 0)
    return out


def marked(text: str, **entry: Any) -> list[index.Mark]:
    record = {"slug": "one", "kind": "chapter", "number": "2", "short": "", "title": "T", "blocks": []} | entry
    from test_glossary import chapter

    record["blocks"] = chapter(text)["blocks"]
    return index.marks(record, {})


class TestMarks:
    def test_the_words_are_the_heading_where_no_entry_is_given(self) -> None:
        (mark,) = marked("# T\n\nThe [*Pravda* paper]{.index}.")
        assert mark.heading == "Pravda paper"
        assert mark.words[0]["t"] == "Emph"

    def test_a_mark_in_a_heading_leads_to_the_heading(self) -> None:
        (mark,) = marked("# T\n\n## The [Comintern]{.index #x} {#sec-c number=2.1}\n\nText.")
        assert mark.place is not None
        assert (mark.place.to, mark.place.section) == ("sec-c", "2.1")

    def test_marks_in_a_caption_and_in_the_head_of_a_table_lead_to_the_float(self) -> None:
        found = marked("# T\n\n![On [rope]{.index}.](a.svg){#fig-a}\n\n| [x]{.index} |\n|--|\n| [y]{.index} |\n")
        assert [mark.place.to for mark in found if mark.place] == ["fig-a", "ix-one-1", "ix-one-2"]

    def test_see_alone_is_no_place_and_an_empty_mark_is_one(self) -> None:
        found = marked('# T\n\n[a]{.index see="b"} []{.index entry=c} []{.index entry=d seealso="e; f"}')
        assert [mark.place is not None for mark in found] == [False, True, False]
        assert found[2].seealso == ("e", "f")

    def test_a_list_or_another_index_is_not_indexed_again(self) -> None:
        assert marked("# T\n\n[a]{.index}", kind="list") == []

    def test_the_mark_that_is_left_bears_an_identifier_alone(self) -> None:
        record: Any = {"slug": "one", "kind": "chapter", "number": "2", "short": "", "title": "T"}
        record["blocks"] = [tree.node("Para", [tree.node("Span", tree.attr("", ["index", "principal"], entry="a"), [])])]
        index.marks(record, {"ix-one-1": "one"})
        assert record["blocks"][0]["c"][0]["c"][0] == ["ix-one-2", ["index"], []]


class TestHeadings:
    def test_three_levels_and_a_heading_without_a_place(self, tmp_path: Any) -> None:
        record = cited(tmp_path, '# C\n\n[a]{.index entry="treaties!arms!SALT"} [b]{.index entry="treaties"} [c]{.index entry="arms"}\n')
        assert entries(record) == ["arms, 1", "treaties, 1", "–arms", "––SALT, 1"]

    def test_names_go_by_their_sort_form_and_sub_entries_by_their_first_word_that_counts(self, tmp_path: Any) -> None:
        text = "[a]{.index entry=Ørsted sort=Oersted} [b]{.index entry=Ofen}"
        text += '[c]{.index entry="Odo!of Bayeux"} [d]{.index entry="Odo!and arms"}'
        assert entries(cited(tmp_path, f"# C\n\n{text}\n")) == ["Odo", "–and arms, 1", "–of Bayeux, 1", "Ørsted, 1", "Ofen, 1"]

    def test_see_leads_to_its_heading_in_any_index_and_is_text_where_there_is_none(self, tmp_path: Any) -> None:
        text = '[]{.index entry=Comintern see="Third International; nowhere"} [x]{.index entry="Third International" in=other}'
        record = cited(tmp_path, f"# C\n\n{text}\n", more="index: {first: First, other: Other}\n")
        assert entries(record, "index-first") == ["Comintern. See Third International; nowhere"]
        (chapter,) = [chapter for chapter in record["chapters"] if chapter["slug"] == "index-first"]
        links = [e["c"][2][0] for e in tree.walk(chapter["blocks"]) if e["t"] == "Link"]
        assert links == ["#index-other-third-international"]
        assert record["anchors"]["index-other-third-international"] == "index-other"

    def test_an_index_that_book_yaml_has_not_is_the_first(self, tmp_path: Any) -> None:
        record = cited(tmp_path, "# C\n\n[x]{.index in=nmaes}\n", more="index: {names: Names, subjects: Subjects}\n")
        assert [chapter["slug"] for chapter in record["chapters"]] == ["c0", "index-names"]

    def test_straight_quotes_and_italics_of_a_heading(self, tmp_path: Any) -> None:
        record = cited(tmp_path, '# C\n\n[x]{.index entry="*Pravda*\'s line"} [y]{.index entry="Pravda\'s line"}\n')
        assert entries(record) == ["Pravda’s line, 1, 1"]

    def test_a_book_without_marks_has_no_index(self, tmp_path: Any) -> None:
        record = cited(tmp_path, "# C\n\nText.\n", more="index: {names: Names}\n")
        assert [chapter["kind"] for chapter in record["chapters"]] == ["chapter"]

    def test_a_german_index_speaks_german(self, tmp_path: Any) -> None:
        text = "# C\n\n[]{.index entry=Öl see=Zoll} [b]{.index entry=Zoll} [o]{.index entry=Ohm}x[^1]\n\n[^1]: N []{.index entry=Zoll}\n"
        record = cited(tmp_path, text, more="language: de\n")
        assert entries(record) == ["Ohm, 1", "Öl. Siehe Zoll", "Zoll, 1, 1\u00a0Anm.\u00a01"]
        assert record["chapters"][-1]["title"] == "Register"

    @pytest.mark.parametrize("language", ["en", "de", "fr", "ru", "es"])
    def test_every_language_has_the_words(self, language: str) -> None:
        own = wordings.words(language)
        assert all(own[key] for key in ("index", "see", "see-also", "continued", "note-locator", "abbreviations", "index-particles"))
        assert language == "en" or own["see"] != wordings.words("en")["see"]


class TestOrder:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("de", ["Abend", "Ärger", "Zug"]),
            ("sv", ["Abend", "Zug", "Ärger"]),
            ("es", ["Nz", "Ñandú", "Oder"]),
            ("ru", ["Едва", "Ёлка", "Ель", "Жук", "Иней", "Йод", "Marx"]),
            ("en", ["9 May", "“Aachen”", "Abend", "Marx", "Marx (film)", "Marx, Karl", "Marx Brothers", "Жук"]),
        ],
    )
    def test_it_is_that_of_the_language(self, language: str, words: list[str]) -> None:
        collator = Collator(language, words)
        mixed = words[1::2] + words[::2]
        assert sorted(mixed, key=collator.key) == words

    def test_letters(self) -> None:
        words = ["Ärger", "Ñandú", "9 May", "“Aachen”", "ёлка", "Éclair"]
        assert [Collator("de", words).letter(word) for word in words] == ["A", "N", "", "A", "Е", "E"]
        assert [Collator("sv", words).letter(word) for word in words[:2]] == ["Ä", "N"]
        assert [Collator("es", words).letter(word) for word in words[:2]] == ["A", "Ñ"]


class TestPrint:
    """The pages that the index says are those on which the words stand, by the page labels of the PDF."""

    def said(self, heading: str, title: str = "Index of subjects") -> str:
        found = re.search(rf"{re.escape(heading)}, ([\divxn–]+(?:, [\divxn–]+)*)", built().index(title))
        assert found, built().index(title)
        return found[1]

    def folio(self, words: str) -> str:
        return built().folio(built().page_of(words))

    def test_a_single_place(self) -> None:
        assert self.said("Österling, Anna", "Index of names") == self.folio("The Österling house")

    def test_roman_folios(self) -> None:
        assert self.said("preface, words of") == self.folio("zygote") == "ix"

    def test_a_marked_range(self) -> None:
        assert self.said("trade in") == f"{self.folio('Gammaword')}–{self.folio('Deltaword')}"

    def test_three_pages_in_a_row_are_joined_and_doubles_dropped(self) -> None:
        pages = sorted({int(self.folio(f"Runword{i}")) for i in range(4)})
        assert len(pages) == 3
        assert self.said("tolls") == f"{pages[0]}–{pages[-1]}"

    def test_notes(self) -> None:
        page = self.folio("Two notes in a row")
        assert self.said("rope").startswith(f"{page}nn1–2, ")
        assert self.said("Łaski, Jan", "Index of names") == f"{self.folio('Alphaword')}, {self.folio('Betaword')}n1"

    def test_captions_and_table_heads_are_found_once(self) -> None:
        assert self.said("cranes") == self.folio("Figure 1.1.")
        assert self.said("houses, indebted") == self.said("largest") == self.folio("Table 2.1.")
        assert self.said("debts of", "Index of names") == self.folio("Table 2.1.")

    def test_a_heading(self) -> None:
        assert self.said("ports of") == self.folio("The name Alphaword stands here") == "1"

    def test_see_and_see_also(self) -> None:
        text = built().index("Index of subjects")
        assert "Ministry of Waters. See Наркомвод" in text
        assert "See also rope; grain: trade in" in text

    def test_it_stands_in_contents_and_bookmarks(self) -> None:
        titles = [item.title for item in built().reader.outline if not isinstance(item, list)]
        assert titles[-2:] == ["Index of names", "Index of subjects"]
        contents = built().pages[built().page_of("Contents Abbreviations")]
        assert "Index of names" in contents


class TestScreens:
    @pytest.mark.parametrize("edition", ["epub", "html"])
    def test_every_locator_leads_to_a_place_that_is_there(self, edition: str) -> None:
        suffix = ".xhtml" if edition == "epub" else ".html"
        for name in ("index-names", "index-subjects"):
            links = tree_of(edition, name).xpath("//h:a[contains(@class,'index-locator')]/@href", namespaces=NS)
            assert len(links) > 5
            for link in links:
                file, _, identifier = link.partition("#")
                assert tree_of(edition, file.removesuffix(suffix)).xpath("count(//*[@id=$name])", name=identifier) == 1, link

    def test_the_words_of_the_epub_index_vocabulary(self) -> None:
        page = tree_of("epub", "index-subjects")
        types = page.xpath("//@epub:type", namespaces=NS)
        assert {"index", "index-group", "index-entry-list", "index-entry", "index-term", "index-locator", "index-locator-list"} <= set(
            types
        )
        assert {"index-xref-preferred", "index-xref-related"} <= set(types)
        assert page.xpath("//h:section[@epub:type='index']/@role", namespaces=NS) == ["doc-index"]

    @pytest.mark.parametrize("edition", ["epub", "html"])
    def test_lines_read_as_in_print_with_sections_for_pages(self, edition: str) -> None:
        lines = tree_of(edition, "index-subjects").xpath("//h:li[contains(@class,'index-entry')]", namespaces=NS)
        said = [" ".join("".join(line.itertext()).split()) for line in lines]
        assert "trade in, 1.1" in said
        assert "rope, 2.2n1, 2.2n2, 3" in said
        assert "Ministry of Waters. See Наркомвод" in said
        assert "paper, 3. See also rope; grain: trade in" in said
        assert "preface, words of, Preface" in said

    @pytest.mark.parametrize("edition", ["epub", "html"])
    def test_a_principal_place_is_strong_and_a_heading_has_its_language(self, edition: str) -> None:
        strong = tree_of(edition, "index-names").xpath("//h:strong/h:a", namespaces=NS)
        assert ["".join(a.itertext()) for a in strong] == ["1"]
        assert tree_of(edition, "index-subjects").xpath("//h:span[@class='index-term']/h:span[@lang='ru']", namespaces=NS)

    def test_a_range_over_sections_joins_its_ends(self, tmp_path: Any) -> None:
        from octavo import pages

        text = "# C\n\n## A\n\n[]{.index entry=a range=start}x\n\n## B\n\n[y]{.index entry=a}\n\n## D\n\n[]{.index entry=a range=end}\n"
        made = pages.pages(cited(tmp_path, text))["pages"][-1]["html"]
        assert "".join(re.sub(r"<[^>]*>", "", made).split()) == "IndexAa,1.1–1.3"
