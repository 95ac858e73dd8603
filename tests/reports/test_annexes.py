"""What a report has of the handbook: the table of use cases, the annex by the NIST AI RMF; frozen, or left out."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from assessments.handbook.services import record_check
from assessments.reports import pdf
from assessments.reports.choices import defaults, with_section
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.reports.snapshot import digest
from tests.factories import make_organization, make_scorecard
from tests.reports.snapshots import make_snapshot

CASE = {"case": "Routes <within> a second", "need": "p95 300 ms", "options": "Own or rented"}


@pytest.fixture
def scorecard(db):
    levels = [2, 1, 0, 1, 2, 1, 2, 0]
    return make_scorecard(make_organization(), levels=levels, signed_off_at=datetime(2026, 9, 14, tzinfo=UTC))


def say(scorecard):
    organization = scorecard.organization
    about = {"kind": "use-case", "key": "case-1", "version": 0}
    record_check(organization, **about, values=CASE, actor=organization.created_by)


WITH_ANNEX = with_section(defaults(), "nist")


def frozen(scorecard, **options):
    return request_report(scorecard, actor=scorecard.organization.created_by, **options).snapshot


def test_a_report_without_either_is_as_it_was(scorecard):
    snapshot = frozen(scorecard)

    assert not {"nist", "use_cases"} & set(snapshot)
    assert 'id="nist"' not in pdf.render_html(snapshot)
    assert 'id="use-cases"' not in pdf.render_html(snapshot)


def test_a_snapshot_from_before_can_still_be_read():
    snapshot = make_snapshot()

    with_annex = {**snapshot, "use_cases": [CASE]}

    assert 'id="use-cases"' not in pdf.render_html(snapshot)
    assert 'id="use-cases"' in pdf.render_html(with_annex)
    assert digest(snapshot) != digest(with_annex)


def test_use_cases_are_printed_as_a_table(scorecard):
    say(scorecard)

    html = pdf.render_html(frozen(scorecard))

    assert "Routes &lt;within&gt; a second</th>" in html
    assert "Own or rented" in html


def test_the_annex_stands_in_the_report_that_was_asked_for_with_it(scorecard):
    snapshot = frozen(scorecard, choices=WITH_ANNEX)
    html = pdf.render_html(snapshot)

    assert [each["function"] for each in snapshot["nist"]["functions"]] == ["Govern", "Map", "Measure", "Manage"]
    assert "It certifies nothing" in html
    assert "MANAGE 4" in html
    assert "NIST AI 100-1, January 2023" in html
    assert html.index('id="method"') < html.index('id="nist"')


def test_the_annex_keeps_what_it_said_that_day(scorecard):
    say(scorecard)
    before = frozen(scorecard)
    record_check(
        scorecard.organization,
        kind="use-case",
        key="case-1",
        values={**CASE, "case": "Something else"},
        actor=scorecard.organization.created_by,
        version=1,
    )

    assert before["use_cases"] == [CASE]
    assert frozen(scorecard)["use_cases"][0]["case"] == "Something else"


@pytest.mark.parametrize(("sent", "is_there"), [({"nist": "on"}, True), ({}, False)])
def test_the_button_on_the_page_of_the_annex_asks_for_it(client, scorecard, sent, is_there):
    client.force_login(scorecard.organization.created_by)
    slug = scorecard.organization.slug

    client.post(reverse("report_create", args=[slug]), {"scorecard": scorecard.pk} | sent)

    assert ("nist" in Report.objects.get().snapshot) == is_there


def test_the_report_with_both_can_be_set(scorecard):
    say(scorecard)

    made = pdf.render_pdf(pdf.render_html(frozen(scorecard, choices=WITH_ANNEX)))

    assert made.content.startswith(b"%PDF")
