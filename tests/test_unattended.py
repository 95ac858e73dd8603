"""Every page that waits for a worker or the clock says after half a minute that none answers, and since when."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.figures.models import FigureSource
from assessments.platform import heartbeats
from assessments.platform.models import Heartbeat
from assessments.reports.batches.models import ReportBatch
from assessments.reports.batches.services import request_batch
from assessments.reports.models import Report
from assessments.reports.schedules.services import start_for_team, start_schedule
from assessments.reports.services import request_report
from assessments.reports.sharing.models import ReportSending
from assessments.reports.sharing.recipients import Recipient
from assessments.reports.sharing.sendings import send_reports
from assessments.webhooks.services import try_webhook
from tests.factories import make_grant, make_organization, make_scorecard, make_team, make_user, make_webhook

pytestmark = pytest.mark.django_db

BOARD = [Recipient("board@example.com", "The board")]


@pytest.fixture
def owner(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def scorecard(owner):
    return make_scorecard(make_organization(owner=owner), levels=[1] * 8)


def said(client, address, **headers):
    text = re.sub("<[^>]+>", " ", client.get(address, headers=headers).content.decode())
    found = re.search(
        r"No (worker|clock) has answered [^.]+\..*? Tell whoever runs this site\.", " ".join(text.split())
    )
    return found[0] if found else ""


def batch_page(client, owner, scorecard):
    batch = request_batch([str(scorecard.organization_id)], actor=owner)
    ReportBatch.objects.update(requested_at=timezone.now() - timedelta(seconds=40))
    return reverse("report_batch_detail", args=[batch.pk])


def sending_page(client, owner, scorecard):
    report = request_report(scorecard, actor=owner)
    organization = scorecard.organization
    sending = send_reports([report], recipients=BOARD, actor=owner, days=3, organization=organization)
    ReportSending.objects.update(created_at=timezone.now() - timedelta(seconds=40))
    return reverse("report_sending_detail", args=[organization.slug, sending.pk])


def schedule_page(client, owner, scorecard):
    start_schedule(actor=owner, recipients=BOARD, every="month", day=1, organization=scorecard.organization)
    return reverse("report_schedule_list", args=[scorecard.organization.slug])


def team_schedule_page(client, owner, scorecard):
    team = make_team(owner)
    make_grant(team, scorecard.organization)
    start_for_team(team, actor=owner, recipients=BOARD, every="month", day=1)
    return reverse("team_schedule_list")


def source_page(client, owner, scorecard):
    FigureSource.objects.create(organization=scorecard.organization, address="http://127.0.0.1:9", queries="up")
    return reverse("figure_source_update", args=[scorecard.organization.slug])


def webhook_page(client, owner, scorecard):
    webhook = make_webhook(scorecard.organization)
    try_webhook(webhook)
    webhook.deliveries.update(try_at=timezone.now() - timedelta(seconds=40))
    return reverse("webhook_detail", args=[scorecard.organization.slug, webhook.pk])


WAITS = {
    batch_page: "The batch waits and goes on as soon as one runs.",
    sending_page: "What has not gone out waits, and is sent as soon as one runs.",
    schedule_page: "Nothing is made meanwhile; what is due is made once it runs again.",
    team_schedule_page: "Nothing is made meanwhile; what is due is made once it runs again.",
    source_page: "Nothing is read meanwhile.",
    webhook_page: "What waits is sent as soon as one runs.",
}


@pytest.fixture(autouse=True)
def sources(settings):
    settings.FIGURE_SOURCES_ALLOWED = ["127.0.0.1/32"]


@pytest.mark.parametrize("make", WAITS)
def test_the_page_says_since_when_no_worker_answers(client, owner, scorecard, make):
    address = make(client, owner, scorecard)
    Heartbeat.objects.create(name="worker", at="2026-01-05T12:04:30Z")
    heartbeats.beat(heartbeats.CLOCK)

    expected = f"No worker has answered since 5 Jan, 12:04. {WAITS[make]} Tell whoever runs this site."
    assert said(client, address) == expected

    heartbeats.beat(heartbeats.WORKER)
    assert said(client, address) == ""


@pytest.mark.parametrize("make", [schedule_page, team_schedule_page, source_page])
def test_what_begins_by_itself_says_that_the_clock_is_away(client, owner, scorecard, make):
    address = make(client, owner, scorecard)
    heartbeats.beat(heartbeats.WORKER)

    assert said(client, address) == f"No clock has answered yet. {WAITS[make]} Tell whoever runs this site."


@pytest.mark.parametrize("make", [batch_page, sending_page])
def test_nothing_is_said_within_the_first_half_minute(client, owner, scorecard, make):
    address = make(client, owner, scorecard)
    ReportBatch.objects.update(requested_at=timezone.now() - timedelta(seconds=20))
    ReportSending.objects.update(created_at=timezone.now() - timedelta(seconds=20))

    assert said(client, address) == ""


def test_the_part_that_looks_again_by_itself_says_it_too(client, owner, scorecard):
    batch_page(client, owner, scorecard)
    address = reverse("report_batch_status", args=[ReportBatch.objects.get().pk])

    assert said(client, address, **{"HX-Request": "true"}).startswith("No worker has answered yet.")


def test_many_rows_that_wait_ask_once(client, owner, scorecard):
    address = reverse("report_list", args=[scorecard.organization.slug])
    for kind in ("pdf", "docx", "xlsx"):
        request_report(scorecard, actor=owner, kind=kind)
    Report.objects.update(requested_at=timezone.now() - timedelta(seconds=40))

    with CaptureQueriesContext(connection) as captured:
        page = client.get(address).content.decode()

    assert page.count("No worker has answered yet.") == 3
    assert sum("heartbeat" in query["sql"].split("FROM")[1] for query in captured if "FROM" in query["sql"]) == 1
