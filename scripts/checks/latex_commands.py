r"""The commands of LaTeX that pandoc's reader of bibliographies turns into text, and how a formula ends.

Reads and writes nothing. Source: pandoc 3.9 itself, which a test asks about each of them: what it does not know it keeps as
raw LaTeX, and no edition prints it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.bibliography.latex import MATH
from octavo.checks.vocabulary import words

KNOWN = words(
    """
    emph textit textbf textsc textsf texttt textrm textup textsl textmd textnormal textsuperscript textsubscript underline uline sout
    uppercase lowercase MakeUppercase MakeLowercase MakeTextUppercase ensuremath em it bf tt rm sl bfseries itshape scshape slshape aa
    AA ss o O l L ae AE oe OE i j pounds euro copyright P S ldots dots textquoteleft textquoteright textquotedblleft textquotedblright
    textquotedbl textquotesingle quotesinglbase quotedblbase guillemotleft guillemotright guilsinglleft guilsinglright guillemetleft
    guillemetright textasciitilde textasciicircum textbackslash textless textgreater textdollar textbullet textregistered textcopyright
    textsterling textyen textdegree textmu textonehalf textonequarter textthreequarters textsection textparagraph textdagger
    texttwosuperior textthreesuperior textpertenthousand textogonekcentered H c v u k r d b t h f G U newtie textcircled enquote
    foreignquote blockquote mkbibquote mkbibemph mkbibitalic mkbibbold mkbibparens mkbibbrackets autocap bibstring adddot adddotspace
    addabbrvspace hyphen slash foreignlanguage textlatin textgreek textrussian textgerman textfrench url href nolinkurl LaTeX TeX sim
    backslash newline par hyp flqq frqq glqq grqq glq grq flq frq lq rq dq texorpdfstring SI si num qty unit footnote textcolor xspace
    bar
    """
)
"""Commands of letters; those of a single sign (`\\&`, `\\"u`) are known as far as `SIGNS` goes."""
SIGNS = frozenset("`'^~\".=|,/-&%$#_{}\\@ \n\t")
HARMLESS = words("relax protect noopsort noop ignorespaces nobreak allowbreak penalty bgroup egroup")
"""Commands that say nothing: what is lost with them is not missed."""
_COMMAND = re.compile(r"\\([a-zA-Z]+|.)\*?", re.DOTALL)
_DOLLAR = re.compile(r"\\.|(\$)", re.DOTALL)
_ENSURED = re.compile(r"\\(?:ensuremath|SI|si|qty|num|unit|url|href|nolinkurl)\s*\{(?:[^{}]|\{[^{}]*\})*\}")


def unknown(value: str) -> Iterator[re.Match[str]]:
    """Each command outside of formulas that reaches no reader."""
    if "\\" not in value:
        return
    text = _ENSURED.sub(lambda m: " " * len(m[0]), MATH.sub(lambda m: " " * len(m[0]), value))
    for found in _COMMAND.finditer(text):
        name = found[1]
        if name not in KNOWN and name not in HARMLESS and not (len(name) == 1 and name in SIGNS):
            yield found


def open_dollar(value: str) -> int | None:
    """Where a `$` stands that opens a formula and finds none to close it; None if they come in pairs."""
    dollars = [m.start(1) for m in _DOLLAR.finditer(value) if m[1]] if "$" in value else []
    return dollars[-1] if len(dollars) % 2 else None
