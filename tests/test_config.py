"""book.yaml: what is read, what is refused and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavo import config
from octavo.model import UserError

GOOD = "title: A Book\nlanguage: en\nchapters: [one.md]\n"


def load(tmp_path: Path, source: str | bytes) -> object:
    (tmp_path / "book.yaml").write_bytes(source.encode() if isinstance(source, str) else source)
    return config.load(tmp_path)


def refused(tmp_path: Path, source: str | bytes) -> str:
    with pytest.raises(UserError) as caught:
        load(tmp_path, source)
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_the_smallest_book_has_the_defaults_that_a_scholar_would_choose(tmp_path: Path) -> None:
    book = load(tmp_path, GOOD)
    assert isinstance(book, config.Book)
    assert (book.slug, book.bibliography.csl, book.notes.reset) == ("a-book", "chicago-notes-bibliography", "chapter")
    assert [file.file for file in book.chapters] == ["chapters/one.md"]
    assert str(book.place("chapters.0")) == "book.yaml:3:12"


def test_files_stand_in_the_order_of_the_book(tmp_path: Path) -> None:
    book = load(
        tmp_path, "title: T\nlanguage: de\nback: [z.md]\nappendices: [a.md]\nparts: [{title: P, chapters: [c.md]}]\nfront: [f.md]\n"
    )
    assert isinstance(book, config.Book)
    assert [(file.slug, file.kind, file.number) for file in book.chapters] == [
        ("f", "front", 1),
        ("c", "chapter", 2),
        ("a", "appendix", 3),
        ("z", "back", 4),
    ]
    assert book.chapters[1].part == book.parts[0].label == "part-p"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("titel: A\nchapters: [a.md]\n", "book.yaml:1:1: unknown key `titel`, did you mean `title`?"),
        ("title: A\n", "book.yaml:1:1: `chapters` is missing"),
        ("title: A\nchapters: one.md\n", "book.yaml:2:1: `chapters` must be a list"),
        ("title: A\ntitle: B\nchapters: [a.md]\n", "book.yaml:2:1: `title` is given twice"),
        ("title: A\nchapters: [a.md\n", "this is not YAML"),
        ("title: A\nversion: 1.10\nchapters: [a.md]\n", "book.yaml:2:1: `version` must be text"),
        ("title: A\nchapters: [../../secret.md]\n", "book.yaml:2:12: `../../secret.md` lies outside chapters/"),
        ("title: A\nchapters: [a.md]\nnotes: {reset: page}\n", "`notes.reset` must be one of chapter, book, not `page`"),
        ("title: A\nchapters: [a.md]\nbibliography: {csl: chicago-note-bibliography}\n", "did you mean `chicago-notes-bibliography`?"),
        ("title: A\nchapters: [a.md]\nchecks: {key_pattern: '[a-z'}\n", "book.yaml:3:10: `checks.key_pattern` is no regular expression"),
        ("title: &x A\nchapters: [*x]\n", "anchors and aliases"),
        ("- a\n- b\n", "the file has no keys"),
        ("", "the file has no keys"),
        (b"title: \xe9\n", "not UTF-8"),
        (b"title: a\0b\n", "NUL"),
    ],
)
def test_a_fault_is_one_line_with_its_place(tmp_path: Path, source: str | bytes, said: str) -> None:
    assert said in refused(tmp_path, source)


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError) as caught:
        load(tmp_path, "title: 5\nlanguag: en\nchapters: [a.txt]\n")
    assert [problem.place.line for problem in caught.value.problems] == [1, 2, 3]


def test_without_book_yaml_there_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no book.yaml"):
        config.load(tmp_path)


def test_yaml_is_1_2(tmp_path: Path) -> None:
    book = load(tmp_path, "title: No\nlanguage: no\ndate: 2026-11-22\nchapters: [a.md]\n")
    assert isinstance(book, config.Book)
    assert (book.title, book.language, book.date) == ("No", "no", "2026-11-22")


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("De l’État", "de-letat"),
        ("Straße & Co.", "strasse-co"),
        ("Łódź 1905", "lodz-1905"),
        ("Война и мир", "432-43e-439-43d-430-438-43c-438-440"),
    ],
)
def test_slugs_are_plain(words: str, slug: str) -> None:
    assert config.slug_of(words) == slug


def test_two_files_never_share_a_page(tmp_path: Path) -> None:
    book = load(tmp_path, "title: T\nlanguage: en\nchapters: [a b.md, a-b.md, index.md]\n")
    assert isinstance(book, config.Book)
    assert [file.slug for file in book.chapters] == ["a-b", "a-b-2", "index-2"]
