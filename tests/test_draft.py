"""The draft: it is built whatever is wrong, says in its margin what there is to say, and carries its map."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path

import pikepdf
import pypdf
import pytest
from drafts import built, copied

from octavo import origins, typst_book
from octavo.review import positions
from octavo.source import Source

HERE = Path(__file__).parent
BROKEN = """# Recognition {#sec-one}

It was signed.[Is this the signed text?]{.query to=author id=Q12} A claim [@nosuchkey, 3] of @fig-nowhere and @sec-two.[^lost]

<!-- query: Should this come first? | answer: No. -->

![A picture that is not there](figures/none.png){#fig-none alt="None"}

![One that is no picture](figures/broken.png){#fig-broken alt="Broken"}

The {++whole ++}army{>>sure?<<} [answered]{.index}.[^note]

[^note]: A note of its own
    on two lines.

| Year | Event |
|------|-------|
| 1922 | Rapallo |

: Treaties {#tbl-treaties}

* one item
* another item
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with everything wrong, and its draft with citation keys."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "chapters/figures").mkdir(parents=True)
    (folder / "book.yaml").write_text("title: Broken\nlanguage: en\nchapters: [one.md, two.md, gone.md]\n")
    (folder / "chapters/one.md").write_text(BROKEN)
    (folder / "chapters/two.md").write_text("# Two {#sec-two}\n\nTo be read [@smith1998].\n")
    (folder / "chapters/figures/broken.png").write_bytes(b"no picture")
    (folder / "bibliography").mkdir()
    (folder / "bibliography/a.bib").write_text("@book{smith1998, author = {Smith, Ann}, title = {A Title}, date = {1998}}\n")
    built(folder, "true")
    return folder


@pytest.fixture(scope="module")
def pages(broken: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(broken / "output/draft.pdf").pages]


class TestBroken:
    def test_it_is_built_and_says_that_it_is_uncommitted(self, pages: list[str]) -> None:
        assert all(re.search(r"Draft, \d+ \w+ \d{4}, uncommitted", page) for page in pages)

    def test_what_is_unresolved_stands_in_the_text(self, pages: list[str]) -> None:
        text = " ".join(pages)
        for box in ("?nosuchkey?", "?fig-nowhere?", "[^lost]"):
            assert box in text

    def test_findings_stand_in_the_margin_and_in_a_list(self, pages: list[str]) -> None:
        opening = next(page for page in pages if "It was signed" in page)
        for code in ("CIT001", "REF001", "NOT001", "FIG001"):
            assert code in opening
            assert sum(code in page for page in pages) == 2

    def test_queries_are_numbered_and_listed(self, pages: list[str]) -> None:
        opening = next(page for page in pages if "It was signed" in page)
        assert "It was signed.Q1" in opening
        assert "Q1 Q12 → author Is this the signed text?" in opening
        listed = next(page for page in pages if "Author queries" in page and "It was" not in page and "Contents" not in page)
        assert "Should this come first?" in listed
        assert "Answer: No." in listed

    def test_citation_keys_and_places_stand_in_the_margin(self, pages: list[str]) -> None:
        page = next(page for page in pages if "To be read" in page)
        assert "smith1998" in page
        assert "02:3" in page
        assert any("01 chapters/one.md" in page for page in pages)

    def test_it_carries_its_map_and_each_page_its_number(self, broken: Path) -> None:
        with pikepdf.open(broken / "output/draft.pdf") as pdf:
            ((digest, found),) = positions.get(pdf).items()
            assert [positions.page_of(page.obj) for page in pdf.pages] == [(digest, n) for n in range(1, len(pdf.pages) + 1)]
        assert (found.commit, found.clean) == ("", False)
        source = BROKEN.split("\n")
        for piece in found.pieces:
            for at in range(len(piece.words)):
                file, line = piece.line_of(at)
                if found.files[file] == "chapters/one.md" and piece.words[at] in (
                    "signed",
                    "army",
                    "note",
                    "lines",
                    "rapallo",
                    "treaties",
                    "another",
                ):
                    assert piece.words[at] in source[line - 1].casefold()

    def test_the_map_has_nothing_that_the_draft_does_not_show(self, broken: Path) -> None:
        with pikepdf.open(broken / "output/draft.pdf") as pdf:
            (found,) = positions.get(pdf).values()
        assert "first" not in {word for piece in found.pieces for word in piece.words}


@pytest.fixture(scope="module")
def sampler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(HERE / "books/sampler", tmp_path_factory.mktemp("sampler"))
    built(folder)
    return folder


class TestSampler:
    def test_the_foot_names_the_commit(self, sampler: Path) -> None:
        with pikepdf.open(sampler / "output/draft.pdf") as pdf:
            (found,) = positions.get(pdf).values()
        assert found.clean
        assert f"commit {found.commit[:7]}" in pypdf.PdfReader(sampler / "output/draft.pdf").pages[3].extract_text()

    def test_it_is_accessible_and_has_no_blank_page(self, sampler: Path) -> None:
        with pikepdf.open(sampler / "output/draft.pdf") as pdf:
            assert "/StructTreeRoot" in pdf.Root
            assert b"pdfuaid:part" in pdf.Root.Metadata.read_bytes()
        assert all(len(page.extract_text()) > 60 for page in pypdf.PdfReader(sampler / "output/draft.pdf").pages)

    def test_lines_are_numbered_from_one_on_each_page(self, sampler: Path) -> None:
        numbers = [re.findall(r"(?m)^(5|10|15)$", page.extract_text()) for page in pypdf.PdfReader(sampler / "output/draft.pdf").pages]
        assert sum("5" in found for found in numbers) >= 4

    def test_two_drafts_are_the_same_bytes(self, sampler: Path) -> None:
        first = (sampler / "output/draft.pdf").read_bytes()
        assert built(sampler).read_bytes() == first

    def test_the_print_edition_knows_nothing_of_it(self, sampler: Path) -> None:
        with contextlib.chdir(sampler):
            from octavo import tools

            record = tools.read_json(Path("output/work/4-cited/book.json"))
        assert "draft" not in record
        assert not any("#at(" in text for text in typst_book.sources(record).values())


class TestOrigins:
    def words(self, text: str, **files: str) -> list[tuple[str, str, int]]:
        given = {"chapters/a.md": text} | {name.replace("__", "/").replace("_", "."): content for name, content in files.items()}
        return [(word, origin.file, origin.line) for word, origin in origins.Sources(given.get).words("chapters/a.md")]

    def test_a_note_comes_where_it_is_called(self) -> None:
        found = self.words("One[^x] two.\n\n[^x]: three\n")
        assert [(word, line) for word, _, line in found] == [("one", 1), ("three", 3), ("two", 1)]

    def test_marks_are_no_words(self) -> None:
        found = self.words('[One]{.index entry="none"} [two](none.md "none") <!-- none --> [q]{.query} @three `four`.\n')
        assert [word for word, _, _ in found] == ["one", "two", "@three", "four"]

    def test_an_included_file_stands_in_place(self) -> None:
        found = self.words("One.\n\n```{.include}\nb.md\n```\n\nTwo.\n", chapters__b_md="Inner.\n")
        assert found == [("one", "chapters/a.md", 1), ("inner", "chapters/b.md", 1), ("two", "chapters/a.md", 7)]

    def test_a_table_from_data_has_the_lines_of_its_rows(self) -> None:
        text = '```{.table #tbl-x file=d.csv where="k=b"}\nCaption\n```\n'
        found = self.words(text, chapters__d_csv="n,k\nOne,a\nTwo,b\n")
        assert ("two", "chapters/d.csv", 3) in found
        assert not any(word == "one" for word, _, _ in found)
        assert ("caption", "chapters/a.md", 2) in found

    def test_places_are_those_of_the_text(self) -> None:
        text = "# Naïve *Ideas*\n\nÉcole – “école”.\n"
        for word, origin in origins.Sources({"a.md": text}.get).words("a.md"):
            assert origins.normal(text[origin.start : origin.end]) == word
            assert Source("a.md", text).place(origin.start).line == origin.line


def test_a_book_that_overrides_the_template_overrides_that_of_the_draft(sampler: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(sampler, folder)
    (folder / "editions/pdf").mkdir(parents=True)
    ours = (HERE.parent / "editions/pdf/draft.typ").read_text()
    (folder / "editions/pdf/draft.typ").write_text(ours.replace('"Q" + str', '"Question " + str'))
    text = (folder / "chapters/harbours.md").read_text() + "\n\nWhy?[So?]{.query}\n"
    (folder / "chapters/harbours.md").write_text(text)
    assert "Question 1" in " ".join(page.extract_text() for page in pypdf.PdfReader(built(folder)).pages)
