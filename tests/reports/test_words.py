"""The words of the board summary: drafted from what the snapshot holds, never more."""

import json
from pathlib import Path

import pytest

from assessments.reports import pdf
from assessments.reports.choices import cleaned, defaults
from assessments.reports.document import document
from assessments.reports.people import without_names
from assessments.reports.snapshot import FORMAT, upgraded
from assessments.reports.words import FINDING_LENGTH, draft_decisions, draft_findings, opening
from tests.reports.snapshots import AT, KEYS, make_decided_snapshot, make_snapshot

FORMAT_2 = Path(__file__).parent / "formats" / "format-2.json"


def test_a_finding_is_the_first_sentences_that_fit():
    note = "One sentence. " + "Another one that is long. " * 20

    text = opening(note)

    assert text.startswith("One sentence. Another one")
    assert text.endswith("long.")
    assert len(text) <= FINDING_LENGTH


def test_a_sentence_longer_than_a_finding_ends_with_an_ellipsis():
    assert opening("word " * 200).endswith("word…")
    assert len(opening("W" * 30_000)) <= FINDING_LENGTH


def test_without_notes_a_finding_says_what_was_shown_and_what_not():
    states = {KEYS[0]: (0, 1, 2), KEYS[1]: (0, 0, 0)}

    found = {finding["category"]: finding["text"] for finding in draft_findings(make_decided_snapshot(states))}

    assert found[KEYS[1]] == "Not shown: written targets, results against targets, and rehearsed response."
    assert found[KEYS[0]].startswith("Not shown: workload register. Shown in part: register checked.")


def test_nothing_is_found_where_nothing_is_scored():
    assert draft_findings(make_snapshot((None,) * 8)) == []


@pytest.mark.parametrize(
    ("case", "first"),
    [
        ({}, "Hold new commitments for AI infrastructure until 10 of 16 points are proven. Today it is nine."),
        ({"levels": (2,) * 8, "evidence": {}}, "Base the budget on proven points only. Eight of 16 are proven today."),
        (
            {"levels": (2, 1, None, 1, 2, 1, 2, None)},
            "Commit nothing large until the score is complete. Two categories are open.",
        ),
        (
            {"levels": (2,) * 8, "answers": "abc"},
            "Set the date of the next assessment. Proof grows old, and the level with it.",
        ),
    ],
)
def test_decisions_follow_from_the_verdict(case, first):
    decisions = draft_decisions(make_snapshot(**case))

    assert decisions[0] == first
    assert len(decisions) <= 3


def test_a_fact_nobody_can_give_is_asked_for_by_who_will_find_out():
    snapshot = make_snapshot(signed_off_at=AT)
    for fact in snapshot["facts"]:
        fact["who_will"] = "" if fact["is_answered"] else "Mark Ellison"

    assert draft_decisions(snapshot)[1].endswith("cost you today?” Mark Ellison will find out.")


def test_the_snapshot_of_the_version_before_still_makes_its_pdf():
    """Frozen by the version before choices: the same finding as now, and nothing of it is lost."""
    old = json.loads(FORMAT_2.read_text())
    new = upgraded(old)

    assert (old["format"], new["format"]) == (2, FORMAT)
    assert new["words"]["findings"][0]["text"].startswith("Finance sees one invoice of 91,104 USD a month.")
    assert "answers" in new["choices"]["sections"]
    made = pdf.render_pdf(pdf.render_html(old))
    assert made.pages >= 12
    assert pdf.render_pdf(pdf.render_html(json.loads(FORMAT_2.read_text()))).content == made.content


def test_a_full_report_of_four_vendors_and_a_plan_has_twelve_pages_at_most():
    snapshot = upgraded(json.loads(FORMAT_2.read_text()))

    for paper in ("a4", "letter"):
        full = {**snapshot, "choices": {**defaults(), "paper": paper}}
        short = {**snapshot, "choices": {**defaults("short"), "paper": paper}}
        page = {**snapshot, "choices": {**defaults("page"), "paper": paper}}
        pages = [pdf.render_pdf(pdf.render_html(each)).pages for each in (full, short, page)]
        assert pages[0] <= 12
        assert pages[1] <= 6
        assert pages[2] == 1


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_summary_stays_one_page_however_much_is_written(paper):
    snapshot = upgraded(json.loads(FORMAT_2.read_text()))
    words = {
        "findings": [{"category": key, "text": "Hochverfügbarkeitsarchitekturplanung ja " * 7} for key in KEYS[5:]],
        "decisions": ["Rechenzentrumsstromversorgung beschließen bis Januar. " * 3] * 3,
        "letter": "",
    }
    choices = {**defaults("page"), "paper": paper}
    name = {**snapshot["organization"], "name": "Rechenzentrumsbetriebsgesellschaft " * 6}

    made = pdf.render_pdf(pdf.render_html({**snapshot, "words": words, "choices": choices, "organization": name}))

    assert made.pages == 1


def test_without_names_nobody_is_named_and_an_owner_is_a_role():
    snapshot = upgraded(json.loads(FORMAT_2.read_text()))
    snapshot["steps"]["all"] = snapshot["steps"]["items"]
    snapshot["plan"]["phases"][0]["items"][0]["role"] = "Platform engineering"

    roles = json.dumps(without_names({**snapshot, "words": {}}, "roles"))
    neither = json.dumps(without_names({**snapshot, "words": {}}, "neither"))

    for name in ("Priya Raman", "Helen Marsh", "Dana Whitlock", "Mark Ellison", "Ana Duarte"):
        assert name not in roles
        assert name not in neither
    assert '"owner": "Assigned"' in neither
    assert without_names({**snapshot, "words": {}}, "roles")["plan"]["phases"][0]["items"][0]["owner"] == (
        "Platform engineering"
    )


def test_an_open_scorecard_makes_a_draft_and_each_page_says_so():
    shown = document(make_snapshot())

    assert shown["choices"]["is_draft"]
    assert not document(make_snapshot(signed_off_at=AT))["choices"]["is_draft"]
    assert 'data-draft="DRAFT"' in pdf.render_html(make_snapshot())


def test_sections_come_in_the_order_chosen_and_what_there_is_none_of_is_left_out():
    snapshot = make_snapshot()
    snapshot["choices"] = cleaned({"sections": ["method", "vendors", "summary", "cover", "nonsense", "summary"]})

    assert [section["key"] for section in document(snapshot)["sections"]] == ["cover", "method", "summary"]


@pytest.mark.parametrize("given", [{}, {"paper": "a3", "people": 7, "sections": 0, "length": []}])
def test_choices_of_another_version_are_read_as_the_default(given):
    assert cleaned(given) == defaults()


@pytest.mark.parametrize("text", ["<b>x</b><script>alert(1)</script>", "]]>&amp;<!--", "شركة كيسترل", "红隼物流"])
def test_words_never_become_markup(text):
    snapshot = make_snapshot(signed_off_at=AT)
    snapshot["words"] = {
        "findings": [{"category": KEYS[0], "text": text}],
        "decisions": [text],
        "letter": text,
    }
    snapshot["choices"] |= {"has_letter": True, "title": text, "recipient": text, "mark": text}

    html = pdf.render_html(snapshot)

    assert "<script" not in html
    assert pdf.render_pdf(html).pages >= 8
