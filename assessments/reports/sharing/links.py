"""Links to a report, or to where an organization stands: made, ended, found by their token, opened."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations import secret_links
from assessments.organizations.models import Organization
from assessments.organizations.secret_links import SecretLinkQuerySet
from assessments.reports.models import Report
from assessments.reports.sharing.models import ReportDelivery, ReportLink, ReportLinkOpening

DEFAULT_DAYS, MAX_DAYS = 30, 180
DOUBLE_CLICK = timedelta(seconds=10)
SAME_VISIT = timedelta(minutes=30)
MOST_STANDING = 500
LIVE = "Where it stands, live"
NO_WATERMARK = _lazy("A watermark can be put on a PDF only. Share that one, or leave the watermark out.")
SOMEBODY = "Somebody with the link"


def make_link(
    organization: Organization,
    *,
    report: Report | None,
    days: int,
    actor: User,
    recipient: str = "",
    passcode: str = "",
    is_watermarked: bool = False,
) -> str:
    """Make a link that is good for so many days. Returns the token, which is kept nowhere.

    Without a report it shows the newest assessment, as it is when it is opened.
    """
    if is_watermarked and not recipient:
        raise ValidationError({"recipient": _("Say who it is for: their name is what the watermark shows.")})
    if is_watermarked and report is not None and report.format != Report.Format.PDF:
        raise ValidationError({"is_watermarked": NO_WATERMARK})
    if report is not None and report.status != Report.Status.DONE:
        raise ValidationError(_("This report is not ready yet. Share it once it is."))
    token = secret_links.new_token()
    with transaction.atomic():
        if open_links(organization).count() >= MOST_STANDING:
            said = _("There are {count} open links already. Revoke those that nobody needs.")
            raise ValidationError(said.format(count=MOST_STANDING))
        link = ReportLink.objects.create(
            organization=organization,
            report=report,
            token_sha256=secret_links.hashed(token),
            passcode=make_password(passcode) if passcode else "",
            recipient=recipient,
            is_watermarked=is_watermarked,
            created_by=actor,
            made_by_name=str(actor),
            expires_at=timezone.now() + timedelta(days=days),
        )
        _end_double(link)
        _record(Action.REPORT_LINK_MADE, link, _said(link), actor=actor)
    return token


def _end_double(link: ReportLink) -> None:
    """Of two clicks one link stays: its like of a few seconds ago was never seen, as the second answer replaced it."""
    alike = ReportLink.objects.filter(
        organization=link.organization,
        report=link.report,
        recipient=link.recipient,
        is_watermarked=link.is_watermarked,
        created_by=link.created_by,
        created_at__gt=timezone.now() - DOUBLE_CLICK,
        opened_at=None,
        delivery=None,
    )
    alike = alike.exclude(passcode="") if link.passcode else alike.filter(passcode="")
    alike.standing().exclude(pk=link.pk).delete()


def make_link_of_delivery(delivery: ReportDelivery, report: Report) -> str:
    """The link that a mail carries, for its one reader. It is recorded with the sending."""
    token, sending = secret_links.new_token(), delivery.sending
    ReportLink.objects.create(
        organization_id=report.organization_id,
        report=report,
        delivery=delivery,
        token_sha256=secret_links.hashed(token),
        passcode=sending.passcode,
        recipient=delivery.who[:150],
        is_watermarked=sending.is_watermarked,
        created_by=sending.sender,
        made_by_name=sending.sender_name,
        expires_at=timezone.now() + timedelta(days=sending.days),
    )
    return token


def _said(link: ReportLink) -> str:
    """As the activity keeps it, in English."""
    with translation.override("en"):
        day = date_format(timezone.localtime(link.expires_at, link.organization.zone), "DAY")
    parts = [f"for {link.recipient}"] * bool(link.recipient)
    parts += [f"until {day}"]
    parts += ["with a passcode"] * bool(link.passcode) + ["with a watermark"] * link.is_watermarked
    return ", ".join(parts)


def open_links(organization: Organization) -> SecretLinkQuerySet:
    return organization.report_links.standing().filter(expires_at__gt=timezone.now())


def revoke_link(link: ReportLink, *, actor: User) -> bool:
    """End a link. False if it had ended already."""
    return _revoke(link, ReportLink.objects.filter(pk=link.pk).standing(), actor=actor)


def _revoke(link: ReportLink, links: SecretLinkQuerySet, reason: str = "", **who: object) -> bool:
    with transaction.atomic():
        if not links.update(revoked_at=timezone.now()):
            return False
        said = ", ".join(filter(None, (f"of {link.recipient}" if link.recipient else "", reason)))
        _record(Action.REPORT_LINK_REVOKED, link, said, **who)
    return True


def find(token: str) -> ReportLink | None:
    """The link that a token stands for, with its report and organization, if it can still be opened."""
    found = ReportLink.objects.of_token(token).filter(
        Q(report=None) | Q(report__status=Report.Status.DONE), organization__deleted_at=None
    )
    return found.select_related("organization__brand", "report").defer("report__snapshot").first()


def language_of(token: str) -> str:
    """That of the report behind a link, if it opens one."""
    spoken = KT("report__snapshot__choices__language")
    return str(
        ReportLink.objects.of_token(token).annotate(spoken=spoken).values_list("spoken", flat=True).first() or ""
    )


def check_passcode(link: ReportLink, passcode: str) -> None:
    """ValidationError unless this is the link's passcode; after too many wrong ones in all the link is revoked."""

    def revoke(spent: SecretLinkQuerySet) -> None:
        _revoke(link, spent, secret_links.TOO_MANY_WRONG, actor_name=trail.NOBODY)

    secret_links.check_passcode(link, passcode, revoke=revoke)


def note_opening(link: ReportLink, *, took_file: bool = False) -> None:
    """Note that a person has opened the link; whoever comes back within half an hour is still there."""
    now = timezone.now()
    with trail.if_possible():
        is_first = ReportLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=now)
        if is_first:
            _record(Action.REPORT_LINK_OPENED, link, actor_name=link.recipient or SOMEBODY)
        else:
            ReportLink.objects.filter(pk=link.pk).update(opened_at=now)
        visit = ReportLinkOpening.objects.filter(link=link, at__gt=now - SAME_VISIT).first()
        if visit is None:
            ReportLinkOpening.objects.create(link=link, at=now, took_file=took_file)
        elif took_file and not visit.took_file:
            ReportLinkOpening.objects.filter(pk=visit.pk).update(took_file=True)


def _record(action: Action, link: ReportLink, what: str = "", **who: object) -> None:
    subject = link.report.title if link.report else LIVE
    trail.record(action, organization=link.organization_id, subject=subject, new=what, **who)
