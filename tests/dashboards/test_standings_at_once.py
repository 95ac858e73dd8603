"""Two changes of one organization at the same moment: what is kept of it is what both have left."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from assessments.dashboards.standings import fresh
from assessments.organizations import services as organizations
from assessments.roadmaps import services as roadmaps
from assessments.scorecards import services, standings
from tests.factories import make_organization, make_roadmap, make_scorecard
from tests.organizations.test_at_once import TIMES, at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a database that serves two at once"),
]


def decide(scorecard, answer, state):
    about = {"category": answer.response.category_key, "decider": answer.decider_key, "version": answer.version}
    return partial(services.record_decider, scorecard, **about, state=state, actor=scorecard.organization.created_by)


def both_are_right():
    assert standings.wrong() == {}
    assert dict(fresh.wrong()) == {}


def test_two_deciders_saved_at_once_are_both_in_what_is_kept():
    scorecard = make_scorecard()
    for turn in range(TIMES):
        answers = [response.decider_answers.first() for response in scorecard.responses.all()[:2]]

        done = at_once(*(decide(scorecard, answer, turn % 3) for answer in answers))

        assert [each for each in done if isinstance(each, Exception)] == []
        both_are_right()


def test_two_items_of_a_plan_finished_at_once_are_both_counted():
    roadmap = make_roadmap(items=2)
    today, actor = timezone.localdate(), roadmap.scorecard.organization.created_by
    for turn in range(TIMES):
        status = ("done", "todo")[turn % 2]

        done = at_once(
            *(
                partial(
                    roadmaps.record_part,
                    item,
                    part="status",
                    values=roadmaps.status_values(item, status=status, reason="", today=today),
                    actor=actor,
                    version=item.status_version,
                )
                for item in roadmap.items.all()
            )
        )

        assert [each for each in done if isinstance(each, Exception)] == []
        both_are_right()


def test_an_organization_deleted_and_restored_while_it_is_answered_is_kept_right():
    organization = make_organization()
    make_scorecard(organization, levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    scorecard = make_scorecard(organization)
    for turn in range(TIMES):
        answer = scorecard.responses.all()[0].decider_answers.first()
        is_there = turn % 2 == 0
        change = (
            partial(organizations.delete_organization, organization, actor=organization.created_by)
            if is_there
            else partial(organizations.restore_organization, organization)
        )

        done = at_once(change, decide(scorecard, answer, turn % 3), partial(standings.refresh))

        assert [each for each in done if isinstance(each, Exception)] == []
        both_are_right()
        assert organization.standing.__class__.objects.get(pk=organization.pk).is_current is not is_there


def test_proof_added_and_a_level_claimed_at_once_are_both_kept():
    scorecard = make_scorecard(levels=[2] * 4, proof=False)
    actor = scorecard.organization.created_by
    for _ in range(TIMES):
        first, second = scorecard.responses.all()[:2]
        keys = [answer.decider_key for answer in first.decider_answers.all()]
        on = timezone.localdate() - timedelta(days=1)
        claim = {"category": second.category_key, "level": 2, "reason": "Said so", "version": second.level_version}

        done = at_once(
            partial(services.add_sighting, scorecard, category=first.category_key, deciders=keys, on=on, actor=actor),
            partial(services.record_level, scorecard, **claim, actor=actor),
        )

        assert [each for each in done if isinstance(each, Exception)] == []
        both_are_right()
