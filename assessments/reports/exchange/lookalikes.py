"""What a word that is not known may have been meant for: with letters of another script, or a slip of the pen."""

import difflib
from collections.abc import Collection

from django.utils.translation import gettext as _

from assessments.platform.names import fold

CLOSE = 0.75
SHOWN = 60
# Letters of other scripts that look like a plain one.
LIKE = str.maketrans("аеорсухіјѕԁһԛԝкмнтвαεορυικνηχτ", "aeopcyxijsdhqwkmhtbaeopuiknhxt")


def skeleton(text: str) -> str:
    """What a text looks like: without case, width, accents and script; blanks and strokes are one."""
    return fold(text).translate(LIKE).replace("_", "-").replace(" ", "-")


def unknown(text: object, known: Collection[str], said: str, **words: object) -> str:
    """The sentence for a word that is none of those known, with the one it may have been meant for.

    `said` is the sentence: in it {text} stands for the word, other names for what `words` hold.
    """
    shown = said.format(text=str(text)[:SHOWN], **words)
    alike = [each for each in known if skeleton(each) == skeleton(str(text))]
    if alike:
        return f"{shown} {_('It looks like “{word}”, but is written with other letters.').format(word=alike[0])}"
    close = difflib.get_close_matches(skeleton(str(text)[:SHOWN]), known, 1, CLOSE)
    return f"{shown} {_('Is “{word}” meant?').format(word=close[0])}" if close else shown
