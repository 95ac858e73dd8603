from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.secret_links import WRONG_UNTIL_LOCKED
from assessments.rounds import services
from assessments.rounds.models import RaterLink, Rating
from assessments.rounds.rating import links
from tests.factories import make_rater

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_guesses_yet():
    cache.clear()


@pytest.fixture
def page(token):
    return reverse("rater_link_rate", args=[token])


def save(client, token, category="cost-model", level="2", version=0):
    url = reverse("rater_link_save", args=[token, category, "level"])
    return client.post(url, {f"{category}-level": level, f"{category}-level_version": str(version)})


def test_one_scores_without_an_account_and_nobody_keeps_the_page(client, page, token, by_link):
    response = client.get(page)
    assert "Sofia Lindqvist, score what is true" in " ".join(response.content.decode().split())
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert save(client, token).status_code == 200
    assert Rating.objects.get(rater=by_link, category_key="cost-model").level == 2


def test_only_the_hash_of_the_token_is_kept_and_the_activity_has_neither(token):
    assert token not in str(vars(RaterLink.objects.get()))
    assert token not in str(list(AuditEvent.objects.values()))


def test_a_guessed_an_ended_and_a_revoked_link_look_the_same(client, page, token, by_link, owner):
    guessed = client.get(reverse("rater_link_rate", args=["x" * 43]))
    RaterLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    ended = client.get(page)
    RaterLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    links.revoke_link(by_link, actor=owner)
    revoked = client.get(page)
    assert {response.status_code for response in (guessed, ended, revoked)} == {404}
    assert "Sofia" not in ended.content.decode() + revoked.content.decode()


@pytest.mark.usefixtures("stopped_clock")  # what is counted is counted by the minute
def test_many_guesses_are_stopped(client):
    statuses = [client.get(reverse("rater_link_rate", args=[f"{n:043d}"])).status_code for n in range(62)]
    assert (statuses[0], statuses[-1]) == (404, 429)


def test_a_new_link_ends_the_old_one_that_was_forwarded(client, page, token, by_link, owner):
    new = links.make_link(by_link, days=3, actor=owner)
    assert save(client, token).status_code == 404
    assert save(client, new).status_code == 200


def test_a_forwarded_link_with_a_passcode_opens_nothing_without_it(client, by_link, owner):
    token = links.make_link(by_link, days=3, actor=owner, passcode="amber-harbor")
    page = reverse("rater_link_rate", args=[token])
    assert "Enter the passcode" in client.get(page).content.decode()
    assert save(client, token).status_code == 403
    unlock = reverse("rater_link_unlock", args=[token])
    assert client.post(unlock, {"passcode": "amber-harbour"}).status_code == 422
    assert client.post(unlock, {"passcode": "amber-harbor"}).status_code == 302
    assert save(client, token).status_code == 200


def test_guessing_the_passcode_locks_the_link(client, by_link, owner):
    token = links.make_link(by_link, days=3, actor=owner, passcode="amber-harbor")
    unlock = reverse("rater_link_unlock", args=[token])
    for _ in range(WRONG_UNTIL_LOCKED):
        client.post(unlock, {"passcode": "wrong-one"})
    assert client.post(unlock, {"passcode": "amber-harbor"}).status_code == 429


def test_a_replayed_save_changes_nothing_twice(client, token, by_link):
    assert save(client, token, level="1").status_code == 200
    assert save(client, token, level="1").status_code == 200
    assert save(client, token, level="2").status_code == 409
    row = Rating.objects.get(rater=by_link, category_key="cost-model")
    assert (row.level, row.level_version) == (1, 1)


def test_a_link_reaches_its_own_rater_alone(client, token, asked):
    other = make_rater(asked, name="Yasmin Farouk", levels=[0] * 8)
    save(client, token, level="2")
    assert Rating.objects.get(rater=other, category_key="cost-model").level == 0


def test_after_closing_and_taking_out_and_signing_off(client, page, token, by_link, asked, owner, scorecard):
    services.close_round(asked, actor=owner)
    assert "kept beside it and shown as late" in client.get(page).content.decode()
    assert save(client, token, level="2").status_code == 200
    assert Rating.objects.get(rater=by_link, category_key="cost-model").late_level == "2"
    type(scorecard).objects.filter(pk=scorecard.pk).update(signed_off_at=timezone.now())
    assert save(client, token, level="1", version=1).status_code == 422
    assert "Signed off on" in client.get(page).content.decode()


def test_who_was_taken_out_finds_nothing(client, page, by_link, owner):
    services.remove_rater(by_link, actor=owner)
    assert client.get(page).status_code == 404


def test_a_preview_of_a_chat_is_no_opening(client, page):
    client.get(page, HTTP_USER_AGENT="Slackbot-LinkExpanding 1.0")
    assert RaterLink.objects.get().opened_at is None
    client.get(page, HTTP_USER_AGENT="Mozilla/5.0")
    assert RaterLink.objects.get().opened_at is not None
