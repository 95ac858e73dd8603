"""A benchmark that tells of nobody: who may see it, and what cannot be reckoned back from it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.dashboards.benchmarks.figures import LEAST, benchmark, month_of, shared_with
from assessments.dashboards.benchmarks.models import SharedBenchmark
from assessments.organizations.models import Role, TeamGrant
from tests.factories import make_grant, make_membership, make_organization, make_scorecard, make_team, make_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
BEFORE = timezone.now() - timedelta(days=70)


@pytest.fixture
def consultant(client):
    user = make_user(name="Ines Halvorsen")
    client.force_login(user)
    return user


@pytest.fixture
def team(consultant):
    return make_team(consultant, name="Halden Partners")


def make_client(team, *, level=1, name="", at=BEFORE, granted=BEFORE, **fields):
    organization = make_organization(name=name, **fields)
    make_scorecard(organization, levels=[level] * 8, signed_off_at=at)
    grant = make_grant(team, organization)
    TeamGrant.objects.filter(pk=grant.pk).update(created_at=granted)
    return organization


def test_none_under_five(team):
    for _ in range(LEAST - 1):
        make_client(team)
    assert not benchmark(team, TODAY).is_told

    make_client(team)

    assert benchmark(team, TODAY).is_told


def test_the_one_who_looks_is_counted_and_does_not_stand_behind_it(team):
    own = make_client(team, level=2)
    for _ in range(LEAST - 1):
        make_client(team)
    assert benchmark(team, TODAY).is_told
    assert not benchmark(team, TODAY, own=own).is_told

    make_client(team)
    told = benchmark(team, TODAY, own=own)

    assert (told.number, told.own_total, told.total.median) == (6, 16, 8)
    assert told.headline == "Above the median: 16 proven, against 8."


def test_quartiles_are_of_the_nearest_rank(team):
    for level in (0, 0, 1, 1, 1, 2, 2, 2):
        make_client(team, level=level)

    line = benchmark(team, TODAY).lines[0].quartiles

    assert (line.lower, line.median, line.upper, line.number, line.middle) == (0, 1, 2, 8, "0 to 2")


def test_a_group_needs_five_inside_and_five_outside(team):
    for _ in range(5):
        make_client(team, hosting_model="cloud")
    for _ in range(4):
        make_client(team, hosting_model="hybrid")
    cloud, hybrid = ("hosting_model", "cloud"), ("hosting_model", "hybrid")
    assert not benchmark(team, TODAY, group=cloud).is_told  # the whole less these would be four
    assert not benchmark(team, TODAY, group=hybrid).is_told

    make_client(team, hosting_model="hybrid")

    assert benchmark(team, TODAY, group=cloud).is_told
    assert benchmark(team, TODAY, group=hybrid).is_told


def test_one_new_sign_off_or_grant_shows_only_with_the_month(team):
    for _ in range(6):
        make_client(team)
    before = benchmark(team, TODAY)
    make_client(team, level=2, at=timezone.now())
    make_client(team, level=2, granted=timezone.now())

    assert benchmark(team, TODAY) == before
    assert before.as_of == month_of(TODAY) == TODAY.replace(day=1)
    assert benchmark(team, (TODAY.replace(day=1) + timedelta(days=32))).number == 8


def test_two_shared_portfolios_that_differ_by_a_few_are_not_both_shown(team, consultant):
    clients = [make_client(team) for _ in range(8)]
    other = make_team(consultant)
    for organization in clients[:-1]:
        grant = make_grant(other, organization)
        TeamGrant.objects.filter(pk=grant.pk).update(created_at=BEFORE)
    SharedBenchmark.objects.create(team=team)
    SharedBenchmark.objects.create(team=other)

    assert shared_with(clients[0], TODAY) == team
    SharedBenchmark.objects.filter(team=team).delete()
    assert shared_with(clients[0], TODAY) == other
    SharedBenchmark.objects.create(team=team)
    assert shared_with(clients[-1], TODAY) is None  # by subtraction, it would say what this one is


def test_a_client_sees_none_until_the_team_shares_it_and_then_no_name(client, team, consultant):
    names = [f"Secret Client {number}" for number in range(6)]
    clients = [make_client(team, name=name) for name in names]
    own = clients[0]
    member = make_membership(own, role=Role.OWNER).user
    client.force_login(member)
    url = f"/o/{own.slug}/benchmark"
    assert "No benchmark is shared" in client.get(url).content.decode()
    client.force_login(consultant)
    client.post(f"/benchmark/{team.pk}/share", {"share": "1"})
    client.force_login(member)

    html = client.get(f"{url}?group=hosting_model:cloud&team={team.pk}").content.decode()

    assert "At the median: 8 of 16 proven." in html
    assert [name for name in names[1:] if name in html] == []
    assert "hosting" not in html
    assert client.get(f"/o/{clients[1].slug}/benchmark").status_code == 404
    assert [name for name in names if name in client.get("/benchmark/").content.decode()] == []


def test_nobody_outside_a_team_shares_its_benchmark(client, team):
    client.force_login(make_user())

    assert client.post(f"/benchmark/{team.pk}/share", {"share": "1"}).status_code == 404
    assert not SharedBenchmark.objects.exists()


def test_the_pages_take_the_same_queries_for_six_and_for_nine(client, team, queries):
    clients = [make_client(team) for _ in range(6)]
    urls = ["/benchmark/", f"/o/{clients[0].slug}/benchmark"]
    [queries(url) for url in urls]
    six = [queries(url) for url in urls]
    [make_client(team) for _ in range(3)]

    assert [queries(url) for url in urls] == six
    assert max(six) <= 12


def test_forged_choices_are_the_whole_portfolio(client, team):
    for _ in range(5):
        make_client(team)

    html = client.get("/benchmark/?group=name:Kestrel&team=999999").content.decode()

    assert "Half of the portfolio has proven 8 or more of 16." in html


def test_the_first_of_the_month_is_the_day_from_which_nothing_counts():
    assert month_of(date(2026, 2, 28)) == date(2026, 2, 1)
