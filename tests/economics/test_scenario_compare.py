import pytest

from tests.economics.test_calculator_list import text
from tests.factories import make_organization, make_scenario


@pytest.fixture
def compare(viewer, organization):
    def get(*scenarios):
        query = "&".join(f"scenario={getattr(scenario, 'pk', scenario)}" for scenario in scenarios)
        return viewer.get(f"/o/{organization.slug}/economics/scenarios/compare?{query}", follow=True)

    return get


def test_scenarios_stand_side_by_side_with_what_differs(compare, organization):
    today, later = make_scenario(organization), make_scenario(organization, name="Later", feed="80")

    said = text(compare(today, later))

    assert "“Later” loses 240,000 EUR a year less than “Today”." in said
    assert "Spend lost per year , result 480,000 EUR per year 240,000 EUR per year" in said
    assert "Unit economics" not in said  # none of them has a number of it


def test_without_a_choice_the_first_four_are_compared(compare, organization):
    for number in range(5):
        make_scenario(organization, name=f"Number {number}")

    said = text(compare())

    assert [f"Number {number}" in said for number in range(5)] == [True, False, True, True, True]


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (1, "A comparison needs at least two scenarios."),
        (5, "At most 4 scenarios fit side by side."),
    ],
)
def test_too_few_and_too_many_are_said(compare, organization, chosen, sentence):
    scenarios = [make_scenario(organization, name=f"Number {number}") for number in range(chosen)]

    assert sentence in text(compare(*scenarios))


@pytest.mark.parametrize("foreign", ["x", "²", "9" * 30])
def test_an_id_that_is_nonsense_is_said(compare, organization, foreign):
    assert "is not here any more" in text(compare(make_scenario(organization), foreign))


def test_someone_else_s_scenario_is_not_compared(compare, organization):
    foreign = make_scenario(make_organization(), name="Secret")

    said = text(compare(make_scenario(organization), foreign))

    assert "is not here any more" in said
    assert "Secret" not in said


def test_a_comparison_takes_the_same_queries_for_two_and_for_four(viewer, organization, queries):
    scenarios = [make_scenario(organization, name=f"Number {number}") for number in range(4)]
    address = f"/o/{organization.slug}/economics/scenarios/compare?"

    counts = [
        queries(address + "&".join(f"scenario={scenario.pk}" for scenario in scenarios[:number])) for number in (2, 4)
    ]

    assert counts == [5, 5]
