"""The door to an organization's pages. Every view that is not public stands behind it or `accounts/access.py`."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from assessments.accounts.access import PersonalRequest, View
from assessments.accounts.models import User
from assessments.organizations.models import Organization, Role
from assessments.platform.prepared import Prepared

# The organization of a person and a slug, on the way of almost every request.
reachable = Prepared(
    lambda user, slug: Organization.objects.filter(slug=slug).opened_by(User(pk=user)).order_by(), 0, ""
)


class OrganizationRequest(PersonalRequest):
    """A request that has come through `organization_view`."""

    organization: Organization
    role: Role


def organization_view(role: Role) -> Callable[[View], View]:
    """The door to a page of one organization: an outsider gets 404, a member below `role` gets 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, slug: str, **kwargs: object) -> HttpResponseBase:
            organization = reachable.first(request.user.pk, slug)
            if organization is None:
                raise Http404
            if organization.role < role:
                raise PermissionDenied
            through = cast(OrganizationRequest, request)
            through.organization = organization
            through.role = Role(organization.role)
            with timezone.override(organization.zone):  # its days and times are those of where it is
                return view(through, **kwargs)

        door.door = role  # type: ignore[attr-defined]
        return door

    return decorate
