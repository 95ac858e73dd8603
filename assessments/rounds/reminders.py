"""Reminders of rounds: two days before the scores are needed, and once when they are late, as for roadmap items.

From eight in the morning where the organization is. The row of a mail is there before it goes out, and no two rows may
be about the same: whoever inserts it first sends it. One that the server refuses is not tried again; the log has it.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection, send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from assessments.organizations.branding.queries import brand_of
from assessments.organizations.branding.shown import signature
from assessments.organizations.models import Organization
from assessments.platform.time_zones import zone_of
from assessments.rounds.models import Rater, RaterLink, RoundReminder

log = logging.getLogger(__name__)

MORNING = 8
AHEAD = timedelta(days=2)
OVERDUE_FOR = timedelta(days=7)  # for so long the note that they are late still goes out, when it could not before

Kind, State = RoundReminder.Kind, RoundReminder.State


def send_round_reminders(now: datetime) -> None:
    """Send what is to be sent at that moment; run twice, or in two workers at once, nobody gets a mail twice."""
    due = list(_due(now))
    if not due:
        return
    try:
        get_connection().open()
    except OSError as error:  # as long as there is no server, nobody loses a mail
        log.warning("Reminders of rounds wait for the next run: the mail server cannot be reached (%s).", error)
        return
    for rater, kind in due:
        if reminder := _claim(rater, kind, now):
            _send(rater, reminder)


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
    wanted = Q(user=None) | Q(user__reminder_setting=None) | Q(user__reminder_setting__due_notes=True)
    related = raters.filter(wanted).select_related("user", "round__scorecard__organization")
    yield from related.prefetch_related("reminders", "links").order_by("round__due_on", "pk")


def _kind(due_on: date, today: date) -> str:
    if today > due_on:
        return Kind.LATE if today - due_on <= OVERDUE_FOR else ""
    return Kind.SOON if due_on - today <= AHEAD else ""


def _address(rater: Rater, organization: Organization) -> str:
    """Where the mail goes: nowhere for who can no longer open their page, or who gave no address with the link."""
    if rater.user:
        opens = Organization.objects.filter(pk=organization.pk).opened_by(rater.user).exists()
        return rater.user.email if rater.user.is_active and opens else ""
    link = _link(rater)
    return link.email if link else ""


def _link(rater: Rater) -> RaterLink | None:
    return next((link for link in rater.links.all() if link.revoked_at is None and not link.is_expired), None)


def _claim(rater: Rater, kind: str, now: datetime) -> RoundReminder | None:
    try:
        with transaction.atomic():
            return RoundReminder.objects.create(rater=rater, kind=kind, due_on=rater.round.due_on, claimed_at=now)
    except IntegrityError:  # another worker has it, or the rater is gone
        return None


def _send(rater: Rater, reminder: RoundReminder) -> None:
    scorecard = rater.round.scorecard
    organization = scorecard.organization
    path = reverse("rating_update", args=[organization.slug, rater.round_id])
    context = {
        "rater": rater,
        "scorecard": scorecard,
        "is_late": reminder.kind == Kind.LATE,
        "link": f"{settings.SITE_URL}{path}" if rater.user_id else "",
        "signature": signature(brand_of(organization)),
    }
    text = render_to_string("rounds/mail/reminder.txt", context)
    what = "Overdue" if reminder.kind == Kind.LATE else "Soon due"
    try:
        send_mail(f"{what}: your scores for {organization}", text, None, [_address(rater, organization)])
    except OSError:
        log.exception("The reminder of a round %s could not be mailed.", reminder.pk)
        RoundReminder.objects.filter(pk=reminder.pk).update(state=State.FAILED)
    else:
        RoundReminder.objects.filter(pk=reminder.pk).update(state=State.SENT)
