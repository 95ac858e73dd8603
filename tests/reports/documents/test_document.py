"""The document to edit: real headings, tables with heads, a picture with words, fields in the foot, same bytes."""

import io
import re

import time_machine
from docx import Document

from assessments.reports import files
from assessments.reports.models import Report
from assessments.reports.sample import sample_snapshot
from assessments.reports.snapshot import upgraded
from assessments.reports.summary import verdict
from tests.reports.snapshots import make_decided_snapshot, make_snapshot

DOCUMENT = Report.Format.DOCUMENT


def document_of(snapshot):
    return Document(io.BytesIO(files.make(snapshot, DOCUMENT).content))


def texts(document):
    found = [paragraph.text for paragraph in document.paragraphs]
    return found + [cell.text for table in document.tables for row in table.rows for cell in row.cells]


def test_headings_are_real_and_say_what_the_report_says():
    snapshot = make_snapshot()

    headings = [p.text for p in document_of(snapshot).paragraphs if p.style.name == "Heading 1"]

    assert headings[0] == verdict(upgraded(snapshot))
    assert headings[-1] == "How this was scored"


def test_every_category_has_its_heading_and_its_note():
    snapshot = make_decided_snapshot({"cost-model": (2, 1, None)}, notes={"cost-model": "Only the total is known."})

    document = document_of(snapshot)

    names = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    wanted = [category["name"] for category in snapshot["categories"]]
    assert [name for name in names if name in wanted] == wanted
    assert "Only the total is known." in texts(document)


def test_the_head_of_every_table_repeats_and_every_table_and_picture_has_words():
    document = document_of(sample_snapshot())

    assert document.tables
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find("{*}tblHeader") is not None
        assert table._tbl.tblPr.find("{*}tblCaption") is not None
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)
    assert len(document.inline_shapes) == 1


def test_the_foot_numbers_the_pages():
    foot = document_of(sample_snapshot()).sections[0].footer.paragraphs[0]

    assert re.findall("PAGE|NUMPAGES", "".join(e.text or "" for e in foot._p.iter("{*}instrText"))) == [
        "PAGE",
        "NUMPAGES",
    ]


def test_properties_name_who_and_what():
    about = document_of(make_snapshot()).core_properties

    assert (about.title, about.author) == ("Kestrel Logistics: Q3 assessment", "Ines Halvorsen")
    assert about.created.date().isoformat() == make_snapshot()["made"]["on"]


def test_the_same_snapshot_gives_the_same_bytes_at_another_time():
    first = files.make(sample_snapshot(), DOCUMENT).content
    with time_machine.travel("2031-05-05T05:05:05Z"):
        assert files.make(sample_snapshot(), DOCUMENT).content == first


HOSTILE = "<b>=1+1</b> & \x0b\ufffe\x01\x0c after"


def test_what_people_wrote_is_text_and_nothing_else():
    snapshot = make_snapshot(name=HOSTILE, title=HOSTILE, by=HOSTILE, notes={"cost-model": HOSTILE})

    found = texts(document_of(snapshot))

    assert "<b>=1+1</b> &  after" in found
    assert not re.search("[\x01\x0b\ufffe]", "".join(found))


def test_text_from_right_to_left_runs_so():
    document = document_of(make_snapshot(notes={"cost-model": "הערה על העלות"}))

    note = next(p for p in document.paragraphs if p.text == "הערה על העלות")
    assert note._p.pPr.find("{*}bidi") is not None


def test_thirty_thousand_words_are_written_whole():
    long = "word " * 30_000
    document = document_of(make_snapshot(answers=(long, "", "")))

    assert sum(len(text) for text in texts(document)) > 149_000


def test_what_a_person_wrote_stands_in_the_document():
    snapshot = make_decided_snapshot({})
    snapshot["words"] = {
        "findings": [{"category": snapshot["categories"][0]["key"], "text": "Nobody owns this list."}],
        "decisions": ["Name one owner by May."],
        "letter": "",
    }

    shown = texts(document_of(snapshot))

    assert "Nobody owns this list." in shown
    assert "Name one owner by May." in shown
