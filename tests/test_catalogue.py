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
    "CIT002 unused-entry warning",
    "CIT003 citation-case-mismatch error",
    "CIT004 bare-key warning",
    "CIT005 leaked-citation error",
    "CIT006 mixed-cluster error",
    "CIT007 repeated-in-cluster warning",
    "CIT008 malformed-locator warning",
    "CIT009 locator-out-of-range warning",
    "CIT010 quotation-without-locator warning",
    "CIT011 quotation-without-citation warning",
    "CIT012 typed-citation warning",
    "CIT013 typed-ibid warning",
    "CIT014 key-collides-with-label error",
    "CIT015 chapter-without-citations note",
    "CIT016 undefined-nocite error",
    "CIT017 citation-in-heading warning",
    "CIT018 uncited-paragraph-with-figures note",
    "BIB001 bib-syntax error",
    "BIB002 duplicate-key error",
    "BIB003 duplicate-field error",
    "BIB004 empty-field warning",
    "BIB005 unknown-type warning",
    "BIB006 unknown-field warning",
    "BIB007 missing-field error",
    "BIB008 conflicting-fields warning",
    "BIB009 bad-date error",
    "BIB010 implausible-year warning",
    "BIB011 access-before-publication warning",
    "BIB012 original-after-reprint warning",
    "BIB013 bad-pages warning",
    "BIB014 bad-isbn error",
    "BIB015 bad-issn error",
    "BIB016 bad-doi error",
    "BIB017 duplicate-doi warning",
    "BIB018 duplicate-work warning",
    "BIB019 bad-url warning",
    "BIB020 url-repeats-doi note",
    "BIB021 url-in-wrong-field warning",
    "BIB022 bad-name error",
    "BIB023 name-separator warning",
    "BIB024 unbraced-corporate-author warning",
    "BIB025 shouting warning",
    "BIB026 inconsistent-person warning",
    "BIB027 inconsistent-publisher warning",
    "BIB028 missing-creator warning",
    "BIB029 unprotected-capitals note",
    "BIB030 untidy-title warning",
    "BIB031 language-missing note",
    "BIB032 unconvertible-latex warning",
    "BIB033 bib-encoding error",
    "BIB034 bib-not-normalised warning",
    "BIB035 unescaped-special warning",
    "BIB036 undefined-string error",
    "BIB037 mixed-abbreviation note",
    "BIB038 venue-noise note",
    "BIB039 missing-place note",
    "BIB040 incomplete-thesis-or-report warning",
    "BIB041 incomplete-archive warning",
    "BIB042 web-source-unarchived warning",
    "BIB043 crossref-missing error",
    "BIB044 crossref-cycle error",
    "BIB045 alias-clash error",
    "BIB046 unportable-key warning",
    "BIB047 key-pattern note",
    "BIB048 missing-file warning",
    "BIB049 volume-confusion note",
    "BIB050 role-in-title warning",
    "BIB051 mixed-script-entry warning",
    "BIB052 missing-transliteration note",
    "BIB053 edition-form warning",
    "BIB054 field-outlier note",
    "BIB055 entry-not-in-one-section error",
    "REF001 undefined-reference error",
    "REF002 duplicate-label error",
    "REF003 uncalled-float warning",
    "REF004 float-out-of-order note",
    "REF005 reference-type-mismatch warning",
    "REF006 typed-reference warning",
    "REF007 broken-internal-link error",
    "REF008 label-on-nothing warning",
    "REF009 direction-mismatch note",
    "REF010 empty-link warning",
    "REF011 released-anchor-removed warning",
    "NOT001 undefined-note error",
    "NOT002 unused-note warning",
    "NOT003 duplicate-note error",
    "NOT004 empty-note error",
    "NOT005 note-before-punctuation warning",
    "STR001 bad-config error",
    "STR002 missing-chapter error",
    "STR003 stray-chapter warning",
    "STR004 missing-title error",
    "STR005 heading-jump error",
    "STR006 empty-heading error",
    "STR007 duplicate-heading note",
    "STR008 unknown-class warning",
    "STR009 unclosed-fence error",
    "STR010 chapter-encoding error",
    "STR011 bad-metadata error",
    "STR012 unused-suppression warning",
    "STR013 conflict-marker error",
    "STR014 unsafe-content error",
    "STR015 contradictory-parts error",
    "STR016 nesting-too-deep error",
    "STR017 outside-the-book error",
    "STR018 numbered-in-only error",
    "STR019 include-cycle error",
    "STR020 unknown-edition error",
    "FIG001 missing-image error",
    "FIG002 unused-image warning",
    "FIG003 broken-image error",
    "FIG004 low-resolution warning",
    "FIG005 missing-caption warning",
    "FIG006 remote-image error",
    "FIG007 table-without-header warning",
    "FIG008 ragged-table error",
    "FIG009 missing-credit note",
    "FIG010 bad-data-table error",
    "LNG001 unbalanced-quotes warning",
    "LNG002 doubled-word warning",
    "LNG003 range-hyphen warning",
    "LNG004 missing-no-break-space note",
    "LNG005 bad-language-tag error",
    "LNG006 unmarked-foreign-script warning",
    "LNG007 mixed-script-word warning",
    "LNG008 spelling-variants note",
    "LNG009 missing-glyph error",
    "LNG010 repeated-punctuation warning",
    "LNG011 text-not-normalised warning",
    "LNG012 mixed-line-endings note",
    "IDX001 dangling-see error",
    "IDX002 unclosed-range error",
    "IDX003 near-duplicate-heading warning",
    "IDX004 overloaded-heading note",
    "IDX005 undefined-term error",
    "IDX006 unused-term warning",
    "IDX007 duplicate-term error",
    "REV001 open-query warning",
    "REV002 placeholder warning",
    "REV003 unresolved-change warning",
    "ACC001 missing-alt error",
    "ACC002 alt-repeats-caption warning",
    "ACC003 long-alt note",
    "ACC004 missing-language error",
    "MET001 bad-identifier error",
    "MET002 shared-isbn error",
    "MET004 missing-metadata warning",
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
