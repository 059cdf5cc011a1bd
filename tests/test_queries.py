"""Queries: found in the source, never in an edition, out as a sheet and back with their answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from octavo import parse, queries, tools, tree
from octavo.model import UserError
from octavo.review import sheet
from octavo.source import Source
from octavo.source import queries as source_queries


def found(text: str) -> list[source_queries.Query]:
    return source_queries.queries(Source("one.md", text))


def blocks(text: str) -> list[dict[str, object]]:
    read: list[dict[str, object]] = json.loads(tools.pandoc(["-f", parse.READER, "-t", "json"], text.encode()))["blocks"]
    return read


class TestFinding:
    def test_a_span_with_everything(self) -> None:
        text = 'Signed.[Is *this* [the] text?]{.query to=author id=Q12 by="A. Reader" on="signed" answer="Yes, \\"this\\"."} More.'
        (query,) = found(text)
        assert (query.id, query.to, query.by, query.on, query.answer) == ("Q12", "author", "A. Reader", "signed", 'Yes, "this".')
        assert query.text == "Is *this* [the] text?"
        assert text[query.start] == "["
        assert text[: query.end].endswith('."}')

    def test_comments(self) -> None:
        one, two, three = found(
            "<!-- query: Who? -->\n\n<!-- Query to=editor id=Q3: When? | answer: In 1922. -->\n\n<!--query:\nWhy\nso?-->"
        )
        assert (one.text, one.answer) == ("Who?", "")
        assert (two.id, two.to, two.text, two.answer) == ("Q3", "editor", "When?", "In 1922.")
        assert three.text == "Why so?"

    @pytest.mark.parametrize(
        "text", ["`[x]{.query}`", "```\n[x]{.query}\n```\n", "[x]{.queryable}", "<!-- queries: none -->", "x]{.query}", "[x]{.q}"]
    )
    def test_what_is_none(self, text: str) -> None:
        assert found(text) == []


class TestEditions:
    @pytest.mark.parametrize(
        ("text", "reads"),
        [
            ("One [q]{.query} two.", "One two."),
            ("One [q]{.query}.", "One."),
            ("One[q]{.query} two.", "One two."),
            ("One [q]{.query}", "One"),
            ("*One [q]{.query}* two.", "One two."),
            ("One.\n\n[q]{.query}\n\nTwo.", "One.\nTwo."),
        ],
    )
    def test_a_query_leaves_no_trace(self, text: str, reads: str) -> None:
        assert tree.plain(queries.dropped(blocks(text))) == reads

    def test_a_text_without_queries_is_the_same_object(self) -> None:
        given = blocks("One [two]{.index} three.")
        assert queries.dropped(given) is given


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters/one.md").write_bytes(
        "\ufeff# One\r\n\r\nIt was signed.[Is this the text?]{.query to=author id=Q1}\r\n\r\n<!-- query: Who?\r\n  -->\r\n"
        '\r\n[=1+1]{.query id=Q2 answer="Old"} tail\r\n'.encode()
    )
    return tmp_path


FILES = ["chapters/one.md"]


class TestSheet:
    def test_csv_goes_out_and_comes_back(self, book: Path) -> None:
        asked = sheet.asked(book, FILES)
        assert [one.line for one in asked] == [3, 5, 8]
        written = sheet.as_csv(asked)
        assert ",'=1+1," in written  # no formula in a spreadsheet
        name = asked[1].name
        (book / "back.csv").write_text(
            f'id;file;answer\nQ1;x;"Yes; the ""first"" one"\n{name};x;Lenin -- so\nQ9;x;What?\nQ2;x;Old\n', "utf-8-sig"
        )
        count, unknown = sheet.put(book, asked, sheet.answers(book / "back.csv"))
        assert (count, unknown) == (2, ["Q9"])
        raw = (book / "chapters/one.md").read_bytes().decode()
        assert raw.startswith(
            '\ufeff# One\r\n\r\nIt was signed.[Is this the text?]{.query to=author id=Q1 answer="Yes; the \\"first\\" one"}\r\n'
        )
        assert "<!-- query: Who? | answer: Lenin – so -->\r\n" in raw
        assert [one.query.answer for one in sheet.asked(book, FILES)] == ['Yes; the "first" one', "Lenin – so", "Old"]

    def test_the_same_answers_again_change_nothing(self, book: Path) -> None:
        given = {"Q1": "Yes.", "Q2": "New"}
        assert sheet.put(book, sheet.asked(book, FILES), given)[0] == 2
        before = (book / "chapters/one.md").read_bytes()
        assert before.count(b"answer=") == 2
        assert sheet.put(book, sheet.asked(book, FILES), given)[0] == 0
        assert (book / "chapters/one.md").read_bytes() == before

    def test_docx_goes_out_and_comes_back(self, book: Path) -> None:
        asked = sheet.asked(book, FILES)
        rows = [one._replace(query=one.query._replace(answer="The second.")) if one.name == "Q1" else one for one in asked]
        (book / "sheet.docx").write_bytes(sheet.as_docx(rows, "Queries"))
        given = sheet.answers(book / "sheet.docx")
        assert given == {"Q1": "The second.", "Q2": "Old"}
        assert sheet.put(book, asked, given) == (1, [])

    @pytest.mark.parametrize(("name", "content"), [("x.csv", b"a,b\n1,2\n"), ("x.csv", b""), ("y.csv", None)])
    def test_what_is_no_sheet_is_said_in_one_line(self, book: Path, name: str, content: bytes | None) -> None:
        if content is not None:
            (book / name).write_bytes(content)
        with pytest.raises(UserError):
            sheet.answers(book / name)
