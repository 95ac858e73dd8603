"""Whose branding stands on what."""

from django.db.models import Exists, OuterRef

from assessments.accounts.models import User
from assessments.organizations.branding.models import Brand
from assessments.organizations.models import Organization, Team, TeamMembership


def brand_of(owner: Organization | Team) -> Brand | None:
    """What is set for it; None for one without any of it."""
    here = {"organization": owner} if isinstance(owner, Organization) else {"team": owner}
    found = Brand.objects.filter(**here).select_related("organization", "team").first()
    return found if found and found.is_set else None


def consultancy_of(organization: Organization, actor: User | None) -> Brand | None:
    """Of the teams that work on an organization: that of the one the person is in, else the one granted first."""
    mine = Exists(TeamMembership.objects.filter(team=OuterRef("team"), user=actor))
    granted = Brand.objects.filter(team__grants__organization=organization).annotate(is_mine=mine)
    ordered = granted.order_by("-is_mine", "team__grants__pk").select_related("team")
    return next((brand for brand in ordered if brand.is_set), None)


def sender_of(organization: Organization, actor: User | None) -> Brand | None:
    """Who hands something over: the consultancy, else the organization itself."""
    return consultancy_of(organization, actor) or brand_of(organization)
