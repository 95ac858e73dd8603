"""Searching the handbook: every word of every page, held in memory, found whatever its case and accents."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop

from assessments.framework.translating import kept_by_language
from assessments.handbook.book import Book, Page, Section, sentences
from assessments.handbook.pages import book
from assessments.platform.names import clean_name, fold

LONGEST, SHORTEST, SHOWN = 100, 2, 30
TOO_SHORT = gettext_noop("Type at least two letters.")
CUT = format_lazy(_lazy("Only the first {number} characters were searched for."), number=LONGEST)
LONGEST_SENTENCE = 240  # characters of a sentence that a hit shows


@dataclass(frozen=True, slots=True)
class Entry:
    """One section with its texts, as they are read and as they are found."""

    page: Page
    section: Section
    texts: tuple[str, ...]
    title: str
    heading: str
    folded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    page: Page
    section: Section
    title: SafeString
    heading: SafeString
    sentence: SafeString


@dataclass(frozen=True, slots=True)
class Found:
    """What was searched for, what was found, and what to say about the search itself."""

    query: str
    hits: tuple[Hit, ...] = ()
    count: int = 0
    problem: str = ""
    note: str = ""


@kept_by_language(maxsize=8)
def index() -> tuple[Entry, ...]:
    return tuple(_entries(book()))


def _entries(whole: Book) -> Iterator[Entry]:
    for page in whole.pages:
        for place, section in enumerate(page.sections):
            texts = tuple(text for block in section.blocks for text in block.texts)
            texts = (page.lead, *texts) if place == 0 else texts
            yield Entry(page, section, texts, fold(page.title), fold(section.heading), tuple(map(fold, texts)))


def find(query: str) -> Found:
    """The sections in which every word of the query occurs: in a title first, then in a heading, then in the text."""
    query = clean_name(query)
    note, query = (str(CUT), query[:LONGEST]) if len(query) > LONGEST else ("", query)
    words = tuple(dict.fromkeys(fold(query).split()))
    if not words:
        return Found(query)
    if sum(map(len, words)) < SHORTEST:
        return Found(query, problem=_(TOO_SHORT))
    ranked = [(rank, entry) for entry in index() if (rank := _rank(entry, words)) is not None]
    ranked.sort(key=lambda each: each[0])
    hits = tuple(_hit(entry, words) for _rank_of, entry in ranked[:SHOWN])
    return Found(query, hits, len(ranked), note=note)


def _rank(entry: Entry, words: Sequence[str]) -> int | None:
    """Where an entry stands among the hits, None if it is none. A page's title alone counts for its first section."""
    named = f"{entry.title} {entry.heading}" if entry.section is entry.page.sections[0] else entry.heading
    rest = [word for word in words if word not in named]
    if not rest:
        return 0 if all(word in entry.title for word in words) else 1
    if any(not any(word in text for text in entry.folded) for word in rest):
        return None
    return 2


def _hit(entry: Entry, words: Sequence[str]) -> Hit:
    page, section = entry.page, entry.section
    heading = "" if section.heading == page.title else section.heading
    return Hit(page, section, marked(page.title, words), marked(heading, words), _sentence(entry, words))


def _sentence(entry: Entry, words: Sequence[str]) -> SafeString:
    """The sentence in which most of the words occur, with each of them marked; the first one if none does."""
    everything = [sentence for text in entry.texts for sentence in sentences(text)]
    best = max(everything, key=lambda sentence: sum(word in fold(sentence) for word in words))
    return marked(_around(best, words), words)


def _around(sentence: str, words: Sequence[str]) -> str:
    """A long sentence cut to what stands around the first word found in it."""
    if len(sentence) <= LONGEST_SENTENCE:
        return sentence
    spans = list(_spans(sentence, words))
    start = max(0, min(spans[0][0] - LONGEST_SENTENCE // 3, len(sentence) - LONGEST_SENTENCE)) if spans else 0
    start = sentence.find(" ", start) + 1 if start else 0
    end = start + LONGEST_SENTENCE
    cut = sentence[start:end].rsplit(" ", 1)[0] if end < len(sentence) else sentence[start:]
    return f"{'… ' if start else ''}{cut}{' …' if end < len(sentence) else ''}"


def marked(text: str, words: Iterable[str]) -> SafeString:
    """A text with the folded words marked where they occur in it, however they are written there."""
    pieces, end = [], 0
    for start, stop in _spans(text, words):
        pieces += [(text[end:start], text[start:stop])]
        end = stop
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", pieces), text[end:])


def _spans(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where the folded words stand in a text, in order and without overlap."""
    places: list[int] = []
    folded: list[str] = []
    for place, letter in enumerate(text):
        for each in " " if letter.isspace() else fold(letter):
            folded.append(each)
            places.append(place)
    plain = "".join(folded)
    found = sorted((m.start(), m.end()) for word in words for m in re.finditer(re.escape(word), plain))
    end = 0
    for start, stop in found:
        if start < end:
            if stop <= end:
                continue
            start = end
        yield places[start], places[stop - 1] + 1
        end = stop
