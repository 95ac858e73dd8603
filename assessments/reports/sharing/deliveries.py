"""The mails that carry reports: each claimed by its row, sent once, tried again where the server said no.

Where nobody knows, as in a process killed or a connection lost while sending, nothing is sent a second time by itself:
the row says so, and a person decides.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop as _noop

from assessments.accounts.models import User
from assessments.organizations.branding.queries import sender_of
from assessments.organizations.branding.shown import signature
from assessments.platform import mailing
from assessments.platform.mailing import SAID_NO
from assessments.platform.mails.kinds import MailKind, register
from assessments.platform.mails.log import new_message_id
from assessments.reports.choices import ENGLISH, LANGUAGES
from assessments.reports.filenames import report_filename
from assessments.reports.files import CONTENT_TYPES
from assessments.reports.models import Report
from assessments.reports.sharing import links, stamps
from assessments.reports.sharing.models import ReportDelivery, ReportSending

log = logging.getLogger(__name__)

LOST_AFTER = timedelta(minutes=10)
SUBJECT_LENGTH = 110
register(MailKind("report", _lazy("Report sent to somebody")))
# Stored in English, and told in the language of whoever reads them.
NO_REPORT = _noop("The report could not be made, or was removed.")
NO_FILE = _noop("The file of the report is not where it was stored.")
NOT_WRITTEN = _noop("The mail could not be put together. An administrator finds the reason in the worker's log.")
State = ReportDelivery.State


def deliver(sending_id: int, now: datetime | None = None) -> None:
    """Send what of a sending is to be sent now. Safe to run any number of times, and at once."""
    now = now or timezone.now()
    due = _due(now).filter(sending=sending_id)
    sending = ReportSending.objects.select_related("organization", "sender").filter(pk=sending_id).first()
    if sending is None or not due.exists():
        return
    reports = list(
        sending.reports.select_related("organization").defer("snapshot").order_by("organization__name_sort", "pk")
    )
    if any(report.is_under_way for report in reports):
        return
    reports = [
        report for report in reports if report.status == Report.Status.DONE and not report.organization.deleted_at
    ]
    if not reports:
        due.update(state=State.FAILED, error=NO_REPORT, try_at=None)
        return
    try:
        with mailing.mail_server() as server:
            for pk in list(due.order_by("pk").values_list("pk", flat=True)):
                if not _deliver_one(pk, sending, reports, server, now):
                    break
    except mailing.ServerAwayError:
        log.warning("The mails of sending %s wait: the mail server cannot be reached.", sending_id, exc_info=True)
        due.update(error=mailing.AWAY)


def _due(now: datetime):  # type: ignore[no-untyped-def]
    again = Q(state=State.FAILED, try_at__lte=now)
    return ReportDelivery.objects.filter(Q(state=State.WAITING) | again)


def _deliver_one(
    pk: int, sending: ReportSending, reports: list[Report], server: BaseEmailBackend, now: datetime
) -> bool:
    """Claim and send one mail. False where the connection ended: the others would be in vain."""
    if not _due(now).filter(pk=pk).update(state=State.SENDING, claimed_at=now, try_at=None, attempts=F("attempts") + 1):
        return True
    delivery = ReportDelivery.objects.get(pk=pk)
    delivery.sending = sending
    earlier = list(delivery.links.values_list("pk", flat=True))  # those of a mail that may have arrived
    try:
        with transaction.atomic():
            message = compose(delivery, reports)
    except FileNotFoundError:
        _settle(delivery, state=State.FAILED, error=NO_FILE)
        return True
    except Exception:  # one mail that cannot be written keeps no other from going out
        log.exception("Delivery %s could not be written.", pk)
        _settle(delivery, state=State.FAILED, error=NOT_WRITTEN)
        return True
    try:
        mailing.hand_over(message, server, kind="report")
    except mailing.RefusedError as error:
        wait = error.wait(delivery.attempts)
        delivery.links.exclude(pk__in=earlier).delete()  # nobody has got them
        _settle(
            delivery,
            state=State.FAILED,
            error=SAID_NO.format(said=error)[:300],
            try_at=now + wait if wait else None,
        )
        return not error.ends_connection
    except mailing.CutOffError:
        log.exception("Delivery %s may not have arrived.", pk)
        _settle(delivery, state=State.LOST, error=mailing.CUT_OFF)
        return False
    else:
        _settle(delivery, state=State.SENT, sent_at=timezone.now(), error="")
    return True


def _settle(delivery: ReportDelivery, **values: object) -> None:
    ReportDelivery.objects.filter(pk=delivery.pk, state=State.SENDING).update(**values)


def compose(delivery: ReportDelivery, reports: list[Report]) -> EmailMessage:
    """The mail to one person, with links of their own or the files."""
    sending = delivery.sending
    lines = []
    for report in reports:
        address = ""
        if not sending.as_attachment:
            address = settings.SITE_URL + reverse(
                "report_share_detail", args=[links.make_link_of_delivery(delivery, report)]
            )
        lines.append({"title": report.title, "organization": report.organization.name, "address": address})
    is_known = sending.sender is not None and sending.sender.is_active
    context = {
        "sending": sending,
        "lines": lines,
        "until": timezone.now() + timedelta(days=sending.days),
        "reply_to": sending.sender.email if is_known else "",
        "signature": signature(sender_of(sending.organization, sending.sender)) if sending.organization else "",
    }
    with translation.override(_language(delivery.email, reports)):
        text = render_to_string("reports/mail/report_sent.txt", context)
    name = sending.organization.name if sending.organization else ""
    subject = " ".join(f"{name}: {sending.title}".removeprefix(": ").split())[:SUBJECT_LENGTH]
    answers = [sending.sender.email] if is_known else None
    headers = {"Message-ID": new_message_id(f"delivery-{delivery.pk}")}
    message = EmailMessage(subject, text, None, [delivery.email], headers=headers, reply_to=answers)
    for report in reports if sending.as_attachment else ():
        message.attach(
            report_filename(report, report.organization), _content(report, delivery), CONTENT_TYPES[report.format]
        )
    return message


def _language(email: str, reports: list[Report]) -> str:
    """That of the reader, if they have an account and have chosen one; else that of the first report."""
    known = User.objects.filter(email=email.lower()).values_list("language", flat=True).first()
    spoken = Report.objects.filter(pk=reports[0].pk).values_list(KT("snapshot__choices__language"), flat=True).first()
    return next((code for code in (known, spoken) if code in LANGUAGES), ENGLISH)


def _content(report: Report, delivery: ReportDelivery) -> bytes:
    with report.file.open("rb") as file:
        if delivery.sending.is_watermarked and report.format == Report.Format.PDF:
            return stamps.stamped(file, delivery.who).read()
        return file.read()


def sweep(now: datetime | None = None) -> None:
    """Send what waits, and say of what was begun long ago that nobody knows whether it arrived."""
    now = now or timezone.now()
    ReportDelivery.objects.filter(state=State.SENDING, claimed_at__lt=now - LOST_AFTER).update(
        state=State.LOST, error=mailing.CUT_OFF
    )
    for sending_id in _due(now).order_by("sending").values_list("sending", flat=True).distinct():
        deliver(sending_id, now)
