"""The web edition: pages that stand alone on a disk, that a keyboard and a screen reader can use, and that ask nobody for anything."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html as lxml_html
from playwright.sync_api import Browser, Page
from test_pages import cited, record_of, sampler

from octavo import html, pages, tools, validate
from octavo.model import UserError

EDITIONS = Path(__file__).parent.parent / "editions"
ORDER = ["index.html", "preface.html", "harbours.html", "ledgers.html", "weights.html", "bibliography.html"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web") / "html"
    html.write(html.build(record_of(sampler()), sampler() / "output/work/3-resolved/images", EDITIONS), folder)
    return folder


def opened(browser: Browser, file: Path, width: int = 1280, scheme: Any = "light", scripts: bool = True) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    return page


def page_of(site: Path, name: str) -> Any:
    return lxml_html.fromstring((site / name).read_bytes())


def filled(*texts: str, **given: Any) -> dict[str, Any]:
    files = html.build(pages.pages(cited(*texts, **given)), Path("none"), EDITIONS)
    return {name: lxml_html.fromstring(content) for name, content in files.items() if name.endswith(".html")}


class TestPages:
    def test_one_page_a_chapter(self, site: Path) -> None:
        assert sorted(path.name for path in site.glob("*.html")) == sorted(ORDER)

    def test_pages_follow_the_html_standard(self, site: Path) -> None:
        for name in ORDER:
            html5lib.HTMLParser(strict=True).parse((site / name).read_bytes())

    @pytest.mark.parametrize("name", ORDER)
    def test_landmarks_skip_link_language_and_title(self, site: Path, name: str) -> None:
        page = page_of(site, name)
        main = page.xpath("//main")
        skip = page.xpath("//body/*")[0]
        assert (page.get("lang"), len(main), len(page.xpath("//h1")), len(page.xpath("//body/footer"))) == ("en-GB", 1, 1, 1)
        assert (skip.tag, skip.get("href"), skip.text) == ("a", "#" + main[0].get("id"), "Skip to the text")
        assert page.xpath("//nav[@aria-label='Contents' or @aria-labelledby]//a")
        assert page.xpath("//body/header") or name == "index.html"

    def test_titles_name_chapter_and_book(self, site: Path) -> None:
        assert page_of(site, "harbours.html").findtext(".//title") == "1 Of Harbours and What Is Said of Them – A Sampler of Small Things"
        assert page_of(site, "index.html").findtext(".//title") == "A Sampler of Small Things"

    def test_previous_and_next_lead_through_the_book(self, site: Path) -> None:
        forward = {name: page_of(site, name).xpath("string(//link[@rel='next']/@href)") for name in ORDER}
        assert list(forward.values()) == [*ORDER[1:], ""]
        back = [page_of(site, name).xpath("string(//nav[@class='turn']/a[@rel='prev']/@href)") for name in ORDER[1:]]
        assert back == ORDER[:-1]

    def test_the_first_page_has_title_and_contents(self, site: Path) -> None:
        page = page_of(site, "index.html")
        assert page.xpath("string(//h1)") == "A Sampler of Small Things"
        assert page.xpath("//*[@class='contributor']/text()") == ["Edited by Bruno Muster"]
        assert page.xpath("//nav//a[@class='chapter-link']/@href") == ORDER[1:]
        assert "ledgers.html#sec-leaves" in page.xpath("//nav//ol[@class='sections']//a/@href")

    def test_the_contents_show_where_the_reader_is(self, site: Path) -> None:
        page = page_of(site, "ledgers.html")
        assert page.xpath("//nav//a[@aria-current='page']/@href") == ["ledgers.html"]
        assert page.xpath("//nav//li[@class='here']/ol//a/@href") == ["#sec-entries", "#sec-leaves"]

    def test_parts_stand_in_the_contents_and_have_a_page_that_can_be_linked_to(self) -> None:
        record = {"parts": [{"title": "P", "label": "part-p", "number": "I"}], "part": "part-p"}
        made = filled("# One\n\n[there](#part-p)", "# Two", **record)
        assert made["index.html"].xpath("//li[@class='part']/h3/a/@href") == ["part_1.html"]
        assert made["index.html"].xpath("//li[@class='part']//a[@class='chapter-link']/@href") == ["one.html", "two.html"]
        assert made["part_1.html"].xpath("//section[@id='part-p']//a[@class='chapter-link']/@href") == ["one.html", "two.html"]
        assert made["one.html"].xpath("//main//section//a/@href") == ["part_1.html#part-p"]
        assert made["one.html"].xpath("string(//link[@rel='prev']/@href)") == "part_1.html"
        assert [bool(made[name].xpath("//p[@class='part-line']")) for name in ("one.html", "two.html")] == [True, False]

    def test_no_word_of_another_language_is_added(self) -> None:
        page = filled("# Eins {number=1}\n\nText.", "# Zwei", language="de")["two.html"]
        cited = "ancestor::*[contains(@class, 'chicago') or @class='format']"
        added = " ".join(page.xpath(f"//body//text()[not(ancestor::main or {cited})] | //@aria-label")).split()
        known = {"Zum", "Text", "springen", "A", "&", "B", "T2", "Inhalt", "Titelseite", "1", "2", "Eins", "Zwei", "Zurück", "Weiter"}
        known |= {"Suchen", "Zitieren", "Seitenzahlen", "Farben:", "wie", "das", "System", "Dieses", "Kapitel", "Das", "Buch"}
        assert {word.strip(",.×") for word in added} <= known | {"", "2026", "2026-01-02"}


class TestLinks:
    def test_every_link_leads_somewhere_and_nothing_is_fetched(self, site: Path) -> None:
        made = validate.edition(site)
        assert [*validate.links(made), *validate.identifiers(made), *validate.remote(made)] == []

    def test_links_to_a_figure_in_another_chapter(self, site: Path) -> None:
        assert "harbours.html#fig-quay" in page_of(site, "ledgers.html").xpath("//a[@class='xref']/@href")
        assert page_of(site, "harbours.html").xpath("//figure[@id='fig-quay']/img/@alt")

    def test_notes_bear_their_numbers_and_are_linked_both_ways(self, site: Path) -> None:
        page = page_of(site, "ledgers.html")
        marks, notes = page.xpath("//a[@role='doc-noteref']"), page.xpath("//section[@role='doc-endnotes']/div[@role='doc-footnote']")
        assert [mark.text for mark in marks] == [str(n + 1) for n in range(len(notes))]
        for mark, note in zip(marks, notes, strict=True):
            back = note.xpath(".//a[@role='doc-backlink']")
            assert (mark.get("href"), [link.get("href") for link in back]) == (f"#{note.get('id')}", [f"#{mark.get('id')}"])

    def test_the_policy_allows_nothing_from_elsewhere(self, site: Path) -> None:
        for name in ORDER:
            policy = page_of(site, name).xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
            assert policy.startswith("default-src 'none'; ")
            assert all(source in ("'none'", "'self'") for rule in policy.split("; ") for source in rule.split()[1:])

    def test_no_inline_style_or_script_that_the_policy_would_stop(self, site: Path) -> None:
        for name in ORDER:
            assert not page_of(site, name).xpath(
                "//*[@style] | //style | //script[not(@src or @type='application/ld+json')] | //@*[starts-with(name(), 'on')]"
            )


class TestFolder:
    def test_same_bytes_from_another_folder(self, tmp_path: Path, site: Path) -> None:
        other = tmp_path / "other"
        shutil.copytree(sampler(), other)
        files = html.build(tools.read_json(other / "output/work/5-rendered/pages.json"), other / "output/work/3-resolved/images", EDITIONS)
        assert files == {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}

    def test_the_folder_is_replaced_whole(self, tmp_path: Path) -> None:
        folder = tmp_path / "html"
        html.write({"old.html": b"old"}, folder)
        html.write({"new.html": b"new", "images/a.png": b"PNG"}, folder)
        assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == [
            "html/images/a.png",
            "html/new.html",
        ]
        assert folder.stat().st_mode & 0o777 == 0o755

    def test_a_failure_leaves_the_old_edition(self, tmp_path: Path) -> None:
        folder = tmp_path / "html"
        html.write({"old.html": b"old"}, folder)
        with pytest.raises(UserError, match="cannot be written"):
            html.write({"a": b"", "a/b": b""}, folder)
        assert [path.name for path in tmp_path.rglob("*")] == ["html", "old.html"]

    def test_the_books_own_files_come_before_ours(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "editions/html").mkdir(parents=True)
        (tmp_path / "editions/html/style.css").write_text("/* mine */")
        monkeypatch.chdir(tmp_path)
        files = html.build(pages.pages(cited("# One")), Path("none"), EDITIONS)
        assert files["style.css"] == b"/* mine */"
        assert b"<main" in files["one.html"]


class TestBrowser:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_axe_finds_no_violation(self, browser: Browser, site: Path, scheme: str, width: int) -> None:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        for name in ORDER:
            page.goto((site / name).as_uri())
            found = [(name, fault["id"], fault["nodes"][0]["html"]) for fault in Axe().run(page).response["violations"]]
            assert found == []

    @pytest.mark.parametrize("width", [360, 390, 768, 1080, 1280, 1920])
    def test_no_page_is_wider_than_the_window(self, browser: Browser, site: Path, width: int) -> None:
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        for name in ORDER:
            page.goto((site / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    def test_the_page_asks_only_for_its_own_files(self, browser: Browser, site: Path) -> None:
        page = browser.new_context(offline=True).new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto((site / "harbours.html").as_uri())
        assert sorted(asked) == sorted(
            (site / name).as_uri() for name in ("harbours.html", "images/figures-quay.svg", "reader.js", "style.css")
        )
        assert said == []

    def test_a_line_has_about_66_characters(self, browser: Browser, site: Path) -> None:
        page = opened(browser, site / "preface.html")
        characters = page.evaluate(
            """() => { const p = document.querySelector("section > p"), style = getComputedStyle(p);
            return p.innerText.length / Math.round(p.getBoundingClientRect().height / parseFloat(style.lineHeight)); }"""
        )
        assert 50 <= characters <= 78

    def test_the_contents_open_and_close_without_a_script(self, browser: Browser, site: Path) -> None:
        page = opened(browser, site / "harbours.html", width=390, scripts=False)
        contents = page.locator("nav.contents")
        assert not contents.is_visible()
        page.locator(".to-contents a").click()
        assert contents.is_visible()
        contents.locator(".close a").click()
        assert not contents.is_visible()
        assert opened(browser, site / "harbours.html").locator("nav.contents").is_visible()

    def test_a_note_is_found_and_left_again(self, browser: Browser, site: Path) -> None:
        page = opened(browser, site / "ledgers.html", scripts=False)
        page.locator("#note-ledgers-3-ref").click()
        note = page.locator("#note-ledgers-3")
        assert page.url.endswith("#note-ledgers-3")
        plain = page.locator("#note-ledgers-2").evaluate("e => getComputedStyle(e).backgroundColor")
        assert note.evaluate("e => getComputedStyle(e).backgroundColor") != plain
        note.locator("[role=doc-backlink]").click()
        assert page.url.endswith("#note-ledgers-3-ref")

    def test_dark_where_the_reader_wants_it(self, browser: Browser, site: Path) -> None:
        colours = [
            opened(browser, site / "index.html", scheme=s).evaluate("getComputedStyle(document.body).backgroundColor")
            for s in ("light", "dark")
        ]
        light, dark = (sum(map(int, colour[4:-1].split(", "))) for colour in colours)
        assert light > 600
        assert dark < 150

    def test_the_first_tab_is_the_skip_link(self, browser: Browser, site: Path) -> None:
        page = opened(browser, site / "harbours.html")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.localName") == "main"
