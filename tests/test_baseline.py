"""What an author has put up with: known again when it moves, told when it is new, said when it is gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_main import run

from octavo import baseline, check, parse, report
from octavo.model import Finding, Place

PREFACE = "chapters/preface.md"


@pytest.fixture
def book(book: Path) -> Path:
    """A book with three old faults."""
    write(book, "# Preface\n\nHere @gone1 and @gone2.\n\nOnce more @gone1, later.\n")
    return book


def write(book: Path, text: str, file: str = PREFACE) -> None:
    (book / file).write_text(text, "utf-8")


def record(book: Path, capsys: pytest.CaptureFixture[str]) -> str:
    code, said, error = run(capsys, "baseline", "--directory", book)
    assert (code, error) == (0, "")
    return said


def found(book: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit code, and the lines without excerpts and hints."""
    code, said, error = run(capsys, "check", "--directory", book)
    assert error == ""
    return code, [line for line in said.splitlines() if line and not line.startswith(" ")]


class TestBaseline:
    def test_what_is_recorded_is_not_told_again(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert found(book, capsys)[0] == 1
        assert record(book, capsys) == "baseline.json: 3 errors in 1 file\n"
        assert found(book, capsys) == (0, ["nothing found", "3 known findings not shown: baseline.json"])
        first = (book / "baseline.json").read_bytes()
        assert record(book, capsys) == "baseline.json: 3 errors in 1 file\n"
        assert (book / "baseline.json").read_bytes() == first

    def test_json_keeps_its_form_and_has_only_what_is_new(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        record(book, capsys)
        said = json.loads(run(capsys, "check", "--directory", book, "--format", "json")[1])
        assert (list(said), said["findings"]) == (["version", "profile", "summary", "findings"], [])

    @pytest.mark.parametrize(
        "text",
        [
            "# Preface\n\nA new paragraph.\n\nHere @gone1 and @gone2.\n\nOnce more @gone1, later.\n",
            "# Preface\n\nOnce more @gone1, later.\n\nHere @gone1 and @gone2.\n",
            "# Preface\r\n\r\nHere @gone1 and @gone2.\r\n\r\nOnce  more @gone1, later.\r\n",
            "# Preface\n\nThere @gone1 and also @gone2.\n\nAnd once more @gone1, later on.\n",
        ],
    )
    def test_it_stays_known_when_lines_move_or_change_a_little(self, book: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
        record(book, capsys)
        (book / PREFACE).write_bytes(text.encode())
        assert found(book, capsys) == (0, ["nothing found", "3 known findings not shown: baseline.json"])

    def test_and_when_its_chapter_gets_another_name(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        record(book, capsys)
        (book / PREFACE).rename(book / "chapters/foreword.md")
        for file in ("book.yaml", "chapters/two.md"):
            write(book, (book / file).read_text("utf-8").replace("preface.md", "foreword.md"), file)
        assert found(book, capsys) == (0, ["nothing found", "3 known findings not shown: baseline.json"])

    def test_one_more_of_the_same_is_new(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        record(book, capsys)
        write(book, (book / PREFACE).read_text("utf-8") + "\nOnce more @gone1, later.\n\nIn all new words @gone2.\n")
        code, lines = found(book, capsys)
        assert code == 1
        assert lines == [
            "chapters/preface.md:7:11: CIT001 `gone1` is in no .bib file",
            "chapters/preface.md:9:18: CIT001 `gone2` is in no .bib file",
            "2 errors in 1 file",
            "3 known findings not shown: baseline.json",
        ]

    def test_the_same_fault_in_another_chapter_is_new(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        record(book, capsys)
        write(book, (book / "chapters/one.md").read_text("utf-8") + "\nHere @gone1 and @gone2.\n", "chapters/one.md")
        assert len([line for line in found(book, capsys)[1] if "CIT001" in line]) == 2

    def test_what_is_gone_is_said_in_one_line(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        record(book, capsys)
        write(book, "# Preface\n\nHere @gone2.\n")
        assert found(book, capsys) == (
            0,
            ["nothing found", "1 known finding not shown: baseline.json", "2 findings of baseline.json are gone: run `octavo baseline`"],
        )
        record(book, capsys)
        write(book, "# Preface\n")
        assert found(book, capsys)[1] == ["nothing found", "1 finding of baseline.json is gone: run `octavo baseline`"]
        assert record(book, capsys) == "baseline.json: nothing found\n"
        assert found(book, capsys) == (0, [])

    def test_of_some_files_or_codes_only_theirs_is_told(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        record(book, capsys)
        write(book, "# Preface\n\nHere @gone2.\n")
        assert run(capsys, "check", "--directory", book, "chapters/one.md") == (0, "", "")
        assert run(capsys, "check", "--directory", book, "--select", "REF") == (0, "", "")
        assert run(capsys, "check", "--directory", book, PREFACE)[1].endswith("1 known finding not shown: baseline.json\n")

    def test_a_place_in_a_message_may_move_too(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        bib = "@book{twin, author = {A}, title = {T}, publisher = {P}, date = {1998}}\n"
        write(book, bib + bib.replace("{T}", "{U}"), "bibliography/more.bib")
        record(book, capsys)
        write(book, "% a line more\n\n" + bib + "\n" + bib.replace("{T}", "{U}"), "bibliography/more.bib")
        assert found(book, capsys) == (0, ["nothing found", "4 known findings not shown: baseline.json"])

    @pytest.mark.parametrize(
        "content",
        ["", "[]", "<<<<<<< HEAD\n", '{"version": 1}', '{"version": 1, "findings": [{"code": "CIT001"}]}', '{"version": 9}', "\udcff"],
    )
    def test_one_that_cannot_be_read_is_one_line(self, book: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
        (book / "baseline.json").write_bytes(content.encode("utf-8", "surrogateescape"))
        code, said, error = run(capsys, "check", "--directory", book)
        assert (code, said, error.count("\n")) == (1, "", 1)
        assert error.startswith("octavo: baseline.json ")
        assert record(book, capsys)

    def test_two_versions_of_it_can_be_compared_by_line(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        record(book, capsys)
        lines = (book / "baseline.json").read_text("utf-8").splitlines()
        assert json.loads(lines[1].rstrip(","))["file"] == PREFACE
        assert len(lines) == 5

    def test_the_stage_and_its_gate_stop_only_on_what_is_new(
        self, book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record(book, capsys)
        monkeypatch.chdir(book)
        parse.main(["parsed.json"])
        check.main(["out", "parsed.json"])
        assert report.main(["gate", "out/report.json", "stamp"]) == 0
        assert capsys.readouterr().err == "octavo: what baseline.json knows is not shown\n"
        assert "3 known findings not shown: baseline.json" in (book / "out/report.txt").read_text("utf-8")
        assert "3 known findings not shown" in (book / "out/report.html").read_text("utf-8")
        write(book, "# Preface\n\nHere @gone3 is new.\n")
        parse.main(["parsed.json"])
        check.main(["out", "parsed.json"])
        assert report.main(["gate", "out/report.json", "stamp"]) == 1

    def test_many_are_compared_in_no_time(self, book: Path) -> None:
        write(book, "".join(f"Words {n} and more words @k{n % 50}\n" for n in range(5000)))
        many = tuple(Finding("CIT001", "n", "error", Place(PREFACE, n + 1, 1, n + 1, 5), f"`k{n % 50}`") for n in range(5000))
        baseline.write(book, many)
        write(book, "".join(f"Words {n} and other words @k{n % 50}\n" for n in range(5000)))
        compared = baseline.compared(report.Report("release", "", many), book)
        assert (len(compared.findings), len(compared.known), compared.gone) == (0, 5000, 0)

    def test_nothing_else_is_written(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        before = {path for path in book.rglob("*") if path.is_file()}
        record(book, capsys)
        made = {path.relative_to(book).as_posix() for path in book.rglob("*") if path.is_file() and path not in before}
        assert {path for path in made if not path.startswith("output/work/1-parsed/cache/")} == {"baseline.json"}

    def test_a_folder_that_is_none_is_misuse(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(capsys, "baseline", "--directory", book / "none")[0] == 2
