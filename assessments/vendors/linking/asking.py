"""A vendor asked for several organizations at once: their reviews of him, begun where there is none, by one link."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.organizations.models import Organization, Role
from assessments.platform.name_fields import name_key
from assessments.platform.names import sort_key
from assessments.vendors.linking import links
from assessments.vendors.models import VendorReview
from assessments.vendors.services import start_review

LISTED = 200  # organizations on one page, beside those that are ticked


def offered(user: User, ticked: Sequence[str], *, but: Organization | None = None) -> list[Organization]:
    """The organizations for which a person may ask a vendor, by name; of very many, the ticked ones and the first."""
    keys = [int(pk) for pk in ticked if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    able = Organization.objects.visible_to(user).filter(role__gte=Role.EDITOR).order_by("name_sort", "pk")
    if but is not None:
        able = able.exclude(pk=but.pk)
    chosen = list(able.filter(pk__in=keys)) if keys else []
    return sorted([*chosen, *able.exclude(pk__in=keys)[:LISTED]], key=lambda each: sort_key(each.name))


def language_of(organizations: Sequence[Organization], ticked: Sequence[str]) -> str:
    """The language to begin with: of the first that is ticked, else the site's."""
    spoken = [each.language for each in organizations if str(each.pk) in ticked]
    return spoken[0] if spoken else str(settings.LANGUAGE_CODE)


def ask(
    organizations: Sequence[Organization], *, name: str, kind: str = "", offer: str = "", actor: User, **link: Any
) -> tuple[list[VendorReview], str]:
    """Ask a vendor for all of them by one link, as `links.make_link` has it. Returns the reviews and the token."""
    with transaction.atomic():
        reviews = [_review(each, name, {"kind": kind, "offer": offer}, actor) for each in organizations]
        first, *also = reviews
        return reviews, links.make_link(first, also=also, actor=actor, **link)


def ask_also(review: VendorReview, organizations: Sequence[Organization], *, actor: User, **link: Any) -> str:
    """Make a link for a review by which the vendor answers for these organizations, too. Returns the token."""
    if organizations and review.vendor.is_own_team:
        raise ValidationError(_("Your own team answers for this organization only."))
    like = {name: getattr(review, name) for name in ("kind", "offer", "contact")}
    with transaction.atomic():
        also = [_review(each, review.vendor.name, like, actor) for each in organizations]
        return links.make_link(review, also=also, actor=actor, **link)


def _review(organization: Organization, name: str, details: dict[str, str], actor: User) -> VendorReview:
    """The review of the vendor that is under way in an organization, else a new one."""
    of_vendor = VendorReview.objects.of(organization).filter(vendor__name_key=name_key(name))
    if of_vendor.filter(vendor__is_own_team=True).exists():
        said = _("At {organization}, {name} is the organization's own team.")
        raise ValidationError(said.format(organization=organization, name=name))
    under_way = of_vendor.exclude(status=VendorReview.Status.COMPLETE)
    try:
        return under_way.first() or start_review(organization, name=name, actor=actor, **details)
    except ValidationError:
        if begun_meanwhile := under_way.first():
            return begun_meanwhile
        raise
