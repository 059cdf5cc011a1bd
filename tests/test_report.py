"""The forms of the findings: screen, JSON, page; and the gate."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from html5lib import HTMLParser

from octavo import forms, report
from octavo.forms import page
from octavo.model import Finding, Place, Severity
from octavo.report import Excerpts, Report


def finding(place: Place, severity: Severity = "error", message: str = "`k` is in no .bib file", hint: str = "") -> Finding:
    return Finding("CIT001", "undefined-citation", severity, place, message, hint)


def screen(found: list[Finding], directory: Path, **options: bool) -> list[str]:
    return [line for _, line in report.text(Report("release", "T", tuple(found)), directory, **options)]


class TestScreen:
    def test_a_finding_has_its_line_a_caret_and_its_hint(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_bytes("\ufeffOne.\r\n\r\nSee [@k, 3].\r\n".encode())
        assert screen([finding(Place("a.md", 3, 6, 3, 8), hint="did you mean `l`?")], tmp_path) == [
            "a.md:3:6: CIT001 `k` is in no .bib file",
            "    See [@k, 3].",
            "         ^^",
            "    hint: did you mean `l`?",
            "",
            "1 error in 1 file",
        ]

    def test_the_caret_stands_under_wide_and_combining_letters_and_tabs(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("\t中e\u0301 @k\n", "utf-8")
        assert screen([finding(Place("a.md", 1, 6, 1, 8))], tmp_path)[1:3] == ["    中e\u0301 @k", "        ^^"]

    def test_a_long_line_is_cut_around_the_place(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("word " * 100 + "@k" + " word" * 100, "utf-8")
        line, caret = screen([finding(Place("a.md", 1, 501, 1, 503))], tmp_path)[1:3]
        assert line.startswith("    …")
        assert line.endswith("…")
        assert line[caret.index("^") : caret.index("^") + 2] == "@k"
        assert len(line) < report.WIDTH + 8

    @pytest.mark.parametrize(
        ("place", "marked"),
        [
            (Place("a.md", 1, 1, 1, 1), ""),
            (Place("a.md", 1, 2, 2, 3), "ne"),
            (Place("a.md", 1, 99, 1, 100), ""),
            (Place("a.md", 1, 2), "n"),
        ],
    )
    def test_any_place_has_an_excerpt(self, tmp_path: Path, place: Place, marked: str) -> None:
        (tmp_path / "a.md").write_text("One\nTwo\n", "utf-8")
        excerpt = Excerpts(tmp_path).of(place)
        assert excerpt is not None
        assert (excerpt.marked, "".join(excerpt)) == (marked, "One")

    @pytest.mark.parametrize("place", [Place("none.md"), Place("a.md", 9), Place("a.md", 2), Place("b.png")])
    def test_where_there_is_no_line_there_is_no_excerpt(self, tmp_path: Path, place: Place) -> None:
        (tmp_path / "a.md").write_text("One\n\n", "utf-8")
        (tmp_path / "b.png").write_bytes(b"\x89PNG\0\0")
        assert Excerpts(tmp_path).of(place) is None

    def test_notes_are_counted_where_they_are_not_shown(self, tmp_path: Path) -> None:
        found = [finding(Place("a.md"), "warning"), finding(Place("b.md"), "note"), finding(Place("b.md", 2), "note")]
        assert screen(found, tmp_path, notes=False)[-1] == "1 warning in 1 file (2 notes not shown: --notes)"
        assert screen(found, tmp_path)[-1] == "1 warning, 2 notes in 2 files"
        assert screen([], tmp_path) == ["nothing found"]

    def test_colours_are_for_a_terminal_only(self, tmp_path: Path) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        found = Report("release", "T", (finding(Place("a.md")),))
        plain, coloured = io.StringIO(), Terminal()
        report.show(report.text(found, tmp_path), plain)
        report.show(report.text(found, tmp_path), coloured)
        assert "\x1b[" not in plain.getvalue()
        assert "CIT001 `k` is in no .bib file" in coloured.getvalue().replace("\x1b", "")


class TestJson:
    def test_it_has_the_form_of_the_design(self) -> None:
        found = Report("strict", "T", (finding(Place("a.md", 12, 8, 12, 19), hint="h"), finding(Place("b.md"), "note")))
        record = found.as_json()
        assert {key: record[key] for key in ("version", "profile", "summary")} == {
            "version": 1,
            "profile": "strict",
            "summary": {"error": 1, "warning": 0, "note": 1},
        }
        assert list(record["findings"][0].items()) == [
            ("code", "CIT001"), ("name", "undefined-citation"), ("severity", "error"), ("file", "a.md"), ("line", 12), ("column", 8),
            ("end_line", 12), ("end_column", 19), ("message", "`k` is in no .bib file"), ("hint", "h"), ("fixable", False),
        ]  # fmt: skip

    def test_it_is_read_back(self, tmp_path: Path) -> None:
        found = Report("draft", "", (finding(Place("a.md", 1, 2, 3, 4)),))
        forms.write(tmp_path, found, tmp_path)
        assert report.read(tmp_path / "report.json") == found


class TestPage:
    def test_it_is_html_with_everything_escaped_and_nothing_fetched(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("See <script>alert(1)</script> @k\n", "utf-8")
        html = page.html(
            Report("release", "A & B", (finding(Place("a.md", 1, 31, 1, 33), message="`<b>` is none", hint="x < y"),)), tmp_path
        )
        HTMLParser(strict=True).parse(html)
        assert "<script>alert" not in html
        assert "<code>&lt;b&gt;</code> is none" in html
        assert "<mark>@k</mark>" in html
        assert "http" not in html
        assert "<h1>A &amp; B</h1>" in html

    def test_a_report_of_nothing_says_so(self, tmp_path: Path) -> None:
        html = page.html(Report("release", "T", ()), tmp_path)
        HTMLParser(strict=True).parse(html)
        assert "Nothing was found." in html

    def test_the_book_s_own_template_goes_first(self, tmp_path: Path) -> None:
        (tmp_path / "editions").mkdir()
        (tmp_path / "editions/report.html").write_text("Our {{ counts }}", "utf-8")
        assert page.html(Report("release", "T", ()), tmp_path) == "Our nothing found"


class TestGate:
    @pytest.mark.parametrize(
        ("profile", "severity", "exit_code"),
        [("release", "error", 1), ("release", "warning", 0), ("draft", "error", 0), ("strict", "error", 1), ("release", "note", 0)],
    )
    def test_it_stops_where_the_profile_says_so(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        profile: str,
        severity: Severity,
        exit_code: int,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        forms.write(tmp_path, Report(profile, "T", (finding(Place("a.md", 3), severity),)), tmp_path)
        assert report.main(["gate", "report.json", "stamp"]) == exit_code
        assert (tmp_path / "stamp").exists() == (exit_code == 0)
        said = capsys.readouterr()
        assert said.out == ""
        assert ("a.md:3:1: CIT001" in said.err) == (severity != "note")
        assert ("no edition is built" in said.err) == (exit_code == 1)

    def test_misuse(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert report.main(["gate"]) == 2
        assert "usage" in capsys.readouterr().err

    def test_the_report_is_plain_json_for_other_programs(self, tmp_path: Path) -> None:
        forms.write(tmp_path, Report("release", "Т", (finding(Place("a.md"), message="ü"),)), tmp_path)
        assert json.loads((tmp_path / "report.json").read_text("utf-8"))["findings"][0]["message"] == "ü"
