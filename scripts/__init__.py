"""Octavo: one manuscript in Markdown and BibTeX; a PDF, an EPUB and a web edition that agree.

The stages, in the order in which the text flows; each reads the folder of the one before (output/work/):

1. `parse`: chapters -> trees; `bibliography`: *.bib -> entries with their places (1-parsed); `draw`: figures from data
2. `check`: trees and entries -> findings (check/report.*); `checks/` holds the checks, `report` prints them (2-checked)
3. `resolve`: the number of every part, chapter, section, figure, table and equation, and the references (3-resolved)
4. `cite`: citations, notes and bibliography for the whole book (4-cited)
5. `pdf`; `pages`, then `epub` and `html`: the editions (5-rendered); `paginate` fills the pages of print into the last two,
   `publish` moves all to output/
6. `validate`: epubcheck, axe, links … on the built editions

The ground floor, which every stage stands on: `model`, `tree`, `tools`, `config`, `source`.
"""

__version__ = "0.1.0"
