"""The page on which a person chooses their mails, and the link in a mail that stops one kind."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from assessments.audit.models import AuditEvent
from assessments.platform import mailing
from assessments.platform.mails.choices import Reader, choices_of, reader_of, stop_link
from assessments.platform.mails.kinds import optional_kinds
from assessments.platform.mails.models import MailRefusal
from assessments.roadmaps.reminding.models import ReminderSetting
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PAGE = "/accounts/mails/"


@pytest.fixture
def person():
    return make_user(email="ada@example.com")


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


def everything(**changed):
    return {kind.name: "on" for kind in optional_kinds()} | changed


def test_every_kind_that_one_may_do_without_is_on_the_page_and_comes_by_default(signed_in, person):
    html = signed_in.get(PAGE).content.decode()

    assert re.findall(r'type="checkbox" name="(\w+)"', html) == [kind.name for kind in optional_kinds()]
    assert html.count("checked") == len(optional_kinds()) >= 6
    assert set(choices_of(reader_of(person.email)).values()) == {True}


def test_what_is_taken_away_does_not_come_and_comes_again_once_it_is_chosen(signed_in, person):
    chosen = everything()
    del chosen["reports_ready"], chosen["weekly_digest"]

    assert signed_in.post(PAGE, chosen).url == PAGE

    off = {name for name, is_wanted in choices_of(reader_of(person.email)).items() if not is_wanted}
    assert off == {"reports_ready", "weekly_digest"}
    assert ReminderSetting.objects.get(user=person).weekly_digest is False
    assert sorted(AuditEvent.objects.exclude(subject="").values_list("subject", "old", "new")) == [
        ("Mail: A batch of reports that I asked for is ready", "on", "off"),
        ("Weekly digest", "on", "off"),
    ]

    signed_in.post(PAGE, everything())

    assert set(choices_of(reader_of(person.email)).values()) == {True}
    assert MailRefusal.objects.count() == 0


def test_nobody_chooses_for_another_one(signed_in):
    other = make_user(email="grace@example.com")
    signed_in.post(PAGE, {"user": str(other.pk), "email": other.email})

    assert set(choices_of(reader_of(other.email)).values()) == {True}


def test_the_choice_stays_with_the_person_whose_address_changes(signed_in, person):
    signed_in.post(PAGE, {})
    person.email = "ada.new@example.com"
    person.save()

    assert set(choices_of(reader_of("ada.new@example.com")).values()) == {False}


@pytest.mark.parametrize("has_account", [True, False])
def test_the_mail_program_stops_one_kind_with_one_click(has_account, person):
    email = person.email if has_account else "rater@example.com"
    mailing.post(email, "Ready", "A text", kind="reports_ready")
    link = mail.outbox[0].extra_headers["List-Unsubscribe"][1:-1]
    path = "/" + link.split("/", 3)[3]

    for _ in range(2):
        answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200

    off = [name for name, is_wanted in choices_of(reader_of(email)).items() if not is_wanted]
    assert off == ["reports_ready"]
    assert mailing.post(email, "Ready", "A text", kind="reports_ready") == mailing.UNWANTED


def test_opening_the_link_changes_nothing_and_asks(client):
    path = _path("rater@example.com", "round_reminder")

    html = client.get(path).content.decode()

    assert "Stop these mails?" in html
    assert "Choose your mails" not in html
    assert MailRefusal.objects.count() == 0


def test_all_the_others_are_stopped_by_a_second_button(client):
    path = _path("rater@example.com", "round_reminder")
    assert "Stop all others" in client.post(path).content.decode()

    html = client.post(path, {"all": "yes"}).content.decode()

    assert "Stop all others" not in html
    assert set(choices_of(Reader("rater@example.com")).values()) == {False}


@pytest.mark.parametrize("change", ["guess", "needed", "gone"])
def test_a_link_that_was_not_made_here_opens_nothing(client, change, person):
    path = _path(person.email, "notice" if change == "needed" else "reports_ready")
    if change == "gone":
        person.delete()
    if change == "guess":
        path = path.replace("reports_ready", "weekly_digest")

    assert client.post(path).status_code == 404


def _path(email, kind):
    return "/" + stop_link(email, kind).split("/", 3)[3]


def test_the_page_is_reached_from_the_account(signed_in):
    assert reverse("mail_choice_update") == PAGE
    assert f'href="{PAGE}"' in signed_in.get("/accounts/").content.decode()
