import pytest
from django.core.exceptions import ValidationError

from assessments.rounds import services
from assessments.rounds.models import Rating
from assessments.rounds.rating import answering
from assessments.saving.parts import StaleAnswerError
from assessments.scorecards.queries import live_result

pytestmark = pytest.mark.django_db


def said(rater, category="cost-model"):
    return Rating.objects.get(rater=rater, category_key=category)


@pytest.mark.parametrize(("value", "level", "cannot"), [("2", 2, False), ("0", 0, False), ("x", None, True)])
def test_a_level_is_kept_and_who_cannot_judge_gave_none(rater, value, level, cannot):
    assert answering.record(rater, category="cost-model", part="level", value=value, version=0) == 1
    row = said(rater)
    assert (row.level, row.cannot_judge, row.is_answered, row.choice) == (level, cannot, True, value)


def test_a_level_is_cleared_again(rater):
    answering.record(rater, category="cost-model", part="level", value="x", version=0)
    answering.record(rater, category="cost-model", part="level", value="", version=1)
    assert (said(rater).is_answered, said(rater).choice) == (False, "")


@pytest.mark.parametrize("value", ["3", "-1", "on", "٢", "2 "])
def test_no_other_level_is_taken(rater, value):
    with pytest.raises(ValidationError, match="Choose 0, 1, 2"):
        answering.record(rater, category="cost-model", part="level", value=value, version=0)


def test_a_link_is_read_as_everywhere(rater):
    answering.record(rater, category="cost-model", part="link", value=" wiki.example.com/costs ", version=0)
    assert said(rater).link == "https://wiki.example.com/costs"
    with pytest.raises(ValidationError, match="https://"):
        answering.record(rater, category="cost-model", part="link", value="javascript:alert(1)", version=1)


def test_what_a_rater_says_touches_nothing_of_the_scorecard(rater, scorecard):
    answering.record(rater, category="cost-model", part="level", value="2", version=0)
    assert live_result(scorecard).level("cost-model") is None


def test_two_tabs_of_one_rater_do_not_overwrite_each_other_unseen(rater):
    answering.record(rater, category="cost-model", part="note", value="first", version=0)
    with pytest.raises(StaleAnswerError):
        answering.record(rater, category="cost-model", part="note", value="second", version=0)
    assert answering.record(rater, category="cost-model", part="note", value="first", version=0) == 1


def test_a_category_that_is_not_asked_is_refused(rater, owner):
    services.update_rater(rater, role="", categories=["workload-clarity"], actor=owner)
    with pytest.raises(ValidationError, match="not asked for this category"):
        answering.record(rater, category="cost-model", part="level", value="2", version=0)


def test_what_is_typed_after_closing_is_kept_beside_as_late(rater, asked, owner):
    answering.record(rater, category="cost-model", part="level", value="2", version=0)
    answering.record(rater, category="cost-model", part="note", value="half a sen", version=0)
    services.close_round(asked, actor=owner)

    answering.record(rater, category="cost-model", part="note", value="half a sentence", version=1)
    answering.record(rater, category="cost-model", part="level", value="1", version=1)

    row = said(rater)
    assert (row.level, row.note) == (2, "half a sen")
    assert (row.late_level, row.late_note) == ("1", "half a sentence")
    assert row.late_at is not None
    assert answering.stored(row, "note", is_closed=True) == "half a sentence"


def test_a_late_save_that_is_repeated_is_no_conflict(rater, asked, owner):
    services.close_round(asked, actor=owner)
    answering.record(rater, category="cost-model", part="level", value="0", version=0)
    assert answering.record(rater, category="cost-model", part="level", value="0", version=0) == 1


def test_to_finish_late_or_twice_changes_nothing(rater, asked, owner):
    answering.finish(rater)
    rater.refresh_from_db()
    first = rater.finished_at
    answering.finish(rater)
    rater.refresh_from_db()
    assert first is not None
    assert rater.finished_at == first
