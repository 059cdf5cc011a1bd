"""The report for other readers than a screen: the page, SARIF, GitHub's annotations, JUnit."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from axe_playwright_python.sync_playwright import Axe
from html5lib import HTMLParser
from lxml import etree
from playwright.sync_api import Browser, Page
from test_html import opened

from octavo import checks, forms
from octavo.forms import page
from octavo.model import Finding, Place
from octavo.report import Excerpts, Report

CHAPTER = """\
# The Treaty of *Rapallo*[^a] {#sec-rapallo}

The treaty was signed on Easter Sunday. As Dr. Fink has it in
vol. 2, p. 12, of “his” book [@fink, 12], nobody in
Genoa had expected it.  A third sentence.

- an item with @gone in it
"""
BIB = "@book{fink,\n  title = {A Title <b>},\n}\n"
FINDINGS = (
    Finding("BIB007", "missing-field", "error", Place("bibliography/a b.bib", 1, 1, 1, 11), "the entry `fink` has no author", "add it"),
    Finding("CIT001", "undefined-citation", "error", Place("chapters/one.md", 4, 31, 4, 36), "`fink` is in no .bib file, 100%\nor: so"),
    Finding("CIT001", "undefined-citation", "error", Place("chapters/one.md", 7, 16, 7, 21), "`gone` is in no .bib file"),
    Finding("NOT002", "unused-note", "warning", Place("chapters/one.md", 9, 1, 9, 1), "no mark calls the note `[^b]`\0"),
    Finding("LNG012", "mixed-line-endings", "note", Place("chapters/one.md", 1, 1, 3, 1), "CRLF", "mend", True, "# The Treaty\n\n"),
    Finding("LNG012", "mixed-line-endings", "note", Place("chapters/one.md", 1, 1, 1, 1), "a byte order mark", "mend", True, ""),
)
FILES = ("chapters/one.md", "chapters/two.md")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    for name, text in (("chapters/one.md", CHAPTER), ("bibliography/a b.bib", BIB)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def report(*findings: Finding, profile: str = "release") -> Report:
    return Report(profile, "Rivers & Treaties", tuple(sorted(findings or FINDINGS, key=Finding.sort_key)), FILES)


class TestSentence:
    def excerpt(self, book: Path, *place: int, file: str = "chapters/one.md") -> tuple[str, str, str] | None:
        found = page.sentence(Excerpts(book), Place(file, *place))
        return tuple(found) if found else None  # type: ignore[return-value]

    def test_it_runs_over_the_ends_of_lines_and_past_abbreviations(self, book: Path) -> None:
        assert self.excerpt(book, 4, 31, 4, 36) == (
            "As Dr. Fink has it in vol. 2, p. 12, of “his” book [",
            "@fink",
            ", 12], nobody in Genoa had expected it.",
        )

    def test_what_runs_over_two_lines_is_marked_whole(self, book: Path) -> None:
        found = self.excerpt(book, 4, 43, 5, 6)
        assert found is not None
        assert found[1] == "nobody in Genoa"

    def test_an_item_and_a_heading_stand_alone(self, book: Path) -> None:
        assert self.excerpt(book, 7, 16, 7, 21) == ("- an item with ", "@gone", " in it")
        assert self.excerpt(book, 1, 1, 1, 6) == ("", "# The", " Treaty of *Rapallo*[^a] {#sec-rapallo}")

    def test_elsewhere_it_is_the_line(self, book: Path) -> None:
        assert self.excerpt(book, 2, 3, 2, 8, file="bibliography/a b.bib") == ("", "title", " = {A Title <b>},")
        assert self.excerpt(book, 9, 1) is None
        assert self.excerpt(book, 1, 1, file="none.md") is None

    def test_a_sentence_without_an_end_is_cut(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("word " * 300 + "@k" + " word" * 300, "utf-8")
        found = page.sentence(Excerpts(tmp_path), Place("a.md", 1, 1501, 1, 1503))
        assert found is not None
        assert found.marked == "@k"
        assert len("".join(found)) <= page.SENTENCES + 2


@pytest.fixture(scope="module")
def file(book: Path) -> Path:
    path = book / "report.html"
    path.write_text(page.html(report(), book), "utf-8")
    return path


def shown(page: Page) -> list[str]:
    return page.eval_on_selector_all("li.finding", "items => items.filter(i => i.offsetHeight).map(i => i.dataset.code)")  # type: ignore[no-any-return]


class TestPage:
    def test_it_follows_the_html_standard_and_names_no_address(self, file: Path) -> None:
        HTMLParser(strict=True).parse(file.read_bytes())
        assert not re.search(r"(?:src|href)=\"(?!#)|https?:", file.read_text("utf-8"))

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_axe_finds_no_violation(self, browser: Browser, file: Path, scheme: str, width: int) -> None:
        found = opened(browser, file, width, scheme)
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in Axe().run(found).response["violations"]] == []
        assert found.evaluate("document.documentElement.scrollWidth") <= width
        found.check("input[name=order][value=code]")
        found.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in Axe().run(found).response["violations"]] == []

    def test_without_scripts_all_is_shown(self, browser: Browser, file: Path) -> None:
        found = opened(browser, file, scripts=False)
        assert found.locator("li.finding:visible").count() == len(FINDINGS)
        assert found.locator("details:visible pre:visible").count() >= 8
        assert not found.locator("form").is_visible()

    def test_chapters_stand_in_the_order_of_the_book_under_their_titles(self, browser: Browser, file: Path) -> None:
        found = opened(browser, file)
        assert found.eval_on_selector_all("section.group > h2", "all => all.map(h => h.textContent.trim())") == [
            "The Treaty of Rapallo chapters/one.md",
            "bibliography/a b.bib",
        ]
        assert "1 other chapter" in found.inner_text("nav")

    def test_filters_by_severity_code_chapter_and_words_from_the_keyboard(self, browser: Browser, file: Path) -> None:
        found = opened(browser, file)
        found.focus("input[value=note]")
        found.keyboard.press("Space")
        assert sorted(shown(found)) == ["BIB007", "CIT001", "CIT001", "NOT002"]
        assert found.inner_text("#shown") == "4 of 6 shown"
        found.select_option("select[name=file]", "chapters/one.md")
        assert sorted(shown(found)) == ["CIT001", "CIT001", "NOT002"]
        found.select_option("select[name=code]", "CIT001")
        found.fill("input[name=words]", "EXPECTED it")
        assert shown(found) == ["CIT001"]
        found.fill("input[name=words]", "no such words")
        assert found.locator("#nothing").is_visible()
        found.click("#all")
        found.wait_for_function("document.getElementById('shown').textContent === ''")
        assert len(shown(found)) == 6

    def test_by_kind_and_back(self, browser: Browser, file: Path) -> None:
        found = opened(browser, file)
        before = shown(found)
        found.check("input[name=order][value=code]")
        assert shown(found) == sorted(before, key=list(checks.catalogue()).index)
        assert found.locator("section.group h2").first.inner_text() == "CIT001 undefined citation"
        found.check("input[name=order][value=file]")
        assert shown(found) == before

    def test_a_code_leads_to_what_it_means(self, browser: Browser, file: Path) -> None:
        found = opened(browser, file)
        found.click("li.finding a[href='#NOT002']")
        assert found.locator("#NOT002 pre").first.is_visible()
        found.goto("about:blank")
        found.goto(f"{file.as_uri()}#BIB007")
        assert found.locator("#BIB007 pre").first.is_visible()
        found.check("input[name=order][value=code]")
        found.click("nav a[href='#file-1']")
        found.wait_for_function("!document.querySelector('#findings').classList.contains('by-kind')")


# What GitHub's documentation asks of a log beyond SARIF 2.1.0, and what SARIF itself requires of the objects that are used
# (the whole schema has been tried by hand: it is not to be had as a package).
_TEXT: dict[str, Any] = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_NUMBER = {"type": "integer", "minimum": 1}
_REGION = {
    "type": "object",
    "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "properties": dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), _NUMBER),
    "additionalProperties": False,
}
_ARTIFACT = {"type": "object", "required": ["uri"], "properties": {"uri": {"pattern": r"^[\w%./~-]+$"}, "uriBaseId": {"type": "string"}}}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_RULE = {
    "required": ["id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration", "properties"],
    "properties": {
        "id": {"pattern": r"^[A-Z]{3}\d{3}$"},
        "name": {"pattern": r"^([A-Z][a-z]+)+$"},
        "shortDescription": _TEXT,
        "fullDescription": _TEXT,
        "help": _TEXT | {"required": ["text", "markdown"]},
        "defaultConfiguration": {"properties": {"level": _LEVEL}},
        "properties": {"required": ["tags", "problem.severity"]},
    },
}
_REPLACEMENT = {"required": ["deletedRegion"], "properties": {"deletedRegion": _REGION, "insertedContent": _TEXT | {"required": ["text"]}}}
_CHANGE = {
    "required": ["artifactLocation", "replacements"],
    "properties": {"artifactLocation": _ARTIFACT, "replacements": {"type": "array", "minItems": 1, "items": _REPLACEMENT}},
}
_LOCATION = {"properties": {"physicalLocation": {"properties": {"artifactLocation": _ARTIFACT, "region": _REGION}}}}
_RESULT = {
    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "properties": {
        "level": _LEVEL,
        "message": _TEXT,
        "locations": {"type": "array", "minItems": 1, "maxItems": 10, "items": _LOCATION},
        "partialFingerprints": {"additionalProperties": {"type": "string"}, "minProperties": 1},
        "fixes": {"items": {"required": ["artifactChanges"], "properties": {"artifactChanges": {"minItems": 1, "items": _CHANGE}}}},
    },
}
_RUN = {
    "required": ["tool", "columnKind", "results"],
    "properties": {
        "tool": {"properties": {"driver": {"required": ["name", "rules"], "properties": {"rules": {"items": _RULE, "uniqueItems": True}}}}},
        "columnKind": {"const": "unicodeCodePoints"},
        "results": {"type": "array", "items": _RESULT},
    },
}
SARIF = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {"version": {"const": "2.1.0"}, "runs": {"type": "array", "minItems": 1, "items": _RUN}},
}


class TestSarif:
    def log(self, book: Path, given: Report, above: str = "") -> dict[str, Any]:
        log: dict[str, Any] = json.loads(forms.of("sarif", given, book, above))
        jsonschema.Draft202012Validator(SARIF).validate(log)
        return log["runs"][0]  # type: ignore[no-any-return]

    def test_a_result_has_its_rule_its_place_and_its_level(self, book: Path) -> None:
        run = self.log(book, report(), "book/")
        rules = run["tool"]["driver"]["rules"]
        assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [result["ruleId"] for result in run["results"]]
        first = run["results"][0]
        assert first["level"] == "error"
        assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "book/bibliography/a%20b.bib"
        assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 11}
        assert "## Bad" in rules[0]["help"]["markdown"]

    def test_of_nothing_it_is_a_whole_log(self, book: Path) -> None:
        assert self.log(book, Report("release", "", ()))["results"] == []

    def test_only_a_mend_that_sarif_can_say_is_a_fix(self, book: Path) -> None:
        fixes = [result["fixes"] for result in self.log(book, report())["results"] if "fixes" in result]
        assert len(fixes) == 1
        change = fixes[0][0]["artifactChanges"][0]["replacements"][0]
        assert change["deletedRegion"] == {"startLine": 1, "startColumn": 1, "endLine": 3, "endColumn": 1}
        assert change["insertedContent"] == {"text": "# The Treaty\n\n"}

    def test_fingerprints_stay_when_lines_move_and_differ_from_each_other(self, tmp_path: Path) -> None:
        def prints(lines: str, *places: int) -> list[str]:
            (tmp_path / "a.md").write_text(lines, "utf-8")
            found = [
                Finding("CIT001", "undefined-citation", "error", Place("a.md", n, 1, n, 3), f"`k`, first at a.md:{n}:1") for n in places
            ]
            return [str(result["partialFingerprints"]) for result in self.log(tmp_path, report(*found))["results"]]

        before = prints("@k one\n@k two\n@k two\n", 1, 2, 3)
        after = prints("New.\n\n@k  one\nNew.\n@k two\n@k two\n", 3, 5, 6)
        assert len(set(before)) == 3
        assert after == before


class TestGitHub:
    def test_a_line_each_with_the_errors_first_and_everything_escaped(self, book: Path) -> None:
        lines = forms.of("github", report(), book, "my book, 1/").splitlines()
        assert lines[0] == (
            "::error file=my book%2C 1/bibliography/a b.bib,line=1,col=1,endLine=1,endColumn=11,title=BIB007 missing-field::"
            "the entry `fink` has no author%0Ahint: add it"
        )
        assert lines[1].endswith("::`fink` is in no .bib file, 100%25%0Aor: so")
        assert [line.split()[0] for line in lines[:-1]] == ["::error"] * 3 + ["::warning"] + ["::notice"] * 2
        assert lines[-1] == "3 errors, 1 warning, 2 notes in 2 files"

    def test_an_end_column_is_given_only_within_a_line(self, book: Path) -> None:
        lines = forms.of("github", report(FINDINGS[4], FINDINGS[3]), book).splitlines()
        assert "line=9,col=1,endLine=9,title=" in lines[0]
        assert "line=1,col=1,endLine=3,title=" in lines[1]


class TestJUnit:
    def test_suites_cases_failures_and_their_counts(self, book: Path) -> None:
        root = etree.fromstring(forms.of("junit", report(), book).encode())
        assert (root.tag, dict(root.attrib)) == ("testsuites", {"name": "octavo", "tests": "5", "failures": "2", "errors": "0"})
        found = {s.get("name"): [(c.get("name"), [e.tag for e in c]) for c in s] for s in root}
        assert found == {
            "chapters/one.md": [
                ("LNG012 mixed-line-endings", ["system-out"]),
                ("CIT001 undefined-citation", ["failure"]),
                ("NOT002 unused-note", ["system-out"]),
            ],
            "chapters/two.md": [("nothing found", [])],
            "bibliography/a b.bib": [("BIB007 missing-field", ["failure"])],
        }
        for suite in root:
            assert int(suite.get("tests")) == len(suite)
            assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        failure = root.find(".//failure")
        assert failure.get("message") == "`fink` is in no .bib file, 100%\nor: so (and 1 more)"
        assert "chapters/one.md:7:16: error: `gone` is in no .bib file" in failure.text

    def test_what_xml_cannot_hold_is_replaced(self, book: Path) -> None:
        assert "`[^b]`\ufffd" in forms.of("junit", report(), book)


class TestFiles:
    def test_four_files_are_written(self, book: Path, tmp_path: Path) -> None:
        forms.write(tmp_path, report(), book)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json", "report.sarif", "report.txt"]

    def test_json_has_no_field_more_than_the_design(self, book: Path) -> None:
        record = json.loads(forms.of("json", report(), book))
        assert list(record) == ["version", "profile", "summary", "findings"]
        assert "fix" not in record["findings"][0]

    def test_a_line_of_a_megabyte_with_a_thousand_findings_takes_no_longer(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("Words and @k words. " * 50_000, "utf-8")
        places = (Place("a.md", 1, 20 * n + 11, 1, 20 * n + 13) for n in range(0, 50_000, 50))
        found = Report("release", "", tuple(Finding("CIT001", "undefined-citation", "error", place, "`k`") for place in places))
        start = time.monotonic()
        forms.write(tmp_path, found, tmp_path)
        assert time.monotonic() - start < 10
        assert (tmp_path / "report.html").read_text("utf-8").count("Words and <mark>@k</mark> words.") == 1000
