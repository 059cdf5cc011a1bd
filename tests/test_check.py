"""Stage 2: severities, silences, profiles, and the reports that are written whatever is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from octavo import bibliography, check, config, parse, silences
from octavo.model import Bibliography, Chapter, ChapterFile, Finding, Place, Problem
from octavo.source import Source


def write(book: Path, file: str, text: str) -> None:
    (book / file).parent.mkdir(parents=True, exist_ok=True)
    (book / file).write_text(text, "utf-8")


def add(book: Path, file: str, text: str) -> None:
    write(book, file, (book / file).read_text("utf-8") + text)


def findings(book: Path) -> list[Finding]:
    loaded = config.load(book)
    return check.findings(book, loaded, parse.parse(book, loaded), bibliography.read(book, loaded))


def codes(book: Path) -> list[str]:
    return [f"{finding.place.line} {finding.code} {finding.severity}" for finding in findings(book)]


class TestSilences:
    PREFACE = "chapters/preface.md"

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("Here @gone. <!-- ignore: CIT001 -->\n", []),
            ("Here @gone. <!-- ignore: CIT003 -->\n", ["3 CIT001 error", "3 STR012 warning"]),
            ("<!-- ignore: CIT001 a reason -->\nHere @gone.\nThere @gone.\n", ["5 CIT001 error"]),
            ("<!-- ignore: CIT001 a reason -->\n\nHere @gone.\n", []),
            ("<!-- ignore: CIT001 -->\n<!-- ignore: REF001 -->\n\nHere @gone and @sec-gone.\n", []),
            ("<!-- ignore: CIT001, REF001 both -->\nHere @gone and @sec-gone.\n", []),
            ("<!-- ignore: CIT001 a\nlong reason -->\nHere @gone.\n", []),
            ("`<!-- ignore: CIT001 -->` Here @gone.\n", ["3 CIT001 error"]),
            ("<!-- we ignore: CIT001 -->\nHere @gone.\n", ["4 CIT001 error"]),
        ],
    )
    def test_a_comment_silences_its_line_or_the_next(self, book: Path, text: str, left: list[str]) -> None:
        write(book, self.PREFACE, "# Preface\n\n" + text)
        assert codes(book) == left

    @pytest.mark.parametrize(
        ("above", "left"),
        [
            ("% ignore: BIB014 printed so\n", []),
            ("% ignore: BIB014\n% verified\n", []),
            ("% ignore: BIB014\n\n", ["1 STR012 warning", "4 BIB014 error"]),
            ("% ignore: BIB016\n", ["1 STR012 warning", "3 BIB014 error"]),
            ("ignore: BIB014\n", ["3 BIB014 error"]),
        ],
    )
    def test_a_comment_above_an_entry_silences_all_of_it(self, book: Path, above: str, left: list[str]) -> None:
        entry = "@book{a1, author = {A}, title = {T}, year = {1998},\n  isbn = {978-0-300-15997-5}}\n"
        write(book, "bibliography/more.bib", above + entry)
        assert codes(book) == left

    @pytest.mark.parametrize(
        ("rule", "left"),
        [
            ("{code: CIT001, reason: r}", ["3 REF007 error"]),
            ("{code: CIT, reason: r}", ["3 REF007 error"]),
            ("{code: CIT001, files: [preface.md], reason: r}", ["3 REF007 error"]),
            ("{code: CIT001, files: ['chapters/pre*.md'], reason: r}", ["3 REF007 error"]),
            ("{code: CIT001, files: [face.md, one.md], reason: r}", ["20 STR012 warning", "3 CIT001 error", "3 REF007 error"]),
        ],
    )
    def test_book_yaml_silences_a_code_or_family_in_files(self, book: Path, rule: str, left: list[str]) -> None:
        write(book, self.PREFACE, "# Preface\n\nHere @gone and [there](none.md).\n")
        add(book, "book.yaml", f"checks: {{ignore: [{rule}]}}\n")
        assert codes(book) == left

    def test_where_a_comment_stands_is_found_under_crlf(self) -> None:
        source = Source("c.md", "# T\r\n\r\n<!-- ignore: STR005 -->\r\n\r\n### D\r\n")
        assert list(silences.in_chapter(source)) == [(Place("c.md", 3, 1, 3, 24), 5, ["STR005"])]


class TestSeverities:
    @pytest.mark.parametrize(
        ("settings", "left"),
        [
            ("{}", ["1 STR003 warning", "3 CIT001 error"]),
            ("{profile: strict}", ["1 STR003 error", "3 CIT001 error"]),
            ("{severity: {CIT001: off}}", ["1 STR003 warning"]),
            ("{severity: {CIT: note, STR003: error}}", ["1 STR003 error", "3 CIT001 note"]),
            ("{severity: {STR: off, STR003: warning}, profile: strict}", ["1 STR003 error", "3 CIT001 error"]),
        ],
    )
    def test_book_yaml_weighs_codes_and_families(self, book: Path, settings: str, left: list[str]) -> None:
        write(book, "chapters/preface.md", "# Preface\n\nHere @gone.\n")
        write(book, "chapters/stray.md", "# Stray\n")
        add(book, "book.yaml", f"checks: {settings}\n")
        assert sorted(codes(book)) == left


class TestPlaces:
    def test_what_the_source_scan_cannot_find_is_told_at_its_block(self, book: Path) -> None:
        loaded = config.load(book)
        tree = parse._tree(b"# Preface\n\nOne paragraph.\n\nAnother one, with @gone in it.\n")
        write(book, "chapters/preface.md", "# Preface\n\nOne paragraph.\n\nAnother one, with nothing in it.\n")
        chapter = Chapter(loaded.chapters[0], tree["blocks"], {}, [])
        found = check.findings(book, loaded, [chapter], Bibliography({}, ()))
        assert [str(f.place) for f in found if f.code == "CIT001"] == ["chapters/preface.md:5:1"]

    def test_and_at_line_one_where_there_is_no_such_block(self, book: Path) -> None:
        loaded = config.load(book)
        tree = parse._tree(b"# Preface\n\n@gone\n")
        write(book, "chapters/preface.md", "")
        found = check.findings(book, loaded, [Chapter(loaded.chapters[0], tree["blocks"], {}, [])], Bibliography({}, ()))
        assert "chapters/preface.md:1:1" in [str(f.place) for f in found if f.code == "CIT001"]

    def test_findings_are_sorted_by_place_and_have_an_end(self, book: Path) -> None:
        write(book, "chapters/preface.md", "# Preface\n\n@b1 @a1\n@c1\n")
        write(book, "chapters/stray.md", "# Stray\n")
        found = findings(book)
        assert [f.place for f in found] == sorted(f.place for f in found)
        assert all(f.place.end_line >= f.place.line for f in found)
        assert [(f.place.column, f.place.end_column) for f in found[:2]] == [(1, 4), (5, 8)]


class TestOutside:
    """STR017 follows symbolic links, which a folder of cases cannot hold."""

    def test_links_out_of_the_book_are_told(self, book: Path, tmp_path: Path) -> None:
        (tmp_path / "outside.png").write_bytes((book / "chapters/figures/map.png").read_bytes())
        (tmp_path / "outside.bib").write_text("@book{o1, author = {O}, title = {O}, year = {1998}}")
        (tmp_path / "outside.csl").write_text("<style/>")
        (book / "chapters/figures/link.png").symlink_to(tmp_path / "outside.png")
        (book / "chapters/away").symlink_to(tmp_path)
        (book / "bibliography/link.bib").symlink_to(tmp_path / "outside.bib")
        (book / "link.csl").symlink_to(tmp_path / "outside.csl")
        text = (
            (book / "book.yaml")
            .read_text("utf-8")
            .replace("bibliography:\n", "cover: chapters/figures/link.png\nbibliography:\n  csl: link.csl\n")
        )
        write(book, "book.yaml", text)
        write(
            book,
            "chapters/preface.md",
            "# Preface\n\nIn a line ![a](figures/link.png), ![b](away/outside.png) and ![c](figures/map.png).\n",
        )
        assert [(str(f.place), f.message) for f in findings(book) if f.code == "STR017"] == [
            ("book.yaml:15:1", "`chapters/figures/link.png` lies outside the book"),
            ("book.yaml:17:3", "`link.csl` lies outside the book"),
            ("book.yaml:18:11", "`bibliography/link.bib` lies outside the book"),
            ("chapters/preface.md:3:16", "`figures/link.png` lies outside the book"),
            ("chapters/preface.md:3:40", "`away/outside.png` lies outside the book"),
        ]

    def test_links_within_the_book_are_let_be(self, book: Path) -> None:
        (book / "chapters/figures/link.png").symlink_to("map.png")
        write(book, "chapters/preface.md", "# Preface\n\nIn a line ![a](figures/link.png).\n")
        assert codes(book) == []


class TestStage:
    def test_it_writes_the_three_reports_and_succeeds(self, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(book, "chapters/preface.md", "# Preface\n\nHere @gone.\n")
        write(book, "chapters/one.md", "# One\n\nNUL \0\n")
        monkeypatch.chdir(book)
        parse.main(["output/work/1-parsed/book.json"])
        check.main(["output/check", "output/work/1-parsed/book.json"])
        record = json.loads((book / "output/check/report.json").read_text("utf-8"))
        found = {(f["code"], f["file"], f["line"]) for f in record["findings"]}
        assert {("CIT001", "chapters/preface.md", 3), ("STR010", "chapters/one.md", 3)} <= found
        assert record["summary"]["error"] == len(record["findings"])
        assert "chapters/preface.md:3:6: CIT001" in (book / "output/check/report.txt").read_text("utf-8")
        assert "CIT001" in (book / "output/check/report.html").read_text("utf-8")

    def test_the_stage_and_the_command_find_the_same(self, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(book, "chapters/preface.md", "# Preface\n\nHere @gone.\n\n::: open\n")
        monkeypatch.chdir(book)
        parse.main(["parsed.json"])
        check.main(["report", "parsed.json"])
        record = json.loads((book / "report/report.json").read_text("utf-8"))
        assert record["findings"] == [finding.as_json() for finding in findings(book)]

    def test_a_broken_book_yaml_yields_the_report_all_the_same(self, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(book, "book.yaml", "title: T\nchapter: [one.md]\n")
        monkeypatch.chdir(book)
        check.main(["output/check", "none.json"])
        record = json.loads((book / "output/check/report.json").read_text("utf-8"))
        assert [(f["code"], f["line"], f["hint"]) for f in record["findings"]][:1] == [("STR001", 2, "did you mean `chapters`?")]

    def test_chapters_come_back_from_the_record_with_their_problems(self, book: Path) -> None:
        loaded = config.load(book)
        file = ChapterFile("chapters/preface.md", "preface", "front", 1)
        chapter = Chapter(file, [], {}, [], (Problem("nul", Place("chapters/preface.md", 3, 4, 3, 5), "a NUL byte"),))
        assert check.chapters_of(loaded, parse.as_json([chapter])) == [chapter]
