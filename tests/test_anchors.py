"""Anchors that last: a released paragraph is known again wherever it went, and what cites it finds it or its place."""

from __future__ import annotations

import contextlib
import io
import random
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from playwright.sync_api import Browser
from test_pages import HERE, build, record_of

from octavo import anchoring, epub, html, ledger, pdf, release, tools
from octavo.__main__ import main
from octavo.ledger import GONE, Anchor, Page, print_of
from octavo.model import UserError

EDITIONS = HERE.parent / "editions"
LETTERS = "bcdfghklmnprstvw"


def words(chance: random.Random, count: int) -> list[str]:
    """Words that nobody has written."""
    return ["".join(chance.choice(LETTERS) + chance.choice("aeiou") for _ in range(chance.randint(1, 4))) for _ in range(count)]


def page(slug: str, *texts: str) -> Page:
    return Page(slug, [print_of(text) for text in texts])


def names(ledger_of: list[Anchor], *pages: Page) -> dict[str, list[str]]:
    return anchoring.stand(ledger_of, pages).names


ONE = "The delegates came to Genoa in April, and nobody knew which of them had read the note."
TWO = "At Rapallo the treaty was signed on Easter Sunday while the others were at church or asleep."
THREE = "Neither side had told its allies anything, and both had told the newspapers rather too much."
FOUR = "The harvest of that year was better than the one before, which had been the worst of all."


class TestStanding:
    def test_without_a_ledger_paragraphs_are_counted(self) -> None:
        assert names([], page("a", ONE, TWO), page("b", THREE)) == {"a": ["par-1", "par-2"], "b": ["par-1"]}

    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            ([ONE, TWO, THREE], ["par-1", "par-2", "par-3"]),
            ([FOUR, ONE, TWO, THREE], ["par-4", "par-1", "par-2", "par-3"]),
            ([ONE, FOUR, TWO, THREE], ["par-1", "par-4", "par-2", "par-3"]),
            ([THREE, ONE, TWO], ["par-3", "par-1", "par-2"]),
            ([ONE, THREE], ["par-1", "par-3"]),
            ([ONE, FOUR, THREE], ["par-1", "par-4", "par-3"]),
            ([ONE, TWO.replace("Easter Sunday", "16 April 1922"), THREE], ["par-1", "par-2", "par-3"]),
            ([ONE.upper(), TWO.replace(",", ";"), "“" + THREE + "”"], ["par-1", "par-2", "par-3"]),
            ([TWO, ONE, THREE.replace("newspapers", "press")], ["par-2", "par-1", "par-3"]),
        ],
    )
    def test_paragraphs_keep_their_names(self, texts: list[str], expected: list[str]) -> None:
        released = anchoring.released([], [page("a", ONE, TWO, THREE)], {})
        assert names(released, page("a", *texts))["a"] == expected

    def test_one_that_is_gone_leads_to_what_follows_its_place(self) -> None:
        released = anchoring.released([], [page("a", ONE, TWO, THREE)], {})
        standing = anchoring.stand(released, [page("a", ONE, THREE)])
        assert [released[i].at for i in standing.gone] == ["a#par-2"]
        assert [[released[i].name for i in found] for found in (standing.also["a", 0], standing.also["a", 1])] == [[], ["par-2"]]

    def test_one_that_went_to_another_page_leads_there(self) -> None:
        released = anchoring.released([], [page("a", ONE, TWO), page("b", THREE)], {})
        standing = anchoring.stand(released, [page("a", ONE), page("b", THREE, TWO.replace("church", "prayer"))])
        assert standing.names == {"a": ["par-1"], "b": ["par-1", "par-2"]}
        assert (standing.gone, list(standing.now.values())) == ([], ["b#par-2"])

    def test_it_leads_on_after_the_next_release_and_the_next_move(self) -> None:
        first = anchoring.released([], [page("a", ONE, TWO), page("b", THREE), page("c", FOUR)], {})
        second = anchoring.released(first, [page("a", ONE), page("b", THREE, TWO), page("c", FOUR)], {})
        third = [page("a", ONE), page("b", THREE), page("c", FOUR, TWO)]
        standing = anchoring.stand(second, third)
        assert {second[i].at: now for i, now in standing.now.items()} == {"a#par-2": "c#par-2", "b#par-2": "c#par-2"}
        last = anchoring.stand(anchoring.released(second, third, {}), third)
        assert (last.gone, sorted(last.now.values())) == ([], ["c#par-2", "c#par-2"])

    def test_a_number_is_never_used_again(self) -> None:
        first = anchoring.released([], [page("a", ONE, TWO)], {})
        second = anchoring.released(first, [page("a", ONE)], {})
        assert second == [Anchor("a"), Anchor("a", "par-2", print_of(TWO).words, now=GONE), Anchor("a", "par-1", *print_of(ONE))]
        assert names(second, page("a", ONE, FOUR)) == {"a": ["par-1", "par-3"]}

    def test_two_that_were_joined_are_both_there(self) -> None:
        released = anchoring.released([], [page("a", ONE, TWO, THREE)], {})
        standing = anchoring.stand(released, [page("a", f"{ONE} {TWO}", THREE)])
        assert standing.gone == []
        assert {*standing.names["a"], *(released[i].name for i in standing.also["a", 0])} == {"par-1", "par-2", "par-3"}

    def test_a_page_under_a_new_name_keeps_its_numbers(self) -> None:
        released = anchoring.released([], [page("a", ONE, TWO, THREE)], {})
        assert names(released, page("z", ONE, FOUR, THREE)) == {"z": ["par-1", "par-4", "par-3"]}

    def test_equal_paragraphs_are_told_apart_by_their_order(self) -> None:
        released = anchoring.released([], [page("a", "Yes.", ONE, "Yes.", TWO, "Yes.")], {})
        assert names(released, page("a", "Yes.", ONE, TWO, "Yes."))["a"] == ["par-1", "par-2", "par-4", "par-5"]

    def test_a_book_of_20000_paragraphs_that_was_shuffled_and_edited_takes_seconds(self) -> None:
        chance = random.Random(7)
        texts = [words(chance, 60) for _ in range(20_000)]
        pages = [page(f"p{n}", *(" ".join(text) for text in texts[n::200])) for n in range(200)]
        released = anchoring.released([], pages, {})
        for text in texts:
            text[chance.randrange(60)] = "anders"
        edited = [page(f"p{n}", *(" ".join(text) for text in reversed(texts[n::200]))) for n in range(200)]
        assert anchoring.stand(released, edited).names["p3"] == [f"par-{n}" for n in range(100, 0, -1)]


EDITS = st.lists(
    st.tuples(st.sampled_from(["edit", "delete", "insert", "move", "away"]), st.integers(0, 99), st.integers(0, 99)), max_size=14
)


class Draft:
    """Chapters whose paragraphs know which they were, however they are edited."""

    def __init__(self, seed: int, sizes: list[int]) -> None:
        self.chance, self.count = random.Random(seed), 0
        self.pages = [[self.new() for _ in range(size)] for size in sizes]
        self.changed: dict[int, int] = {}

    def new(self) -> tuple[int, list[str]]:
        self.count += 1
        return self.count, words(self.chance, self.chance.randint(15, 60))

    def apply(self, what: str, a: int, b: int) -> None:
        chapter = self.pages[a % len(self.pages)]
        if what == "insert":
            chapter.insert(b % (len(chapter) + 1), self.new())
        elif chapter:
            which, text = paragraph = chapter[b % len(chapter)]
            if what == "edit" and self.changed.get(which, 0) < len(text) // 6:
                self.changed[which] = self.changed.get(which, 0) + 1
                text[self.chance.randrange(len(text))] = "anders"
            elif what in ("delete", "move", "away"):
                chapter.remove(paragraph)
                target = self.pages[(a + 1) % len(self.pages)] if what == "away" else chapter
                if what != "delete":
                    target.insert(self.chance.randrange(len(target) + 1), paragraph)

    def read(self) -> list[Page]:
        return [page(f"p{n}", *(" ".join(text) for _, text in chapter)) for n, chapter in enumerate(self.pages)]


class TestEdits:
    @settings(max_examples=120, deadline=None)
    @given(seed=st.integers(0, 10_000), sizes=st.lists(st.integers(1, 8), min_size=2, max_size=3), rounds=st.lists(EDITS, max_size=3))
    def test_every_released_anchor_is_where_its_paragraph_is_or_is_reported(
        self, seed: int, sizes: list[int], rounds: list[list[tuple[str, int, int]]]
    ) -> None:
        draft = Draft(seed, sizes)
        book: list[Anchor] = []
        cited: dict[str, int] = {}
        lost: set[str] = set()
        for edits in [[], *rounds]:
            draft.changed = {}
            for edit in edits:
                draft.apply(*edit)
            pages = draft.read()
            standing = anchoring.stand(book, pages)
            where = {f"p{n}#{name}": which for n, chapter in enumerate(draft.pages)
                     for (which, _), name in zip(chapter, standing.names[f"p{n}"], strict=True)}  # fmt: skip
            now = {book[i].at: target for i, target in standing.now.items()}
            alive = {which for chapter in draft.pages for which, _ in chapter}
            gone = {book[i].at for i in standing.gone}
            # One that had moved before it went is reported under the last of its names, to which the earlier ones lead.
            assert gone == {now.get(at, at) for at, which in cited.items() if which not in alive} - lost
            lost |= gone
            assert all(where[now.get(at, at)] == which for at, which in cited.items() if which in alive)
            placed = {book[i].at for found in standing.also.values() for i in found}
            assert {at for at in cited if at not in where and draft.pages[int(at[1])]} <= placed
            assert all(cited.get(at, which) == which for at, which in where.items())
            cited |= where
            book = anchoring.released(book, pages, {})


@pytest.fixture
def sampler(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE / "books/sampler", tmp_path / "book", ignore=shutil.ignore_patterns("output")))


def site_of(book: Path) -> dict[str, Any]:
    files = html.build(record_of(build(book)), book / "output/work/3-resolved/images", EDITIONS)
    return {name: content for name, content in files.items() if name.endswith((".html", ".js"))}


def paragraphs(content: bytes) -> dict[str, str]:
    found = lxml_html.fromstring(content).xpath("//main//p[starts-with(@id, 'par-')]")
    return {p.get("id"): " ".join(p.text_content().split()) for p in found}


class TestCommand:
    @pytest.mark.parametrize("name", ["sampler", "tiny", "structure", "apparatus1"])
    def test_the_first_release_changes_no_byte_of_the_web_edition(self, tmp_path: Path, name: str) -> None:
        book = Path(shutil.copytree(HERE / "books" / name, tmp_path / "book", ignore=shutil.ignore_patterns("output")))
        before = site_of(book)
        assert main(["release", "--directory", str(book)]) == 0
        assert site_of(book) == before

    def test_the_ledger_has_a_line_for_each_anchor_and_a_second_release_adds_none(
        self, sampler: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        release.release(sampler)
        written = (sampler / "anchors.json").read_bytes()
        found = ledger.read(sampler)
        assert main(["release", "--directory", str(sampler)]) == 0
        assert (sampler / "anchors.json").read_bytes() == written
        assert len(written.splitlines()) == len(found) + 2
        assert {"harbours", "harbours#sec-words", "harbours#fig-quay", "harbours#par-1"} <= {anchor.at for anchor in found}
        assert capsys.readouterr().out == f"anchors.json: {len(found)} anchors\n"

    @pytest.mark.parametrize("content", ["", "[]", '{"version": 1}', '{"version": 1, "anchors": [{}]}', '{"version": 9, "anchors": []}'])
    def test_a_ledger_that_is_none_is_refused_in_one_line(self, sampler: Path, content: str) -> None:
        (sampler / "anchors.json").write_text(content)
        with pytest.raises(UserError, match=r"^anchors\.json "):
            release.release(sampler)
        assert (sampler / "anchors.json").read_text() == content

    def test_nothing_is_recorded_while_a_chapter_cannot_be_read(self, sampler: Path) -> None:
        (sampler / "chapters/harbours.md").write_bytes(b"# A\n\n\xff\n")
        with pytest.raises(UserError, match=r"chapters/harbours\.md cannot be read"):
            release.release(sampler)
        assert not (sampler / "anchors.json").exists()


class TestEditions:
    def edited(self, book: Path) -> tuple[dict[str, str], dict[str, Any]]:
        """The sampler after its release, edited: the paragraphs that it had, and the site that it has."""
        old = paragraphs(site_of(book)["harbours.html"])
        release.release(book)
        harbours, ledgers = book / "chapters/harbours.md", book / "chapters/ledgers.md"
        text = harbours.read_text("utf-8")
        moved = next(
            part for part in text.split("\n\n") if part.startswith("A block quotation is set off") or "> A block quotation" in part
        )
        text = text.replace("The toll is reckoned as", "It is a new paragraph that nobody has cited.\n\nThe toll is reckoned as")
        text = text.replace(next(part for part in text.split("\n\n") if part.startswith("In Russian")) + "\n\n", "")
        harbours.write_text(text.replace(moved + "\n\n", "") if moved else text, "utf-8")
        ledgers.write_text(ledgers.read_text("utf-8") + "\n\n" + moved + "\n", "utf-8")
        return old, site_of(book)

    def test_paragraphs_keep_their_addresses(self, sampler: Path) -> None:
        old, site = self.edited(sampler)
        new = paragraphs(site["harbours.html"])
        assert new == {name: text for name, text in old.items() if name in new} | {
            name: "It is a new paragraph that nobody has cited." for name in new if name not in old
        }
        assert [int(name[4:]) for name in new if name not in old] == [len(old) + 1]

    def test_one_that_is_gone_leads_to_its_place_and_one_that_moved_onward(self, sampler: Path) -> None:
        _, site = self.edited(sampler)
        page = lxml_html.fromstring(site["harbours.html"])
        (gone,) = page.xpath("//span[@class='gone']")
        moved, second = page.xpath("//a[@class='moved']")
        assert gone.getparent().tag == "p"
        file, _, name = moved.get("href").partition("#")
        assert paragraphs(site[file])[name].startswith("A block quotation is set off")
        assert paragraphs(site[second.get("href").partition("#")[0]])[second.get("href").partition("#")[2]].startswith("It has a second")
        assert moved.get("aria-label") == "This passage has moved"

    def test_the_epub_has_the_same_names(self, sampler: Path) -> None:
        _, site = self.edited(sampler)
        book = epub.build(record_of(sampler), sampler / "output/work/3-resolved/images", EDITIONS)
        names = set(paragraphs(site["harbours.html"]))
        with zipfile.ZipFile(io.BytesIO(book)) as packed:
            page = next(packed.read(name).decode() for name in packed.namelist() if name.endswith("/harbours.xhtml"))
        assert set(re.findall('<p id="(par-[0-9]+)"', page)) == names
        assert 'class="moved"' not in page

    @pytest.mark.parametrize("scripts", [True, False])
    def test_a_reader_who_follows_an_old_address_gets_there(self, sampler: Path, browser: Browser, scripts: bool) -> None:
        self.edited(sampler)
        folder = sampler / "site"
        html.write(html.build(record_of(sampler), sampler / "output/work/3-resolved/images", EDITIONS), folder)
        moved = lxml_html.fromstring((folder / "harbours.html").read_bytes()).xpath("//a[@class='moved']")[0]
        page = browser.new_context(java_script_enabled=scripts).new_page()
        page.goto(f"{(folder / 'harbours.html').as_uri()}#{moved.get('id')}")
        if not scripts:
            page.locator("a.moved:target").click()
        page.wait_for_url(f"**/{moved.get('href')}")
        page.context.close()

    @pytest.mark.parametrize("wanted", [True, False])
    def test_the_number_stands_in_the_outer_margin_of_print_where_it_is_wanted(self, sampler: Path, wanted: bool) -> None:
        yaml = sampler / "book.yaml"
        yaml.write_text(yaml.read_text("utf-8") + f"editions: {{pdf: {{paragraph_numbers: {str(wanted).lower()}}}}}\n", "utf-8")
        build(sampler)
        with contextlib.chdir(sampler):
            work = "output/work/"
            pdf.main([work + "4-cited/book.json", work + "3-resolved/images", str(EDITIONS), "book.pdf"])
        reader = pypdf.PdfReader(sampler / "book.pdf")
        found: list[tuple[int, str, float]] = []
        for number, page in enumerate(reader.pages, 1):

            def seen(text: str, matrix: Any, at: Any, _: Any, size: float, number: int = number) -> None:
                if text.strip().isdecimal() and abs(size * matrix[0] * at[0]) < 7:
                    found.append((number, text.strip(), at[4] * matrix[0] + matrix[4]))

            page.extract_text(visitor_text=seen)
        width = float(reader.pages[0].mediabox.width)
        margin = [(text, x) for number, text, x in found if (x > width * 0.83 if number % 2 else x < width * 0.17)]
        assert (len(margin) > 5) == wanted
        if wanted:
            record = tools.read_json(sampler / "output/work/5-rendered/pages.json")
            assert {text for text, _ in margin} >= {
                name[4:] for p in record["pages"] for name in paragraphs(f"<main>{p['html']}</main>".encode())
            }
