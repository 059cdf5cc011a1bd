"""Names as biblatex takes them apart, places within values, and what pandoc makes of LaTeX in a .bib file."""

from __future__ import annotations

import json

import pytest

from octavo import bibliography, tools
from octavo.bibliography.latex import masked, read
from octavo.bibliography.names import names
from octavo.bibliography.within import within
from octavo.checks import latex_commands
from octavo.checks.styles import prints


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("Ludwig van Beethoven", ("van", "Beethoven", "Ludwig", "")),
        ("de la Vall{\\'e}e Poussin, Charles", ("de la", "Vallée Poussin", "Charles", "")),
        ("King, Jr., Martin Luther", ("", "King", "Martin Luther", "Jr.")),
        ("C\\'{e}dric Fran\\c{c}ois", ("", "François", "Cédric", "")),
        ("{\\v C}i{\\v c}erin, G. V.", ("", "Čičerin", "G. V.", "")),
        ("given={Jean, Pierre}, family=Simon, prefix=de", ("de", "Simon", "Jean, Pierre", "")),
        ("{Federal Research Division}", ("", "Federal Research Division", "", "")),
        ("毛泽东", ("", "毛泽东", "", "")),
    ],
)
def test_a_name_is_taken_apart(value: str, parts: tuple[str, str, str, str]) -> None:
    (name,) = names(value)
    assert (name.prefix, name.family, name.given, name.suffix) == parts


def test_only_and_outside_of_braces_divides_names() -> None:
    found = names("{Marks and Spencer} and Anders Anden\n  and others and")
    assert [name.text for name in found] == ["{Marks and Spencer}", "Anders Anden", "others", ""]
    assert [name.is_person for name in found] == [False, True, False, False]


def test_a_masked_value_keeps_its_length_and_its_words() -> None:
    value = "M{\\\"u}ller's {USSR} and $x$ \\emph{a}"
    assert len(masked(value)) == len(value)
    assert "USSR" in masked(value)
    assert "x" not in masked(value)
    assert read(value) == "Müller's USSR and $x$ a"


def test_a_place_is_found_through_pieces_and_line_breaks() -> None:
    text = '@string{ab = "Abc"}\n  @book{k, title = {A b\n   second word},\n author = "Foo " # ab # { and X; Y},\n}'
    found = bibliography.read_text("x.bib", text)
    entry = found.entries["k"]
    title, author = entry.fields["title"], entry.fields["author"]
    start = title.value.index("word")
    assert str(within(entry, title, start, start + 4)) == "x.bib:3:11"
    start = author.value.index("X;")
    assert str(within(entry, author, start, start + 2, found.strings)) == "x.bib:4:31"
    assert str(within(entry, author, 4, 6, found.strings)) == "x.bib:4:20"


def test_pandoc_makes_text_of_every_command_that_is_called_known() -> None:
    """What a later pandoc no longer knows, or newly knows, is seen here."""
    needs = {
        "textcolor": "{red}",
        "foreignlanguage": "{german}",
        "foreignquote": "{german}",
        "SI": "{1}",
        "qty": "{1}",
        "href": "{http://a.b}",
    }
    known = sorted(latex_commands.KNOWN)
    asked = [*known, "mysc", "cyr", "textendash", "mbox"]
    text = "".join(f"@misc{{k{i}, title = {{x \\{name}{needs.get(name, '')}{{a}} y}}}}\n" for i, name in enumerate(asked))
    made = json.loads(tools.pandoc(["-f", "biblatex", "-t", "json"], text.encode(), seconds=60))
    titles = {}
    for work in made["meta"]["references"]["c"]:
        key = work["c"]["id"]["c"]
        titles[key if isinstance(key, str) else key[0]["c"]] = json.dumps(work["c"].get("title"))
    raw = {name for i, name in enumerate(asked) if "RawInline" in titles[f"k{i}"] or titles[f"k{i}"] == "null"}
    assert raw == {"mysc", "cyr", "textendash", "mbox"}


@pytest.mark.parametrize(("test", "expected"), [('type="book"', True), ('type="article"', False), ('variable="DOI"', False)])
def test_a_style_is_followed_as_for_a_book(test: str, expected: bool) -> None:
    style = (
        '<style xmlns="http://purl.org/net/xbiblio/csl"><macro name="place"><text variable="publisher-place"/></macro>'
        f'<bibliography><layout><choose><if {test}><text macro="place"/></if></choose></layout></bibliography></style>'
    )
    assert prints(style, "publisher-place") is expected
    assert not prints("<style", "publisher-place")
