"""Who crossed the line since a day, how the portfolio lies, and where it is weakest."""

from datetime import date

import pytest

from assessments.dashboards.comparing.movement import movement
from assessments.dashboards.comparing.weakest import category_counts, score_counts, weakest_words
from assessments.organizations.models import Organization
from assessments.scorecards import services
from tests.factories import make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db


def make_moved(owner, name, was, now, day):
    organization = make_organization(owner=owner, name=name)
    make_scorecard(organization, levels=was, signed_off_at=day(2026, 1, 10))
    make_scorecard(organization, levels=now, signed_off_at=day(2026, 9, 10), title="Next") if now else None
    return organization


@pytest.fixture
def moved(owner, day):
    make_moved(owner, "Up", [1] * 8, [2] * 8, day)
    make_moved(owner, "Same", [1] * 8, None, day)
    newcomer = make_organization(owner=owner, name="New")
    make_scorecard(newcomer, levels=[1] * 8, signed_off_at=day(2026, 8, 1))
    make_scorecard(
        make_organization(owner=make_user(), name="Somebody Else"), levels=[2] * 8, signed_off_at=day(2026, 1, 1)
    )


def own(owner):
    return Organization.objects.filter(memberships__user=owner)


def test_who_crossed_the_line(owner, moved):
    found = movement(own(owner), date(2026, 3, 1))

    assert [(move.name, move.was, move.now) for move in found.crossed_up] == [("Up", 8, 16)]
    assert (found.crossed_down, found.compared, found.added) == ((), 2, 1)
    assert found.headline == "One reached the line."
    assert found.detail == "Of two organizations assessed both times, one moved and one did not. One is new since then."


def test_the_day_itself_counts_as_then(owner, moved):
    assert movement(own(owner), date(2026, 1, 9)).compared == 0
    assert movement(own(owner), date(2026, 1, 10)).compared == 2


def test_the_counts_are_of_the_newest_sign_off_of_ones_own(owner, moved):
    counts, (scores, _) = category_counts(own(owner)), score_counts(own(owner))

    assert {count.at for count in counts} == {(0, 2, 1)}
    assert [(score.score, score.number) for score in scores if score.number] == [(8, 2), (16, 1)]
    assert weakest_words(counts) == "No category stands out"


def test_a_sign_off_taken_back_counts_no_more(owner, day):
    organization = make_organization(owner=owner)
    make_scorecard(organization, levels=[1] * 8, signed_off_at=day(2026, 1, 10))
    draft = services.start_scorecard(organization, title="Next", actor=owner)
    response = draft.responses.first()
    for answer in response.decider_answers.all():
        about = {"category": response.category_key, "decider": answer.decider_key, "version": answer.version}
        services.record_decider(draft, **about, state=0, actor=owner)
    draft = services.sign_off(draft, actor=owner, digest=services.answers_digest(draft))
    assert [count.at for count in category_counts(own(owner)) if count.category.key == response.category_key] == [
        (1, 0, 0)
    ]

    services.take_back_sign_off(draft, actor=owner)

    assert {count.at for count in category_counts(own(owner))} == {(0, 1, 0)}


def test_what_is_not_signed_off_does_not_count(owner):
    make_scorecard(make_organization(owner=owner), levels=[1] * 8)

    assert {count.at for count in category_counts(own(owner))} == {(0, 0, 0)}
    assert sum(score.number for score in score_counts(own(owner))[0]) == 0


def test_the_page_shows_ones_own_only_and_forgives_a_day_that_is_none(client, moved):
    for query in ("", "?since=2026-03-01", "?since=nonsense", "?since=2026-13-45", "?since=2999-01-01", "?v=x&team=9"):
        response = client.get(f"/picture/{query}")
        assert response.status_code == 200
        assert "Somebody Else" not in response.content.decode()


def test_the_page_takes_the_same_queries_for_three_and_for_six(client, owner, moved, day, queries):
    queries("/picture/")
    three = queries("/picture/")
    for name in ("A", "B", "C"):
        make_moved(owner, name, [0] * 8, [1] * 8, day)

    assert (three, queries("/picture/")) == (6, 6)
