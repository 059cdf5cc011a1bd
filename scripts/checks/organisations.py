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
    academy administration affairs agency alliance archive archives army assembly associated association associates authority ballet bank
    board brothers bureau cabinet center centre chamber coalition collaboration collective college commission commissariat committee
    community company confederation conference congress conservancy consortium contributors convention cooperative corporation corporations
    court
    council department directorate division embassy endowment enterprise enterprises faculty federation force forces forum foundation fund
    government group headquarters hospital inc incorporated initiative inquiry inspectorate institute institution institutions
    international laboratories laboratory league legation library limited llc llp ltd magazine ministry museum museums network news
    newspaper observatory office orchestra organisation organisations organization organizations panel parliament partnership plc
    police politburo project railway railways registry republic research rights school schools secretariat section senate service services
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
    aaron abdul abraham adam adrian agatha agnes ahmad ahmed alan alasdair albert albrecht aldo alejandro aleksandr aleksei alessandro
    alexander alexandra alexandre alexei alfonso alfred ali alice allen alois alvin amanda amelia amos amy ana anatol anatoly anders
    andre andrea andreas andrei andres andrew angela angus ann anna anne annette annie anselm anthony antje antoine anton antonia
    antonio ariel arkady armando arne arno arnold arthur ashley astrid august augustus austin axel barbara barry beatrice ben benedict
    benito benjamin bernard bernardo bernhard bertha bertolt bertrand beth betty bill birgit bjorn bob boleslaw boris brenda brian
    brigitte bruce bruno caleb camille carl carla carlo carlos carol carole caroline carolyn carsten casimir catherine cecil cecilia
    celia cesar charles charlotte chester chris christian christina christine christoph christopher clara clarence clarissa claude
    claudia clement clifford colin conrad constance cornelia cornelius craig cynthia cyril daisy dan daniel daniela daphne david dean
    deborah denis denise dennis desmond diana diane diego dieter dirk dmitri dmitry dolores dominic donald dora doreen doris dorothy
    douglas duncan edgar edith edmund eduardo edward edwin egon eileen eleanor elena eleonora elias elisabeth elise eliza elizabeth ella
    ellen ellis elsa elsie emanuel emil emile emilia emilio emily emma emmanuel enrico enrique eric erica erich erik erika ernest
    ernesto ernst erwin esther ethel eugene eugenia eugenio eva evan evelyn fabian federico felix ferdinand fernand fernando fiona flora
    florian frances francesca francesco francis francisco frank franz fred frederic frederick friedrich fritz fyodor gabriel gabriela
    gabriele gareth gary genevieve geoffrey georg george georges georgina gerald gerard gerhard gertrude gilbert gilles gina giorgio
    giovanni giulia giulio giuseppe glenn gloria gordon grace graham greg gregory greta gretchen grigory guido guillaume guillermo
    gunnar gustav gustave guy hamish hanna hannah hannelore hannes hans harold harriet harry heather hector hedwig heidi heinrich heinz
    helen helena helmut henri henriette henrik henry henryk herbert herman hermann hilary hilda hilde horace horst howard hubert hugh
    hugo humphrey ian ignacio igor ilya ines ingrid irene irina irma irving isaac isabel isabella isabelle isaiah isidore ivan ivo jack
    jacob jacques jadwiga jaime jakob jakub james jan jana jane janet janusz jason jasper javier jay jean jeanne jeffrey jennifer jens
    jeremy jerome jerzy jesse jessica jill jim joachim joan joanna joaquin joe joel johan johann johannes john jon jonas jonathan jordi
    jorge jose josef joseph josephine joshua jozef juan judith julia julian julie juliet juliette julius jurgen justin jutta kai karen
    karin karl kaspar katarina kate katharina katherine kathleen katrin katya keith kenneth kevin kirsten klaus konrad konstantin
    konstanty krzysztof kurt lajos larry lars laszlo laura laurent lawrence lea lee leif leila leo leon leonard leonid leopold leslie
    lev lewis lina linda lionel lisa lloyd lorenzo lothar louis louise luca lucas lucia lucie lucy ludwig luigi luis luke lutz lydia
    lynn mabel madeleine magdalena manfred manuel marc marcel marcin marco marcus margaret margarete margarita margot marguerite maria
    mariana marianne marie marina mario marion marjorie mark marko markus marta martha martin mary maryam mathias matthew matthias maud
    maurice mauricio max maxim maximilian melanie melvyn mercedes meredith michael michel michelle miguel mikael mikhail mikolaj milan
    mildred miriam mohamed mohammad mohammed monica monika moritz morris moses muhammad muriel myron nadia nadine nancy natalia natalie
    natasha nathan neil nelly niall nicholas nick nicolas nicole niels nigel nikita nikola nikolai nils nina noah noam nora norbert
    norman octavio odd odette olaf ole oleg olga oliver olivier orlando oscar oskar otis ottilie otto pablo pamela paola paolo pascal
    patricia patrick paul paula pauline pavel pearl pedro penelope percy peter petra philip philippe phillip phyllis piero pierre piotr
    quentin rachel rafael rainer ralph raoul raphael raul raymond raymundo rebecca regina regine reinhard reinhold renate rene rex rhoda
    ricardo richard rita rob robert roberta roberto robin rodney rodolfo rodrigo roger roland rolando rolf romain roman ronald rosa
    rosalind rose roselyn rosemarie rosemary roy rudolf rudyard rupert russell ruth ryan sabine sabrina sally salvador salvatore
    samantha samuel sandra sara sarah sayyid scott sean sebastian selma serge sergei sergey sergio seth sharon sheila sidney siegfried
    sigmund sigrid sigurd silvia simon simone sofia sonia sophia sophie stanislav stanislaw stanley stefan stefano stella stephan
    stephanie stephen steve steven stuart susan susanna susanne sven sybil sylvia tadeusz tamara tania tatiana tatyana ted terence
    teresa terrence terry thea thelma theodor theodore theresa theresia thomas thornton tibor tilman tim timothy tobias todd tom tony
    trevor ulla ulrich ulrike umberto ursula uwe valentin valentina valerie vasily vera verena vernon veronica victor victoria viktor
    vincent virginia vittorio vivian viviana vladimir vladislav volker waldemar wallace walter wanda warren wayne wendy werner wilfred
    wilfrid wilhelm wilhelmina will willem william winifred winston wladyslaw wolfgang xavier yann yasmin yelena yevgeny yuliya yuri
    yves yvonne zachary zbigniew zdenek zoe zofia zoltan
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
