"""Letters that no font of this machine has, told before a report is made: in it they would be holes."""

import json
import shutil
import subprocess
import time
import unicodedata
from bisect import bisect_right
from collections import Counter
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from assessments.reports.snapshot import Snapshot
from assessments.scoring.words import listing, number_word

# European letters, which every font for them has; without any of these no report could be made at all.
PLAIN = 0x180
NAMED = 3
FRESH_SECONDS = 600
FC_LIST_SECONDS = 20
# Drawn as something else, or as nothing: variation selectors, joiners, fillers, a hyphen that does not break.
UNSEEN = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2011, 0xFFFD}
SYMBOLS = "symbols"
SCRIPTS = {"CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
LETTERS: dict[str, Promise] = {
    "Chinese or Japanese": ngettext_lazy(
        "{count} letter of Chinese or Japanese", "{count} letters of Chinese or Japanese"
    ),
    "Japanese": ngettext_lazy("{count} letter of Japanese", "{count} letters of Japanese"),
    "Korean": ngettext_lazy("{count} letter of Korean", "{count} letters of Korean"),
    "Arabic": ngettext_lazy("{count} letter of Arabic", "{count} letters of Arabic"),
    "Hebrew": ngettext_lazy("{count} letter of Hebrew", "{count} letters of Hebrew"),
    "Thai": ngettext_lazy("{count} letter of Thai", "{count} letters of Thai"),
    "Greek": ngettext_lazy("{count} letter of Greek", "{count} letters of Greek"),
    "Cyrillic": ngettext_lazy("{count} letter of Cyrillic", "{count} letters of Cyrillic"),
}

Ranges = tuple[tuple[int, ...], tuple[int, ...]]


def missing_letters(snapshot: Snapshot) -> Counter[str]:
    """How many different letters of each script no font has; nothing where the fonts cannot be asked."""
    text = unicodedata.normalize("NFC", json.dumps(snapshot, ensure_ascii=False))
    letters = {letter for letter in set(text) if ord(letter) >= PLAIN and _is_seen(letter)}
    covered = _covered(int(time.monotonic() // FRESH_SECONDS)) if letters else None
    if covered is None:
        return Counter()
    return Counter(_script(letter) for letter in letters if not _has(covered, letter))


def warning(missing: Counter[str]) -> str:
    """What would be blank, as a sentence, and what to do."""
    named = missing.most_common(NAMED)
    parts = [_counted(count, script) for script, count in named]
    if rest := missing.total() - sum(count for _, count in named):
        parts.append(ngettext("{count} other", "{count} others", rest).format(count=number_word(rest)))
    return _(
        "No font on this site's machine has {letters}. In the report they would be blank wherever they occur. "
        "Ask whoever runs the site to install fonts for them, or make the report with the gaps."
    ).format(letters=listing(parts))


def _counted(count: int, script: str) -> str:
    if script == SYMBOLS:
        said = ngettext("{count} symbol", "{count} symbols", count)
    elif script in LETTERS:
        said = LETTERS[script] % count
    else:  # a script is called as Unicode calls it
        said = ngettext("{count} letter of {script}", "{count} letters of {script}", count)
    return said.format(count=number_word(count), script=script)


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cn", "Cs", "Zs", "Zl", "Zp") and ord(letter) not in UNSEEN


def _script(letter: str) -> str:
    word = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
    if unicodedata.category(letter)[0] == "S" or not word:
        return SYMBOLS
    return SCRIPTS.get(word, word.capitalize())


def _has(covered: Ranges, letter: str) -> bool:
    """A letter with its marks may be put together from what it is made of."""
    parts = unicodedata.normalize("NFD", letter)
    return _is_in(covered, ord(letter)) or (parts != letter and all(_is_in(covered, ord(part)) for part in parts))


def _is_in(covered: Ranges, code: int) -> bool:
    starts, ends = covered
    place = bisect_right(starts, code) - 1
    return place >= 0 and code <= ends[place]


@lru_cache(maxsize=1)
def _covered(_period: int) -> Ranges | None:
    """What all fonts together have. Asked anew every few minutes: fonts that are installed meanwhile count."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603
            [program, "--format", "%{charset}\n"], capture_output=True, text=True, timeout=FC_LIST_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return _merged({part for line in set(told.split("\n")) for part in line.split()})


def _merged(parts: set[str]) -> Ranges:
    """Ranges such as `e01-e3a` as starts and ends in order, none touching the next."""
    ranges = sorted((int(first, 16), int(last or first, 16)) for first, _, last in (p.partition("-") for p in parts))
    starts: list[int] = []
    ends: list[int] = []
    for first, last in ranges:
        if ends and first <= ends[-1] + 1:
            ends[-1] = max(ends[-1], last)
        else:
            starts.append(first)
            ends.append(last)
    return tuple(starts), tuple(ends)
