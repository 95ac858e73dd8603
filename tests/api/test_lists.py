"""Lists by the API: pages by cursor in equal steps, in as many queries for three as for one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.organizations.models import Membership, Organization, Role
from tests.api.calls import FIGURE, machine, personal
from tests.factories import (
    make_grant,
    make_measured,
    make_membership,
    make_organization,
    make_roadmap,
    make_round,
    make_scenario,
    make_scorecard,
    make_team,
    make_user,
    make_vendor_review,
)

pytestmark = pytest.mark.django_db

SPRING = datetime(2026, 4, 14, tzinfo=UTC)


def everything(program, path, limit):
    """All items of a list, and how many there were on each page."""
    items, sizes, after = [], [], ""
    while True:
        sign = "&" if "?" in path else "?"
        page = program.get(f"{path}{sign}limit={limit}&after={after}").json()
        items += page["items"]
        sizes.append(len(page["items"]))
        if page["next"] is None:
            return items, sizes
        after = page["next"]


def queries(program, path):
    program.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = program.get(path)
    assert answer.status_code == 200
    return len(captured)


def test_organizations_come_by_name_each_with_one_s_role():
    person = make_user()
    make_organization(owner=person, name="Birch")
    make_membership(make_organization(name="alder"), person, role=Role.VIEWER)
    make_grant(make_team(person), make_organization(name="Cedar"), role=Role.EDITOR)
    make_organization(name="Somebody else's")

    items, sizes = everything(personal(person), "/organizations", 2)

    assert [(each["name"], each["role"]) for each in items] == [
        ("alder", "viewer"),
        ("Birch", "owner"),
        ("Cedar", "editor"),
    ]
    assert sizes == [2, 1]


def test_an_organization_s_token_sees_that_one(organization, pipeline):
    make_organization(owner=organization.created_by)

    assert [each["slug"] for each in pipeline.get("/organizations").json()["items"]] == [organization.slug]
    assert [each["slug"] for each in pipeline.get("/portfolio").json()["items"]] == [organization.slug]


def test_the_portfolio_says_where_each_stands_and_is_narrowed_as_its_page(owner, program):
    risky, clear = make_organization(owner=owner, name="Risky"), make_organization(owner=owner, name="Sound")
    make_scorecard(risky, levels=[0] * 8, signed_off_at=SPRING)
    make_scorecard(clear, levels=[2] * 8, signed_off_at=SPRING, proof=False)

    found = {each["name"]: each for each in program.get("/portfolio").json()["items"]}

    assert (found["Risky"]["verdict"], found["Risky"]["zeros"], found["Risky"]["red_flags"]) == ("risk", 8, 11)
    assert (found["Sound"]["claimed"], found["Sound"]["proven"]) == (16, found["Sound"]["proven"])
    assert found["Sound"]["levels"]["cost-model"]["level"] == 2
    assert [each["name"] for each in program.get("/portfolio?v=risk").json()["items"]] == ["Risky"]
    assert [each["name"] for each in program.get("/portfolio?q=soun").json()["items"]] == ["Sound"]


@pytest.mark.parametrize(
    "query", ["sort=nothing", "v=nothing", "team=99999", "size=nothing", "lead=x", "limit=0", "limit=201", "limit=x"]
)
def test_what_makes_no_sense_narrows_nothing_and_is_said(program, query):
    assert program.get(f"/portfolio?{query}").status_code == 422


LISTS = ["organizations", "portfolio", "scorecards", "figures", "activity", "roadmaps", "vendor-reviews", "scenarios"]


@pytest.mark.parametrize("list_of", [*LISTS, "rounds"])
@pytest.mark.parametrize("after", ["x", "MQ=", "é", "x" * 8001, "LTE", "999999999999999999999999"])
def test_what_is_no_cursor_is_refused(program, organization, list_of, after):
    path = (
        f"/{list_of}" if list_of in ("organizations", "portfolio") else f"/organizations/{organization.slug}/{list_of}"
    )

    assert program.get(f"{path}?after={after}").status_code == 422
    assert program.get(f"{path}?after=%00").status_code == 400


def test_ten_thousand_organizations_page_through_in_equal_steps():
    """The hundredth page costs the queries of the first, each page but the last is full, and none is there twice."""
    number, owner = 10_000, make_user()
    program, first = personal(owner), Organization.objects.count()
    Organization.objects.bulk_create(
        (Organization(name=f"Client {n:05}", slug=f"client-{n:05}", currency="USD") for n in range(number)),
        batch_size=1000,
    )
    rows = Organization.objects.filter(slug__startswith="client-").values_list("pk", flat=True)
    Membership.objects.bulk_create((Membership(organization_id=pk, user=owner) for pk in rows), batch_size=1000)
    names, costs, after = [], [], ""
    while after is not None:
        with CaptureQueriesContext(connection) as captured:
            page = program.get(f"/organizations?limit=200&after={after}").json()
        costs.append(len(captured))
        names += [each["name"] for each in page["items"]]
        after = page["next"]

    assert first >= 0
    assert names == [f"Client {n:05}" for n in range(number)]
    assert (len(costs), set(costs[1:])) == (50, {costs[1]})


COUNTS = {"organizations": 5, "portfolio": 6, "activity": 3, "scorecards": 6, "figures": 3}


@pytest.mark.parametrize("list_of", COUNTS)
def test_a_list_takes_as_many_queries_for_three_as_for_one(owner, program, organization, list_of):
    path = (
        f"/{list_of}" if list_of in ("organizations", "portfolio") else f"/organizations/{organization.slug}/{list_of}"
    )
    counts = []
    for number in range(3):
        if list_of in ("organizations", "portfolio"):
            _ = make_organization(owner=owner) if number else None
        elif list_of == "figures":
            make_measured(organization, value=str(number + 1))
        else:
            make_scorecard(organization, levels=[1] * 8, signed_off_at=SPRING + timedelta(days=number))
        if number in (0, 2):
            counts.append(queries(program, path))

    assert counts == [COUNTS[list_of]] * 2


def test_one_organization_and_one_assessment_take_so_many_queries(program, organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)
    path = f"/organizations/{organization.slug}"

    assert queries(program, path) == 3
    assert queries(program, f"{path}/scorecards/{scorecard.pk}") == 8


def test_what_is_kept_below_an_organization_pages_the_newest_first(program, organization):
    for number in range(3):
        make_roadmap(make_scorecard(organization, signed_off_at=SPRING + timedelta(days=number)), items=0)
        make_vendor_review(organization)
        make_scenario(organization, name=f"Option {number}")
    scorecard = make_scorecard(organization)
    for _ in range(3):
        make_round(scorecard, close=True)

    for list_of in ("roadmaps", "vendor-reviews", "scenarios", "rounds"):
        items, sizes = everything(program, f"/organizations/{organization.slug}/{list_of}", 2)
        found = [each["id"] for each in items]
        assert (list_of, sizes, found) == (list_of, [2, 1], sorted(set(found), reverse=True))


def test_the_activity_is_narrowed_and_pages(program, organization):
    for number in range(3):
        make_scorecard(organization, signed_off_at=SPRING + timedelta(days=number))
    path = f"/organizations/{organization.slug}/activity"

    items, sizes = everything(program, f"{path}?action=scorecard-started", 2)

    assert ([each["action"] for each in items], sizes) == (["scorecard-started"] * 3, [2, 1])
    assert program.get(f"{path}?who=Nobody").json() == {"items": [], "next": None}


def test_figures_are_sent_and_read_back(program, organization):
    path = f"/organizations/{organization.slug}/figures"
    sent = program.post(path, FIGURE | {"service": "Route planner", "tool": "k6"})
    program.post(path, FIGURE | {"value": "0.1", "statistic": "p99"})

    items, sizes = everything(machine(organization, "read", Role.VIEWER), path, 1)

    assert sent.status_code == 201
    assert [(each["statistic"], each["value"]) for each in items] == [("p99", "0.1"), ("p95", "712.5")]
    assert (items[1], sizes) == (sent.json(), [1, 1])
    assert (items[1]["title"], items[1]["how"], items[1]["tool"]) == ("p95 latency", "sent", "k6")
    assert len(program.get(f"{path}?statistic=p95").json()["items"]) == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"value": "NaN"}, "is no number"),
        ({"value": "much"}, "“value” is no number."),
        ({"name": "speed"}, "'speed' is no figure."),
        ({"unit": "s"}, "'s' is no unit of latency."),
        ({"on": "2036-12-24"}, "“on” is a day between"),
        ({"on": "yesterday"}, "Write “on” as 2026-11-28."),
        ({"count": 1.5}, "“count”: Send a whole number."),
        ({"environment": "moon"}, "“environment” is one of"),
        ({"surprise": 1}, "“surprise”: There is no such field."),
    ],
)
def test_a_figure_is_refused_in_the_sentence_of_the_guide(program, organization, changed, sentence):
    answer = program.post(f"/organizations/{organization.slug}/figures", FIGURE | changed)

    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]
