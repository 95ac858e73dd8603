"""The workbook of an assessment read back into its document: sheet by sheet, columns by their heads, cells as shown.

What a person sees in a cell counts. A formula, an error and a column of another name are said, never guessed at.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessments.platform.names import fold
from assessments.reports.exchange.checking import LEFT, NO_ASSESSMENT, REFUSED, Line, Path
from assessments.reports.exchange.lookalikes import skeleton, unknown
from assessments.reports.workbooks import columns
from assessments.reports.workbooks.columns import COLUMNS, KEY
from assessments.vendors.incoming.contents import FORMULA, Cell, Sheet, coordinate, read_workbook

Json = dict[str, Any]

STATES = {words: state for state, words in columns.STATES.items()} | {
    "": None,
    "0": 0,
    "1": 1,
    "2": 2,
    "shown in part": 1,
    "yes": 2,
    "no": 0,
}
YES, NO = ("yes", "true", "1"), ("no", "false", "0", "")
NEEDED = (columns.ABOUT, columns.SCORECARD, columns.QUESTIONS, columns.FACTS, columns.PROOF)


class Book:
    """The document that a workbook holds, with the place of each part and what is to be said of its cells."""

    def __init__(self, upload: IO[bytes], *, filename: str, size: int) -> None:
        book = read_workbook(upload, filename=filename, size=size)
        self.sheets = {columns.sheet_names().get(sheet.name, sheet.name): sheet for sheet in book.sheets}
        self.places: dict[Path, str] = {}
        self.lines: list[Line] = []
        if columns.ABOUT not in self.sheets or columns.SCORECARD not in self.sheets:
            raise ValidationError(NO_ASSESSMENT)
        for name in NEEDED:
            if name not in self.sheets:
                words = _("The sheet “{name}” is missing. Make the file again, or add the sheet.")
                self._say(name, "", REFUSED, words.format(name=name))
        for name, sheet in self.sheets.items():
            if name not in COLUMNS and sheet.rows:
                alike = next((each for each in COLUMNS if skeleton(each) == skeleton(name)), "")
                words = _("This sheet is not read.")
                if alike:
                    words = unknown(name, [alike], _("“{text}” is no sheet of this format."))
                self._say(name, "", REFUSED if alike else LEFT, words)
        self.document = self._document()

    def _document(self) -> Json:
        told = {row["About"]: row["Value"] for _place, row in self._rows(columns.ABOUT)}
        known = columns.known_as(told, columns.LABELS, columns.LABELS)
        about = {known.get(label, label): value for label, value in told.items()}
        version = about.get(columns.VERSION, "")
        document: Json = {
            "schema": about.get(columns.SCHEMA),
            "version": int(version) if version.isdecimal() and len(version) < 9 else version,
            "framework": {"key": about.get(columns.FRAMEWORK), "version": about.get(columns.FRAMEWORK_VERSION)},
            "scorecard": {"title": about.get(columns.TITLE, ""), "signed_off_on": about.get(columns.SIGNED_ON, "")},
            "categories": [],
            "facts": [],
        }
        self.places[("scorecard",)] = f"{columns.ABOUT}, {columns.TITLE}"
        self._categories(document["categories"])
        self._facts(document["facts"])
        self._leave_others()
        return document

    def _categories(self, found: list[Json]) -> None:
        by_key: dict[str, int] = {}
        for place, row in self._rows(columns.SCORECARD):
            path: Path = ("categories", len(found))
            self.places[path] = place
            by_key.setdefault(row[KEY], len(found))
            claim = {"level": _level(row["Claimed"]), "reason": row["Reason"], "by": row["Claimed by"]}
            metric = {"name": row["Figure"], "value": row["Value"], "unit": row["Unit"], "on": _day(row["Measured on"])}
            has_claim, has_metric = any((row["Claimed"], row["Reason"])), bool(row["Figure"] or row["Value"])
            found.append(
                {
                    "key": row[KEY],
                    "note": row["Note"],
                    "claim": {**claim, "on": _day(row["Claimed on"])} if has_claim else None,
                    "metric": metric if has_metric else None,
                    "deciders": [],
                    "proof": [],
                }
            )
        for place, row in self._rows(columns.QUESTIONS):
            key = row["Key of the category"]
            if (number := self._category(by_key, key, place)) is not None:
                questions = found[number]["deciders"]
                self.places["categories", number, "deciders", len(questions)] = place
                state = STATES.get(_word(row["Shown"]), row["Shown"])
                if isinstance(state, str):
                    known = [words for words in columns.STATES.values() if words]
                    self._say(
                        place, row["Name"], REFUSED, unknown(state, known, _("“{text}” is no answer to a question."))
                    )
                    state = None
                questions.append({"key": row[KEY], "state": state})
        for place, row in self._rows(columns.PROOF):
            if (number := self._category(by_key, row[KEY], place)) is not None:
                proof = found[number]["proof"]
                self.places["categories", number, "proof", len(proof)] = place
                proof.append(_proof(row))

    def _category(self, by_key: Mapping[str, int], key: str, place: str) -> int | None:
        if key not in by_key:
            words = unknown(key, list(by_key), _("“{text}” is no category of the sheet “Scorecard”."))
            self._say(place, _("Category"), REFUSED, words)
        return by_key.get(key)

    def _facts(self, found: list[Json]) -> None:
        by_key: dict[str, Json] = {}
        for place, row in self._rows(columns.FACTS):
            fact = by_key.get(row[KEY])
            if fact is None:
                self.places["facts", len(found)] = place
                fact = by_key[row[KEY]] = {"key": row[KEY], "fields": {}, "cannot_answer": False}
                found.append(fact)
            name, text = row["Key of the field"], row["Answer"]
            if name == columns.CANNOT:
                if _word(text) not in (*YES, *NO):
                    self._say(place, row["Field"], REFUSED, _("Write yes or no."))
                fact[name] = _word(text) in YES
            elif name in columns.FACT_FIELDS:
                fact[name] = text
            elif name in fact["fields"]:
                self._say(
                    place, row["Field"], REFUSED, _("“{name}” stands twice. Remove one of them.").format(name=name)
                )
            else:
                self.places["facts", found.index(fact), "fields", name] = place
                fact["fields"][name] = text

    def _leave_others(self) -> None:
        for name in (columns.VENDORS, columns.ROADMAP):
            if len(list(self._filled(name))):
                self._say(name, name, LEFT, _("Left out: an import takes the assessment alone."))

    # ---- Cells

    def _filled(self, name: str) -> Iterator[int]:
        sheet = self.sheets.get(name)
        return (number for number in (sheet.rows if sheet else ()) if number > 1)

    def _rows(self, name: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Every row with words in it: its place, and the text under each head of the sheet."""
        sheet = self.sheets.get(name)
        if sheet is None:
            return
        heads = self._heads(name, sheet)
        for number in self._filled(name):
            cells = sheet.rows[number]
            row = dict.fromkeys(COLUMNS[name], "")
            for column, cell in cells.items():
                if head := heads.get(column):
                    row[head] = self._text(name, number, column, cell)
                elif cell.text:
                    where = f"{name}, {coordinate(number, column)}"
                    self._say(where, "", LEFT, _("This column has no head that is read."))
            if any(row.values()):
                yield _("{sheet}, row {number}").format(sheet=name, number=number), row

    def _heads(self, name: str, sheet: Sheet) -> dict[int, str]:
        known, heads = COLUMNS[name], {}
        row = sheet.rows.get(1, {})
        called = columns.known_as([cell.text for cell in row.values()], known, columns.HEADS)
        for column, cell in row.items():
            head = called.get(cell.text, cell.text)
            place = f"{sheet.name}, {coordinate(1, column)}"
            if head in heads.values():
                words = _("Two columns are called “{name}”. Remove one of them.").format(name=cell.text)
                self._say(place, cell.text, REFUSED, words)
            elif head in known:
                heads[column] = head
            else:
                alike = any(skeleton(each) == skeleton(cell.text) for each in known)
                words = unknown(cell.text, known, _("“{text}” is no column that is read."))
                self._say(place, cell.text, REFUSED if alike else LEFT, words)
        for missing in known.keys() - set(heads.values()):
            words = _("The column “{name}” is missing, and nothing is taken from a sheet that is not whole.")
            self._say(sheet.name, missing, REFUSED, words.format(name=missing))
        return heads

    def _text(self, name: str, number: int, column: int, cell: Cell) -> str:
        place = f"{name}, {coordinate(number, column)}"
        if cell.trouble:
            self._say(place, cell.text or cell.formula, REFUSED, _trouble(cell))
        for note in cell.notes:
            self._say(place, cell.text, LEFT, note)
        return cell.raw or cell.text

    def _say(self, place: str, about: str, outcome: str, words: str) -> None:
        line = Line(place, " ".join(about.split())[:60], outcome, words)
        if line not in self.lines:
            self.lines.append(line)


def _trouble(cell: Cell) -> str:
    if cell.trouble == FORMULA:
        return _("The cell holds a formula; write the text itself.")
    return _("The cell holds the error {error}.").format(error=cell.text)


def _word(text: str) -> str:
    """A word of a cell, in whatever language it is written."""
    word = fold(text)
    return columns.words_known().get(word, word)


def _day(text: str) -> str:
    """A day as JSON has it: a cell with a date in it is read as 14 Sep 2026, whatever its program shows."""
    try:
        return datetime.strptime(text, "%d %b %Y").date().isoformat()
    except ValueError:
        return text


def _level(text: str) -> int | str | None:
    return int(text) if text in ("0", "1", "2") else text or None


def _proof(row: Mapping[str, str]) -> Json:
    return {
        "kind": row["Kind"],
        "title": row["Name"],
        "link": row["Link"],
        "file": row["File"],
        "value": row["Value"] or None,
        "unit": row["Unit"],
        "seen_by": row["Seen by"],
        "whose": row["Whose it is"],
        "on": _day(row["On"]),
        "in_force_until": _day(row["In force until"]) or None,
        "proves": [key for part in row["Proves"].split(",") if (key := part.strip())],
        "source": None,
    }
