"""Sending reports to people: what is asked for, written down, and handed to the worker."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.models import Organization
from assessments.reports.models import Report
from assessments.reports.sharing.links import NO_WATERMARK
from assessments.reports.sharing.models import ReportDelivery, ReportSending
from assessments.reports.sharing.recipients import Recipient
from assessments.reports.sharing.tasks import wake

# What one person may send within an hour and one organization within a day, whoever sends it.
MOST_AN_HOUR, MOST_A_DAY = 100, 300
MOST_ATTACHED = 15 * 1024 * 1024
AN_HOUR = _lazy("These would be more than {count} mails within an hour. Wait a while, or send to fewer people.")
A_DAY = _lazy("These would be more than {count} mails within a day. Wait a while, or send to fewer people.")
State = ReportDelivery.State


def send_reports(
    reports: Sequence[Report],
    *,
    recipients: Sequence[Recipient],
    actor: User,
    days: int,
    organization: Organization | None = None,
    title: str = "",
    message: str = "",
    passcode: str = "",
    as_attachment: bool = False,
    is_watermarked: bool = False,
    is_by_clock: bool = False,
) -> ReportSending:
    """Write down that these people are to get these reports, and wake the worker. A report may still be made meanwhile.

    Without `organization` the reports are of several. What goes out `is_by_clock` does not count as sent by hand.
    """
    if any(report.status == Report.Status.FAILED for report in reports):
        raise ValidationError(_("This report could not be made. Make it again, then send it."))
    if as_attachment and sum(report.size for report in reports) > MOST_ATTACHED:
        raise ValidationError(_("Together these files are too large for a mail. Send links instead."))
    if is_watermarked and any(report.format != Report.Format.PDF for report in reports):
        raise ValidationError({"is_watermarked": NO_WATERMARK})
    with transaction.atomic():
        if not is_by_clock:
            _refuse_too_many(organization, actor, len(recipients))
        sending = ReportSending.objects.create(
            organization=organization,
            title=title or reports[0].title,
            sender=actor,
            sender_name=str(actor),
            message=message,
            as_attachment=as_attachment,
            days=days,
            passcode=make_password(passcode) if passcode and not as_attachment else "",
            is_watermarked=is_watermarked,
        )
        sending.reports.set(reports)
        ReportDelivery.objects.bulk_create(
            ReportDelivery(sending=sending, email=each.email, name=each.name) for each in recipients
        )
        for about in {report.organization_id for report in reports}:
            names = ", ".join(str(each) for each in recipients[:5])
            more = f" and {len(recipients) - 5} more" if len(recipients) > 5 else ""
            trail.record(
                Action.REPORT_SENT, organization=about, subject=sending.title, new=f"To {names}{more}", actor=actor
            )
        transaction.on_commit(partial(wake, sending.pk))
    return sending


def _refuse_too_many(organization: Organization | None, actor: User, number: int) -> None:
    """No mailing by script: held by the person's and the organization's own rows."""
    if organization is not None:
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)  # two at once count one by one
    now = timezone.now()
    sent = ReportDelivery.objects.filter(sending__sender=actor, sending__created_at__gt=now - timedelta(hours=1))
    if sent.count() + number > MOST_AN_HOUR:
        raise ValidationError(AN_HOUR.format(count=MOST_AN_HOUR))
    sent = ReportDelivery.objects.filter(
        sending__organization=organization, sending__created_at__gt=now - timedelta(days=1)
    )
    if organization is not None and sent.count() + number > MOST_A_DAY:
        raise ValidationError(A_DAY.format(count=MOST_A_DAY))


def send_again(delivery: ReportDelivery) -> bool:
    """Try once more what could not be sent, or may not have arrived. False if it is under way or was sent."""
    again = ReportDelivery.objects.filter(pk=delivery.pk, state__in=[State.FAILED, State.LOST])
    with transaction.atomic():
        if not again.update(state=State.WAITING, attempts=0, try_at=None, claimed_at=None, error=""):
            return False
        transaction.on_commit(partial(wake, delivery.sending_id))
    return True
