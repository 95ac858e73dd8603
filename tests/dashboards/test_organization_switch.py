"""Moving about: the switcher, the next one of the list, the search, and landing in one's only organization."""

import pytest
from django.urls import reverse

from tests.accounts.codes import add_app, code_of, sign_in
from tests.factories import (
    PASSWORD,
    make_item,
    make_organization,
    make_roadmap,
    make_scorecard,
    make_user,
    make_vendor_review,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(owner):
    return [make_organization(owner=owner, name=name) for name in ("Aldgate", "Brightwater", "Calder")]


def order(html, names=("Aldgate", "Brightwater", "Calder")):
    return sorted((name for name in names if name in html), key=html.index)


def listed(client, path):
    return client.get(path, headers={"HX-Request": "true"}).content.decode()


def test_those_opened_last_stand_first(client, three):
    for organization in (three[2], three[1]):
        client.get(f"/o/{organization.slug}/")

    assert order(listed(client, "/switch/")) == ["Brightwater", "Calder", "Aldgate"]


def test_typing_finds_and_nothing_of_others(client, three):
    make_organization(owner=make_user(), name="Calder Secret")

    assert order(listed(client, "/switch/?q=cald")) == ["Calder"]
    assert "Calder Secret" not in listed(client, "/switch/?q=cald")
    assert "No organization of yours is called “xyz”." in client.get("/switch/?q=xyz").content.decode()


def test_a_forged_cookie_shows_nothing(client, three):
    foreign = make_organization(owner=make_user(), name="Somebody Else")
    for value in (str(foreign.pk), "9" * 30, "-".join(["1"] * 99), "x"):
        client.cookies["recent"] = value
        assert "Somebody Else" not in listed(client, "/switch/")
    client.cookies["portfolio_list"] = "sort=nonsense&team=99&after=%00"
    assert client.get(f"/o/{three[0].slug}/next").status_code == 302


def test_next_and_previous_go_through_the_list_as_it_was_filtered(client, owner, three):
    make_organization(owner=owner, name="Dunmore")
    client.get("/?sort=name")
    first, second, _ = three
    assert client.get(f"/o/{first.slug}/next").url == f"/o/{second.slug}/"
    assert client.get(f"/o/{second.slug}/next?way=back").url == f"/o/{first.slug}/"
    assert client.get(f"/o/{first.slug}/next?way=back").url == "/?sort=name"

    client.get("/?q=calder&sort=name")

    assert client.get(f"/o/{first.slug}/next").url == f"/o/{three[2].slug}/"


def test_the_search_finds_every_kind_of_ones_own(client, owner, day):
    organization = make_organization(owner=owner, name="Rollback Railways")
    make_vendor_review(organization, name="Rollback Cloud")
    scorecard = make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2026, 3, 1))
    make_item(make_roadmap(scorecard, items=0), title="Rehearse a rollback")
    foreign = make_organization(owner=make_user(), name="Rollback Secret")
    make_vendor_review(foreign, name="Rollback Hidden")

    html = client.get("/search/?q=rollback").content.decode()

    for found in ("Rollback Railways", "Rollback Cloud", "Rehearse a rollback", "<h2>Handbook</h2>"):
        assert found in html
    assert "Rollback Secret" not in html
    assert "Rollback Hidden" not in html
    assert "Facilities and power realism" in client.get("/search/?q=facilities").content.decode()


@pytest.mark.parametrize("query", ["", "x", "%00", "'\"<>", "a" * 500])
def test_any_query_is_answered(client, three, query):
    assert client.get("/search/", {"q": query}).status_code == 200
    assert client.get("/switch/", {"q": query}).status_code == 200


def test_a_person_with_one_organization_lands_in_it_and_still_reaches_the_list(client, owner):
    only = make_organization(owner=owner, name="Kestrel")
    client.logout()

    assert sign_in(client, owner).url == "/"
    assert client.get("/").url == f"/o/{only.slug}/"
    assert client.get("/").status_code == 200
    assert client.get("/", headers={"Referer": "http://testserver/accounts/login/"}).status_code == 200


def test_who_was_on_the_way_to_the_list_lands_as_well(client, owner):
    only = make_organization(owner=owner)
    client.logout()
    page = client.get("/").url

    assert client.post(page, {"login": owner.email, "password": PASSWORD}).url == "/"
    assert client.get("/").url == f"/o/{only.slug}/"


def test_who_was_on_the_way_elsewhere_goes_there_and_finds_the_list_where_it_is(client, owner):
    only = make_organization(owner=owner)
    client.logout()
    there = f"/o/{only.slug}/scorecards/"

    answer = client.post(f"/accounts/login/?next={there}", {"login": owner.email, "password": PASSWORD})

    assert answer.url == there
    assert client.get("/").status_code == 200


def test_a_second_factor_leads_there_too(client, owner):
    only = make_organization(owner=owner)
    secret = add_app(client)
    client.logout()
    assert client.get(sign_in(client, owner).url).status_code == 200

    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret, 1)}).url == "/"
    assert client.get("/").url == f"/o/{only.slug}/"


def test_with_two_organizations_the_list_is_the_landing(client, owner):
    make_organization(owner=owner)
    other = make_organization(owner=owner)
    client.logout()
    sign_in(client, owner)

    assert client.get("/").status_code == 200
    other.delete()
    assert client.get("/").status_code == 200


def test_the_pages_take_the_same_queries_for_one_and_for_three(client, owner, queries):
    paths = ("/switch/", "/search/?q=kestrel")
    make_organization(owner=owner, name="Kestrel A")
    [queries(path) for path in paths]
    one = [queries(path) for path in paths]
    for name in ("Kestrel B", "Kestrel C"):
        make_organization(owner=owner, name=name)

    assert [queries(path) for path in paths] == one == [3, 6]
