"""The calculators tried out: nothing is saved, nothing typed is lost, and it works without JavaScript."""

import re
from decimal import Decimal

import pytest

from assessments.economics.models import Scenario
from assessments.scorecards import services as scorecards
from tests.factories import make_scenario, make_scorecard

IDLE = {"idle-spend-monthly_spend": "100000", "idle-spend-feed_percent": "60"}


@pytest.fixture
def page(organization):
    return f"/o/{organization.slug}/economics/"


def text(response):
    html = re.sub(r"<script.*?</script>", "", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_numbers_of_the_issue_come_out_by_the_button(viewer, page):
    response = viewer.post(page, IDLE)

    said = text(response)
    assert response.status_code == 200
    assert "480,000 EUR a year buys no useful work." in said
    assert "At 60%, 40,000 of 100,000 EUR a month is lost" in said
    assert "100,000 × (100 − 60) ÷ 100 = 40,000" in said
    assert "1.67 times what is paid for it" in said
    assert Scenario.objects.count() == 0


def test_an_empty_page_shows_an_example_and_no_finding(viewer, page):
    said = text(viewer.get(page))

    assert said.count("Example") == 3
    assert "a year buys no useful work" not in said


def test_htmx_gets_the_one_calculator_that_was_typed_into(viewer, page):
    response = viewer.post(page, IDLE | {"only": "idle-spend"}, headers={"HX-Request": "true"})

    html = response.content.decode()
    assert 'id="idle-spend-results"' in html
    assert 'id="power-envelope-results"' not in html
    assert "<h1" not in html


def test_what_is_not_understood_keeps_everything_typed(viewer, page):
    typed = {
        "idle-spend-monthly_spend": "12.500",
        "idle-spend-feed_percent": "103",
        "unit-economics-requests": "3 million",
        "power-envelope-pue": "1,3",
    }

    response = viewer.post(page, typed)

    html = response.content.decode()
    assert response.status_code == 422
    assert [value for value in typed.values() if f'value="{value}"' not in html] == []
    assert "“12.500” can be read in two ways. Is it 12.5 or 12500?" in html
    assert '<button class="btn btn--sm" type="submit" name="idle-spend-monthly_spend" value="12500">' in html
    assert "Feed or utilization cannot be 103. Use 1 to 100." in html
    assert "Read as 1.3." in html


def test_a_rack_below_one_server_is_said(viewer, page):
    power = {
        "power-envelope-watts_each": "700",
        "power-envelope-accelerators_per_server": "8",
        "power-envelope-overhead_percent": "75",
        "power-envelope-servers_per_rack": "4",
        "power-envelope-rack_limit_kw": "5",
    }

    said = text(viewer.post(page, power))

    assert "Not one server fits: it draws 9.8 kW, and a rack may draw 5 kW." in said
    assert "A full rack draws 9.2 kW more than it may. At most 3 servers of 9.8 kW fit in a rack of 30 kW." in text(
        viewer.post(page, power | {"power-envelope-rack_limit_kw": "30"})
    )


def test_a_measured_figure_offers_itself(editor, organization, owner, page):
    scorecard = make_scorecard(organization)
    category = "utilization-plan"
    scorecards.add_figure(
        scorecard, category=category, name="Effective accelerator use", value=Decimal(38), unit="%", actor=owner
    )

    html = editor.get(page).content.decode()
    taken = editor.post(page, {"idle-spend-feed_percent": ["", "38"]}).content.decode()

    assert 'name="idle-spend-feed_percent" value="38" data-read>Use 38' in html
    assert "Use 38" not in taken


def test_the_scenario_that_counts_stands_in_the_heading(viewer, organization, page):
    make_scenario(organization, name="Today")
    make_scenario(organization, name="Later", feed="80")

    response = viewer.get(page)

    assert "<h1>Spend at risk: 480,000 EUR a year buys no useful work.</h1>" in response.content.decode()
    assert "Assumes 100,000 EUR a month for accelerators, of which 60% does useful work." in text(response)


def test_a_viewer_is_not_offered_to_save(viewer, page):
    assert "Save the scenario" not in text(viewer.get(page))


def test_the_page_takes_the_same_queries_for_one_scenario_and_for_three(editor, organization, queries, page):
    make_scorecard(organization)
    queries(page)
    counts = []
    for name in ("A", "B", "C"):
        make_scenario(organization, name=name)
        counts.append(queries(page))

    assert counts == [9, 9, 9]
