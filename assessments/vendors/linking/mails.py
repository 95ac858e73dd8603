"""The mails that the product sends to a vendor: the link, and one reminder of it.

The token is kept, encrypted, until the reminder is out or needless. A mail that the server does not take waits in
`platform.mailing`, and is dropped where the link was submitted, revoked or has ended by then.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations import secret_links
from assessments.organizations.models import Organization, Role
from assessments.platform import mailing
from assessments.platform.encryption import decrypt, encrypt, encrypt_again, is_readable
from assessments.platform.mails.kinds import MailKind, register
from assessments.platform.models import WaitingMail
from assessments.scoring.words import listing
from assessments.vendors.models import VendorLink, VendorRequest

KIND = "vendor-request"
ABOUT = f"{KIND}:"
register(
    MailKind(KIND, _lazy("Questions to a vendor"), _lazy("You get this because somebody gave your address to ask you."))
)
# Both end with the name of whoever asks, in every language: that is how it is found when the person is erased.
SUBJECT = _lazy("Questions to {vendor} from {asker}")
REMINDER = _lazy("Reminder: Questions to {vendor} from {asker}")
MOST_AN_HOUR = 40  # by one person: each is a mail to an address of their choice
NAMED = 20  # clients in one mail
NO_REMINDER = _lazy(
    "This vendor cannot be reminded: the answers were submitted, the link has ended, the first mail is not out yet, or "
    "a reminder is."
)


def start(token: str, *, email: str, remind_after: int | None, actor: User) -> VendorRequest:
    """The request that a token opens. ValidationError where one person mails too many."""
    now = timezone.now()
    if email:
        recent = VendorRequest.objects.filter(created_by=actor, created_at__gt=now - trail.HOUR).exclude(email="")
        if recent.count() >= MOST_AN_HOUR:
            said = _("These would be more than {most} mails within an hour. Wait a while.")
            raise ValidationError(said.format(most=MOST_AN_HOUR))
    return VendorRequest.objects.create(
        token_sha256=secret_links.hashed(token),
        token=encrypt(token) if email else "",
        email=email,
        created_by=actor,
        remind_at=now + timedelta(days=remind_after) if email and remind_after else None,
    )


def _open_links(request: VendorRequest) -> list[VendorLink]:
    """The links by which a request can still be answered."""
    links = VendorLink.objects.standing().filter(
        request=request,
        submitted_at=None,
        expires_at__gt=timezone.now(),
        review__vendor__organization__deleted_at=None,
        review__completed_at=None,
    )
    return still_theirs(list(links.select_related("review__vendor__organization", "created_by").order_by("pk")))


def still_theirs(links: list[VendorLink]) -> list[VendorLink]:
    """Of several, without the clients that whoever asked may no longer work on; of somebody who has left, all stay."""
    maker = links[0].created_by if len(links) > 1 else None
    if maker is None or not maker.is_active:
        return links
    at = [link.review.vendor.organization_id for link in links]
    mine = Organization.objects.filter(pk__in=at).opened_by(maker).filter(role__gte=Role.EDITOR)
    kept = set(mine.values_list("pk", flat=True))
    return [link for link in links if link.review.vendor.organization_id in kept]


def send(request: VendorRequest, token: str, *, message: str = "", is_reminder: bool = False) -> None:
    """Mail the link within the transaction under way: a worker sends it within minutes, or once the server is back."""
    links = _open_links(request)
    language = links[0].language or links[0].review.vendor.organization.language
    with translation.override(language):
        _send(request, token, links, message=message, is_reminder=is_reminder)


def _send(request: VendorRequest, token: str, links: list[VendorLink], *, message: str, is_reminder: bool) -> None:
    asker = request.created_by
    clients = [str(link.review.vendor.organization) for link in links]
    vendor = links[0].review.vendor
    context = {
        "clients": listing(clients) if len(clients) <= NAMED else _("{n} organizations").format(n=len(clients)),
        "vendor": vendor,
        "offer": links[0].review.offer,
        "asker": asker,
        "firm": firm_of(asker, [link.review.vendor.organization for link in links]),
        "link": settings.SITE_URL + reverse("vendor_link_answer", args=[token]),
        "until": links[0].expires_at,
        "has_passcode": bool(links[0].passcode),
        "message": message,
        "is_reminder": is_reminder,
    }
    text = render_to_string("vendors/mail/request.txt", context)
    subject = (
        _("Reminder: Questions to {vendor} from {asker}") if is_reminder else _("Questions to {vendor} from {asker}")
    )
    subject = subject.format(vendor=vendor, asker=asker or clients[0])
    reply_to = asker.email if asker and asker.is_active else ""
    about = f"{ABOUT}{request.pk}"
    mailing.keep(request.email, " ".join(subject.split()), text, about=about, reply_to=reply_to)


def firm_of(person: User | None, organizations: list[Organization]) -> str:
    """The team for which a person works on these organizations; empty where it is none."""
    if person is None:
        return ""
    memberships = person.team_memberships.filter(team__grants__organization__in=organizations)
    return str(memberships.order_by("team__name_sort").values_list("team__name", flat=True).first() or "")


def has_failed(link: VendorLink | None) -> bool:
    """Whether the first mail of a link was neither sent nor waits: it was refused, or nobody knows where it is."""
    if link is None or link.request is None or not link.request.email or link.request.mailed_at:
        return False
    states = [mailing.State.WAITING, mailing.State.SENDING]
    return not WaitingMail.objects.filter(about=f"{ABOUT}{link.request.pk}", state__in=states).exists()


# ---- Reminding


def can_remind(link: VendorLink | None) -> bool:
    """Whether the vendor was mailed this link, may still answer by it, and was not reminded yet."""
    if link is None or link.submitted_at or link.is_expired or link.request is None or link.review.is_complete:
        return False
    return bool(link.request.token and link.request.mailed_at) and link.request.reminded_at is None


def remind(pk: int | None, *, actor: User | None = None) -> None:
    """Remind the vendor of a request, once and never again; ValidationError where there is nothing to remind of."""
    with transaction.atomic():
        fresh = VendorRequest.objects.filter(pk=pk, reminded_at=None, mailed_at__isnull=False).exclude(token="")
        row = fresh.select_for_update(no_key=True, of=("self",)).select_related("created_by").first()
        links = _open_links(row) if row else []
        if row is None or not links or not is_readable(row.token):
            raise ValidationError(NO_REMINDER)
        VendorRequest.objects.filter(pk=row.pk).update(reminded_at=timezone.now(), token="")
        for link in links:
            vendor = link.review.vendor
            trail.record(
                Action.VENDOR_REVIEW_CHANGED,
                organization=vendor.organization_id,
                subject=vendor.name,
                new=f"Reminded {row.email}",
                actor=actor,
            )
        send(row, decrypt(row.token), is_reminder=True)


def remind_due(now: datetime) -> None:
    """Remind of what has waited long enough. Run twice, or in two workers at once, nobody gets two."""
    due = VendorRequest.objects.filter(remind_at__lte=now, reminded_at=None).exclude(token="")
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        with suppress(ValidationError):
            remind(pk)
    open_links = VendorLink.objects.standing().filter(submitted_at=None, expires_at__gt=now, request__isnull=False)
    over = VendorRequest.objects.exclude(token="").exclude(pk__in=open_links.values("request"))
    over.update(token="")
    VendorRequest.objects.filter(links=None, created_at__lt=now - trail.HOUR).delete()  # its reviews are gone


def encrypt_tokens() -> list[str]:
    """Store every token with the first key; returns them as they are stored now."""
    rows = list(VendorRequest.objects.exclude(token="").order_by("pk"))
    for row in rows:
        row.token = encrypt_again(row.token)
        VendorRequest.objects.filter(pk=row.pk).update(token=row.token)
    return [row.token for row in rows]


@receiver(mailing.is_still_true)
def _can_be_answered(about: str, **kwargs: object) -> bool | None:
    """Whether a mail that waits still leads to something to answer."""
    if not about.startswith(ABOUT):
        return None
    request = VendorRequest.objects.filter(pk=about.removeprefix(ABOUT)).first()
    return request is not None and bool(_open_links(request))


@receiver(mailing.has_gone_out)
def _note_mailed(about: str, **kwargs: object) -> None:
    if about.startswith(ABOUT):
        mailed = VendorRequest.objects.filter(pk=about.removeprefix(ABOUT), mailed_at=None)
        mailed.update(mailed_at=timezone.now())
