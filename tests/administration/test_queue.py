"""The queue in the administration: what waits, what is under way, what failed, and trying it again."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.figures.models import FigureSource
from assessments.platform import heartbeats, mailing
from assessments.platform.encryption import encrypt
from assessments.platform.models import WaitingMail
from assessments.platform.watching.queues import QUEUES
from assessments.reports.batches.models import ReportBatch
from assessments.reports.batches.services import request_batch
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.reports.sharing.models import ReportDelivery
from assessments.reports.sharing.recipients import Recipient
from assessments.reports.sharing.sendings import send_reports
from assessments.roadmaps.reminding.models import Reminder
from assessments.roadmaps.reminding.reminders import send_reminders
from assessments.rounds.models import RoundReminder
from assessments.webhooks.announcing import announce
from assessments.webhooks.events import Event
from tests.factories import make_organization, make_rater, make_round, make_scorecard, make_user, make_webhook

pytestmark = pytest.mark.django_db

URL = "/admin/queue/"


@pytest.fixture
def administrator(client):
    user = make_user(name="Root", email="root@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def owner():
    return make_user(name="Ines Halvorsen", email="ines@example.com")


@pytest.fixture
def scorecard(owner):
    return make_scorecard(make_organization(owner=owner, name="Kestrel"), levels=[1] * 8, title="Q3")


def words(response):
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


def make_failed_report(scorecard, owner):
    report = request_report(scorecard, actor=owner)
    Report.objects.filter(pk=report.pk).update(status="failed", error="The disk is full.")
    return report


def make_failed_batch(scorecard, owner):
    batch = request_batch([str(scorecard.organization_id)], actor=owner)
    ReportBatch.objects.filter(pk=batch.pk).update(status="failed", error="No room for the ZIP.")
    return batch


def make_failed_delivery(scorecard, owner):
    report = request_report(scorecard, actor=owner)
    send_reports([report], recipients=[Recipient("cfo@example.com")], actor=owner, days=3)
    ReportDelivery.objects.update(state="failed", error="The mail server said no: 550 No such user")
    return ReportDelivery.objects.get()


def make_failed_mail(scorecard, owner):
    mailing.post("ada@example.com", "Your access to Kestrel", "A text")
    about = {"email": "ada@example.com", "subject": "Your access to Kestrel", "text": encrypt("A text")}
    return WaitingMail.objects.create(**about, state="failed", error="550 Gone")


def make_failed_reminder(scorecard, owner):
    return Reminder.objects.create(
        user=owner, kind="digest", day="2026-01-05", state="failed", claimed_at=timezone.now(), attempts=4
    )


def make_failed_round_reminder(scorecard, owner):
    rater = make_rater(make_round(scorecard))
    return RoundReminder.objects.create(
        rater=rater, kind="late", due_on="2026-01-05", state="failed", claimed_at=timezone.now(), attempts=4
    )


def make_failed_source(scorecard, owner):
    return FigureSource.objects.create(
        organization=scorecard.organization, address="http://127.0.0.1:9", queries="up", problem="It does not answer."
    )


def make_failed_telling(scorecard, owner):
    webhook = make_webhook(scorecard.organization)
    announce(Event.ROUND_CLOSED, scorecard.organization_id, text="Closed.", path="/")
    webhook.deliveries.update(state="failed", error="The server answered with 503.", try_at=None)
    return webhook.deliveries.get()


FAILED = {
    "reports": (make_failed_report, "The disk is full."),
    "batches": (make_failed_batch, "No room for the ZIP."),
    "report_mails": (make_failed_delivery, "550 No such user"),
    "mails": (make_failed_mail, "550 Gone"),
    "reminders": (make_failed_reminder, "Digest of the week"),
    "round_reminders": (make_failed_round_reminder, "Overdue"),
    "webhooks": (make_failed_telling, "The server answered with 503."),
    "sources": (make_failed_source, "It does not answer."),
}


def test_every_queue_is_tried_here():
    assert list(FAILED) == list(QUEUES)


@pytest.mark.parametrize("name", FAILED)
def test_what_failed_is_shown_with_its_reason_and_tried_again_at_a_click(client, administrator, owner, scorecard, name):
    make, why = FAILED[name]
    row = make(scorecard, owner)
    each = QUEUES[name]
    page = client.get(URL)
    assert why in words(page)
    address = reverse("admin:queue_retry", args=[name, row.pk])
    assert f'action="{address}"' in page.content.decode()

    response = client.post(address)

    assert response.url == URL
    assert "is tried again." in words(client.get(URL))
    if name != "sources":  # nobody answers there: it says so again
        assert not each.rows().filter(each.failed, pk=row.pk).exists()
        client.post(address)
        assert "has not failed any more." in words(client.get(URL))


def test_a_mail_that_is_sent_again_goes_out(client, administrator, owner, scorecard):
    row = make_failed_mail(scorecard, owner)
    mail.outbox.clear()

    client.post(reverse("admin:queue_retry", args=["mails", row.pk]))
    mailing.send_waiting()

    assert [message.to for message in mail.outbox] == [["ada@example.com"]]


def test_a_reminder_that_is_tried_again_is_claimed_by_the_next_run(client, administrator, owner, scorecard):
    row = make_failed_reminder(scorecard, owner)

    client.post(reverse("admin:queue_retry", args=["reminders", row.pk]))
    send_reminders(timezone.now())

    row.refresh_from_db()
    assert row.state == "needless"  # nothing is due by now


def test_what_waits_and_what_is_under_way_stand_apart_the_oldest_first(client, administrator, owner, scorecard):
    for kind, status, minutes in (("pdf", "queued", 5), ("docx", "queued", 9), ("xlsx", "running", 3)):
        report = request_report(scorecard, actor=owner, kind=kind)
        at = timezone.now() - timedelta(minutes=minutes)
        Report.objects.filter(pk=report.pk).update(
            status=status, step=2 if status == "running" else 0, requested_at=at, title=f"As {kind}"
        )

    text = words(client.get(URL))

    assert re.search(r"Under way: 1 .* As xlsx Kestrel Ines Halvorsen .* Step 2: drawing charts", text)
    assert re.search(r"Waiting: 2 .* As docx .* As pdf ", text)
    assert "Failed" not in text.partition("Under way")[2]


def test_an_empty_queue_says_so_and_whether_somebody_is_at_work(client, administrator):
    assert "Nothing waits, nothing is under way, and nothing has failed." in words(client.get(URL))
    assert "No worker has answered yet. What waits is done once one runs." in words(client.get(URL))

    for name in (heartbeats.WORKER, heartbeats.CLOCK):
        heartbeats.beat(name)
    assert "A worker and the clock answer." in words(client.get(URL))


def test_a_deleted_organization_is_not_in_it(client, administrator, owner, scorecard):
    make_failed_report(scorecard, owner)
    type(scorecard.organization).objects.filter(pk=scorecard.organization_id).update(deleted_at=timezone.now())

    assert "Nothing waits" in words(client.get(URL))


def test_the_page_takes_the_same_queries_for_one_row_and_for_three(client, administrator, owner, scorecard):
    def fill(number):
        for _ in range(number):
            request_report(make_scorecard(scorecard.organization, levels=[1] * 8), actor=owner)
            make_failed_reminder(make_scorecard(), make_user())
            make_failed_round_reminder(make_scorecard(levels=[1] * 8), owner)

    counts = []
    for number in (1, 2):
        fill(number)
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        counts.append(len(captured))
    assert counts[0] == counts[1]


# ---- Roles


def staff(client, *permissions):
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)


@pytest.mark.parametrize(
    ("permissions", "sees", "retries"),
    [
        ((), 403, 403),
        (("view_organization", "view_user", "change_organization"), 403, 403),
        (("run_queue",), 200, 302),
    ],
)
def test_staff_see_it_whose_job_it_is(client, owner, scorecard, permissions, sees, retries):
    row = make_failed_report(scorecard, owner)
    staff(client, *permissions)

    page = client.get(URL)

    assert page.status_code == sees
    assert ("Try again" in page.content.decode()) == (retries == 302)
    assert client.post(reverse("admin:queue_retry", args=["reports", row.pk])).status_code == retries
    assert (f'href="{URL}"' in client.get(reverse("admin:index")).content.decode()) == (sees == 200)
    assert Report.objects.get().status == ("queued" if retries == 302 else "failed")


def test_what_is_not_there_is_a_404(client, administrator):
    assert client.post(reverse("admin:queue_retry", args=["reports", 1])).status_code == 404
    assert client.post(reverse("admin:queue_retry", args=["nothing", 1])).status_code == 404
