"""Tables from data: from the code block to the three editions, and every way in which a file can be wrong."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader
from test_build import snakemake
from test_catalogue import findings_of

from octavo import bibliography, cite, config, csl, csv_table, data_tables, dates, parse, resolve, source, tree, wordings
from octavo.csv_table import TableError

TOP = Path(__file__).resolve().parent.parent
BOOK = TOP / "tests" / "books" / "data"
HERE = {key: os.environ[key] for key in ("PYTHONPATH",) if key in os.environ}
"""A checkout that is not the installed one is tested with its own code."""


def copy(tmp_path: Path) -> Path:
    book = tmp_path / "book"
    shutil.copytree(BOOK, book, ignore=shutil.ignore_patterns("output", ".snakemake"))
    return book


def resolved(folder: Path) -> Any:
    book = config.load(folder)
    chapters = parse.as_json(parse.parse(folder, book))
    keys = frozenset(bibliography.read(folder, book).entries)
    return resolve.resolve(book, chapters, keys, resolve.Images(folder, folder), ("", ""))


def tables(record: Any) -> dict[str, Any]:
    return {tree.identifier(t): t for c in record["chapters"] for t in tree.walk(c["blocks"]) if t["t"] == "Table"}


def rows_of(table: Any) -> list[list[str]]:
    """The text of the cells, the head first; a citation is its keys in brackets."""
    head, (body,) = table["c"][3], table["c"][4]
    return [[" ".join(map(_text, cell[4])) for cell in row[1]] for row in (*head[1], *body[3])]


def _text(block: Any) -> str:
    return tree.plain(block).replace("\u00a0", " ")


def with_chapter(tmp_path: Path, block: str, **files: str) -> Path:
    """A copy of the book whose first chapter is this block, with these files in data/ (`x_csv` is x.csv)."""
    book = copy(tmp_path)
    (book / "chapters/pacts.md").write_text(f"# Pacts\n\n{block}\n", "utf-8")
    (book / "chapters/author-date.md").write_text("# More\n\nText [@adler1998, 3].\n", "utf-8")
    with (book / "book.yaml").open("a", encoding="utf-8") as settings:
        settings.write('\nbibliography: {nocite: ["*"]}\n')
    for name, text in files.items():
        (book / "chapters/data" / name.replace("_", ".")).write_text(text, "utf-8")
    return book


def block(options: str, caption: str = "A caption.") -> str:
    return f"```{{.table #tbl-x {options}}}\n{caption}\n```"


def found(book: Path) -> list[str]:
    return [f"{f.place.file}:{f.place.line}:{f.place.column} {f.code} {f.message}" for f in findings_of(book) if f.severity == "error"]


class TestTable:
    def test_columns_rows_and_dates_are_those_that_were_asked_for(self, tmp_path: Path) -> None:
        assert rows_of(tables(resolved(copy(tmp_path)))["tbl-pacts"]) == [
            ["Date", "Pact", "Parties"],
            ["16 April 1922", "Pact of the Bridge", "North; South [@adler1998]"],
            ["7–9 April 1924", "Pact of the Ferry", "North; East [@baum1955; @carr2004]"],
            ["January 1931", "Pact of the Lock", "North; South’s; “the Delta”"],
            ["28 December 1945 – 3 January 1946", "Pact of the Weir", "North; East [@carr2004]"],
        ]

    def test_it_is_numbered_and_referred_to_like_any_table(self, tmp_path: Path) -> None:
        record = resolved(copy(tmp_path))
        assert [tree.value(t, "label") for t in tables(record).values()] == ["Table 1.1", "Table 1.2", "Table 1.3", "Table 2.1"]
        assert "Table\u00a01.1" in tree.plain(record["chapters"][0]["blocks"][1])
        assert tree.value(tables(record)["tbl-pacts"], "short") == "Pacts"

    def test_what_most_rows_rest_on_is_cited_once_in_the_caption(self, tmp_path: Path) -> None:
        table = tables(resolved(copy(tmp_path)))["tbl-states"]
        cites = [e["c"][0][0] for e in tree.walk(table["c"][1]) if e["t"] == "Cite"]
        assert [(c["citationId"], tree.plain(c["citationPrefix"])) for c in cites] == [("adler1998", "Where no other source is given:")]
        assert [row[0] for row in rows_of(table)[1:]] == ["East", "South", "West", "Delta [@baum1955]"]

    def test_one_source_for_all_rows_is_cited_in_the_caption_alone(self, tmp_path: Path) -> None:
        table = tables(resolved(copy(tmp_path)))["tbl-ships"]
        assert _text(table["c"][1][1]) == "Ships on both courses. [@baum1955]"
        assert rows_of(table)[3] == ["1951", "25,000", "1,048"]
        assert [spec[0]["t"] for spec in table["c"][2]] == ["AlignRight"] * 3

    def test_sources_in_the_caption_on_demand(self, tmp_path: Path) -> None:
        book = with_chapter(tmp_path, block('file=data/pacts.csv columns="instrument, source" where="status=verified" sources=caption'))
        table = tables(resolved(book))["tbl-x"]
        assert _text(table["c"][1][1]) == "A caption. [@adler1998; @baum1955; @carr2004]"
        assert rows_of(table)[0] == ["Instrument"]

    def test_in_an_author_date_style_the_sources_have_their_column(self, tmp_path: Path) -> None:
        book = copy(tmp_path)
        with (book / "book.yaml").open("a") as file:
            file.write("bibliography: {csl: chicago-author-date}\n")
        rows = rows_of(tables(resolved(book))["tbl-pacts"])
        assert rows[0] == ["Date", "Pact", "Parties", "Sources"]
        assert rows[2][3] == "[@baum1955; @carr2004]"

    def test_rows_are_left_out_by_their_value(self, tmp_path: Path) -> None:
        assert [row[0] for row in rows_of(tables(resolved(copy(tmp_path)))["tbl-terms"])] == ["Name", "Anna Adler", "Anna Adler"]

    def test_without_columns_every_column_is_printed(self, tmp_path: Path) -> None:
        assert rows_of(tables(resolved(with_chapter(tmp_path, block("file=data/terms.csv"))))["tbl-x"])[0] == [
            "Name",
            "Office",
            "From",
            "To",
        ]

    def test_the_caption_is_markdown_and_its_citations_are_checked(self, tmp_path: Path) -> None:
        book = with_chapter(tmp_path, block("file=data/terms.csv", "The *wardens*,\n\n[@adler1989] and @tbl-y."))
        table = tables(resolved(book))["tbl-x"]
        assert [e["t"] for e in tree.walk(table["c"][1]) if e["t"] in ("Emph", "Cite")] == ["Emph", "Cite"]
        assert found(book)[:2] == [
            "chapters/pacts.md:6:2 CIT001 `adler1989` is in no .bib file",
            "chapters/pacts.md:6:18 REF001 nothing bears the label `tbl-y`",
        ]

    def test_a_code_block_without_these_options_stays_code(self) -> None:
        code = tree.node("CodeBlock", tree.attr("", ["table"]), "x")
        assert data_tables.mark([code], lambda _: []) == [code]

    def test_text_after_the_block_keeps_its_places(self) -> None:
        text = "# A\n\n``` {.table file=x.csv}\nA `code` @key.\n```\n\n```{.python}\n@no\n```\n\n@yes\n"
        assert [(m.text, m.start) for m in source.Source("a.md", text).citations] == [
            ("key", text.index("@key")),
            ("yes", text.index("@yes")),
        ]


WRONG = {
    "missing file": ("file=data/pact.csv", "chapters/pacts.md:3:1 FIG010 the table cannot be made: chapters/data/pact.csv is not there"),
    "missing column": (
        'file=data/pacts.csv columns="instrumant"',
        "chapters/pacts.md:3:1 FIG010 the table cannot be made: chapters/data/pacts.csv has no column `instrumant`",
    ),
    "missing date column": ("file=data/pacts.csv dates=date", "chapters/data/pacts.csv has no column `date`"),
    "no row left": ('file=data/pacts.csv where="status=verifed"', "no row of chapters/data/pacts.csv is as `where` asks"),
    "condition without =": ('file=data/pacts.csv where="status"', "`where` has `status`: write `column=value`"),
    "unknown option": ("file=data/pacts.csv colums=x", "a table from data has no option `colums`"),
    "no file": ("columns=x", "the table names no file"),
    "outside the book": ("file=../../../secret.csv", "../secret.csv lies outside the book"),
    "bad sources": ("file=data/pacts.csv sources=none", "`sources` is `rows` or `caption`, not `none`"),
}
BAD_FILES = {
    "ragged row": ("a,b\n1,2\n\n1,2,3\n", "chapters/data/bad.csv:4:1 FIG008 the row has 3 cells for 2 columns"),
    "ragged row after a cell of two lines": ('a,b\n"1\n2",2\n1\n', "chapters/data/bad.csv:4:1 FIG008 the row has 1 cells for 2 columns"),
    "no such day": (
        "a,b\n1922-02-30,x\n",
        "chapters/data/bad.csv:2:1 FIG010 the table cannot be made: `1922-02-30` in the column `a` is no date",
    ),
    "empty": ("", "chapters/data/bad.csv is empty"),
    "no rows": ("a,b\n", "no row of chapters/data/bad.csv is there"),
    "two columns of a name": ("a,a\n1,2\n", "chapters/data/bad.csv has two columns `a`"),
    "open quotation mark": ('a,b\n1,"2\n', "chapters/data/bad.csv is no table"),
    "unknown key": ('a,source\n1,adler1998\n2,"baum1955;\n carr2005"\n', "chapters/data/bad.csv:4:2 CIT001 `carr2005` is in no .bib file"),
    "key in other capitals": ("a,source\n1,Adler1998\n", "chapters/data/bad.csv:2:3 CIT003 `Adler1998` differs"),
}


class TestErrors:
    @pytest.mark.parametrize("name", WRONG)
    def test_what_is_wrong_is_a_finding_at_the_block_and_no_half_table(self, tmp_path: Path, name: str) -> None:
        options, said = WRONG[name]
        book = with_chapter(tmp_path, block(options))
        assert len([line for line in found(book) if said in line]) == 1
        record = resolved(book)
        assert tables(record) == {}
        boxed = [e for e in tree.walk(record["chapters"][0]["blocks"]) if "unresolved" in tree.classes(e)]
        assert len(boxed) == 1

    @pytest.mark.parametrize("name", BAD_FILES)
    def test_what_is_wrong_in_the_file_is_named_with_its_line(self, tmp_path: Path, name: str) -> None:
        text, said = BAD_FILES[name]
        book = with_chapter(tmp_path, block("file=data/bad.csv" + (" dates=a" if "day" in name else "")), bad_csv=text)
        assert [line for line in found(book) if said in line]
        assert (tables(resolved(book)) == {}) == ("CIT" not in said)

    def test_the_nearest_name_is_the_hint(self, tmp_path: Path) -> None:
        book = with_chapter(tmp_path, block('file=data/pacts.csv columns="instrumant"'))
        assert [f.hint for f in findings_of(book) if f.severity == "error"] == ["did you mean `instrument`?"]

    def test_a_link_out_of_the_book_is_followed_and_refused(self, tmp_path: Path) -> None:
        (tmp_path / "secret.csv").write_text("a\n1\n")
        book = with_chapter(tmp_path, block("file=data/link.csv"))
        (book / "chapters/data/link.csv").symlink_to(tmp_path / "secret.csv")
        assert "lies outside the book" in found(book)[0]
        with pytest.raises(TableError):
            csv_table.read(book, "chapters/data/link.csv")

    def test_a_file_in_another_encoding_is_named(self, tmp_path: Path) -> None:
        book = with_chapter(tmp_path, block("file=data/bad.csv"))
        (book / "chapters/data/bad.csv").write_bytes(b"a\n\xff\n")
        assert "chapters/data/bad.csv is not UTF-8" in found(book)[0]

    def test_an_unknown_key_prints_in_a_box_and_is_a_finding(self, tmp_path: Path) -> None:
        book = with_chapter(tmp_path, block("file=data/bad.csv"), bad_csv="a,source\n1,nobody1900\n2,adler1998\n")
        entries = bibliography.read(book, config.load(book))
        record = cite.cite(config.load(book), resolved(book), entries, csl.find("chicago-notes-bibliography", book))
        assert "?nobody1900?" in tree.plain(record["chapters"][0]["blocks"])


class TestDates:
    @pytest.mark.parametrize(
        ("language", "whole", "month", "days", "first"),
        [
            ("en", "16 April 1922", "April 1922", "7–9 April 1924", "1 May 1955"),
            ("en-US", "April 16, 1922", "April 1922", "April 7–9, 1924", "May 1, 1955"),
            ("de", "16. April 1922", "April 1922", "7.–9. April 1924", "1. Mai 1955"),
            ("fr", "16 avril 1922", "avril 1922", "7–9 avril 1924", "1er mai 1955"),
            ("ru", "16 апреля 1922", "апрель 1922", "7–9 апреля 1924", "1 мая 1955"),
            ("es", "16 de abril de 1922", "abril de 1922", "7–9 de abril de 1924", "1 de mayo de 1955"),
        ],
    )
    def test_a_date_in_the_language_of_the_book(self, language: str, whole: str, month: str, days: str, first: str) -> None:
        words = wordings.words(language)
        given = ("1922-04-16", "1922-04", "1924-04-07/1924-04-09", "1955-05-01")
        assert [dates.printed(text, words).replace("\u00a0", " ") for text in given] == [whole, month, days, first]

    @pytest.mark.parametrize(
        ("text", "printed"),
        [
            ("1922", "1922"),
            ("1961/1962", "1961–1962"),
            ("1924-02-25/1924-03-03", "25 February – 3 March 1924"),
            ("1949-01/1949-02", "January 1949 – February 1949"),
            ("1939-04-07; 1961-11-25", "7 April 1939; 25 November 1961"),
            ("c. 1922", "c. 1922"),
            ("", ""),
        ],
    )
    def test_ranges_lists_and_words(self, text: str, printed: str) -> None:
        assert dates.printed(text, wordings.words("en")).replace("\u00a0", " ") == printed

    def test_what_looks_like_a_date_and_is_none(self) -> None:
        assert [text for text in ("1922-13", "1922-02-30", "1922-4-1", "16.4.1922", "c. 1922", "1922", "") if dates.is_bad(text)] == [
            "1922-13", "1922-02-30", "1922-4-1", "16.4.1922",
        ]  # fmt: skip


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = copy(tmp_path_factory.mktemp("data"))
    done = snakemake(book, env=HERE)
    assert done.returncode == 0, done.stdout
    return book


class TestEditions:
    def test_the_three_editions_have_the_same_table(self, editions: Path) -> None:
        pdf = " ".join(page.extract_text() for page in PdfReader(editions / "output/data.pdf").pages)
        with zipfile.ZipFile(editions / "output/data.epub") as archive:
            page = next(name for name in archive.namelist() if name.endswith("pacts.xhtml"))
            screens = [archive.read(page), (editions / "output/html/pacts.html").read_bytes()]
        for text in ("Table 1.1. Pacts of the river states", "7–9 April 1924", "January 1931", "Where no other source is given"):
            assert text in " ".join(pdf.replace("\u00a0", " ").split())
        for screen in screens:
            root = etree.fromstring(screen, etree.HTMLParser(encoding="utf-8"))
            (table,) = root.xpath("//*[@id='tbl-pacts']/descendant-or-self::table")
            assert [" ".join(head.itertext()).strip() for head in table.xpath(".//th")] == ["Date", "Pact", "Parties"]
            assert len(table.xpath(".//tbody/tr")) == 4
            assert "nobody1900" not in "".join(root.itertext())

    def test_each_source_is_a_note_and_stands_in_the_bibliography(self, editions: Path) -> None:
        root = etree.fromstring((editions / "output/html/pacts.html").read_bytes(), etree.HTMLParser(encoding="utf-8"))
        said = " ".join("".join(root.itertext()).split())
        assert [title for title in ("The River and Its Atlas", "On the Upper Course", "The Lower Course") if title not in said] == []
        listed = (editions / "output/html/bibliography.html").read_text("utf-8")
        assert all(name in listed for name in ("Adler", "Baum", "Carr"))

    def test_a_changed_table_reruns_the_check_and_the_editions_and_not_the_parser(self, editions: Path, tmp_path: Path) -> None:
        book = tmp_path / "book"
        shutil.copytree(editions, book, symlinks=True)
        with (book / "chapters/data/states.csv").open("a") as file:
            file.write("North,1931,,,adler1998\n")
        done = snakemake(book, "--dry-run", env=HERE)
        counted = {line.split()[0] for line in done.stdout.splitlines() if len(line.split()) == 2 and line.split()[1].isdigit()}
        assert {"report", "resolve", "draw"} <= counted
        assert "parse" not in counted
