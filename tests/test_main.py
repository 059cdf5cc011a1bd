"""The command `octavo`, as a person runs it: what it prints and how it exits."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import pytest

from octavo import __main__ as command
from octavo import check, checks, parse, report, tools


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    code = command.main([str(arg) for arg in argv])
    said = capsys.readouterr()
    return code, said.out, said.err


class TestCheck:
    def test_nothing_wrong_nothing_said(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(capsys, "check", "--directory", book) == (0, "", "")

    def test_the_whole_screen(self, book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        (book / "chapters/preface.md").write_text("# Preface\n\nSo @bam1955 says, and @sec-rver.\n", "utf-8")
        (book / "chapters/stray.md").write_text("# Stray\n", "utf-8")
        monkeypatch.chdir(book)
        assert run(capsys, "check") == (
            1,
            """\
chapters/preface.md:3:4: CIT001 `bam1955` is in no .bib file
    So @bam1955 says, and @sec-rver.
       ^^^^^^^^
    hint: did you mean `baum1955`?
chapters/preface.md:3:23: REF001 nothing bears the label `sec-rver`
    So @bam1955 says, and @sec-rver.
                          ^^^^^^^^^
    hint: did you mean `sec-river`?
chapters/stray.md:1:1: STR003 no edition holds `chapters/stray.md`
    # Stray
    ^
    hint: list it in book.yaml, or move it out of chapters/

2 errors, 1 warning in 2 files
""",
            "",
        )

    def test_a_warning_stops_only_under_strict(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (book / "chapters/stray.md").write_text("# Stray\n", "utf-8")
        assert run(capsys, "check", "--directory", book)[0] == 0
        code, said, _ = run(capsys, "check", "--directory", book, "--profile", "strict", "--format", "json")
        assert (code, json.loads(said)["profile"], json.loads(said)["summary"]["error"]) == (1, "strict", 1)

    def test_a_draft_never_stops(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (book / "chapters/preface.md").write_text("# Preface\n\n@gone\n", "utf-8")
        code, said, _ = run(capsys, "check", "--directory", book, "--profile", "draft")
        assert code == 0
        assert "CIT001" in said

    def test_only_what_is_found_in_the_files_named_counts(
        self, book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (book / "chapters/preface.md").write_text("# Preface\n\n@gone\n", "utf-8")
        assert run(capsys, "check", "--directory", book, "chapters/one.md")[:2] == (0, "")
        assert run(capsys, "check", "--directory", book, book / "chapters/preface.md")[0] == 1
        monkeypatch.chdir(book / "chapters")
        assert run(capsys, "check", "--directory", "..", "preface.md")[0] == 1

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_broken_book_yaml_is_a_finding_in_either_form(self, book: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
        (book / "book.yaml").write_text("titel: T\n", "utf-8")
        code, said, _ = run(capsys, "check", "--directory", book, "--format", form, "chapters/one.md")
        assert code == 1
        if form == "json":
            assert [(f["code"], f["line"]) for f in json.loads(said)["findings"]][:1] == [("STR001", 1)]
        else:
            assert said.startswith("book.yaml:1:1: STR001 ")

    @pytest.mark.parametrize(
        ("argv", "said"),
        [
            (["--directory", "none"], "none is no folder"),
            (["none.md"], "none.md is no file of the book"),
            (["../outside.md"], "../outside.md is no file of the book"),
        ],
    )
    def test_misuse_is_one_line_and_exit_2(
        self, book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, argv: list[str], said: str
    ) -> None:
        (book.parent / "outside.md").write_text("# Outside\n", "utf-8")
        monkeypatch.chdir(book)
        assert run(capsys, "check", *argv) == (2, "", f"octavo: {said}\n")

    @pytest.mark.parametrize("argv", [[], ["chekc"], ["check", "--format", "xml"]])
    def test_so_is_an_unknown_command_or_option(self, capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            command.main(argv)
        assert caught.value.code == 2
        assert "usage: octavo" in capsys.readouterr().err

    def test_a_folder_without_a_book_is_one_line_and_exit_1(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        code, said, error = run(capsys, "check", "--directory", tmp_path)
        assert (code, said, error.count("\n")) == (1, "", 1)
        assert error.startswith("octavo: no book.yaml")

    @pytest.mark.parametrize(
        ("file", "content", "code"),
        [
            ("book.yaml", b"title: [", "STR001"),
            ("book.yaml", b"title: T\nchapters: [one.md]\nlanguage: en\nbibliografy: {}\n", "STR001"),
            ("book.yaml", b"title: T\nchapters: [none.md]\nlanguage: en\n", "STR002"),
            ("book.yaml", b"title: T\nchapters: [one.md]\nlanguage: en\nbibliography: {csl: chicago-none}\n", "STR001"),
            ("chapters/preface.md", b"", "STR004"),
            ("chapters/preface.md", b"# Z\xfcrich\n", "STR010"),
            ("chapters/preface.md", b"# A\0\n", "STR010"),
            ("chapters/preface.md", b"# A\n\n![b](none.png){alt=x}\n", "FIG001"),
            ("chapters/preface.md", b"# A\n\n" + b"[" * 14 + b"a" + b"]" * 14, "STR016"),
            ("chapters/preface.md", b"---\na: &a [1]\nb: [*a, *a]\n---\n\n# A\n", "STR011"),
            ("bibliography/more.bib", b"@book{a, crossref = {b}}\n@book{b, crossref = {a}}\n", "BIB044"),
            ("bibliography/more.bib", b"@book{a, title = {T\n", "BIB001"),
            ("bibliography/more.bib", b"@book{a, title = {\xfc}}\n", "BIB033"),
        ],
    )
    def test_bad_input_is_a_finding_and_never_a_traceback(
        self, book: Path, capsys: pytest.CaptureFixture[str], file: str, content: bytes, code: str
    ) -> None:
        (book / file).write_bytes(content)
        exit_code, said, error = run(capsys, "check", "--directory", book)
        assert exit_code == 1
        assert f" {code} " in said
        assert error == ""

    def test_no_bibliography_at_all(self, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
        shutil.rmtree(book / "bibliography")
        code, said, _ = run(capsys, "check", "--directory", book, "--format", "json")
        assert code == 1
        assert {finding["code"] for finding in json.loads(said)["findings"]} == {"CIT001"}

    def test_pandoc_too_old_is_one_line(
        self, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = tmp_path / "pandoc"
        old.write_text("#!/bin/sh\necho pandoc 2.9\n")
        old.chmod(0o755)
        monkeypatch.setenv("PYPANDOC_PANDOC", str(old))
        tools.pandoc_path.cache_clear()
        try:
            code, _, error = run(capsys, "check", "--directory", book)
        finally:
            monkeypatch.delenv("PYPANDOC_PANDOC")
            tools.pandoc_path.cache_clear()
        assert (code, error.count("\n")) == (1, 1)
        assert "too old" in error


class TestForms:
    @pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit"])
    def test_every_form_exits_as_the_others_and_says_the_fault(self, book: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
        (book / "chapters/preface.md").write_text("# Preface\n\n@gone\n", "utf-8")
        code, said, error = run(capsys, "check", "--directory", book, "--format", form)
        assert (code, error) == (1, "")
        assert "`gone` is in no .bib file" in said
        (book / "chapters/preface.md").write_text("# Preface\n", "utf-8")
        assert run(capsys, "check", "--directory", book, "--format", form)[0] == 0
        (book / "book.yaml").write_text("titel: T\n", "utf-8")
        code, said, _ = run(capsys, "check", "--directory", book, "--format", form)
        assert code == 1
        assert "unknown key `titel`" in said

    def test_what_others_show_is_named_from_here(
        self, book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (book / "chapters/preface.md").write_text("# Preface\n\n@gone\n", "utf-8")
        monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
        monkeypatch.chdir(book.parent)
        assert "::error file=book/chapters/preface.md,line=3," in run(capsys, "check", "--directory", "book", "--format", "github")[1]
        monkeypatch.chdir(book)
        assert "::error file=chapters/preface.md,line=3," in run(capsys, "check", "--format", "github")[1]
        monkeypatch.setenv("GITHUB_WORKSPACE", str(book.parent))
        assert "::error file=book/chapters/preface.md,line=3," in run(capsys, "check", "--format", "github")[1]


class TestSelection:
    @pytest.mark.parametrize(
        ("options", "codes"),
        [
            ([], ["CIT001", "REF001"]),
            (["--select", "CIT"], ["CIT001"]),
            (["--select", "CIT001,REF"], ["CIT001", "REF001"]),
            (["--select", "CIT001", "--select", "REF001"], ["CIT001", "REF001"]),
            (["--select", "CIT001 REF001"], ["CIT001", "REF001"]),
            (["--ignore", "CIT"], ["REF001"]),
            (["--select", "CIT,REF", "--ignore", "REF001"], ["CIT001"]),
            (["--ignore", "CIT001,REF"], []),
        ],
    )
    def test_codes_and_families(self, book: Path, capsys: pytest.CaptureFixture[str], options: list[str], codes: list[str]) -> None:
        (book / "chapters/preface.md").write_text("# Preface\n\n@gone and @sec-gone\n", "utf-8")
        code, said, _ = run(capsys, "check", "--directory", book, "--format", "json", *options)
        assert [finding["code"] for finding in json.loads(said)["findings"]] == codes
        assert code == bool(codes)

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ("CTI001", "there is no check `CTI001`: did you mean `CIT001`?"),
            ("cit", "there is no check `cit`: did you mean `CIT`?"),
            ("XYZ777", "there is no check `XYZ777`"),
        ],
    )
    @pytest.mark.parametrize("option", ["--select", "--ignore"])
    def test_a_code_that_is_none_is_misuse(
        self, book: Path, capsys: pytest.CaptureFixture[str], option: str, given: str, said: str
    ) -> None:
        assert run(capsys, "check", "--directory", book, option, f"CIT001,{given}") == (2, "", f"octavo: {said}\n")


class TestProfiles:
    """The same in every door: the command, the stage with its gate, and `--profile` in place of book.yaml."""

    @pytest.mark.parametrize(
        ("profile", "text", "stops"),
        [
            ("draft", "@gone", False),
            ("release", "@gone", True),
            ("strict", "@gone", True),
            ("draft", "<!-- ignore: CIT001 -->", False),
            ("release", "<!-- ignore: CIT001 -->", False),
            ("strict", "<!-- ignore: CIT001 -->", True),
            ("strict", "Nothing.", False),
        ],
    )
    def test_what_stops(
        self, book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, profile: str, text: str, stops: bool
    ) -> None:
        (book / "chapters/preface.md").write_text(f"# Preface\n\n{text}\n", "utf-8")
        assert run(capsys, "check", "--directory", book, "--profile", profile)[0] == stops
        with (book / "book.yaml").open("a", encoding="utf-8") as file:
            file.write(f"checks: {{profile: {profile}}}\n")
        monkeypatch.chdir(book)
        assert run(capsys, "check")[0] == stops
        parse.main(["parsed.json"])
        check.main(["out", "parsed.json"])
        assert report.main(["gate", "out/report.json", "stamp"]) == stops


class TestExplain:
    @pytest.mark.parametrize("given", ["CIT001", "cit001", "undefined-citation"])
    def test_the_whole_screen(self, capsys: pytest.CaptureFixture[str], given: str) -> None:
        code, said, error = run(capsys, "explain", given)
        assert (code, error) == (0, "")
        assert said.startswith("CIT001 undefined-citation\nerror\n\nA cited key that no entry of the bibliography bears.\n")
        for words in ("\nMessage\n  `‹key›` is in", "\nBad\n  The treaty", "[@fink1948]", "\nGood\n", "  `<!-- ignore: CIT001 reason -->`"):
            assert words in said
        assert "\x1b" not in said

    @pytest.mark.parametrize("code", checks.codes())
    def test_every_check_can_be_explained(self, capsys: pytest.CaptureFixture[str], code: str) -> None:
        assert run(capsys, "explain", code)[1].startswith(f"{code} ")

    def test_a_family_is_listed(self, capsys: pytest.CaptureFixture[str]) -> None:
        said = run(capsys, "explain", "NOT")[1]
        assert said.startswith("NOT001 undefined-note\n  A note mark")
        assert "NOT004 empty-note\n" in said

    def test_of_one_that_is_not_there_the_nearest_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(capsys, "explain", "CIT0001") == (2, "", "octavo: there is no check `CIT0001`: did you mean `CIT001`?\n")

    def test_what_can_be_mended_says_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "note, fixable with `octavo fix`\n" in run(capsys, "explain", "LNG012")[1]


class TestDocs:
    def test_it_makes_a_page_for_each_check_and_removes_others(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "CIT999.md").write_text("# Gone\n")
        assert run(capsys, "docs", tmp_path) == (0, "", "")
        assert (tmp_path / "CIT001.md").read_text("utf-8").startswith("# CIT001 undefined-citation\n")
        assert not (tmp_path / "CIT999.md").exists()


class TestProcess:
    def test_a_second_run_takes_less_than_a_second(self, book: Path) -> None:
        argv = [sys.executable, "-P", "-m", "octavo", "check", "--directory", str(book)]
        tools.run(argv)
        taken: list[float] = []
        while len(taken) < 5 and min(taken, default=9) >= 1.0:  # the best of five: other programs run beside this one
            start = time.monotonic()
            tools.run(argv)
            taken.append(time.monotonic() - start)
        assert min(taken) < 1.0

    def test_nothing_is_written_but_the_parse_cache(self, book: Path) -> None:
        before = {path for path in book.rglob("*") if path.is_file()}
        tools.run([sys.executable, "-P", "-m", "octavo", "check", "--directory", str(book)])
        after = {path.relative_to(book).as_posix() for path in book.rglob("*") if path.is_file() and path not in before}
        assert after
        assert all(path.startswith("output/work/1-parsed/cache/") for path in after)
