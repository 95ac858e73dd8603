"""The sentence above a plan is true whatever is done, due or late."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.roadmaps.readings import read_roadmap
from assessments.roadmaps.wording import day
from tests.factories import make_item, make_roadmap

TODAY = timezone.localdate()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

# From 9: by category and day, what is done on a day (True) or is to be done.
PLANS = [
    ([], "Nothing in this plan raises the score yet. One item below would reach 10."),
    (
        [("reliability-targets", TOMORROW, False)],
        f"On this plan Kestrel Logistics reaches 10, the risk line, on {day(TOMORROW)}.",
    ),
    ([("reliability-targets", YESTERDAY, True)], "What is done takes Kestrel Logistics to 10, the risk line."),
    (
        [("reliability-targets", YESTERDAY, True), ("utilization-plan", YESTERDAY, False)],
        f"What is done takes Kestrel Logistics to 10, the risk line. The whole plan leads to 11 on {day(TODAY)}.",
    ),
    (
        [("reliability-targets", YESTERDAY, True), ("utilization-plan", TODAY, True)],
        "What is done takes Kestrel Logistics to 11, one point above the risk line.",
    ),
    (
        [("reliability-targets", YESTERDAY, True), ("utilization-plan", TOMORROW, False)],
        f"What is done takes Kestrel Logistics to 10, the risk line. The whole plan leads to 11 on {day(TOMORROW)}.",
    ),
]


@pytest.mark.parametrize(("items", "sentence"), PLANS)
def test_the_headline_counts_as_done_what_is_done(scorecard, items, sentence):
    roadmap = make_roadmap(scorecard, items=0, starts_on=TODAY - timedelta(days=40))
    for category, on, is_done in items:
        item = make_item(roadmap, category_key=category, target_level=2, due_on=on)
        if is_done:
            roadmap.items.filter(pk=item.pk).update(status="done", done_on=on)

    assert read_roadmap(roadmap, TODAY).headline == sentence


def test_a_date_outside_its_phase_is_shown_with_its_year(scorecard):
    roadmap = make_roadmap(scorecard, items=0, starts_on=TODAY)
    make_item(roadmap, due_on=TODAY + timedelta(days=400))
    make_item(roadmap, due_on=TOMORROW)
    later, within = (row.due for row in read_roadmap(roadmap, TODAY).rows)

    assert later == f"{TODAY + timedelta(days=400):%-d %b %Y}"
    assert within == f"{TOMORROW:%-d %b}"
