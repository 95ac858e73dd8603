"""Mail to whoever made a link, once the vendor has submitted by it: at once, or where many come close together, in one.

Nobody gets more than one such mail in the time of `TOGETHER`: what comes in meanwhile goes out in one when it is over.
A link says when its submission was told; whoever tells it locks the person first, so that each is told once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.platform.languages import language_of
from assessments.platform.mails.kinds import MailKind, register
from assessments.scoring.words import capitalized, number_word
from assessments.vendors.asked import asked_of, count_answered
from assessments.vendors.models import VendorLink

TOGETHER = timedelta(hours=1)
NAMED = 50  # in one mail
KIND = MailKind("vendor_answers", _lazy("A vendor has answered by a link that I made"), is_optional=True)
register(KIND)


def tell(link: VendorLink, now: datetime) -> None:
    """Mail whoever made the link of a submission, unless the last such mail is too fresh: then it waits its turn."""
    if link.created_by is not None:
        _tell(link.created_by, now)


def tell_together(now: datetime) -> None:
    """Mail everybody of the submissions that have waited. Run twice, or in two workers at once, nobody gets two."""
    people = User.objects.filter(pk__in=VendorLink.objects.untold().values("created_by"))
    for person in people.order_by("pk"):
        with transaction.atomic():
            _tell(person, now)


def _tell(person: User, now: datetime) -> None:
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    made = VendorLink.objects.filter(created_by=person)
    if made.filter(told_at__gt=now - TOGETHER).exists():
        return
    links = list(made.untold().select_related("review__vendor__organization").order_by("submitted_at", "pk"))
    VendorLink.objects.filter(pk__in=[link.pk for link in links]).update(told_at=now)
    at = {link.review.vendor.organization_id for link in links}
    seen = set(Organization.objects.visible_to(person).filter(pk__in=at).values_list("pk", flat=True))
    links = [link for link in links if link.review.vendor.organization_id in seen]
    submissions = _by_request(links)
    with translation.override(language_of(person)):
        if len(submissions) > 1:
            _mail_several(person, submissions)
        elif len(links) > 1:
            _mail_one_for_several(person, links)
        elif links:
            _mail_one(person, links[0])


def _by_request(links: Sequence[VendorLink]) -> list[list[VendorLink]]:
    """The links that were submitted together: those of one request."""
    found: dict[tuple[int, int], list[VendorLink]] = {}
    for link in links:
        found.setdefault((link.request_id or 0, 0 if link.request_id else link.pk), []).append(link)
    return list(found.values())


def _mail_one(person: User, link: VendorLink) -> None:
    vendor = link.review.vendor
    notices.tell(
        [person],
        subject=_("{vendor} has answered").format(vendor=vendor),
        text=_(
            "{vendor} has submitted the answers for {organization}: {answered} of {asked} questions answered."
        ).format(vendor=vendor, organization=vendor.organization, **_answered(link)),
        path=_path(link),
        foot=_("You get this because you made the link."),
        but_actor=False,
        kind=KIND.name,
    )


def _mail_one_for_several(person: User, links: Sequence[VendorLink]) -> None:
    vendor, number = links[0].review.vendor, len(links)
    lines = [f"{link.review.vendor.organization}\n{notices.address(_path(link))}" for link in links[:NAMED]]
    if len(links) > NAMED:
        lines.append(_and_more(len(links)))
    intro = ngettext(
        "{vendor} has submitted the answers for {count} organization: {answered} of {asked} questions answered.",
        "{vendor} has submitted the answers for {count} organizations: {answered} of {asked} questions answered.",
        number,
    ).format(vendor=vendor, count=number_word(number), **_answered(links[0]))
    subject = ngettext(
        "{vendor} has answered, for {count} organization", "{vendor} has answered, for {count} organizations", number
    ).format(vendor=vendor, count=number_word(number))
    notices.tell(
        [person],
        subject=subject,
        text="\n\n".join([intro, *lines, _("Everything that waits for you:")]),
        path=reverse("waiting_list"),
        foot=_("You get this because you made the link."),
        but_actor=False,
        kind=KIND.name,
    )


def _and_more(number: int) -> str:
    more = number - NAMED
    return ngettext("And {count} more.", "And {count} more.", more).format(count=number_word(more))


def _mail_several(person: User, submissions: Sequence[list[VendorLink]]) -> None:
    lines = [f"{_named(links)}\n{notices.address(_path(links[0]))}" for links in submissions[:NAMED]]
    if len(submissions) > NAMED:
        lines.append(_and_more(len(submissions)))
    number = len(submissions)
    subject = ngettext("{count} vendor has answered", "{count} vendors have answered", number)
    intro = ngettext(
        "{count} vendor has submitted the answers since the last mail.",
        "{count} vendors have submitted their answers since the last mail.",
        number,
    )
    intro, subject = (capitalized(text.format(count=number_word(number))) for text in (intro, subject))
    notices.tell(
        [person],
        subject=subject,
        text="\n\n".join([intro, *lines, _("Everything that waits for you:")]),
        path=reverse("waiting_list"),
        foot=_("You get this because you made the links. What comes in within an hour comes in one mail."),
        but_actor=False,
        kind=KIND.name,
    )


def _named(links: Sequence[VendorLink]) -> str:
    vendor, more = links[0].review.vendor, len(links) - 1
    about = {"vendor": vendor, "organization": vendor.organization, **_answered(links[0])}
    if not more:
        return _("{vendor}, for {organization}: {answered} of {asked} questions answered").format(**about)
    return ngettext(
        "{vendor}, for {organization} and {count} more: {answered} of {asked} questions answered",
        "{vendor}, for {organization} and {count} more: {answered} of {asked} questions answered",
        more,
    ).format(count=number_word(more), **about)


def _answered(link: VendorLink) -> dict[str, int]:
    return {"answered": count_answered(link.review), "asked": len(asked_of(link.review))}


def _path(link: VendorLink) -> str:
    return reverse("vendor_review_update", args=[link.review.vendor.organization.slug, link.review_id])
