"""Two equal requests of a form make one thing; the second is answered as the first, in whatever process it lands."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import framework
from assessments.accounts.models import User
from assessments.organizations import invitations
from assessments.organizations.models import Membership, Organization, Role
from assessments.platform import request_keys
from assessments.platform.request_keys import RequestKey
from assessments.platform.tasks import sweep_request_keys
from assessments.roadmaps.models import RoadmapComment, RoadmapItem
from assessments.scorecards.models import Evidence, Scorecard
from tests.factories import PASSWORD, make_organization, make_roadmap, make_scorecard, make_user

pytestmark = pytest.mark.django_db

NEW = "/organizations/new"
KESTREL = {"name": "Kestrel", "hosting_model": "cloud", "currency": "USD"}

DECIDER = framework.current().category("cost-model").deciders[0].key


@pytest.fixture
def ada():
    return make_user(name="Ada")


@pytest.fixture
def client(ada):
    client = Client()
    client.force_login(ada)
    return client


def make_plan(owner):
    signed_off = datetime(2026, 1, 5, tzinfo=UTC)
    return make_roadmap(make_scorecard(make_organization(owner=owner), levels=[1] * 8, signed_off_at=signed_off))


def key_in(client, path):
    """The key of the forms on a page, as a browser would send it with them."""
    found = re.findall(r'name="request_key" value="([^"]+)"', client.get(path).content.decode())
    assert len(set(found)) == 1
    return found[0]


def test_the_second_of_two_equal_requests_is_answered_as_the_first(client):
    sent = KESTREL | {"request_key": key_in(client, NEW)}

    first, second = client.post(NEW, sent), client.post(NEW, sent)

    assert first.status_code == 302
    assert (second.status_code, second.url) == (302, first.url)
    assert Organization.objects.count() == 1


def test_without_a_key_or_with_one_of_somebody_s_own_making_every_request_counts(client):
    for number, key in enumerate(("", "1.made-up", "1.made-up:sig", "x" * 500)):
        client.post(NEW, KESTREL | {"name": f"Kestrel {number}", "request_key": key})

    assert RequestKey.objects.count() == 0
    assert Organization.objects.count() == 4


def test_another_text_from_the_same_page_is_another_thing(client, ada):
    roadmap = make_plan(ada)
    item = roadmap.items.first()
    page = reverse("roadmap_item_detail", args=[roadmap.organization.slug, roadmap.pk, item.pk])
    comment = reverse("roadmap_comment_create", args=[roadmap.organization.slug, roadmap.pk, item.pk])
    key = key_in(client, page)

    for text in ("Ordered", "Ordered", "Arrived"):
        client.post(comment, {"text": text, "request_key": key})

    assert sorted(RoadmapComment.objects.values_list("text", flat=True)) == ["Arrived", "Ordered"]


def test_what_was_refused_is_not_kept_and_can_be_sent_again(client):
    key = key_in(client, NEW)

    refused = [client.post(NEW, KESTREL | {"name": "", "request_key": key}).status_code for _ in range(2)]

    assert refused == [422, 422]
    assert RequestKey.objects.count() == 0


def test_a_file_sent_twice_is_attached_once_and_another_one_beside_it(client, ada, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    scorecard = make_scorecard(make_organization(owner=ada), levels=[2] * 8, proof=False)
    page = reverse("evidence_create", args=[scorecard.organization.slug, scorecard.pk, "cost-model"])
    key = key_in(client, page)

    def send(text):
        file = SimpleUploadedFile("bill.txt", text)
        fields = {"kind": "file", "file": file, "on": "2026-10-01", "deciders": [DECIDER], "request_key": key}
        return client.post(page, fields).status_code

    assert [send(b"One"), send(b"One"), send(b"Two")] == [302, 302, 302]
    assert Evidence.objects.count() == 2


def test_a_script_s_second_request_learns_that_its_page_is_out_of_date(client, ada):
    scorecard = make_scorecard(make_organization(owner=ada), levels=[2] * 8, proof=False)
    page = reverse("evidence_create", args=[scorecard.organization.slug, scorecard.pk, "cost-model"])
    sent = {"kind": "link", "url": "https://wiki/plan", "on": "2026-10-01", "deciders": [DECIDER]}
    sent["request_key"] = key_in(client, page)

    first, second = (client.post(page, sent, headers={"HX-Request": "true"}) for _ in range(2))

    assert first.status_code == 200
    assert (second.status_code, second["HX-Refresh"], second.content) == (204, "true", b"")
    assert Evidence.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_joining_twice_signs_in_twice_and_makes_one_account(client, ada, mailoutbox):
    organization = make_organization(owner=ada)
    invitations.invite(organization, email="tom@example.com", role=Role.EDITOR, actor=ada, base_url="http://testserver")
    link = re.search(r"http://testserver(/invitations/\S+)", mailoutbox[0].body)[1]
    tom = Client()
    sent = {"name": "Tom", "password": PASSWORD, "request_key": key_in(tom, link)}
    again = Client()
    again.cookies = tom.cookies.copy()

    first, second = tom.post(link, sent), again.post(link, sent)

    assert (second.status_code, second.url) == (302, first.url)
    assert again.get(second.url).status_code == 200  # signed in, as the one whose answer the browser dropped
    assert User.objects.filter(email="tom@example.com").count() == 1
    assert Membership.objects.filter(organization=organization).count() == 2


def test_the_sentence_of_the_first_answer_comes_with_the_second(client, ada):
    organization = make_organization(owner=ada)
    people = reverse("membership_list", args=[organization.slug])
    sent = {"email": "tom@example.com", "role": int(Role.EDITOR), "request_key": key_in(client, people)}
    again = Client()
    again.cookies = client.cookies.copy()

    client.post(reverse("invitation_create", args=[organization.slug]), sent)
    response = again.post(reverse("invitation_create", args=[organization.slug]), sent, follow=True)

    assert "tom@example.com" in re.search(r'<p class="toast">([^<]*)', response.content.decode())[1]
    assert organization.invitations.count() == 1


def test_a_key_is_no_use_to_anybody_else(client, ada):
    key = key_in(client, NEW)
    sent = KESTREL | {"request_key": key}
    client.post(NEW, sent)
    other = Client()
    other.force_login(make_user())

    response = other.post(NEW, sent)

    assert other.get(response.url).status_code == 200
    assert Organization.objects.count() == 2


def test_what_waits_for_an_answer_that_never_comes_is_told_so_and_later_tries_itself(client, monkeypatch):
    monkeypatch.setattr(request_keys, "WAIT", 0)
    sent = KESTREL | {"request_key": key_in(client, NEW)}
    client.post(NEW, sent)
    RequestKey.objects.update(answer="")  # as if its process had been killed
    Organization.objects.all().delete()

    waiting = client.post(NEW, sent)
    with time_machine.travel(timezone.now() + request_keys.LOST + timedelta(seconds=1), tick=False):
        later = client.post(NEW, sent)

    assert waiting.status_code == 503
    assert "the first is still being worked on" in waiting.content.decode()
    assert later.status_code == 302
    assert Organization.objects.count() == 1


def test_a_failure_lets_the_next_one_try(client, monkeypatch):
    client.raise_request_exception = False
    sent = KESTREL | {"request_key": key_in(client, NEW)}
    with monkeypatch.context() as broken:
        broken.setattr("assessments.organizations.services.create_organization", lambda **_: 1 / 0)
        assert client.post(NEW, sent).status_code == 500

    assert client.post(NEW, sent).status_code == 302


def test_keys_are_forgotten_when_nobody_sends_them_again(client):
    sent = KESTREL | {"request_key": key_in(client, NEW)}
    client.post(NEW, sent)
    sweep_request_keys()
    assert RequestKey.objects.count() == 1

    with time_machine.travel(timezone.now() + request_keys.KEPT + timedelta(seconds=1), tick=False):
        sweep_request_keys()

    assert RequestKey.objects.count() == 0


def test_nothing_readable_is_kept_of_an_answer(client):
    sent = KESTREL | {"request_key": key_in(client, NEW)}

    client.post(NEW, sent)

    assert "kestrel" not in RequestKey.objects.get().answer.lower()


@pytest.mark.django_db(transaction=True)
def test_two_equal_requests_at_once_make_one_row_whatever_they_make(ada):
    roadmap = make_plan(ada)
    slug, item = roadmap.organization.slug, roadmap.items.first()
    new_item = reverse("roadmap_item_create", args=[slug, roadmap.pk])
    before = RoadmapItem.objects.count()
    jobs = [
        (NEW, NEW, KESTREL | {"name": "Merlin"}),
        (
            reverse("roadmap_item_detail", args=[slug, roadmap.pk, item.pk]),
            reverse("roadmap_comment_create", args=[slug, roadmap.pk, item.pk]),
            {"text": "Ordered"},
        ),
        (new_item, new_item, {"title": "Buy", "phase": "days-30"}),
        (reverse("scorecard_list", args=[slug]), reverse("scorecard_create", args=[slug]), {"title": "Next"}),
    ]
    for page, to, fields in jobs:
        answers = at_once(ada, to, fields | {"request_key": key_in(signed_in(ada), page)})
        assert answers[0][0] == 302, (to, answers)
        assert answers[0] == answers[1]

    assert Organization.objects.filter(name="Merlin").count() == 1
    assert RoadmapComment.objects.count() == 1
    assert RoadmapItem.objects.count() == before + 1
    assert Scorecard.objects.count() == 2


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def at_once(user, to, fields):
    """The status and the place to go on to of two equal requests, begun at the same moment."""
    clients, answers = [signed_in(user), signed_in(user)], [None, None]
    barrier = threading.Barrier(2)

    def run(place):
        barrier.wait()
        try:
            response = clients[place].post(to, fields)
            answers[place] = (response.status_code, response.headers.get("Location"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
