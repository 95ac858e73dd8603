"""Two to six organizations side by side: only one's own, whatever the address says."""

import pytest

from tests.factories import make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(owner):
    kestrel = make_organization(owner=owner, name="Kestrel Logistics")
    larkfield = make_organization(owner=owner, name="Larkfield Media")
    make_scorecard(kestrel, levels=[1] * 8)
    make_scorecard(larkfield, levels=[2] * 4 + [0] * 4)
    return kestrel, larkfield


def address(*organizations):
    return "/compare/?" + "&".join(f"o={organization.slug}" for organization in organizations)


def test_the_finding_stands_above_the_levels(client, pair):
    html = client.get(address(*pair)).content.decode()

    assert "Both have proven 8 of 16." in html
    assert html.count('<span class="cell cell--1">1</span>') == 9  # eight, and the legend


def test_one_of_somebody_else_is_refused_and_nothing_of_it_is_said(client, pair):
    foreign = make_organization(owner=make_user(), name="Somebody Else")
    make_scorecard(foreign, levels=[2] * 8)
    there, nowhere = client.get(address(pair[0], foreign)), client.get(f"/compare/?o={pair[0].slug}&o=none-such")

    assert (there.status_code, nowhere.status_code) == (422, 422)
    assert "Somebody Else" not in there.content.decode()
    assert "An organization that was chosen is not among yours. Choose again." in there.content.decode()
    assert "An organization that was chosen is not among yours. Choose again." in nowhere.content.decode()


def test_seven_are_too_many(client, owner):
    many = [make_organization(owner=owner) for _ in range(7)]

    assert "Six organizations fit side by side." in client.get(address(*many)).content.decode()


def test_without_any_the_page_is_to_choose_on(client, pair):
    make_organization(owner=make_user(), name="Somebody Else")
    html = client.get("/compare/?q=kestrel").content.decode()

    assert "Choose two to six organizations." in html
    assert "Kestrel Logistics" in html
    assert "Larkfield Media" not in html
    assert "Somebody Else" not in client.get("/compare/").content.decode()


def test_the_page_takes_the_same_queries_for_two_and_for_five(client, owner, pair, queries):
    queries(address(*pair))
    two = queries(address(*pair))
    more = [make_organization(owner=owner) for _ in range(3)]
    for organization in more:
        make_scorecard(organization, levels=[0] * 8)

    assert (two, queries(address(*pair, *more))) == (7, 7)
