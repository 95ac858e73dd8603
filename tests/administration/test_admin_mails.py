"""The log of mails in the administration: who sees it, what it says, and what can be sent again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.utils import timezone

from assessments.administration.staff_groups import add_ready_groups
from assessments.platform import mailing
from assessments.platform.mails.models import SentMail
from assessments.platform.models import WaitingMail
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/assessments/sentmail/"


@pytest.fixture
def staff(client):
    boss = make_user(email="boss@example.com", is_staff=True, is_superuser=True)
    client.force_login(boss)
    return client


def away(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def test_the_log_says_what_went_to_whom_and_never_what_it_said(staff):
    mailing.post(
        "ada@example.com", "You are invited", "https://score.example.com/invitations/secret/", about="invitation:1"
    )
    row = SentMail.objects.get()

    html = staff.get(LIST).content.decode()
    detail = staff.get(f"{LIST}{row.pk}/change/").content.decode()

    for page in (html, detail):
        assert all(words in page for words in ("ada@example.com", "You are invited", "Invitation", "Sent"))
        assert "secret" not in page
    assert "Nobody with an account" in detail


def test_it_is_narrowed_to_a_person_a_kind_and_a_state(staff, settings):
    mailing.post("ada@example.com", "First", "A text", kind="reports_ready")
    mailing.post("grace@example.com", "Second", "A text")
    away(settings)
    mailing.post("grace@example.com", "Third", "A text")

    def shown(query):
        html = staff.get(f"{LIST}?{query}").content.decode()
        return [subject for subject in ("First", "Second", "Third") if subject in html]

    assert shown("q=grace@example.com") == ["Second", "Third"]
    assert shown("kind=reports_ready") == ["First"]
    assert shown("state__exact=waiting") == ["Third"]
    assert shown("kind=nonsense") == ["First", "Second", "Third"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_for_three(staff, number, django_assert_num_queries):
    for each in range(number):
        mailing.post(f"person-{each}@example.com", "Hello", "A text")
    staff.get(LIST)

    with django_assert_num_queries(5):
        staff.get(LIST)


@pytest.mark.parametrize(("group", "status"), [("Helpdesk", 200), ("People manager", 200), ("Operator", 403)])
def test_who_may_see_it(client, group, status):
    add_ready_groups()
    person = make_user(is_staff=True)
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)

    assert client.get(LIST).status_code == status


def test_what_waits_or_was_refused_is_sent_again_and_what_was_sent_is_not(staff, settings):
    mailing.post("ada@example.com", "Sent", "A text")
    works = settings.EMAIL_BACKEND
    away(settings)
    mailing.post("ada@example.com", "Refused", "A text")
    mailing.post("ada@example.com", "Waiting", "A text")
    WaitingMail.objects.filter(subject="Refused").update(state="failed", error="550 No")
    WaitingMail.objects.filter(subject="Waiting").update(try_at=timezone.now() + timedelta(hours=2))
    SentMail.objects.filter(subject="Refused").update(state="refused")
    settings.EMAIL_BACKEND = works
    mail.outbox.clear()

    rows = [str(pk) for pk in SentMail.objects.values_list("pk", flat=True)]
    page = staff.post(
        LIST, {"action": "send_again", "_selected_action": rows, "confirmed": 2}, follow=True
    ).content.decode()
    mailing.send_waiting()

    assert "2 mails are tried again." in page
    assert sorted(message.subject for message in mail.outbox) == ["Refused", "Waiting"]
    assert set(SentMail.objects.values_list("state", flat=True)) == {"sent"}


def test_who_may_only_look_sends_nothing_again(client, settings):
    away(settings)
    mailing.post("ada@example.com", "Hello", "A text")
    WaitingMail.objects.update(state="failed")
    person = make_user(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_sentmail"))
    client.force_login(person)

    client.post(LIST, {"action": "send_again", "_selected_action": [str(SentMail.objects.get().pk)]})

    assert WaitingMail.objects.get().state == "failed"
