"""What a cell shows of the number in it: the digits, the unit that stands in its format, the date, the time.

The decimal point is always a point and groups are set off by commas, since a file does not say how its reader's
spreadsheet writes them. A whole date is written in words (14 Sep 2026), because 09/10/2026 is two days.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from openpyxl.styles.numbers import BUILTIN_FORMATS

# A section of a format, piece by piece. What stands in quotes or behind a backslash is shown as it is.
PIECES = re.compile(
    r"""
    "(?P<quoted>[^"]*)"? | \\(?P<escaped>.) | _(?P<gap>.) | \*(?P<fill>.) | \[(?P<bracket>[^\]]*)\]
    | (?P<general>general|standard) | (?P<ampm>am/pm|a/p) | (?P<power>e[+-][0\#?]+) | (?P<seconds>(?<=s)\.0+)
    | (?P<year>y+) | (?P<month>m+) | (?P<day>d+) | (?P<hour>h+) | (?P<second>s+)
    | (?P<digits>[0\#?]+) | (?P<fixed>[1-9]\d*) | (?P<point>\.) | (?P<comma>,) | (?P<percent>%) | (?P<text>@)
    | (?P<slash>/) | (?P<letter>[a-z]) | (?P<other>.)
    """,
    re.I | re.X | re.S,
)
DATE_PIECES = {"year", "month", "day", "hour", "second", "seconds", "ampm", "elapsed"}
# Formats that follow the reader's own settings, known by their number only.
LOCAL_DATES = {14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58}
LOCAL_TIMES = {*range(32, 36), 55, 56}
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DATE_WORDS = re.compile("[年月日時时分秒년월일시분초TZ]|Uhr")
COLORS = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|colou?r\s*\d+", re.I)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)")


class CannotShowError(Exception):
    """The format says something that is not understood here."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of a number's cell; `holds` is the whole number or date where the text is less than that.

    `is_sure` is false where the format is not understood: then the cell may show something else.
    """

    text: str
    holds: str = ""
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    text: str


def builtin_format(number: int) -> str:
    """The code of a format that files name by number only."""
    if number in LOCAL_DATES:
        return "yyyy-mm-dd hh:mm" if number == 22 else "yyyy-mm-dd"
    if number in LOCAL_TIMES:
        return "hh:mm"
    return str(BUILTIN_FORMATS.get(number, "General"))


def show(value: float, code: str, *, is_1904: bool = False) -> Shown:
    try:
        pieces, number, is_literal_sure = _section_for(value, code)
        if not pieces:
            return Shown("", holds=general(value))
        if _is_date(pieces):
            return _date(value, pieces, is_1904)
        shown = _number(number, pieces)
        return Shown(shown.text, shown.holds, shown.is_sure and is_literal_sure)
    except (CannotShowError, OverflowError, ValueError, ArithmeticError):
        return Shown(_anyhow(value, code, is_1904), is_sure=False)


def show_text(text: str, code: str) -> str:
    """A text as its cell shows it: a format can put words before and behind it. One that hides it is ignored."""
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else sections[0] if len(sections) == 1 else []
    if not any(piece.kind == "text" for piece in section):
        return text
    return "".join(text if piece.kind == "text" else _literal(piece) for piece in section)


def general(value: float) -> str:
    """A number without a format, without an exponent where that can be: 38, 0.00001, 1500000000000."""
    if value and not 1e-10 <= abs(value) < 1e21:
        return re.sub(r"E([+-])0*(\d)", r"E\1\2", f"{value:.15G}")
    text = f"{Decimal(f'{value:.15g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(value: float, *, is_1904: bool = False) -> datetime:
    """The day and time that a number stands for, to the thousandth of a second."""
    start = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 31) if value < 60 else datetime(1899, 12, 30)
    return start + timedelta(milliseconds=round(value * 86_400_000))


def in_words(value: float, *, is_1904: bool = False) -> str:
    """A number that is a date, as people write it: 14 Sep 2026, 14 Sep 2026, 09:30, or 09:30."""
    if not 0 <= value < 2_958_466:
        raise CannotShowError
    at = moment(value, is_1904=is_1904)
    time = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    if value < 1 and not is_1904:
        return time
    day = f"{at.day} {MONTHS[at.month - 1][:3]} {at.year}"
    return day if time == "00:00" else f"{day}, {time}"


def _anyhow(value: float, code: str, is_1904: bool) -> str:
    """The value where its format is not understood: a date if the format speaks of days or hours at all."""
    bare = re.sub(r'"[^"]*"?|\\.|\[[^\]]*\]', "", code)
    try:
        return in_words(value, is_1904=is_1904) if re.search("[ydhs]", bare, re.I) else general(value)
    except (CannotShowError, OverflowError, ValueError):
        return general(value)


# ---- Which section of a format counts


def _sections(code: str) -> list[list[_Piece]]:
    sections: list[list[_Piece]] = [[]]
    for found in PIECES.finditer(code):
        kind = found.lastgroup or "other"
        text = found[kind]
        if kind == "other" and text == ";":
            sections.append([])
        else:
            sections[-1].append(_Piece(kind, text))
    return sections


def _section_for(value: float, code: str) -> tuple[list[_Piece], float, bool]:
    """The pieces that count for a value, the value that they show, and whether they are understood for sure."""
    sections = _sections(code or "General")
    place, number = _place(value, sections)
    pieces, is_sure = [], True
    for piece in sections[place]:
        if piece.kind == "bracket":
            text = piece.text
            if text.startswith("$"):
                pieces.append(_Piece("quoted", text[1:].rsplit("-", 1)[0] if "-" in text else text[1:]))
            elif re.fullmatch("h+|m+|s+", text, re.I):
                pieces.append(_Piece("elapsed", text.lower()))
            elif not COLORS.fullmatch(text) and not CONDITION.fullmatch(text):
                is_sure = False
        else:
            pieces.append(piece)
    kinds = {piece.kind for piece in pieces}
    if "letter" in kinds or (kinds & DATE_PIECES and kinds & {"digits", "general", "percent"}):
        if not kinds & {"digits", "general"}:
            raise CannotShowError
        # A unit without quotes, such as 0 kW: no spreadsheet writes it so, some programs do.
        pieces = [_Piece("quoted", p.text) if p.kind in DATE_PIECES or p.kind == "letter" else p for p in pieces]
        is_sure = False
    return pieces, number, is_sure


def _place(value: float, sections: list[list[_Piece]]) -> tuple[int, float]:
    conditions = [
        next((found for p in pieces if p.kind == "bracket" and (found := CONDITION.fullmatch(p.text))), None)
        for pieces in sections[:3]
    ]
    if any(conditions):
        for place, found in enumerate(conditions):
            if found is None or _holds(value, found[1], float(found[2])):
                only_below = found is not None and found[1] in ("<", "<=") and float(found[2]) <= 0
                return place, abs(value) if only_below else value
        raise CannotShowError
    if len(sections) == 1 or value > 0:
        return 0, value
    if value < 0:
        return 1, abs(value)
    return (2, value) if len(sections) > 2 else (0, value)


def _holds(value: float, operator: str, limit: float) -> bool:
    return {
        "<": value < limit,
        ">": value > limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }[operator]


def _literal(piece: _Piece) -> str:
    """What a piece shows that is no digit: a gap is a blank, a filling nothing."""
    return {"gap": " ", "fill": "", "comma": ",", "point": ".", "slash": "/"}.get(piece.kind, piece.text)


# ---- Numbers


def _number(value: float, pieces: list[_Piece]) -> Shown:
    kinds = [piece.kind for piece in pieces]
    factor = 100 ** kinds.count("percent")
    exact = Decimal(f"{value:.15g}") * factor
    if "general" in kinds or "text" in kinds:
        inner = general(float(exact))
        shown = "".join(inner if p.kind in ("general", "text") else _literal(p) for p in pieces)
        return Shown(_tidy(shown))
    if "digits" not in kinds:
        return Shown(_tidy("".join(map(_literal, pieces))), holds="" if _says(pieces) else general(value))
    if "power" in kinds:
        shown, taken = _scientific(exact, pieces)
    elif _is_fraction(kinds):
        shown, taken = _fraction(exact, pieces)
    else:
        shown, taken = _decimal(exact, pieces)
    is_whole = abs(taken - exact) <= abs(exact) * Decimal("1e-12")
    holds = "" if is_whole else general(float(exact)) + "%" * kinds.count("percent")
    return Shown(_tidy(shown), holds)


def _says(pieces: list[_Piece]) -> bool:
    """Whether a section without a digit shows something in its place, as "Yes";;"No" does."""
    return bool("".join(map(_literal, pieces)).strip())


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _round(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _decimal(exact: Decimal, pieces: list[_Piece]) -> tuple[str, Decimal]:
    places = [place for place, piece in enumerate(pieces) if piece.kind == "digits"]
    point = next((place for place, piece in enumerate(pieces) if piece.kind == "point"), len(pieces))
    last = max((place for place in places if place < point), default=-1)
    scaling = _commas_behind(pieces, last) | _commas_behind(pieces, places[-1])
    is_grouped = any(p.kind == "comma" and place < last for place, p in enumerate(pieces) if place > min(places))
    decimals = "".join(pieces[place].text for place in places if place > point)
    thousand = Decimal(1000) ** len(scaling)
    rounded = _round(abs(exact) / thousand, len(decimals))
    whole, _, part = f"{rounded:f}".partition(".")
    digits, filled = _spread(whole, [pieces[place].text for place in places if place < point], is_grouped), {}
    for place, text in zip([place for place in places if place < point], digits, strict=True):
        filled[place] = text
    start = 0
    for place in places:
        if place > point:
            size = len(pieces[place].text)
            filled[place] = _decimals(part[start : start + size], pieces[place].text, part[start + size :])
            start += size
    hidden = scaling | {n for n, piece in enumerate(pieces) if piece.kind == "comma" and is_grouped and n < last}
    if not any(text for place, text in filled.items() if place > point):
        hidden.add(point)
    text = ""
    for place, piece in enumerate(pieces):
        if place in filled:
            text += filled[place]
        elif place in hidden:
            continue
        else:
            text += _literal(piece)
    if not places or point < min(places):
        text = text if whole == "0" else text.replace(".", f"{whole}.", 1)
    is_minus = exact < 0 and rounded != 0
    return ("-" if is_minus else "") + text, (rounded * thousand).copy_sign(exact)


def _commas_behind(pieces: list[_Piece], place: int) -> set[int]:
    """The commas right behind a digit's place: each divides by a thousand."""
    found: set[int] = set()
    while 0 <= place < len(pieces) - 1 and pieces[place + 1].kind == "comma":
        place += 1
        found.add(place)
    return found


def _spread(whole: str, masks: list[str], is_grouped: bool) -> list[str]:
    """The digits of a whole number, from the right, into the places for them; what is left over goes to the front."""
    mask, digits = "".join(masks), whole if whole != "0" else ""
    shown: list[str] = []
    for place in range(max(len(mask), len(digits))):
        digit = digits[-1 - place] if place < len(digits) else ""
        wanted = mask[-1 - place] if place < len(mask) else "#"
        digit = digit or {"0": "0", "?": " "}.get(wanted, "")
        if is_grouped and place and place % 3 == 0 and digit.strip():
            digit += ","
        shown.insert(0, digit)
    result, over = [], len(shown) - len(mask)
    for number, each in enumerate(masks):
        size = len(each) + (over if number == 0 else 0)
        result.append("".join(shown[:size]))
        shown = shown[size:]
    return result


def _decimals(digits: str, mask: str, rest: str) -> str:
    """The digits behind the point; a zero at the end shows only where the format asks for one."""
    text = list(digits.ljust(len(mask), "0"))
    if rest.strip("0"):
        return "".join(text)
    for place in range(len(mask) - 1, -1, -1):
        if text[place] != "0" or mask[place] == "0":
            break
        text[place] = " " if mask[place] == "?" else ""
    return "".join(text)


def _scientific(exact: Decimal, pieces: list[_Piece]) -> tuple[str, Decimal]:
    place = next(number for number, piece in enumerate(pieces) if piece.kind == "power")
    before, power = pieces[:place], pieces[place].text
    if len(next(piece.text for piece in before if piece.kind == "digits")) > 1:
        raise CannotShowError  # exponents by threes
    exponent = exact.adjusted() if exact else 0
    shown, taken = _decimal(exact.scaleb(-exponent), before)
    if abs(taken) >= 10:
        exponent += 1
        shown, taken = _decimal(exact.scaleb(-exponent), before)
    sign = "-" if exponent < 0 else "+" if power[1] == "+" else ""
    tail = "".join(map(_literal, pieces[place + 1 :]))
    return f"{shown}E{sign}{abs(exponent):0{len(power) - 2}d}{tail}", taken.scaleb(exponent)


def _is_fraction(kinds: list[str]) -> bool:
    places = [place for place, kind in enumerate(kinds) if kind == "slash"]
    return any(
        0 < place < len(kinds) - 1 and kinds[place - 1] == "digits" and kinds[place + 1] in ("digits", "fixed")
        for place in places
    )


def _fraction(exact: Decimal, pieces: list[_Piece]) -> tuple[str, Decimal]:
    place = next(n for n, p in enumerate(pieces) if p.kind == "slash" and pieces[n - 1].kind == "digits")
    below, first = pieces[place + 1], next(n for n, p in enumerate(pieces) if p.kind == "digits")
    whole_is_apart, number = first < place - 1, Fraction(abs(exact))
    whole = number.numerator // number.denominator if whole_is_apart else 0
    rest = number - whole
    if below.kind == "fixed":
        bottom = int(below.text)
        top = round(rest * bottom)
    else:
        near = rest.limit_denominator(10 ** len(below.text) - 1)
        top, bottom = near.numerator, near.denominator
    if whole_is_apart and top == bottom:
        whole, top = whole + 1, 0
    parts = [str(whole) if whole_is_apart and (whole or not top) else "", f"{top}/{bottom}" if top else ""]
    shown = " ".join(filter(None, parts)) or "0"
    taken = Decimal(whole) + Decimal(top) / Decimal(bottom)
    around = ["".join(map(_literal, some)) for some in (pieces[:first], pieces[place + 2 :])]
    return f"{'-' if exact < 0 else ''}{around[0]}{shown}{around[1]}", taken.copy_sign(exact)


# ---- Dates, times, hours that go on counting


def _is_date(pieces: list[_Piece]) -> bool:
    return any(piece.kind in DATE_PIECES for piece in pieces)


def _date(value: float, pieces: list[_Piece], is_1904: bool) -> Shown:
    if not 0 <= value < 2_958_466:
        raise CannotShowError
    kinds = {_kind(pieces, place) for place in range(len(pieces))}
    if "elapsed" in kinds:
        return _elapsed(value, pieces)
    words = DATE_WORDS.sub("", "".join(_literal(p) for p in pieces if p.kind in ("quoted", "escaped")))
    if {"year", "month", "day"} <= kinds and not any(map(str.isalnum, words)):
        whole = in_words(value, is_1904=is_1904)
        at = moment(value, is_1904=is_1904)
        if at.hour == at.minute == at.second == 0:
            return Shown(whole)
        day = whole.rpartition(", ")[0] or whole
        if "hour" not in kinds:
            return Shown(day, holds=whole)
        text = f"{day}, {at:%H:%M:%S}" if "second" in kinds else f"{day}, {at:%H:%M}"
        return Shown(text, holds="" if "second" in kinds or not at.second else whole)
    return _as_shown(value, pieces, kinds, is_1904)


def _as_shown(value: float, pieces: list[_Piece], kinds: set[str], is_1904: bool) -> Shown:
    at = moment(value, is_1904=is_1904)
    if "seconds" not in kinds:
        at = moment(round(value * 86_400) / 86_400, is_1904=is_1904)
    hour = at.hour % 12 or 12 if "ampm" in kinds else at.hour
    text = ""
    for place, piece in enumerate(pieces):
        kind, size = _kind(pieces, place), len(piece.text)
        if kind == "year":
            text += f"{at.year:04d}" if size > 2 else f"{at.year % 100:02d}"
        elif kind == "month":
            name = MONTHS[at.month - 1]
            text += {1: str(at.month), 2: f"{at.month:02d}", 3: name[:3], 5: name[0]}.get(size, name)
        elif kind == "day":
            name = DAYS[at.weekday()]
            text += {1: str(at.day), 2: f"{at.day:02d}", 3: name[:3]}.get(size, name)
        elif kind in ("hour", "minute", "second"):
            number = {"hour": hour, "minute": at.minute, "second": at.second}[kind]
            text += f"{number:02d}" if size > 1 else str(number)
        elif kind == "seconds":
            text += f".{at.microsecond:06d}"[:size]
        elif kind == "ampm":
            half = "AM" if at.hour < 12 else "PM"
            text += half if size > 3 else half[0]
        else:
            text += _literal(piece)
    has_day = value >= 1 or is_1904
    is_less = (has_day and not {"year", "month", "day"} <= kinds) or any(
        number and kind not in kinds
        for kind, number in (("hour", at.hour), ("minute", at.minute), ("second", at.second))
    )
    return Shown(_tidy(text), holds=in_words(value, is_1904=is_1904) if is_less else "")


def _kind(pieces: list[_Piece], place: int) -> str:
    """An m stands for minutes behind hours and before seconds, else for the month."""
    kind = pieces[place].kind
    if kind != "month" or len(pieces[place].text) > 2:
        return kind
    before = [p.kind for p in pieces[:place] if p.kind in DATE_PIECES and p.kind != "ampm"][-1:]
    after = [p.kind for p in pieces[place + 1 :] if p.kind in DATE_PIECES][:1]
    elapsed = [p.text for p in pieces[:place] if p.kind == "elapsed"][-1:]
    is_minute = before == ["hour"] or after == ["second"] or (before == ["elapsed"] and elapsed[0][0] == "h")
    return "minute" if is_minute else kind


def _elapsed(value: float, pieces: list[_Piece]) -> Shown:
    total = round(value * 86_400)
    text, kinds = "", {_kind(pieces, place) for place in range(len(pieces))}
    unit = next(piece.text[0] for piece in pieces if piece.kind == "elapsed")
    for place, piece in enumerate(pieces):
        kind, size = _kind(pieces, place), len(piece.text)
        if kind == "elapsed":
            text += str(total // {"h": 3600, "m": 60, "s": 1}[piece.text[0]]).zfill(size)
        elif kind in ("minute", "second", "hour"):
            number = {"hour": total // 3600 % 24, "minute": total // 60 % 60, "second": total % 60}[kind]
            text += f"{number:02d}" if size > 1 else str(number)
        elif kind in ("year", "month", "day"):
            raise CannotShowError
        elif kind == "seconds":
            text += f".{round(value * 86_400_000) % 1000:03d}"[:size]
        else:
            text += _literal(piece)
    finest = 1 if unit == "s" or "second" in kinds else 60 if unit == "m" or "minute" in kinds else 3600
    seconds = f"{total // 3600}:{total // 60 % 60:02d}:{total % 60:02d}"
    return Shown(_tidy(text), holds=seconds if total % finest else "")
