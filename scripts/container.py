"""The container of an EPUB (EPUB 3.3, § 4): the same bytes for the same files.

Reads and writes nothing: files in, the bytes of a ZIP out, and back.
"""

from __future__ import annotations

import time
import zipfile
from io import BytesIO
from pathlib import PurePath

Files = dict[str, bytes]
Stamp = tuple[int, int, int, int, int, int]

_STORED = {".gif", ".jpeg", ".jpg", ".png", ".webp", ".woff", ".woff2"}
_MIMETYPE = "mimetype"


def stamp(epoch: int) -> Stamp:
    """A time as a ZIP has it, in UTC; none before 1980."""
    now = time.gmtime(epoch)
    return max((now.tm_year, now.tm_mon, now.tm_mday, now.tm_hour, now.tm_min, now.tm_sec), (1980, 1, 1, 0, 0, 0))


def packed(files: Files, at: Stamp, plain: bool = False) -> bytes:
    """The container: `mimetype` first and uncompressed, then the files in their order; all as they are if `plain`."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in ({_MIMETYPE: b"application/epub+zip"} | files).items():
            info = zipfile.ZipInfo(name, at)
            info.create_system, info.external_attr = 3, 0o644 << 16
            stored = plain or name == _MIMETYPE or PurePath(name).suffix.lower() in _STORED
            archive.writestr(info, content, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpacked(content: bytes) -> tuple[Files, Stamp]:
    """The files of a container but its `mimetype`, in their order, and the time that they bear."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        files = {info.filename: archive.read(info) for info in archive.infolist() if info.filename != _MIMETYPE}
        year, month, day, hour, minute, second = archive.infolist()[0].date_time
    return files, (year, month, day, hour, minute, second)
