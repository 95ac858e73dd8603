"""Glossary terms that explain themselves where they occur: a button that opens the definition, by the browser alone."""

import re

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments import framework
from assessments.framework.definitions import Term
from assessments.framework.translating import is_english, kept_by_language, language
from assessments.handbook.pages import GLOSSARY

# What makes several of a word, by language.
ENDINGS = {"en": "s|es", "de": "e|n|en|er|ern|s", "fr": "s|x", "es": "s|es"}


@kept_by_language(maxsize=8)
def _known() -> tuple[re.Pattern[str], dict[str, Term]]:
    """A pattern of every term in any number, the longest first, and the term of each word it finds."""
    words: dict[str, Term] = {}
    both = f" {pgettext('between the last two of a list', 'and')} "
    for term in framework.current().handbook.glossary:
        for word in term.term.lower().split(both):
            words[word] = term
    longest_first = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    endings = ENDINGS.get(language(), "s|es")
    return re.compile(rf"(?<![\w-])({longest_first})(?:{endings})?(?![\w-])", re.I), words


def explain(text: str, seen: set[str]) -> SafeString:
    """A text with each term that is not `seen` yet as a button beside its definition; what it marks, it adds to `seen`.

    Nothing needs a script. A browser that knows no popovers shows a link to the entry instead of the definition.
    """
    pattern, words = _known()
    parts, end = [], 0
    for found in pattern.finditer(text):
        term = words[found[1].lower()]
        if term.key in seen:
            continue
        seen.add(term.key)
        parts += [format_html("{}", text[end : found.start()]), _button(found[0], term)]
        end = found.end()
    return mark_safe("".join([*parts, format_html("{}", text[end:])]))  # noqa: S308  every part is escaped above


def term_button(key: str, written: str = "") -> SafeString:
    """One term as a button beside its definition, where a page speaks of it by itself."""
    term = next(each for each in framework.current().handbook.glossary if each.key == key)
    return _button(written or (term.term.lower() if is_english() else term.term), term)


def _button(written: str, term: Term) -> SafeString:
    entry = f"{reverse('handbook_detail', args=[GLOSSARY])}#{term.key}"
    return format_html(
        '<button class="term" type="button" popovertarget="term-{key}">{written}</button>'
        '<span class="term__pop" id="term-{key}" popover><b>{name}</b> <span class="term__def">{definition}</span> '
        '<a href="{entry}">{glossary}<span class="vh">: {name}</span></a></span>',
        key=term.key,
        written=written,
        name=term.term,
        definition=term.definition,
        entry=entry,
        glossary=_("Glossary"),
    )
