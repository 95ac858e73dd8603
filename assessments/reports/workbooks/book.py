"""The document of an assessment as a workbook: texts as texts, numbers as numbers, days as days.

Whatever people wrote is text in it, also what looks like a formula.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from assessments import framework
from assessments.platform.spreadsheets import without_unwritable
from assessments.reports.workbooks import columns
from assessments.reports.workbooks.columns import COLUMNS, FACT_FIELDS, STATES
from assessments.scorecards.filling import facts
from assessments.vendors.comparing.sheets import FONT, set_heights, write
from assessments.vendors.incoming.contents import LOOKS_TYPED
from assessments.vendors.readings import spoken
from assessments.vendors.workbook.labels import footer

Json = dict[str, Any]

INK, GREY, LINE, WHITE = "FF16212B", "FF606B75", "FFC6C8C8", "FFFFFFFF"
HEAD, PLAIN = Font(name=FONT, size=10, bold=True, color=WHITE), Font(name=FONT, size=10, color=INK)
KEYS = Font(name=FONT, size=9, color=GREY)
FILL, BELOW = PatternFill("solid", fgColor=INK), Border(bottom=Side(style="thin", color=LINE))
LEFT = Alignment(wrap_text=True, vertical="top", horizontal="left")
WRAPPED, SHORT = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
DAY = "yyyy-mm-dd"


def write_book(document: Json) -> bytes:
    book = Workbook()
    book.remove(book.active)
    content = framework.load(document["framework"]["key"], document["framework"]["version"])
    _sheet(book, columns.ABOUT, _about(document, content))
    _sheet(book, columns.SCORECARD, _categories(document))
    _sheet(book, columns.QUESTIONS, _questions(document, content))
    _sheet(book, columns.FACTS, _facts(document))
    _sheet(book, columns.PROOF, _proof(document))
    _sheet(book, columns.VENDORS, _vendors(document))
    _sheet(book, columns.ROADMAP, _roadmap(document))
    name = without_unwritable(document["organization"]["name"])
    book.properties.creator = name
    book.properties.title = f"{name}, {without_unwritable(document['scorecard']['title'])}"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet(book: Workbook, name: str, rows: Iterable[Sequence[object]]) -> None:
    sheet: Worksheet = book.create_sheet(columns.sheet_name(name))
    for column, (head, width) in enumerate(COLUMNS[name].items(), 1):
        cell = sheet.cell(1, column)
        write(cell, str(columns.HEADS[head]))
        cell.font, cell.fill, cell.alignment = HEAD, FILL, WRAPPED
        sheet.column_dimensions[cell.column_letter].width = width
    heads = list(COLUMNS[name])
    for line, values in enumerate(rows, 2):
        for column, value in enumerate(values, 1):
            _write(sheet, line, column, value, is_key=heads[column - 1].startswith(columns.KEY))
            if name in (columns.ABOUT, columns.FACTS):  # values of every kind stand below each other
                sheet.cell(line, column).alignment = LEFT
    set_heights(sheet)
    sheet.freeze_panes = "A2" if name == columns.ABOUT else "B2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.right.text = footer("&P", "&N")


def _write(sheet: Worksheet, line: int, column: int, value: object, *, is_key: bool) -> None:
    cell = sheet.cell(line, column)
    if isinstance(value, Decimal):
        places = max(0, -int(value.as_tuple().exponent))
        cell.value, cell.number_format = value, f"0.{'0' * places}" if places else "0"
    elif isinstance(value, date):
        cell.value, cell.number_format = value, DAY
    elif isinstance(value, str) and LOOKS_TYPED.match(value):
        write(cell, f"'{value}")  # one more apostrophe, so that it comes back as it was
    elif value not in ("", None):
        write(cell, value)
    cell.font, cell.border = KEYS if is_key else PLAIN, BELOW
    cell.alignment = SHORT if is_key or isinstance(value, Decimal | date | int) else WRAPPED


def _about(document: Json, content: framework.Framework) -> Iterator[Sequence[object]]:
    result, scorecard = document["result"], document["scorecard"]
    said = columns.LABELS
    yield str(said[columns.TITLE]), scorecard["title"]
    yield str(said[columns.ORGANIZATION]), document["organization"]["name"]
    yield str(said["Industry"]), document["organization"]["industry"]
    yield str(said["Hosting"]), document["organization"]["hosting_model"]
    yield str(said[columns.CURRENCY]), document["organization"]["currency"]
    yield str(said[columns.SIGNED_ON]), _day(scorecard["signed_off_on"])
    yield str(said[columns.SIGNED_BY]), scorecard["signed_off_by"]
    yield str(said["Proven, of {maximum}"]).format(**result), result["proven"]
    yield str(said["Claimed, of {maximum}"]).format(**result), result["claimed"]
    yield str(said["Still possible, of {maximum}"]).format(**result), result["highest"]
    yield str(said["Risk line"]), result["line"]
    yield str(said[columns.FRAMEWORK]), document["framework"]["key"]
    yield str(said[columns.FRAMEWORK_VERSION]), document["framework"]["version"]
    yield str(said[columns.SCHEMA]), document["schema"]
    yield str(said[columns.VERSION]), document["version"]
    yield (
        str(said["What the levels mean"]),
        "\n".join(f"{level.level}: {level.label}. {level.meaning}" for level in content.scale.levels),
    )
    yield (
        str(said["Read back by this product"]),
        str(said["Title, claims, figures, notes, answers to questions and facts, and proof."]),
    )


def _categories(document: Json) -> Iterator[Sequence[object]]:
    for row in document["categories"]:
        claim, metric = row["claim"] or {}, row["metric"] or {}
        yield (
            *(row["name"], row["level"], row["proven"], claim.get("level"), claim.get("reason"), claim.get("by")),
            *(_day(claim.get("on")), metric.get("name"), _number(metric.get("value")), metric.get("unit")),
            *(_day(metric.get("on")), row["note"], row["key"]),
        )


def _questions(document: Json, content: framework.Framework) -> Iterator[Sequence[object]]:
    for row in document["categories"]:
        about = content.category(row["key"])
        for each in row["deciders"]:
            ask = about.decider(each["key"]).asks
            yield row["name"], each["name"], ask, _word(STATES[each["state"]]), row["key"], each["key"]


def _facts(document: Json) -> Iterator[Sequence[object]]:
    for row in document["facts"]:
        known = {field.name: field for field in facts.FIELDS.get(row["key"], ())}
        for name, text in row["fields"].items():
            label = str(known[name].label) if name in known else name.replace("_", " ").capitalize()
            is_number = name in known and known[name].kind == "number" and text
            yield row["question"], label, _number(text) if is_number else text, name, row["key"]
        for name, label in FACT_FIELDS.items():
            text = _word("yes" if row[name] else "no") if name == columns.CANNOT else row[name]
            yield row["question"], str(columns.LABELS[label]), text, name, row["key"]


def _proof(document: Json) -> Iterator[Sequence[object]]:
    for row in document["categories"]:
        for item in row["proof"]:
            yield (
                *(row["name"], item["kind"], item["title"], item["link"], item["file"], _number(item["value"])),
                *(item["unit"], item["seen_by"], item["whose"], _day(item["on"]), _day(item["in_force_until"])),
                *(", ".join(item["proves"]), _source(item["source"]), row["key"]),
            )


def _source(source: Json | None) -> str:
    """Where a figure comes from that was read out of a file: the tool and the file."""
    found = source or {}
    tool = " ".join(str(found[name]) for name in ("tool", "version") if found.get(name))
    return ", ".join(str(part) for part in (tool, found.get("scenario"), found.get("file")) if part)


def _vendors(document: Json) -> Iterator[Sequence[object]]:
    for review in document["vendors"]:
        for row in review["answers"]:
            proof = "\n".join(f"{each['title']}: {each['link'] or each['file']}" for each in row["proof"])
            yield (
                *(review["name"], _day(review["reviewed_on"]), row["topic"], row["question"]),
                *(
                    _word("critical") if row["critical"] else "",
                    spoken(row["rating"]),
                    row["said"],
                    row["said_by_vendor"],
                ),
                *(proof, row["key"]),
            )


def _roadmap(document: Json) -> Iterator[Sequence[object]]:
    for item in (document["roadmap"] or {"items": ()})["items"]:
        yield (
            *(item["title"], item["detail"], item["phase"], item["owner"], _day(item["due_on"]), item["status"]),
            *(_day(item["done_on"]), item["dropped_reason"], item["effort"], item["category"]),
            *(item["leads_to_level"], ", ".join(item["earns"]), item["deliverable"], item["done_when"]),
        )


def _word(word: str) -> str:
    return str(columns.WORDS[word])


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
