"""Making reports in a worker. The row is the truth, a message only wakes a worker up.

A worker claims its row by a conditional update, shows by a heartbeat that it lives, and may finish only while it still
holds the claim. What a killed worker or a lost message leaves behind, the sweep sends again.
"""

import errno
import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID, uuid4

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _noop

from assessments.reports import files, pdf
from assessments.reports.exchange import services as imports
from assessments.reports.models import WAITING, WORKER_LOST, Report, report_path
from assessments.webhooks.announcing import announce
from assessments.webhooks.events import Event

log = logging.getLogger(__name__)

READING, DRAWING, SETTING, WRITING = range(1, len(Report.STEPS) + 1)

# A lost worker says nothing about the report, so it may happen often before it counts against the report.
MAX_ATTEMPTS = 25
TIME_LIMIT = 180

# Stored in English, and told in the language of whoever reads them.
DISK_FULL = _noop(
    "The disk is full, so the file could not be written. Your answers are safe. Make room, then try again."
)
NOT_STORED = _noop("The file could not be stored. Your answers are safe. Check the file storage, then try again.")
TOO_SLOW = _noop(
    "It took longer than three minutes and was stopped. Your answers are safe. Try again when less is going on."
)
NOT_SET = _noop(
    "The pages could not be set. Your answers are safe. An administrator finds the reason in the worker's log."
)


# Sent with `report_id` once a report is made or has failed, for what waits for it.
report_ended = Signal()


class ClaimLostError(Exception):
    """Another worker has taken the report over; whatever this one still does is in vain."""


def send(report_id: int) -> bool:
    """Wake a worker up. With no broker within reach the row stays queued, and the sweep sends it again."""
    try:
        make_report.apply_async((report_id,), retry=False)
    except Exception:
        log.warning("Report %s could not be sent; the sweep will send it.", report_id, exc_info=True)
        return False
    Report.objects.filter(pk=report_id, status=Report.Status.QUEUED).update(sent_at=timezone.now())
    return True


@shared_task(ignore_result=True, soft_time_limit=TIME_LIMIT, time_limit=TIME_LIMIT + 30)
def make_report(report_id: int) -> None:
    """Make the report, unless somebody else does or has: safe to run any number of times."""
    claim = _claim(report_id)
    if claim is None:
        return
    report = Report.objects.select_related("organization").get(pk=report_id)
    try:
        with _heartbeat(report_id, claim):
            _make(report, claim)
    except ClaimLostError:
        log.warning("Report %s was taken over by another worker.", report_id)
    except DatabaseError:
        raise
    except SoftTimeLimitExceeded:
        _fail(report, claim, TOO_SLOW)
    except OSError as error:
        _fail(report, claim, DISK_FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else NOT_STORED)
    except Exception:  # storage behind a network has errors of its own, which are not OSErrors
        _fail(report, claim, NOT_STORED if report.step == WRITING else NOT_SET)
    report_ended.send_robust(sender=Report, report_id=report_id)


@shared_task(ignore_result=True)
def sweep_reports() -> None:
    """Send again what waits unsent or was sent too long ago, and what a worker began and left without a heartbeat."""
    limit = timezone.now() - _stale_after()
    abandoned = Report.objects.filter(status=Report.Status.RUNNING, heartbeat_at__lt=limit)
    for report in abandoned.only("pk", "claim", "attempts"):
        held = abandoned.filter(pk=report.pk, claim=report.claim)
        if report.attempts < MAX_ATTEMPTS:
            held.update(**WAITING)
        elif held.update(**_failed(WORKER_LOST.format(count=report.attempts))):
            log.error("Report %s was given up after %s lost workers.", report.pk, report.attempts)
    unheard = Q(sent_at=None) | Q(sent_at__lt=limit)
    waiting = Report.objects.filter(unheard, status=Report.Status.QUEUED).order_by("requested_at", "pk")
    for report_id in waiting.values_list("pk", flat=True):
        if not send(report_id):  # nor would the others arrive, and every attempt takes seconds
            break


@shared_task(ignore_result=True)
def purge_scorecard_imports() -> None:
    """Throw away files that nobody took. Safe to run any number of times."""
    imports.purge()


def _stale_after() -> timedelta:
    return timedelta(seconds=settings.REPORT_STALE_SECONDS)


def _claim(report_id: int) -> UUID | None:
    """Take the report for this worker; None when it is not there to be taken."""
    claim = uuid4()
    taken = Report.objects.filter(pk=report_id, status=Report.Status.QUEUED).update(
        status=Report.Status.RUNNING,
        claim=claim,
        heartbeat_at=timezone.now(),
        attempts=F("attempts") + 1,
        step=0,
    )
    return claim if taken else None


def _update(report: Report, held: UUID, /, **values: object) -> None:
    """Write into the row while this worker holds it."""
    if not Report.objects.filter(pk=report.pk, claim=held, status=Report.Status.RUNNING).update(**values):
        raise ClaimLostError
    for name, value in values.items():
        setattr(report, name, value)


def _make(report: Report, claim: UUID) -> None:
    _update(report, claim, step=READING)
    if report.file:
        report.file.storage.delete(report.file.name)
    _update(report, claim, step=DRAWING)
    if report.format == Report.Format.PDF:
        html = pdf.render_html(report.snapshot)
        _update(report, claim, step=SETTING)
        made = pdf.render_pdf(html, report.snapshot)
    else:
        _update(report, claim, step=SETTING)
        made = files.make(report.snapshot, report.format)
    _store(report, claim, made)


def _store(report: Report, claim: UUID, made: pdf.Made) -> None:
    """Write the file under a fresh name, which the row knows beforehand: the next attempt finds what this one left."""
    storage, name = report.file.storage, report_path(report, "")
    _update(report, claim, step=WRITING, file=name)
    try:
        storage.save(name, ContentFile(made.content))
        with transaction.atomic():
            _update(
                report,
                claim,
                status=Report.Status.DONE,
                finished_at=timezone.now(),
                claim=None,
                error="",
                file_sha256=hashlib.sha256(made.content).hexdigest(),
                size=len(made.content),
                pages=made.pages,
                blanks=made.blanks,
            )
            _announce(report)
    except (DatabaseError, SoftTimeLimitExceeded):  # the row may be done already, and the file then stays
        raise
    except Exception:
        with suppress(Exception):
            storage.delete(name)
        raise


def _announce(report: Report) -> None:
    """Tell webhooks that it is ready, in the transaction that makes it so."""
    announce(
        Event.REPORT_READY,
        report.organization_id,
        text=f"The report “{report.title}” is ready ({report.get_format_display()}).",
        path=reverse("report_list", args=[report.organization.slug]),
        report={"id": report.pk, "title": report.title, "format": report.format, "size": report.size},
    )


def _failed(reason: str) -> dict[str, object]:
    return {"status": Report.Status.FAILED, "error": reason, "claim": None, "finished_at": timezone.now()}


def _fail(report: Report, claim: UUID, reason: str) -> None:
    log.exception("Report %s failed at step %s.", report.pk, report.step)
    with suppress(ClaimLostError):
        _update(report, claim, **_failed(reason))


@contextmanager
def _heartbeat(report_id: int, claim: UUID) -> Iterator[None]:
    """Say from a second thread, for as long as the work goes on, that this worker is alive."""
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(report_id, claim, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(report_id: int, claim: UUID, stop: threading.Event) -> None:
    held = Report.objects.filter(pk=report_id, claim=claim, status=Report.Status.RUNNING)
    try:
        while not stop.wait(_stale_after().total_seconds() / 5):
            try:
                if not held.update(heartbeat_at=timezone.now()):
                    return
            except DatabaseError:
                log.warning("No heartbeat for report %s.", report_id, exc_info=True)
    finally:
        connection.close()
