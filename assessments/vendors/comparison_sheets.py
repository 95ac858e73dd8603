"""A comparison as a workbook: one sheet of points by topic, one of every answer."""

import io

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from assessments.organizations.spreadsheets import FORMULA_STARTS
from assessments.scoring import Tally
from assessments.vendors.comparison import Cell, Comparison
from assessments.vendors.pages import share_text
from assessments.vendors.readings import spoken

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOLD, WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")
CELL_LENGTH = 32_767  # characters, the most that Excel keeps in a cell


def comparison_workbook(comparison: Comparison) -> bytes:
    """The XLSX file. Whatever people wrote is text in it, also what looks like a formula."""
    book = Workbook()
    summary = book.active
    summary.title = "Points by topic"
    names = [column.name for column in comparison.columns]
    _row(summary, ["Topic", "Weight", *names], bold=True)
    for topic in comparison.topics:
        _row(summary, [topic.topic.name, topic.weight, *(_points(each) for each in topic.subtotals)])
    _row(summary, ["All topics", "", *(_points(column.result) for column in comparison.columns)], bold=True)
    _row(summary, ["Share, by weight", "", *(share_text(column.result) for column in comparison.columns)], bold=True)
    misses = [len(column.result.red_flags) for column in comparison.columns]
    _row(summary, ["Critical questions without a 2", "", *misses], bold=True)
    answers = book.create_sheet("Answers")
    heads = [head for name in names for head in (f"{name}: rating", f"{name}: what was said", f"{name}: evidence")]
    _row(answers, ["No.", "Topic", "Question", "Critical", *heads], bold=True)
    for topic in comparison.topics:
        for question in topic.questions:
            cells = [text for cell in question.cells for text in _cell(cell)]
            critical = "critical" if question.critical else ""
            _row(answers, [question.number, topic.topic.name, question.ask, critical, *cells])
    for sheet, widths in ((summary, [32, 9]), (answers, [6, 24, 52, 10])):
        sheet.freeze_panes = sheet.cell(2, len(widths) + 1)
        for place in range(1, sheet.max_column + 1):
            letter = sheet.cell(1, place).column_letter
            sheet.column_dimensions[letter].width = widths[place - 1] if place <= len(widths) else 28
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = "1:1"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _row(sheet: Worksheet, values: list[object], *, bold: bool = False) -> None:
    line = sheet.max_row + (sheet.cell(1, 1).value is not None)
    for place, value in enumerate(values, 1):
        cell = sheet.cell(line, place)
        write(cell, value)
        cell.alignment = WRAPPED
        if bold:
            cell.font = BOLD


def write(cell: SheetCell, value: object) -> None:
    """Put a value into a cell, a text always as text: a spreadsheet runs nothing that somebody typed."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:CELL_LENGTH]
        cell.data_type, cell.quotePrefix = "s", value.startswith(FORMULA_STARTS)
    else:
        cell.value = value


def _points(tally: Tally) -> str:
    return f"{tally.points} of {tally.maximum}" if tally.maximum else "n/a"


def _cell(cell: Cell) -> tuple[str, str, str]:
    if cell.row is None:
        return "not asked", "", ""
    answer = cell.row.answer
    said = "\n\n".join(words for words in (answer.said, answer.vendor_said) if words)
    evidence = "\n".join(f"{item.title}: {item.url or item.filename}" for item in cell.row.evidence)
    return spoken(answer.rating), said, evidence
