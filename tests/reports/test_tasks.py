"""A worker's claim, heartbeat and end, and the sweep that sends again what was lost. No report is left running."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from celery import Celery
from django.core.files.base import ContentFile
from django.utils import timezone
from pypdf import PdfReader

from assessments.reports import tasks
from assessments.reports.models import Report
from assessments.reports.services import request_report, retry_report
from assessments.reports.tasks import MAX_ATTEMPTS, make_report, sweep_reports
from tests.factories import make_scorecard
from tests.reports import storages

pytestmark = pytest.mark.django_db(transaction=True)

MAKE = "assessments.reports.tasks.make_report"
NOON = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
STALE = timedelta(seconds=31)


@pytest.fixture
def files(private_media):
    """The report files that are on disk."""
    return lambda: [path for path in private_media.rglob("*") if path.is_file()]


@pytest.fixture
def store(settings):
    def use(storage):
        backend = f"{storage.__module__}.{storage.__qualname__}"
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend}}

    return use


def make_request(**values):
    scorecard = make_scorecard(levels=[2, 1, 0, 1, 2, 1, 2, 0], title="Q3 assessment")
    report = request_report(scorecard, actor=scorecard.organization.created_by)
    if values:
        Report.objects.filter(pk=report.pk).update(**values)
    return report


def make_running(**values):
    """A report that a worker began and was killed over, at noon."""
    running = {"status": "running", "claim": uuid4(), "heartbeat_at": NOON, "sent_at": NOON, "attempts": 1, "step": 3}
    return make_request(**running | values)


def state(report):
    report.refresh_from_db()
    return report.status, report.error


# ---- Making


def test_a_report_is_made(files):
    report = make_request()

    make_report(report.pk)

    assert state(report) == ("done", "")
    content = report.file.read()
    assert (report.size, report.file_sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert len(PdfReader(io.BytesIO(content)).pages) == report.pages
    assert (report.step, report.attempts, report.claim) == (4, 1, None)
    assert report.heartbeat_at <= report.finished_at <= timezone.now()
    assert len(files()) == 1


def test_a_report_that_is_done_is_not_made_again(files):
    report = make_request()
    make_report(report.pk)
    report.refresh_from_db()
    name = report.file.name

    make_report(report.pk)

    assert state(report) == ("done", "")
    assert (report.file.name, report.attempts) == (name, 1)
    assert len(files()) == 1


def test_a_report_that_another_worker_makes_is_left_to_it(files):
    report = make_running()
    claim = Report.objects.get().claim

    make_report(report.pk)

    assert state(report) == ("running", "")
    assert report.claim == claim
    assert files() == []


def test_a_report_that_is_gone_is_no_error(files):
    report = make_request()
    Report.objects.all().delete()

    make_report(report.pk)

    assert files() == []


def test_what_an_attempt_before_left_on_disk_is_removed(files):
    report = make_request()
    report.file.save("half.pdf", ContentFile(b"%PDF-1.7 half"))
    half = report.file.name

    make_report(report.pk)

    assert state(report) == ("done", "")
    assert report.file.name != half
    assert len(files()) == 1


# ---- Failing


@pytest.mark.parametrize(
    ("storage", "sentence"),
    [
        (storages.FullDisk, "The disk is full, so the file could not be written."),
        (storages.NoPermission, "The file could not be stored."),
        (storages.UnreachableServer, "The file could not be stored."),
    ],
)
def test_a_file_that_cannot_be_stored_fails_with_the_reason_and_leaves_nothing(storage, sentence, store, files):
    report = make_request()
    store(storage)

    make_report(report.pk)

    status, error = state(report)
    assert status == "failed"
    assert error.startswith(f"{sentence} Your answers are safe.")
    assert (report.claim, report.step_name) == (None, "Writing the file")
    assert report.finished_at is not None
    assert files() == []


@pytest.mark.parametrize(
    "template",
    [
        "{% broken",
        "{{ snapshot.made.on|date:'Y'|add:no }}{% include 'nowhere.html' %}",
        "<html lang='en'><title>x</title><img src='http://127.0.0.1:1/x.png'>",
        "<html lang='en'><title>x</title><link rel='stylesheet' href='file:///etc/passwd'>",
        "<html lang='en'><title>x</title><svg viewBox='0 0 9 9'><image href='file:///etc/passwd' width='9'/></svg>",
    ],
)
def test_pages_that_cannot_be_set_fail_with_a_sentence_and_the_log_has_the_reason(template, settings, tmp_path, caplog):
    (tmp_path / "reports" / "pdf").mkdir(parents=True)
    (tmp_path / "reports" / "pdf" / "report.html").write_text(template)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    report = make_request()

    make_report(report.pk)

    assert state(report) == ("failed", tasks.NOT_SET)
    assert report.claim is None
    assert f"Report {report.pk} failed" in caplog.text


def test_a_failed_report_is_made_once_the_cause_is_gone(store, files):
    report = make_request()
    store(storages.FullDisk)
    make_report(report.pk)
    store(storages.FileSystemStorage)

    retry_report(report)
    make_report(report.pk)

    assert state(report) == ("done", "")
    assert len(files()) == 1


# ---- Heartbeat and claim


def test_a_worker_shows_that_it_lives_while_it_works(store, settings):
    settings.REPORT_STALE_SECONDS = 1
    store(storages.SlowServer)
    report = make_request()

    make_report(report.pk)

    assert state(report) == ("done", "")
    assert len(set(storages.SlowServer.seen)) >= 3


def test_a_worker_that_lost_its_claim_writes_neither_row_nor_file(store, files):
    report = make_request()
    store(storages.TakenOver)

    make_report(report.pk)

    assert state(report) == ("running", "")
    assert (report.claim is not None, report.file_sha256, report.finished_at) == (True, "", None)
    assert files() == []


def test_a_report_deleted_while_it_is_made_leaves_no_file(store, files):
    report = make_request()
    store(storages.Deleted)

    make_report(report.pk)

    assert Report.objects.count() == 0
    assert files() == []


# ---- Sweeping


def test_a_report_that_was_never_sent_is_sent(broker):
    report = make_request(sent_at=None)
    broker.take()

    sweep_reports()

    report.refresh_from_db()
    assert report.sent_at is not None
    assert broker.take() == [(MAKE, [report.pk])]


@pytest.mark.parametrize(("age", "is_sent"), [(timedelta(seconds=29), False), (STALE, True)])
def test_a_report_sent_too_long_ago_is_sent_again(age, is_sent, broker):
    report = make_request(sent_at=NOON)
    broker.take()

    with time_machine.travel(NOON + age, tick=False):
        sweep_reports()

    report.refresh_from_db()
    assert broker.take() == ([(MAKE, [report.pk])] if is_sent else [])
    assert report.sent_at == (NOON + age if is_sent else NOON)


@pytest.mark.parametrize(("age", "is_sent"), [(timedelta(seconds=29), False), (STALE, True)])
def test_a_running_report_without_a_heartbeat_is_sent_again(age, is_sent, broker):
    report = make_running()
    broker.take()

    with time_machine.travel(NOON + age, tick=False):
        sweep_reports()

    report.refresh_from_db()
    assert report.status == ("queued" if is_sent else "running")
    assert broker.take() == ([(MAKE, [report.pk])] if is_sent else [])
    assert (report.claim is None, report.step, report.attempts) == (is_sent, 0 if is_sent else 3, 1)


def test_the_oldest_is_sent_first(broker):
    newer, older = make_request(sent_at=None, requested_at=NOON), make_request(sent_at=None, requested_at=NOON - STALE)
    broker.take()

    sweep_reports()

    assert [arguments for _, arguments in broker.take()] == [[older.pk], [newer.pk]]


@pytest.mark.parametrize("status", ["done", "failed"])
def test_a_finished_report_is_left_alone(status, broker):
    report = make_request(status=status, sent_at=NOON, heartbeat_at=NOON)
    broker.take()

    sweep_reports()

    assert state(report)[0] == status
    assert broker.take() == []


def test_a_report_that_costs_every_worker_its_life_is_given_up(broker):
    report = make_running(attempts=MAX_ATTEMPTS)
    broker.take()

    sweep_reports()

    assert state(report) == (
        "failed",
        "The worker was lost 25 times while making this report. Your answers are safe. Check the worker's memory.",
    )
    assert broker.take() == []


def test_a_lost_attempt_short_of_the_last_is_sent_again(broker):
    report = make_running(attempts=MAX_ATTEMPTS - 1)
    broker.take()

    sweep_reports()

    assert state(report) == ("queued", "")
    assert broker.take() == [(MAKE, [report.pk])]


def test_a_given_up_report_can_be_tried_again():
    report = make_running(attempts=MAX_ATTEMPTS)
    sweep_reports()

    retry_report(report)
    make_report(report.pk)

    assert state(report) == ("done", "")
    assert report.attempts == 1


def test_with_no_broker_within_reach_the_rows_wait_for_the_next_sweep(broker):
    report, abandoned = make_request(sent_at=None), make_running()
    broker.take()
    Celery("dead", broker="redis://127.0.0.1:1/0").set_current()

    sweep_reports()

    report.refresh_from_db()
    abandoned.refresh_from_db()
    assert (report.status, report.sent_at) == ("queued", None)
    assert (abandoned.status, abandoned.sent_at) == ("queued", None)
