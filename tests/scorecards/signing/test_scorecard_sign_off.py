from functools import partial

import pytest
from django.urls import reverse

from assessments.scorecards import services
from tests import factories
from tests.factories import make_organization, make_user

pytestmark = pytest.mark.django_db

make_scorecard = partial(factories.make_scorecard, version="2026.1")


@pytest.fixture
def owner(client):
    user = make_user(name="Ada")
    client.force_login(user)
    return user


def url(scorecard):
    return reverse("scorecard_sign_off", args=[scorecard.organization.slug, scorecard.pk])


def test_the_page_names_what_is_open_unproven_and_missing(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[2, 1, None, 1, 1, 1, 1, 1])

    html = client.get(url(scorecard)).content.decode()

    assert "Cost model</a> is not scored" in html
    assert "Workload clarity</a> claims 2 with neither" in html
    assert html.count("No answer yet:") == 3


def test_confirming_freezes_and_shows_the_result(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8)

    response = client.post(url(scorecard), {"digest": services.answers_digest(scorecard)})

    assert response.url == reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk])
    scorecard.refresh_from_db()
    assert (scorecard.is_signed_off, scorecard.signed_off_name) == (True, "Ada")


def test_an_incomplete_scorecard_needs_the_box_ticked(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 7 + [None])
    digest = services.answers_digest(scorecard)

    refused = client.post(url(scorecard), {"digest": digest})
    assert refused.status_code == 422
    assert "Tick the box" in refused.content.decode()

    assert client.post(url(scorecard), {"digest": digest, "incomplete": "1"}).status_code == 302


def test_a_change_after_the_page_was_read_is_shown_before_it_is_final(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8)
    digest = services.answers_digest(scorecard)
    services.record_level(scorecard, category="cost-model", level=0, actor=make_user(), version=1)

    response = client.post(url(scorecard), {"digest": digest})

    scorecard.refresh_from_db()
    assert response.status_code == 422
    assert "An answer changed since you opened this page" in response.content.decode()
    assert not scorecard.is_signed_off


def test_a_second_press_ends_at_the_result(client, owner):
    scorecard = make_scorecard(make_organization(owner=owner), levels=[1] * 8)
    digest = services.answers_digest(scorecard)

    first, second = (client.post(url(scorecard), {"digest": digest}) for _ in range(2))

    assert first.url == second.url
