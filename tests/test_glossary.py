"""The glossary: what a term leads to, which terms are abbreviations, and what each edition makes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from apparatus import NS, built, tree_of

from octavo import glossary, tools, tree, wordings

GLOSSARY = """# Glossary

CPSU

:   Communist Party of the Soviet Union, dissolved in 1991.

Comecon

:   The council. It met in Moscow [@zubok2007].

[Narkomindel]{.abbreviation}

:   People’s Commissariat for Foreign Affairs; from 1946 a ministry.

SALT

:   [Talks, Strategic and Otherwise]{.expansion}: two treaties.
"""


def chapter(text: str, slug: str = "one", file: str = "") -> Any:
    blocks = json.loads(tools.pandoc(["-f", "markdown", "-t", "json"], text.encode()))["blocks"]
    return {"slug": slug, "file": file or f"chapters/{slug}.md", "kind": "chapter", "blocks": blocks}


def resolved(*texts: str) -> tuple[list[Any], dict[str, glossary.Term]]:
    chapters = [*(chapter(f"# T\n\n{text}", f"c{i}") for i, text in enumerate(texts)), chapter(GLOSSARY, "glossary")]
    return chapters, glossary.resolve(chapters, {})


def links(record: Any) -> list[tuple[str, str]]:
    return [(tree.plain(e), e["c"][2][0]) for e in tree.walk(record["blocks"]) if e["t"] == "Link"]


@pytest.mark.parametrize("term", ["[Comecon]{.term}", "[COMECON]{.term}", "[Comecons]{.term}", "[the council]{.term term=Comecon}"])
def test_case_and_plural_do_not_count(term: str) -> None:
    chapters, _ = resolved(term)
    assert [url for _, url in links(chapters[0])] == ["#term-comecon"]


def test_a_term_that_nothing_explains_stays_text() -> None:
    chapters, _ = resolved("[NATO]{.term}")
    assert links(chapters[0]) == []
    assert tree.plain(chapters[0]["blocks"][1]) == "NATO"


def test_the_definition_is_the_title_without_citations() -> None:
    chapters, terms = resolved("[Comecon]{.term}")
    assert terms["comecon"].definition == "The council. It met in Moscow."
    assert [e["c"][2][1] for e in tree.walk(chapters[0]["blocks"]) if e["t"] == "Link"] == [terms["comecon"].definition]


def test_capitals_and_marked_terms_are_abbreviations() -> None:
    _, terms = resolved()
    assert {term.name: tree.plain(term.expansion) for term in terms.values() if term.expansion} == {
        "CPSU": "Communist Party of the Soviet Union",
        "Narkomindel": "People’s Commissariat for Foreign Affairs",
        "SALT": "Talks, Strategic and Otherwise",
    }


def test_an_abbreviation_is_expanded_at_its_first_use_in_the_book_alone() -> None:
    chapters, _ = resolved("# H [CPSU]{.term .expand}\n\n[CPSU]{.term} and [CPSU]{.term .expand}.", "[CPSU]{.term .expand}")
    assert [text for text, _ in links(chapters[0])] == ["CPSU", "Communist Party of the Soviet Union (CPSU)"]
    assert [text for text, _ in links(chapters[1])] == ["CPSU"]


def test_a_term_may_be_an_index_mark_too() -> None:
    chapters, _ = resolved("[Comecon]{.term .index entry=council}")
    span = chapters[0]["blocks"][1]["c"][0]
    assert (span["t"], tree.classes(span), tree.value(span, "entry")) == ("Span", ["index"], "council")
    assert links(chapters[0]) == [("Comecon", "#term-comecon")]


def test_the_list_has_abbreviations_and_archives_in_order() -> None:
    chapters, terms = resolved()
    record = {"book": {"words": wordings.words("en"), "language": "en"}, "chapters": chapters, "anchors": {}}
    made = glossary.abbreviations(terms, {"RGASPI": "State Archive", "SALT": "Salt Works"}, record)
    assert made is not None
    assert (made["kind"], made["title"]) == ("list", "Abbreviations")
    assert [(tree.plain(name), tree.plain(said)) for name, said in made["blocks"][1]["c"][1][0]["c"]] == [
        ("CPSU", "Communist Party of the Soviet Union"),
        ("Narkomindel", "People’s Commissariat for Foreign Affairs"),
        ("RGASPI", "State Archive"),
        ("SALT", "Salt Works"),
    ]


def test_a_book_without_any_has_no_list() -> None:
    assert (
        glossary.abbreviations({}, {}, {"book": {"words": wordings.words("en"), "language": "en"}, "chapters": [], "anchors": {}}) is None
    )


class TestEditions:
    def test_print_says_it_in_full_once(self) -> None:
        text = built().text
        assert text.count("Commissariat for Ports and Waters (CPW) ruled") == 1
        assert "nobody ruled the CPW." in text
        assert "Tula Works, Old and New (ТОЗ) too" in text

    @pytest.mark.parametrize("edition", ["epub", "html"])
    def test_screens_link_with_the_definition_at_hand(self, edition: str) -> None:
        found = tree_of(edition, "ports").xpath("//h:a[@role='doc-glossref']", namespaces=NS)
        suffix = "xhtml" if edition == "epub" else "html"
        assert [a.get("href") for a in found[:3]] == [f"glossary.{suffix}#term-ministry-of-waters"] + [f"glossary.{suffix}#term-cpw"] * 2
        assert found[1].get("title").startswith("Commissariat for Ports and Waters, founded in 1899")
        assert "harbour1901" not in found[1].get("title")

    def test_the_epub_knows_a_glossary(self) -> None:
        page = tree_of("epub", "glossary")
        assert page.xpath("//h:section[@epub:type='glossary'][@role='doc-glossary']", namespaces=NS)
        terms = page.xpath("//h:dl/h:dt[@epub:type='glossterm']", namespaces=NS)
        assert [term.get("id") for term in terms] == ["term-cpw", "term-ledger", "term-ministry-of-waters", "term-rgia", "term-442-43e-437"]
        assert len(page.xpath("//h:dl/h:dd[@epub:type='glossdef']", namespaces=NS)) == 5

    @pytest.mark.parametrize("edition", ["epub", "html"])
    def test_abbreviations_stand_before_the_preface(self, edition: str) -> None:
        page = tree_of(edition, "abbreviations")
        assert ["".join(dt.itertext()).strip() for dt in page.xpath("//h:dl/h:dt", namespaces=NS)] == ["AVP", "CPW", "RGIA", "ТОЗ"]
        assert [chapter["slug"] for chapter in built().record["chapters"]][:2] == ["abbreviations", "preface"]
        assert built().page_of("Archive of the Foreign Policy of the Empire") < built().page_of("zygote")
