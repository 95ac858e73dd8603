"""Any two assessments of one organization: what changed, why, and who."""

import pytest
from django.utils import timezone

from assessments.scorecards import services
from assessments.scorecards.comparing.changes import changes_between
from tests.factories import make_decided, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(client):
    owner = make_user(name="Ada Lovelace")
    client.force_login(owner)
    return make_organization(owner=owner, name="Kestrel Logistics")


@pytest.fixture
def pair(organization, day):
    """A signed-off assessment, and the next one with a note and a better answer to Cost model."""
    before = make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2026, 3, 1), title="Q1")
    after = services.start_scorecard(organization, title="Q2", actor=organization.created_by)
    response = after.responses.get(category_key="cost-model")
    make_decided(response, 2, seen_on=timezone.localdate())
    services.record_note(
        after, category="cost-model", note="Reported monthly", actor=organization.created_by, version=0
    )
    return before, after


def test_what_changed_says_why_and_who(pair):
    changes = changes_between(*pair)

    [row] = [row for row in changes.changed if row.category.key == "cost-model"]
    assert (row.was.level, row.now.level, row.note_now) == (1, 2, "Reported monthly")
    assert {each.now for each in row.deciders} == {"shown"}
    assert len(row.added) == 1
    assert "Ada Lovelace" in row.added[0]
    assert row.who == ("Ada Lovelace",)
    assert "Cost model" not in changes.unchanged_words


def test_the_page_names_both_and_reads_the_same_the_other_way_round(client, organization, pair):
    before, after = pair
    one = client.get(f"/o/{organization.slug}/scorecards/compare?a={before.pk}&b={after.pk}").content.decode()
    other = client.get(f"/o/{organization.slug}/scorecards/compare?a={after.pk}&b={before.pk}").content.decode()

    assert "Q1, signed off on 1 Mar 2026, against Q2, a draft." in one
    assert "Reported monthly" in one
    assert "against Q2, a draft." in other


@pytest.mark.parametrize("query", ["?a=1", "?b=999999", "?a=x&b=y"])
def test_one_that_is_not_here_is_not_found(client, organization, pair, query, day):
    make_scorecard(make_organization(), levels=[1] * 8, signed_off_at=day(2026, 3, 1))
    foreign = {"?a=1": f"?a={make_scorecard(make_organization(), levels=[0] * 8).pk}"}.get(query, query)

    assert client.get(f"/o/{organization.slug}/scorecards/compare{foreign}").status_code == 404


def test_fewer_than_two_is_an_empty_page(client, organization):
    assert (
        "There is nothing to compare yet." in client.get(f"/o/{organization.slug}/scorecards/compare").content.decode()
    )


def test_the_page_takes_the_same_queries_for_two_and_for_four(client, organization, pair, queries):
    url = f"/o/{organization.slug}/scorecards/compare"
    queries(url)
    two = queries(url)
    owner = organization.created_by
    for _ in range(2):
        scorecard = organization.scorecards.newest_first().first()
        services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))
        services.start_scorecard(organization, title="", actor=owner)

    assert (two, queries(url)) == (9, 9)
