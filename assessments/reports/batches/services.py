"""Asking for the reports of many organizations at once, and asking again for those that came to nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import partial
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.reports.batches.models import ReportBatch, ReportBatchItem
from assessments.reports.batches.tasks import wake
from assessments.reports.models import Report
from assessments.reports.services import retry_report
from assessments.scoring.words import capitalized, number_word

MOST = 500
MOST_UNDER_WAY = 3
Status, Skipped = ReportBatch.Status, ReportBatchItem.Skipped


def read_ids(values: Iterable[str]) -> list[int]:
    """The numbers among what was sent, each once; what is no number of a row stands for none."""
    return list(
        dict.fromkeys(int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 19)
    )


def request_batch(values: Sequence[str], *, actor: User, is_by_clock: bool = False) -> ReportBatch:
    """Ask for a report of each organization's newest assessment. What one may not report on is told by its name.

    What is asked for `is_by_clock` is of signed-off assessments only, and keeps nobody from asking by hand.
    While the very same batch of a person is being made, that one is returned: a double click makes one.
    """
    if not values:
        raise ValidationError(_("Tick at least one organization."))
    if len(set(values)) > MOST:
        raise ValidationError(_("At most {most} organizations at once.").format(most=MOST))
    organizations = list(
        Organization.objects.visible_to(actor).filter(pk__in=read_ids(values)).order_by("name_sort", "pk")
    )
    if not organizations:
        raise ValidationError(_("None of these organizations is yours to report on."))
    of_what = uuid4().hex if is_by_clock else ",".join(str(each.pk) for each in organizations)
    digest = hashlib.sha256(of_what.encode()).hexdigest()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two clicks of one person come one by one
        under_way = ReportBatch.objects.filter(requested_by=actor, status__in=[Status.RUNNING, Status.PACKING])
        if twin := under_way.filter(digest=digest).first():
            return twin
        if not is_by_clock and under_way.count() >= MOST_UNDER_WAY:
            raise ValidationError(_("Three batches of yours are being made. Wait until one of them is ready."))
        batch = ReportBatch.objects.create(
            requested_by=actor,
            requested_name=str(actor),
            digest=digest,
            unknown=len(set(values)) - len(organizations),
        )
        ReportBatchItem.objects.bulk_create(ReportBatchItem(batch=batch, organization=each) for each in organizations)
        transaction.on_commit(partial(wake, batch.pk))
    return batch


def retry_batch(batch: ReportBatch) -> int:
    """Try again what failed or was skipped, and pack anew. Returns how many reports are made again.

    One that is under way is left alone, and so is one whose like is.
    """
    try:
        return _retry(batch)
    except IntegrityError:
        return 0


def _retry(batch: ReportBatch) -> int:
    with transaction.atomic():
        ended = ReportBatch.objects.filter(pk=batch.pk, status__in=[Status.DONE, Status.FAILED])
        if not ended.update(status=Status.RUNNING, claim=None, error="", finished_at=None, mailed_at=None):
            return 0
        failed = batch.items.filter(
            Q(report__status=Report.Status.FAILED) | Q(skipped=Skipped.REFUSED) | Q(skipped=Skipped.GONE)
        )
        number = failed.count()
        skipped = batch.items.exclude(skipped="")
        skipped.update(skipped="", report=None, asked_at=None)
        for item in batch.items.filter(report__status=Report.Status.FAILED).select_related("report"):
            _try_again(item)
        transaction.on_commit(partial(wake, batch.pk))
    return number


def _try_again(item: ReportBatchItem) -> None:
    """Send the failed report off again; while one of the same content is under way, that one takes its place."""
    if item.report is not None:
        report = retry_report(item.report)
        ReportBatchItem.objects.filter(pk=item.pk).update(report=report)


def said_of_retry(number: int) -> str:
    said = ngettext(
        "{count} report tried again. The others stay as they are.",
        "{count} reports tried again. The others stay as they are.",
        number,
    )
    return said.format(count=capitalized(number_word(number, none="no")))
