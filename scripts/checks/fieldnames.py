"""The names of types and fields that a .bib file may use: those of the data models, and those of the programs that write it.

Reads and writes nothing. Sources: blx-dm.def of biblatex 3.20 (types, fields, the parts of dates), btxdoc § 3 (BibTeX),
biblatex's manual § 2.1.3 (unsupported types), and exports of the programs that are named below.
"""

from __future__ import annotations

import re

_TYPES = """
    article artwork audio bibnote book bookinbook booklet collection commentary customa customb customc customd custome customf dataset
    image inbook incollection inproceedings inreference jurisdiction legal legislation letter manual misc movie music mvbook mvcollection
    mvproceedings mvreference online patent performance periodical proceedings reference report review set software standard suppbook
    suppcollection suppperiodical thesis unpublished video xdata
    conference electronic mastersthesis phdthesis techreport www
    archival
"""
TYPES = frozenset(_TYPES.split())
"""biblatex's types with its aliases, BibTeX's, and Octavo's own."""

_CONTROLS = re.compile(r"ieeetran\w*|\w*bstctl|(?:\w+-)?control|achemso-control")
LIKELY_TYPES = {
    "webpage": "online", "website": "online", "web_page": "online", "blog": "online", "blogpost": "online", "internet": "online",
    "newspaper": "article", "newspaperarticle": "article", "newspaper_article": "article", "magazine": "article", "journal": "article",
    "magazinearticle": "article", "magazine_article": "article", "journalarticle": "article", "paper": "article",
    "chapter": "incollection", "bookchapter": "incollection", "book_section": "incollection", "booksection": "incollection",
    "encyclopedia": "inreference", "dictionary": "reference", "dissertation": "thesis", "doctoralthesis": "thesis",
    "bachelorsthesis": "thesis", "bachelorthesis": "thesis", "masterthesis": "mastersthesis", "generic": "misc", "other": "misc",
    "unknown": "misc", "film": "movie", "map": "image", "figure": "image", "photograph": "image", "manuscript": "unpublished",
    "preprint": "unpublished", "presentation": "unpublished", "talk": "unpublished", "lecture": "unpublished", "interview": "misc",
    "archive": "archival", "archived": "archival", "document": "archival", "data": "dataset", "program": "software",
    "conferencepaper": "inproceedings", "case": "jurisdiction", "statute": "legislation", "law": "legislation", "bill": "legislation",
    "editedbook": "collection", "edited": "collection", "monograph": "book", "ebook": "book",
}  # fmt: skip
"""What people and programs write for a type, and the type that it is."""

_DATES = ("", "event", "orig", "url")
_PARTS_OF_DATES = "day endday endhour endminute endmonth endsecond endtimezone endyear endyeardivision hour minute month second timezone"
_BIBLATEX = """
    abstract addendum afterword annotation annotator author authortype bookauthor bookpagination booksubtitle booktitle booktitleaddon
    chapter commentator crossref date doi edition editor editora editorb editorc editortype editoratype editorbtype editorctype eid
    entryset entrysubtype eprint eprintclass eprinttype eventdate eventtitle eventtitleaddon execute file foreword gender holder
    howpublished ids indexsorttitle indextitle institution introduction isan isbn ismn isrn issn issue issuesubtitle issuetitle
    issuetitleaddon iswc journalsubtitle journaltitle journaltitleaddon keywords label langid langidopts language library lista listb
    listc listd liste listf location mainsubtitle maintitle maintitleaddon namea nameaddon nameatype nameb namebtype namec namectype note
    number options organization origdate origlanguage origlocation origpublisher origtitle pages pagetotal pagination part presort
    publisher pubstate related relatedoptions relatedstring relatedtype reprinttitle series shortauthor shorteditor shorthand
    shorthandintro shortjournal shortseries shorttitle sortkey sortname sortshorthand sorttitle sortyear subtitle title titleaddon
    translator type url urldate usera userb userc userd usere userf venue verba verbb verbc version volume volumes xdata xref
"""
_OLDER = "address annote archiveprefix bibsource hyphenation journal key pdf primaryclass school"
_ARCHIVAL = (
    "archive archiveplace archive-place archive_place collection archivecollection archive_collection archive-collection fonds box folder "
    "shelfmark archivelocation archive_location archive-location item"
)
MODEL = (
    frozenset(f"{_BIBLATEX} {_OLDER} {_ARCHIVAL}".split())
    | {f"{date}{part}" for date in _DATES for part in (*_PARTS_OF_DATES.split(), "year", "yeardivision")}
)  # fmt: skip
"""The fields of biblatex with the parts of its dates, of BibTeX, and of Octavo's archival sources."""

# Fields that programs and catalogues add for themselves and no style prints; the last line is jurabib's.
_OF_PROGRAMS = """
    abstractnote acknowledgement added-at added-by adsnote adsurl affiliation altmetric article-number articleno art_number attachments
    author_sort author-email authoraddress bibcode bibdate bibtex_show biburl bookmark calibreid call-number callnumber categories
    category citation-count citations cited-by cited-references citekey classification code coden collaboration collaborator color
    comment comments contents copyright corpsource cover creationdate crossmark date-added date-modified date-read dateadded
    datemodified day-added dbasekey description descriptors dewey-call-number dimensions doc-delivery-number documenturl earlyaccessdate
    ee eissn e-issn entrytype fjournal filename files folders formats funding funding-acknowledgement funding-text genre
    google_scholar_id googlebooks groups guid hal_id hal_version handle highlight howcited id identifier identifiers inspirehep_id
    interhash internal-note intrahash isbn-10 isbn-13 isbn10 isbn13 issn-e issn-l issn-p issn-print issue_date journal-iso journal-url
    jstor keyword keywords-plus language-code languages lccn library-id library_name library_id license local-url localfile
    modificationdate mrclass mrnumber mrreviewer number-of-cited-references numpages oa oai oclc openalex orcid orcid-numbers owner
    p-issn pii pissn pmc pmcid pmid posted-at ppn preprint price printed printedkey priority privnote project projects pubcountry
    publication_type qualityassured ranking rating read readstatus refid registration relevance reportnumber research-areas
    researcherid-numbers review reviewer rights score search selected serial shelf size slaccitation slides source sourceid status
    subject subject-category subjects swhid sv tag tags text times-cited timestamp title_sort topic topics treatment ukey unique-id
    uniqueid uri usage-count-last-180-days usage-count-since-2013 username uuid web-of-science-categories wos xnotes zbl zblnumber
    zmnumber arxiv arxivid acmid
    dissyear flanguage founder juratitle oaddress oauthor opublisher otitle oyear ssedition totalpages updated volumetitle
"""
_PROGRAMS = frozenset(_OF_PROGRAMS.split())
_OF_PROGRAMS_TOO = re.compile(
    # Emacs keeps a field that is not used as OPT… or ALT…; Medline and Web of Science have tags of two signs; the rest are
    # the marks of BibDesk, Mendeley, JabRef, CiteULike, JSTOR, DBLP, Zotero, Better BibTeX, Citavi, EndNote, K10plus.
    r"(?:opt|alt)[a-z]{3}\w*|_\w+|x-.+|[a-z][a-z0-9]|custom\d+|sortdate|medline\w*|"
    r"(?:bdsk|mendeley|jabref|comment|citeulike|citeseer|zotero|bibdesk|medline|ptolemaeus|local|url|acm|ieee|dblp|ads|hal|papers\d?|endnote|"
    r"citavi|docear|readcube|scopus|wos|jstor|ppn|pdf|reviewedwork|reviewedauthor|tex|biblatex|bibtex|ce4|custom|optional|x)[-_.].+|"
    r"(?:zotero|mendeley|endnote|citavi|jabref|bdsk|msbib)[\w-]*"
)
PROPOSED = tuple(sorted(name for name in MODEL if not re.search(r"^end|day$|hour$|minute$|month$|second$|timezone$|year.", name)))
"""The fields that a hint may name."""
LIKELY_FIELDS = {
    "place": "location", "city": "location", "publisher-place": "location", "publisheraddress": "address", "publisher-address": "address",
    "container-title": "booktitle", "containertitle": "booktitle", "publication": "journaltitle", "newspaper": "journaltitle",
    "magazine": "journaltitle", "periodical": "journaltitle", "page": "pages", "vol": "volume", "issn_number": "issn", "no": "number",
    "website": "url", "link": "url", "web": "url", "accessed": "urldate", "accessdate": "urldate", "access-date": "urldate",
    "lastchecked": "urldate", "lastaccessed": "urldate", "visited": "urldate", "retrieved": "urldate", "university": "institution",
    "authors": "author", "editors": "editor", "translators": "translator", "translated": "translator", "notes": "note",
    "origyear": "origdate", "original-date": "origdate", "originalyear": "origdate", "number-of-volumes": "volumes",
    "numpages": "pagetotal", "short-title": "shorttitle", "collection-title": "series", "reprint": "origdate",
}  # fmt: skip
"""What people write for a field, and the field that it is."""


def is_known_type(name: str) -> bool:
    return name in TYPES or is_control(name)


def is_control(name: str) -> bool:
    """Whether entries of the type speak to a style (`@IEEEtranBSTCTL`) and are no works."""
    return bool(_CONTROLS.fullmatch(name))


def is_known_field(name: str) -> bool:
    """Whether a data model has the field, or a program keeps its own things in it. `author+an` annotates `author`."""
    plain = name.partition("+")[0]
    return plain in MODEL or plain in _PROGRAMS or bool(_OF_PROGRAMS_TOO.fullmatch(plain))


def is_of_a_program(name: str) -> bool:
    """Whether the field is no author's concern but a program's own."""
    return name not in MODEL and is_known_field(name)
