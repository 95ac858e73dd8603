"""Two people at the same check at the same moment. Threads and row locks make it real on PostgreSQL."""

from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import connection

from assessments.handbook import services
from assessments.handbook.models import TeamCheck
from assessments.saving.parts import StaleAnswerError
from tests.factories import make_roadmap, make_scorecard
from tests.organizations.test_at_once import TIMES, at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a database that serves two at once"),
]


@pytest.fixture
def roadmap():
    scorecard = make_scorecard(levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    return make_roadmap(scorecard, items=0)


def answer(organization, fits):
    return partial(
        services.record_check,
        organization,
        kind="pitfall",
        key="late-power",
        values={"fits": fits, "note": ""},
        actor=organization.created_by,
        version=0,
    )


def test_a_check_answered_first_by_two_people_is_one_person_s(roadmap):
    organization = roadmap.organization
    for _ in range(TIMES):
        answers = at_once(answer(organization, "yes"), answer(organization, "no"))

        assert sorted(type(each) is int for each in answers) == [False, True]
        assert [each for each in answers if isinstance(each, StaleAnswerError)]
        assert TeamCheck.objects.get().version == 1
        TeamCheck.objects.all().delete()


def test_the_same_answer_saved_twice_at_once_is_saved_once(roadmap):
    organization = roadmap.organization
    for _ in range(TIMES):
        assert at_once(*[answer(organization, "yes")] * 2) == [1, 1]
        assert TeamCheck.objects.get().version == 1
        TeamCheck.objects.all().delete()


def test_a_remedy_planned_twice_at_once_is_one_item(roadmap):
    organization = roadmap.organization
    plan = partial(services.plan_check, organization, kind="pitfall", key="late-power", actor=organization.created_by)
    for _ in range(TIMES):
        answers = at_once(plan, plan)

        assert len({item.pk for item in answers}) == 1
        assert roadmap.items.count() == 1
        roadmap.items.all().delete()
