import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assessments.audit.models import AuditEvent
from assessments.rounds import services
from assessments.rounds.models import Rating, Settlement
from assessments.rounds.settling import services as settling
from assessments.rounds.settling.readings import divergence
from assessments.saving.parts import StaleAnswerError
from assessments.scorecards import services as scorecards
from assessments.scorecards.models import Evidence, Response
from assessments.scorecards.queries import live_result
from tests.factories import make_round, make_scorecard

pytestmark = pytest.mark.django_db

ABOUT = {"category": "cost-model", "reason": "Only the invoice is known.", "version": 0}


@pytest.fixture
def closed(scorecard):
    """Three raters two points apart on the first category, of one view on the others."""
    return make_round(scorecard, levels=[[0, *[1] * 7], [1, *[1] * 7], [2, *[1] * 7]], close=True)


def test_nothing_is_read_and_nothing_settled_before_closing(scorecard, owner):
    asked = make_round(scorecard, levels=[[0] * 8, [2] * 8])
    with pytest.raises(PermissionDenied):
        divergence(asked)
    with pytest.raises(ValidationError, match="Close the round first"):
        settling.settle(asked, level=1, actor=owner, **ABOUT)


def test_a_category_is_settled_with_its_reason_and_dissent(closed, owner):
    rater = closed.raters.first()
    settled = settling.settle(closed, level=1, actor=owner, dissenters=[rater.pk, 10**6], **ABOUT)

    assert (settled.level, settled.reason, settled.was_proposed) == (1, "Only the invoice is known.", False)
    assert settled.dissenters == [1]
    (row,) = [row for row in divergence(closed).categories if row.key == "cost-model"]
    assert [each.rater for each in row.dissent] == [rater]
    event = AuditEvent.objects.get(action="category-settled")
    assert (event.subject, event.new, event.actor) == ("Cost model", "1: Only the invoice is known.", owner)


def test_settling_alone_changes_nothing_on_the_scorecard(closed, owner, scorecard):
    settling.settle(closed, level=1, actor=owner, **ABOUT)
    assert live_result(scorecard).level("cost-model") is None


def test_where_raters_differ_a_reason_is_needed(closed, owner):
    first = divergence(closed).categories[0].key
    with pytest.raises(ValidationError, match="Raters differ here"):
        settling.settle(closed, category=first, level=1, reason=" ", actor=owner, version=0)
    assert not Settlement.objects.exists()


def test_a_unanimous_level_is_accepted_without_one_and_another_is_not(closed, owner):
    last = divergence(closed).categories[-1].key
    with pytest.raises(ValidationError, match="Raters differ here"):
        settling.settle(closed, category=last, level=2, reason="", actor=owner, version=0)
    settled = settling.settle(closed, category=last, level=1, reason="", actor=owner, version=0, accepts_median=True)
    assert settled.was_proposed


def test_a_median_is_proposed_and_marked_until_accepted(closed, owner):
    row = divergence(closed).categories[0]
    assert (row.proposed, row.settlement) == (1, None)
    settling.settle(closed, category=row.key, level=1, reason="As seen", actor=owner, version=0)
    assert divergence(closed).categories[0].proposed is None


@pytest.mark.parametrize("level", [None, 3, -1, True])
def test_no_other_level_is_agreed(closed, owner, level):
    with pytest.raises(ValidationError, match="Choose the level"):
        settling.settle(closed, level=level, actor=owner, **ABOUT)


def test_two_who_settle_at_once_do_not_overwrite_each_other(closed, owner, editor):
    settling.settle(closed, level=1, actor=owner, **ABOUT)
    with pytest.raises(StaleAnswerError) as stale:
        settling.settle(closed, level=2, actor=editor, **ABOUT)
    assert stale.value.by == "Ines Halvorsen"
    assert Settlement.objects.get().level == 1
    settling.settle(closed, level=1, actor=editor, **ABOUT)  # to the same is none
    assert Settlement.objects.get().version == 1


def test_the_scorecard_takes_the_level_in_a_click_as_a_claim_with_its_reason(closed, owner, scorecard):
    settling.settle(closed, level=2, actor=owner, **ABOUT)
    settling.take_level(closed, category="cost-model", actor=owner, version=0)

    response = Response.objects.get(scorecard=scorecard, category_key="cost-model")
    assert (response.level, response.claim_reason, response.claimed_by) == (2, ABOUT["reason"], owner)
    answer = live_result(scorecard).answer("cost-model")
    assert (answer.level, answer.proven) == (2, 0)  # agreed against the evidence rule: an unsupported 2
    assert Settlement.objects.get().taken_at is not None


def test_a_level_that_changed_on_the_scorecard_meanwhile_is_not_overwritten(closed, owner, editor, scorecard):
    settling.settle(closed, level=2, actor=owner, **ABOUT)
    scorecards.record_level(scorecard, category="cost-model", level=0, actor=editor, version=0, reason="Mine")
    with pytest.raises(ValidationError, match="in the same moment"):
        settling.take_level(closed, category="cost-model", actor=owner, version=0)
    assert Response.objects.get(scorecard=scorecard, category_key="cost-model").claim_reason == "Mine"
    assert Settlement.objects.get().taken_at is None


def test_another_agreement_is_taken_over_anew(closed, owner):
    settling.settle(closed, level=2, actor=owner, **ABOUT)
    settling.take_level(closed, category="cost-model", actor=owner, version=0)
    settled = settling.settle(closed, level=1, actor=owner, **(ABOUT | {"version": 1}))
    assert (settled.taken_at, settled.version) == (None, 2)


def test_a_link_is_taken_over_once_as_proof_of_nothing_yet(scorecard, owner):
    asked = make_round(scorecard, levels=[[2] * 8])
    rating = Rating.objects.filter(rater__round=asked).first()
    Rating.objects.filter(pk=rating.pk).update(link="https://wiki.example.com/costs")
    with pytest.raises(ValidationError, match="Close the round first"):
        settling.take_link(asked, rating_pk=rating.pk, actor=owner)
    closed = services.close_round(asked, actor=owner)
    settling.take_link(closed, rating_pk=rating.pk, actor=owner)
    with pytest.raises(ValidationError, match="has this link already"):
        settling.take_link(closed, rating_pk=rating.pk, actor=owner)

    evidence = Evidence.objects.get()
    assert (evidence.url, evidence.response.category_key) == ("https://wiki.example.com/costs", rating.category_key)
    assert not evidence.deciders.exists()


def test_what_was_settled_is_frozen_at_sign_off(closed, owner, scorecard):
    settling.settle(closed, level=1, actor=owner, **ABOUT)
    scorecards.sign_off(scorecard, actor=owner, digest=scorecards.answers_digest(scorecard))
    for change in (
        lambda: settling.settle(closed, level=2, actor=owner, **(ABOUT | {"version": 1})),
        lambda: settling.take_level(closed, category="cost-model", actor=owner, version=0),
    ):
        with pytest.raises(ValidationError, match="signed off"):
            change()


def test_a_round_of_the_framework_without_deciders_is_taken_over_as_a_score(organization, owner):
    old = make_scorecard(organization, version="2026.1")
    closed = make_round(old, levels=[[2] * 8, [2] * 8], close=True)
    settling.settle(closed, level=2, actor=owner, **ABOUT)
    settling.take_level(closed, category="cost-model", actor=owner, version=0)
    assert live_result(old).claims == ("cost-model",)
