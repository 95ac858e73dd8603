"""The catalogs of texts, `assessments/locale/LANGUAGE/LC_MESSAGES/django.po`, read, written and checked with Babel.

What is compiled (`django.mo`) is made by the commands that set up, and is not kept.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from django.conf import settings
from django.utils.translation import template as django_template

ROOT = settings.BASE_DIR
FOLDER = ROOT / "assessments" / "locale"
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES if code != "en")
KEYWORDS = {
    **dict.fromkeys(("_", "_lazy", "_noop", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# One form for one and one for many; CLDR's third, for whole millions, no text here needs.
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
# A call in what Django makes of a template; what stands between the calls is no Python.
CALL = re.compile(
    r"""\b(?:n?p?gettext|_)\((?:\s*(?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|count)\s*,?)+\s*\)""", re.DOTALL
)
TAG = re.compile(r"</?[a-z][^>]*>")


@dataclass(frozen=True, slots=True)
class Counts:
    texts: int
    open: int


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def texts() -> Catalog:
    """Every text in the sources that is given to gettext."""
    catalog = Catalog(charset="utf-8")
    for name, source in _sources():
        options: dict[str, str] = {}
        for line, message, comments, context in babel_extract("python", io.BytesIO(source), KEYWORDS, (), options):
            del line, comments
            catalog.add(message, locations=[(name, None)], context=context)
    return catalog


def _sources() -> Iterator[tuple[str, bytes]]:
    for path in sorted((ROOT / "assessments").rglob("*.py")):
        if "migrations" not in path.parts:
            yield str(path.relative_to(ROOT)), path.read_bytes()
    for path in sorted(each for kind in ("*.html", "*.txt") for each in (ROOT / "templates").rglob(kind)):
        name = str(path.relative_to(ROOT))
        yield name, "\n".join(calls(path.read_text(encoding="utf-8"))).encode()


def calls(source: str) -> list[str]:
    """The calls of gettext that a template amounts to, as Python."""
    return [found.group() for found in CALL.finditer(django_template.templatize(source))]


def _empty(language: str) -> Catalog:
    catalog = Catalog(locale=language, charset="utf-8", fuzzy=False)
    headers = {"Content-Type": "text/plain; charset=utf-8", "Plural-Forms": PLURALS[language]}
    catalog.mime_headers = list(headers.items())
    return catalog


def read(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)


def extract() -> dict[str, Counts]:
    """Bring the catalogs up to the sources: what is new is open, what is gone is dropped, what stays stays."""
    found, counts = texts(), {}
    for language in LANGUAGES:
        known, fresh = read(language), _empty(language)
        for message in found:
            if message.id:
                said = known.get(message.id, message.context)
                string = said.string if said and not said.fuzzy else ""
                fresh.add(message.id, string, locations=message.locations, context=message.context)
        write(language, fresh)
        counts[language] = Counts(len(fresh), sum(not is_said(each) for each in fresh if each.id))
    return counts


def write(language: str, catalog: Catalog) -> None:
    """Sorted by where a text stands first, without dates: the same texts make the same file."""
    catalog.header_comment = ""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    pofile.write_po(text, catalog, width=110, sort_by_file=True, omit_header=True, include_lineno=False)
    plural = f'"Plural-Forms: {PLURALS[language]}\\n"\n'
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {language}\\n"\n{plural}\n'
    path.write_bytes(head.encode() + text.getvalue())


def is_said(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return all(strings) and not message.fuzzy


def compile_all() -> None:
    for language in LANGUAGES:
        with path_of(language).with_suffix(".mo").open("wb") as file:
            mofile.write_mo(file, read(language))


# Checking


def problems() -> list[str]:
    """What is wrong with the catalogs: texts without translation, placeholders and markup that differ."""
    found, faults = texts(), []
    expected = {(_first(each), each.context) for each in found if each.id}
    for language in LANGUAGES:
        catalog = read(language)
        said = {(_first(each), each.context): each for each in catalog if each.id}
        faults += [f"{language}: not in the catalog: {text!r}" for text, _ in sorted(expected - {*said}, key=str)]
        faults += [f"{language}: in no source: {text!r}" for text, _ in sorted({*said} - expected, key=str)]
        for (text, _), message in said.items():
            faults += [f"{language}: {reason}: {there!r}" for reason, there in wrong(message, text)]
    return faults


def _first(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, (list, tuple)) else message.id)


def wrong(message: Message, text: str) -> list[tuple[str, str]]:
    """What is wrong with a translation, and where."""
    if not is_said(message):
        return [("not translated", text)]
    many = isinstance(message.id, (list, tuple))
    originals = message.id if many else (message.id,)
    strings = message.string if many else (message.string,)
    allowed = {frozenset(placeholders(each)) for each in originals}
    faults = []
    for string in strings:
        if frozenset(placeholders(string)) not in allowed:
            faults.append(("placeholders differ", f"{text} | {string}"))
        if sorted(TAG.findall(string)) not in [sorted(TAG.findall(each)) for each in originals]:
            faults.append(("markup differs", f"{text} | {string}"))
    if text.startswith("\n") != strings[0].startswith("\n") or text.endswith("\n") != strings[0].endswith("\n"):
        faults.append(("begins or ends otherwise", text))
    return faults


def placeholders(text: str) -> set[str]:
    """The names in `{name}` and `%(name)s`. A brace that stands for itself is doubled."""
    names = set(PLACEHOLDER.findall(text))
    try:
        return names | {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return names
