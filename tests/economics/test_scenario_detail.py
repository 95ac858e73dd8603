from decimal import Decimal

import pytest

from assessments.accounts.erasure import FORMER_MEMBER, erase_user
from assessments.economics import services
from assessments.economics.models import Scenario
from assessments.scorecards.models import Evidence
from tests.economics.test_calculator_list import text
from tests.factories import make_membership, make_organization, make_scenario, make_scorecard, make_user

UNIT = {
    ("unit-economics", "monthly_cost"): "60000",
    ("unit-economics", "requests"): "3000000",
    ("unit-economics", "tokens_per_request"): "2000",
}


@pytest.fixture
def scenario(organization):
    return make_scenario(organization, numbers=UNIT, mix={"training": "40", "live": "60"})


def address(scenario, action=""):
    return f"/o/{scenario.organization.slug}/economics/scenarios/{scenario.pk}/{action}"


def test_an_editor_can_change_every_part(editor, scenario):
    html = editor.get(address(scenario)).content.decode()

    assert html.count('class="part') == 4 + 15 + 1
    assert "Each 5 points of utilization are worth 5,000 EUR a month." in html
    assert "1,000 requests cost 20 EUR." in html


def test_a_viewer_reads_numbers_and_results_and_changes_nothing(viewer, scenario):
    html = viewer.get(address(scenario)).content.decode()

    assert "480,000 EUR a year buys no useful work." in html
    assert "<input" not in html.split("<main")[1]
    assert "<form" not in html.split("<main")[1]


def test_someone_else_s_scenario_is_not_found(editor, organization):
    foreign = make_scenario(make_organization())

    inside = f"/o/{organization.slug}/economics/scenarios/{foreign.pk}/"
    assert [editor.get(page).status_code for page in (address(foreign), inside)] == [404, 404]


def test_the_page_takes_the_same_queries_with_one_number_and_with_all(editor, organization, queries):
    make_scorecard(organization)
    few, many = make_scenario(organization, name="A", spend=""), make_scenario(organization, name="B", numbers=UNIT)

    assert [queries(address(few)), queries(address(many))] == [11, 11]


def test_another_scenario_is_made_to_count(editor, organization):
    first, second = make_scenario(organization, name="A"), make_scenario(organization, name="B")

    for _ in range(2):
        assert editor.post(address(second, "count")).status_code == 302

    assert list(Scenario.objects.values_list("pk", "is_counted")) == [(first.pk, False), (second.pk, True)]


def test_a_copy_has_the_same_numbers_and_does_not_count(editor, scenario):
    for _ in range(2):
        editor.post(address(scenario, "copy"), {"name": "Today 2"})

    copy = Scenario.objects.exclude(pk=scenario.pk).get()
    numbers = [list(each.inputs.values_list("input_key", "value")) for each in (scenario, copy)]
    assert (copy.name, copy.is_counted, copy.mix) == ("Today 2", False, scenario.mix)
    assert numbers[0] == numbers[1]


def test_a_copy_has_a_name_of_its_own_however_long_the_first_one_is(organization):
    names = ("Today", "W" * 120, "\ufdfa" * 120)  # the last is one letter that stands for eighteen
    for name in names:
        make_scenario(organization, name=name)

    assert [services.free_name(organization, name) for name in names] == ["Today 2", f"{'W' * 115} 2", "Copy 2"]


def test_deleting_asks_first_and_says_what_goes(editor, scenario):
    asked = text(editor.get(address(scenario, "delete")))
    assert Scenario.objects.count() == 1

    editor.post(address(scenario, "delete"))

    assert "until another scenario counts, none is shown" in asked
    assert Scenario.objects.count() == 0


def test_a_scenario_outlives_its_scorecard_and_its_author(organization, owner):
    tom = make_membership(organization, make_user(name="Tom Okafor")).user
    scorecard = make_scorecard(organization)
    scenario = services.start_scenario(organization, name="Today", numbers={}, actor=tom)
    assert scenario.scorecard == scorecard

    scorecard.delete()
    erase_user(tom)

    scenario = Scenario.objects.get()
    assert (scenario.scorecard, scenario.author) == (None, FORMER_MEMBER)


# Figures for the scorecard


def test_a_result_becomes_the_measured_figure_of_its_category_once(editor, scenario, organization):
    scorecard = make_scorecard(organization)
    assert "Take into Cost model" in text(editor.get(address(scenario)))

    for _ in range(2):
        editor.post(address(scenario, "take"), {"figure": "unit-economics.cost_per_thousand=20"})

    figure = Evidence.objects.get()
    assert figure.response.category_key == "cost-model"
    assert (figure.kind, figure.metric_key, figure.value, figure.unit, figure.on) == (
        "figure",
        "cost-per-thousand-requests",
        20,
        "EUR per 1,000 requests",
        scenario.on,
    )
    assert figure.response.scorecard == scorecard
    assert "Taken : see it in Cost model" in text(editor.get(address(scenario)))


@pytest.mark.parametrize(
    ("figure", "category", "metric", "value"),
    [
        ("idle-spend.feed_percent", "utilization-plan", "effective-utilization", 60),
        ("unit-economics.cost_per_million_tokens", "cost-model", "cost-per-million-tokens", 10),
        ("power-envelope.kw_per_rack", "facilities-power", "rack-power-density", "39.2"),
    ],
)
def test_every_figure_that_can_be_taken(editor, organization, figure, category, metric, value):
    keys = {"watts_each": "700", "accelerators_per_server": "8", "overhead_percent": "75", "servers_per_rack": "4"}
    power = {("power-envelope", key): text for key, text in keys.items()}
    scenario = make_scenario(organization, numbers=UNIT | power)
    make_scorecard(organization)

    editor.post(address(scenario, "take"), {"figure": f"{figure}={value}"})

    taken = Evidence.objects.get()
    assert (taken.response.category_key, taken.metric_key, taken.value) == (category, metric, Decimal(value))


@pytest.mark.parametrize("figure", ["", "power-envelope.kw_per_rack", "idle-spend.money_lost", "nonsense"])
def test_a_figure_that_is_not_there_is_not_taken(editor, scenario, organization, figure):
    make_scorecard(organization)

    page = editor.post(address(scenario, "take"), {"figure": figure}, follow=True)

    assert "This figure cannot be worked out any more." in text(page)
    assert Evidence.objects.count() == 0


def test_nothing_can_be_taken_while_no_scorecard_is_open(editor, scenario):
    assert "Take a figure" not in text(editor.get(address(scenario)))

    page = editor.post(address(scenario, "take"), {"figure": "idle-spend.feed_percent=60"}, follow=True)

    assert "No assessment is open that could take this figure." in text(page)


def test_a_figure_that_changed_since_it_was_seen_is_not_taken_unseen(editor, scenario, organization):
    make_scorecard(organization)

    page = editor.post(address(scenario, "take"), {"figure": "idle-spend.feed_percent=38"}, follow=True)

    assert "The number has changed: Effective accelerator use: 60%. Look at it, then take it." in text(page)
    assert Evidence.objects.count() == 0
