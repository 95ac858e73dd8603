"""The workbook goes out with the questions and nothing of the buyer's, and comes back from whoever wrote into it."""

import io
import re
import tracemalloc
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from python_calamine import CalamineWorkbook

from assessments.audit.models import AuditEvent
from assessments.vendors import services
from assessments.vendors.incoming.answers import MadeForAnotherError, import_answers
from assessments.vendors.models import VendorAnswer, VendorEvidence, VendorImport, VendorReview
from assessments.vendors.readings import read_review
from assessments.vendors.workbook.sheets import ANSWER, COLUMNS, KEY, LINKS, QUESTIONS, VERSION
from tests.efforts import effort
from tests.factories import make_organization, make_vendor_review
from tests.vendors.workbooks import (
    NAMES,
    cell_of,
    changed,
    exported,
    filled,
    line_of,
    opened,
    repacked,
    row_of,
    said,
    saved,
    sheet_path,
    take,
)

pytestmark = pytest.mark.django_db

FORMULAS = ("=1+1", "+49 30 1234", "-5 ms", "@here")


@pytest.fixture
def review():
    return make_vendor_review(name="Corvid")


def vendor_says(review, key, text):
    row = VendorAnswer.objects.get(review=review, question_key=key)
    row.vendor_said, row.vendor_said_version = text, row.vendor_said_version + 1
    row.save()


def refusal(review, content, name="answers.xlsx"):
    """Why nothing is taken from a file; nothing was."""
    before = said(review)
    with pytest.raises(ValidationError) as refused:
        take(review, content, name)
    assert said(review) == before
    [sentence] = refused.value.messages
    return sentence


# ---- Out


def test_the_questions_are_there_in_order_with_their_topics_and_keys(review):
    reading = read_review(review)

    rows = CalamineWorkbook.from_filelike(io.BytesIO(exported(review))).get_sheet_by_name(QUESTIONS).to_python()

    assert rows[0] == NAMES
    assert [(row[0], row[2], row[-1]) for row in rows[1:]] == [(r.number, r.ask, r.key) for r in reading.questions]
    assert [row[1] for row in rows[1:]] == [t.topic.name for t in reading.topics for _ in t.questions]


def test_an_own_team_is_asked_in_its_own_words():
    review = make_vendor_review(is_own_team=True)

    sheet = opened(exported(review))[QUESTIONS]

    assert cell_of(sheet, "preemption", "Question").value.startswith("When urgent work needs capacity, how do we")


def test_nothing_of_the_buyer_s_is_in_the_file(review):
    actor = review.created_by
    services.record_rating(review, question="preemption", rating="1", actor=actor, version=0)
    services.record_said(review, question="preemption", said="Zebra", actor=actor, version=0)
    services.record_follow_up(
        *(review,), question="preemption", follow_up="Okapi", owner="Gnu", on=None, done=False, actor=actor, version=0
    )
    services.add_link(review, question="preemption", title="Ibex", url="https://ibex.example.com", actor=actor)

    with zipfile.ZipFile(io.BytesIO(exported(review))) as package:
        text = " ".join(package.read(name).decode() for name in package.namelist()).lower()

    assert not [word for word in ("zebra", "okapi", "gnu", "ibex", "claimed", "rating") if word in text]


def test_only_answers_and_links_can_be_written_and_the_table_prints_on_its_width(review):
    sheet = opened(exported(review))[QUESTIONS]

    unlocked = {cell.column for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {NAMES.index(ANSWER) + 1, NAMES.index(LINKS) + 1}
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        *("landscape", 1, 0),
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert [name for name, letter in zip(NAMES, "ABCDEFG", strict=True) if sheet.column_dimensions[letter].hidden] == [
        VERSION
    ]
    assert sheet["D2"].alignment.wrap_text
    [limit] = sheet.data_validations.dataValidation
    assert (limit.formula1, limit.showErrorMessage) == ("10000", True)


def test_the_review_and_the_framework_are_named_in_properties_and_in_a_cell(review):
    book = opened(exported(review))

    version = f"{review.framework_key} {review.framework_version}"
    assert {each.name: each.value for each in book.custom_doc_props.props} == {
        "Review number": str(review.pk),
        "Framework version": version,
    }
    cells = {row[0].value: row[1].value for row in book["Instructions"].iter_rows()}
    assert (cells["Review number"], cells["Framework version"]) == (str(review.pk), version)


@pytest.mark.parametrize("start", FORMULAS)
def test_what_begins_like_a_formula_is_written_as_text(start):
    organization = make_organization(name=f"{start} Kestrel")
    review = make_vendor_review(organization, name=start, offer=start)
    vendor_says(review, "preemption", start)
    content = exported(review)

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        xml = [package.read(name).decode() for name in package.namelist() if "worksheets/" in name]
    assert not any(re.search(r"<f[ >/]", text) for text in xml)
    cell = cell_of(opened(content)[QUESTIONS], "preemption")
    assert (cell.value, cell.data_type, cell.quotePrefix) == (start, "s", True)
    row = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(QUESTIONS).to_python()
    assert start in [value for line in row for value in line]


def test_the_vendor_s_answers_and_links_so_far_are_in_the_file_and_odd_characters_do_not_break_it(review):
    vendor_says(review, "preemption", "Every\x0b 10 minutes\n\N{GRINNING FACE} شركة")
    answer = review.answers.get(question_key="preemption")
    urls = [f"https://a.example.com/{number}/{'x' * 1960}" for number in range(20)]
    VendorEvidence.objects.bulk_create(
        VendorEvidence(answer=answer, title="x", url=url, by_vendor=True) for url in urls
    )

    sheet = opened(exported(review))[QUESTIONS]

    assert cell_of(sheet, "preemption").value == "Every 10 minutes\n\N{GRINNING FACE} شركة"
    assert cell_of(sheet, "preemption", LINKS).value.splitlines() == urls[:16]


# ---- Back


def test_answers_and_links_come_back_as_the_vendor_s_words(review):
    actor = review.created_by
    services.record_rating(review, question="preemption", rating="1", actor=actor, version=0)
    services.record_said(review, question="preemption", said="Ours", actor=actor, version=0)
    services.record_follow_up(
        *(review,), question="preemption", follow_up="Ask", owner="Ada", on=None, done=False, actor=actor, version=0
    )
    before = VendorAnswer.objects.filter(question_key="preemption").values().get()
    links = "Drill: https://a.example.com/drill\nhttps://a.example.com/log."

    done = take(review, filled(review, {"preemption": "Every 10 minutes"}, {"preemption": links}))

    after = VendorAnswer.objects.filter(question_key="preemption").values().get()
    assert (after["vendor_said"], after["vendor_said_version"]) == ("Every 10 minutes", 1)
    assert after["vendor_at"] is not None
    written = ("vendor_said", "vendor_said_version", "vendor_said_from", "vendor_at")
    assert {name: after[name] for name in after if name not in written} == {
        name: before[name] for name in before if name not in written
    }
    assert list(VendorEvidence.objects.values_list("title", "url", "by_vendor", "created_by")) == [
        ("Drill", "https://a.example.com/drill", True, actor.pk),
        ("https://a.example.com/log", "https://a.example.com/log", True, actor.pk),
    ]
    assert VendorReview.objects.get().imported_at is not None
    assert (done.answers, done.links) == (1, 2)
    assert done.counts == {"taken": 1, "unchanged": len(done.lines) - 1, "refused": 0, "missing": 0}
    entry = AuditEvent.objects.get(action="vendor-answers-imported")
    assert (entry.subject, entry.new) == ("Corvid", "1 taken, 19 unchanged, 0 refused, 0 missing, 2 links added")


def test_the_same_file_twice_changes_nothing(review):
    content = filled(review, {"preemption": "Every 10 minutes"}, {"preemption": "https://a.example.com/drill"})
    take(review, content)
    before = list(VendorAnswer.objects.values()), list(VendorEvidence.objects.values())

    done = take(review, content)

    assert (list(VendorAnswer.objects.values()), list(VendorEvidence.objects.values())) == before
    assert (done.answers, done.links, done.counts["unchanged"]) == (0, 0, 20)
    assert AuditEvent.objects.filter(action="vendor-answers-imported").count() == 1


def test_an_empty_cell_erases_nothing(review):
    vendor_says(review, "preemption", "Every 10 minutes")

    done = take(review, filled(review, {"preemption": None}))

    assert said(review) == {"preemption": "Every 10 minutes"}
    assert line_of(done, "preemption").reason == "Empty in the file; the answer here stays."


def test_an_answer_that_changed_since_the_file_was_made_is_refused_with_both_texts(review):
    vendor_says(review, "preemption", "Old")
    vendor_says(review, "workload-mix", "Old")
    content = filled(review, {"preemption": "From the file", "workload-mix": "The same", "latency-target": "New"})
    vendor_says(review, "preemption", "From the link")
    vendor_says(review, "workload-mix", "The same")

    done = take(review, content)

    line = line_of(done, "preemption")
    assert (line.state, line.yours, line.theirs) == ("refused", "From the file", "From the link")
    assert "was changed here" in line.reason
    assert line_of(done, "workload-mix").state == "unchanged"
    assert said(review) == {"preemption": "From the link", "workload-mix": "The same", "latency-target": "New"}


def test_an_answer_that_was_cleared_since_is_not_brought_back_unseen(review):
    vendor_says(review, "preemption", "Old")
    content = filled(review, {"preemption": "New"})
    vendor_says(review, "preemption", "")

    assert line_of(take(review, content), "preemption").theirs == "Nothing"
    assert said(review) == {}


@pytest.mark.parametrize("version", ["", "x", "-1", "99", "1.5", None])
def test_without_a_version_that_fits_only_empty_answers_are_filled(review, version):
    vendor_says(review, "preemption", "Ours")
    content = filled(review, {"preemption": "Theirs"})

    def forget(sheet):
        cell_of(sheet, "preemption", VERSION).value = version

    book = opened(content)
    forget(book[QUESTIONS])
    done = take(review, saved(book))

    assert line_of(done, "preemption").state == "refused"
    assert said(review) == {"preemption": "Ours"}


def test_a_complete_review_takes_nothing(review):
    content = filled(review, {"preemption": "New"})
    services.complete_review(review, actor=review.created_by)

    assert refusal(review, content).startswith("This review is complete")


def test_a_review_that_was_deleted_meanwhile_takes_nothing(review):
    content, gone = filled(review, {"preemption": "New"}), VendorReview.objects.get()
    services.delete_review(review, actor=review.created_by)

    assert refusal(gone, content) == "This review was deleted meanwhile."


def test_the_import_takes_the_same_queries_for_one_answer_and_for_all(review, django_assert_num_queries):
    keys = [row.key for row in read_review(review).questions]
    one, all_of_them = filled(review, {keys[0]: "A"}), filled(review, dict.fromkeys(keys, "B"))
    vendor_says(review, keys[0], "A")
    VendorAnswer.objects.update(vendor_said="", vendor_said_version=0)

    with django_assert_num_queries(11):
        take(review, one)
    VendorAnswer.objects.update(vendor_said="", vendor_said_version=0)
    with django_assert_num_queries(11):
        take(review, all_of_them)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n'=+-@"), min_size=1, max_size=200
    ).filter(lambda text: text.strip() and "_x" not in text)
)
def test_any_text_that_goes_out_comes_back_the_same(review, text):
    text = text.strip()
    VendorAnswer.objects.update(vendor_said=text)

    done = take(review, saved(opened(exported(review))))

    assert {line.state for line in done.lines} == {"unchanged"}


# ---- Written by something else


def test_a_file_written_without_openpyxl_is_taken(review):
    content = exported(review)

    def answered(xml):
        place = f"D{row_of(opened(content)[QUESTIONS], 'preemption')}"
        return re.sub(
            rf'<c r="{place}"([^>]*?)(?: t="\w+")?([^>]*?)(/>|>.*?</c>)',
            rf'<c r="{place}"\1 t="inlineStr"><is><r><t>Every </t></r><r><t>10 minutes</t></r></is></c>',
            xml,
        )

    done = take(review, repacked(content, replace={sheet_path(content): answered}))

    assert said(review) == {"preemption": "Every 10 minutes"}
    assert done.answers == 1


def test_a_file_that_lost_its_properties_is_known_by_its_cell(review):
    book = opened(filled(review, {"preemption": "New"}))
    book.custom_doc_props.props.clear()
    book["Instructions"].title = "Anleitung"

    take(review, saved(book))

    assert said(review) == {"preemption": "New"}


def test_a_file_that_says_nowhere_which_review_it_is_of_is_refused(review):
    book = opened(filled(review, {"preemption": "New"}))
    book.custom_doc_props.props.clear()
    del book["Instructions"]

    assert refusal(review, saved(book)).startswith("The file does not say which review it belongs to.")


@pytest.mark.parametrize("is_same_organization", [True, False])
def test_a_file_of_another_vendor_or_client_is_asked_about_and_names_whom_only_to_who_may_know(
    review, is_same_organization
):
    here = review.vendor.organization
    other = make_vendor_review(here if is_same_organization else make_organization(name="Secret"), name="Tessel")
    whom = f"Tessel at {here}" if is_same_organization else "a review that you cannot open"

    assert refusal(review, filled(other, {"preemption": "New"})) == (
        f"This workbook was made for {whom}. Read it for Corvid at {here}?"
    )
    assert said(review) == {}
    assert not VendorImport.objects.exists()


def test_a_file_of_another_client_fills_what_is_empty_and_leaves_all_else_of_it_out(review):
    vendor_says(review, "preemption", "First")
    other = make_vendor_review(make_organization(name="Secret client"), name="Corvid")
    book = opened(filled(other, {"preemption": "Second", "workload-mix": "New"}))
    book["Instructions"]["C3"] = "Only for the secret client"
    cell_of(book["Questions"], "workload-mix").comment = Comment("Secret client said so", "Ines")
    content = saved(book)
    upload = SimpleUploadedFile("answers.xlsx", content)
    about = {"filename": "answers.xlsx", "size": len(content), "actor": review.created_by}

    done = import_answers(review, upload, **about, made_for=other.pk)

    assert said(review) == {"preemption": "First", "workload-mix": "New"}
    assert line_of(done, "preemption").state == "refused"
    assert done.left == ()
    assert done.notes == (
        "The file was made for somebody else. Only questions without an answer were filled from it, and nothing else "
        "that it holds was kept.",
    )
    assert "ecret client" not in str(VendorImport.objects.values("filename", "report"))
    assert said(other) == {}


def test_saying_yes_to_one_file_is_no_yes_to_another(review):
    first, second = (make_vendor_review(make_organization(), name="Corvid") for _ in range(2))
    content = filled(second, {"preemption": "New"})
    about = {"filename": "answers.xlsx", "size": len(content), "actor": review.created_by}

    with pytest.raises(MadeForAnotherError):
        import_answers(review, SimpleUploadedFile("answers.xlsx", content), **about, made_for=first.pk)


def test_a_file_of_an_earlier_review_of_the_same_vendor_fills_what_is_empty_and_says_so(review):
    vendor_says(review, "preemption", "First")
    content = filled(review, {"preemption": "Second", "workload-mix": "New"})
    services.complete_review(review, actor=review.created_by)
    again = services.repeat_review(review, actor=review.created_by)

    done = take(again, content)

    assert said(again) == {"preemption": "First", "workload-mix": "New"}
    assert line_of(done, "preemption").state == "refused"
    assert done.notes == (
        "The file was made for another review of this vendor. Only questions without an answer were filled from it.",
    )


# ---- Rows and columns that are not as they went out


def test_rows_that_are_missing_are_named_and_erase_nothing(review):
    vendor_says(review, "preemption", "Every 10 minutes")

    done = take(review, changed(review, lambda sheet: sheet.delete_rows(row_of(sheet, "preemption"), 2)))

    assert done.counts["missing"] == 2
    line = line_of(done, "preemption")
    assert (line.row, line.state, line.reason) == (None, "missing", "Not in the file; nothing was changed.")
    assert said(review) == {"preemption": "Every 10 minutes"}


@pytest.mark.parametrize("name", [KEY, ANSWER])
def test_a_file_without_a_column_that_is_needed_is_refused_by_its_name(review, name):
    def rename(sheet):
        sheet.cell(1, NAMES.index(name) + 1).value = "Something"

    assert refusal(review, changed(review, rename)).startswith(f"The file has no column “{name}”.")


def test_columns_are_known_by_name_whatever_their_case_and_place(review):
    def move(sheet):
        cell_of(sheet, "preemption").value = "New"
        sheet.cell(1, NAMES.index(ANSWER) + 1).value = "  YOUR   answer "
        sheet.delete_cols(1, 2)
        sheet.insert_rows(1, 3)
        sheet["A1"] = "Answers of Corvid"

    take(review, changed(review, move))

    assert said(review) == {"preemption": "New"}


def test_unknown_keys_and_extra_rows_are_refused_with_their_row_numbers(review):
    def add(sheet):
        cell_of(sheet, "preemption", KEY).value = "renamed"
        sheet.cell(23, NAMES.index(ANSWER) + 1).value = "An answer to nothing"
        sheet.cell(30, NAMES.index(KEY) + 1).value = "power-lead-time"  # is not asked in the cloud
        sheet.cell(31, NAMES.index(QUESTIONS[:-1]) + 1).value = "Only a remark"

    done = take(review, changed(review, add))

    assert [(line.row, line.reason) for line in done.refused] == [
        (9, "“renamed” is no question of this review."),
        (23, "“Key” is empty, so it is not known which question this answers."),
        (30, "“power-lead-time” is no question of this review."),
    ]
    assert done.counts["missing"] == 1


def test_a_key_that_stands_twice_is_refused_in_both_rows(review):
    def double(sheet):
        cell_of(sheet, "workload-mix", KEY).value = "Preemption "
        cell_of(sheet, "preemption").value = "New"

    done = take(review, changed(review, double))

    assert [(line.row, line.reason[:34]) for line in done.refused] == [
        (2, "The question stands in 2 rows. Kee"),
        (9, "The question stands in 2 rows. Kee"),
    ]
    assert said(review) == {}


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (38, "General", "38"),
        (38.5, "General", "38.5"),
        (0.995, "0.0%", "99.5%"),
        (1e-7, "General", "0.0000001"),
        (12345678901234, "General", "12345678901234"),
        (True, "General", "Yes"),
        (False, "General", "No"),
        (date(2026, 9, 14), "yyyy-mm-dd", "14 Sep 2026"),
        (datetime(2026, 9, 14, 9, 30), "yyyy-mm-dd hh:mm", "14 Sep 2026, 09:30"),
        ("'=5 ms", "@", "=5 ms"),
        ("'tis so", "@", "'tis so"),
        ("one_x000D_\ntwo", "@", "one\ntwo"),
        ("  spaced \r\n out  ", "@", "spaced \n out"),
    ],
)
def test_what_is_no_text_is_taken_as_text(review, value, number_format, text):
    def write(sheet):
        cell = cell_of(sheet, "preemption")
        cell.value, cell.number_format = value, number_format

    take(review, changed(review, write))

    assert said(review) == {"preemption": text}


@pytest.mark.once
@pytest.mark.parametrize("column", [ANSWER, LINKS])
@pytest.mark.parametrize("formula", ["=1+1", '=HYPERLINK("https://a.example.com")', "='[1]Other'!A1"])
def test_a_line_with_a_formula_is_refused_and_the_others_are_taken(review, column, formula):
    def write(sheet):
        cell_of(sheet, "workload-mix").value = "New"
        cell_of(sheet, "preemption", column).value = formula

    done = take(review, changed(review, write))

    assert line_of(done, "preemption").reason == f"“{column}” holds a formula; write the text itself."
    assert said(review) == {"workload-mix": "New"}


def test_a_line_with_an_error_of_the_spreadsheet_is_refused(review):
    def write(sheet):
        cell = cell_of(sheet, "preemption")
        cell.value, cell.data_type = "#N/A", "e"

    assert line_of(take(review, changed(review, write)), "preemption").reason == "“Your answer” holds the error #N/A."


def test_an_answer_that_is_too_long_is_refused_in_a_sentence(review):
    done = take(review, filled(review, {"preemption": "x" * 10_001, "workload-mix": "y" * 10_000}))

    assert line_of(done, "preemption").reason.startswith("This answer has 10,001 characters; 10,000 is the most.")
    assert list(said(review)) == ["workload-mix"]


def test_links_that_are_none_are_named_and_those_there_already_are_skipped(review):
    services.add_link(
        review, question="preemption", title="Ours", url="https://a.example.com/1", actor=review.created_by
    )
    links = "https://a.example.com/1\njavascript:alert(1)\nsee attachment\nfile:///etc/passwd\nwww.example.com/2"

    done = take(review, filled(review, {}, {"preemption": links}))

    assert line_of(done, "preemption").notes == (
        "1 link added.",
        "“javascript:alert(1)” was not added: it is no web address that begins with https:// or http://.",
        "“see attachment” was not added: it is no web address that begins with https:// or http://.",
        "“file:///etc/passwd” was not added: it is no web address that begins with https:// or http://.",
    )
    assert list(VendorEvidence.objects.values_list("url", "by_vendor")) == [
        ("https://a.example.com/1", False),
        ("https://www.example.com/2", True),
    ]


def test_a_question_takes_no_more_than_twenty_links(review):
    links = "\n".join(f"https://a.example.com/{number}" for number in range(22))

    done = take(review, filled(review, {}, {"preemption": links}))

    assert VendorEvidence.objects.count() == 20
    assert line_of(done, "preemption").notes[1:] == (
        "“https://a.example.com/20” was not added: a question holds at most 20 pieces of evidence.",
        "“https://a.example.com/21” was not added: a question holds at most 20 pieces of evidence.",
    )


def test_hidden_rows_are_read_merged_cells_and_other_workbooks_are_named(review):
    def odd(sheet):
        cell_of(sheet, "preemption").value = "Hidden"
        sheet.row_dimensions[row_of(sheet, "preemption")].hidden = True
        sheet.merge_cells("D2:D3")
        sheet["D2"] = "For both"

    content = repacked(changed(review, odd), add={"xl/externalLinks/externalLink1.xml": "<externalLink/>"})
    done = take(review, content)

    assert said(review) == {"preemption": "Hidden", "workload-mix": "For both"}
    assert [note.split(".")[0] for note in done.notes] == [
        "Cells are merged in the file; of these only the first one keeps its text",
        "The file refers to other workbooks",
    ]


def test_of_several_sheets_the_one_called_questions_is_read_and_the_others_are_named(review):
    book = opened(filled(review, {"preemption": "New"}))
    copy = book.copy_worksheet(book[QUESTIONS])
    copy.title = "Old answers"
    cell_of(copy, "preemption").value = "Old"
    book.move_sheet(copy, -2)

    done = take(review, saved(book))

    assert said(review) == {"preemption": "New"}
    assert done.notes == ("Only the sheet “Questions” was read, not “Old answers”.",)


def test_a_sheet_of_another_name_is_found_by_its_columns(review):
    book = opened(filled(review, {"preemption": "New"}))
    book[QUESTIONS].title = "Fragen"

    take(review, saved(book))

    assert said(review) == {"preemption": "New"}


# ---- What is no workbook, and what is one to do harm


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", compression) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return to.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7", "The file is a PDF."),
        (b"No.,Topic,Key\n", "The file is no Excel workbook."),
        (OLE + b"\x00" * 600, "The file is an Excel workbook of the old kind (.xls)."),
        (OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "The file is protected with a password."),
        (zipped({"mimetype": "x", "content.xml": "<a/>"}), "The file is an OpenDocument file."),
        (zipped({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}), "The file is no Excel workbook."),
        (zipped({"[Content_Types].xml": "<a/>", "xl/workbook.bin": b"\x01"}), "The file is an Excel workbook of the b"),
        (zipped({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>"}), "The file is damaged"),
        (b"PK\x03\x04 and nothing more", "The file is damaged"),
        (zipped({"a": "b"}, zipfile.ZIP_LZMA), "The file is damaged"),
    ],
)
def test_what_is_no_workbook_is_refused_with_what_it_is(review, content, sentence):
    assert refusal(review, content).startswith(sentence)


def test_macros_are_refused_by_name_and_by_content(review):
    content = exported(review)

    assert "may hold macros" in refusal(review, content, "answers.xlsm")
    assert "holds macros" in refusal(review, repacked(content, add={"xl/vbaProject.bin": b"\x01"}))


@pytest.mark.once
def test_a_damaged_file_is_refused_whatever_is_wrong_with_it(review):
    content = exported(review)
    broken = {"xl/workbook.xml": lambda xml: xml[:200]}
    no_such_string = {
        sheet_path(content): lambda xml: xml.replace("</row>", '<c r="X1" t="s"><v>99999</v></c></row>', 1)
    }

    assert refusal(review, content[: len(content) // 2]).startswith("The file is damaged")
    assert refusal(review, repacked(content, replace=broken)).startswith("The file is damaged")
    assert refusal(review, repacked(content, replace=no_such_string)).startswith("The file is damaged")


@pytest.mark.once
def test_a_file_over_five_megabytes_is_refused(review):
    assert refusal(review, b"PK\x03\x04" + b"x" * 5_500_000) == "The file is 5.2 MB; 5 MB is the most."


def many_rows(review, number):
    content = exported(review)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(100, 100 + number))
    return repacked(
        content, replace={sheet_path(content): lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>")}
    )


@pytest.mark.once
@pytest.mark.parametrize("number", [1_902, 100_000])
def test_more_than_two_thousand_rows_are_refused_quickly(review, number):
    content = many_rows(review, number)

    def refused():
        assert refusal(review, content).startswith("The file has more than 2,000 rows.")

    assert effort(refused) < 3


@pytest.mark.once
def test_two_thousand_rows_are_read(review):
    assert len(take(review, many_rows(review, 1_901)).lines) == 20


def test_a_row_far_down_is_refused_if_it_holds_something_and_ignored_if_not(review):
    content = exported(review)

    def with_row(cells):
        row = f'<row r="1048576"><c r="A1048576" s="1">{cells}</c></row>'
        return {sheet_path(content): lambda xml: xml.replace("</sheetData>", f"{row}</sheetData>")}

    assert "more than 2,000 rows" in refusal(review, repacked(content, replace=with_row("<v>1</v>")))
    assert len(take(review, repacked(content, replace=with_row(""))).lines) == 20


def lying(content, name, size):
    """The package with another unpacked size for a part in its directory than the part has."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        real = package.getinfo(name).file_size.to_bytes(4, "little")
    start = content.rindex(name.encode()) - 46
    assert content[start + 24 : start + 28] == real
    return content[: start + 24] + size.to_bytes(4, "little") + content[start + 28 :]


BOMBS = {
    "large": lambda c: repacked(c, add={"xl/media/a.xml": b"<a>" + b" " * 60_000_000 + b"</a>"}),
    "tight": lambda c: repacked(c, add={"xl/media/a.bin": bytes(20_000_000)}),
    "many": lambda c: repacked(c, add={f"xl/media/{n}.png": b"" for n in range(600)}),
    "elements": lambda c: repacked(
        c, add={"xl/a.xml": f"<a>{''.join(f'<b{n}/>' for n in range(300_000))}</a>"}, compress_type=zipfile.ZIP_STORED
    ),
    "attributes": lambda c: repacked(
        c, add={"xl/a.xml": f"<a {' '.join(f'a{n}=x' for n in range(300_000))}/>".replace("=x", '=""')}
    ),
    "lying": lambda c: lying(repacked(c, add={"xl/a.xml": b"<a>" + b"<b/>" * 600_000 + b"</a>"}), "xl/a.xml", 1000),
}


@pytest.mark.once
@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_before_it_unpacks(review, kind):
    content = BOMBS[kind](exported(review))

    def refused():
        assert refusal(review, content).startswith(("The file unpacks to more", "The file is damaged"))

    assert effort(refused) < 10
    tracemalloc.start()
    refused()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.once
@pytest.mark.parametrize("name", ["xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml", "docProps/core.xml"])
def test_a_document_type_is_refused_wherever_it_stands(review, name):
    content = exported(review)

    def with_type(xml):
        start = xml.index("?>") + 2 if xml.startswith("<?xml") else 0
        return xml[:start] + ENTITIES + xml[start:]

    assert refusal(review, repacked(content, replace={name: with_type})).startswith("The file holds a document type")


def test_a_dimension_that_lies_costs_nothing(review):
    content = filled(review, {"preemption": "New"})
    huge = {sheet_path(content): lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', xml)}

    assert effort(lambda: take(review, repacked(content, replace=huge))) < 3
    assert said(review) == {"preemption": "New"}


def test_a_workbook_with_nothing_in_it_is_refused(review):
    assert refusal(review, saved(openpyxl.Workbook())) == "There is nothing in the file."


def test_no_column_is_missing_from_the_table_of_widths():
    assert NAMES == list(COLUMNS) == ["No.", "Topic", "Question", "Your answer", "Links to evidence", "Version", "Key"]
