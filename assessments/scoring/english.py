"""Counts and lists in words, as every sentence of the product writes them."""

from collections.abc import Sequence

NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight"),
    *("nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
)


def number_word(count: int, *, none: str = "zero") -> str:
    """A number in words, up to sixteen; figures above. `none` is the word for nothing."""
    if not count:
        return none
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def counted(count: int, one: str, many: str = "", *, none: str = "no") -> str:
    """So many of something: one gap, two gaps, no gaps."""
    return f"{number_word(count, none=none)} {one if count == 1 else many or one + 's'}"


def percent(part: int, whole: int) -> int:
    """A whole number of per cent, rounded down: what is not reached is not shown as reached."""
    return 100 * part // whole


def listing(names: Sequence[str]) -> str:
    """A, B, and C; two take a comma only where one of them has an "and" of its own."""
    if len(names) < 2:
        return "".join(names)
    comma = "," if len(names) > 2 or any(" and " in name for name in names) else ""
    return f"{', '.join(names[:-1])}{comma} and {names[-1]}"
