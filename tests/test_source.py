"""A chapter as text: what pandoc must not be shown, and that what the tree has is found in the source at its place."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octavo import parse, tree
from octavo.model import Node, Place, UserError
from octavo.source import Source, look, refusal, same_target


def blocks(text: str) -> list[Node]:
    found: list[Node] = parse._tree(text.encode())["blocks"]
    return found


def kinds(text: str | bytes) -> list[str]:
    raw = text if isinstance(text, bytes) else text.encode()
    return [f"{problem.kind} {problem.place.line}:{problem.place.column}" for problem in look("c.md", raw)]


class TestLook:
    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            (b"one\nZ\xfcrich", ["encoding 2:2"]),
            ("\ufeffé\n".encode() + b"\xff", ["encoding 2:1"]),
            ("Rosa".encode("utf-16"), ["encoding 1:1"]),
            (b"a\nb\0c", ["nul 2:2"]),
            (b"a\x0bb", []),
            ("a\uffffb", ["nul 1:2"]),
            ("[" * 9 + "a" + "]" * 9, ["nesting 1:1"]),
            ("a [b " * 13, ["nesting 1:3"]),
            ("[@a " * 9, ["nesting 1:1"]),
            ("^[a " * 13, ["nesting 1:2"]),
            ("![a " * 13, ["nesting 1:2"]),
            ("x\n\n" + "<span>" * 13, ["nesting 3:1"]),
            ("<" * 2001, ["nesting 1:2001"]),
            ("\"a 'b " * 20, ["nesting 1:91"]),
            (">" * 51 + " a", ["nesting 1:1"]),
            ("".join("  " * i + "- a\n" for i in range(52)), ["nesting 51:1"]),
            ("- " * 51 + "a", ["nesting 1:1"]),
            ("::: a\n" * 51, ["nesting 51:1"]),
            ("\\begin{a} " * 101, ["nesting 1:1001"]),
            ("a" * 1_000_001, ["nesting 1:1"]),
            ("---\na: &x [1]\nb: *x\n---\n", ["metadata 2:4"]),
            ("text\n\n---\na: [&x 1, *x]\n...\n", ["metadata 4:5"]),
        ],
    )
    def test_what_pandoc_must_not_be_shown(self, raw: str | bytes, expected: list[str]) -> None:
        assert kinds(raw) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\ufeff# Preface\r\n\r\nText.\tTab\r\n",
            "[" * 8 + "a" + "]" * 8,
            "\\[" * 40,
            "`" + "[" * 40 + "`",
            "$" + "[" * 40 + "$",
            "```\n" + "[" * 40 + "\n```\n",
            "    " + "[" * 40 + "\n",
            "<!-- " + "[" * 40 + " -->",
            "<https://example.org/" + "[" * 10 + ">",
            "The intervals [0, 1), [1, 2) and [2, 3).\n\n" * 30,
            "| a | [0, 1) |\n|---|---|\n" + "| b | [1, 2) |\n" * 40,
            "- [ ] a task [0, 1)\n" * 40,
            "+---+\n| [ |\n+---+\n" * 20,
            "<span>a</span> " * 300,
            "<div>\n\n" * 40 + "</div>\n\n" * 40,
            "a < b and <em>c</em>\n\n" * 500,
            "“a ‘b” " * 100 + "it's \"so\" 'said' " * 100,
            "---\ntitle: R&D, *so to speak*, a & b\nabstract: '&x *y'\n# &z\n---\n",
            "a\n\n---\n\n* * *\n\n& so on\n\n---\n",
            "> quoted\n" * 100,
            "- a\n\n    - b\n\n        - c\n" * 60,
            "::: a\n:::\n\n" * 100,
            "\\begin{a}\\end{a}\n" * 200,
        ],
    )
    def test_sane_text_is_let_be(self, text: str) -> None:
        assert kinds(text) == []

    def test_what_is_let_be_does_not_hang_pandoc(self) -> None:
        start = time.monotonic()
        for text in (
            "[" * 8 + "a" + "]" * 8,
            "in [0, 1) and " * 12,
            "[@a " * 8,
            "\"a 'b " * 14,
            "<span>" * 12,
            "[a " * 4 + "[" * 8 + "b" + "]" * 8,
        ):
            assert kinds(text) == []
            blocks(text)
        assert time.monotonic() - start < 300

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=300))
    def test_it_never_fails(self, raw: bytes) -> None:
        look("c.md", raw)

    def test_a_long_chapter_is_looked_at_quickly(self) -> None:
        text = "\n\n".join('para [b] $x$ `c` <b>x</b> "q" it\'s [@a, p. 3].^[note] ' * 10 for _ in range(1000))
        start = time.monotonic()
        assert kinds(text) == []
        assert time.monotonic() - start < 3


class TestRefusal:
    def test_a_fault_in_the_header_stands_where_yaml_says(self) -> None:
        raw = b"# Title\n\n---\ntitle: [One\nauthor: Ada\n---\n"
        with pytest.raises(UserError) as caught:
            parse._tree(raw)
        problem = refusal("c.md", raw, caught.value.message)
        assert (problem.kind, problem.place.line) == ("metadata", 5)
        assert problem.detail == "while parsing a flow sequence: did not find expected ',' or ']'"

    def test_pandoc_s_own_words_of_the_place_are_read(self) -> None:
        said = "Error parsing YAML metadata at (line 3, column 1):\nYAML parse exception at line 2, column 4,\nfound unexpected end"
        assert refusal("c.md", b'a\n\n---\na: "x\n---\n', said).place == Place("c.md", 5, 5, 5, 6)

    @pytest.mark.parametrize(
        ("said", "kind"),
        [
            ("pandoc did not finish within 60 seconds and was stopped", "nesting"),
            ("pandoc failed (251): pandoc: Heap exhausted;", "nesting"),
            ("pandoc failed (1): it said nothing", "unreadable"),
        ],
    )
    def test_other_refusals_stand_at_the_top(self, said: str, kind: str) -> None:
        assert (refusal("c.md", b"text", said).kind, refusal("c.md", b"text", said).place) == (kind, Place("c.md"))


class TestMask:
    @pytest.mark.parametrize(
        ("text", "hidden"),
        [
            ("a `code` b", "`code`"),
            ("a `` co`de `` b", "`` co`de ``"),
            ("a <!-- b\n\nc --> d", "<!-- b\n\nc -->"),
            ("a $x_1$ b", "$x_1$"),
            ("$$\nx\n$$ {#eq-x}", "$$\nx\n$$"),
            ("a <b title='@b'> c", "<b title='@b'>"),
            ("---\na: b\n---\n\nc", "---\na: b\n---\n"),
            ("a\n\n```py\nb\n```\nc", "```py\nb\n```\n"),
            ("> ~~~\n> b\n> ~~~\n", "~~~\n> b\n> ~~~\n"),
            ("- a\n\n  ```\n  b\n  ```\n", "```\n  b\n  ```\n"),
            ("a\n\n    code\n\nb", "    code\n"),
            ("- a\n\n        code\n", "        code\n"),
            ("<script>\nvar a = '@b';\n</script>\n", "<script>\nvar a = '@b';\n</script>"),
            ("\\begin{equation}\na\n\\end{equation}", "\\begin{equation}\na\n\\end{equation}"),
        ],
    )
    def test_what_is_no_prose_turns_to_spaces(self, text: str, hidden: str) -> None:
        source = Source("c.md", text)
        start = text.index(hidden)
        blanked = re.sub(r"[^\n]", " ", hidden)
        assert source.masked == text[:start] + blanked + text[start + len(hidden) :]

    @pytest.mark.parametrize(
        "text",
        [
            "it costs $5 and $6",
            "a \\`b\\` c",
            "- a\n\n    b",
            "[^1]: a\n\n    b\n",
            "a\n    b",
            "``` not closed\n\ntext",
            "<!-- not closed",
            "a < b > c",
            "`not\n\nclosed`",
            "1986) a\n\n---\n\n- a: b\n\n---\n",
        ],
    )
    def test_prose_stays(self, text: str) -> None:
        assert Source("c.md", text).masked == text

    def test_what_is_never_closed_is_told(self) -> None:
        source = Source("c.md", "a\n\n```\nb\n\nc <!-- d\n")
        assert [(source.text[at : at + 3], what) for at, what in source.unclosed] == [("```", "code block"), ("<!-", "comment")]

    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(
            st.sampled_from([*"ab @[]`$<>-!#*_~\n\t:{}()\\\"'|.&", "\r\n", "<!--", "-->", "```", "中", "e\u0301", "---\n"]), max_size=90
        )
    )
    def test_the_mask_is_as_long_as_the_text_and_keeps_its_lines(self, parts: list[str]) -> None:
        source = Source("c.md", "".join(parts))
        for other in (source.masked, source.prose):
            assert len(other) == len(source.text)
            assert [i for i, c in enumerate(other) if c == "\n"] == [i for i, c in enumerate(source.text) if c == "\n"]
        for mark in (*source.citations, *source.labels, *source.note_marks):
            place = source.place(mark.start, mark.end)
            assert source.offset(place.line, place.column) == mark.start


class TestPlaces:
    def test_lines_and_columns_count_characters_from_one(self) -> None:
        source = Source.of("c.md", "\ufeffe\u0301\t中😀 @a1\r\n\r\n@b2".encode())
        assert source.bom
        first, second = source.citations
        assert source.place(first.start, first.end) == Place("c.md", 1, 7, 1, 10)
        assert source.place(second.start, second.end) == Place("c.md", 3, 1, 3, 4)
        assert source.line(1) == "e\u0301\t中😀 @a1"
        assert source.line(9) == ""

    def test_a_note_is_read_where_it_is_called(self) -> None:
        source = Source("c.md", "a[^n] @b1\n\n[^n]: @c1\n\n    @d1\n\n@e1\n\n[^never]: @f1\n")
        read = [(source.reading_order(mark.start), mark.text) for mark in source.citations]
        assert [text for order, text in sorted((o, t) for o, t in read if o is not None)] == ["c1", "d1", "b1", "e1"]

    def test_what_may_be_a_citation_within_an_address_is_kept_apart(self) -> None:
        source = Source("c.md", "[https://x.org/@a1](https://x.org/@a2) y.org/@a3 @a4 <https://x.org/@a5>")
        assert [mark.text for mark in source.citations] == ["a4"]
        assert [mark.text for mark in source.doubtful_citations] == ["a1", "a2", "a3", "a5"]

    @pytest.mark.parametrize(
        ("written", "tree_has"),
        [("a%20b.png", "a%20b.png"), ("a b.png", "a%20b.png"), ("a\\_b.png", "a_b.png"), ("é.md", "%C3%A9.md"), ("x(1).md", "x(1).md")],
    )
    def test_a_target_is_known_in_both_spellings(self, written: str, tree_has: str) -> None:
        assert same_target(written, tree_has)

    def test_targets_with_titles_parentheses_and_by_reference(self) -> None:
        text = 'x [a](b.md "t") ![c](d(1).png){.x} [e](<f g.md>)\n\n[r]: h.md "t"\n\n<a href="i.md">i</a> <https://j.k>'
        found = [(t.text, t.is_image) for t in Source("c.md", text).targets]
        assert found == [("b.md", False), ("d(1).png", True), ("f g.md", False), ("h.md", False), ("i.md", False), ("https://j.k", False)]

    def test_divs_that_stay_open(self) -> None:
        source = Source("c.md", ":::: {.a}\n::: b\n:::\n> ::: c\n\n```\n::: d\n```\n")
        assert [mark.text for mark in source.unclosed_divs] == ["{.a}", "c"]

    def test_fences_that_pandoc_leaves_as_text(self) -> None:
        text = "Text\n::: a\nx\n:::\n\n::: {.b\n:::\n\n::: c\n\n::: d\n:::\n:::\n\n::: two words\n\na ::: b\n"
        source = Source("c.md", text)
        assert [source.place(mark.start).line for mark in source.idle_fences] == [2, 4, 15]
        assert sum(element["c"] == ":::" for element in tree.walk(blocks(text)) if element["t"] == "Str") == 4  # one within a line


WORDS = st.sampled_from(
    ["so", "it", "*was*", "“said”", "a_b", "x:", "1922", "(see", "below)", "e.g.", "it's", "–", "50%", "$5", "a@b.org", "@"]
)
KEYS = st.sampled_from(["a1", "b:2", "c-3", "d_4.e", "É5", "sec-f", "Fig:g", "h/i", "10.1000/x"])
FORMS = [
    "@{}", "[@{}]", "[-@{}, p. 3]", "[see @{}; @{}, 4--5]", "@{} [p. 3]", "(@{})", "“@{}”", "*@{}*", "[@{{{}}}]", "**[@{}]**,", "x^[@{}]",
]  # fmt: skip
CITES = st.builds(lambda form, key, other: form.format(key, other), st.sampled_from(FORMS), KEYS, KEYS)
# A bare address within the text of a link is none to pandoc, which takes its @ for a citation: that one is left out.
TRAPS = st.sampled_from(["`@no`", "<!-- @no -->", "$@no$", "<https://x.org/@no>", "[l](http://x.org/@no)", "\\@no", "![i](@no.png)"])
PARAGRAPH = st.lists(st.one_of(WORDS, CITES, TRAPS, st.just("https://x.org/@no")), min_size=1, max_size=12).map(" ".join)
CONTAINERS = [
    "{}", "# {}", "> {}", "- {}", "1.  {}", "::: aside\n{}\n:::", "| {} | b |\n|---|---|\n| c | d |", "Term\n:   {}", "a\n\n: {}",
]  # fmt: skip
BLOCK = st.builds(lambda form, text: form.format(text), st.sampled_from(CONTAINERS), PARAGRAPH)
LINK = st.lists(st.one_of(WORDS, CITES), min_size=1, max_size=6).map(lambda words: f"[l {' '.join(words)}](x.md)")
CODE = st.sampled_from(["```\n@no [^no] {#no}\n```", "    @no", "<!--\n@no\n-->"])
CHAPTER = st.lists(st.one_of(BLOCK, BLOCK, LINK, CODE), min_size=1, max_size=8)
LABELLED = [
    "# A {#a1}", "## B {#b2 .unnumbered}", "C {#c3}\n===", "[d]{#d4}", "::: {#e5 .x}\nf\n:::", "![g](h.png){#i6}", "``` {#j7}\n{#no}\n```",
    "[k]{.x #k8 y=z}", '<div id="l9">\n\nm\n\n</div>', "| a |\n|---|\n| b |\n\n: n {#o10}", "`{#no}`", "<!-- {#no} -->",
]  # fmt: skip


class TestTheTreeAndTheSourceAgree:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(CHAPTER, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]))
    def test_every_citation_of_the_tree_is_found_in_the_source(self, parts: list[str], newline: str, bom: str) -> None:
        text = "\n\n".join(parts) + "\n"
        if kinds(text):
            return
        source = Source("c.md", bom + text.replace("\n", newline))
        cited = Counter(c["citationId"] for element in tree.walk(blocks(text)) if element["t"] == "Cite" for c in element["c"][0])
        found = Counter(mark.text for mark in source.citations)
        assert not cited - found
        for mark in source.citations:
            assert source.text[mark.start] == "@"
            assert mark.text in source.text[mark.start : mark.end]

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.sampled_from(LABELLED), min_size=1, max_size=6, unique=True))
    def test_every_label_of_the_tree_is_found_in_the_source(self, parts: list[str]) -> None:
        text = "\n\n".join(parts) + "\n"
        written = {tree.identifier(element) for element in tree.walk(blocks(text)) if re.search(r"\d$", tree.identifier(element))}
        assert written == {mark.text for mark in Source("c.md", text).labels}


class TestWording:
    """What of a chapter is the author's prose."""

    def test_only_words_are_left_at_their_places(self) -> None:
        text = (
            "# Of peace {#sec-peace .x}\r\n\r\nSee [the text](a.md 'T') and -@fink1984 [p. 3]`code`.[^n] Ring {not this}."
            "\r\n\r\n[^n]: A note.\r\n"
        )
        words = Source("a.md", text).wording
        assert words.split() == [
            "Of",
            "peace",
            "See",
            "[the",
            "text](",
            ")",
            "and",
            "[p.",
            "3]",
            ".",
            "Ring",
            "{not",
            "this}.",
            "A",
            "note.",
        ]
        assert all(given == kept or kept == " " for given, kept in zip(text, words, strict=True))

    @given(st.text("ab |*>#:-+=~`{}[]()^@.1\\\"'\r\n\t<!$é漢\u0301", max_size=120))
    def test_offsets_stay_true(self, text: str) -> None:
        source = Source("a.md", text)
        for given_, kept in zip(source.text, source.wording, strict=True):
            assert kept == given_ or (kept == " " and given_ not in "\r\n")
        ends = [0, *(end for p in source.paragraphs for end in (p.start, p.end))]
        assert ends == sorted(ends)

    @pytest.mark.parametrize(
        ("text", "kinds"),
        [
            ("Words.\n\n> Quoted.\n\n1. One\n\n[^1]: Note\n", ["paragraph", "quotation", "item", "note"]),
            ("::: epigraph\nWords.\n:::\nMore.\n", ["paragraph epigraph", "paragraph"]),
            ("::: {.a}\n:::: {.b x=1}\nIn.\n::::\nOut.\n:::\n", ["paragraph b", "paragraph a"]),
            (
                "Title\n=====\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n: Words {#tbl-x}\n\n| Verse\n| more\n",
                ["heading", "table", "caption", "verse"],
            ),
            ("Term\n\n: Its meaning\n", ["paragraph", "item"]),
            ("```\ncode\n```\n\n<!-- no -->\n\nYes.\n", ["paragraph"]),
        ],
    )
    def test_paragraphs_say_what_they_are(self, text: str, kinds: list[str]) -> None:
        assert [" ".join(filter(None, (p.kind, p.div))) for p in Source("a.md", text).paragraphs] == kinds
