"""Where a person has been lately, kept in the browser: the organizations opened last, and the list they came from.

Both cookies only say what to look for. What is shown of it is what the person may open now.
"""

from collections.abc import Iterable
from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.platform.names import fold

RECENT, LIST = "recent", "portfolio_list"
KEPT = 8
FOUND = 12
LIST_MAX_LENGTH = 1500
KEPT_FOR = 60 * 60 * 24 * 90


def remember(request: HttpRequest, response: HttpResponse, organization: Organization) -> HttpResponse:
    """Put an organization first among those opened last."""
    kept = [organization.pk, *(pk for pk in _kept(request) if pk != organization.pk)][:KEPT]
    _set(response, RECENT, "-".join(str(pk) for pk in kept))
    return response


def remember_list(response: HttpResponse, query: str) -> HttpResponse:
    """Keep the filter and order of the list, for going from one of it to the next."""
    _set(response, LIST, quote(query[:LIST_MAX_LENGTH]))
    return response


def list_query(request: HttpRequest) -> QueryDict:
    """The filter and order of the list that was looked at last."""
    return QueryDict(unquote(request.COOKIES.get(LIST, ""))[:LIST_MAX_LENGTH])


def _set(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=KEPT_FOR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def _kept(request: HttpRequest) -> list[int]:
    parts = request.COOKIES.get(RECENT, "")[:200].split("-")
    return [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 19][:KEPT]


def recent_first(request: HttpRequest, user: User) -> list[Organization]:
    """The organizations opened last, the last one on top, and others by name behind them."""
    kept = _kept(request)
    visible = Organization.objects.visible_to(user)
    recent = {organization.pk: organization for organization in visible.filter(pk__in=kept)}
    first = [recent[pk] for pk in kept if pk in recent]
    rest = visible.exclude(pk__in=kept).order_by("name_sort", "pk")[: max(0, FOUND - len(first))]
    return [*first, *rest]


def called(user: User, search: str) -> list[Organization]:
    """Those whose name has every word that was typed, the ones that begin with it on top."""
    organizations: Iterable[Organization] = Organization.objects.visible_to(user)
    for word in fold(search).split()[:8]:
        organizations = organizations.filter(name_key__contains=word)  # type: ignore[attr-defined]
    found = list(organizations.order_by("name_sort", "pk")[: FOUND * 4])  # type: ignore[attr-defined]
    return sorted(found, key=lambda each: not each.name_key.startswith(fold(search)))[:FOUND]
