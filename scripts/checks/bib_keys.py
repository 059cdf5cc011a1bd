"""BIB: the keys of entries, and the files that are attached to them.

Reads the manuscript's entries, and looks whether files are there; writes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript


@check(
    "BIB046",
    "unportable-key",
    "warning",
    "the key `{key}` is not portable: {why}",
    hint=("rename it, here and where it is cited: `{right}`", "rename it, here and where it is cited"),
)
def unportable_key(book: Manuscript) -> Iterator[Hit]:
    """A key with a space, a quotation mark, a letter outside ASCII, or a sign that biber refuses (`"#'(),={{}}%~\\\\`).

    A Cyrillic *а* in a key looks like an *a* and is another letter: whoever types the key will not find the work.

    *Bad*

        @book{müller 1976, …}

    *Good*

        @book{mueller1976, …}
    """
    for key, entry in book.entries.items():
        if not _PORTABLE.fullmatch(key) and (why := _fault_of_key(key)):
            yield at(entry.key_place, key=key, why=why, right=_portable(key))


_PORTABLE = re.compile(r"[A-Za-z0-9_:./+*&!?;<>|\[\]$^@-]+")
_LOOK_ALIKES = dict(zip("аеорсухіјѕԁһӏԛԝАВЕКМНОРСТХЅІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "aeopcyxijsdhlqwABEKMHOPCTXSIJABEZHIKMNOPTYXo", strict=True))
_IN_ASCII = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "Ä": "Ae",
    "Ö": "Oe",
    "Ü": "Ue",
    "ß": "ss",
    "ł": "l",
    "Ł": "L",
    "ø": "o",
    "Ø": "O",
    "æ": "ae",
    "đ": "d",
}


def _fault_of_key(key: str) -> str:
    for sign in key if re.search("[A-Za-z]", key) else "":
        if sign in _LOOK_ALIKES:
            kind = "Cyrillic" if "CYRILLIC" in unicodedata.name(sign) else "Greek"
            return f"`{sign}` (U+{ord(sign):04X}) is {kind} and only looks like `{_LOOK_ALIKES[sign]}`"
    for sign in key:
        if sign.isspace():
            return "there is a space in it"
        if sign in "'\"`´‘’‚“”„«»":
            return "there is a quotation mark in it"
        if not sign.isascii():
            return f"`{sign}` (U+{ord(sign):04X}) is not ASCII"
        if not _PORTABLE.fullmatch(sign):
            return f"programs stumble over `{sign}`"
    return ""


def _portable(key: str) -> str:
    """The key in ASCII as far as its letters have one."""
    key = "".join(_LOOK_ALIKES.get(sign, sign) for sign in key)
    key = "".join(_IN_ASCII.get(sign, sign) for sign in unicodedata.normalize("NFC", key))
    key = re.sub(r"\s+", "_", "".join(c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c)).strip())
    return "".join(sign for sign in key if _PORTABLE.fullmatch(sign)) if not re.search(r"[^\W\d_a-zA-Z]", key) else ""


@check(
    "BIB047",
    "key-pattern",
    "note",
    "the key `{key}` is off the pattern of the house, `{pattern}`",
    hint="rename it, here and where it is cited",
)
def key_pattern(book: Manuscript) -> Iterator[Hit]:
    """A key that `checks.key_pattern` of book.yaml does not match from its start to its end (a regular expression).

    An `xdata`, which nobody cites, may be called as it likes. The examples have `key_pattern: '[a-z]+\\d{4}[a-z]?'`.

    *Bad*

        @book{Fink_Genoa, …}

    *Good*

        @book{fink1984, …}
    """
    if pattern := book.setting("key_pattern"):
        matches = re.compile(pattern).fullmatch
        for key, entry in book.entries.items():
            if not matches(key) and entry.type != "xdata":
                yield at(entry.key_place, key=key, pattern=pattern)


@check(
    "BIB048",
    "missing-file",
    "warning",
    "the file `{file}` of `{key}` is not there",
    hint="put it there, correct the path, or delete the field",
)
def missing_file(book: Manuscript) -> Iterator[Hit]:
    """The `file` that is attached to an entry does not exist, neither beside the .bib file nor in the folder of the book.

    JabRef's and Zotero's way of writing it (`Title:path:type;…`) is read. Paths on somebody's own disk (`/home/ada/…`,
    `C:\\Users\\…`) say nothing on another one: they are looked at only where their folder is there.

    *Bad*

        file = {papers/fink-1984.pdf},        (and there is no such file)

    *Good*

        file = {papers/fink1984.pdf},
    """
    for entry in book.entries.values():
        if found := entry.fields.get("file"):
            folders = (book.directory / PurePosixPath(entry.place.file).parent, book.directory)
            for path in _paths(found.value):
                if not _is_there(path, folders):
                    yield at(found.value_place, file=path, key=entry.key)


_URL_OR_ID = re.compile(r"(?:[a-z][a-z0-9+.-]+:)?//|[a-z]{3,}:|www\.", re.IGNORECASE)
_DRIVE = re.compile(r"((?:^|[:;])[A-Za-z]):(?=[\\/])")
_TYPE = re.compile(r"[^./]*|(?:application|text|image|audio|video)/[\w.+-]+")
_OWN_DISK = re.compile(r"~|[A-Za-z]:[\\/]|\\\\|/|(?:Users|home|Volumes|media|mnt|Documents and Settings)/", re.IGNORECASE)


def _paths(value: str) -> Iterator[str]:
    """The paths in a `file` field: `path`, `path;path`, `description:path:type`, `:path:type`, with `\\:` and `\\;` escaped."""
    value = " ".join(re.sub(r"\$\\backslash\$|\{\\textbackslash\}|\\textbackslash(?:\{\})?", r"\\", value).split())
    value = re.sub(r"\{\\([_&%#])\}|\\([_&%#])", lambda m: m[1] or m[2], value)
    value = re.sub(r"(?<!\\):(?=//)", r"\\:", _DRIVE.sub(r"\1\\:", value))
    for part in re.split(r"(?<!\\);", value):
        fields = re.split(r"(?<!\\):", part.strip())
        is_path_and_type = len(fields) == 2 and _TYPE.fullmatch(fields[1])
        if len(fields) > 3 and re.match(r"(?:https?|ftp)(?:\\?:|\Z)|//", fields[-1]):
            fields.pop()  # JabRef keeps the address from which it has the file behind the type
        path = fields[0] if is_path_and_type or len(fields) == 1 else fields[1] if len(fields) == 2 else fields[-2]
        path = re.sub(r"\\([:;,\\ ])", r"\1", path).replace("\\", "/").strip(" {}")
        if path and not _URL_OR_ID.match(path):
            yield path


def _is_there(path: str, folders: tuple[Path, ...]) -> bool:
    """Whether a file is there, or lies on a disk of which this one says nothing."""
    try:
        if _OWN_DISK.match(path):
            own = Path(path)
            return not own.is_absolute() or not own.parent.is_dir() or own.exists()
        return any((folder / path).exists() for folder in folders)
    except (OSError, ValueError):
        return True  # too long for this disk, or no path at all
