"""Names of people as they are filed and cited.

Reads and writes nothing.
"""

from __future__ import annotations

import re

_PARTICLE = re.compile(r"(?:[Vv][ao]n|[Dd]e[nr]?|[Dd]i|[Dd]a|[Dd]u|[Zz]u[rm]?|[Tt]e[rn]?|al|el|ibn|bin)")
_ORGANISATION = re.compile(
    r"(?i)^the\b|\b(academy|association|board|committee|council|department|division|founders|group|institute|ministry|press|project|society|team|university)\b"
)


def file_as(name: str) -> str:
    """`Anna van der Berg` -> `Berg, Anna van der`; nothing for one word, a body of people, or a script without capitals."""
    words = name.split()
    if not 2 <= len(words) <= 5 or "," in name or _ORGANISATION.search(name):
        return ""
    if not all(word[0].isupper() or _PARTICLE.fullmatch(word) for word in words):
        return ""
    return f"{words[-1]}, {' '.join(words[:-1])}"


def parts(name: str) -> dict[str, str]:
    """A name as CSL JSON has it: family and given, or whole where it is not certain which is which."""
    family, _, given = (name if name.count(",") == 1 else file_as(name)).partition(", ")
    return {"family": family, "given": given} if given else {"literal": name}
