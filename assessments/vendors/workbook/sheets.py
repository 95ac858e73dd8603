"""A review as an Excel workbook: for vendors who may not open links, who write into the file and send it back.

What comes back is read by `incoming.answers`.
"""

import io
from typing import Any

import openpyxl
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from assessments.framework.translating import number
from assessments.vendors.comparing.sheets import CELL_LENGTH, FONT, set_heights, write
from assessments.vendors.incoming.contents import LOOKS_TYPED
from assessments.vendors.models import SAID_MAX_LENGTH, VendorReview
from assessments.vendors.readings import QuestionReading, ReviewReading
from assessments.vendors.workbook.labels import (
    ANSWER,
    FRAMEWORK,
    INSTRUCTIONS,
    KEY,
    LINKS,
    NUMBER,
    QUESTION,
    QUESTIONS,
    REVIEW,
    TOPIC,
    VERSION,
    footer,
    said,
)

# The columns and their widths in characters. The version is hidden: it says which text the vendor started from.
COLUMNS = {NUMBER: 5, TOPIC: 20, QUESTION: 48, ANSWER: 64, LINKS: 40, VERSION: 8, KEY: 6}
# With the two digits that say how solid a color is: some programs make ten digits of six.
INK, GREY, LINE, WHITE, PAPER = "FF16212B", "FF9AA3AB", "FFC6C8C8", "FFFFFFFF", "FFF8F7F4"


def too_long() -> tuple[str, str]:
    """What a spreadsheet says where an answer is too long."""
    reason = _("An answer has at most {most} characters.").format(most=number(SAID_MAX_LENGTH))
    return _("Too long"), reason


def write_workbook(reading: ReviewReading) -> bytes:
    """The questions of a review with the vendor's answers so far, and nothing of what the buyer wrote."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = said(INSTRUCTIONS)
    _write_instructions(sheet, reading)
    _write_questions(book.create_sheet(said(QUESTIONS)), reading)
    for name, value in _marks(reading.review):
        book.custom_doc_props.append(StringProperty(name=name, value=value))
    book.properties.creator = reading.review.vendor.organization.name
    book.properties.title = _("Questions to {vendor}").format(vendor=reading.review.vendor)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _marks(review: VendorReview) -> list[tuple[str, str]]:
    return [(REVIEW, str(review.pk)), (FRAMEWORK, f"{review.framework_key} {review.framework_version}")]


def instructions(review: VendorReview) -> list[tuple[str, str]]:
    """What stands on the sheet of instructions, in two columns."""
    asks = _("{organization} asks {vendor}").format(organization=review.vendor.organization.name, vendor=review.vendor)
    where = _("Write into the white cells of the sheet “{sheet}”: one answer for each question.")
    about = ", ".join(text for text in (review.offer, date_format(review.reviewed_on, "DAY")) if text)
    length = _("An answer has at most {most} characters. Formulas are not read.")
    return [
        (asks, ""),
        (_("How to answer"), where.format(sheet=said(QUESTIONS))),
        ("", _("A good answer is specific and can be checked: a figure, a date, a document, a system in use.")),
        (said(LINKS), _("Web addresses that show it, each on a line of its own (Alt and Enter).")),
        (_("What does not apply"), _("Say so in the answer, with the reason. An empty answer stays open.")),
        (_("Length"), length.format(most=number(SAID_MAX_LENGTH))),
        (_("When you are done"), _("Save the file as .xlsx and send it back to whoever sent it to you.")),
        ("", _("Leave the columns and both sheets in place: by these the answers find their questions.")),
        (pgettext("what is offered, and when", "About"), about),
        *((said(name), value) for name, value in _marks(review)),
    ]


def _write_instructions(sheet: Worksheet, reading: ReviewReading) -> None:
    rows = instructions(reading.review)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    for line, (label, text) in enumerate(rows, 1):
        for column, value in enumerate((label, text), 1):
            cell = _write(sheet, line, column, value)
            cell.font = Font(name=FONT, bold=column == 1, size=16 if line == 1 else 10, color=INK)
            cell.alignment = Alignment(wrap_text=column == 2, vertical="top")
    set_heights(sheet)
    sheet.sheet_view.showGridLines = False
    _protect(sheet)
    _print(sheet)


def _write_questions(sheet: Worksheet, reading: ReviewReading) -> None:
    for column, (name, width) in enumerate(COLUMNS.items(), 1):
        cell = _write(sheet, 1, column, said(name))
        cell.font, cell.fill = Font(name=FONT, bold=True, size=10, color=WHITE), PatternFill("solid", fgColor=INK)
        cell.alignment = Alignment(vertical="center")
        dimension = sheet.column_dimensions[cell.column_letter]
        dimension.width, dimension.hidden = width, name == VERSION
    rows = [(topic.topic.name, row) for topic in reading.topics for row in topic.questions]
    for line, (topic, row) in enumerate(rows, 2):
        answered = (row.answer.vendor_said, _links(row), row.answer.vendor_said_version, row.key)
        for column, value in enumerate((row.number, topic, row.ask, *answered), 1):
            _format(_write(sheet, line, column, value), list(COLUMNS)[column - 1])
    limit = DataValidation("textLength", operator="lessThanOrEqual", formula1=str(SAID_MAX_LENGTH), allow_blank=True)
    limit.showErrorMessage = True
    limit.errorTitle, limit.error = too_long()
    sheet.add_data_validation(limit)
    answers = list(COLUMNS).index(ANSWER) + 1
    limit.add(f"{sheet.cell(2, answers).coordinate}:{sheet.cell(len(rows) + 1, answers).coordinate}")
    set_heights(sheet)
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
    cell.fill = PatternFill("solid", fgColor=WHITE if is_open else PAPER)
    cell.protection = Protection(locked=not is_open)
    cell.font = Font(
        name=FONT, size=8 if column in (KEY, VERSION) else 10, color=GREY if column in (KEY, VERSION) else INK
    )
    cell.number_format = "@" if is_open else "General"  # an answer of 5/6 is no date


def _protect(sheet: Worksheet) -> None:
    """Without a password: it keeps from slips, not from will. Columns and rows can still be made wider."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _print(sheet: Worksheet) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.right.text = footer("&P", "&N")
