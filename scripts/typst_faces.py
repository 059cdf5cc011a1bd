"""The faces that Typst brings: no files, but parts of its program.

Reads the library of the installed package typst; writes nothing.
"""

from __future__ import annotations

import importlib.util
import mmap
import re
import struct
from collections.abc import Iterator
from pathlib import Path

# The head that every face has (OpenType 1.9, "Organization of an OpenType font"): its kind, the number of its tables, and
# then the tables by name.
_HEAD = re.compile(rb"(?:OTTO|\x00\x01\x00\x00)\x00[\x08-\x28].{6}(?=BASE|CFF |DSIG|FFTM|GDEF|GPOS|LTSH|MATH|OS/2)", re.DOTALL)


def contents() -> Iterator[bytes]:
    """Each face as the bytes of a font file, in the order of the program."""
    spec = importlib.util.find_spec("typst")
    places = (spec.submodule_search_locations or []) if spec else []
    for library in sorted(path for place in places for path in Path(place).glob("_typst*.*") if path.suffix in (".so", ".pyd", ".dylib")):
        with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as code:
            for head in _HEAD.finditer(code):
                tables = struct.unpack_from(">H", code, head.start() + 4)[0]
                ends = [sum(struct.unpack_from(">II", code, head.end() + 16 * table + 8)) for table in range(tables)]
                yield code[head.start() : head.start() + max(ends)]
