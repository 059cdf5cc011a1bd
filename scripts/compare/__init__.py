"""The built editions read back and compared (EDN001): what a reader sees in the PDF, in the EPUB and on the web.

`seen` is what was read, `glyphs` and `paper` read the PDF, `screens` the EPUB and the web edition, `differences` compares.
"""
