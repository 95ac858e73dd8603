"""The same answers by Govern, Map, Measure, Manage: what contributes, what is not covered, and what it is not."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from assessments import framework
from assessments.handbook.nist import AID, PUBLICATION, read_nist
from assessments.scorecards.readings import read_scorecard
from tests.factories import make_scorecard

LEVELS = [2, 1, 0, 1, 2, 1, 2, 0]
SIGNED_OFF = datetime(2026, 9, 14, tzinfo=UTC)


def address(scorecard):
    return reverse("nist_detail", args=[scorecard.organization.slug, scorecard.pk])


@pytest.mark.parametrize("signed_off_at", [None, SIGNED_OFF])
@pytest.mark.parametrize("version", framework.versions())
def test_a_scorecard_open_or_signed_off_is_read_by_the_four_functions(client, organization, version, signed_off_at):
    scorecard = make_scorecard(organization, levels=LEVELS, version=version, signed_off_at=signed_off_at)

    page = client.get(address(scorecard)).content.decode()

    assert [page.index(f'id="{name}"') for name in ("govern", "map", "measure", "manage")] == sorted(
        page.index(f'id="{name}"') for name in ("govern", "map", "measure", "manage")
    )
    assert PUBLICATION in page
    assert AID in page
    assert "GOVERN 6" in page
    assert ">MANAGE 4<" in page


def test_each_function_has_the_categories_that_say_so_and_their_reasons(organization):
    reading = read_scorecard(make_scorecard(organization, levels=LEVELS))

    found = {f.function: [(c.key, c.reason) for c in f.contributions] for f in read_nist(reading).functions}

    assert found == {
        name: [(c.key, e.reason) for c in reading.framework.categories for e in c.nist_ai_rmf if e.function == name]
        for name in ("Govern", "Map", "Measure", "Manage")
    }
    assert [len(each) for each in found.values()] == [3, 5, 5, 6]


@pytest.mark.parametrize(
    ("levels", "proof", "sentence"),
    [
        (LEVELS, True, "6 of 6 points proven in three categories."),
        (LEVELS, False, "0 of 6 points proven in three categories, 6 claimed."),
        ([None] * 8, True, "0 of 6 points proven in three categories, up to 6 still possible."),
    ],
)
def test_a_function_says_how_many_points_are_proven(organization, levels, proof, sentence):
    reading = read_scorecard(make_scorecard(organization, levels=levels, proof=proof))

    assert read_nist(reading).functions[0].sentence == sentence


def test_what_the_scorecard_does_not_cover_is_said(client, organization):
    scorecard = make_scorecard(organization, levels=LEVELS)

    page = client.get(address(scorecard)).content.decode()

    assert (
        "Of the 19 categories of the framework, the scorecard touches 14 in part, five not at all, and none whole."
        in page
    )
    assert "Not covered. All of it; the scorecard looks at systems, not at the people they affect." in page
    assert "Touched by Cost model. Not covered: Benefits to people" in page


def test_the_result_leads_to_it_and_it_leads_back(client, organization):
    scorecard = make_scorecard(organization, levels=LEVELS)
    result = reverse("scorecard_detail", args=[organization.slug, scorecard.pk])

    assert f'href="{address(scorecard)}"' in client.get(result).content.decode()
    assert f'href="{result}#cost-model"' in client.get(address(scorecard)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_for_three(client, organization, django_assert_num_queries, count):
    for _ in range(count):
        scorecard = make_scorecard(organization, levels=LEVELS, signed_off_at=SIGNED_OFF)
    scorecard = make_scorecard(organization, levels=LEVELS)
    client.get(address(scorecard))

    with django_assert_num_queries(10):
        client.get(address(scorecard))
