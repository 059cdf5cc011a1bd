"""Comments on the real book's draft: each comes back to its line, whichever program wrote it and whatever became of the pages."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
from pathlib import Path

import pikepdf
import pytest
from drafts import annotate, built, copied, git, in_z, places, printed_to_pdf, round_about
from pikepdf import Array, Name

from octavo import __main__ as octavo
from octavo import config
from octavo.model import UserError
from octavo.review import comments, positions, write
from octavo.review.command import files_of
from octavo.review.words import Reader

TOP = Path(__file__).parent.parent
KINDS = ("Highlight", "Underline", "StrikeOut", "Squiggly")


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real book with its draft."""
    folder = copied(TOP, tmp_path_factory.mktemp("reviewed"))
    built(folder)
    return folder


@pytest.fixture
def draft(book: Path) -> pikepdf.Pdf:
    return pikepdf.open(book / "output/draft.pdf")


@pytest.fixture(scope="session")
def reader(book: Path) -> Reader:
    return Reader(book / "output/draft.pdf")


Pick = tuple[int, int, tuple[str, int]]


@pytest.fixture(scope="session")
def picks(book: Path, reader: Reader) -> list[Pick]:
    """Fifty places: (page, word, file and line of that word), over text, notes, captions, tables and the bibliography."""
    known = places(book)
    maps = positions.get(pikepdf.open(book / "output/draft.pdf"))
    (found,) = maps.values()
    numbers = {file: number for number, file in found.files.items()}
    on_page: dict[int, set[str]] = {}
    for piece in found.pieces:
        on_page.setdefault(piece.page - 1, set()).update(found.files[file] for _, file, _ in piece.lines)
    some, chosen = random.Random(1922), {}
    for page in some.sample(sorted(on_page), len(on_page)):
        words = [word.text for word in reader.page(page).words]
        for at in some.sample(range(len(words)), len(words)):
            place = known.get(tuple(words[at : at + 4]))
            # A title in a note stands in the .bib file too; the note itself is where the citation is.
            if place and place[0] in on_page[page] and place[0] in numbers and (page, place[0]) not in chosen:
                chosen[page, place[0]] = (page, at, place)
    every = list(chosen.values())
    return [
        pick
        for suffix, count in ((".csv", 12), (".bib", 4), (".md", 34))
        for pick in [p for p in every if p[2][0].endswith(suffix)][:count]
    ]


def reviewed(pdf: pikepdf.Pdf, path: Path, reader: Reader, picks: list[Pick]) -> None:
    """Each pick marked, in one habit and the other in turn."""
    for number, (page, at, _) in enumerate(picks):
        boxes = [box for word in reader.page(page).words[at : at + 3] for box in word.boxes]
        annotate(
            pdf, page, KINDS[number % 4], boxes, round_about if number % 2 else in_z, Contents=f"No. {number}", T="Ann", NM=f"n{number}"
        )
    pdf.save(path)


def landed(book: Path, path: Path, picks: list[Pick]) -> int:
    found = {comment.remark.name: comment for comment in comments.Review(book, config.load(book)).comments(path)}
    right = 0
    for number, (_, _, place) in enumerate(picks):
        comment = found[f"n{number}"]
        right += bool(
            comment.found and (comment.found.file, comment.found.line) == place and comment.first and comment.first.line == place[1]
        )
    return right


class TestFifty:
    def test_at_least_49_of_50_land_on_their_line(
        self, book: Path, draft: pikepdf.Pdf, reader: Reader, picks: list[Pick], tmp_path: Path
    ) -> None:
        assert len(picks) == 50
        reviewed(draft, tmp_path / "r.pdf", reader, picks)
        assert landed(book, tmp_path / "r.pdf", picks) >= 49

    def test_after_pages_were_turned_and_inserted(
        self, book: Path, draft: pikepdf.Pdf, reader: Reader, picks: list[Pick], tmp_path: Path
    ) -> None:
        for number, page in enumerate(draft.pages):
            page.obj.Rotate = (0, 90, 180, 270)[number % 4]
        reviewed(draft, tmp_path / "r.pdf", reader, picks)
        with pikepdf.open(tmp_path / "r.pdf") as pdf:
            for at in (100, 40, 0):
                pdf.add_blank_page(page_size=(595, 842))
                pdf.pages.insert(at, pdf.pages[-1])
                del pdf.pages[-1]
            annotate(pdf, 0, "Text", [(100, 700, 120, 720)], Contents="A page of my own", NM="inserted")
            pdf.save(tmp_path / "i.pdf")
        assert landed(book, tmp_path / "i.pdf", picks) >= 49
        (lost,) = [c for c in comments.Review(book, config.load(book)).comments(tmp_path / "i.pdf") if c.remark.name == "inserted"]
        assert lost.found is None
        assert lost.unplaced == "page 1 is not one of the draft's"

    def test_without_the_map_by_the_tags_in_the_margin(
        self, book: Path, draft: pikepdf.Pdf, reader: Reader, picks: list[Pick], tmp_path: Path
    ) -> None:
        printed_to_pdf(draft)
        reviewed(draft, tmp_path / "r.pdf", reader, picks)
        assert landed(book, tmp_path / "r.pdf", picks) >= 47


class TestLaterText:
    def test_a_comment_on_an_earlier_draft_is_carried_to_todays_lines(
        self, book: Path, draft: pikepdf.Pdf, reader: Reader, picks: list[Pick], tmp_path: Path
    ) -> None:
        reviewed(draft, tmp_path / "r.pdf", reader, picks)
        folder = tmp_path / "book"
        subprocess.run(["git", "clone", "-q", str(book), str(folder)], check=True)
        for path in folder.glob("chapters/*.md"):
            lines = path.read_text("utf-8").split("\n")
            path.write_text("\n".join([*lines[:2], "A new paragraph at the start.", "", *lines[2:]]), "utf-8")
        git(folder, "commit", "-qam", "Later")
        found = {c.remark.name: c for c in comments.Review(folder, config.load(folder)).comments(tmp_path / "r.pdf")}
        moved = [found[f"n{n}"] for n, (_, _, (file, line)) in enumerate(picks) if file.endswith(".md") and line > 2]
        right = [c for c in moved if c.found and c.first and c.first.line == c.found.line + 2]
        assert len(right) >= len(moved) - 1 > 25


class TestHabits:
    """What viewers do: replies, states, rich text, pop-ups, replacements, notes without a passage."""

    @pytest.fixture
    def texts(self, book: Path, draft: pikepdf.Pdf, reader: Reader, picks: list[Pick], tmp_path: Path) -> dict[str, comments.Comment]:
        page, at, _ = next(pick for pick in picks if pick[2][0].endswith(".md"))
        boxes = [box for word in reader.page(page).words[at : at + 2] for box in word.boxes]
        first = boxes[0]
        parent = annotate(draft, page, "Highlight", boxes, Contents="Is it so?", T="Ann", NM="parent")
        annotate(draft, page, "Text", [first], Contents="It is.", T="Ben", NM="reply", IRT=parent, RT=Name.R)
        annotate(draft, page, "Text", [first], T="Ben", NM="state", IRT=parent, State="Accepted", StateModel="Review", F=30)
        struck = annotate(draft, page, "StrikeOut", boxes, round_about, T="Ann", NM="struck")
        behind = (first[2], first[1], first[2] + 4, first[3])
        annotate(draft, page, "Caret", [behind], Contents="another word", T="Ann", NM="caret", IRT=struck, RT=Name.Group)
        annotate(draft, page, "Caret", [behind], Contents="inserted", T="Ann", NM="insertion")
        rich = '<?xml version="1.0"?><body xmlns="http://www.w3.org/1999/xhtml"><p>Rich <b>text</b> &amp; more</p></body>'
        annotate(draft, page, "Underline", boxes, RC=rich, T="\ufeffÄnne", NM="rich")
        popup = annotate(draft, page, "Popup", [first], Contents="From the pop-up")
        annotate(draft, page, "Squiggly", boxes, Popup=popup, T="Ann", NM="popup")
        annotate(draft, page, "FreeText", [first], Contents="Typed on the page", T="Ann", NM="free")
        annotate(draft, page, "Text", [first], Contents="A sticky note", T="Ann", NM="sticky")
        annotate(draft, page, "Link", [first])
        annotate(draft, page, "Highlight", boxes, Contents="Nobody's", NM="bare", QuadPoints=Array([]))
        draft.save(tmp_path / "h.pdf")
        found = comments.Review(book, config.load(book)).comments(tmp_path / "h.pdf")
        return {comment.remark.name: comment for comment in found}

    def test_each_is_read(self, texts: dict[str, comments.Comment]) -> None:
        assert {name: (c.remark.kind, c.remark.text) for name, c in texts.items()} == {
            "parent": ("highlight", "Is it so?"),
            "struck": ("replacement", "another word"),
            "insertion": ("insertion", "inserted"),
            "rich": ("underline", "Rich text & more"),
            "popup": ("squiggly", "From the pop-up"),
            "free": ("text", "Typed on the page"),
            "sticky": ("note", "A sticky note"),
            "bare": ("highlight", "Nobody's"),
        }

    def test_replies_and_states_belong_to_what_they_answer(self, texts: dict[str, comments.Comment]) -> None:
        parent = texts["parent"].remark
        assert [(reply.author, reply.text) for reply in parent.replies] == [("Ben", "It is.")]
        assert parent.state == "Accepted"
        assert (parent.author, parent.date) == ("Ann", "2026-11-22 14:30")

    def test_all_of_them_stand_on_one_line(self, texts: dict[str, comments.Comment], picks: list[Pick]) -> None:
        place = next(pick for pick in picks if pick[2][0].endswith(".md"))[2]
        assert {(c.found.file, c.found.line) for c in texts.values() if c.found} == {place}


class TestCommand:
    @pytest.fixture
    def pdf(self, draft: pikepdf.Pdf, reader: Reader, picks: list[Pick], tmp_path: Path) -> Path:
        reviewed(draft, tmp_path / "r.pdf", reader, picks)
        return tmp_path / "r.pdf"

    def test_three_forms(self, book: Path, pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert octavo.main(["comments", str(pdf), "--directory", str(book)]) == 0
        assert "50 comments, 0 not placed" in capsys.readouterr().out
        assert octavo.main(["comments", str(pdf), "--directory", str(book), "--format", "json"]) == 0
        records = json.loads(capsys.readouterr().out)
        assert len(records) == 50
        assert set(records[0]) == set(comments.COLUMNS)
        assert octavo.main(["comments", str(pdf), "--directory", str(book), "--format", "csv"]) == 0
        assert len(list(csv.DictReader(io.StringIO(capsys.readouterr().out)))) == 50

    def test_what_is_no_pdf_is_said_in_one_line(self, book: Path, tmp_path: Path) -> None:
        (tmp_path / "x.pdf").write_bytes(b"no PDF")
        with pytest.raises(UserError, match="cannot be read as a PDF"):
            comments.Review(book, config.load(book)).comments(tmp_path / "x.pdf")

    def test_a_pdf_that_is_no_draft(self, book: Path, tmp_path: Path) -> None:
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            annotate(pdf, 0, "Text", [(10, 10, 20, 20)], Contents="Hello")
            pdf.save(tmp_path / "other.pdf")
        (comment,) = comments.Review(book, config.load(book)).comments(tmp_path / "other.pdf")
        assert "no draft of Octavo" in comment.unplaced

    def test_write_puts_each_once_and_changes_nothing_else(self, book: Path, pdf: Path, tmp_path: Path) -> None:
        folder = tmp_path / "book"
        subprocess.run(["git", "clone", "-q", str(book), str(folder)], check=True)
        loaded = config.load(folder)
        before = {path: path.read_text("utf-8") for path in folder.rglob("*.md")}
        trees = {path: write._tree(text) for path, text in before.items()}

        def again() -> write.Written:
            return write.write(folder, files_of(folder, loaded), comments.Review(folder, loaded).comments(pdf))

        done = again()
        assert len(done.written) == 34
        assert len(done.refused) == 16  # of tables from data and of the bibliography
        assert {path: write._tree(path.read_text("utf-8")) for path in before} == trees
        after = {path: path.read_bytes() for path in before}
        assert b"{.query to=" in b"".join(after.values())
        done = again()
        assert (len(done.written), len(done.known)) == (0, 34)
        assert {path: path.read_bytes() for path in before} == after
