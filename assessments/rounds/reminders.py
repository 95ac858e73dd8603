"""Reminders of rounds: two days before the scores are needed, and once when they are late, as for roadmap items.

From eight in the morning where the organization is. The row of a mail is there before it goes out, and no two rows may
be about the same: whoever inserts it first sends it. One that the server refuses is tried again up to three times, as
long as it is still true; where nobody knows whether it arrived, it is not.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.organizations.branding.queries import brand_of
from assessments.organizations.branding.shown import signature
from assessments.organizations.models import Organization
from assessments.platform.languages import language_of, language_of_address
from assessments.platform.mailing import CutOffError, RefusedError, ServerAwayError, hand_over, mail_server
from assessments.platform.mails.choices import why_not
from assessments.platform.mails.kinds import MailKind, register
from assessments.platform.mails.log import new_message_id
from assessments.platform.time_zones import zone_of
from assessments.roadmaps.reminding.reminders import MORNING, OVERDUE_FOR, WAITS
from assessments.rounds.models import Rater, RaterLink, RoundReminder

log = logging.getLogger(__name__)

AHEAD = timedelta(days=2)
LOST = "The reminder of a round %s may not have arrived, and is not sent again."

Kind, State = RoundReminder.Kind, RoundReminder.State

KIND = MailKind(
    "round_reminder",
    _lazy("Reminders that my scores are needed"),
    _lazy(
        "You get this because you are asked to score. It comes two days before the day, and once when it has passed."
    ),
    is_optional=True,
)
register(KIND)


def send_round_reminders(now: datetime) -> None:
    """Send what is to be sent at that moment; run twice, or in two workers at once, nobody gets a mail twice."""
    try:
        _try_again(now)
        for rater, kind in list(_due(now)):
            with mail_server() as server:
                if reminder := _claim(rater, kind, now):
                    _send(rater, reminder, server, now)
    except ServerAwayError as error:
        log.warning("Reminders of rounds wait for the next run: the mail server cannot be reached (%s).", error)


def _try_again(now: datetime) -> None:
    """What the server refused: sent to who is still to hear of it, given up for all others."""
    refused = RoundReminder.objects.filter(state=State.FAILED, try_at__lte=now)
    if not refused.exists():
        return
    waiting = {rater.pk: rater for rater in _waiting(now)}
    for reminder in list(refused):
        rater = waiting.get(reminder.rater_id)
        if rater is None or not _is_true(reminder, rater, now):
            refused.filter(pk=reminder.pk).update(state=State.NEEDLESS, try_at=None)
            continue
        with mail_server() as server:
            attempts = reminder.attempts + 1
            again = {"state": State.CLAIMED, "claimed_at": now, "try_at": None, "attempts": attempts}
            if refused.filter(pk=reminder.pk, attempts=reminder.attempts).update(**again):
                reminder.attempts = attempts
                _send(rater, reminder, server, now)


def _is_true(reminder: RoundReminder, rater: Rater, now: datetime) -> bool:
    """Whether the mail still says what is so, of the same day, and the rater can come to their page."""
    organization, due_on = rater.round.scorecard.organization, rater.round.due_on
    kind = _kind(due_on, now.astimezone(zone_of(organization.time_zone)).date()) if due_on else ""
    return (reminder.kind, reminder.due_on) == (kind, due_on) and bool(_address(rater, organization))


def _due(now: datetime) -> Iterator[tuple[Rater, str]]:
    """The raters who have not finished and are to hear of it, some of whom know already."""
    for rater in _waiting(now):
        organization = rater.round.scorecard.organization
        today = now.astimezone(zone_of(organization.time_zone))
        if today.hour < MORNING or rater.round.due_on is None:
            continue
        kind = _kind(rater.round.due_on, today.date())
        told = {(row.kind, row.due_on) for row in rater.reminders.all()}
        if kind and (kind, rater.round.due_on) not in told and _address(rater, organization):
            yield rater, kind


def _waiting(now: datetime) -> Iterator[Rater]:
    day = now.date()
    raters = Rater.objects.standing().filter(
        finished_at=None,
        round__closed_at=None,
        round__due_on__range=(day - OVERDUE_FOR - timedelta(days=1), day + AHEAD + timedelta(days=1)),
        round__scorecard__signed_off_at=None,
        round__scorecard__organization__deleted_at=None,
    )
    related = raters.select_related("user", "round__created_by", "round__scorecard__organization")
    yield from related.prefetch_related("reminders", "links__created_by").order_by("round__due_on", "pk")


def _kind(due_on: date, today: date) -> str:
    if today > due_on:
        return Kind.LATE if today - due_on <= OVERDUE_FOR else ""
    return Kind.SOON if due_on - today <= AHEAD else ""


def _address(rater: Rater, organization: Organization) -> str:
    """Where the mail goes: nowhere for who cannot open their page any more, gave no address, or wants no such mail."""
    if rater.user:
        opens = Organization.objects.filter(pk=organization.pk).opened_by(rater.user).exists()
        email = rater.user.email if rater.user.is_active and opens else ""
    else:
        link = _link(rater)
        email = link.email if link else ""
    return email if email and not why_not(email, KIND.name) else ""


def _link(rater: Rater) -> RaterLink | None:
    return next((link for link in rater.links.all() if link.revoked_at is None and not link.is_expired), None)


def _claim(rater: Rater, kind: str, now: datetime) -> RoundReminder | None:
    try:
        with transaction.atomic():
            return RoundReminder.objects.create(rater=rater, kind=kind, due_on=rater.round.due_on, claimed_at=now)
    except IntegrityError:  # another worker has it, or the rater is gone
        return None


def _whom_to_ask(rater: Rater) -> str:
    """Who can give a rater by link a new one, with their address; empty where nobody of that round has an account."""
    link = _link(rater)
    people = [link.created_by if link else None, rater.round.created_by]
    able = [person for person in people if person and person.is_active]
    return f"{able[0]}, {able[0].email}" if able else ""


def _send(rater: Rater, reminder: RoundReminder, server: BaseEmailBackend, now: datetime) -> None:
    """In the language of the rater, which of one by link is that of their address."""
    address = _address(rater, rater.round.scorecard.organization)
    with translation.override(language_of(rater.user) if rater.user else language_of_address(address)):
        _send_to(address, rater, reminder, server, now)


def _send_to(address: str, rater: Rater, reminder: RoundReminder, server: BaseEmailBackend, now: datetime) -> None:
    scorecard = rater.round.scorecard
    organization = scorecard.organization
    path = reverse("rating_update", args=[organization.slug, rater.round_id])
    context = {
        "rater": rater,
        "scorecard": scorecard,
        "is_late": reminder.kind == Kind.LATE,
        "link": f"{settings.SITE_URL}{path}" if rater.user_id else "",
        "ask": "" if rater.user_id else _whom_to_ask(rater),
        "signature": signature(brand_of(organization)),
    }
    text = render_to_string("rounds/mail/reminder.txt", context)
    subject = _("Soon due: your scores for {organization}")
    if reminder.kind == Kind.LATE:
        subject = _("Overdue: your scores for {organization}")
    subject = subject.format(organization=organization)
    try:
        headers = {"Message-ID": new_message_id(f"round-reminder-{reminder.pk}")}
        message = EmailMessage(subject, text, None, [address], headers=headers)
        hand_over(message, server, kind=KIND.name)
    except RefusedError as error:
        log.warning("The reminder of a round %s was refused by the mail server: %s", reminder.pk, error)
        wait = dict(enumerate(WAITS, start=1)).get(reminder.attempts)
        _settle(reminder, state=State.FAILED, try_at=now + wait if wait else None)
    except CutOffError as error:  # where a connection breaks, more would: this run tries no other mail
        log.exception(LOST, reminder.pk)
        raise ServerAwayError from error
    else:
        _settle(reminder, state=State.SENT)


def _settle(reminder: RoundReminder, **values: object) -> None:
    RoundReminder.objects.filter(pk=reminder.pk, state=State.CLAIMED).update(**values)
