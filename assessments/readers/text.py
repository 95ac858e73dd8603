"""Bytes to text and text to numbers, whatever the machine's language was."""

import codecs
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import cast

ANSI = re.compile(r"\x1b(?:\[[0-9;:?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What a tool writes for "nothing was measured" in a field of 64 bits (DCGM's blanks), and all beyond it.
NO_DATA = Decimal(2**63 - 1000)
NUMBER = re.compile(r"[-+]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,2})?")
UNIT_MS = {
    **dict.fromkeys(("ns", "nsec"), Decimal("0.000001")),
    **dict.fromkeys(("us", "usec", "µs", "μs", "Âµs"), Decimal("0.001")),
    **dict.fromkeys(("ms", "msec"), Decimal(1)),
    **dict.fromkeys(("s", "sec", "secs"), Decimal(1000)),
    **dict.fromkeys(("m", "min"), Decimal(60_000)),
    "h": Decimal(3_600_000),
}
CONTROLS = bytes((*range(7), *range(14, 27), *range(28, 32)))
SPAN = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*(ns|us|µs|μs|Âµs|ms|s|m|h)(?![a-z])")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("as-windows-1252", _as_windows)


def encoding_of(head: bytes) -> str | None:
    """The encoding of a text, and None for what is no text. UTF-8 falls back byte by byte to Windows-1252."""
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return encoding
    even, odd = head[0:4096:2], head[1:4096:2]
    if len(head) >= 4 and odd and odd.count(0) > len(odd) * 0.7 and even.count(0) <= len(even) * 0.1:
        return "utf-16-le"
    if len(head) >= 4 and even and even.count(0) > len(even) * 0.7 and odd.count(0) <= len(odd) * 0.1:
        return "utf-16-be"
    controls = len(head) - len(head.translate(None, CONTROLS))
    return None if b"\0" in head or controls > len(head) // 50 else "utf-8"


def decode(data: bytes, encoding: str = "utf-8") -> str:
    return clean(data.decode(encoding, "as-windows-1252" if encoding.startswith("utf-8") else "replace"))


def clean(text: str) -> str:
    """Without colors, with one kind of line end."""
    if "\x1b" in text:
        text = ANSI.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def number(value: object, *, comma: bool = False) -> Decimal | None:
    """The exact number; None for words, NaN, infinity, a blank of 64 bits. `comma`: it marks decimals."""
    kind = type(value)
    if kind is Decimal:
        found = cast(Decimal, value)
    elif kind is int:
        found = Decimal(cast(int, value))
    elif isinstance(value, str):
        text = value.strip()
        if comma:
            text = text.replace(".", "").replace(",", ".") if "," in text else text
        if not NUMBER.fullmatch(text):
            return None
        try:
            found = Decimal(text)
        except InvalidOperation:
            return None
    else:
        return None
    if not found.is_finite() or not -30 <= found.adjusted() < 18:
        # Nothing to measure is so small; and of what is so large only what stays below the blanks is a number.
        return None if not found.is_finite() or found.adjusted() < 0 < abs(found) or abs(found) >= NO_DATA else found
    return found


def whole(value: object) -> int | None:
    """A count: a whole number of at least zero."""
    found = number(value)
    return int(found) if found is not None and found >= 0 and found == found.to_integral_value() else None


def milliseconds(text: str) -> Decimal | None:
    """A duration with its unit, as Go and wrk write it: `344.00us`, `1.20s`, `1m2.5s`."""
    total, end = Decimal(0), 0
    text = text.strip()
    for part in SPAN.finditer(text):
        amount = number(part[1].replace(",", "."))
        if part.start() != end or amount is None:
            return None
        total, end = total + amount * UNIT_MS[part[2]], part.end()
    return total if text and end == len(text) else None


def label(text: object, limit: int = 80) -> str:
    """A name out of a file, on one line and short."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def plural(count: int, one: str) -> str:
    many = f"{one[:-1]}ies" if one.endswith("y") else f"{one}es" if one.endswith(("s", "sh", "ch", "x")) else f"{one}s"
    return f"{count:,} {one if count == 1 else many}"


def listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def shown(milliseconds: Decimal) -> str:
    """A duration for a sentence, to three digits."""
    rounded = milliseconds.quantize(Decimal(1).scaleb(min(milliseconds.adjusted() - 2, 0)))
    return f"{rounded:,f} ms"
