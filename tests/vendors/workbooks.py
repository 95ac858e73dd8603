"""Workbooks as they come back: the export with some cells changed, as openpyxl or as raw XML would change them."""

import io
import re
import zipfile

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.vendors.incoming.answers import import_answers
from assessments.vendors.readings import read_review
from assessments.vendors.workbook.sheets import ANSWER, COLUMNS, KEY, LINKS, QUESTIONS, write_workbook

NAMES = list(COLUMNS)


def exported(review):
    return write_workbook(read_review(review))


def opened(content, **options):
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def saved(book):
    to = io.BytesIO()
    book.save(to)
    return to.getvalue()


def row_of(sheet, key):
    """The number of the row in which a question's key stands."""
    return next(row[0].row for row in sheet.iter_rows() if row[NAMES.index(KEY)].value == key)


def cell_of(sheet, key, column=ANSWER):
    return sheet.cell(row_of(sheet, key), NAMES.index(column) + 1)


def filled(review, answers=None, links=None):
    """The export with answers and links by question key."""
    book = opened(exported(review))
    for column, values in ((ANSWER, answers or {}), (LINKS, links or {})):
        for key, value in values.items():
            cell_of(book[QUESTIONS], key, column).value = value
    return saved(book)


def changed(review, change):
    """The export after `change` was made to its sheet of questions."""
    book = opened(exported(review))
    change(book[QUESTIONS])
    return saved(book)


def repacked(content, *, add=None, replace=None, **options):
    """The same package with parts added, or with the text of a part replaced by `replace[name](text)`."""
    to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name in (replace or {}):
                data = replace[name](data.decode()).encode()
            new.writestr(name, data)
        for name, data in (add or {}).items():
            new.writestr(name, data, **options)
    return to.getvalue()


def sheet_path(content, title=QUESTIONS):
    """Where in the package a sheet lies."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        workbook = package.read("xl/workbook.xml").decode()
        tag = next(tag for tag in re.findall(r"<sheet [^>]*>", workbook) if f'name="{title}"' in tag)
        target = re.search(r'r:id="(\w+)"|:id="(\w+)"', tag)
        relation = next(
            each
            for each in re.findall(r"<Relationship [^>]*>", package.read("xl/_rels/workbook.xml.rels").decode())
            if f'Id="{target[1] or target[2]}"' in each
        )
        return "xl/" + re.search(r'Target="/?(?:xl/)?([^"]+)"', relation)[1]


def take(review, content, name="answers.xlsx"):
    upload = SimpleUploadedFile(name, content)
    return import_answers(review, upload, filename=name, size=len(content), actor=review.created_by)


def said(review):
    """What the vendor has said, by question."""
    return dict(review.answers.exclude(vendor_said="").values_list("question_key", "vendor_said"))


def line_of(done, key):
    return next(line for line in done.lines if line.question and line.question.key == key)
