"""The deck: eight slides with the numbers of the snapshot, native charts, words for who cannot see them, same bytes."""

import base64
import io
import re
import subprocess
import sys
import zipfile

import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE

from assessments.reports import files
from assessments.reports.decks import shapes
from assessments.reports.decks.fitting import cut, lines_of, size_for
from assessments.reports.models import Report
from assessments.reports.pictures.drawing import png_of
from assessments.reports.sample import sample_snapshot
from assessments.reports.snapshot import upgraded
from assessments.reports.summary import verdict
from tests.reports.snapshots import AT, make_decided_snapshot, make_snapshot

DECK = Report.Format.DECK


def deck_of(snapshot):
    return Presentation(io.BytesIO(files.make(snapshot, DECK).content))


def texts(slide):
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def charts(deck):
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


@pytest.mark.parametrize("snapshot", [sample_snapshot(), make_snapshot(), make_decided_snapshot({})])
def test_there_are_eight_slides_each_with_a_title_and_notes(snapshot):
    made = files.make(snapshot, DECK)

    deck = Presentation(io.BytesIO(made.content))

    assert (made.pages, len(deck.slides)) == (8, 8)
    assert all(slide.shapes.title.text_frame.text for slide in deck.slides)
    assert all(slide.notes_slide.notes_text_frame.text for slide in deck.slides)
    assert [layout.name for layout in deck.slide_layouts] == ["Title Slide", "Title and Content", "Title Only"]


def test_the_titles_say_what_the_report_says():
    snapshot = sample_snapshot()

    titles = [slide.shapes.title.text_frame.text for slide in deck_of(snapshot).slides]

    assert titles[0] == snapshot["organization"]["name"]
    assert titles[1] == verdict(upgraded(snapshot))


def test_charts_are_native_and_hold_the_numbers_of_the_snapshot():
    snapshot = make_snapshot()

    drawn = charts(deck_of(snapshot))[0]

    proven, claimed = drawn.plots[0].series
    assert list(proven.values) == [category["proven"] for category in snapshot["categories"]]
    assert list(claimed.values) == [category["level"] for category in snapshot["categories"]]
    sheet = load_workbook(io.BytesIO(drawn.part.chart_workbook.xlsx_part.blob))["Sheet1"]
    assert [cell.value for cell in sheet["C"][1:]] == [category["level"] for category in snapshot["categories"]]


def test_every_chart_table_and_drawing_has_words():
    for slide in deck_of(sample_snapshot()).slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 6:
                assert next(shape._element.iter("{*}cNvPr")).get("descr")
            elif not shape.has_text_frame or not shape.text_frame.text:
                assert "decorative" in "".join(element.tag for element in shape._element.iter())


def test_the_same_snapshot_gives_the_same_bytes_at_another_time():
    import time_machine

    first = files.make(sample_snapshot(), DECK).content
    with time_machine.travel("2031-05-05T05:05:05Z"):
        assert files.make(sample_snapshot(), DECK).content == first


def test_the_chart_workbook_carries_no_clock():
    with zipfile.ZipFile(io.BytesIO(files.make(sample_snapshot(), DECK).content)) as parts:
        names = [name for name in parts.namelist() if name.endswith(".xlsx")]
        for name in names:
            with zipfile.ZipFile(io.BytesIO(parts.read(name))) as inner:
                core = inner.read("docProps/core.xml").decode()
                assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {
                    f"{sample_snapshot()['made']['on']}T00:00:00Z"
                }
    assert names


HOSTILE = "=1+1 <script>alert(1)</script> & \x0b\ufffe\x01 מה שלומך 答え"


def test_what_people_wrote_is_text_and_nothing_else():
    snapshot = make_snapshot(name=HOSTILE, title=HOSTILE, notes={"cost-model": HOSTILE}, by=HOSTILE)

    deck = deck_of(snapshot)

    assert "=1+1 <script>alert(1)</script> & " in deck.slides[0].shapes.title.text_frame.text
    assert not re.search("[\x01\ufffe]", texts(deck.slides[0]))


def test_a_name_that_looks_like_a_formula_is_text_in_the_chart_workbook():
    review = {"vendor": '=HYPERLINK("http://evil")', "low": 40, "high": 40, "points": 12, "maximum": 30}
    review |= {"misses": 3, "critical": 7, "on": "2026-09-01"}
    snapshot = make_snapshot() | {"vendors": {"reviews": [review]}}

    drawn = charts(deck_of(snapshot))[-1]  # the vendors'

    cell = load_workbook(io.BytesIO(drawn.part.chart_workbook.xlsx_part.blob))["Sheet1"]["A2"]
    assert (cell.data_type, cell.value[:11]) == ("s", "=HYPERLINK(")


def test_thirty_thousand_words_stay_on_their_slide_and_out_of_the_notes():
    long = "endless words " * 15_000
    snapshot = make_snapshot(name="N" * 200, answers=(long, long, long), notes={"cost-model": long})

    deck = deck_of(snapshot)

    assert len(deck.slides) == 8
    for slide in deck.slides:
        assert len(texts(slide)) < 4_000
        assert len(slide.notes_slide.notes_text_frame.text) < shapes.MAX_NOTES + 100


def test_text_from_right_to_left_runs_so():
    deck = deck_of(make_snapshot(name="مؤسسة الاختبار"))

    properties = deck.slides[0].shapes.title.text_frame.paragraphs[0]._p.pPr
    assert properties.get("rtl") == "1"


def test_a_text_is_cut_at_a_word_to_the_lines_there_are():
    text = cut("one two three four five six seven eight nine ten", 20, 150, 2)

    assert text.endswith("…")
    assert lines_of(text, 20, 150) == 2
    assert size_for("short", (30, 20), 200, 40) == 30
    assert size_for("much longer than that, over several lines", (30, 20), 200, 40) == 20


def test_a_draft_says_so_on_every_slide_but_the_cover():
    deck = deck_of(make_snapshot())

    assert all("DRAFT" in texts(slide) for slide in list(deck.slides)[1:])


def test_neither_deck_nor_document_slows_the_start_of_the_web_process():
    code = (
        "import django, sys; django.setup(); import scorecard.urls; from django.urls import get_resolver; "
        "get_resolver().url_patterns; print([m for m in ('pptx', 'docx', 'resvg_py') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_names_are_left_out_where_the_report_leaves_them_out():
    snapshot = make_snapshot(by="Ines Halvorsen", signed_off_at=AT)
    assert "Signed off by Ines Halvorsen" in texts(deck_of(snapshot).slides[0])

    snapshot["choices"]["people"] = "neither"

    assert "Signed off on 14 Sep 2026" in texts(deck_of(snapshot).slides[0])


def test_the_firm_is_on_the_cover_with_its_logo_and_its_color():
    logo = {"type": "image/png", "sha256": "", "data": base64.b64encode(png_of(SQUARE)).decode()}
    firm = {"name": "Northwind", "footer": "Northwind advises", "disclaimer": "", "color": "#7a1f3d", "logo": logo}
    svg = {**firm, "logo": {**logo, "type": "image/svg+xml", "data": base64.b64encode(SQUARE.encode()).decode()}}

    deck = deck_of(make_snapshot() | {"brand": {"team": firm, "organization": svg}})

    pictures = [shape for shape in deck.slides[0].shapes if shape.shape_type == 13]
    assert [next(p._element.iter("{*}cNvPr")).get("descr") for p in pictures] == ["Logo of Northwind"] * 2
    assert "Northwind, 14 Sep 2026" in texts(deck.slides[0])
    assert all("Northwind advises" in texts(slide) for slide in list(deck.slides)[1:])
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob.decode()
    assert '<a:accent1><a:srgbClr val="7A1F3D"/>' in theme


SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20"/></svg>'


def test_where_nothing_is_scored_nothing_is_called_proven_or_done():
    deck = deck_of(make_decided_snapshot({}))

    shown = "\n".join(texts(slide) for slide in deck.slides)
    assert "Eight categories not scored" in shown
    assert "All of it proven" not in shown
    assert "Score what is open first; the next steps follow from it." in texts(deck.slides[7])


def test_what_a_person_wrote_stands_on_the_slides():
    snapshot = make_decided_snapshot({})
    snapshot["words"] = {
        "findings": [{"category": snapshot["categories"][0]["key"], "text": "Nobody owns this list."}],
        "decisions": ["Name one owner by May."],
        "letter": "",
    }

    deck = deck_of(snapshot)

    assert "Nobody owns this list." in texts(deck.slides[2])
    assert "1. Name one owner by May." in texts(deck.slides[7])
