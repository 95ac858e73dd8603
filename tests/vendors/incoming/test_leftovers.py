"""Whatever a file holds that the export did not put there and that is no answer is named with its words."""

import pytest
from openpyxl.comments import Comment

from assessments.vendors.incoming.link_lines import links_in
from assessments.vendors.models import VendorAnswer, VendorEvidence
from assessments.vendors.workbook.sheets import LINKS, QUESTIONS
from tests.factories import make_vendor_review
from tests.vendors.workbooks import (
    NAMES,
    cell_of,
    changed,
    exported,
    filled,
    line_of,
    opened,
    repacked,
    said,
    saved,
    sheet_path,
    take,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def review():
    return make_vendor_review(name="Corvid")


def left(done):
    return {(each.what, each.sheet, each.places): each.words for each in done.left}


def with_part(review, name, part, kind):
    """The export with a part that its sheet of questions refers to."""
    content = exported(review)
    path = sheet_path(content)
    relations = f"xl/worksheets/_rels/{path.rpartition('/')[2]}.rels"
    target = f'<Relationship Id="rId77" Type="http://x/relationships/{kind}" Target="/{name}"/>'
    xml = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{target}</Relationships>'
    )
    return repacked(content, add={name: part, relations: xml})


def test_an_export_sent_back_holds_nothing_else(review):
    assert take(review, exported(review)).left == ()


def test_the_same_words_in_many_cells_are_named_once_with_their_places(review):
    def write(sheet):
        for place in ("H40", "H41", "H42", "J50"):
            sheet[place] = "see NDA"

    assert left(take(review, changed(review, write))) == {("cell", "Questions", "H40:H42, J50"): "see NDA"}


def test_words_on_the_instructions_and_in_cells_of_ours_are_named(review):
    book = opened(exported(review))
    book["Instructions"]["D4"] = "All under NDA"
    book["Instructions"]["B9"].value += " (draft)"
    cell_of(book[QUESTIONS], "preemption", "Topic").value = "Not our topic"
    book[QUESTIONS].title = "Answers of ours"

    found = left(take(review, saved(book)))

    assert found.pop(("cell", "Instructions", "B9")).endswith("(draft)")
    assert found == {
        ("cell", "Instructions", "D4"): "All under NDA",
        ("cell", "Answers of ours", "B9"): "Not our topic",
        ("name of the sheet", "Answers of ours", ""): "Answers of ours",
    }


def test_formulas_links_and_struck_words_beside_the_answers_are_named_whole(review):
    def write(sheet):
        sheet["H2"] = "=1+1"
        sheet["H3"] = "our page"
        sheet["H3"].hyperlink = "https://a.example/page"

    assert left(take(review, changed(review, write))) == {
        ("cell", "Questions", "H2"): "=1+1",
        ("cell", "Questions", "H3"): "our page [leads to https://a.example/page]",
    }


def test_head_foot_and_hints_of_a_sheet_are_named(review):
    def write(sheet):
        sheet.oddHeader.center.text = "Strictly confidential"
        sheet.oddFooter.left.text = "Valid until May"

    found = left(take(review, changed(review, write)))

    assert found == {
        ("head of the page", "Questions", ""): "Strictly confidential",
        ("foot of the page", "Questions", ""): found["foot of the page", "Questions", ""],
    }
    assert "Valid until May" in found["foot of the page", "Questions", ""]


DRAWING = """<d:wsDr xmlns:d="d" xmlns:a="a"><d:twoCellAnchor><d:from><d:col>3</d:col><d:row>8</d:row></d:from>
<d:pic><d:nvPicPr><d:cNvPr id="1" name="Picture 1" descr="Our architecture"/></d:nvPicPr></d:pic></d:twoCellAnchor>
<d:twoCellAnchor><d:from><d:col>7</d:col><d:row>0</d:row></d:from><d:sp><d:txBody><a:p><a:r><a:t>Only with </a:t></a:r>
<a:r><a:t>a contract</a:t></a:r></a:p></d:txBody></d:sp></d:twoCellAnchor></d:wsDr>"""


def test_pictures_and_text_boxes_are_named_with_where_they_lie(review):
    done = take(review, with_part(review, "xl/drawings/drawing1.xml", DRAWING, "drawing"))

    assert left(done) == {
        ("picture", "Questions", "D9"): "Our architecture, Picture 1",
        ("text box", "Questions", "H1"): "Only with a contract",
    }
    assert next(each.about for each in done.left if each.places == "D9") == line_of(done, "preemption").name


def test_a_thread_of_comments_is_named_in_place_of_its_shadow(review):
    threads = (
        '<ThreadedComments xmlns="t"><threadedComment ref="D9"><text>Really?</text></threadedComment>'
        '<threadedComment ref="D9"><text>Only in Europe</text></threadedComment></ThreadedComments>'
    )

    done = take(review, with_part(review, "xl/threadedComments/threadedComment1.xml", threads, "threadedComment"))

    assert left(done) == {("note", "Questions", "D9"): "Really?\nOnly in Europe"}


def test_notes_that_cannot_be_read_are_said_to_be_there(review):
    done = take(review, with_part(review, "xl/comments1.xml", "<comments><comment", "comments"))

    assert done.notes == ("These parts of the file could not be read: comments1.xml. Open it and look for notes.",)


def test_a_file_in_the_file_and_words_about_it_are_named(review):
    book = opened(exported(review))
    book.properties.description = "Prices on request"

    done = take(review, repacked(saved(book), add={"xl/embeddings/annex.docx": b"PK"}))

    assert left(done) == {
        ("file in the file", "", ""): "annex.docx",
        ("description of the file", "", ""): "Prices on request",
    }


def test_a_note_beside_an_answer_does_not_keep_it_from_being_taken(review):
    def write(sheet):
        cell = cell_of(sheet, "preemption")
        cell.value, cell.comment = "yes", Comment("Only under NDA", "Vendor")

    done = take(review, changed(review, write))

    assert said(review) == {"preemption": "yes"}
    assert left(done) == {("note", "Questions", "D9"): "Only under NDA"}


def test_a_row_that_is_refused_keeps_all_its_words(review):
    def write(sheet):
        cell_of(sheet, "preemption").value = "x" * 200
        cell_of(sheet, "preemption", LINKS).value = "https://a.example"
        cell_of(sheet, "preemption", "Key").value = "preemptoin"
        cell_of(sheet, "workload-mix").value = "y" * 10_001
        cell_of(sheet, "latency-target").value = "=SUM(A1:A2)"

    done = take(review, changed(review, write))

    assert {line.row: line.yours for line in done.refused} == {
        9: f"{'x' * 200}\nhttps://a.example",
        2: "y" * 10_001,
        3: "=SUM(A1:A2)",
    }


# ---- Files of other programs


def test_what_can_be_done_without_may_be_broken(review):
    content = filled(review, {"preemption": "New"})
    folders = {"xl/": b"", "xl/worksheets/": b"", "docProps/": b""}

    take(
        review,
        repacked(
            content,
            add={**folders, "xl/drawings/vmlDrawing1.vml": "<xml><br></xml>", "customXml/item1.xml": b""},
            replace={"xl/styles.xml": lambda xml: "", "xl/theme/theme1.xml": lambda xml: "<a:theme"},
        ),
    )

    assert said(review) == {"preemption": "New"}


def test_thousands_of_colored_cells_below_the_table_do_not_matter(review):
    content = filled(review, {"preemption": "New"})
    cells = "".join(f'<c r="{letter}{{n}}" s="1"/>' for letter in "ABCDEFG")
    rows = "".join(f'<row r="{n}">{cells.replace("{n}", str(n))}</row>' for n in range(100, 15_100))

    take(
        review,
        repacked(
            content, replace={sheet_path(content): lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>")}
        ),
    )

    assert said(review) == {"preemption": "New"}


# ---- Links


def test_links_are_taken_though_the_answer_beside_them_had_changed(review):
    content = filled(review, {"preemption": "File"}, {"preemption": "https://a.example/x"})
    VendorAnswer.objects.filter(question_key="preemption").update(vendor_said="Here", vendor_said_version=1)

    line = line_of(take(review, content), "preemption")

    assert (line.state, line.notes, bool(line.take_as)) == ("refused", ("1 link added.",), True)
    assert VendorEvidence.objects.get().url == "https://a.example/x"


def test_a_column_called_links_is_one_and_without_any_that_is_said(review):
    def rename(name):
        def change(sheet):
            cell_of(sheet, "preemption", LINKS).value = "https://a.example/x"
            sheet.cell(1, NAMES.index(LINKS) + 1).value = name

        return change

    take(review, changed(review, rename("Links")))
    assert VendorEvidence.objects.count() == 1

    done = take(review, changed(review, rename("Where to look")))
    assert done.notes[0].startswith("The file has no column “Links to evidence”")
    assert ("cell", "Questions", "E9") in left(done)


def test_a_new_name_for_a_link_that_is_there_is_named(review):
    take(review, filled(review, {}, {"preemption": "https://a.example/x – page 3"}))

    done = take(review, filled(review, {}, {"preemption": "https://a.example/x – page 4"}))

    [note] = line_of(done, "preemption").notes
    assert "page 4" in note
    assert "is attached already, as “page 3”" in note


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("https://a/x https://b/y", [("https://a/x", "https://a/x"), ("https://b/y", "https://b/y")]),
        ("https://a/x;https://b/y", [("https://a/x", "https://a/x"), ("https://b/y", "https://b/y")]),
        ("SOC 2: https://a/x, ISO: https://b/y", [("https://a/x", "SOC 2"), ("https://b/y", "ISO")]),
        ("https://a/x (SOC 2), https://b/y (ISO)", [("https://a/x", "SOC 2"), ("https://b/y", "ISO")]),
        ("Report (https://a/r(1).pdf).", [("https://a/r(1).pdf", "Report")]),
        ("https://a/My Docs/GPU plan.pdf", [("https://a/My%20Docs/GPU%20plan.pdf",) * 2]),
        ("https://web.archive.org/web/2020/https://b/", [("https://web.archive.org/web/2020/https://b/",) * 2]),
        ("https://a/?from=https://b", [("https://a/?from=https://b",) * 2]),
        ("https://a/x and/or ask us", [("https://a/x", "and/or ask us")]),
        ("https://a/x - annex B.pdf", [("https://a/x", "annex B.pdf")]),
        ("Status: status.example.com/x", [("https://status.example.com/x", "Status")]),
        ("https://wiki/x", [("https://wiki/x", "https://wiki/x")]),
    ],
)
def test_every_address_of_a_line_is_found_with_the_words_that_name_it(line, found):
    assert [(link.url, link.title) for link in links_in(line)] == found


@pytest.mark.parametrize("line", ["n/a", "24/7 support", "report.pdf", "mail@www.example.com", "see page 3"])
def test_what_is_no_address_is_none(line):
    assert [(link.url, bool(link.error)) for link in links_in(line)] == [("", True)]
