"""Words by which a name is known for an organisation's, or for a person's.

Reads and writes nothing. Words that are family names too (Church, Press, House, Banks) are left out: they tell only together
with others.
"""

from __future__ import annotations

import re
from functools import lru_cache

from octavo.bibliography.latex import read
from octavo.checks.vocabulary import words

_WORDS = words("""
    academy administration affairs agency alliance archive archives army assembly associated association associates authority ballet
    board brothers bureau cabinet center centre chamber coalition collaboration collective college commission commissariat committee
    community company confederation conference congress consortium contributors convention cooperative corporation corporations
    council department directorate division embassy enterprise enterprises faculty federation force forces forum foundation fund
    government group headquarters hospital inc incorporated initiative inquiry inspectorate institute institution institutions
    international laboratories laboratory league legation library limited llc llp ltd magazine ministry museum museums network news
    newspaper observatory office orchestra organisation organisations organization organizations panel parliament partnership plc
    police politburo project railway railways registry republic research school schools secretariat section senate service services
    societies society staff subcommittee subcommission survey symposium taskforce team teams treasury tribunal union unions united
    university universities workshop

    abteilung akademie amt arbeitsgemeinschaft archiv auswärtiges behörde bibliothek bund bundesamt bundesarchiv bundesministerium
    bundesregierung bundestag deutsche deutscher deutsches fakultät forschungsgemeinschaft gesellschaft gmbh hochschule institut
    kommission landesamt ministerium museum partei rat regierung reichstag statistisches stiftung universität verband verein
    vereinigung verlag zentralkomitee zentrale zentrum

    académie agence archives assemblée association bibliothèque bureau centre comité commission communauté compagnie confédération
    conseil direction école faculté fédération fondation gouvernement groupe institut ligue ministère musée nations organisation
    parlement parti secrétariat société syndicat université

    academia agencia agenzia archivo archivio asamblea asociación associazione banco biblioteca centro comisión comité comitato
    commissione compañía congreso consejo consiglio departamento dipartimento dirección escuela facultad federación federazione
    fondazione fundación gobierno governo grupo gruppo instituto istituto ministerio ministero museo nazionale nacional organización
    organizzazione oficina parlamento partido partito repubblica república secretaría sindicato sociedad società unión universidad
    università universidade universiteit associação conselho departamento fundação ministério

    academie ministerie raad rijksmuseum stichting vereniging instituutet selskab

    akademia instytut komitet ministerstwo muzeum rada towarzystwo uniwersytet akademie ministerstvo univerzita ústav

    akademiia akademija komissariat komissiia komitet ministerstvo narkomindel nauk partiia sovet soiuz sojuz upravlenie universitet

    академия архив ассоциация библиотека бюро ведомство государственный департамент институт комиссариат комиссия комитет министерство
    музей общество организация партия правительство российский секретариат совет союз университет управление федеральный фонд центр
    міністерство інститут університет
    """)
_ENDINGS = re.compile(r"\w{4,}(?:ministerium|gesellschaft|kommission|verband|archiv|akademie|stiftung|universität|behörde|bibliothek)\Z")
_OF = re.compile(
    r"\b(?:Banks?|House|Church|Court|State|States|City|Friends|Parliament|Daughters|Sons|Order|Kingdom|Port|Board) of\b|\bof the\b"
)
# Given names that stand before two family names or another given name: `Odd Arne Westad` is a person.
_GIVEN = words(
    """
    aaron abdul abraham adam adrian agnes ahmad ahmed alan albert aldo alejandro alessandro alexander alexandra alfred ali alice allen
    alvin amanda amy ana anders andrea andreas andrei andrew angela ann anna anne annette anthony antoine anton antonio arnold arthur
    august austin barbara ben benjamin bernard bernhard bertrand bill bjorn bob boris brian bruce bruno caleb carl carla carlo carlos
    carol caroline catherine cecilia charles charlotte chris christian christina christine christoph christopher clara claude claudia
    colin craig cynthia dan daniel daniela david deborah denis dennis diana diane diego dieter dmitri dmitry donald dorothy douglas
    duncan edgar edith edmund eduardo edward elena eleanor elisabeth elizabeth ella ellen emil emily emma enrico enrique eric erich erik
    ernest ernst eugene eva evan evelyn federico felix ferdinand fernando florian francesca francesco francis francisco frank franz fred
    frederick friedrich fritz gabriel gabriele gary geoffrey georg george gerald gerard gerhard gilbert giorgio giovanni giuseppe glenn
    gordon graham greg gregory guido guillermo gunnar gustav guy hannah hans harold harriet harry heather heinrich heinz helen helena
    helmut henri henry herbert hermann hilary howard hubert hugh hugo ian ignacio igor ingrid irene irina isaac isabel ivan jack jacob
    jacques jaime jakob james jan jane janet jason javier jay jean jeffrey jennifer jens jeremy jesse jessica jim joachim joan joanna
    joe joel johan johann johannes john jon jonas jonathan jorge jose josef joseph joshua juan judith julia julian julie juliet julius
    jurgen justin karen karin karl katharina katherine kathleen keith kenneth kevin klaus konrad kurt larry lars laura lawrence lee leo
    leon leonard leonid leslie lewis lina linda lisa lloyd lorenzo louis louise lucas lucia ludwig luis luigi luke lydia lynn manfred
    manuel marc marcel marco marcus margaret maria marianne marie mario marion mark marko markus marta martha martin mary mathias
    matthew matthias maurice max maximilian melanie melvyn michael michel michelle miguel mikhail milan monica monika nancy natalia
    nathan neil niall nicholas nick nicolas nicole niels nikita nikola nikolai noah noam nora norbert norman odd olaf ole oleg olga
    oliver olivier oscar oskar otto pablo pamela paola paolo pascal patricia patrick paul paula pavel pedro percy peter philip philippe
    phillip pierre quentin rachel rafael ralph raymond rebecca regina renate rene ricardo richard rita rob robert roberta roberto robin
    rodney roger roland rolf roman ronald rosa rose rosemary roy rudolf rupert russell ruth ryan sabine sally samuel sandra sara sarah
    scott sean sebastian serge sergei sergey sergio seth sharon sheila silvia simon sofia sonia sophia sophie stanley stefan stefano
    stephan stephanie stephen steve steven stuart susan susanna susanne sven sylvia tamara tania tatiana teresa terry theodor theodore
    theresa thomas tim timothy tobias todd tom tony ulrich ulrike ursula valentin vera veronica victor victoria viktor vincent virginia
    vladimir vladislav walter warren wayne wendy werner wilhelm will william winston wolfgang xavier yuri yves zachary zoe
    """
)


@lru_cache(maxsize=1 << 15)
def is_organisation(name: str) -> bool:
    """Whether a name without commas holds a word of organisations, in one of several languages."""
    words = re.findall(r"[^\W\d_]+", name)
    if len(words) < 2:
        return False
    lowered = [word.lower() for word in words]
    if lowered[-1] in ("contributors", "collaborators", "editors", "staff", "team") and words[-1] == lowered[-1]:
        return True
    return any(w[0].isupper() and (low in _WORDS or _ENDINGS.match(low)) for w, low in zip(words, lowered, strict=True)) or bool(
        _OF.search(name)
    )


def is_given(word: str) -> bool:
    """Whether a word is a well-known given name of Europe or America."""
    return read(word).lower().partition("-")[0] in _GIVEN
