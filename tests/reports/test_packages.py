"""Office files without the clock, and openpyxl without lxml."""

import io
import zipfile
from datetime import date

import openpyxl
from openpyxl.packaging.custom import StringProperty

from assessments.reports.packages import settled


def test_openpyxl_writes_without_lxml_though_it_is_installed():
    import lxml

    assert lxml
    assert openpyxl.LXML is False


def test_custom_properties_are_written_as_every_reader_knows_them():
    book = openpyxl.Workbook()
    book.custom_doc_props.append(StringProperty(name="Review number", value="12"))
    stream = io.BytesIO()
    book.save(stream)

    with zipfile.ZipFile(stream) as parts:
        custom = parts.read("docProps/custom.xml").decode()

    assert "<vt:lpwstr>12</vt:lpwstr>" in custom


def test_a_package_is_the_same_whenever_and_in_whatever_order_it_was_written():
    def package(names, year):
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            for name in names:
                core = f'<a><dcterms:created xsi:type="x">{year}-01-01T10:00:00Z</dcterms:created></a>'
                archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 1, 1, 2)), core)
        return written.getvalue()

    names = ["docProps/core.xml", "[Content_Types].xml", "a.xml"]
    first = settled(package(names, 2026), date(2026, 9, 14))
    second = settled(package(names, 2026), date(2026, 9, 14))

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert parts.namelist() == ["[Content_Types].xml", "a.xml", "docProps/core.xml"]
        assert "2026-09-14T00:00:00Z" in parts.read("docProps/core.xml").decode()
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
