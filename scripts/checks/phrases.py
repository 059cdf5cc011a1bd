"""The words by which a text refers to its own parts, in the languages that wordings.toml has.

Reads wordings.toml; writes nothing. wordings.toml has the words that the editions print; what authors write besides —
abbreviations, inflected forms, "above" and "below" — stands here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property

from octavo.wordings import words

KINDS = ("chapter", "appendix", "part", "section", "figure", "table", "equation", "listing")
_OTHERS: dict[str, dict[str, str]] = {
    "en": {
        "chapter": "Chap.|Chaps.|Ch.|Chs.", "appendix": "App.|Appendixes", "section": "Sec.|Secs.|Sect.|Sects.",
        "figure": "Fig.|Figs.", "table": "Tab.|Tabs.", "equation": "Eq.|Eqs.|Eqn.|Eqns.",
    },
    "de": {
        "chapter": "Kap.|Kapiteln|Kapitels", "appendix": "Anh.|Anhängen", "part": "Teils|Teilen",
        "section": "Abschn.|Abschnitten|Abschnitts",
        "figure": "Abb.|Bild|Figur|Fig.", "table": "Tab.", "equation": "Gl.|Gln.|Formel",
    },
    "fr": {
        "chapter": "chap.", "appendix": "app.|appendice|appendices", "section": "sect.", "figure": "fig.", "table": "tab.|tabl.",
        "equation": "éq.",
    },
    "ru": {
        "chapter": "главе|главу|главой|глав|главах|гл.", "appendix": "приложении|приложения|приложению|прил.", "part": "части|частью",
        "section": "разделе|раздела|разделу|разделах", "figure": "рисунок|рисунке|рисунка|рисунку|рисунки|рисунках|рисунков",
        "table": "таблица|таблице|таблицы|таблицу|таблицах|таблиц", "equation": "формуле|формулу|формулой|уравнение|уравнении|уравнения",
        "listing": "листинге|листинга",
    },
    "es": {
        "chapter": "cap.|caps.", "appendix": "apénd.|anexo|anexos", "section": "secc.|apartado", "figure": "fig.|figs.",
        "table": "tab.|cuadro|cuadros", "equation": "ec.|ecs.",
    },
}  # fmt: skip
_DIRECTIONS = {
    "en": ("above|supra", "below|infra"),
    "de": ("oben|weiter oben", "unten|weiter unten"),
    "fr": ("ci-dessus|plus haut|supra", "ci-dessous|plus bas|infra"),
    "ru": ("выше", "ниже"),
    "es": ("más arriba|arriba|supra", "más abajo|abajo|infra"),
}
_PAGES = {
    "en": "page|pages|p.|pp.",
    "de": "Seite|Seiten|S.",
    "fr": "page|pages|p.|pp.",
    "ru": "странице|страница|страницах|стр.|с.",
    "es": "página|páginas|pág.|págs.|p.|pp.",
}
_OF_ANOTHER = {
    "en": "of|in|from|by|to the",
    "de": "des|der|von|vom|aus|bei|im|in|zu|zur|zum",
    "fr": "de|du|des|d['’]|dans|chez|aux|au",
    "ru": "из|в|романа|повести|книги|устава|договора|закона|конституции|кодекса|доклада|монографии|работы|труда|тома",
    "es": "de|del|en",
}
_OWN = {
    "en": r"(?:this|the present|our|my) (?:book|chapter|volume|study|work|thesis|section|part|dissertation)|chapter \d"
    r"|the (?:next|previous|preceding|following|last|first) (?:chapter|section|part)",
    "de": r"(?:dieses|des vorliegenden|diesem|im vorliegenden|unseres) (?:Buch|Buches|Kapitels?|Bandes|Band|Werkes)"
    r"|(?:dieser|der vorliegenden) (?:Arbeit|Studie)|Kapitel \d",
    "fr": r"(?:ce|cet|cette|présent|présente) (?:livre|ouvrage|chapitre|volume|étude|thèse|section)|chapitre \d",
    "ru": r"(?:этой|настоящей|данной) (?:книги|главы|главе|книге|работы)|глав[еы] \d",
    "es": r"(?:este|esta|presente) (?:libro|capítulo|volumen|obra|estudio|tesis|sección)|capítulo \d",
}


@dataclass(frozen=True, eq=False)
class Phrases:
    """Of a language: the kind that a word names, and what may stand for a page, for "above", for "below"."""

    language: str
    kinds: dict[str, str]
    pages: str
    above: str
    below: str
    of_another: str
    """What joins a number to the work that has it."""
    own: str
    """How a text names itself."""

    @cached_property
    def nouns(self) -> str:
        """Every word for a kind as a pattern, the longest first; by their first letters, which most words do not have."""
        words: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.kinds, key=lambda word: len(re.escape(word)), reverse=True):
            words[word[0]].append(re.escape(word[1:]))
        return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in words.items())


def phrases(language: str) -> Phrases:
    """The phrases for a BCP 47 tag; English for a language that is not here."""
    short = language.lower().partition("-")[0]
    return _phrases(short if short in _OTHERS else "en")


@cache
def _phrases(short: str) -> Phrases:
    printed = words(short)
    kinds: dict[str, str] = {}
    for kind in KINDS:
        for word in (*printed[kind], *_OTHERS[short].get(kind, "").split("|")):
            if word:
                kinds[word.lower()] = kind
    above, below = _DIRECTIONS[short]
    pages = "|".join(map(re.escape, _PAGES[short].split("|")))
    return Phrases(short, kinds, pages, above, below, _OF_ANOTHER[short], _OWN[short])
