"""A chapter as text, so that places stay true: what pandoc must not be shown, and where in the source a thing stands.

Reads the bytes of a chapter; writes nothing. `look` and `refusal` guard pandoc; `Source` finds things and their places;
`critic` and `bookdown` turn marks that pandoc does not know into such as it does.
"""

from octavo.source.look import look, refusal
from octavo.source.mask import CAPTIONED
from octavo.source.prose import Paragraph
from octavo.source.text import Definition, Heading, Mark, Source, Target, read_target, same_target

__all__ = ["CAPTIONED", "Definition", "Heading", "Mark", "Paragraph", "Source", "Target", "look", "read_target", "refusal", "same_target"]
