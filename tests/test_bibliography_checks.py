"""The checks of the bibliography, where a table says more than a case: dates, pages, DOIs, addresses, files, likeness, mends."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo import bibliography, checks
from octavo.checks import edtf
from octavo.checks.manuscript import Manuscript
from octavo.model import Book, ChapterFile, Finding


def found(code: str, text: str, directory: Path = Path("nowhere")) -> list[Finding]:
    book = Book("T", "en", (ChapterFile("chapters/one.md", "one", "chapter", 1),), "t")
    manuscript = Manuscript(directory, book, [], bibliography.read_text("r.bib", text))
    return list(checks.catalogue()[code].run(manuscript))


def with_field(name: str, value: str, kind: str = "book") -> str:
    return f"@{kind}{{a1, author = {{Adler, Anna}}, title = {{The River}}, {name} = {{{value}}}}}"


def mended(text: str, findings: list[Finding]) -> str:
    """The text with what the findings put in their places, the last first."""
    lines = [0]
    for line in text.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    for finding in sorted(findings, key=lambda finding: finding.place, reverse=True):
        if finding.fix is not None:
            place = finding.place
            start, end = lines[place.line - 1] + place.column - 1, lines[place.end_line - 1] + place.end_column - 1
            text = text[:start] + finding.fix + text[end:]
    return text


DATES = """
1998 1998-05 1998-05-17 1998/2001 1998-05/1998-07 1998/ /1998 1998/.. ../1998 1998/open unknown/1998 -0043 -0043/0012 0079 1998~
1998? 1998% 199X 19XX 199u 1998-XX 1998-05-XX 1998-21 1998-24 2000-02-29 1998-05-17T10:30:00Z 1998-05-17T10:30 Y-17000 19980517
1998-W20 1998-05-17/18 1998-05-17/1998-05-17 1998/1998-06
"""


class TestDates:
    @pytest.mark.parametrize("date", DATES.split())
    def test_what_edtf_and_iso_8601_have_is_a_date(self, date: str) -> None:
        assert found("BIB009", with_field("date", date)) == []

    @pytest.mark.parametrize(
        ("date", "right"),
        [
            ("1998-13", ""), ("1998-00", ""), ("1998-02-30", ""), ("1900-02-29", ""), ("2001/1998", "1998/2001"),
            ("1998-05-17/1998-05-03", "1998-05-03/1998-05-17"), ("2024/5/15", "2024-05-15"), ("15.05.2024", "2024-05-15"),
            ("15 May 2024", "2024-05-15"), ("May 15th, 2024", "2024-05-15"), ("1998--2001", "1998/2001"), ("1998-1999", "1998/1999"),
            ("05/17/1998", ""), ("1998-5-3", "1998-05-03"), ("98", ""), ("19988", ""), ("1998.", "1998"), ("2020-01-01T25:00", ""),
        ],
    )  # fmt: skip
    def test_what_they_have_not_is_none(self, date: str, right: str) -> None:
        (finding,) = found("BIB009", with_field("date", date))
        assert finding.hint.startswith(f"write `{right}`" if right else "a date reads")
        assert (finding.place.line, finding.place.column) == (1, 63)

    @pytest.mark.parametrize(
        "date", ["c. 1920", "ca 1920", "circa 1920", "1920s", "[1920]", "n.d.", "19th century", "forthcoming", "©1998"]
    )
    def test_words_for_what_is_not_known_are_let_be(self, date: str) -> None:
        assert found("BIB009", with_field("date", date)) == []
        assert found("BIB009", with_field("year", date)) == []

    @given(st.dates(), st.dates())
    def test_every_day_is_a_date_and_a_range_runs_forward(self, one: object, other: object) -> None:
        first, last = sorted((str(one), str(other)))
        assert isinstance(edtf.read(first), edtf.Period)
        assert isinstance(edtf.read(f"{first}/{last}"), edtf.Period)
        assert isinstance(edtf.read(f"{last}/{first}"), edtf.Fault) == (first != last)

    @given(st.text(alphabet="0123456789-/.XuTZ~?% ", max_size=24))
    def test_no_text_breaks_the_reader(self, text: str) -> None:
        assert isinstance(edtf.read(text), (edtf.Period, edtf.Fault))
        edtf.fault_of_year(text)


class TestPages:
    @pytest.mark.parametrize(
        ("pages", "right"),
        [
            ("10-20", "10--20"), ("10 - 20", "10--20"), ("pp. 10--20", "10--20"), ("p. 7", "7"), ("10—20", "10--20"), ("10---20", "10--20"),
            ("xii-xv", "xii--xv"), ("S1-S9", "S1--S9"), ("p. 1-p. 5", "1--5"), ("1-5, 7-9", "1--5, 7--9"), ("pp1-2", "1--2"),
        ],
    )  # fmt: skip
    def test_a_range_is_mended(self, pages: str, right: str) -> None:
        text = with_field("pages", pages)
        after = mended(text, found("BIB013", text))
        assert after == with_field("pages", right)
        assert found("BIB013", after) == []

    @pytest.mark.parametrize("pages", ["99--12", "xv--xii", "856-106", "245 pp.", "B10--B9", "Section 7, p. 50"])
    def test_what_a_person_must_decide_is_not(self, pages: str) -> None:
        assert [finding.fix for finding in found("BIB013", with_field("pages", pages))] == [None]

    @pytest.mark.parametrize("pages", ["123--7", "A-12", "12-1", "2021-03", "17-0123", "III-45", "1,234-1,240", "2-1--2-20", "L12-15"])
    def test_a_number_with_a_hyphen_of_its_own_is_let_be(self, pages: str) -> None:
        assert found("BIB013", with_field("pages", pages)) == []


class TestMends:
    @pytest.mark.parametrize(
        ("code", "text", "right"),
        [
            ("BIB016", "doi = {https://doi.org/10.1000/a\\_b}", "doi = {10.1000/a\\_b}"),
            ("BIB016", 'doi = "doi: 10.1000/a(1)"', 'doi = "10.1000/a(1)"'),
            ("BIB016", "doi = {\\url{https://dx.doi.org/10.1000%2Fa}}", "doi = {10.1000/a}"),
            ("BIB053", "edition = {2nd ed.}", "edition = {2}"),
            ("BIB053", 'edition = " Second "', 'edition = " 2 "'),
            ("BIB053", "edition = {2$^{nd}$}", "edition = {2}"),
            ("BIB013", "pages = {pp.\r\n  10-20}", "pages = {10--20}"),
        ],
    )
    def test_only_the_value_changes(self, code: str, text: str, right: str) -> None:
        whole = "\r\n@book{{a1,\r\n  title = {{Ä 𝔸}}, {},\r\n  note = {{n}}\r\n}}\r\n"
        findings = found(code, whole.format(text))
        assert [finding.fixable for finding in findings] == [True]
        assert mended(whole.format(text), findings) == whole.format(right)
        assert found(code, whole.format(right)) == []

    @pytest.mark.parametrize("value", ["second", "{2} # {nd}"])
    def test_a_value_of_several_pieces_is_left_to_its_author(self, value: str) -> None:
        (finding,) = found("BIB053", f"@string{{second = {{2nd}}}}\n@book{{a1, edition = {value}}}")
        assert not finding.fixable


class TestFiles:
    @pytest.mark.parametrize(
        "value",
        ["here.pdf", ":here.pdf:PDF", "The text:here.pdf:application/pdf", "here.pdf;here.pdf", "{here.pdf}", "here.pdf:application/pdf"],
    )
    def test_each_programs_way_of_writing_it_is_read(self, value: str, tmp_path: Path) -> None:
        (tmp_path / "here.pdf").write_bytes(b"%PDF")
        assert found("BIB048", with_field("file", value), tmp_path) == []
        assert found("BIB048", with_field("file", value.replace("here", "gone")), tmp_path)


class TestLikeness:
    def test_twenty_thousand_works_of_one_author_and_year_take_seconds(self) -> None:
        entry = "@article{{k{0}, author = {{Adler, A.}}, title = {{On the upper course, {0}}}, journal = {{Rivers}}, year = {{1998}}}}\n"
        start = time.process_time()
        assert found("BIB018", "".join(entry.format(i) for i in range(20_000))) == []
        assert time.process_time() - start < 20

    @settings(deadline=None, max_examples=40)
    @given(st.text(alphabet="abcdefghij ", min_size=12, max_size=60).filter(lambda t: len(t.split()) > 2))
    def test_a_work_is_like_itself(self, title: str) -> None:
        text = "@book{{{}, author = {{{}}}, title = {{{}}}, year = {{1998}}}}\n"
        both = text.format("a1", "Adler, Anna", title) + text.format("b1", "Anna Adler", title.upper())
        assert [finding.place.line for finding in found("BIB018", both)] == [2]
