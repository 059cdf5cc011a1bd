"""book.yaml -> Book, or what is wrong with it, each with the line where it stands.

Reads book.yaml (YAML 1.2) and book.schema.json, the list of the keys that there are. Writes nothing.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rapidfuzz import process
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from octavo import csl
from octavo.model import (
    BibliographySettings,
    Book,
    ChapterFile,
    Contributor,
    Kind,
    NoteSettings,
    Part,
    Place,
    Problem,
    UserError,
)

NAME = "book.yaml"
SCHEMA = Path(__file__).with_name("book.schema.json")
_WORDS = {
    "string": "text (in quotation marks if it looks like a number or a date)",
    "array": "a list",
    "object": "keys with values",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "nothing",
}


class ConfigError(UserError):
    """book.yaml breaks its schema; `problems` has every fault, the message the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.detail, first.place)


def load(directory: Path) -> Book:
    """The book that lies in `directory`. Raises ConfigError, or UserError where there is no book at all."""
    path = directory / NAME
    if not path.is_file():
        raise UserError(
            f"no {NAME} in {directory.resolve().name or 'this folder'}",
            hint="run this in the folder of a book, or name it with --directory",
        )
    tree = _read(path)
    problems = list(_faults(tree, json.loads(SCHEMA.read_text("utf-8")), "", Place(NAME)))
    if not problems:
        problems = list(_contradictions(tree, directory))
    if problems:
        raise ConfigError(problems)
    return _book(tree)


class _Constructor(RoundTripConstructor):
    """YAML 1.2's core schema has no dates: `2026-11-22` is text. So are an ISBN or ORCID without hyphens, and half a DOI."""


def _number(constructor: RoundTripConstructor, node: ScalarNode) -> object:
    is_identifier = re.fullmatch(r"\d{9,}|10\.\d{4,}", node.value)
    is_whole = str(node.tag).endswith("int")
    return node.value if is_identifier else constructor.construct_yaml_int(node) if is_whole else constructor.construct_yaml_float(node)


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)
_Constructor.add_constructor("tag:yaml.org,2002:int", _number)
_Constructor.add_constructor("tag:yaml.org,2002:float", _number)


def _read(path: Path) -> CommentedMap:
    """The YAML as ruamel has it: every value knows its line."""
    yaml = YAML(typ="rt")
    yaml.version = (1, 2)
    yaml.Constructor = _Constructor
    yaml.allow_duplicate_keys = False
    try:
        raw = path.read_bytes()
        if (bad := raw.find(b"\0")) >= 0:
            raise ConfigError([Problem("bad-config", Place(NAME, raw[:bad].count(b"\n") + 1), "a NUL byte: this is no text file")])
        source = raw.decode("utf-8-sig")
        if re.search(r"^[^#\n]*[:\-\[,{]\s*[&*]\w", source, re.MULTILINE):
            raise ConfigError([Problem("bad-config", Place(NAME), "anchors and aliases (& and *) are not used in book.yaml")])
        tree = yaml.load(source)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError([Problem("bad-config", Place(NAME, line), "not UTF-8: save the file as UTF-8")]) from None
    except OSError as error:
        raise UserError(f"{NAME} cannot be read: {error.strerror}") from None
    except DuplicateKeyError as error:
        raise ConfigError([Problem("bad-config", _mark(error), f"{_quoted_key(error)} is given twice: keep one")]) from None
    except (MarkedYAMLError, YAMLError) as error:
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ConfigError([Problem("bad-config", _mark(error), f"this is not YAML: {said}")]) from None
    if not isinstance(tree, CommentedMap):
        raise ConfigError([Problem("bad-config", Place(NAME), "the file has no keys: it needs a title and chapters")])
    return tree


def _quoted_key(error: DuplicateKeyError) -> str:
    found = re.search(r'duplicate key "([^"]*)"', str(error))
    return f"`{found[1]}`" if found else "a key"


def _mark(error: Exception) -> Place:
    mark = getattr(error, "problem_mark", None)
    return Place(NAME, mark.line + 1, mark.column + 1) if mark else Place(NAME)


def _places(tree: Any, path: str = "") -> Iterator[tuple[str, Place]]:
    """The place of each key and list item, by its dotted path."""
    if isinstance(tree, CommentedMap):
        for key, item in tree.items():
            line, column = tree.lc.key(key)
            here = f"{path}.{key}" if path else str(key)
            yield here, Place(NAME, line + 1, column + 1, line + 1, column + 1 + len(str(key)))
            yield from _places(item, here)
    elif isinstance(tree, CommentedSeq):
        for i, item in enumerate(tree):
            line, column = tree.lc.item(i)
            here = f"{path}.{i}"
            yield here, Place(NAME, line + 1, column + 1, line + 1, column + 1 + len(str(item)) if isinstance(item, str) else 0)
            yield from _places(item, here)


def _kind_of(item: Any) -> str:
    if item is None:
        return "null"
    for kind, python in (("boolean", bool), ("integer", int), ("object", Mapping), ("array", list), ("string", str)):
        if isinstance(item, python):
            return kind
    return type(item).__name__


def _faults(item: Any, schema: Mapping[str, Any], path: str, place: Place) -> Iterator[Problem]:
    """What in `item` breaks `schema`: the part of JSON Schema 2020-12 that book.schema.json uses."""
    name = f"`{path}`" if path else NAME
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and _kind_of(item) not in wanted:
        expected = " or ".join(_WORDS.get(kind, kind) for kind in wanted if kind != "null")
        yield Problem("bad-config", place, f"{name} must be {expected}")
    elif "enum" in schema and item not in schema["enum"]:
        yield Problem("bad-config", place, f"{name} must be one of {', '.join(schema['enum'])}, not `{item}`")
    elif "pattern" in schema and isinstance(item, str) and not re.search(schema["pattern"], item):
        yield Problem("bad-config", place, f"{name} has the wrong form: `{item}`" + _form(schema))
    elif schema.get("format") == "regex" and (fault := _fault_of_pattern(item)):
        yield Problem("bad-config", place, f"{name} is no regular expression: {fault}")
    elif isinstance(item, CommentedMap):
        yield from _faults_of_keys(item, schema, path, place)
    elif isinstance(item, CommentedSeq):
        for i, child in enumerate(item):
            line, column = item.lc.item(i)
            yield from _faults(child, schema.get("items", {}), f"{path}.{i}", Place(NAME, line + 1, column + 1))


def _fault_of_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return ""


def _form(schema: Mapping[str, Any]) -> str:
    if schema.get("pattern") == r"\.md$":
        return ", expected the name of a file that ends in .md"
    return f", expected: {schema['description']}" if "description" in schema else ""


def _faults_of_keys(item: CommentedMap, schema: Mapping[str, Any], path: str, place: Place) -> Iterator[Problem]:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties")
    for key, child in item.items():
        line, column = item.lc.key(key)
        here = Place(NAME, line + 1, column + 1, line + 1, column + 1 + len(str(key)))
        if key in known:
            yield from _faults(child, known[key], f"{path}.{key}".lstrip("."), here)
        elif isinstance(others, Mapping):
            yield from _faults(child, others, f"{path}.{key}".lstrip("."), here)
        else:
            yield Problem("bad-config", here, f"unknown key `{key}`" + nearest(str(key), known))
    for key in schema.get("required", []):
        if key not in item:
            yield Problem("bad-config", place, f"`{f'{path}.{key}'.lstrip('.')}` is missing")


def nearest(word: str, known: Any, cutoff: float = 60) -> str:
    """`, did you mean ...?` for the likest of the known words, or nothing."""
    found = process.extractOne(word, list(known), score_cutoff=cutoff)
    return f", did you mean `{found[0]}`?" if found else ""


def _contradictions(tree: CommentedMap, directory: Path) -> Iterator[Problem]:
    place = dict(_places(tree))
    if not tree.get("chapters") and not tree.get("parts"):
        yield Problem("bad-config", place.get("chapters", Place(NAME)), "`chapters` is missing: list the files of chapters/ in order")
    if "chapters" in tree and "parts" in tree:
        yield Problem("bad-config", place["parts"], "`chapters` and `parts` exclude each other: list the chapters inside the parts")
    style = (tree.get("bibliography") or {}).get("csl", BibliographySettings.csl)
    try:
        csl.find(style, directory)
    except UserError as error:
        yield Problem("bad-config", place.get("bibliography.csl", Place(NAME)), error.message)
    for path, item in _chapter_items(tree):
        parts = Path(item).parts
        if Path(item).is_absolute() or ".." in parts:
            yield Problem("outside-the-book", place[path], f"`{item}` lies outside chapters/")


def _chapter_items(tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(dotted path in book.yaml, file) of each file of the manuscript, in the order of the book."""
    for group in ("front", "chapters"):
        for i, name in enumerate(tree.get(group) or []):
            yield f"{group}.{i}", name
    for p, part in enumerate(tree.get("parts") or []):
        for i, name in enumerate(part["chapters"]):
            yield f"parts.{p}.chapters.{i}", name
    for group in ("appendices", "back"):
        for i, name in enumerate(tree.get(group) or []):
            yield f"{group}.{i}", name


_KINDS: dict[str, Kind] = {"front": "front", "chapters": "chapter", "parts": "chapter", "appendices": "appendix", "back": "back"}


def _book(tree: CommentedMap) -> Book:
    given = json.loads(json.dumps(tree))
    places = dict(_places(tree))
    parts = tuple(
        Part(part["title"], part.get("label") or f"part-{slug_of(part['title'])}", tuple(part["chapters"]))
        for part in given.get("parts", [])
    )
    names = {part: f"parts.{i}" for i, part in enumerate(parts)}
    files: list[ChapterFile] = []
    taken: set[str] = set()
    for path, name in _chapter_items(given):
        part = next((p.label for p, where in names.items() if path.startswith(where + ".")), "")
        slug = slug_of(name.removesuffix(".md"))
        while slug in taken or slug in _RESERVED:
            slug += "-2"
        taken.add(slug)
        files.append(ChapterFile(f"chapters/{name}", slug, _KINDS[path.partition(".")[0]], len(files) + 1, part))
        places[f"chapters/{name}"] = places[path]
    plain = ("title", "subtitle", "date", "version", "license", "description", "cover")
    return Book(
        **{key: given.get(key, "") for key in plain},
        language=(given.get("language") or "").strip(),
        slug=given.get("slug") or slug_of(given["title"]),
        chapters=tuple(files),
        contributors=tuple(Contributor(**person) for person in given.get("contributors", [])),
        keywords=tuple(given.get("keywords", [])),
        parts=parts,
        bibliography=_settings(BibliographySettings, given.get("bibliography", {})),
        notes=_settings(NoteSettings, given.get("notes", {})),
        figures=tuple(given.get("figures", [])),
        places=places,
        **{key: given.get(key, {}) for key in ("publisher", "identifiers", "lists", "markup", "index", "editions", "archives", "checks")},
    )


# Pages of the web edition that no chapter may overwrite.
_RESERVED = {"index", "bibliography", "contents", "notes", "list-of-figures", "list-of-tables"}


def _settings(kind: Any, given: Mapping[str, Any]) -> Any:
    return kind(**{key: tuple(item) if isinstance(item, list) else item for key, item in given.items()})


def slug_of(words: str) -> str:
    """A name for files and links: small Latin letters, digits and hyphens (`De l’État` -> `de-letat`)."""
    plain = unicodedata.normalize("NFKD", words)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower().replace("ß", "ss").replace("ł", "l")
    plain = re.sub(r"['’]", "", plain)
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if slug:
        return slug
    spelled = re.sub(r"[^\w]+", "-", words.lower()).strip("-")
    return "-".join(f"{ord(c):x}" for c in spelled if c != "-")[:40].strip("-") or "book"


def existing(directory: Path, paths: list[str]) -> list[str]:
    """Those of the paths that are files in the book: what Snakemake may name as inputs."""
    return [path for path in paths if os.path.isfile(directory / path)]


def bib_files(directory: Path, patterns: tuple[str, ...]) -> list[str]:
    """The .bib files that the patterns of `bibliography.files` name, sorted; a name without a file is kept."""
    found: list[str] = []
    for pattern in patterns:
        inside = not Path(pattern).is_absolute() and ".." not in Path(pattern).parts
        if inside and any(c in pattern for c in "*?["):
            found += sorted(path.relative_to(directory).as_posix() for path in directory.glob(pattern))
        else:
            found.append(pattern)
    return list(dict.fromkeys(found))
