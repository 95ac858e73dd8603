"""How the database finds a page of a large portfolio: by an index, in its order, without reading the whole table."""

import itertools
import json
import re

import pytest
from django.db import connection
from django.http import QueryDict

from assessments.dashboards.portfolio.orders import ORDERS
from assessments.dashboards.portfolio.pages import PAGE_SIZE, Key
from assessments.dashboards.portfolio.reach import Reach
from assessments.dashboards.portfolio.reading import ListReading
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.models import Membership, Organization, OrganizationTag
from assessments.organizations.models import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NUMBERS = itertools.count()
TABLE = "assessments_organizationstanding"
SORTS = "TEMP B-TREE FOR ORDER BY"  # of SQLite; what an index holds equal may be sorted among itself
MANY = 10_000
A_FEW = MANY // 10  # rows; no plan sorts more than these, whatever else it does
# The filters and orders that `tests/bench_portfolio.py` has a bar for.
PAIRS = (
    *(
        "",
        "v=risk&sort=-signed",
        "v=undetermined&sort=due",
        "v=none&sort=name",
        "draft=1&sort=active",
        "vendor=1&sort=vendors",
    ),
    *("overdue=1&sort=plan", "q=zanzibar", "q=client+99", "tag=rare&sort=-change", "tag=nordics&sort=signed"),
    *("industry=energy&sort=-score", "size=51-250&hosting=cloud&age=12&sort=due", "lead=me&sort=draft"),
    *("sort=lead", "sort=-industry", *(f"sort={order}" for order in ORDERS)),
)


@pytest.fixture
def reach():
    """A person with ten thousand organizations that differ as those of some years do, and what the planner knows."""
    user = make_user()
    made = Organization.objects.bulk_create(
        (
            Organization(
                name=f"Client {n}",
                slug=f"client-{n}",
                created_by=user,
                industry=("Energy", "Health", "Banking", "Media")[n % 4],
                size_band=Organization.SizeBand.values[n % 5],
                hosting_model=Organization.HostingModel.values[n % 4],
                lead=user if n % 20 == 0 else None,
            )
            for n in range(MANY)
        ),
        batch_size=1000,
    )
    Membership.objects.bulk_create(
        (Membership(organization=o, user=user, role=Role.OWNER) for o in made), batch_size=1000
    )
    tagged = enumerate(made[::3])
    OrganizationTag.objects.bulk_create(
        (OrganizationTag(organization=o, name="Rare" if n % 500 == 0 else "Nordics") for n, o in tagged),
        batch_size=1000,
    )
    n, day = "organization_id", DAY[connection.vendor]
    values = {
        "score_key": f"CASE WHEN {n} % 5 > 0 THEN {n} % 17 * 10000 END",
        "verdict_rank": f"CASE WHEN {n} % 5 > 0 THEN {n} % 4 + 1 END",
        "change": f"CASE WHEN {n} % 5 > 0 THEN {n} % 9 - 4 END",
        "signed_off_at": f"CASE WHEN {n} % 5 > 0 THEN {day.format(f'{n} % 800')} END",
        "draft_since": f"CASE WHEN {n} % 50 = 7 THEN {day.format(f'{n} % 90')} END",
        "plan_due_on": f"CASE WHEN {n} % 4 = 1 THEN {day.format(f'100 - {n} % 90')} END",
        "vendors_waiting": f"CASE WHEN {n} % 200 = 3 THEN 1 ELSE 0 END",
        "vendors_since": f"CASE WHEN {n} % 200 = 3 THEN {day.format(f'{n} % 30')} END",
        "due_on": f"CASE WHEN {n} % 3 = 1 THEN {day.format(f'{n} % 90')} END",
        "active_on": day.format(f"({n} % 400)"),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET {', '.join(f'{name} = {value}' for name, value in values.items())}")
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
            # Ten thousand rows are read whole about as soon as by an index; a million are not, nor from a quick disk.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL random_page_cost = 1.1")
    return Reach(user)


DAY = {"postgresql": "(date '2026-11-01' - ({})::int)", "sqlite": "date('2026-11-01', '-' || ({}) || ' days')"}


def plan(rows):
    """On PostgreSQL with what really happened, as a tree; on SQLite as text."""
    sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    sql += f" -- {next(NUMBERS)}"  # SQLite's module keeps the plan of a statement it has seen, also of a dropped index
    explain = "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) " if connection.vendor == "postgresql" else EXPLAIN
    with connection.cursor() as cursor:
        cursor.execute(explain + sql, parameters)
        found = cursor.fetchall()
    if connection.vendor == "postgresql":
        (tree,) = found[0][0] if isinstance(found[0][0], list) else json.loads(found[0][0])
        return tree["Plan"]
    return "\n".join(str(row[-1]) for row in found)


EXPLAIN = "EXPLAIN QUERY PLAN "


def nodes(tree):
    yield tree
    for each in tree.get("Plans", ()):
        yield from nodes(each)


def scans(found):
    """Where the whole table is read without an index."""
    if connection.vendor == "postgresql":
        return [n for n in nodes(found) if n["Node Type"] == "Seq Scan" and n["Relation Name"] == TABLE]
    return re.findall(rf"SCAN {TABLE}(?! USING INDEX)", found)


def sorted_rows(found, rows):
    """How many rows are sorted at once; what an index holds equal may be sorted among itself."""
    if connection.vendor == "postgresql":
        sorts = [node for node in nodes(found) if node["Node Type"] == "Sort"]
        return max((sort["Plans"][0]["Actual Rows"] for sort in sorts), default=0)
    rows.query.clear_limits()
    return rows.order_by().count() if SORTS in found else 0


def parts(reading, reach, start=None):
    listing = reading.listing(reach)
    known = [True, False][: 1 if start or reading.order.key == "name" else 2]
    return [listing._part(known, start, False)[: PAGE_SIZE + 1] for known in known]


def test_every_filter_and_order_with_a_bar_is_answered_by_an_index_without_sorting_all(reach):
    wrong = []
    for query in PAIRS:
        for rows in parts(ListReading.of(QueryDict(query), reach, ""), reach):
            found = plan(rows)
            if scans(found) or sorted_rows(found, rows) > A_FEW:
                wrong.append(f"{query}: {len(scans(found))} scans, {sorted_rows(found, rows)} rows sorted")

    assert "\n".join(wrong) == ""


def test_a_later_page_begins_in_the_index_where_its_key_says(reach):
    reading = ListReading.of(QueryDict("sort=score"), reach, "")
    row = OrganizationStanding.objects.filter(score_key=80000).order_by("name_sort", "pk")[200]

    found = plan(parts(reading, reach, Key(True, 80000, bytes(row.name_sort), row.pk))[0])

    assert scans(found) == []
    if connection.vendor == "postgresql":
        [index] = [node for node in nodes(found) if node.get("Index Name") == "standing_by_score"]
        assert "score_key" in index["Index Cond"]
        assert index["Actual Rows"] <= 2 * PAGE_SIZE
    else:
        assert re.search(rf"SEARCH {TABLE} USING INDEX standing_by_score \(score_key>", found), found


@pytest.mark.parametrize(
    ("index", "query"),
    [
        ("standing_by_activity", "sort=active"),
        ("standing_by_due", "sort=due"),
    ],
)
def test_without_its_index_an_order_reads_or_sorts_the_whole_table(reach, index, query):
    """The tests above can fail: they do once the index is gone."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {index}")
    rows = parts(ListReading.of(QueryDict(query), reach, ""), reach)[0]

    found = plan(rows)

    assert scans(found) or sorted_rows(found, rows) > A_FEW, found
