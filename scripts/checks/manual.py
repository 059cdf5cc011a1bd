"""The manual's pages of the checks, made from their docstrings: docs/checks/CODE.md and the list of all of them.

Reads both catalogues; `python -m octavo.checks.manual FOLDER` writes the pages into the folder and removes others.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from octavo import checks, tools

FAMILIES = {
    "CIT": "Citations in the text", "BIB": "The bibliography", "REF": "Labels and cross-references", "NOT": "Notes",
    "STR": "Structure and configuration", "FIG": "Figures and tables", "LNG": "Language and typography",
    "IDX": "Index, glossary, abbreviations", "REV": "Review", "ACC": "Accessibility", "MET": "Metadata", "EDN": "The built editions",
}  # fmt: skip
_SECTIONS = re.compile(r"\A(?P<about>.*?)\n\n\*Bad\*\n\n(?P<bad>.*?)\n\n\*Good\*\n\n(?P<good>.*)\Z", re.DOTALL)


class Page(NamedTuple):
    """What a check's docstring says: what it finds, why that matters, and an example of each."""

    what: str
    why: str
    bad: str
    good: str


def page_of(check: checks.Check) -> Page:
    """The parts of a check's docstring. Raises ValueError where it has no *Bad* or no *Good*."""
    found = _SECTIONS.match(inspect.cleandoc(check.about))
    if not found:
        raise ValueError(f"{check.code}: its docstring lacks a *Bad* or a *Good* example")
    what, _, why = found["about"].partition("\n\n")
    return Page(" ".join(what.split()), why, textwrap.dedent(found["bad"]), textwrap.dedent(found["good"]))


def markdown(check: checks.Check) -> str:
    """The page of a check."""
    page = page_of(check)
    why = f"\n{page.why}\n" if page.why else ""
    return f"""# {check.code} {check.name}

{page.what}
{why}
**Severity:** {check.severity}{" · fixable" if check.fixable else ""}

**Message:** {_readable(check.message)}

## Bad

{_fenced(page.bad)}

## Good

{_fenced(page.good)}

## To silence it

{silence(check)}
"""


_IN_EDITIONS = """It is found by `snakemake validate` in a built file, where no comment can stand. In book.yaml, for the book:

```yaml
checks:
  severity: {{{code}: off}}
```"""


def silence(check: checks.Check) -> str:
    """How to silence it, in Markdown."""
    if check.code in checks.after_rendering():
        return _IN_EDITIONS.format(code=check.code)
    comment = "% ignore: {0} reason" if check.code.startswith("BIB") else "<!-- ignore: {0} reason -->"
    where = "above the entry" if check.code.startswith("BIB") else "at the end of the line, or on the line above"
    said = "In book.yaml" if check.code == "STR012" else f"`{comment.format(check.code)}` {where}; or in book.yaml"
    return f"""{said}, for the book or for some files:

```yaml
checks:
  severity: {{{check.code}: off}}
  ignore: [{{code: {check.code}, files: [chapter.md], reason: …}}]
```"""


def lines(check: checks.Check) -> Iterator[tuple[str, str]]:
    """(style, line) of the same page for a screen."""
    page = page_of(check)
    yield "title", f"{check.code} {check.name}"
    yield "", f"{check.severity}{', fixable with `octavo fix`' if check.fixable else ''}"
    for paragraph in filter(None, (page.what, *page.why.split("\n\n"))):
        yield "", ""
        yield from (("", line) for line in textwrap.wrap(" ".join(paragraph.split()), 90))
    unfenced = silence(check).replace("```yaml\n", "").replace("\n```", "")
    for title, words in (("Message", _readable(check.message)), ("Bad", page.bad), ("Good", page.good), ("To silence it", unfenced)):
        yield "", ""
        yield "heading", title
        for line in words.split("\n"):
            yield "example", f"  {line}".rstrip()


def listed(family: list[checks.Check]) -> Iterator[tuple[str, str]]:
    """(style, line) of what each check of a family finds, for a screen."""
    for check in family:
        yield "heading", f"{check.code} {check.name}"
        yield from (("", f"  {line}") for line in textwrap.wrap(page_of(check).what, 90))


def plain(check: checks.Check) -> str:
    """The page as text without marks."""
    return "\n".join(line for _, line in lines(check))


def _readable(template: str) -> str:
    return re.sub(r"\{(\w+)\}", r"‹\1›", template).replace("{{", "{").replace("}}", "}")


def _fenced(example: str) -> str:
    return f"````\n{example}\n````"


def _all() -> list[checks.Check]:
    return sorted([*checks.catalogue().values(), *checks.after_rendering().values()], key=lambda check: check.code)


def contents() -> str:
    """The list of all checks, a table a family."""
    parts = ["# The checks\n\nMade from the code by `make docs`; a check's code and name never change their meaning.\n"]
    for family, title in FAMILIES.items():
        rows = [_row(check) for check in _all() if check.code.startswith(family)]
        if rows:
            parts.append(f"## {family}: {title}\n\n| code | name | severity | finds |\n|---|---|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _row(check: checks.Check) -> str:
    what = page_of(check).what.replace("|", "\\|")
    return f"| [{check.code}]({check.code}.md) | {check.name} | {check.severity} | {what} |"


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {"README.md": contents()} | {f"{check.code}.md": markdown(check) for check in _all()}


def main(argv: list[str]) -> None:
    """`manual FOLDER`."""
    folder = Path(argv[0])
    made = pages()
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        tools.write(folder / name, text)


if __name__ == "__main__":
    tools.main_of(main)
