"""A review as an Excel workbook: for vendors who may not open links, who write into the file and send it back.

What comes back is the vendor's own words. It never touches a rating, a note or a follow-up of the buyer's, it erases
nothing, and it does not overwrite an answer that was changed since the file was made.
"""

import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import IO, Any

import openpyxl
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from assessments.organizations import audit
from assessments.organizations.audit import Action
from assessments.organizations.models import User
from assessments.scorecards.forms import LinkOrFileForm
from assessments.scorecards.parts import clean_text
from assessments.vendors.comparison_sheets import CELL_LENGTH, write
from assessments.vendors.models import SAID_MAX_LENGTH, VendorAnswer, VendorEvidence, VendorReview
from assessments.vendors.readings import QuestionReading, ReviewReading, read_review
from assessments.vendors.services import COMPLETE, DELETED, EVIDENCE_MAX_ITEMS
from assessments.vendors.workbooks import LOOKS_TYPED, Cell, Sheet, Workbook, read_workbook

QUESTIONS, INSTRUCTIONS = "Questions", "Instructions"
NUMBER, TOPIC, QUESTION, ANSWER, LINKS = "No.", "Topic", "Question", "Your answer", "Links to evidence"
VERSION, KEY = "Version", "Key"
# The columns and their widths in characters. The version is hidden: it says which text the vendor started from.
COLUMNS = {NUMBER: 5, TOPIC: 20, QUESTION: 48, ANSWER: 64, LINKS: 40, VERSION: 8, KEY: 6}
REVIEW, FRAMEWORK = "Review number", "Framework version"
HEADER_ROWS = 30  # the header of the table is looked for in so many rows
SHOWN_LENGTH = 60
INK, GREY, LINE = "16212B", "9AA3AB", "C6C8C8"


# ---- Out


def write_workbook(reading: ReviewReading) -> bytes:
    """The questions of a review with the vendor's answers so far, and nothing of what the buyer wrote."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = INSTRUCTIONS
    _write_instructions(sheet, reading)
    _write_questions(book.create_sheet(QUESTIONS), reading)
    for name, value in _marks(reading.review):
        book.custom_doc_props.append(StringProperty(name=name, value=value))
    book.properties.creator = reading.review.vendor.organization.name
    book.properties.title = f"Questions to {reading.review.vendor}"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _marks(review: VendorReview) -> list[tuple[str, str]]:
    return [(REVIEW, str(review.pk)), (FRAMEWORK, f"{review.framework_key} {review.framework_version}")]


def _write_instructions(sheet: Worksheet, reading: ReviewReading) -> None:
    review = reading.review
    rows = [
        (f"{review.vendor.organization.name} asks {review.vendor}", ""),
        ("How to answer", f"Write into the white cells of the sheet “{QUESTIONS}”: one answer for each question."),
        ("", "A good answer is specific and can be checked: a figure, a date, a document, a system in use."),
        ("Links to evidence", "Web addresses that show it, each on a line of its own (Alt and Enter)."),
        ("What does not apply", "Say so in the answer, with the reason. An empty answer stays open."),
        ("Length", f"An answer has at most {SAID_MAX_LENGTH:,} characters. Formulas are not read."),
        ("When you are done", "Save the file as .xlsx and send it back to whoever sent it to you."),
        ("", "Leave the columns and both sheets in place: by these the answers find their questions."),
        ("About", ", ".join(text for text in (review.offer, date_format(review.reviewed_on, "j M Y")) if text)),
        *_marks(review),
    ]
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    for number, (label, text) in enumerate(rows, 1):
        for column, value in enumerate((label, text), 1):
            cell = _write(sheet, number, column, value)
            cell.font = Font(bold=column == 1, size=16 if number == 1 else 11, color=INK)
            cell.alignment = Alignment(wrap_text=column == 2, vertical="top")
    sheet.sheet_view.showGridLines = False
    _protect(sheet)
    _print(sheet)


def _write_questions(sheet: Worksheet, reading: ReviewReading) -> None:
    for column, (name, width) in enumerate(COLUMNS.items(), 1):
        cell = _write(sheet, 1, column, name)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=INK)
        cell.alignment = Alignment(vertical="center")
        dimension = sheet.column_dimensions[cell.column_letter]
        dimension.width, dimension.hidden = width, name == VERSION
    rows = [(topic.topic.name, row) for topic in reading.topics for row in topic.questions]
    for number, (topic, row) in enumerate(rows, 2):
        said = (row.answer.vendor_said, _links(row), row.answer.vendor_said_version, row.key)
        for column, value in enumerate((row.number, topic, row.ask, *said), 1):
            _format(_write(sheet, number, column, value), list(COLUMNS)[column - 1])
    limit = DataValidation("textLength", operator="lessThanOrEqual", formula1=str(SAID_MAX_LENGTH), allow_blank=True)
    limit.showErrorMessage = True
    limit.errorTitle, limit.error = "Too long", f"An answer has at most {SAID_MAX_LENGTH:,} characters."
    sheet.add_data_validation(limit)
    answers = list(COLUMNS).index(ANSWER) + 1
    limit.add(f"{sheet.cell(2, answers).coordinate}:{sheet.cell(len(rows) + 1, answers).coordinate}")
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.sheet_view.showGridLines = False
    _protect(sheet)
    _print(sheet)


def _links(row: QuestionReading) -> str:
    """The vendor's links, as many whole ones as a cell holds. What is left out stays attached all the same."""
    text = ""
    for item in row.evidence:
        if item.by_vendor and item.url and len(text) + len(item.url) < CELL_LENGTH:
            text += f"\n{item.url}" if text else item.url
    return text


def _write(sheet: Worksheet, row: int, column: int, value: object) -> Any:
    """What looks as if an apostrophe had been typed before it gets one more, so that it comes back as it was."""
    cell = sheet.cell(row, column)
    if isinstance(value, str) and LOOKS_TYPED.match(value):
        write(cell, f"'{value}")
    elif value != "":
        write(cell, value)
    return cell


def _format(cell: Any, column: str) -> None:
    is_open = column in (ANSWER, LINKS)
    line = Side(style="thin", color=LINE)
    cell.alignment = Alignment(wrap_text=column != KEY, vertical="top", horizontal="left")
    cell.border = Border(left=line, right=line, top=line, bottom=line) if is_open else Border(bottom=line)
    cell.fill = PatternFill("solid", fgColor="FFFFFF" if is_open else "F8F7F4")
    cell.protection = Protection(locked=not is_open)
    cell.font = Font(size=8, color=GREY) if column in (KEY, VERSION) else Font(color=INK)
    cell.number_format = "@" if is_open else "General"  # an answer of 5/6 is no date


def _protect(sheet: Worksheet) -> None:
    """Without a password: it keeps from slips, not from will. Columns and rows can still be made wider."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _print(sheet: Worksheet) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.right.text = "&P of &N"


# ---- In


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a row of the file, or of a question that is not in it (`row` is None).

    `state` is taken, unchanged, refused or missing. Where an answer had changed, `theirs` is what stands here and
    `yours` what the file says. `notes` are sentences about the links.
    """

    row: int | None
    question: QuestionReading | None
    name: str
    state: str
    reason: str = ""
    yours: str = ""
    theirs: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """Line by line, in the order of the file, what is not in it at the end. `notes` are about the file as a whole."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    answers: int
    links: int

    def of(self, state: str) -> list[Line]:
        return [line for line in self.lines if line.state == state]

    @property
    def refused(self) -> list[Line]:
        return self.of("refused")

    @property
    def counts(self) -> dict[str, int]:
        return {state: len(self.of(state)) for state in ("taken", "unchanged", "refused", "missing")}


@dataclass(slots=True)
class _Row:
    """A row of the file with the cells that count."""

    number: int
    key: Cell
    answer: Cell
    links: Cell
    version: str


def import_answers(review: VendorReview, upload: IO[bytes], *, filename: str, size: int, actor: User) -> Import:
    """Take the vendor's answers from a file, all in one transaction, and say line by line what became of them.

    ValidationError, and nothing is taken, if the file cannot be read, is of another vendor, or the review is complete.
    """
    book = read_workbook(upload, filename=filename, size=size)
    sheet, others = _questions_sheet(book)
    rows = list(_rows(sheet))
    with transaction.atomic():
        locked = VendorReview.objects.select_for_update(of=("self",)).filter(pk=review.pk).first()
        if locked is None:
            raise ValidationError(DELETED)
        if locked.is_complete:
            raise ValidationError(COMPLETE)
        asked_in = _review_asked_in(book, review)
        list(VendorAnswer.objects.select_for_update().filter(review=review).values_list("pk"))
        done = _Taking(read_review(review), is_same=asked_in == review.pk, actor=actor).take(rows)
        notes = [*_notes(book, sheet, others), *([] if asked_in == review.pk else [EARLIER])]
        done = Import(done.lines, tuple(notes), done.answers, done.links)
        if done.answers or done.links:
            VendorReview.objects.filter(pk=review.pk).update(imported_at=timezone.now())
            _record(review, done, actor)
    return done


EARLIER = "The file was made for another review of this vendor. Only questions without an answer were filled from it."


def _record(review: VendorReview, done: Import, actor: User) -> None:
    counts = [*((number, state) for state, number in done.counts.items()), (done.links, "links added")]
    audit.record(
        Action.VENDOR_ANSWERS_IMPORTED,
        organization=review.vendor.organization_id,
        subject=review.vendor.name,
        new=", ".join(f"{number} {what}" for number, what in counts),
        actor=actor,
    )


def _header(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row of the header and the place of each column in it, by the columns' names, whatever their case."""
    wanted = {name.casefold(): name for name in COLUMNS}
    best: tuple[int, dict[str, int]] = (0, {})
    for number in sorted(sheet.rows):
        if number > HEADER_ROWS:
            break
        places: dict[str, int] = {}
        for place, cell in enumerate(sheet.rows[number]):
            if name := wanted.get(" ".join(cell.text.casefold().split())):
                places.setdefault(name, place)
        if len(places) > len(best[1]):
            best = (number, places)
    return best


def _questions_sheet(book: Workbook) -> tuple[Sheet, list[str]]:
    """The sheet with the questions and the names of the others that hold answers, too; ValidationError if none does."""
    with_rows = [sheet for sheet in book.sheets if sheet.rows]
    if not with_rows:
        raise ValidationError("There is nothing in the file.")
    headers = {sheet.name: _header(sheet)[1] for sheet in with_rows}
    complete = [sheet for sheet in with_rows if {KEY, ANSWER} <= headers[sheet.name].keys()]
    complete.sort(key=lambda sheet: sheet.name.casefold() != QUESTIONS.casefold())
    if complete:
        return complete[0], [sheet.name for sheet in complete[1:]]
    nearest = max(with_rows, key=lambda sheet: len(headers[sheet.name]))
    missing = [f"“{name}”" for name in (KEY, ANSWER) if name not in headers[nearest.name]]
    raise ValidationError(
        f"The file has no column {' and no column '.join(missing)}. "
        "Put the name back into the row above the questions, or start from a fresh copy of the file."
    )


def _rows(sheet: Sheet) -> list[_Row]:
    header, places = _header(sheet)
    rows = []
    for number, cells in sheet.rows.items():
        if number <= header:
            continue
        key, answer, links, version = (
            cells[places[name]] if name in places else Cell() for name in (KEY, ANSWER, LINKS, VERSION)
        )
        if any(cell.text or cell.trouble for cell in (key, answer, links)):
            rows.append(_Row(number, key, answer, links, version.text))
    return rows


def _review_asked_in(book: Workbook, review: VendorReview) -> int:
    """The number of the review that the file was made for; ValidationError if it is none of the same vendor's."""
    found = book.properties.get(REVIEW) or next(
        (
            cells[1].text
            for sheet in book.sheets
            for cells in sheet.rows.values()
            if cells[0].text.casefold() == REVIEW.casefold()
        ),
        "",
    )
    if not re.fullmatch(r"[0-9]{1,18}", found):
        raise ValidationError(
            f"The file does not say which review it belongs to. Use the file that was downloaded here, with the sheet "
            f"“{INSTRUCTIONS}” in it, and copy the answers there."
        )
    if int(found) != review.pk and not review.vendor.reviews.filter(pk=int(found)).exists():
        raise ValidationError(
            f"The file was made for the review of somebody else, not for one of {review.vendor}. Nothing was taken "
            "from it. Open the review that it belongs to and import it there."
        )
    return int(found)


def _notes(book: Workbook, sheet: Sheet, others: list[str]) -> list[str]:
    notes = []
    if others:
        names = ", ".join(f"“{name[:SHOWN_LENGTH]}”" for name in others)
        notes.append(f"Only the sheet “{sheet.name[:SHOWN_LENGTH]}” was read, not {names}.")
    if sheet.merged:
        notes.append(
            "Cells are merged in the file; of these only the first one keeps its text. Look at the answers that are "
            "named as empty."
        )
    if book.has_links:
        notes.append("The file refers to other workbooks. None of them was opened.")
    return notes


class _Taking:
    """Goes through the rows of a file and keeps what is to be written, to write it at once."""

    def __init__(self, reading: ReviewReading, *, is_same: bool, actor: User) -> None:
        self.questions = {row.key: row for row in reading.questions}
        self.is_same, self.actor, self.now = is_same, actor, timezone.now()
        self.changed: list[VendorAnswer] = []
        self.added: list[VendorEvidence] = []
        self.answers = 0

    def take(self, rows: list[_Row]) -> Import:
        keys = Counter(row.key.text.casefold() for row in rows)
        lines = [self._line(row, keys[row.key.text.casefold()]) for row in rows]
        seen = {line.question.key for line in lines if line.question}
        missing = [row for row in self.questions.values() if row.key not in seen]
        lines += [Line(None, row, row.ask, "missing", "Not in the file; nothing was changed.") for row in missing]
        VendorAnswer.objects.bulk_update(self.changed, ["vendor_said", "vendor_said_version", "vendor_at"])
        VendorEvidence.objects.bulk_create(self.added)
        return Import(tuple(lines), (), self.answers, len(self.added))

    def _line(self, row: _Row, times: int) -> Line:
        question = self.questions.get(row.key.text.casefold())
        if question is None:
            return Line(row.number, None, row.key.text[:SHOWN_LENGTH] or row.answer.text[:SHOWN_LENGTH], **_stray(row))
        about = (row.number, question, question.ask)
        if times > 1:
            reason = f"The question stands in {times} rows. Keep the one that counts and import the file again."
            return Line(*about, "refused", reason, yours=row.answer.text[:SAID_MAX_LENGTH])
        for name, cell in ((ANSWER, row.answer), (LINKS, row.links)):
            if cell.trouble:
                return Line(*about, "refused", f"“{name}” {cell.trouble}.")
        try:
            said = clean_text(row.answer.text, SAID_MAX_LENGTH, "answer")
        except ValidationError as error:
            return Line(*about, "refused", error.messages[0])
        return self._taken(row, question, said)

    def _taken(self, row: _Row, question: QuestionReading, said: str) -> Line:
        answer, about = question.answer, (row.number, question, question.ask)
        is_new = said not in ("", answer.vendor_said)
        if is_new and not self._may_replace(answer, row.version):
            reason = "This answer was changed here since the file was made. Nothing was overwritten."
            return Line(*about, "refused", reason, yours=said, theirs=answer.vendor_said or "Nothing")
        added, notes = self._add_links(question, row.links.text)
        if is_new:
            self.answers += 1
            answer.vendor_said, answer.vendor_said_version = said, answer.vendor_said_version + 1
        if is_new or added:
            answer.vendor_at = self.now
            self.changed.append(answer)
            return Line(*about, "taken", "" if is_new else "The answer is the same.", notes=notes)
        if said:
            reason = "The same as here."
        else:
            reason = "Empty in the file; the answer here stays." if answer.vendor_said else "No answer yet."
        return Line(*about, "unchanged", reason, notes=notes)

    def _may_replace(self, answer: VendorAnswer, version: str) -> bool:
        """A file without a version that can be trusted only fills what is empty."""
        if self.is_same and re.fullmatch(r"[0-9]{1,9}", version):
            return int(version) == answer.vendor_said_version
        return not answer.vendor_said

    def _add_links(self, question: QuestionReading, text: str) -> tuple[int, tuple[str, ...]]:
        known, notes, added = {item.url for item in question.evidence}, [], 0
        room = EVIDENCE_MAX_ITEMS - len(question.evidence)
        for line in filter(None, map(str.strip, text.splitlines())):
            title, url, error = _link(line)
            if url in known:
                continue
            if not error and added == room:
                error = f"a question holds at most {EVIDENCE_MAX_ITEMS} pieces of evidence"
            if error:
                notes.append(f"“{line[:SHOWN_LENGTH]}” was not added: {error}.")
                continue
            known.add(url)
            added += 1
            self.added.append(
                VendorEvidence(answer=question.answer, title=title, url=url, by_vendor=True, created_by=self.actor)
            )
        if added:
            notes.insert(0, f"{added} link{'' if added == 1 else 's'} added.")
        return added, tuple(notes)


def _stray(row: _Row) -> dict[str, str]:
    """What is said of a row that belongs to no question of the review."""
    if row.key.trouble:
        return {"state": "refused", "reason": f"“{KEY}” {row.key.trouble}."}
    if not row.key.text:
        return {"state": "refused", "reason": f"“{KEY}” is empty, so it is not known which question this answers."}
    return {"state": "refused", "reason": f"“{row.key.text[:SHOWN_LENGTH]}” is no question of this review."}


def _link(line: str) -> tuple[str, str, str]:
    """The title, the address and what is wrong with it, of a line such as “Status page: https://status.example.com”."""
    found = re.search(r"(https?://|www\.)\S+", line, re.I)
    form = LinkOrFileForm({"url": found[0].rstrip(".,;)>")} if found else {})
    if found is None or not form.is_valid():
        return "", "", "it is no web address that begins with https:// or http://"
    url = form.cleaned_data["url"]
    return line[: found.start()].strip(" \t:-–—(<")[:200] or url[:200], url, ""
