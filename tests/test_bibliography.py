"""*.bib as they are in the wild: entries with places, faults where they stand, and what pandoc may be given of them."""

from __future__ import annotations

import logging
import string
import time
from pathlib import Path

import bibtexparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octavo import bibliography, tools
from octavo.bibliography.subset import safe
from octavo.model import Bibliography, BibliographySettings, Book, ChapterFile


def read(text: str) -> Bibliography:
    return bibliography.read_text("r.bib", text)


def values(text: str, key: str = "a1") -> dict[str, str]:
    return {name: found.value for name, found in read(text).entries[key].fields.items()}


def faults(text: str) -> list[str]:
    return [f"{problem.place.line}:{problem.place.column} {problem.kind}" for problem in read(text).problems]


def as_csl(bib: str) -> bytes:
    return tools.pandoc(["-f", "biblatex", "-t", "csljson"], bib.encode(), seconds=20)


def book(**settings: object) -> Book:
    return Book("T", "en", (ChapterFile("chapters/one.md", "one", "chapter", 1),), "t", bibliography=BibliographySettings(**settings))  # type: ignore[arg-type]


class TestValues:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("@book{a1, title = {T}}", {"title": "T"}),
            ('@book{a1, title = "T {"}x{"}"}', {"title": 'T {"}x{"}'}),
            ("@BOOK(a1, TITLE = {T (x)})", {"title": "T (x)"}),
            ("@book{a1, year = 1998}", {"year": "1998"}),
            ("@book{a1, month = jan}", {"month": "1"}),
            ('@book{a1, month = "10~" # jan}', {"month": "10~January"}),
            ("@string{s = {S}} @book{a1, title = S # { and } # s}", {"title": "S and S"}),
            ("@book{a1, title = s} @string(s = t # {!}) @string{t = {T}}", {"title": "T!"}),
            ("@string{s = t} @string{t = s} @book{a1, title = s}", {"title": "s"}),
            ("@book{a1, title = {{T}}}", {"title": "{T}"}),
            ("@book{a1, title = {a, b = {c}},}", {"title": "a, b = {c}"}),
            ("@book{a1,\r\n  title = {T\r\n  U},\r\n}\r\n", {"title": "T\r\n  U"}),
            ("@book{a1, title = {}, note = \"\"}", {"title": "", "note": ""}),
            ("@book{a1\n, title = {T}\n, note = {N}\n}", {"title": "T", "note": "N"}),
            ("@book{a1, % a comment, with a comma\n title = {100% T} % another }\n}", {"title": "100% T"}),
        ],
    )  # fmt: skip
    def test_a_value_reads_as_it_would_in_bibtex(self, text: str, expected: dict[str, str]) -> None:
        assert values(text) == expected

    def test_places_are_those_of_names_keys_and_values(self) -> None:
        entry = read("\n  @book{a1,\n\tTitle = {T},\n}").entries["a1"]
        assert (str(entry.place), entry.place.end_line, str(entry.key_place)) == ("r.bib:2:3", 4, "r.bib:2:9")
        assert (str(entry.fields["title"].place), str(entry.fields["title"].value_place)) == ("r.bib:3:2", "r.bib:3:10")
        assert entry.raw == "@book{a1,\n\tTitle = {T},\n}"

    def test_comments_groups_and_preambles_are_no_entries(self) -> None:
        text = """% Encoding: UTF-8
        @Comment{jabref-meta: grouping:\n0 AllEntriesGroup:;\n1 StaticGroup:a\\;0\\;1\\;\\;\\;\\;;\n}
        @comment{\n@book{c1, title = {C}},\n}
        @preamble{"\\newcommand{\\x}{y}" # { }}
        Write to ada@example.org. % @book{c2, title = {C}}
        @book{a1, title = {T}}"""
        assert list(read(text).entries) == ["a1"]
        assert read(text).problems == ()


SCRAPS = st.sampled_from(
    ["@book{k,", "@a{l", "@string{s=", "a={b}", "c", ",", "}", "{", '"', "\n", "@comment{", "#", "x", "=", "%", "\\", "1"]
)


class TestFaults:
    """Each fault is told once, where it is, and the entries after it are read."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("@book{a1,\n title = {T {x},\n year = {1998},\n}", ["2:10 bib-syntax"]),
            ("@book{a1, title = {T {x}, year = {1998}, note = {n}}", ["1:19 bib-syntax"]),
            ("@book{a1,\n title = {T}},\n year = {1998},\n}", ["2:13 bib-syntax"]),
            ("@book{a1,\n title = {T},\n year = {1998}},\n}", ["3:15 bib-syntax"]),
            ("@book{a1,\n title = {T},\n year = {1998}\n}}", ["4:1 bib-syntax"]),
            ("@book{a1,\n title = {T}\n year = {1998}\n}", ["2:13 bib-syntax"]),
            ("@book{a1\n title = {T},\n year = {1998}\n}", ["1:9 bib-syntax"]),
            ("@book{a1,\n title = {T},\n year = {1998}\n", ["3:14 bib-syntax"]),
            ("@book{a1,\n title = T},\n year = {1998}\n}", ["2:10 bib-syntax"]),
            ("@book{a1,\n title = A Book,\n year = {1998}\n}", ["2:10 bib-syntax"]),
            ('@book{a1,\n title = "T,\n year = "1998"\n}', ["2:10 bib-syntax"]),
            ("@book{a1,\n title {T},\n year = {1998}\n}", ["2:2 bib-syntax"]),
            ("@book{a1,\n title = {T}, junk,\n year = 1998-99}", ["2:15 bib-syntax", "3:9 bib-syntax"]),
            ("@book{a1,\n title = ,\n year = {1998} # }", ["2:10 bib-syntax", "3:18 bib-syntax"]),
            ("@book{title = {T}}\n@book{a1, title = {T}}", ["1:1 bib-syntax"]),
            ("@book{, title = {T}}\n@book{a1, title = {T}}", ["1:1 bib-syntax"]),
            ("@book a1,\n title = {T}\n}\n@book{a1, title = {T}}", ["1:1 bib-syntax"]),
            ("@string{s}\n@book{a1, title = {T}}", ["1:1 bib-syntax"]),
            ("@string{s = {S}\n@book{a1, title = {T}}", ["2:1 bib-syntax"]),
            ("@comment{ {\n@book{a1, title = {T}}", ["1:9 bib-syntax"]),
            ("@book{a1, title = {T}, Title = {U}}", ["1:24 duplicate-field"]),
            ("@book{a1, title = {T}}\n@book{a1, title = {T}}", ["2:7 duplicate-key"]),
            ("@book{a1, title = t}", ["1:19 undefined-string"]),
            ("@preamble{t} @book{a1, title = {T}}", ["1:11 undefined-string"]),
        ],
    )
    def test_it_is_told_at_its_place(self, text: str, expected: list[str]) -> None:
        after = "\n\n@book{b1, title = {After}}\n"
        assert faults(text + after) == expected
        assert {"a1", "b1"} <= set(read(text + after).entries)

    def test_what_could_be_read_of_a_broken_entry_is_kept(self) -> None:
        text = "@book{a1,\n title = {T {x},\n year = {1998},\n note = A note here,\n isbn {1},\n}\n"
        assert values(text) == {"title": "T {x}", "year": "1998", "note": "A note here", "isbn": "1"}

    @pytest.mark.parametrize(
        "text",
        [
            "Free text with an @ sign, an address a@b.org, @handle and 100%.\n@book{a1, title = {T}}",
            "@book{a1, abstract = {As in\n@book{b1,\n year = {1998}\n}\n}, title = {T}}".replace("\n@book", " @book"),
            "@book{a1, title = {\\{T\\}}}",
            "@book{a:1/x_y+z.é, title = {T}}",
        ],
    )
    def test_what_is_right_is_let_be(self, text: str) -> None:
        assert faults(text) == []

    @settings(max_examples=400, deadline=None)
    @given(st.one_of(st.text(alphabet='@{}(),=#%"\\ \n\tabk1'), st.lists(SCRAPS, max_size=30).map("".join)))
    def test_no_text_is_too_odd_to_be_read(self, text: str) -> None:
        for problem in read(text).problems:
            assert 1 <= problem.place.line <= text.count("\n") + 1

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(SCRAPS, max_size=40).map("".join))
    def test_pandoc_reads_what_is_made_of_it(self, text: str) -> None:
        found = read("@book{k, a = {b}}" + text)
        as_csl(bibliography.subset(found, list(found.entries)))


class TestFiles:
    def test_what_cannot_be_decoded_is_told_and_read_all_the_same(self, tmp_path: Path) -> None:
        (tmp_path / "bibliography").mkdir()
        (tmp_path / "bibliography/a.bib").write_bytes("% first\n@book{a1, author = {Müller}}\n".encode("cp1252"))
        (tmp_path / "bibliography/b.bib").write_bytes("\ufeff@book{b1, title = {Т}}\r\n".encode())
        (tmp_path / "bibliography/c.bib").write_bytes("@book{c1}".encode("utf-16"))
        (tmp_path / "bibliography/d.bib").write_bytes(b"@book{d1, title = {a\0b}}")
        found = bibliography.read(tmp_path, book())
        assert [f"{p.place} {p.kind}" for p in found.problems] == [
            "bibliography/a.bib:2:22 bib-encoding",
            "bibliography/c.bib:1:1 bib-encoding",
            "bibliography/d.bib:1:21 bib-encoding",
        ]
        assert found.entries["a1"].get("author") == "Müller"
        assert found.entries["b1"].place.column == 1
        assert found.entries["d1"].get("title") == "a b"

    def test_missing_files_background_files_and_the_same_entry_twice(self, tmp_path: Path) -> None:
        (tmp_path / "a.bib").write_text("@book{a1, title = {T}}\n@string{s = {S}}")
        (tmp_path / "b.bib").write_text("@book{a1,\n  title = {T}\n}\n@book{b1, title = s}")
        found = bibliography.read(tmp_path, book(files=("a.bib", "none.bib"), background=("*.bib",)))
        assert [(p.kind, p.place.file) for p in found.problems] == [("missing-bib", "book.yaml")]
        assert [(key, entry.background) for key, entry in found.entries.items()] == [("a1", False), ("b1", True)]
        assert found.entries["b1"].get("title") == "S"

    def test_no_bibliography_is_no_fault(self, tmp_path: Path) -> None:
        found = bibliography.read(tmp_path, book())
        assert (dict(found.entries), found.problems) == ({}, ())

    def test_twenty_thousand_entries_take_a_few_seconds(self) -> None:
        fields = '  author = {Smith, J. and M{\\"u}ller, H.},\n  title = {No.},\n  year = {1998},\n'
        text = "".join(f"@article{{k{i},\n  crossref = {{k{i + 1}}},\n{fields}}}\n\n" for i in range(20_000))
        start = time.process_time()
        found = read(text)
        assert bibliography.cycles(found.entries) == []
        assert len(found.entries) == 20_000
        assert found.problems == ()
        assert time.process_time() - start < 15


class TestInheritance:
    TEXT = """
    @mvcollection{m1, editor = {E}, title = {All}, subtitle = {Sub}, date = {1990/1998}, keywords = {k}}
    @collection{c1, title = {One}, volume = {1}, crossref = {m1}, isbn = {1}}
    @incollection{i1, author = {A}, title = {Part}, crossref = {c1}, xdata = {x1, x2}}
    @xdata{x1, publisher = {P}, title = {Never}, location = {L1}}
    @xdata{x2, location = {L2}}
    @periodical{p1, title = {Rivers}, issn = {2}} @article{q1, title = {Q}, crossref = {p1}}
    @inbook{n1, title = {N}, crossref = {b1}} @book{b1, author = {B}, title = {Book}, titleaddon = {Add}}
    """

    def test_titles_move_up_a_level(self) -> None:
        found = read(self.TEXT)
        fields = {name: field.value for name, field in bibliography.resolved(found.entries["i1"], found).items()}
        assert fields == {
            "author": "A", "title": "Part", "crossref": "c1", "xdata": "x1, x2", "publisher": "P", "location": "L1", "booktitle": "One",
            "volume": "1", "isbn": "1", "editor": "E", "maintitle": "All", "mainsubtitle": "Sub", "date": "1990/1998",
        }  # fmt: skip

    def test_a_periodical_and_a_book_by_one_author(self) -> None:
        found = read(self.TEXT)
        assert bibliography.resolved(found.entries["q1"], found)["journaltitle"].value == "Rivers"
        inside = bibliography.resolved(found.entries["n1"], found)
        assert {name: inside[name].value for name in ("author", "bookauthor", "booktitle", "booktitleaddon")} == {
            "author": "B", "bookauthor": "B", "booktitle": "Book", "booktitleaddon": "Add",
        }  # fmt: skip

    def test_circles_are_found_and_chains_are_none(self) -> None:
        text = """@book{a, crossref = {b}} @book{b, xdata = {c, d}} @book{c, related = {a}} @book{d} @book{e, crossref = {e}}
        @book{f, crossref = {g}} @book{g, entryset = {d, none}}"""
        assert bibliography.cycles(read(text).entries) == [["a", "b", "c"], ["e"]]

    def test_inheritance_ends_in_a_circle(self) -> None:
        found = read("@book{a, crossref = {b}, title = {A}} @book{b, crossref = {a}, publisher = {P}}")
        assert bibliography.resolved(found.entries["a"], found)["publisher"].value == "P"


class TestSubset:
    """What pandoc is given it reads to its end, whatever stands in the files."""

    def test_only_what_is_asked_for_and_its_parents(self) -> None:
        found = read(TestInheritance.TEXT)
        assert [line[:12] for line in bibliography.subset(found, ["i1", "none"]).splitlines() if line.startswith("@")] == [
            "@mvcollectio", "@collection{", "@incollectio", "@xdata{x1,", "@xdata{x2,",
        ]  # fmt: skip

    def test_a_circle_that_would_take_all_memory_is_cut(self) -> None:
        found = read("@book{a, crossref = {b}, title = {A}}\n@book{b, crossref = {a}, title = {B}}\n@book{c, xdata = {c}, title = {C}}")
        bib = bibliography.subset(found, ["a", "c"])
        assert "crossref" not in bib
        assert "xdata" not in bib
        assert b'"title": "A"' in as_csl(bib)

    def test_strings_are_resolved_and_no_field_is_doubled(self) -> None:
        bib = bibliography.subset(read("@string{s = {S}}\n@book{a, title = s # {!}, title = {U}, publisher = undefined}"), ["a"])
        assert bib == "@book{a,\n  title = {S!},\n  publisher = {undefined},\n}\n"

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("100% sure", "100\\% sure"),
            ("100\\% sure", "100\\% sure"),
            ("5$ and", "5\\$ and"),
            ("$x$", "$x$"),
            ("\\input{/etc/passwd}", "input{/etc/passwd}"),
            ("\\includegraphics{x}", "includegraphics{x}"),
            ("\\newcommand{\\b}{\\b\\b}\\b", "newcommand{\\b}{\\b\\b}\\b"),
            ("\\begin{foo} x", "begin{foo} x"),
            ("\\textit{x} \\`{e} \\beginning \\inputs", "\\textit{x} \\`{e} \\beginning \\inputs"),
            ("x \\", "x"),
            ("x \\\\", "x \\\\"),
            ("a {b\\} c", "a b c"),
            ("a\0b\x07\n  c", "ab c"),
            ("^^00", "^{}^00"),
            ("{" * 60 + "a" + "}" * 60, "a"),
        ],
    )
    def test_a_value_is_made_safe(self, value: str, expected: str) -> None:
        assert safe("title", value) == expected
        as_csl(f"@book{{a, title = {{{safe('title', value)}}}}}")

    def test_addresses_are_left_alone(self) -> None:
        assert safe("url", "https://example.org/a%20b_c#d") == "https://example.org/a%20b_c#d"

    def test_keys_that_pandoc_cannot_read_are_left_out(self) -> None:
        found = read(
            "@book{a b, title = {A}}\n@book{c%d, title = {C}}\n@book{¿e, title = {E}}\n@book{f'g:h/i+é, title = {F}}\n@a1{j, title = {J}}"
        )
        bib = bibliography.subset(found, list(found.entries))
        assert [line for line in bib.splitlines() if line.startswith("@")] == ["@book{f'g:h/i+é,", "@misc{j,"]
        as_csl(bib)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.text(alphabet=list(string.printable) + list("éЖ中\\\\{}{}$%"), max_size=25), min_size=1, max_size=30))
    def test_pandoc_reads_to_the_end_whatever_the_values(self, written: list[str]) -> None:
        bib = "".join(f"@book{{k{i},\n  title = {{{safe('title', value)}}},\n}}\n" for i, value in enumerate(written))
        assert as_csl(bib).count(b'"id":') == len(written)


KEY = st.text(alphabet=string.ascii_letters + string.digits + "-_:.", min_size=1, max_size=8).filter(lambda key: key[0].isalnum())
NAME = st.sampled_from(["title", "author", "year", "note", "journal-title", "publisher"])
TEXT = st.lists(st.sampled_from(["a", "B c", "{x}", '{\\"u}', ",", "=", "#", "y@z", "%", "(z)", "\n", "é", "{", "1998"]), max_size=8).map(
    "".join
)
BALANCED = TEXT.map(
    lambda words: words.replace("{x}", "\0").replace('{\\"u}', "\1").replace("{", "").replace("\0", "{x}").replace("\1", '{\\"u}')
)
VALUE = st.one_of(
    BALANCED.map(lambda words: "{" + words + "}"),
    BALANCED.filter(lambda w: '"' not in w).map(lambda words: '"' + words + '"'),
    st.just("1998"),
)


class TestAgainstBibtexparser:
    @settings(max_examples=200, deadline=None)
    @given(st.dictionaries(KEY, st.dictionaries(NAME, VALUE, max_size=4), min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
    def test_both_read_the_same_from_a_sound_file(self, entries: dict[str, dict[str, str]], newline: str) -> None:
        logging.disable(logging.CRITICAL)
        text = "\n\n".join(
            f"@book{{{key},\n" + "".join(f"  {name} = {value},\n" for name, value in fields.items()) + "}"
            for key, fields in entries.items()
        )
        theirs = {entry.key: {f.key: str(f.value) for f in entry.fields} for entry in bibtexparser.parse_string(text).entries}
        found = read(text.replace("\n", newline))
        ours = {key: {name: f.value.replace("\r\n", "\n") for name, f in entry.fields.items()} for key, entry in found.entries.items()}
        assert found.problems == ()
        assert ours == theirs
