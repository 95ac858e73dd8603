"""How the database finds a page of a large portfolio: by an index, in its order, without reading the whole table."""

import itertools
import re

import pytest
from django.db import connection
from django.http import QueryDict

from assessments.dashboards.portfolio.orders import ORDERS
from assessments.dashboards.portfolio.pages import PAGE_SIZE, Key
from assessments.dashboards.portfolio.reach import Reach
from assessments.dashboards.portfolio.reading import ListReading
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.models import Membership, Organization
from assessments.organizations.models import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NUMBERS = itertools.count()
TABLE = "assessments_organizationstanding"
SORTS = r"TEMP B-TREE FOR ORDER BY|^\s*(->\s*)?Sort +\("  # what an index holds equal may be sorted among itself
FILTERS = ("", "v=risk", "q=client", "draft=1", "overdue=1", "vendor=1", "lead=me", "tag=north", "industry=energy")


@pytest.fixture
def reach(monkeypatch):
    """A person with three thousand organizations, with what the planner of PostgreSQL knows of them."""
    user = make_user()
    made = Organization.objects.bulk_create(
        (Organization(name=f"Client {n}", slug=f"client-{n}", created_by=user, industry="Energy") for n in range(3000)),
        batch_size=1000,
    )
    Membership.objects.bulk_create(
        (Membership(organization=o, user=user, role=Role.OWNER) for o in made), batch_size=1000
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE assessments_organizationstanding SET score_key = organization_id % 160000, "
                "verdict_rank = organization_id % 4 + 1"
            )
            cursor.execute("ANALYZE")
    return Reach(user)


def plan(rows):
    sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    sql += f" -- {next(NUMBERS)}"  # SQLite's module keeps the plan of a statement it has seen, also of a dropped index
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + sql, parameters)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def reads_all(text):
    if connection.vendor == "postgresql":
        return re.findall(rf"Seq Scan on {TABLE}", text)
    return re.findall(rf"SCAN {TABLE}(?! USING INDEX)", text)


def parts(reading, reach, start=None):
    listing = reading.listing(reach)
    return [listing._part(known, start, False)[: PAGE_SIZE + 1] for known in (True, False)][: 1 if start else 2]


@pytest.mark.parametrize("order", list(ORDERS))
def test_every_order_is_answered_by_its_index_without_sorting_all(reach, order):
    reading = ListReading.of(QueryDict(f"sort={order}"), reach, "")

    for rows in parts(reading, reach)[: 1 if order == "name" else 2]:
        text = plan(rows)
        assert reads_all(text) == [], text
        if connection.vendor == "sqlite":  # PostgreSQL may sort the few rows that it expects to be left
            assert not re.search(SORTS, text, re.M), text


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.parametrize("order", ["score", "-signed"])
def test_every_filter_is_answered_without_reading_the_whole_table(reach, query, order):
    reading = ListReading.of(QueryDict(f"{query}&sort={order}"), reach, "")
    if connection.vendor == "postgresql":  # three thousand rows are read whole sooner than by an index
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")

    for rows in parts(reading, reach):
        text = plan(rows)
        assert reads_all(text) == [], text


def test_a_later_page_begins_in_the_index_where_its_key_says(reach):
    reading = ListReading.of(QueryDict("sort=score"), reach, "")
    row = OrganizationStanding.objects.order_by("pk")[2000]

    text = plan(parts(reading, reach, Key(True, 50, bytes(row.name_sort), row.pk))[0])

    assert reads_all(text) == [], text
    assert re.search(r"score_key>|ROW\(score_key", text) or "score_key" in text, text


def test_without_its_index_an_order_reads_the_whole_table(reach):
    """The tests above can fail: they do once the index is gone."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX standing_by_activity")
    reading = ListReading.of(QueryDict("sort=active"), reach, "")

    text = plan(parts(reading, reach)[0])

    assert reads_all(text) or re.search(SORTS, text, re.M), text
