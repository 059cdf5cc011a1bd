"""Text that was UTF-8 once, was read as Windows-1252 or Latin-1, and saved again: `MÃ¼ller` for `Müller`.

Reads and writes nothing. Told by turning the signs back into bytes: what is then good UTF-8 for a letter of Europe or a sign
of punctuation was never meant as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Garbled(NamedTuple):
    """A word with wrong signs, where it stands in its text, and how it read once; nothing where a sign is lost (U+FFFD)."""

    start: int
    end: int
    right: str


def _sign(byte: int) -> str:
    """What Windows-1252 makes of a byte; the five that it leaves open are Latin-1's."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_BYTES = {_sign(byte): byte for byte in range(0x80, 0x100)} | {chr(byte): byte for byte in range(0x80, 0xA0)}
_TAIL = "[" + "".join(re.escape(sign) for sign, byte in _BYTES.items() if byte < 0xC0) + "]"
# Led by the first byte of a letter of Latin, Greek or Cyrillic, or of a sign from U+2000 on. An ellipsis or a quotation
# mark behind a capital may be just that; a letter has to follow.
_PIECE = re.compile(f"(?:[\u00c2-\u00c5\u00c8\u00ce-\u00d1]{_TAIL}|\u00e2{_TAIL}{{2}})(?:(?<![…»\u00a0])|(?=[^\\W\\d_])|(?<=[ÂÃ]\u00a0))")
_RIGHT = re.compile("[\u00a0-\u017f\u0218-\u021b\u2010-\u203a\u20ac\u2122\u2190-\u2193\u2212]")
_TWO = re.compile("[\u0370-\u04ff]")
_WORD = re.compile(r"[^\s{},\"]+(?:\u00a0[^\s{},\"]*)*")


def garbled(text: str) -> Iterator[Garbled]:
    """Each word of a text with such signs in it."""
    if text.isascii():
        return
    for word in _WORD.finditer(text):
        if "\ufffd" in word[0]:
            yield Garbled(*word.span(), "")
        elif _PIECE.search(word[0]) and (right := _back(word[0])) != word[0]:
            yield Garbled(*word.span(), right)


def _back(word: str) -> str:
    """The word as it read before; Greek and Cyrillic are believed only from two letters on."""
    pieces = [(piece, _decoded(piece[0])) for piece in _PIECE.finditer(word)]
    are_many = sum(bool(_TWO.fullmatch(right)) for _, right in pieces) >= 2
    for piece, right in reversed(pieces):
        if _RIGHT.fullmatch(right) or (are_many and _TWO.fullmatch(right)):
            word = word[: piece.start()] + right + word[piece.end() :]
    return word


def _decoded(piece: str) -> str:
    try:
        return bytes(_BYTES[sign] for sign in piece).decode("utf-8")
    except UnicodeDecodeError:
        return ""
