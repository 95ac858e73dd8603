"""Two people at the same board at the same moment. Threads and row locks make it real on PostgreSQL."""

from functools import partial

import pytest
from django.db import connection

from assessments.roadmaps import services
from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.readings import find_offer
from assessments.saving.parts import StaleAnswerError
from tests.factories import make_item
from tests.organizations.test_at_once import TIMES, at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a database that serves two at once"),
]


@pytest.fixture
def actor(roadmap):
    return roadmap.scorecard.organization.created_by


def move(item, actor, phase, before=None):
    return partial(services.move_item, item, phase_key=phase, before=before, version=item.move_version, actor=actor)


def test_one_item_moved_by_two_people_goes_to_one_place(roadmap, actor):
    for _ in range(TIMES):
        item = make_item(roadmap)

        answers = at_once(move(item, actor, "days-60"), move(item, actor, "days-90"))

        stale = [answer for answer in answers if isinstance(answer, StaleAnswerError)]
        moved = [answer for answer in answers if isinstance(answer, RoadmapItem)]
        assert (len(stale), len(moved)) == (1, 1)
        item.refresh_from_db()
        assert (item.phase_key, item.move_version) == (moved[0].phase_key, 1)


def test_items_moved_to_one_place_by_two_people_all_stay(roadmap, actor):
    for _ in range(TIMES):
        first, second = make_item(roadmap, title="A"), make_item(roadmap, title="B")
        target = make_item(roadmap, title="C", phase_key="days-60")

        answers = at_once(*(move(item, actor, "days-60", target.pk) for item in (first, second)))

        assert not [answer for answer in answers if isinstance(answer, Exception)]
        places = list(roadmap.items.filter(phase_key="days-60").values_list("position", flat=True))
        assert len(set(places)) == len(places)
        roadmap.items.all().delete()


def test_a_suggestion_taken_twice_at_once_is_one_item(roadmap, actor):
    offer = find_offer(roadmap, "fact:unit-cost")
    for _ in range(TIMES):
        answers = at_once(*[partial(services.take_suggestion, roadmap, offer, actor=actor)] * 2)

        assert len({answer.pk for answer in answers}) == 1
        assert roadmap.items.count() == 1
        roadmap.items.all().delete()


def test_a_roadmap_started_twice_at_once_is_one(roadmap, scorecard, actor):
    for _ in range(3):
        services.delete_roadmap(scorecard.roadmaps.get())
        start = partial(services.start_roadmap, scorecard, starts_on=roadmap.starts_on, actor=actor)

        assert len({answer.pk for answer in at_once(start, start)}) == 1
    titles = list(scorecard.roadmaps.get().items.values_list("title", flat=True))
    assert len(titles) == len(set(titles)) > 0
