"""What a directory looks for: filters, pages, attributes, and what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_team, make_user
from tests.scim.test_users import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(directory):
    ada = directory.add_user(
        userName="ada@upn.example",
        externalId="a-1",
        displayName="Ada Lovelace",
        name={"givenName": "Ada"},
        emails=[{"value": "ada@x.example"}],
    )
    ben = make_user(name="Ben Achebe", email="ben@x.example", is_active=False)
    return {"ada": ada.json()["id"], "ben": str(ben.pk)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('userName eq "ADA@upn.example"', ["ada"]),
        ('userName eq "ada@x.example"', []),
        ('userName ne "ada@upn.example" and emails co "x.example"', ["ben"]),
        ('emails[type eq "work" and value eq "Ada@x.example"]', ["ada"]),
        ('emails[type eq "home"]', []),
        ('emails.value ew "x.example"', ["ada", "ben"]),
        ('emails[type eq "work" and value ew "@x.example"] or userName eq "nobody"', ["ada", "ben"]),
        ('externalId eq "a-1"', ["ada"]),
        ('externalId eq "A-1"', []),
        ("externalId pr", ["ada"]),
        ('displayName sw "ada"', ["ada"]),
        ('displayName eq "BEN ACHEBE"', ["ben"]),
        ('name.givenName eq "ada"', ["ada"]),
        ('active eq false and emails co "x.example"', ["ben"]),
        ('not (active eq true) and emails co "x.example"', ["ben"]),
        ('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada@upn.example"', ["ada"]),
        ('id eq "{ada}" or id eq "{ben}"', ["ada", "ben"]),
        ('id eq "99999999999999999999"', []),
        ('userName eq "Zo\u00eb \\" \u4e2d"', []),
    ],
)
def test_filters_find_whom_they_mean(directory, people, text, found):
    text = text.replace("{ada}", people["ada"]).replace("{ben}", people["ben"])

    assert [each["id"] for each in directory.find("Users", text)] == [people[name] for name in found]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("userName eq", ""),
        ('userName gt "a"', "There are eq, ne, co, sw, ew and pr."),
        ("nothing pr", "nothing"),
        ("(" * 400 + "active pr" + ")" * 400 + " and", ""),
        ("not (" * 190 + "active pr" + ")" * 190, ""),
        ('userName eq "' + "a" * 1_000 + '"', "at most 1,000 characters"),
        ('meta.created gt "2026-01-01T00:00:00Z"', "meta.created"),
    ],
)
def test_a_filter_that_means_nothing_here_is_refused_in_words(directory, people, text, said):
    response = directory.client.get(
        "/scim/v2/Users", {"filter": text}, headers={"Authorization": f"Bearer {directory.token}"}
    )

    assert said in refused(response, 400)
    assert response.json()["scimType"] == "invalidFilter"


def test_pages_go_through_all(directory, people):
    total = directory.get("/Users").json()["totalResults"]
    assert total == 3  # with whoever made the token

    pages = [directory.get(f"/Users?startIndex={first}&count=2").json() for first in (1, 3, 5)]

    assert [len(page["Resources"]) for page in pages] == [2, 1, 0]
    assert [page["itemsPerPage"] for page in pages] == [2, 1, 0]
    assert len({each["id"] for page in pages for each in page["Resources"]}) == total
    assert directory.get("/Users?count=0").json() | {"schemas": 0} == {
        "schemas": 0,
        "totalResults": 3,
        "startIndex": 1,
        "itemsPerPage": 0,
        "Resources": [],
    }
    assert directory.get(f"/Users?startIndex={'9' * 30}").json()["Resources"] == []
    assert directory.get("/Users?startIndex=-5&count=-1").json()["Resources"] == []
    assert "valid integer" in refused(directory.get("/Users?count=many"), 400)


def test_only_what_is_asked_for_is_told(directory, people):
    (ada,) = directory.find("Users", 'externalId eq "a-1"', attributes="userName")
    assert set(ada) == {"schemas", "id", "userName"}
    (ada,) = directory.find("Users", 'externalId eq "a-1"', excludedAttributes="emails,groups,meta")
    assert set(ada) == {"schemas", "id", "externalId", "userName", "name", "displayName", "active"}


def test_a_search_is_a_list_that_is_posted(directory, people):
    told = directory.send("POST", "/Users/.search", {"filter": 'userName eq "ada@upn.example"', "count": 5}).json()

    assert [each["id"] for each in told["Resources"]] == [people["ada"]]


@pytest.mark.parametrize(
    ("path", "queries"), [("/Users", 7), ("/Groups", 7), ("/Groups?excludedAttributes=members", 6)]
)
def test_a_list_costs_the_same_for_one_and_for_three(directory, path, queries):
    directory.get(path)
    make_team(make_user())
    with CaptureQueriesContext(connection) as one:
        directory.get(path)
    for _ in range(2):
        make_team(make_user(), make_user())
    with CaptureQueriesContext(connection) as three:
        directory.get(path)

    assert (len(one), len(three)) == (queries, queries), [each["sql"] for each in three]
