"""Sources in archives: the fields archive, archiveplace, collection, box, folder and shelfmark -> CSL's archival variables.

Reads entries; writes nothing. pandoc's reader of BibTeX knows none of these fields, so such entries, and they alone, go to
citeproc as CSL-JSON: pandoc makes it, and the archival variables (CSL 1.0.2, appendix IV) are added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from octavo import bibliography, tools
from octavo.bibliography.subset import safe
from octavo.model import Bibliography, Entry

_VALUE = "octavo-archive-"
_PLACES = ("archiveplace", "archive-place", "archive_place")
_COLLECTIONS = ("collection", "archivecollection", "archive_collection", "archive-collection", "fonds")
_SHELFMARKS = ("shelfmark", "archivelocation", "archive_location", "archive-location")


def is_archival(entry: Entry) -> bool:
    """Whether an entry says in which archive its source lies."""
    return bool(entry.get("archive").strip())


def csl_json(entries: Bibliography, keys: Iterable[str], style: str, words: Mapping[str, Any], language: str) -> str:
    """The entries of `keys` as CSL-JSON; what `style` has no place for is put where it prints it. Empty where there is none."""
    chosen = [key for key in keys if key in entries.entries]
    if not chosen:
        return ""
    wanted = [(key, name, value) for key in chosen for name, value in _variables(entries.entries[key], words).items()]
    # Each value is read as a note of its own, so that LaTeX in it is read as it is everywhere else.
    notes = "".join(f"@misc{{{_VALUE}{i},\n  note = {{{value}}},\n}}\n" for i, (_, _, value) in enumerate(wanted))
    text = bibliography.subset(replace(entries, entries=_in_own_case(entries, language)), chosen) + notes
    read = {item["id"]: item for item in json.loads(tools.pandoc(["-f", "biblatex", "-t", "csljson"], text.encode(), seconds=60))}
    given: dict[str, dict[str, str]] = {key: {} for key in chosen}
    for i, (key, name, _) in enumerate(wanted):
        given[key][name] = read[f"{_VALUE}{i}"].get("note", "")
    return json.dumps([_placed(read[key], given[key], style) for key in chosen if key in read], ensure_ascii=False)


def _in_own_case(entries: Bibliography, language: str) -> dict[str, Entry]:
    """The entries, with titles protected by braces where pandoc, asked without a book, would take them for English."""
    if language.partition("-")[0] == "en":
        return dict(entries.entries)
    return {key: _protected(entry) if is_archival(entry) and not entry.get("langid") else entry for key, entry in entries.entries.items()}


def _protected(entry: Entry) -> Entry:
    fields = {name: replace(f, value=f"{{{f.value}}}") if "title" in name else f for name, f in entry.fields.items()}
    return replace(entry, fields=fields)


def _variables(entry: Entry, words: Mapping[str, Any]) -> dict[str, str]:
    """The archival variables of CSL with their values in LaTeX, "box 12" and "folder 7" worded in the language of the book."""
    found = {"archive": entry.get("archive"), "archive-place": _first(entry, _PLACES), "archive_collection": _first(entry, _COLLECTIONS)}
    within = [_first(entry, _SHELFMARKS), *(_worded(entry.get(name), words[name]) for name in ("box", "folder"))]
    found["archive_location"] = ", ".join(filter(None, within))
    values = {name: safe("note", value) for name, value in found.items()}
    return {name: value for name, value in values.items() if value}


def _first(entry: Entry, names: Iterable[str]) -> str:
    return next((entry.get(name).strip() for name in names if entry.get(name).strip()), "")


def _worded(value: str, word: str) -> str:
    """A bare number takes its word; what has letters of its own ("carton 12") stands as it is."""
    value = value.strip()
    return f"{word}~{value}" if re.fullmatch(r"[A-Z]{0,2}[\dIVXLC]+[A-Za-z]?(\s*[-–/,]+\s*[\dIVXLC]+[A-Za-z]?)*", value) else value


def _placed(item: dict[str, Any], given: dict[str, str], style: str) -> dict[str, Any]:
    """The entry with its archival variables; an older style has one variable for all of them, or none but the note."""
    item["type"] = item.get("type") or "manuscript"
    if "archive_collection" not in style and "archive_collection" in given:
        given["archive_location"] = ", ".join(filter(None, [given.pop("archive_collection"), given.get("archive_location", "")]))
    if not re.search(r'variable="[^"]*\barchive', style):
        return item | {"note": ", ".join(filter(None, [item.get("note", ""), *given.values()]))}
    return item | given
