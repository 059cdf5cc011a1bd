"""The tree and the source hold together: whatever pandoc's tree of a chapter has is found in the source at its own place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octavo import parse, tree
from octavo.checks.manuscript import Text
from octavo.model import Chapter, ChapterFile, Node, Place
from octavo.source import Source, look

FILE = ChapterFile("chapters/one.md", "one", "chapter", 1)
WORDS = [
    "so",
    "*was*",
    "“said”",
    "漢字",
    "e\u0301a",
    "x:",
    "1922",
    "(see below)",
    "it's",
    "–",
    "50%",
    "\\$5",
    "a@b.org",
    "@",
    "😀",
    "a\tb",
    "\\@no",
    "[sic]",
]
TRAPS = ["`@no`", "<!-- @no [^no] -->", "$@no$", "<https://x.org/@no>", "<b title='@no'>b</b>", "`<i>@no</i>`{=html}", "\\<"]
PIECES = [
    "@KEY", "[@KEY]", "[-@KEY, p. 3]", "-@KEY", "[see @KEY; @KEY, 4--5]", "@KEY [p. 3]", "@KEY [p. 3; @KEY]", "(@KEY)", "“@KEY”", "*@KEY*",
    "[@{KEY}]", "@{KEY}", "**[@KEY]**,", "^[@KEY and [@KEY, 3].]", "[l @KEY](TARGET.md)", "[l](TARGET.md \"@no\")", "![i @KEY](IMAGE.png)",
    "[s [@KEY]]{#LABEL .x}",
    "[l](<TARGET.md>)", "[^NOTE]", "`c`{#LABEL}", "‘[@KEY]’", "[@KEY,\n  12]", "[@same]", "@same", "[^NOTE]",
]  # fmt: skip
BLOCKS = [
    "{}", "{}\n{}", "> {}\n> {}", "> - {}\n>\n>   {}", "- {}\n- {}\n\n    - {}\n\n        1.  {}", "1.  {}\n\n    {}", "::: aside\n{}\n:::",
    "::: {{#LABEL .x}}\n{}\n:::", "Term {}\n\n:   {}\n\n    {}", "| {}\n| {}", "(@) {}", "<div id=\"LABEL\">\n\n{}\n\n</div>",
]  # fmt: skip
HEADINGS = ["# HEAD {} {{#LABEL}}", "## {} HEAD", "### *HEAD* {} {{#LABEL .unnumbered}}", "HEAD {}\n====", "HEAD {} {{#LABEL}}\n----"]
TABLES = [
    "| a {} | b |\n|---|---|\n| {} | d |\n\n: C {} {{#LABEL}}",
    "Table: C {}\n\n| a | b |\n|:--|--:|\n| {} | d |",
    "  a        b\n-----  --------------------------------------------------------------------\nx      {}\n\n: C {} {{#LABEL}}",
    f"{'-' * 74}\n a    b\n----- {'-' * 68}\n x    {{}}\n      and more\n\n y    z\n{'-' * 74}\n\n: C {{}}",
]  # fmt: skip
OTHERS = [
    "```\n@no [^no] {#no}\n```", "    @no", "<!--\n@no\n-->", "``` {#LABEL .py}\n@no\n```", "\\begin{x}\n@no\n\\end{x}",
    "```{=html}\n<b>@no</b>\n```",
    "![C @KEY.](IMAGE.png){#LABEL}", "[name]: TARGET.md", "---\na: '@no'\n---", "* * *", "<script>\nvar a = '@no';\n</script>",
]  # fmt: skip
INLINES = st.lists(st.sampled_from([*WORDS, *TRAPS, *PIECES, *PIECES]), min_size=1, max_size=4).map(" ".join)
NARROW = st.lists(st.sampled_from([*WORDS, *(p for p in PIECES if "\n" not in p and len(p) < 18)]), min_size=1, max_size=2).map(" ".join)


def _filled(form: str, inlines: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inlines, min_size=form.count("{}"), max_size=form.count("{}")).map(lambda parts: _put(form, parts))


def _put(form: str, parts: list[str]) -> str:
    """The parts in the places of a form, each line of them indented as the form's line is."""
    out = form
    for part in parts:
        at = out.index("{}")
        lead = re.match(r"[ >]*", out[out.rfind("\n", 0, at) + 1 :])
        out = out[:at] + part.replace("\n", "\n" + (lead[0] if lead else "")) + out[at + 2 :]
    return out.replace("{{", "{").replace("}}", "}")


def _grid(cell: str) -> str:
    rule = "+" + "-" * 76 + "+----+\n"
    return f"{rule}| {'a':<74} | b  |\n{rule.replace('-', '=')}| {cell:<74} | d  |\n{rule}"


BLOCK = st.one_of(
    *(_filled(form, INLINES) for form in BLOCKS),
    *(_filled(form, NARROW) for form in (*HEADINGS, *TABLES)),
    st.sampled_from(OTHERS),
    NARROW.filter(lambda cell: len(cell) < 60 and cell.isascii()).map(_grid),
)
CHAPTER = st.lists(BLOCK, min_size=1, max_size=7)
NOTES = ["\n\n[^NOTE]: {}\n", "\n\n[^NOTE]: {}\n    {}\n\n    {}\n\n    - {}\n", "\n\n[^NOTE]:\n    {}\n"]


def _numbered(text: str, notes: list[str]) -> str:
    """The text with a name of its own for each key, label, target and image, and its notes at the end, far from their marks."""
    count = 0

    def name(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"{found[0].lower()}{count}x"

    marks: list[str] = []

    def mark(_: re.Match[str]) -> str:
        marks.append(f"n{len(marks)}")
        return f"[^{marks[-1]}]"

    text = re.sub(r"\[\^NOTE\]", mark, text)
    for number, label in enumerate(marks):
        text += notes[number % len(notes)].replace("NOTE", label).replace("[^n", "[^n", 1) if notes else f"\n\n[^{label}]: Note.\n"
    return re.sub(r"KEY|LABEL|TARGET|IMAGE|HEAD", name, text)


def _without_marks(text: str) -> str:
    return text.replace("[^NOTE]", "@KEY")


DEFINITIONS = st.lists(
    st.sampled_from(NOTES).flatmap(lambda form: _filled(form, INLINES.map(_without_marks).filter(lambda t: "^[" not in t))), max_size=4
)


def read(written: str) -> Text:
    raw = written.encode()
    return Text(Chapter(FILE, parse._tree(raw)["blocks"], {}, []), Source.of(FILE.file, raw))


def at(text: Text, place: Place) -> str:
    source = text.source
    return source.text[source.offset(place.line, place.column) : source.offset(place.end_line, place.end_column)]


class TestEverythingInTheTreeHasItsPlace:
    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(CHAPTER, DEFINITIONS, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff", "---\nlang: en # @no\n---\n\n"]))
    def test_keys_labels_links_images_and_headings(self, parts: list[str], notes: list[str], newline: str, before: str) -> None:
        written = (before + _numbered("\n\n".join(parts) + "\n", notes)).replace("\n", newline)
        if look(FILE.file, written.encode()):
            return
        text = read(written)
        cited = [c["citationId"] for element, _ in text.nodes["Cite"] for c in element["c"][0]]
        assert set(cited) == {c["citationId"] for block in text.blocks for c in _citations(block)}
        assert [citation.key for citation in text.citations] == cited
        assert "no" not in cited
        for citation in text.citations:
            assert at(text, citation.place) in (f"@{citation.key}", f"@{{{citation.key}}}")
        for label in text.labels:
            assert not label.is_explicit or at(text, label.place).strip("\"'") in (f"#{label.name}", label.name)
            assert label.is_explicit or not re.fullmatch(r"label\d+x", label.name)
        for found in (*text.links, *text.images):
            place = found.path if hasattr(found, "path") else found.place
            assert at(text, place) == found.url or "@" in found.url or ":" in found.url
        assert len(text.headers) == len(text.nodes["Header"])
        for header in text.headers:
            named = re.search(r"head\d+x", tree.plain(header.node["c"][2]))
            assert named
            assert named[0] in at(text, header.place)

    def test_doubles_are_told_apart_in_the_order_of_the_text(self) -> None:
        written = "# @a1\n\nb[^n] @a1 `@a1`\n\n[^n]: c @a1\n\n| @a1 |\n|---|\n| [@a1](x.md) |\n\n: @a1\n\n![@a1](b.png)\n\n@a1\n"
        found = [(citation.place.line, citation.place.column) for citation in read(written).citations]
        assert found == [(1, 3), (5, 9), (3, 7), (7, 3), (9, 4), (11, 3), (13, 3), (15, 1)]

    def test_what_the_source_has_not_is_placed_at_its_block(self) -> None:
        text = read("First words.\n\nSecond words of a chapter.\n")
        text.blocks[1]["c"].append(tree.node("Cite", [{"citationId": "gone"}], []))
        assert [(c.key, c.place.line) for c in text.citations] == [("gone", 3)]


def _citations(block: Node) -> Iterator[Node]:
    return (citation for element in tree.walk(block) if element["t"] == "Cite" for citation in element["c"][0])
