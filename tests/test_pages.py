"""The fragments that EPUB and web are packed from: numbers and notes as given, one pandoc call, XML that any reader takes."""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from octavo import cite, draw, pages, parse, resolve, templates, tools, tree, wordings

HERE = Path(__file__).parent
_FOLDER = tempfile.TemporaryDirectory(prefix="octavo-test-")


def build(book: Path) -> Path:
    """Run the stages up to the pages in the folder of a book; the same folder."""
    work = Path("output/work")
    with contextlib.chdir(book):
        parse.main([str(work / "1-parsed/book.json")])
        draw.main([str(work / "1-parsed/figures")])
        resolve.main([str(work / part) for part in ("1-parsed/book.json", "1-parsed/figures", "3-resolved/book.json", "3-resolved/images")])
        cite.main([str(work / "3-resolved/book.json"), str(work / "4-cited/book.json")])
        pages.main([str(work / "4-cited/screens.json"), str(work / "5-rendered/pages.json")])
    return book


@functools.cache
def sampler() -> Path:
    """The folder of the sampler, built up to its pages, once a session."""
    folder = Path(_FOLDER.name) / "sampler"
    shutil.copytree(HERE / "books/sampler", folder, ignore=shutil.ignore_patterns("output"))
    return build(folder)


def record_of(book: Path) -> Any:
    return tools.read_json(book / "output/work/5-rendered/pages.json")


def cited(*texts: str, language: str = "en", anchors: dict[str, str] | None = None, parts: list[Any] | None = None, **chapter: Any) -> Any:
    """The cited record of a book of these chapters (`one`, `two`), in pandoc's Markdown."""
    chapters, holders = [], {}
    for i, text in enumerate(texts):
        slug = ["one", "two", "three"][i]
        blocks = json.loads(tools.pandoc(["-f", "markdown-citations", "-t", "json"], text.encode()))["blocks"]
        for element in tree.walk(blocks):
            if identifier := tree.identifier(element):
                holders[identifier] = slug
        chapters.append(
            {
                "slug": slug,
                "kind": "chapter",
                "number": str(i + 1),
                "title": f"T{i + 1}",
                "short": "",
                "part": "",
                "lang": "",
                "blocks": blocks,
            }
        )
        chapters[-1] |= chapter
    book = {
        "title": "A & B", "language": language, "slug": "ab", "date": "2026-01-02", "epoch": 1767312000, "words": wordings.words(language),
        "publisher": {}, "identifiers": {}, "contributors": [], "keywords": [], "editions": {}, "parts": parts or [],
        **dict.fromkeys(("subtitle", "license", "version", "description", "cover", "commit"), ""),
    }  # fmt: skip
    return {"book": book, "chapters": chapters, "anchors": holders | (anchors or {})}


def page(text: str, **chapter: Any) -> Any:
    return pages.pages(cited(f"# Title {{#one-title number=1}}\n\n{text}", **chapter))["pages"][0]


def html(text: str, **chapter: Any) -> str:
    return str(page(text, **chapter)["html"])


def parsed(fragment: str) -> ElementTree.Element:
    return ElementTree.fromstring(fragment)


def note(number: str, *blocks: Any) -> Any:
    return tree.node("Span", tree.attr(f"note-one-{number}", ["note"], number=number), [tree.node("Note", list(blocks))])


def with_notes(*notes: Any) -> str:
    record = cited("# Title")
    record["chapters"][0]["blocks"].append(tree.node("Para", [tree.node("Str", "Text."), *notes]))
    return str(pages.pages(record)["pages"][0]["html"])


class TestBook:
    def test_pandoc_is_called_once_for_the_whole_book(self, monkeypatch: pytest.MonkeyPatch) -> None:
        record, calls, real = cited("# One", "# Two", "# Three"), [], tools.pandoc
        monkeypatch.setattr(tools, "pandoc", lambda *args, **given: calls.append(args) or real(*args, **given))
        assert [made["slug"] for made in pages.pages(record)["pages"]] == ["one", "two", "three"]
        assert len(calls) == 1

    def test_every_fragment_of_the_sampler_is_xml(self) -> None:
        for made in record_of(sampler())["pages"]:
            root = parsed(made["html"])
            found = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
            assert len(found) == len(set(found))

    def test_characters_that_xml_forbids_are_dropped(self) -> None:
        record = cited("# One")
        record["chapters"][0]["blocks"].append(tree.node("Para", [tree.node("Str", "a\x0bb\x00c\ufffe")]))
        record["book"]["title"] = "A\x0cB"
        made = pages.pages(record)
        assert "<p>abc</p>" in made["pages"][0]["html"]
        assert made["book"]["title"] == "AB"

    def test_pages_of_a_part_stand_together(self) -> None:
        record = cited("# One", "# Two", "# Three", parts=[{"title": "P", "label": "part-p", "number": "I"}])
        for chapter in record["chapters"][1:]:
            chapter["part"] = "part-p"
        contents = pages.pages(record)["contents"]
        assert [(group["part"] and group["part"]["slug"], group["pages"]) for group in contents] == [
            (None, ["one"]),
            ("part_1", ["two", "three"]),
        ]


class TestHeadings:
    def test_numbers_are_printed_as_given(self) -> None:
        made = html("## Section {#s number=4.7}\n\n### Deeper {#d}")
        assert '<h1><span class="number">Chapter 1</span> Title</h1>' in made
        assert '<section id="s">\n<h2><span class="number">4.7</span> Section</h2>' in made
        assert "<h3>Deeper</h3>" in made

    def test_sections_nest_by_level(self) -> None:
        root = parsed(html("## A {#a}\n\n### B {#b}\n\n## C {#c}"))
        assert [child.attrib["id"] for child in root.findall("section")] == ["a", "c"]
        assert root.find("section/section").attrib["id"] == "b"

    def test_the_contents_keep_italics_and_drop_links_and_marks(self) -> None:
        record = cited("# The *Potemkin* and [a link](https://example.org) {number=1}")
        record["chapters"][0]["blocks"][0]["c"][2].append(note("1", tree.node("Para", tree.text("N"))))
        heading = pages.pages(record)["pages"][0]["headings"][0]
        assert heading["html"] == "The <em>Potemkin</em> and a link"
        assert heading["title"] == "The Potemkin and a link"

    def test_an_appendix_is_named_in_the_language_of_the_book(self) -> None:
        record = cited("# Gewichte {number=A}", language="de", kind="appendix", number="A")
        made = pages.pages(record)["pages"][0]
        assert '<span class="number">Anhang A</span> Gewichte' in made["html"]
        assert made["label"] == "Anhang A"

    @pytest.mark.parametrize(
        ("kind", "slug", "role"), [("front", "preface", "doc-preface"), ("back", "note-on-sources", ""), ("appendix", "x", "doc-appendix")]
    )
    def test_roles_of_chapters(self, kind: str, slug: str, role: str) -> None:
        record = cited("# Title", kind=kind, number="")
        record["chapters"][0]["slug"] = slug
        assert parsed(pages.pages(record)["pages"][0]["html"]).attrib.get("role", "") == role


class TestNotes:
    def test_number_is_the_one_given_and_both_ways_are_linked(self) -> None:
        made = with_notes(note("41", tree.node("Para", tree.text("The note."))))
        assert '<sup class="noteref"><a id="note-one-41-ref" href="#note-one-41" role="doc-noteref">41</a></sup>' in made
        root = parsed(made)
        text = next(element for element in root.iter("div") if element.attrib.get("id") == "note-one-41")
        back = text.find("p/a")
        assert text.attrib["role"] == "doc-footnote"
        assert (back.attrib["href"], back.attrib["role"], back.text) == ("#note-one-41-ref", "doc-backlink", "41")
        assert "".join(text.itertext()).strip() == "41 The note."

    def test_notes_stand_in_a_section_at_the_end(self) -> None:
        last = list(parsed(with_notes(note("1", tree.node("Para", []))))).pop()
        assert (last.tag, last.attrib["role"], last.find("h2").text) == ("section", "doc-endnotes", "Notes")

    def test_a_note_that_begins_with_a_list_keeps_its_number(self) -> None:
        made = with_notes(note("3", tree.node("BulletList", [[tree.node("Plain", tree.text("item"))]])))
        assert ">3</a> </p>\n<ul>" in made

    def test_a_note_in_a_note(self) -> None:
        inner = note("2", tree.node("Para", tree.text("Inner.")))
        made = with_notes(note("1", tree.node("Para", [tree.node("Str", "Outer."), inner])))
        assert made.index('id="note-one-1"') < made.index('id="note-one-2-ref"') < made.index('id="note-one-2"')

    def test_a_note_without_a_number_is_a_fault_of_ours(self) -> None:
        with pytest.raises(ValueError, match="number"):
            with_notes(tree.node("Note", []))

    def test_no_notes_no_section(self) -> None:
        assert "doc-endnotes" not in html("Text.")


class TestLinks:
    def test_in_the_page_to_another_and_to_nowhere(self) -> None:
        made = pages.pages(cited("# A {#a}\n\n[x](#a) [y](#b) [z](#nowhere)", "# B {#b}"))["pages"][0]["html"]
        assert '<a href="#a">x</a> <a href="octavo:two#b">y</a> <span class="unresolved">z</span>' in made

    def test_a_part_can_be_linked_to(self) -> None:
        record = cited("# A\n\n[p](#part-p)", parts=[{"title": "P", "label": "part-p", "number": "I"}])
        assert 'href="octavo:part_1#part-p"' in pages.pages(record)["pages"][0]["html"]

    def test_citations_lead_to_their_entries(self) -> None:
        made = html("[Coase](#ref-coase)", anchors={"ref-coase": "bibliography"})
        assert '<a href="octavo:bibliography#ref-coase" role="doc-biblioref">Coase</a>' in made

    def test_a_link_in_a_link_stands_beside_it(self) -> None:
        inner = tree.node("Link", tree.attr(), tree.text("doi"), ["https://doi.org/1", ""])
        outer = tree.node("Link", tree.attr(), [*tree.text("Coase"), tree.node("Space"), inner, tree.node("Str", ".")], ["#one-title", ""])
        record = cited("# T {#one-title}")
        record["chapters"][0]["blocks"].append(tree.node("Para", [outer]))
        made = pages.pages(record)["pages"][0]["html"]
        assert '<p><a href="#one-title">Coase </a><a href="https://doi.org/1">doi</a>.</p>' in made

    @pytest.mark.parametrize(
        ("given", "name"),
        [("fig:a", "fig_a"), ("9lives", "_9lives"), ("глава-1", "глава-1"), ("a b", "a_b"), ("2nd:x", "_2nd_x"), ("x.y-z_1", "x.y-z_1")],
    )
    def test_identifiers_are_names_that_xml_allows(self, given: str, name: str) -> None:
        record = cited("# T")
        record["anchors"][given] = "one"
        record["chapters"][0]["blocks"] += [
            tree.node("Div", tree.attr(given), []),
            tree.node("Para", [tree.node("Link", tree.attr(), tree.text("to"), [f"#{given}", ""])]),
        ]
        made = pages.pages(record)["pages"][0]["html"]
        assert f'<div id="{name}">' in made
        assert f'<a href="#{name}">to</a>' in made

    def test_identifiers_that_fall_together_are_kept_apart(self) -> None:
        made = html("[]{#a:b} []{#a_b} [x](#a:b) [y](#a_b)")
        assert '<span id="a_b"></span> <span id="a_b_"></span> <a href="#a_b">x</a> <a href="#a_b_">y</a>' in made

    def test_an_identifier_stands_once(self) -> None:
        assert html("::: {#twice}\na\n:::\n\n::: {#twice}\nb\n:::").count('id="twice"') == 1


class TestFigures:
    def test_label_caption_and_credit(self) -> None:
        record = cited('# T\n\n![The caption.](images/q.png){#fig-q alt="Bars"}')
        figure = record["chapters"][0]["blocks"][1]
        for key, value in (("number", "2.1"), ("label", "Figure 2.1"), ("credit", "A & B")):
            tree.set_value(figure, key, value)
        made = pages.pages(record)["pages"][0]
        assert '<p><span class="label">Figure 2.1.</span> The caption.</p>\n<p class="credit">A &amp; B</p>' in made["html"]
        assert made["floats"] == [{"kind": "figure", "id": "fig-q", "label": "Figure 2.1", "title": "The caption."}]

    @pytest.mark.parametrize(
        ("image", "tag"),
        [
            ('![Bars & "lines"](images/q.png)\\', '<img src="images/q.png" alt="Bars &amp; &quot;lines&quot;" />'),
            ("![](images/q.png){.decorative}", '<img src="images/q.png" alt="" />'),
            ("![](images/q.png)", '<img src="images/q.png" />'),
        ],
    )
    def test_alternative_text_is_given_empty_or_missing(self, image: str, tag: str) -> None:
        record = cited("# T\n\nx " + image.replace('"', "&quot;"))
        assert tag in pages.pages(record)["pages"][0]["html"]

    @pytest.mark.parametrize(
        ("width", "written"),
        [
            ("70%", 'class="w70"'),
            ("33%", 'class="w35"'),
            ("250%", 'class="w100"'),
            ("4cm", 'width="151"'),
            ("120", 'width="120"'),
            ("2.5.1cm", "<img src"),
        ],
    )
    def test_widths_without_a_style_attribute(self, width: str, written: str) -> None:
        made = html(f"x ![a](images/q.png){{width={width}}}")
        assert written in made
        assert "style=" not in made

    def test_what_is_shown_is_listed(self) -> None:
        images = page("x ![Alt](images/q.png) ![](images/r.png){.decorative}")["images"]
        assert images == [{"name": "q.png", "alt": "Alt", "decorative": False}, {"name": "r.png", "alt": "", "decorative": True}]


class TestTables:
    TABLE = "| | Ship | Tons |\n|---|:-:|--:|\n| 1 | a | 20 |\n"

    def test_heads_alignment_and_the_empty_head(self) -> None:
        made = html(self.TABLE)
        assert '<td></td>\n<th class="center" scope="col">Ship</th>\n<th class="right" scope="col">Tons</th>' in made
        assert '<td>1</td>\n<td class="center">a</td>\n<td class="right">20</td>' in made
        assert "style=" not in made

    def test_caption_above_names_the_box_that_scrolls(self) -> None:
        record = cited("# T\n\n" + self.TABLE + '\n: Ships {#tbl-s number=1.1 label="Table 1.1"}')
        figure = parsed(pages.pages(record)["pages"][0]["html"]).find("figure")
        caption, box = list(figure)
        assert (figure.attrib["id"], caption.tag, "".join(caption.itertext()).strip()) == ("tbl-s", "figcaption", "Table 1.1. Ships")
        assert box.attrib == {"class": "scroll", "tabindex": "0", "role": "region", "aria-labelledby": caption.attrib["id"]}

    def test_without_caption_the_box_is_no_landmark(self) -> None:
        box = parsed(html(self.TABLE)).find("figure/div")
        assert (box.attrib["role"], box.attrib["aria-label"]) == ("group", "Table")

    def test_columns_are_counted_past_cells_that_span_rows(self) -> None:
        grid = "+---+---+\n| A | B |\n+==:+===+\n| 1 | x |\n|   +---+\n|   | y |\n+---+---+\n"
        made = html(grid)
        assert '<td rowspan="2" class="right">1</td>' in made or '<td class="right" rowspan="2">1</td>' in made
        assert "<td>x</td>" in made
        assert "<td>y</td>" in made


class TestText:
    def test_a_numbered_formula_with_its_text(self) -> None:
        record = cited("# T")
        formula = tree.node("Math", {"t": "DisplayMath"}, ' a < \\text{"b"} ')
        span = tree.node("Span", tree.attr("eq-a", ["equation"], number="1.1"), [formula])
        record["chapters"][0]["blocks"].append(tree.node("Para", [span]))
        made = pages.pages(record)["pages"][0]
        assert made["mathml"]
        assert '<div id="eq-a" class="equation" tabindex="0">' in made["html"]
        assert 'alttext="a &lt; \\text{&quot;b&quot;}"' in made["html"]
        assert '<span class="number">(1.1)</span>' in made["html"]
        assert "annotation" not in made["html"]

    def test_a_formula_that_cannot_be_converted_stays_visible(self) -> None:
        assert r"\foo{" in html(r"Broken $\foo{$.")

    @pytest.mark.parametrize(
        ("text", "made"),
        [
            ("[гавань]{lang=ru}", '<span lang="ru">гавань</span>'),
            ("[Small]{.smallcaps}", '<span class="smallcaps">Small</span>'),
            ("[Litvinov]{.index entry=x in=names}", "<p>Litvinov</p>"),
            ("[Litvinov]{.index #ix-1}", '<span id="ix-1">Litvinov</span>'),
            ("::: epigraph\nx\n:::", '<div class="epigraph" role="doc-epigraph">'),
            ("::: {.aside lang=fr}\nx\n:::", '<div class="aside" role="note" lang="fr">'),
            ("::: dedication\nx\n:::", '<div class="dedication" role="doc-dedication">'),
            ("::: verse\n| a\n|  b\n:::", '<div class="line-block">a<br />\n\u00a0b</div>'),
            ("~~~ {.python #code}\nif a < b:\n~~~", '<pre id="code" class="python"><code>if a &lt; b:</code></pre>'),
            ("[?x?]{.unresolved}", '<span class="unresolved">?x?</span>'),
            ("a\\\nb&nbsp;c", "a<br />\nb\u00a0c"),
            ("Toll\n: paid\n\n    twice", "<dd>\n<p>paid</p>\n<p>twice</p>\n</dd>"),
        ],
    )
    def test_constructs(self, text: str, made: str) -> None:
        assert made in html(text)

    def test_a_list_of_references_is_a_list(self) -> None:
        made = html("::: {#refs .references .csl-bib-body}\n::: {#ref-a .csl-entry}\nA. *Title*.\n:::\n:::")
        assert '<ul id="refs" class="references">\n<li id="ref-a">\nA. <em>Title</em>.\n</li>\n</ul>' in made

    @pytest.mark.parametrize(
        ("edition", "epub", "web"), [("html", False, True), ("epub", True, False), ("pdf", False, False), ("html epub", True, True)]
    )
    def test_what_one_edition_alone_shows(self, edition: str, epub: bool, web: bool) -> None:
        made = html(f'::: {{.only edition="{edition}"}}\nsecret\n:::\n\nand [word]{{.only edition="{edition}"}}.')
        for name, shown in (("epub", epub), ("html", web)):
            localised = templates.localised(made, name, lambda tag: tag)
            assert ("secret" in localised, "word" in localised) == (shown, shown)
            assert "only" not in localised

    def test_text_that_looks_like_our_marks_is_left_alone(self) -> None:
        made = html('`<a href="octavo:x" lang="ru" role="doc-noteref">`')
        changed = templates.localised(made, "epub", lambda tag: templates.relinked(tag, lambda slug: f"{slug}.xhtml"))
        assert '&lt;a href="octavo:x" lang="ru" role="doc-noteref"&gt;' in changed
