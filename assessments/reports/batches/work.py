"""Going on with a batch: a few reports under way at a time, so that no other one has to wait, and the ZIP at the end.

A worker claims the batch and shows by a heartbeat that it lives, as with reports. An item is asked for in the same
transaction that notes its report: however often workers are killed, no organization gets two.
"""

import errno
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop as _noop
from django.utils.translation import ngettext

from assessments.accounts.models import User
from assessments.organizations.models import Organization, Role
from assessments.platform import mailing
from assessments.platform.languages import language_of
from assessments.platform.mails.kinds import MailKind, register
from assessments.reports.batches import packing
from assessments.reports.batches.models import ReportBatch, ReportBatchItem
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.scorecards.models import Scorecard

log = logging.getLogger(__name__)

AT_ONCE = 6
ZIP_DAYS = 14
KIND = MailKind("reports_ready", _lazy("A batch of reports that I asked for is ready"), is_optional=True)
register(KIND)
# Stored in English, and told in the language of whoever reads them.
DISK_FULL = _noop(
    "The disk is full, so the ZIP could not be written. The reports are there. Make room, then try again."
)
NOT_STORED = _noop("The ZIP could not be stored. The reports are there. Check the file storage, then try again.")
Status, Skipped = ReportBatch.Status, ReportBatchItem.Skipped
UNDER_WAY = [Report.Status.QUEUED, Report.Status.RUNNING]


class ClaimLostError(Exception):
    """Another worker has taken the batch over."""


def advance(batch_id: int) -> None:
    """Do what can be done now. What happened while this worker held the batch is looked for before it lets go."""
    while (claim := _claim(batch_id)) is not None:
        try:
            batch = ReportBatch.objects.select_related("requested_by").get(pk=batch_id)
            _ask(batch, claim)
            if not _open_items(batch).exists():
                _pack(batch, claim)
                return
        except ClaimLostError:
            log.warning("Batch %s was taken over by another worker.", batch_id)
            return
        finally:
            ReportBatch.objects.filter(pk=batch_id, claim=claim).update(claim=None)
        if not _can_go_on(batch):
            return


def waiting() -> list[int]:
    """The batches that nobody is at work on."""
    return list(_free().filter(status__in=[Status.RUNNING, Status.PACKING]).values_list("pk", flat=True))


def _free() -> QuerySet[ReportBatch]:
    stale = timezone.now() - timedelta(seconds=settings.REPORT_STALE_SECONDS)
    return ReportBatch.objects.filter(Q(claim=None) | Q(heartbeat_at__lt=stale))


def _claim(batch_id: int) -> UUID | None:
    claim = uuid4()
    taken = _free().filter(pk=batch_id, status__in=[Status.RUNNING, Status.PACKING])
    return claim if taken.update(claim=claim, heartbeat_at=timezone.now()) else None


def _held(batch: ReportBatch, held: UUID, /, **values: object) -> None:
    """Say that this worker lives, and write into the row, while it holds it."""
    row = ReportBatch.objects.filter(pk=batch.pk, claim=held)
    if not row.update(heartbeat_at=timezone.now(), **values):
        raise ClaimLostError
    for name, value in values.items():
        setattr(batch, name, value)


def _unasked(batch: ReportBatch) -> QuerySet[ReportBatchItem]:
    return batch.items.filter(asked_at=None, skipped="").order_by("pk")


def _open_items(batch: ReportBatch) -> QuerySet[ReportBatchItem]:
    """Those that are not asked for yet, or whose report is not made yet."""
    return batch.items.filter(Q(asked_at=None, skipped="") | Q(report__status__in=UNDER_WAY))


def _room(batch: ReportBatch) -> int:
    return AT_ONCE - batch.items.filter(report__status__in=UNDER_WAY).count()


def _can_go_on(batch: ReportBatch) -> bool:
    if not ReportBatch.objects.filter(pk=batch.pk, status__in=[Status.RUNNING, Status.PACKING]).exists():
        return False
    return not _open_items(batch).exists() or (_room(batch) > 0 and _unasked(batch).exists())


def _ask(batch: ReportBatch, claim: UUID) -> None:
    is_by_clock = batch.runs.exists()
    while (room := _room(batch)) > 0:
        items = list(_unasked(batch).select_related("organization")[:room])
        if not items:
            return
        for item in items:
            _held(batch, claim)
            try:
                _ask_one(item, batch.requested_by, is_by_clock)
            except DatabaseError:
                raise
            except Exception:  # one that cannot be asked for keeps no other from being made
                log.exception("The report of item %s could not be asked for.", item.pk)
                _unasked(batch).filter(pk=item.pk).update(skipped=Skipped.REFUSED, asked_at=timezone.now())


def _ask_one(item: ReportBatchItem, actor: User | None, is_by_clock: bool) -> None:
    """Ask for one report and note it, both or neither."""
    with transaction.atomic():
        mine = ReportBatchItem.objects.filter(pk=item.pk, asked_at=None, skipped="")
        if not mine.update(asked_at=timezone.now()):
            return
        skipped, scorecard = _reason(item, actor, is_by_clock)
        if scorecard is None or actor is None:
            ReportBatchItem.objects.filter(pk=item.pk).update(skipped=skipped)
            return
        with translation.override(language_of(actor)):
            report = request_report(scorecard, actor=actor)
        ReportBatchItem.objects.filter(pk=item.pk).update(report=report)


def _reason(item: ReportBatchItem, actor: User | None, is_by_clock: bool) -> tuple[str, Scorecard | None]:
    """Why there is no report of an organization, or the assessment to make it of."""
    visible = Organization.objects.visible_to(actor).filter(pk=item.organization_id).first() if actor else None
    if visible is None or visible.role < Role.EDITOR:
        return Skipped.NOT_ALLOWED, None
    of_it = Scorecard.objects.filter(organization=visible)
    scorecard = of_it.signed_off().order_by("-signed_off_at", "-pk").first()
    if scorecard is None and is_by_clock:
        return Skipped.NOT_SIGNED_OFF, None
    scorecard = scorecard or of_it.order_by("-pk").first()
    if scorecard is None:
        return Skipped.NO_SCORECARD, None
    scorecard.organization = visible
    return "", scorecard


def _pack(batch: ReportBatch, claim: UUID) -> None:
    """Make the ZIP under a fresh name, which the row knows beforehand: the next attempt finds what this one left."""
    if batch.file:
        batch.file.storage.delete(batch.file.name)
    _held(batch, claim, status=Status.PACKING, file="", error="")
    keep: Callable[[], None] = partial(_held, batch, claim)
    try:
        with translation.override(language_of(batch.requested_by)):
            packed = packing.pack(batch, keep, partial(_held, batch, claim))
    except ClaimLostError:
        raise
    except OSError as error:
        log.exception("Batch %s could not be packed.", batch.pk)
        reason = DISK_FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else NOT_STORED
        _held(batch, claim, status=Status.FAILED, error=reason, finished_at=timezone.now(), file="")
        return
    now = timezone.now()
    with transaction.atomic():
        _held(
            batch,
            claim,
            status=Status.DONE,
            finished_at=now,
            mailed_at=now,
            expires_at=now + timedelta(days=ZIP_DAYS) if packed.number else None,
            file_sha256=packed.sha256,
            size=packed.size,
        )
        transaction.on_commit(partial(_mail, batch, packed.number), robust=True)


def _mail(batch: ReportBatch, number: int) -> None:
    """The one mail: rather none than two, so it is noted as sent before it goes out."""
    person = batch.requested_by
    if person is None or not person.is_active or batch.runs.exists():
        return
    left = batch.items.count() - number
    context = {
        "number": number,
        "left": left,
        "until": batch.expires_at,
        "address": settings.SITE_URL + reverse("report_batch_detail", args=[batch.pk]),
    }
    with translation.override(language_of(person)):
        subject = ngettext("One report is ready", "{count} reports are ready", number).format(count=number)
        mailing.post(person.email, subject, render_to_string("reports/mail/batch_ready.txt", context), kind=KIND.name)


def expire() -> None:
    """Let go the ZIPs whose time is over; the reports stay, and another one can be packed."""
    over = ReportBatch.objects.filter(status=Status.DONE, expires_at__lt=timezone.now()).exclude(file="")
    for batch in over:
        name = batch.file.name
        if over.filter(pk=batch.pk, file=name).update(file="", size=0):
            batch.file.storage.delete(name)
