"""The catalogue of checks: every code has its name and severity, a case that fires, one that is silent, and its page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavo import bibliography, check, checks, config, parse
from octavo.checks import manual
from octavo.model import Finding, Place

TOP = Path(__file__).resolve().parent.parent
CASES = Path(__file__).resolve().parent / "cases"
BASE = CASES / "base"
NAMES = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir() and folder != BASE)

# Code, name and severity as the catalogue of checks fixes them.
CATALOGUE = [
    "",
    "CIT001 undefined-citation error",
    "CIT003 citation-case-mismatch error",
    "CIT005 leaked-citation error",
    "CIT014 key-collides-with-label error",
    "CIT016 undefined-nocite error",
    "BIB001 bib-syntax error",
    "BIB002 duplicate-key error",
    "BIB003 duplicate-field error",
    "BIB007 missing-field error",
    "BIB014 bad-isbn error",
    "BIB016 bad-doi error",
    "BIB033 bib-encoding error",
    "BIB036 undefined-string error",
    "BIB043 crossref-missing error",
    "BIB044 crossref-cycle error",
    "BIB055 entry-not-in-one-section error",
    "REF001 undefined-reference error",
    "REF002 duplicate-label error",
    "REF007 broken-internal-link error",
    "NOT001 undefined-note error",
    "NOT002 unused-note warning",
    "NOT003 duplicate-note error",
    "NOT004 empty-note error",
    "STR001 bad-config error",
    "STR002 missing-chapter error",
    "STR003 stray-chapter warning",
    "STR004 missing-title error",
    "STR005 heading-jump error",
    "STR006 empty-heading error",
    "STR009 unclosed-fence error",
    "STR010 chapter-encoding error",
    "STR011 bad-metadata error",
    "STR013 conflict-marker error",
    "STR016 nesting-too-deep error",
    "STR017 outside-the-book error",
    "STR018 numbered-in-only error",
    "STR019 include-cycle error",
    "STR020 unknown-edition error",
    "FIG001 missing-image error",
    "FIG008 ragged-table error",
    "FIG010 bad-data-table error",
    "ACC001 missing-alt error",
    "ACC004 missing-language error",
    "REV003 unresolved-change error",
    "",
][1:-1]


def findings_of(directory: Path) -> list[Finding]:
    """What `octavo check` finds in a folder."""
    try:
        book = config.load(directory)
    except config.ConfigError as error:
        return check.config_findings(error, directory)
    return check.findings(directory, book, parse.parse(directory, book), bibliography.read(directory, book))


@pytest.fixture(scope="module", autouse=True)
def _one_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All cases share what is parsed: most of their chapters are the base's."""
    before, parse.CACHE = parse.CACHE, tmp_path_factory.mktemp("cache")
    yield
    parse.CACHE = before


def build(name: str, directory: Path) -> Path:
    """The base with the files of a case over it."""
    book = directory / "book"
    shutil.copytree(BASE, book)
    if name:
        shutil.copytree(CASES / name, book, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expect.txt"))
    return book


def expected(name: str) -> list[str]:
    return (CASES / name / "expect.txt").read_text("utf-8").splitlines()


def test_the_base_book_passes_every_check(tmp_path: Path) -> None:
    assert findings_of(build("", tmp_path)) == []


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, tmp_path: Path, update_golden: bool) -> None:
    found = [
        f"{f.place} {f.code} {f.severity} {f.message}" + (f" | {f.hint}" if f.hint else "") for f in findings_of(build(name, tmp_path))
    ]
    if update_golden:
        (CASES / name / "expect.txt").write_text("".join(line + "\n" for line in found), "utf-8")
    assert found == expected(name)
    code, _, what = name.partition("-")
    if what.startswith("fires"):
        assert any(f" {code} " in line for line in found)
    if what.startswith("silent"):
        assert not any(f" {code} " in line for line in found)


class TestCatalogue:
    def test_codes_names_and_severities_are_those_of_the_catalogue(self) -> None:
        assert [f"{c.code} {c.name} {c.severity}" for c in checks.catalogue().values()] == CATALOGUE

    @pytest.mark.parametrize("code", checks.catalogue())
    def test_every_code_has_a_case_that_fires_and_one_that_is_silent(self, code: str) -> None:
        assert [name for name in NAMES if name.startswith(f"{code}-fires")]
        assert [name for name in NAMES if name.startswith(f"{code}-silent")]

    def test_the_pages_of_the_manual_are_those_that_the_code_makes(self) -> None:
        made = manual.pages()
        folder = TOP / "docs" / "checks"
        assert sorted(path.name for path in folder.iterdir()) == sorted(made)
        for name, text in made.items():
            assert (folder / name).read_text("utf-8") == text, f"{name}: run `make docs`"

    @pytest.mark.parametrize("code", checks.catalogue())
    def test_every_docstring_has_a_bad_and_a_good_example(self, code: str) -> None:
        page = manual.page_of(checks.catalogue()[code])
        assert page.what
        assert page.bad != page.good

    def test_a_code_is_given_once(self) -> None:
        with pytest.raises(ValueError, match="CIT001"):
            checks.check("CIT001", "another-name", "error", "…")(lambda _: iter(()))
        with pytest.raises(ValueError, match="undefined-citation"):
            checks.check("CIT999", "undefined-citation", "error", "…")(lambda _: iter(()))
        with pytest.raises(ValueError, match="no code"):
            checks.check("CITE1", "some-name", "error", "…")(lambda _: iter(()))

    def test_the_first_hint_is_given_whose_fields_are_there(self) -> None:
        undefined = checks.catalogue()["CIT001"]
        place = undefined.finding(checks.at(_somewhere(), key="a", nearest="b"))
        assert place.hint == "did you mean `b`?"
        assert undefined.finding(checks.at(_somewhere(), key="a", nearest="")).hint.startswith("add the work")


def _somewhere() -> Place:
    return Place("chapters/one.md")
