"""A comparison as a workbook: one sheet of points by topic, one of every answer."""

import io
import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet

from assessments.platform.spreadsheets import FORMULA_STARTS, without_unwritable
from assessments.scoring import Tally
from assessments.vendors.comparing.comparison import Cell, Comparison
from assessments.vendors.measured.words import named
from assessments.vendors.pages import share_text
from assessments.vendors.readings import spoken

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT = "Arial"  # without a name, some spreadsheets take one with serifs
PLAIN, BOLD = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")
CELL_LENGTH = 32_767  # characters, the most that Excel keeps in a cell
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # a spreadsheet takes this for a character: _x000D_ is a line break
LINE_HEIGHT, MAX_HEIGHT = 1.35, 409  # of a line by the size of its letters; of a row, in points


def comparison_workbook(comparison: Comparison) -> bytes:
    """The XLSX file. Whatever people wrote is text in it, also what looks like a formula."""
    book = Workbook()
    summary = book.active
    summary.title = _("Points by topic")[:31]
    names = [column.name for column in comparison.columns]
    _row(summary, [_("Topic"), _("Weight"), *names], bold=True)
    for topic in comparison.topics:
        _row(summary, [topic.topic.name, topic.weight, *topic.subtotals])
    _row(summary, [_("All topics"), "", *(column.result for column in comparison.columns)], bold=True)
    _row(summary, [_("Share, by weight"), "", *(share_text(column.result) for column in comparison.columns)], bold=True)
    misses = [len(column.result.red_flags) for column in comparison.columns]
    _row(summary, [_("Critical questions not fully answered"), "", *misses], bold=True)
    answers = book.create_sheet(pgettext("sheet", "Answers"))
    titles = (_("{name}: rating"), _("{name}: what was said"), _("{name}: evidence"))
    heads = [title.format(name=name) for name in names for title in titles]
    _row(answers, [_("No."), _("Topic"), _("Question"), pgettext("column", "Critical"), *heads], bold=True)
    for topic in comparison.topics:
        for question in topic.questions:
            cells = [text for cell in question.cells for text in _cell(cell)]
            critical = pgettext("question", "critical") if question.critical else ""
            _row(answers, [question.number, topic.topic.name, question.ask, critical, *cells])
    for sheet, widths in ((summary, [32, 9]), (answers, [6, 24, 52, 10])):
        sheet.freeze_panes = sheet.cell(2, len(widths) + 1)
        for place in range(1, sheet.max_column + 1):
            letter = sheet.cell(1, place).column_letter
            sheet.column_dimensions[letter].width = widths[place - 1] if place <= len(widths) else 28
        set_heights(sheet)
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
        if isinstance(value, Tally):
            write(cell, value.points if value.maximum else _("n/a"))
            said = pgettext("points", "of {maximum}").format(maximum=value.maximum)
            cell.number_format = f'0" {said}"'  # shown with its most, added up as a number
        else:
            write(cell, value)
        cell.alignment = WRAPPED
        cell.font = BOLD if bold else PLAIN


def write(cell: SheetCell, value: object) -> None:
    """Put a value into a cell, a text always as text: a spreadsheet runs nothing that somebody typed."""
    if isinstance(value, str):
        cell.value = LOOKS_ESCAPED.sub("_x005F_", without_unwritable(value)[:CELL_LENGTH])
        cell.data_type, cell.quotePrefix = "s", value.startswith(FORMULA_STARTS)
    else:
        cell.value = value


class _Height(RowDimension):
    """A height that is where a spreadsheet begins, not one that it has to keep: the row grows with what is typed."""

    @property
    def customHeight(self) -> None:
        return None


def set_heights(sheet: Worksheet) -> None:
    """Give each row the height of its longest text: some spreadsheets work out none when they open a file."""
    for number, cells in enumerate(sheet.iter_rows(), 1):
        height = max((_height(sheet, cell) for cell in cells), default=0)
        sheet.row_dimensions[number] = _Height(sheet, index=number, ht=min(height + 4, MAX_HEIGHT))


def _height(sheet: Worksheet, cell: SheetCell) -> float:
    text, size = str(cell.value if cell.value is not None else ""), cell.font.sz or 11
    lines = text.count("\n") + 1
    if cell.alignment.wrap_text:
        room = max(4, sheet.column_dimensions[cell.column_letter].width * (0.9 if cell.font.b else 1) - 1)
        lines = sum(_lines(line, room) for line in text.split("\n"))
    return float(lines * size * LINE_HEIGHT)


def _lines(text: str, room: float) -> int:
    """On how many lines a text stands that is wrapped at its blanks; the letters of some scripts are twice as wide."""
    lines, filled = 1, 0.0
    for word in re.findall(r"\S+\s*|\s+", text):
        width = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in word)
        if filled and filled + len(word.rstrip()) > room:
            lines, filled = lines + 1, 0.0
        filled += width
        if filled > room + 1:
            more = int(filled // room)
            lines, filled = lines + more, filled - more * room
    return lines


def _cell(cell: Cell) -> tuple[str, str, str]:
    if cell.row is None:
        return _("not asked"), "", ""
    answer = cell.row.answer
    said = "\n\n".join(words for words in (answer.said, answer.vendor_said) if words)
    evidence = "\n".join(f"{named(item)}: {item.url or item.filename}" for item in cell.row.evidence)
    return spoken(answer.rating), said, evidence
