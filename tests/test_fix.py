"""`octavo fix`: what it changes, what it leaves alone, and that it changes nothing more when it is run again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_main import run

from octavo import __main__ as command
from octavo import checks, fix, tools
from octavo.checks import Hit, at
from octavo.checks.manuscript import Manuscript
from octavo.model import Place


def contents(book: Path) -> dict[str, bytes]:
    return {p.relative_to(book).as_posix(): p.read_bytes() for p in book.rglob("*") if p.is_file() and "output" not in p.parts}


class TestMended:
    @pytest.mark.parametrize(
        ("raw", "mends", "after"),
        [
            (b"one two\n", [(Place("", 1, 5, 1, 8), "2")], b"one 2\n"),
            (b"one two\r\nthree", [(Place("", 2, 1, 2, 6), "3"), (Place("", 1, 1, 1, 4), "1")], b"1 two\r\n3"),
            ("\ufeffаб в\n".encode(), [(Place("", 1, 4, 1, 5), "г")], "\ufeffаб г\n".encode()),
            ("中e\u0301 😀 x".encode(), [(Place("", 1, 7, 1, 8), "y")], "中e\u0301 😀 y".encode()),
            (b"ab\n", [(Place("", 1, 2, 1, 2), "-")], b"a-b\n"),
            (b"a b\n", [(Place("", 1, 2, 1, 3), "")], b"ab\n"),
            ("a\u2028b\x0bc\n d\n".encode(), [(Place("", 1, 5, 1, 6), "X"), (Place("", 2, 2, 2, 3), "D")], "a\u2028b\x0bX\n D\n".encode()),
            (b"one\r\ntwo\r\n", [(Place("", 1, 4, 2, 1), " ")], b"one two\r\n"),
            ("\ufeffone".encode(), [(Place("", 1, 1, 1, 1), "")], b"one"),
            ("\ufeffone".encode(), [(Place("", 1, 1, 1, 1), ""), (Place("", 1, 1, 1, 4), "1")], b"1"),
            (b"one", [(Place("", 1, 1, 1, 1), "")], b"one"),
        ],
    )
    def test_only_the_place_changes(self, raw: bytes, mends: list[tuple[Place, str]], after: bytes) -> None:
        assert fix.mended(raw, mends)[0] == after

    @pytest.mark.parametrize(
        ("mends", "after"),
        [
            ([(Place("", 1, 1, 1, 4), "A"), (Place("", 1, 3, 1, 6), "B")], b"Adef"),
            ([(Place("", 1, 1, 1, 7), "A"), (Place("", 1, 3, 1, 4), "B")], b"A"),
            ([(Place("", 1, 1, 1, 4), "A"), (Place("", 1, 4, 1, 7), "B")], b"AB"),
            ([(Place("", 1, 1, 1, 4), "A"), (Place("", 1, 1, 1, 4), "A")], b"Adef"),
            ([(Place("", 1, 2, 1, 2), "-"), (Place("", 1, 2, 1, 2), "+")], b"a+bcdef"),
            ([(Place("", 1, 1, 1, 4), "abc")], b"abcdef"),
        ],
    )
    def test_of_two_that_overlap_the_first_is_put_in(self, mends: list[tuple[Place, str]], after: bytes) -> None:
        assert fix.mended(b"abcdef", mends)[0] == after

    def test_what_is_not_utf_8_is_left(self) -> None:
        assert fix.mended(b"caf\xe9 x", [(Place("", 1, 1, 1, 2), "C")]) == (b"caf\xe9 x", 0)


@pytest.fixture
def untidy() -> Iterator[None]:
    """A check whose finds can be mended: `colour` for `color`, and `-o-` opened out a step at a time."""

    def untidy_words(book: Manuscript) -> Iterator[Hit]:
        for text in book.texts:
            for found in re.finditer(r"color|-(o+)-(?!o{4})|colr", text.source.masked):
                new = {"color": "colour", "colr": "color"}.get(found[0], f"-{found[1]}o-")
                if new != "-ooooo-":
                    yield at(text.source.place(found.start(), found.end()), word=found[0], fix=new)
        for file in book.bib_files:
            for number, line in enumerate(book.bytes_of(file).decode("utf-8", "replace").split("\n"), 1):
                for found in re.finditer("color", line):
                    place = Place(file, number, found.start() + 1, number, found.end() + 1)
                    yield at(place, word=found[0], fix="colour")

    checks.catalogue()["TST001"] = checks.Check("TST001", "untidy-word", "warning", "`{word}`", (), True, "", untidy_words)
    checks.codes.cache_clear()
    yield
    del checks.catalogue()["TST001"]
    checks.codes.cache_clear()


PREFACE = "chapters/preface.md"


@pytest.mark.usefixtures("untidy")
class TestCommand:
    def write(self, book: Path, text: str, file: str = PREFACE) -> Path:
        (book / file).write_bytes(text.encode())
        return book / file

    def test_it_mends_until_nothing_more_can_be_and_then_rests(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        file = self.write(book, "\ufeff# Preface\r\n\r\nA colr, a color `color` and -o-.\r\n")
        before = contents(book)
        code, said, error = run(capsys, "fix", "--directory", book, "--ignore", "LNG012")
        assert (code, said, error) == (0, "6 mended in 1 file\n", "")
        assert file.read_bytes().decode() == "\ufeff# Preface\r\n\r\nA colour, a colour `color` and -oooo-.\r\n"
        after = contents(book)
        assert [name for name in before if before[name] != after[name]] == [PREFACE]
        assert set(before) == set(after)
        times = {path: path.stat().st_mtime_ns for path in book.rglob("*.md")}
        assert run(capsys, "fix", "--directory", book, "--ignore", "LNG012") == (0, "nothing mended\n", "")
        assert contents(book) == after
        assert {path: path.stat().st_mtime_ns for path in book.rglob("*.md")} == times

    def test_a_diff_shows_all_of_it_and_changes_nothing(self, book: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        self.write(book, "\ufeff# Preface\r\n\r\nA colr and -o-\rx.\r\nThe end: color")
        self.write(book, "% color\n@book{a1, author = {A}, title = {T\n color}, publisher = {P}, date = {1998}}", "bibliography/more.bib")
        before = contents(book)
        patched = shutil.copytree(book, tmp_path / "patched")
        command.main(["fix", "--diff", "--directory", str(book)])
        diff = capsys.readouterr().out
        assert contents(book) == before
        assert not list(book.rglob(".mend-*"))
        assert "--- a/chapters/preface.md\n+++ b/chapters/preface.md\n" in diff
        assert "\\ No newline at end of file\n" in diff
        tools.run(["git", "apply", "--whitespace=nowarn", "-p1", "-"], diff.encode(), cwd=patched)
        assert run(capsys, "fix", "--directory", book)[0] == 0
        assert contents(patched) == contents(book) != before

    def test_only_what_is_asked_for(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        mixed = "# Preface\r\n\nA color.\n"
        self.write(book, mixed)
        self.write(book, "# One {#sec-river}\n\nA color.\n", "chapters/one.md")
        run(capsys, "fix", "--directory", book, "--select", "TST001", book / "chapters/one.md")
        assert (book / PREFACE).read_bytes().decode() == mixed
        assert "colour" in (book / "chapters/one.md").read_text("utf-8")
        run(capsys, "fix", "--directory", book, "--select", "LNG", PREFACE)
        assert (book / PREFACE).read_bytes() == b"# Preface\n\nA color.\n"
        run(capsys, "fix", "--directory", book, "--ignore", "TST001,LNG")
        assert (book / PREFACE).read_bytes() == b"# Preface\n\nA color.\n"

    def test_what_is_silenced_is_left(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        text = "# Preface\n\nA color. <!-- ignore: TST001 as printed -->\n"
        self.write(book, text)
        assert run(capsys, "fix", "--directory", book) == (0, "nothing mended\n", "")
        assert (book / PREFACE).read_text("utf-8") == text

    def test_a_link_and_a_read_only_file_are_left_and_the_rest_is_mended(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        away = book / "real.md"
        away.write_text("# Preface\n\nA color.\n", "utf-8")
        (book / PREFACE).unlink()
        (book / PREFACE).symlink_to("../real.md")
        locked = self.write(book, "# Two {#sec-treaty}\n\nA color.\n", "chapters/two.md")
        locked.chmod(0o444)
        mended = self.write(book, "# One {#sec-river}\n\nA color.\n", "chapters/one.md")
        mended.chmod(0o664)
        code, said, error = run(capsys, "fix", "--directory", book)
        assert code == 1
        assert said == "1 mended in 1 file\n"
        assert error.splitlines() == [
            "octavo: chapters/preface.md is a symbolic link and is left as it is: mend the file that it leads to",
            "octavo: chapters/two.md is read-only and is left as it is: give yourself leave to write it",
        ]
        assert (book / PREFACE).is_symlink()
        assert "colour" not in away.read_text("utf-8") + locked.read_text("utf-8")
        assert "colour" in mended.read_text("utf-8")
        assert (mended.stat().st_mode & 0o777, locked.stat().st_mode & 0o777) == (0o664, 0o444)

    def test_a_file_in_another_encoding_is_left(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        raw = b"@book{a1, author = {M\xfcller}, title = {color}, publisher = {P}, date = {1998}}\n"
        (book / "bibliography/more.bib").write_bytes(raw)
        assert run(capsys, "fix", "--directory", book)[:2] == (0, "nothing mended\n")
        assert (book / "bibliography/more.bib").read_bytes() == raw

    def test_what_was_changed_meanwhile_is_left(self, book: Path) -> None:
        mend = fix.Mended(PREFACE, b"before", b"after", 1)
        assert fix.write(book, [mend]) == ([], [f"{PREFACE} was changed meanwhile and is left as it is: run `octavo fix` again"])

    def test_a_broken_book_yaml_is_one_line(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (book / "book.yaml").write_text("titel: T\n", "utf-8")
        code, said, error = run(capsys, "fix", "--directory", book)
        assert (code, said, error.count("\n")) == (1, "", 1)

    def test_a_code_that_is_none_is_misuse(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        code, said, error = run(capsys, "fix", "--directory", book, "--select", "XYZ777")
        assert (code, said, error) == (2, "", "octavo: there is no check `XYZ777`\n")


class TestLineEndings:
    @pytest.mark.parametrize(
        ("file", "before", "after"),
        [
            ("chapters/preface.md", b"# P\r\n\r\nOne\nTwo\r\nThree\n\r\n", b"# P\r\n\r\nOne\r\nTwo\r\nThree\r\n\r\n"),
            ("chapters/preface.md", b"\xef\xbb\xbf# P\n\r\nOne\nTwo", b"# P\n\nOne\nTwo"),
            ("bibliography/more.bib", b"% one\r\n% two\n% three\n", b"% one\n% two\n% three\n"),
            (
                "chapters/data/treaties.csv",
                b'\xef\xbb\xbfname,signed\r\n"Ra\npallo",1922-04-16\r\nLocarno,1925-10-16\n',
                b'name,signed\r\n"Ra\npallo",1922-04-16\r\nLocarno,1925-10-16\r\n',
            ),
        ],
    )
    def test_every_line_ends_as_most_do(
        self, book: Path, capsys: pytest.CaptureFixture[str], file: str, before: bytes, after: bytes
    ) -> None:
        (book / file).write_bytes(before)
        assert run(capsys, "fix", "--directory", book, "--select", "LNG012")[0] == 0
        assert (book / file).read_bytes() == after

    def test_book_yaml_too(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        text = (book / "book.yaml").read_bytes()
        (book / "book.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n", 4))
        assert run(capsys, "fix", "--directory", book)[1] == "2 mended in 1 file\n"
        assert (book / "book.yaml").read_bytes() == text

    def test_a_folder_without_output_is_enough(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (book / PREFACE).write_bytes(b"# P\r\n\nOne\n")
        assert run(capsys, "fix", "--directory", book)[0] == 0
        assert not (book / "output").exists()
