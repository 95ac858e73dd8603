"""Signs in the text of a mail that nobody sees: they tell its HTML part what is what, and are taken out of the text."""

import re

QUOTE, UNQUOTE, FOOT = "\x02", "\x03", "\x04"
BRAND, BRAND_END = "\x0e", "\x0f"
LANGUAGE, LANGUAGE_END = "\x10", "\x11"
_ALL = re.compile(
    f"{BRAND}[^{BRAND}{BRAND_END}\n]*{BRAND_END}|{LANGUAGE}[^{LANGUAGE}{LANGUAGE_END}\n]*{LANGUAGE_END}"
    f"|[{QUOTE}{UNQUOTE}{FOOT}{BRAND}{BRAND_END}{LANGUAGE}{LANGUAGE_END}]"
)
_LANGUAGE = re.compile(f"{LANGUAGE}([a-z-]{{2,5}}){LANGUAGE_END}")


def quoted(text: str) -> str:
    """What a person wrote: it is set apart, and nothing in it becomes a link."""
    return f"{QUOTE}{plain(text)}{UNQUOTE}" if text else ""


def foot(text: str) -> str:
    """From here on the mail says why it came and what to do about it."""
    return f"{FOOT}{text}"


def brand(light: str, dark: str) -> str:
    """That the next line is the name of the firm the mail comes from, and its color on light and on dark."""
    return f"{BRAND}{light},{dark}{BRAND_END}"


def written_in(language: str) -> str:
    """In which language the mail is, at its very beginning."""
    return f"{LANGUAGE}{language}{LANGUAGE_END}"


def language_of(text: str) -> str:
    """The language that a mail says it is in; empty where it says none."""
    found = _LANGUAGE.match(text)
    return found[1] if found else ""


def plain(text: str) -> str:
    """The text as it is sent."""
    return _ALL.sub("", text)
