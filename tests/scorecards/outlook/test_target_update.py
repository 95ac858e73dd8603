"""Targets by category: set with their days, shown with the gap to them, kept exactly as they were sent."""

from datetime import date

import pytest

from assessments import framework
from assessments.audit.models import AuditEvent
from assessments.scorecards.outlook import targets
from assessments.scorecards.queries import live_result
from tests.factories import make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db

FAR = date(2036, 3, 31)


@pytest.fixture
def organization(client):
    owner = make_user(name="Ada Lovelace")
    client.force_login(owner)
    return make_organization(owner=owner, name="Kestrel Logistics")


def stored(organization):
    return {t.category_key: (t.level, t.due_on) for t in organization.targets.all()}


def test_targets_are_kept_with_the_common_day_or_their_own(client, organization):
    form = {"due_on": "2036-03-31", "level-cost-model": "2", "level-data-pipeline": "1"}
    response = client.post(f"/o/{organization.slug}/targets", {**form, "due-data-pipeline": "2035-01-31"})

    assert response.status_code == 302
    assert stored(organization) == {"cost-model": (2, FAR), "data-pipeline": (1, date(2035, 1, 31))}


def test_a_target_left_out_is_gone_and_each_change_is_recorded(client, organization):
    owner = organization.created_by
    targets.set_targets(organization, {"cost-model": (1, FAR), "data-pipeline": (2, FAR)}, actor=owner)
    client.post(f"/o/{organization.slug}/targets", {"due_on": "2036-03-31", "level-cost-model": "2"})

    assert stored(organization) == {"cost-model": (2, FAR)}
    events = AuditEvent.objects.filter(subject__startswith="Target of").order_by("-pk")[:2]
    assert [(e.subject, e.old, e.new) for e in events] == [
        ("Target of Data pipeline readiness", "2 by 31 Mar 2036", ""),
        ("Target of Cost model", "1 by 31 Mar 2036", "2 by 31 Mar 2036"),
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"level-cost-model": "2"}, "Say by when the targets are to be reached."),
        ({"level-cost-model": "3", "due_on": "2036-03-31"}, "Choose 1, 2 or no target for Cost model."),
        ({"level-cost-model": "2", "due_on": "2019-01-01"}, "That day has passed. Choose one that lies ahead."),
        ({"level-cost-model": "2", "due_on": "2099-01-01"}, "Choose a day within the next ten years."),
        ({"level-cost-model": "2", "due_on": "soon"}, "Write the day as year, month and day"),
    ],
)
def test_nonsense_is_refused_in_a_sentence_and_changes_nothing(client, organization, fields, message):
    response = client.post(f"/o/{organization.slug}/targets", fields)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert stored(organization) == {}


def test_the_gap_counts_only_what_is_below_its_target(organization):
    scorecard = make_scorecard(organization, levels=[2, 1, 0, 1, 2, 1, 2, 0])
    aims = {"workload-clarity": (1, FAR), "cost-model": (2, FAR), "facilities-power": (1, date(2020, 1, 1))}
    targets.set_targets(organization, aims, actor=organization.created_by)

    reading = targets.read_targets(organization, framework.current(), live_result(scorecard))

    assert (reading.proven_total, reading.total, reading.points) == (9, 12, 3)
    assert [row.category.key for row in reading.overdue] == ["facilities-power"]
    assert (
        reading.gap_words == "Three points to the target of 12 by March 2036, in two categories. One of them overdue."
    )


def test_the_overview_shows_the_target_on_the_ruler_in_the_table_and_on_the_trend(client, organization, day):
    make_scorecard(organization, levels=[2, 1, 0, 1, 2, 1, 2, 0], signed_off_at=day(2026, 10, 1))
    aims = dict.fromkeys(framework.current().category_keys, (2, FAR))
    targets.set_targets(organization, aims, actor=organization.created_by)

    html = client.get(f"/o/{organization.slug}/").content.decode()

    assert 'data-label="Target 16"' in html
    assert "Seven points to the target of 16 by March 2036, in five categories." in html
    assert html.count("by Mar 2036") == 5
    assert html.count(">reached<") == 3
    assert ">Target 16</text>" in html


def test_a_report_keeps_the_target_in_its_snapshot(organization):
    scorecard = make_scorecard(organization, levels=[1] * 8)
    assert targets.frozen_target(organization, framework.current(), live_result(scorecard)) is None

    targets.set_targets(organization, {"cost-model": (2, FAR)}, actor=organization.created_by)

    assert targets.frozen_target(organization, framework.current(), live_result(scorecard)) == {
        "total": 9,
        "points": 1,
        "by": "2036-03-31",
        "words": "One point to the target of 9 by March 2036, in one category.",
        "levels": {"cost-model": {"level": 2, "by": "2036-03-31"}},
    }
