"""The workbook of an assessment: numbers as numbers, days as days, texts as texts, whole questions, same bytes."""

import io
from datetime import datetime

import pytest
import time_machine
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from tests.factories import make_organization, make_vendor_review
from tests.reports.exchange.documents import XLSX, document_of, file_of, make_full_scorecard

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    organization = make_organization()
    make_vendor_review(organization, name="=Aldermoor", ratings={"latency-target": "2"})
    return document_of(make_full_scorecard(organization))


@pytest.fixture
def book(document):
    return load_workbook(file_of(document, XLSX))


def row_of(sheet, first, column="A"):
    return next(row for row in sheet.iter_rows(min_row=2) if row[0].value == first)


def test_there_is_a_sheet_for_each_part(book):
    assert book.sheetnames == ["About", "Scorecard", "Questions", "Facts", "Proof", "Vendors", "Roadmap"]


def test_numbers_and_days_are_what_they_are(book):
    proof = {cell.value: cell.column - 1 for cell in book["Proof"][1]}
    figure = next(row for row in book["Proof"].iter_rows(min_row=2) if row[proof["Kind"]].value == "figure")

    assert float(figure[proof["Value"]].value) == 1200.125
    assert figure[proof["Value"]].number_format == "0.000"
    assert figure[proof["On"]].value == datetime(2026, 11, 3)


def test_what_looks_like_a_formula_is_text(book):
    notes = [row[11] for row in book["Scorecard"].iter_rows(min_row=2) if row[11].value]

    assert [(cell.data_type, cell.value[:4]) for cell in notes] == [("s", "=1+1")]
    assert {row[0].data_type for row in book["Vendors"].iter_rows(min_row=2)} == {"s"}


def test_rows_have_heights_for_whole_questions_and_heads_stay(book):
    sheet = book["Questions"]

    assert sheet.freeze_panes == "B2"
    for row in range(2, sheet.max_row + 1):
        lines = -(-len(sheet.cell(row, 3).value) // 64)
        assert sheet.row_dimensions[row].height >= lines * 12


def test_other_programs_read_it(document):
    sheets = CalamineWorkbook.from_filelike(file_of(document, XLSX))

    assert sheets.get_sheet_by_name("Scorecard").to_python()[0][0] == "Category"


def test_the_same_document_gives_the_same_bytes_at_another_time(document):
    first = file_of(document, XLSX).getvalue()
    with time_machine.travel("2031-05-05T05:05:05Z"):
        assert file_of(document, XLSX).getvalue() == first


def test_the_file_is_made_of_nothing_but_parts_of_a_workbook(document):
    import zipfile

    names = zipfile.ZipFile(io.BytesIO(file_of(document, XLSX).getvalue())).namelist()
    assert names[0] == "[Content_Types].xml"
    assert not [name for name in names if "external" in name.lower()]
