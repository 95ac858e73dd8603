"""The spend at risk on the overview, in the portfolio and in the report: with its assumptions, or not at all."""

import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.utils.formats import date_format

from assessments.economics.at_risk import of_scenario, spend_at_risk, spend_at_risk_of
from assessments.economics.services import count_scenario
from assessments.reports.pdf import render_html
from assessments.reports.services import request_report
from tests.economics.test_calculator_list import text
from tests.factories import make_organization, make_scenario, make_scorecard

SENTENCE = "Spend at risk: 480,000 EUR a year buys no useful work."


def test_the_sentence_has_its_assumptions_and_its_date(organization):
    scenario = make_scenario(organization)

    found = spend_at_risk(organization)

    day = date_format(scenario.on, "j M Y")
    assert found.sentence == SENTENCE
    assert found.assumptions == (
        f"Assumes 100,000 EUR a month for accelerators, of which 60% does useful work. Scenario “Today”, {day}."
    )
    assert found.basis == f"100,000 EUR a month at 60%, {day}"


@pytest.mark.parametrize("missing", [{"spend": ""}, {"feed": ""}, {"spend": "", "feed": ""}, {"spend": "0"}])
def test_without_its_inputs_there_is_none(organization, missing):
    make_scenario(organization, **missing)

    assert spend_at_risk(organization) is None


def test_where_nothing_is_lost_no_heading_reassures(organization):
    scenario = make_scenario(organization, feed="100")

    assert of_scenario(scenario).sentence == "Spend at risk: none by these numbers."
    assert spend_at_risk(organization) is None


def test_the_scenario_that_counts_gives_it(organization, owner):
    make_scenario(organization)
    later = make_scenario(organization, name="Later", feed="80")
    assert spend_at_risk(organization).sentence == SENTENCE

    count_scenario(later, actor=owner)
    assert spend_at_risk(organization).short == "240,000 EUR a year at risk"

    later.delete()
    assert spend_at_risk(organization) is None


def test_one_query_for_many_organizations(organization, django_assert_num_queries):
    others = [make_organization() for _ in range(3)]
    make_scenario(organization)
    make_scenario(others[1], spend="1000")

    with django_assert_num_queries(1):
        found = spend_at_risk_of([organization, *others])

    assert {pk: each.short for pk, each in found.items()} == {
        organization.pk: "480,000 EUR a year at risk",
        others[1].pk: "4,800 USD a year at risk",
    }


@pytest.mark.parametrize("levels", [[1] * 8, None])
def test_it_stands_on_the_overview_before_and_after_an_assessment(editor, organization, levels):
    if levels:
        make_scorecard(organization, levels=levels, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    page = f"/o/{organization.slug}/"
    assert "Spend at risk" not in text(editor.get(page))

    make_scenario(organization)

    said = text(editor.get(page))
    assert SENTENCE in said
    assert "Assumes 100,000 EUR a month" in said


def test_it_stands_in_the_portfolio(editor, organization):
    assert "at risk" not in text(editor.get("/")).partition("Organizations")[2]

    make_scenario(organization)

    assert "480,000 EUR a year at risk: 100,000 EUR a month at 60%" in text(editor.get("/"))


def test_a_report_has_it_frozen(organization, owner):
    scorecard = make_scorecard(organization, levels=[1] * 8)
    scenario = make_scenario(organization)

    report = request_report(scorecard, actor=owner)
    scenario.delete()

    html = render_html(report.snapshot)
    assert "Spend at risk, a year" in html
    assert "480,000" in html


def test_a_report_without_it_is_as_it_was(organization, owner):
    scorecard = make_scorecard(organization, levels=[1] * 8)
    make_scenario(organization, spend="")

    report = request_report(scorecard, actor=owner)

    assert "economics" not in report.snapshot
    assert "Spend at risk" not in render_html(report.snapshot)
    assert "atrisk" not in render_html(report.snapshot)


def test_the_archive_has_every_scenario(editor, organization):
    scorecard = make_scorecard(organization)
    make_scenario(organization, mix={"live": "100"})

    response = editor.post(f"/o/{organization.slug}/export")

    archive = zipfile.ZipFile(BytesIO(b"".join(response.streaming_content)))
    scenario = json.loads(archive.read("organization.json"))["scenarios"][0]
    assert (scenario["name"], scenario["counts"], scenario["saved_by"], scenario["mix"]) == (
        "Today",
        True,
        "Ada Lovelace",
        {"live": "100"},
    )
    assert scenario["assessment"] == scorecard.pk
    assert {"calculator": "idle-spend", "input": "feed_percent", "value": "60"} in scenario["inputs"]
