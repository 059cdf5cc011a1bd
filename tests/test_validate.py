"""What is looked for in the built editions: each fault is found at its place, and what is right is left alone."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from test_pages import record_of, sampler

from octavo import epub, validate
from octavo.model import Finding, UserError
from octavo.validators import programs

EDITIONS = Path(__file__).parent.parent / "editions"
PAGE = '<html lang="en"><head><title>T</title></head><body>\n<p id="a">x</p>\n{}\n</body></html>'


def site(folder: Path, **pages: str) -> validate.Edition:
    for name, body in pages.items():
        file = folder / (name.replace("__", ".") if "__" in name else f"{name}.html")
        file.write_text(body if "__" in name else PAGE.format(body), "utf-8")
    return validate.edition(folder)


def said(findings: list[Finding]) -> list[tuple[str, str, int]]:
    return [(finding.code, finding.place.file.rpartition("/")[2], finding.place.line) for finding in findings]


@pytest.fixture(scope="module")
def sampler_epub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("epub") / "sampler.epub"
    path.write_bytes(epub.build(record_of(sampler()), sampler() / "output/work/3-resolved/images", EDITIONS))
    return path


class TestLinks:
    @pytest.mark.parametrize(
        "body",
        [
            '<a href="#nowhere">x</a>',
            '<a href="two.html#nowhere">x</a>',
            '<a href="gone.html">x</a>',
            '<img src="gone.png" alt="">',
            '<a href="http://[x">x</a>',
        ],
    )
    def test_broken(self, tmp_path: Path, body: str) -> None:
        assert said(validate.links(site(tmp_path, one=body, two=""))) == [("EDN007", "one.html", 3)]

    @pytest.mark.parametrize(
        "body",
        [
            '<a href="#a">x</a>',
            '<a href="two.html#a">x</a>',
            '<a href="https://example.org/#x">x</a>',
            '<a href="mailto:a@b.org">x</a>',
            '<a href="tw%6F.html">x</a>',
        ],
    )
    def test_right(self, tmp_path: Path, body: str) -> None:
        assert validate.links(site(tmp_path, one=body, two="")) == []

    def test_a_style_sheet_that_asks_for_a_missing_face(self, tmp_path: Path) -> None:
        assert said(validate.links(site(tmp_path, style__css="@font-face { src: url(gone.woff2) }"))) == [("EDN007", "style.css", 1)]

    def test_an_identifier_twice(self, tmp_path: Path) -> None:
        assert said(validate.identifiers(site(tmp_path, one='<i id="a">x</i>'))) == [("EDN007", "one.html", 1)]

    def test_in_an_epub(self, tmp_path: Path, sampler_epub: Path) -> None:
        path = tmp_path / "broken.epub"
        with zipfile.ZipFile(sampler_epub) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name).replace(b"harbours.xhtml#fig-quay", b"harbours.xhtml#fig-quai"))
        found = validate.links(validate.edition(path))
        assert {(finding.code, finding.place.file) for finding in found} == {("EDN007", f"{path}/EPUB/ledgers.xhtml")}


class TestRemote:
    @pytest.mark.parametrize(
        "body",
        [
            '<img src="https://example.org/a.png" alt="">',
            '<img srcset="a.png 1x, //example.org/b.png 2x" alt="">',
            '<script src="//example.org/a.js"></script>',
            '<link rel="stylesheet" href="http://example.org/a.css">',
            '<p style="background: url(https://example.org/a.png)">x</p>',
            "<style>@import 'https://example.org/a.css';</style>",
            '<svg><image href="https://example.org/a.png" /></svg>',
            '<iframe src="https://example.org/"></iframe>',
        ],
    )
    def test_asked_for(self, tmp_path: Path, body: str) -> None:
        assert said(validate.remote(site(tmp_path, one=body)))[0] == ("EDN009", "one.html", 3)

    @pytest.mark.parametrize(
        "body",
        [
            '<a href="https://example.org/">x</a>',
            '<link rel="license" href="https://example.org/">',
            "<p>url(https://example.org/a.png)</p>",
            '<img src="a.png" alt="">',
        ],
    )
    def test_not_asked_for(self, tmp_path: Path, body: str) -> None:
        assert validate.remote(site(tmp_path, one=body)) == []

    def test_in_style_sheets_and_pictures(self, tmp_path: Path) -> None:
        made = site(
            tmp_path, style__css='@import "https://example.org/a.css";', a__svg='<svg><use href="https://example.org/b.svg#x" /></svg>'
        )
        assert sorted(said(validate.remote(made))) == [("EDN009", "a.svg", 1), ("EDN009", "style.css", 1)]


class TestXml:
    def test_not_wellformed(self, tmp_path: Path) -> None:
        made = site(tmp_path, a__svg="<svg>\n<g></svg>", b__xhtml="<html>&nbsp;</html>", c__opf="<p/>")
        assert said(validate.wellformed(made)) == [("EDN007", "a.svg", 2), ("EDN005", "b.xhtml", 1)]

    def test_html_need_not_be(self, tmp_path: Path) -> None:
        assert validate.wellformed(site(tmp_path, one="<br>")) == []


class TestEpubcheck:
    def test_what_it_says_is_a_finding(self, tmp_path: Path, sampler_epub: Path) -> None:
        path = tmp_path / "broken.epub"
        with zipfile.ZipFile(sampler_epub) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name).replace(b"<dc:language>en-GB</dc:language>", b""))
        found = validate.epubcheck(path)
        assert ("EDN005", "epub-invalid", "error") in {(finding.code, finding.name, finding.severity) for finding in found}
        assert found[0].place.file == f"{path}/EPUB/content.opf"
        assert found[0].message.startswith("RSC-005: ")

    @pytest.mark.parametrize(("ci", "severity"), [("true", "error"), ("", "note")])
    def test_without_java_it_says_so_and_how_to_get_it(
        self, monkeypatch: pytest.MonkeyPatch, sampler_epub: Path, ci: str, severity: str
    ) -> None:
        monkeypatch.setattr(programs, "java", lambda: "")
        monkeypatch.setitem(os.environ, "CI", ci)
        (found,) = validate.epubcheck(sampler_epub)
        assert (found.code, found.severity) == ("EDN005", severity)
        assert "Java is not installed" in found.message
        assert "make validate" in found.hint


class TestCommand:
    def test_report_and_exit_code(
        self, tmp_path: Path, sampler_epub: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for other in ("epubcheck", "ace", "nu", "axe", "accessible", "compared", "read", "disagreements"):
            monkeypatch.setattr(validate, other, lambda *_: [])
        web, cited = tmp_path / "html", tmp_path / "cited.json"
        web.mkdir()
        cited.write_text("{}", "utf-8")
        site(web, index='<a href="gone.html">x</a>')
        argv = ["book.pdf", str(sampler_epub), str(web), str(cited), str(tmp_path / "out.json")]
        assert validate.main(argv) == 1
        report = json.loads((tmp_path / "out.json").read_text("utf-8"))
        assert report["summary"] == {"error": 1, "warning": 0, "note": 0}
        assert [(finding["code"], finding["name"], finding["line"]) for finding in report["findings"]] == [("EDN007", "html-invalid", 3)]
        assert capsys.readouterr().out == f"{web}/index.html:3:1: EDN007 `gone.html` leads to a file that is not in the edition\n"
        site(web, index="")
        assert validate.main(argv) == 0

    @pytest.mark.parametrize("content", [None, b"no zip"])
    def test_an_edition_that_is_not_there_or_not_one(self, tmp_path: Path, content: bytes | None) -> None:
        path = tmp_path / "a.epub"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(UserError, match="cannot be read"):
            validate.edition(path)
