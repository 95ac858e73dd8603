"""Twenty-four workbooks as other programs and other people left them, and what is right for each.

Every one went out as an export of the product's own and came back changed. Nothing in them may be lost unseen: it is
taken, or it stands in the report with its words.
"""

import pytest
from django.core.exceptions import ValidationError

from assessments.vendors.models import VendorAnswer, VendorEvidence
from tests.trials.conftest import WORKBOOKS, for_review
from tests.vendors.workbooks import line_of, said, take

pytestmark = [pytest.mark.django_db, pytest.mark.once]

QUESTIONS = (
    *("workload-mix", "latency-target", "storage-throughput", "daily-data-movement", "expensive-io-steps"),
    *("utilization-and-why", "scheduling-policy", "preemption", "quotas-and-priority", "topology-oversubscription"),
    *("network-hotspots", "batching-and-caching", "model-optimization", "rollback-plan", "cost-per-unit"),
    *("first-class-metrics", "on-call-ownership", "training-data-access", "secrets-management", "model-change-review"),
    *("rack-power-density", "cooling-method", "power-lead-time", "buildout-lead-time"),
)


def by_row(*texts):
    """Answers by question, in the order of the rows."""
    return {key: text for key, text in zip(QUESTIONS, texts, strict=False) if text is not None}


def left(done):
    return {(each.what, each.places): each.words for each in done.left}


def links():
    return list(VendorEvidence.objects.order_by("pk").values_list("answer__question_key", "title", "url"))


def test_x01_a_package_with_entries_for_its_folders_is_read(send):
    review, done = send("x01-exceljs-read-write", "exceljs plain")

    assert said(review) == by_row("plain answer")
    assert (done.counts["taken"], done.notes, left(done)) == (1, (), {})


def test_x02_an_escaped_line_break_in_small_letters_is_one(send):
    review, done = send("x02-sheetjs-crlf", "Lib sheetjs")

    wanted = by_row("2.0", "2", "2", "99.5%", "Yes", "46279", "line1\nline2", "日本語 العربية", "x" * 9990 + " y")
    assert said(review) == {
        **wanted,
        **dict(zip(QUESTIONS[9:], ("A literal", "tab\there", "lead", "-5"), strict=False)),
    }
    assert links() == [("workload-mix", "https://example.com/a", "https://example.com/a")]
    assert left(done) == {}


def test_x03_a_style_that_is_empty_does_not_matter(send):
    review, done = send("x03-xlsx-populate", "Lib populate")

    assert len(said(review)) == done.counts["taken"] == 13
    assert said(review)["scheduling-policy"] == "line1\nline2"
    assert left(done) == {}


def test_x04_the_strict_kind_is_read(send):
    review, done = send("x04-strict-open-xml", "V strict open xml")

    assert said(review) == by_row("strict answer")
    assert left(done) == {}


def test_x05_a_number_is_taken_as_its_cell_shows_it(send):
    review, done = send("x05-number-formats-with-units", "V number formats with units")

    assert said(review) == by_row(
        *("38 ms", "1,250.00 €", "$1,250.00", "5/6", "33%", "30:15:00", "14 Sep 2026, 13:05:09", "13:05:09"),
        *("Sep 2026", "00007", "(1,250)", "1.5E+12", "12 kW/rack", "0.3", "123456789012346000", "100", "Yes"),
        *("45 %", "3.5x", "2.0", "9950.00%", "0.0000001", "512 GB/s", "18 Jun 2020"),
    )
    notes = {line.question.key: line.notes for line in done.lines if line.notes}
    assert notes == {
        "expensive-io-steps": ("The cell shows “33%” and holds 33.3333333333333%.",),
        "quotas-and-priority": ("The cell shows “Sep 2026” and holds 14 Sep 2026.",),
        "first-class-metrics": ("The cell shows “100” and holds 99.95.",),
        "buildout-lead-time": (
            "The cell may show more than “18 Jun 2020”, which was taken: its number format is yyyy'Q'q.",
        ),
    }


def test_x06_a_column_of_remarks_is_named(send):
    review, done = send("x06-remark-column", "V inserted column with remarks")

    assert said(review) == by_row(*(f"Answer {row}" for row in range(2, 26)))
    assert left(done) == {("cell", "E1"): "Comment of ours", ("cell", "E2"): "Our comment: only valid for 500 rps"}
    about = next(each.about for each in done.left if each.places == "E2")
    assert about.startswith("What percentage split of compute")


def test_x07_a_second_column_of_answers_is_named(send):
    review, done = send("x07-second-answer-column", "V second column named Your answer")

    assert said(review)["workload-mix"] == "Answer 2"
    assert left(done) == {("cell", "H1"): "Your answer", ("cell", "H2"): "second answer column words"}


def test_x08_remarks_below_the_table_are_named_in_whichever_column(send):
    review, done = send("x08-words-below", "V words below the table")

    assert said(review) == by_row("a")
    assert left(done) == {
        ("cell", "A27"): "General remark in column A below",
        ("cell", "C28"): "remark in column C below",
    }
    assert [(line.row, line.yours) for line in done.refused] == [(26, "words below the table")]


def test_x09_rows_above_the_header_are_named(send):
    review, done = send("x09-rows-above", "V rows above the header")

    assert said(review) == by_row("a")
    assert "NDA applies to all answers" in left(done).values()


def test_x10_a_new_sheet_is_named_with_its_words(send):
    review, done = send("x10-new-sheet", "V words on a new sheet Appendix")

    assert said(review) == by_row("see sheet Appendix")
    assert {each.sheet for each in done.left} == {"Appendix"}
    assert [each.words for each in done.left] == ["Detailed capacity table", "H200 x 512"]


def test_x11_notes_on_cells_are_named_with_the_question(send):
    review, done = send("x11-comments", "V comments in cells")

    assert said(review) == by_row("yes")
    assert left(done) == {("note", "D2"): "Only under NDA, see annex", ("note", "D3"): "p99 280 ms at 500 rps"}
    assert next(each.about for each in done.left if each.places == "D3").startswith("Which p95 and p99 latency")


def test_x12_addresses_behind_words_are_links_with_these_words(send):
    review, done = send("x12-hyperlinks-behind-words", "V hyperlinks behind words")

    assert said(review)["workload-mix"] == "see our report"
    assert links() == [
        ("workload-mix", "see our report", "https://example.com/soc2.pdf"),
        ("latency-target", "SOC 2 report", "https://example.com/soc2-link.pdf"),
    ]
    assert line_of(done, "workload-mix").notes == (
        "1 link added.",
        "The answer leads to https://example.com/soc2.pdf, which was added as a link.",
    )
    assert line_of(done, "storage-throughput").notes == ()  # its words are the address


def test_x13_every_address_of_a_line_is_taken_and_the_rest_kept_or_named(send):
    _, done = send("x13-links-of-all-sorts", "V links of all sorts")

    a, b = "https://example.com/a", "https://example.com/b"
    longest = VendorEvidence.objects.get(answer__question_key="on-call-ownership").url
    assert longest.startswith("https://example.com/xxxx")
    assert links() == [
        *(("workload-mix", a, a), ("workload-mix", b, b)),
        *(("latency-target", a, a), ("latency-target", b, b)),
        *(("storage-throughput", a, a), ("storage-throughput", b, b)),
        ("daily-data-movement", "page 3, table 2", a),
        ("expensive-io-steps", "https://example.com/soc2", "https://example.com/soc2"),
        ("preemption", "Report", "https://example.com/r(1).pdf"),
        ("quotas-and-priority", "https://EXAMPLE.COM/UP", "https://EXAMPLE.COM/UP"),
        ("topology-oversubscription", "https://exämple.com/straße", "https://exämple.com/straße"),
        ("model-optimization", *2 * ("https://example.com/a%20b%20c.pdf",)),
        ("rollback-plan", *2 * ("https://www.example.com/x",)),
        ("cost-per-unit", *2 * ("https://example.com/z",)),
        ("first-class-metrics", *2 * ("https://example.com/q?a=1&b=2#c",)),
        ("on-call-ownership", longest[:200], longest),
        ("training-data-access", "Status page", "https://example.com/s"),
        ("training-data-access", "Docs", "https://example.com/d"),
        ("secrets-management", *2 * ("https://localhost/x",)),
        ("model-change-review", *2 * ("https://user:pw@example.com/x",)),
        ("cooling-method", *2 * ("https://example.com/1",)),
        ("cooling-method", *2 * ("https://example.com/2",)),
        ("power-lead-time", "and", "https://example.com/1"),
    ]
    assert "“page 3, table 2” was kept as the name of the link." in line_of(done, "daily-data-movement").notes
    assert (
        line_of(done, "model-optimization")
        .notes[1]
        .startswith("The address has blanks and was taken as https://example.")
    )
    for key, words, reason in (
        ("utilization-and-why", "mailto:sales@example.com", "it is no web address"),
        ("scheduling-policy", "see attached file", "it is no web address"),
        ("network-hotspots", "ftp://example.com/x", "it is no web address"),
        ("batching-and-caching", r"\\server\share\doc.pdf", "this is a place on a file server"),
        ("rack-power-density", "javascript:alert(1)", "it is no web address"),
    ):
        [note] = line_of(done, key).notes
        assert note.startswith(f"“{words}")
        assert f" was not added: {reason}" in note


def test_x14_struck_out_words_are_left_out_and_named(send):
    review, done = send("x14-strikethrough", "V rich text strike")

    assert said(review) == by_row("We commit 280 ms")
    assert line_of(done, "workload-mix").notes == ("Struck-out words were left out: “250 ms”.",)


def test_x15_what_cannot_be_seen_is_no_answer(send):
    review, done = send("x15-zero-width-only", "V only nbsp and zero width")

    assert said(review) == {}
    assert line_of(done, "workload-mix").reason == "No answer yet."


def test_x16_an_own_file_sent_back_unopened_changes_nothing(ask, send):
    review = ask("Round trip")
    stored = by_row(
        *("=1+1", "'=1+1", "''=1+1", "-5 ms", "+49 30", "@ops", "'quoted' words", "literal _x000D_ and _x0041_ here"),
        *("tabs\tinside\tit", "two  spaces   kept", "line one\n\nline three\n  indented", "nbsp\u00a0narrow\u202fhere"),
        *("soft\u00adhyphen zwj\u200d lrm\u200e rlm\u200f", "emoji 😀 and 𝔘 and 🇩🇪", "日本語 العربية עברית ไทย", "2.0"),
        *("TRUE", "#N/A", "#REF! is shown", "1/2", "007", '<b>&amp;</b> "q" & ]]>', "e\u0301 combining vs é"),
        "é" + "x" * 9990,
    )
    for key, text in stored.items():
        VendorAnswer.objects.filter(review=review, question_key=key).update(vendor_said=text, vendor_said_version=1)

    _, done = send("x16-literal-escape", "Round trip", review)

    assert done.counts == {"taken": 0, "unchanged": 24, "refused": 0, "missing": 0}
    assert said(review) == stored
    assert left(done) == {}


def test_x17_the_same_file_sent_again_corrected_is_taken(send):
    review, first = send("x17a-first-sending", "X base")
    assert said(review) == by_row("60/40", "300 ms")

    _, second = send("x17b-second-sending", "X base", review)

    assert said(review) == by_row("60/40", "280 ms", "new answer")
    line = line_of(second, "latency-target")
    assert (line.state, line.theirs) == ("taken", "300 ms")
    assert (first.counts["taken"], second.counts["taken"], second.refused) == (2, 2, [])


def test_x18_colors_of_ten_digits_do_not_matter(send):
    review, done = send("x18-excelize-date", "Lib excelize")

    assert said(review)["scheduling-policy"] == "line1\nline2"
    assert "14 Sep 2026" in said(review).values()
    assert len(said(review)) == 11
    assert left(done) == {}


def test_x19_a_remark_in_a_question_s_own_cell_is_named(send):
    review, done = send("x19-question-edited", "V wrote into question and topic cells")

    assert said(review) == by_row(None, None, None, "x")
    assert "OUR REMARK: we assume 60/40" in left(done)["cell", "C2"]


def test_x20_a_sheet_in_a_new_workbook_is_refused_with_what_to_do(send):
    with pytest.raises(ValidationError, match="does not say which review it belongs to"):
        send("x20-sheet-in-new-workbook", "Anyone")


def test_x21_what_was_typed_in_libreoffice_is_taken_as_typed(send):
    review, done = send("x21-libreoffice-typed", "LO en-US locked")

    assert said(review) == by_row(
        *("2.0", "2", "N/A", "n.a.", "yes", "99.5%", "14.09.2026", "1.234,5", "5/6", "=1+1", "=1+1", "TRUE"),
        *("-5 ms at p99", "+49 30 1234", "@ops", "line one\nline two", "日本語の回答 中文 한국어", "إجابة عربية עברית"),
        *("2026-09-14", "1,234.5", "12:30", "€ 1.250,00", "1e3", "007"),
    )
    assert links() == [
        ("workload-mix", "https://example.com/a", "https://example.com/a"),
        ("latency-target", "Status", "https://example.com/status"),
        ("latency-target", "https://example.com/b", "https://example.com/b"),
    ]
    assert (done.counts["taken"], left(done)) == (24, {})


def test_x22_a_package_that_names_parts_it_does_not_have_is_read(send):
    review, done = send("x22-r-openxlsx", "Ropenxlsx")

    assert said(review) == by_row("2.0", "2", "14 Sep 2026", "line1\nline2", '<b> & "q" 日本語', "Yes")
    assert left(done) == {}


def test_x23_shared_strings_and_no_properties_are_read(send):
    review, done = send("x23-google-like", "pandas")

    assert said(review) == by_row("from pandas", "2", "14 Sep 2026", "0.995")
    assert left(done) == {}


def test_nothing_is_taken_twice_from_any_of_them(send):
    """Sent again as it was, a file changes nothing, whatever program wrote it."""
    for path in sorted(WORKBOOKS.glob("x*.xlsx")):
        if path.name.startswith("x20"):
            continue
        review, _ = send(path.stem, f"Vendor of {path.stem}")
        again = take(review, for_review(path.read_bytes(), review.pk))
        assert (again.answers, again.links, path.stem) == (0, 0, path.stem)
