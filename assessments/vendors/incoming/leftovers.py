"""What a file holds that the export did not put there and that was not taken as an answer or a link, with its words."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.framework.translating import number
from assessments.vendors.incoming.contents import Cell, Sheet, Workbook, coordinate, place_of
from assessments.vendors.readings import ReviewReading
from assessments.vendors.services import content_of, wording
from assessments.vendors.workbook.labels import (
    ANSWER,
    INSTRUCTIONS,
    KEY,
    LANGUAGES,
    LINKS,
    NUMBER,
    QUESTION,
    QUESTIONS,
    REVIEW,
    TOPIC,
    VERSION,
    is_called,
)
from assessments.vendors.workbook.sheets import instructions, too_long

MAX_WORDS = 1_000_000  # characters in all that a report holds


@dataclass(frozen=True, slots=True)
class Left:
    """Words that were not taken: where they stand, what they are, and the question in whose row that is."""

    sheet: str
    places: str
    what: str
    words: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The sheet with the questions: where its header is, which columns count, which question each row is about.

    `taken` are the rows of which the report says line by line what became of them.
    """

    sheet: Sheet
    header: int
    columns: Mapping[str, int]
    keys: Mapping[int, str]
    taken: Collection[int]


def left_in(book: Workbook, table: Table, readings: Iterable[ReviewReading]) -> tuple[Left, ...]:
    """Everything with words that is neither the export's own nor an answer; the same words in one sheet once."""
    readings = list(readings)
    asks = {row.key: row.ask for reading in readings for row in reading.questions}
    seen: dict[tuple[str, str, str, str], list[tuple[int, int]]] = {}
    others: dict[tuple[str, str, str, str], list[str]] = {}
    ours, exported, hints = set(), [_Exported(reading) for reading in readings], set()
    for code in LANGUAGES:
        with translation.override(code):
            ours |= {_plain(text) for reading in readings for row in instructions(reading.review) for text in row}
            hints.add(_plain(" ".join(too_long())))
            for each in exported:
                each.add()
    for sheet in book.sheets:
        for row, cells in sheet.rows.items():
            for column, cell in cells.items():
                if sheet is table.sheet:
                    is_left = _is_left(table, exported, row, column, cell)
                elif _is_instructions(sheet):
                    is_left = _plain(cell.words) not in ours and not _is_number_of_review(cells, cell)
                else:
                    is_left = True
                if is_left and cell.words:
                    about = asks.get(table.keys.get(row, ""), "") if sheet is table.sheet else ""
                    seen.setdefault((sheet.name, "cell", cell.words, about), []).append((row, column))
        for found in sheet.found:
            if not (found.what == "hint" and _plain(found.words) in hints):
                place = place_of(found.place)
                about = asks.get(table.keys.get(place[0], ""), "") if sheet is table.sheet and place else ""
                others.setdefault((found.sheet, found.what, found.words, about), []).append(found.place)
        if sheet is table.sheet and not is_called(sheet.name, QUESTIONS):
            others.setdefault((sheet.name, "name of the sheet", sheet.name, ""), []).append("")
    for found in book.found:
        others.setdefault((found.sheet, found.what, found.words, ""), []).append(found.place)
    left = [Left(sheet, _ranges(cells), what, words, about) for (sheet, what, words, about), cells in seen.items()]
    left += [
        Left(sheet, ", ".join(filter(None, places)), what, words, about)
        for (sheet, what, words, about), places in others.items()
    ]
    return _within_limit(left)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _is_instructions(sheet: Sheet) -> bool:
    return is_called(sheet.name, INSTRUCTIONS)


def _is_number_of_review(cells: Mapping[int, Cell], cell: Cell) -> bool:
    """The number beside its label, whichever review it names: an export that was copied keeps the old one there."""
    return cell.words.isdecimal() and any(is_called(each.text, REVIEW) for each in cells.values())


def _is_left(table: Table, exported: list["_Exported"], row: int, column: int, cell: Cell) -> bool:
    name = next((name for name, place in table.columns.items() if place == column), "")
    if not name or row < table.header:
        return True
    if row == table.header:
        return False
    if name in (KEY, ANSWER, LINKS):
        return row not in table.taken
    key = table.keys.get(row, "")
    expected = {_plain(text) for each in exported for text in each.own(name, key)}
    if name == VERSION:
        return not (cell.text.isdecimal() and not cell.links)
    return _plain(cell.words) not in expected


class _Exported:
    """What the export of a review writes beside the key of a question, in every language that was added."""

    def __init__(self, reading: ReviewReading) -> None:
        self.review = reading.review
        self.texts: dict[str, dict[str, set[str]]] = {
            row.key: {NUMBER: {str(row.number)}, TOPIC: {topic.topic.name}, QUESTION: {row.ask}}
            for topic in reading.topics
            for row in topic.questions
        }

    def add(self) -> None:
        """Add what it writes in the language that is spoken."""
        for topic in content_of(self.review).vendor.topics:
            for question in topic.questions:
                if texts := self.texts.get(question.key):
                    texts[TOPIC].add(topic.name)
                    texts[QUESTION].add(wording(question, self.review.vendor))

    def own(self, name: str, key: str) -> set[str]:
        """What stands in a column beside a key; beside one that is not known, whatever stands there anywhere."""
        beside = [self.texts.get(key, {})] if key else self.texts.values()
        return {text for texts in beside for text in texts.get(name, {""})}


def _ranges(cells: list[tuple[int, int]]) -> str:
    """The places of the same words: D2, or D2 to D9 where they stand below each other."""
    runs: list[list[int]] = []
    for row, column in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        if runs and runs[-1][2] == column and runs[-1][1] == row - 1:
            runs[-1][1] = row
        else:
            runs.append([row, row, column])
    texts = [
        coordinate(first, column) if first == last else f"{coordinate(first, column)}:{coordinate(last, column)}"
        for first, last, column in runs
    ]
    named = ", ".join(texts[:20])
    return named if len(texts) <= 20 else _("{places} and {n} more").format(places=named, n=len(texts) - 20)


def _within_limit(left: list[Left]) -> tuple[Left, ...]:
    room, kept = MAX_WORDS, []
    for each in left:
        room -= len(each.words)
        if room < 0:
            rest = len(left) - len(kept)
            said = ngettext(
                "{count} more place holds words. Open the file itself for it.",
                "{count} more places hold words. Open the file itself for these.",
                rest,
            )
            kept.append(Left("", "", "more", said.format(count=number(rest))))
            break
        kept.append(each)
    return tuple(kept)
