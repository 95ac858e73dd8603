import pytest

from assessments.accounts.erasure import erase_user
from assessments.audit.models import AuditEvent
from assessments.rounds import services
from assessments.rounds.models import Rater
from assessments.rounds.rating import answering
from assessments.rounds.settling.readings import divergence
from assessments.scorecards import services as scorecards
from tests.factories import make_membership, make_rater, make_round, make_scorecard, make_user

pytestmark = pytest.mark.django_db

APART = [[0, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 1, 1, 1, 1, 1, "x"]]


def test_the_page_in_words_and_the_order_of_disagreement(db):
    reading = divergence(make_round(levels=APART, close=True))
    keys = reading.framework.category_keys

    assert reading.headline == "Three raters agree closely on seven of eight. Talk about one."
    assert [row.key for row in reading.categories[:2]] == [keys[0], keys[1]]
    assert [len(dots.raters) for dots in reading.categories[0].dots] == [1, 1, 1]
    assert reading.categories[0].proposed == 1
    assert [row.silent for row in reading.categories if row.key == keys[7]] == ["Rater 3 cannot judge this"]
    assert reading.agreement_figures.startswith("Krippendorff’s alpha for ordinal data: ")
    assert "from 23 scores of 3 raters in eight categories." in reading.agreement_figures


@pytest.mark.parametrize(
    ("levels", "headline", "words"),
    [
        ([], "Nobody scored in this round.", "nothing to compare"),
        ([[1] * 8], "One rater scored: no category has two scores to compare.", "nothing to compare"),
        ([[1] * 8, [2] * 8], "Two raters are within one point everywhere.", "Too few to say"),
        ([[1] * 8] * 3, "Three raters gave the same level everywhere.", "full agreement"),
        ([[0, 1, 2, 0, 1, 2, 0, 1]] * 3, "Three raters gave the same level everywhere.", "relied on"),
        ([[0] * 8, [2] * 8], "Two raters are two points apart everywhere. Talk about all eight.", "Too few to say"),
        ([[0, 2] * 4, [2, 0] * 4, [1, 1] * 4], "Three raters are two points apart everywhere", "no more than chance"),
    ],
)
def test_what_is_said_of_any_round(levels, headline, words):
    reading = divergence(make_round(levels=levels, close=True))
    assert reading.headline.startswith(headline)
    assert words in reading.agreement_words


def test_forty_raters_are_read_in_as_many_queries_as_three(django_assert_num_queries):
    few = make_round(levels=APART, close=True)
    many = make_round(levels=[[n % 3, *[1] * 7] for n in range(40)], close=True)
    for asked in (few, many):
        with django_assert_num_queries(4):
            reading = divergence(asked)
    assert len(reading.raters) == 40
    assert reading.headline == "40 raters agree closely on seven of eight. Talk about one."


def test_one_who_stands_above_everybody_is_named_kindly():
    reading = divergence(make_round(levels=[[2] * 8, [1] * 8, [0, 1] * 4], names=["Priya Raman"], close=True))
    (sentence,) = reading.apart_words
    assert sentence.startswith("Priya Raman is at least a point above everybody else in all eight categories.")


def test_late_words_stand_beside_what_was_said_and_count_nowhere(asked, rater, owner):
    answering.record(rater, category="cost-model", part="level", value="2", version=0)
    closed = services.close_round(asked, actor=owner)
    answering.record(rater, category="cost-model", part="level", value="0", version=1)
    answering.record(rater, category="cost-model", part="note", value="On reflection", version=0)
    (row,) = [row for row in divergence(closed).categories if row.key == "cost-model"]
    assert row.spread.levels == {str(rater.pk): 2}
    assert [(said.is_late, said.late_words) for said in row.words] == [(True, "level 0, On reflection")]


def test_who_was_taken_out_is_named_and_counts_nowhere(asked, rater, by_link, owner):
    answering.record(rater, category="cost-model", part="level", value="2", version=0)
    services.remove_rater(rater, actor=owner)
    reading = divergence(services.close_round(asked, actor=owner))
    assert [row.pk for row in reading.removed] == [rater.pk]
    assert all(not row.spread.levels for row in reading.categories)


@pytest.mark.parametrize("signed", [False, True])
def test_an_erased_person_stays_as_a_former_member(scorecard, owner, signed, organization):
    user = make_user(name="Mark Ellison")
    make_membership(organization, user)
    asked = make_round(scorecard)
    make_rater(asked, user=user, role="Chief financial officer", levels=[2] * 8)
    services.close_round(asked, actor=owner)
    if signed:
        scorecards.sign_off(scorecard, actor=owner, digest=scorecards.answers_digest(scorecard))

    erase_user(user)

    kept = Rater.objects.get()
    assert (kept.rater_name, kept.role, kept.user) == ("A former member", "", None)
    asked.refresh_from_db()
    reading = divergence(asked)
    assert [rater.title for rater in reading.raters] == ["A former member"]
    assert reading.raters[0].levels == (2,) * 8
    assert "Ellison" not in str(list(AuditEvent.objects.values()))


def test_an_erased_person_who_scored_by_a_link_goes_by_their_address(asked, by_link, token):
    by_link.links.update(email="sofia@example.com")
    erase_user(make_user(name="Sofia Lindqvist", email="sofia@example.com"))
    by_link.refresh_from_db()
    assert (by_link.rater_name, by_link.links.get().email) == ("A former member", "")


def test_a_scorecard_of_another_version_keeps_its_own_words(organization):
    old = make_scorecard(organization, version="2026.1")
    reading = divergence(make_round(old, levels=[[1] * 8, [0] * 8], close=True))
    assert reading.framework.version == "2026.1"
