"""How often an organization is assessed, and when next: kept whenever that changes."""

from calendar import monthrange
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework.translating import ENGLISH
from assessments.organizations.models import Organization
from assessments.scorecards.models import Scorecard
from assessments.scorecards.outlook.models import Rhythm

BATCH = 500


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def set_rhythm(
    organization: Organization, *, months: int, first_due_on: date | None, reminded: User | None, actor: User
) -> Rhythm:
    """Say how often an organization is assessed; `first_due_on` counts until something is signed off."""
    if months not in Rhythm.Months.values:
        raise ValidationError(_("Choose every quarter, every half-year or every year."))
    with transaction.atomic():
        before = Rhythm.objects.select_for_update().filter(organization=organization).first()
        old = _words(before) if before else ""
        rhythm = before or Rhythm(organization=organization)
        rhythm.months, rhythm.first_due_on, rhythm.reminded = months, first_due_on, reminded
        rhythm.due_on = due_after(_last_signed_off(organization), rhythm, organization.today())
        rhythm.save()
        _record(organization, old=old, new=_words(rhythm), actor=actor)
    return rhythm


def end_rhythm(organization: Organization, *, actor: User) -> None:
    """No next assessment is due any more."""
    with transaction.atomic():
        rhythm = Rhythm.objects.filter(organization=organization).first()
        if rhythm:
            rhythm.delete()
            _record(organization, old=_words(rhythm), new="", actor=actor)


def due_after(last: date | None, rhythm: Rhythm, today: date) -> date:
    """The day the next assessment is due: a rhythm after the last, else the day that was chosen, or today's."""
    if last is not None:
        return months_after(last, rhythm.months)
    return rhythm.first_due_on or months_after(today, rhythm.months)


def keep_due(organization: Organization) -> None:
    """After a sign-off, or one taken back: when the next is due; within that transaction."""
    rhythm = Rhythm.objects.filter(organization=organization).first()
    if rhythm is not None:
        last = _last_signed_off(organization)
        if last is None and rhythm.first_due_on is None:
            return
        due_on = due_after(last, rhythm, organization.today())
        Rhythm.objects.filter(pk=rhythm.pk).exclude(due_on=due_on).update(due_on=due_on)


def refresh() -> None:
    """Keep the due dates of sign-offs that came by another way, such as an import."""
    for organization in Organization.objects.current().exclude(rhythm=None).iterator(chunk_size=BATCH):
        keep_due(organization)


def _last_signed_off(organization: Organization) -> date | None:
    signed_off = Scorecard.objects.filter(organization=organization).signed_off()
    at = signed_off.order_by("-signed_off_at").values_list("signed_off_at", flat=True).first()
    return timezone.localdate(at, organization.zone) if at else None


def _words(rhythm: Rhythm) -> str:
    """As the activity keeps it."""
    who = f", {rhythm.reminded} is reminded" if rhythm.reminded else ""
    with translation.override(ENGLISH):
        return f"{rhythm.get_months_display()}, next on {date_format(rhythm.due_on, 'DAY')}{who}"


def _record(organization: Organization, *, old: str, new: str, actor: User) -> None:
    if old != new:
        about = {"subject": "Rhythm of assessments", "old": old, "new": new}
        trail.record(Action.RHYTHM_CHANGED, organization=organization, actor=actor, **about)
