"""Names, their keys and their places as `0010_names_and_imports` fills them in, kept as they were when it was released.

A migration imports nothing that goes on changing: what it needs stands beside it (a name with `_` is no migration).
"""

import re
import unicodedata
from functools import lru_cache

# What takes no ink and yet makes two names differ, or turns the line around. The joiners are a matter of their own.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
KEY_LENGTH, KEY_BYTES = 400, 2000  # what an index of PostgreSQL holds
JOINERS, VARIANTS = "\u200c\u200d", re.compile("[\ufe00-\ufe0f]")
# Scripts in which a joiner between two letters is seen, and pictures that it puts together.
JOINED = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0e80-\u0fff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefe]")
# Letters with a stroke or of two letters, which no decomposition takes apart.
LIKE = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ĸ": "k",
        "ŀ": "l",
        "ƀ": "b",
        "ɨ": "i",
        "ʉ": "u",
        "ς": "σ",
    }
)


def is_unseen(letter: str) -> bool:
    """Whether a character takes no ink wherever it stands."""
    return bool(UNSEEN.match(letter)) or (unicodedata.category(letter) in ("Cc", "Cs", "Cn") and letter not in "\t\n\r")


def clean_name(text: str) -> str:
    """A name on one line without what cannot be seen in it. Joiners stay where they can be seen."""
    kept = "".join(letter for letter in text if letter.isspace() or not is_unseen(letter))
    kept = " ".join(kept.split())
    if kept.isascii():
        return kept
    kept = VARIANTS.sub(lambda found: found[0] if _is_picture(kept[: found.start()]) else "", kept)
    if not any(joiner in kept for joiner in JOINERS):
        return kept
    letters = [
        letter
        for place, letter in enumerate(kept)
        if letter not in JOINERS or _is_joined(kept[:place], kept[place + 1 :], letter)
    ]
    return " ".join("".join(letters).split())


def _is_picture(before: str) -> bool:
    return bool(before) and (
        unicodedata.category(before[-1]) in ("So", "Sm", "Sk", "Po") or before[-1] in "0123456789#*"
    )


def _is_joined(before: str, after: str, joiner: str) -> bool:
    if not before or not after:
        return False
    if joiner == "\u200d" and (_is_picture(before) or VARIANTS.match(before[-1])):
        return True
    return bool(JOINED.match(before[-1]) and (JOINED.match(after[0]) or after[0].isspace()))


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """What a text is found and told apart by: neither case nor accents nor width count, nor what cannot be seen."""
    if text.isascii():
        return " ".join(text.lower().split())
    seen = "".join(letter for letter in text if letter.isspace() or not (is_unseen(letter) or letter in JOINERS))
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", VARIANTS.sub("", seen)).casefold())
    bare = "й".join(_without_accents(piece) for piece in plain.split("й"))  # a letter of its own, no accented one
    return " ".join(unicodedata.normalize("NFC", bare.translate(LIKE)).split())


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn" or _is_sound(letter))


def _is_sound(mark: str) -> bool:
    """Whether a mark is a sound of its own and no accent, as in the scripts of India, Thailand and Japan."""
    return ("\u0900" <= mark <= "\u1cff" and mark != "\u093c") or mark in "\u3099\u309a"


@lru_cache(maxsize=20_000)
def sort_key(text: str) -> bytes:
    """The place of a name among others, byte by byte: marks, then numbers by their size, then letters.

    Accents count where the letters are the same, then case, so that equal names only are in the same place.
    """
    folded = fold(text)
    accented = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    parts = (_primary(folded), accented.encode(errors="replace"), text.swapcase().encode(errors="replace"))
    return b"\0".join(parts)[:KEY_BYTES]


def _primary(folded: str) -> bytes:
    key = bytearray()
    for piece in re.findall(r"\d+|\D", folded):
        if piece[0].isdecimal():
            digits = str(int(piece)) if len(piece) < 200 else piece[:250]
            key += b"\x03" + bytes([len(digits)]) + digits.encode()
        elif piece.isalpha() or unicodedata.category(piece)[0] == "M":
            key += piece.encode(errors="replace")
        else:
            key += b"\x02" + piece.encode(errors="replace")
    return bytes(key)


APART = "\x1f"  # behind the key of a name that was given before keys told the two apart


def derived(name: str) -> dict[str, object]:
    """The name and what is kept beside it."""
    name = clean_name(name)
    return {"name": name, "name_key": fold(name)[: KEY_LENGTH - 30], "name_sort": sort_key(name)}
