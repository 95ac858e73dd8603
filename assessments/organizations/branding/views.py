"""How an organization looks, and how a team does; and the logo and the colors behind the same doors."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.branding.forms import BrandForm
from assessments.organizations.branding.models import Brand
from assessments.organizations.branding.queries import brand_of
from assessments.organizations.branding.services import update_brand
from assessments.organizations.branding.shown import Shown, logo_response, remarks, shown, styles_response
from assessments.organizations.models import Organization, Role, Team


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def brand_update(request: OrganizationRequest) -> HttpResponse:
    here = reverse("brand_update", args=[request.organization.slug])
    return _update(request, request.organization, here, at_organization(request.organization))


@require_http_methods(["GET", "POST"])
@personal_view
def team_brand_update(request: HttpRequest, pk: int) -> HttpResponse:
    team = _team(request, pk)
    return _update(request, team, reverse("team_brand_update", args=[team.pk]), _at_team(team))


def _update(request: HttpRequest, owner: Organization | Team, here: str, at: Callable[[str, str], str]) -> HttpResponse:
    brand = brand_of(owner)
    is_too_large = hasattr(request, "too_large_upload")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = BrandForm(*sent, instance=brand or Brand(), is_too_large=is_too_large)
    if form.is_valid():
        try:
            update_brand(owner, actor=cast(User, request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The branding is saved."))
            return redirect(here)
    context = {
        "form": form,
        "owner": owner,
        "here": here,
        "brand": shown(brand, at=at),
        "remarks": remarks(brand),
        "teams": _teams(request, owner),
        "part": "settings" if isinstance(owner, Organization) else "",
    }
    status = 413 if is_too_large else 422 if form.errors else 200
    return render(request, "organizations/brand_update.html", context, status=status)


def _teams(request: HttpRequest, owner: Organization | Team) -> list[Team]:
    """Where the other half is set: the teams that work on this organization and that the person is in."""
    if isinstance(owner, Team):
        return []
    return list(owner.teams.filter(memberships__user=request.user.pk))


@require_GET
@organization_view(Role.VIEWER)
def brand_logo(request: OrganizationRequest, digest: str) -> FileResponse:
    return logo_response(brand_of(request.organization), digest)


@require_GET
@organization_view(Role.VIEWER)
def brand_styles(request: OrganizationRequest, digest: str) -> HttpResponse:
    return styles_response(brand_of(request.organization), digest)


@require_GET
@personal_view
def team_brand_logo(request: HttpRequest, pk: int, digest: str) -> FileResponse:
    return logo_response(brand_of(_team(request, pk)), digest)


@require_GET
@personal_view
def team_brand_styles(request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    return styles_response(brand_of(_team(request, pk)), digest)


def brand_shown(organization: Organization) -> Shown | None:
    """The branding of an organization for a page behind its own door."""
    return shown(brand_of(organization), at=at_organization(organization))


def at_organization(organization: Organization) -> Callable[[str, str], str]:
    return lambda what, digest: reverse(f"brand_{what}", args=[organization.slug, digest])


def _at_team(team: Team) -> Callable[[str, str], str]:
    return lambda what, digest: reverse(f"team_brand_{what}", args=[team.pk, digest])


def _team(request: HttpRequest, pk: int) -> Team:
    """A team that the person is in; an administrator changes any other in the administration."""
    return get_object_or_404(Team.objects.filter(memberships__user=request.user.pk), pk=pk)
