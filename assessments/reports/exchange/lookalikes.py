"""What a word that is not known may have been meant for: with letters of another script, or a slip of the pen."""

import difflib
from collections.abc import Collection

from assessments.platform.names import fold

CLOSE = 0.75
SHOWN = 60
# Letters of other scripts that look like a plain one.
LIKE = str.maketrans("аеорсухіјѕԁһԛԝкмнтвαεορυικνηχτ", "aeopcyxijsdhqwkmhtbaeopuiknhxt")


def skeleton(text: str) -> str:
    """What a text looks like: without case, width, accents and script; blanks and strokes are one."""
    return fold(text).translate(LIKE).replace("_", "-").replace(" ", "-")


def unknown(text: object, known: Collection[str], what: str) -> str:
    """The sentence for a word that is none of those known, with the one it may have been meant for."""
    shown = f"“{str(text)[:SHOWN]}” is no {what}."
    alike = [each for each in known if skeleton(each) == skeleton(str(text))]
    if alike:
        return f"{shown} It looks like “{alike[0]}”, but is written with other letters."
    close = difflib.get_close_matches(skeleton(str(text)[:SHOWN]), known, 1, CLOSE)
    return f"{shown} Is “{close[0]}” meant?" if close else shown
