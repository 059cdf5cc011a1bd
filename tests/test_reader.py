"""The reading page in a browser: notes, previews, contents, page numbers, colours, citing, search; and without scripts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from test_paginate import editions  # noqa: F401 (a fixture)

WIDE, NARROW = 1440, 390


@pytest.fixture(scope="module")
def site(editions: Any) -> Path:  # noqa: F811
    return Path(editions("sampler") / "html")


Opener = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, site: Path) -> Iterator[Opener]:
    """Opens a page of the sampler; the test fails at the end if a page complained or asked another host."""
    said: list[str] = []
    contexts = []

    def open_page(name: str, width: int = WIDE, **given: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **({"offline": True} | given))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
        page.goto((site / f"{name}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    # axe reads the style sheets for itself, which the policy of the page forbids.
    assert [line for line in said if "/style.css" not in line and "ProgressEvent" not in line] == []


def faults(page: Page) -> list[tuple[str, str]]:
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in Axe().run(page).response["violations"]]


class TestNotes:
    def test_beside_their_marks_on_a_wide_page(self, opened: Opener) -> None:
        page = opened("ledgers")
        boxes = [note.bounding_box() for note in page.locator("section.notes > .note").all()]
        marks = [mark.bounding_box() for mark in page.locator("a[role=doc-noteref]").all()]
        edge = page.locator("main").bounding_box()
        assert all(box and edge and box["x"] > edge["x"] + edge["width"] for box in boxes)
        assert abs(boxes[0]["y"] - marks[0]["y"]) < 20  # type: ignore[index]
        for above, below in itertools.pairwise(boxes):
            assert above
            assert below
            assert above["y"] + above["height"] <= below["y"]
        assert all(box and box["x"] + box["width"] <= WIDE for box in boxes)

    def test_in_place_on_a_narrow_one(self, opened: Opener) -> None:
        page = opened("ledgers", NARROW)
        mark = page.locator("#note-ledgers-2-ref")
        mark.click()
        opened_note = page.locator(".note-here")
        assert opened_note.inner_text() in page.locator("#note-ledgers-2").inner_text()
        assert (mark.get_attribute("aria-expanded"), opened_note.get_attribute("role")) == ("true", "note")
        assert "#" not in page.url
        mark.click()
        assert opened_note.count() == 0

    def test_without_scripts_they_stand_at_the_end(self, opened: Opener) -> None:
        page = opened("ledgers", java_script_enabled=False)
        last = page.locator("main section > p").last.bounding_box()
        note = page.locator("section.notes > .note").first.bounding_box()
        assert last
        assert note
        assert note["y"] > last["y"]


class TestPreviews:
    def test_a_figure_of_another_chapter_on_hover(self, opened: Opener) -> None:
        page = opened("ledgers")
        link = page.locator("main a.xref[href='harbours.html#fig-quay']").first
        link.hover()
        shown = page.locator(".preview")
        shown.wait_for()
        assert shown.locator("img").get_attribute("src") == "images/figures-quay.svg"
        assert link.get_attribute("aria-describedby") == shown.get_attribute("id")
        page.keyboard.press("Escape")
        assert shown.count() == 0

    def test_an_entry_on_focus_and_it_goes_with_the_focus(self, opened: Opener) -> None:
        page = opened("ledgers")
        page.locator("main a[role=doc-biblioref]").first.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        page.locator(".preview").wait_for()
        assert len(page.locator(".preview").inner_text()) > 20
        page.keyboard.press("Tab")
        page.wait_for_timeout(400)
        assert page.locator(".preview[data-gone]").count() == 0

    def test_a_tap_shows_what_the_second_tap_goes_to(self, opened: Opener) -> None:
        page = opened("ledgers", NARROW, has_touch=True)
        link = page.locator("main a.xref[href='harbours.html#fig-quay']").first
        link.tap()
        page.locator(".preview").wait_for()
        assert page.url.endswith("ledgers.html")
        link.tap()
        page.wait_for_url("**/harbours.html#fig-quay")

    def test_it_stays_inside_the_window(self, opened: Opener) -> None:
        for width in (360, WIDE):
            page = opened("ledgers", width)
            page.locator("main a.xref").first.hover()
            page.locator(".preview").wait_for()
            box = page.locator(".preview").bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


class TestPages:
    def test_numbers_stand_in_the_margin_and_can_be_linked_to(self, opened: Opener) -> None:
        page = opened("ledgers")
        link, edge = page.locator(".page-link:not(.blank)").first, page.locator("main").bounding_box()
        box = link.bounding_box()
        assert box
        assert edge
        assert box["x"] + box["width"] <= edge["x"]
        link.click()
        assert page.url.rpartition("#")[2] == link.get_attribute("href")[1:]  # type: ignore[index]

    def test_they_are_switched_off_and_stay_off(self, opened: Opener) -> None:
        page = opened("ledgers")
        button = page.locator(".tool.pages")
        assert button.get_attribute("aria-pressed") == "true"
        button.click()
        assert button.get_attribute("aria-pressed") == "false"
        assert not page.locator(".page-link").first.is_visible()
        page.reload()
        assert page.locator(".tool.pages").get_attribute("aria-pressed") == "false"
        assert not page.locator(".page-link").first.is_visible()

    def test_they_are_there_without_scripts_and_no_part_of_the_text(self, opened: Opener) -> None:
        page = opened("ledgers", java_script_enabled=False)
        assert page.locator(".page-link:not(.blank)").first.is_visible()
        assert not page.locator(".tools").is_visible()
        assert page.locator(".page-link").first.text_content() == ""


class TestColours:
    def test_the_switch_wins_over_the_system_and_is_remembered(self, opened: Opener) -> None:
        page = opened("ledgers", color_scheme="dark")
        light = "getComputedStyle(document.body).backgroundColor"
        dark = page.evaluate(light)
        page.locator(".tool.colours").click()
        assert page.evaluate(light) != dark
        page.reload()
        assert page.evaluate(light) != dark
        page.locator(".tool.colours").click()
        assert page.evaluate(light) == dark


class TestMoving:
    def test_contents_follow_the_reading(self, opened: Opener) -> None:
        page = opened("ledgers")
        page.locator("#sec-leaves").evaluate("e => e.scrollIntoView()")
        page.locator("nav.contents a[aria-current=location][href='#sec-leaves']").wait_for()

    def test_arrows_turn_the_page(self, opened: Opener) -> None:
        page = opened("harbours")
        page.keyboard.press("ArrowRight")
        page.wait_for_url("**/ledgers.html")
        page.keyboard.press("ArrowLeft")
        page.wait_for_url("**/harbours.html")


class TestCiting:
    def test_chapter_and_book_in_four_forms(self, opened: Opener) -> None:
        page = opened("ledgers")
        page.locator(".tool.cite").click()
        dialog = page.locator("dialog[open]")
        assert dialog.locator(".way").count() == 2
        said = dialog.locator(".chicago").first.inner_text()
        assert "“Ledgers.” In A Sampler of Small Things" in said
        assert dialog.locator("summary").all_inner_texts() == ["BibTeX", "RIS", "CSL JSON"] * 2
        page.keyboard.press("Escape")
        assert page.locator("dialog").count() == 0

    def test_a_paragraph_with_its_page(self, opened: Opener) -> None:
        page = opened("ledgers")
        page.locator("#par-2").hover(position={"x": 60, "y": 8})
        page.locator(".permalink").click()
        assert page.url.endswith("#par-2")
        assert page.locator("dialog[open] h2").first.inner_text().startswith("Paragraph 2 · Page ")

    def test_without_scripts_it_stands_below_the_text(self, opened: Opener) -> None:
        page = opened("ledgers", java_script_enabled=False)
        page.locator("#_cite > summary").click()
        assert page.locator("#_cite .chicago").first.is_visible()


class TestSearch:
    def search(self, page: Page, query: str) -> list[str]:
        if not page.locator("dialog[open]").count():
            page.keyboard.press("Control+k")
            page.locator(".searching input[type=search]").wait_for()
            page.locator("script[src^='search/']").nth(5).wait_for(state="attached")
        page.locator(".searching input[type=search]").fill(query)
        page.wait_for_timeout(150)
        return page.locator(".results .context").all_inner_texts()

    def test_from_a_disk_by_prefixes_without_accents(self, opened: Opener) -> None:
        page = opened("preface")
        found = self.search(page, "harb")
        assert found
        assert all("harb" in text.casefold() for text in found)
        assert self.search(page, "ΛΙΜ") == self.search(page, "λιμ")
        assert self.search(page, "qqq") == []
        assert page.locator(".status").inner_text() == "Nothing found"

    def test_scopes_and_pages(self, opened: Opener) -> None:
        page = opened("preface")
        everything = len(self.search(page, "braudel"))
        counts = []
        for at in (1, 2, 3):
            page.locator(".scopes input").nth(at).check()
            page.wait_for_timeout(100)
            counts.append(page.locator(".results li").count())
        assert sum(counts) == everything
        assert counts[1] > 0
        assert counts[2] > 0
        assert page.locator(".on-page").first.inner_text().startswith("Page ")

    def test_a_result_leads_to_its_place(self, opened: Opener) -> None:
        page = opened("preface")
        self.search(page, "ledger")
        address = page.locator(".results a").last.get_attribute("href") or ""
        page.locator(".results a").last.click()
        page.wait_for_url(f"**/{address}")
        assert page.locator(f"[id='{address.partition('#')[2]}']").count() == 1

    def test_a_keystroke_in_300_chapters(self, opened: Opener) -> None:
        page = opened("preface")
        self.search(page, "a")
        took = page.evaluate(
            """async () => {
              const words = Array.from({length: 4000}, (_, n) => (n * 7919 % 46656).toString(36) + (n % 7 ? "" : "é"));
              for (let c = 0; c < 300; c++) octavo.searched([`c${c}`, "T", Array.from({length: 40}, (_, p) =>
                [`par-${p}`, 0, "\\u0002" + p + "\\u0003" +
                  Array.from({length: 100}, (_, w) => words[(c * 31 + p * 17 + w * 13) % 4000]).join(" ")])]);
              const input = document.querySelector(".searching input"), took = [];
              for (const query of ["a", "ab", "abc", "ab c"]) {
                input.value = query;
                const start = performance.now();
                input.dispatchEvent(new Event("input"));
                await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
                took.push(performance.now() - start);
              }
              return took.sort((a, b) => a - b)[1];
            }"""
        )
        assert took < 200


class TestAccessibility:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [NARROW, WIDE])
    def test_axe_finds_nothing_with_everything_open(self, opened: Opener, scheme: str, width: int) -> None:
        page = opened("ledgers", width, color_scheme=scheme)
        assert faults(page) == []
        if width == NARROW:
            page.locator("#note-ledgers-2-ref").click()
        page.locator("main a.xref").first.hover()
        page.locator(".preview").wait_for()
        assert faults(page) == []
        page.locator(".tool.cite").click()
        page.locator("dialog summary").first.click()
        assert faults(page) == []
        page.keyboard.press("Escape")
        page.locator(".tool.search").click()
        page.locator(".searching input[type=search]").fill("a")
        page.locator(".results a").first.wait_for()
        assert faults(page) == []

    def test_print_has_the_text_and_its_notes_and_nothing_else(self, opened: Opener) -> None:
        page = opened("ledgers")
        page.emulate_media(media="print")
        for hidden in (".running-head", "nav.contents", ".turn", ".cite-panel"):
            assert not page.locator(hidden).first.is_visible(), hidden
        note, text = page.locator(".note").first.bounding_box(), page.locator("main section > p").last.bounding_box()
        assert note
        assert text
        assert note["y"] > text["y"]

    def test_the_first_page_is_small(self, site: Path) -> None:
        assert sum((site / name).stat().st_size for name in ("index.html", "style.css", "reader.js")) < 100_000
