"""Reading the handbook and searching it: the same for everyone, at hand from any organization of one's own."""

import re
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from assessments import framework
from assessments.accounts.access import PersonalRequest, personal_view
from assessments.handbook.mini_case import read_case
from assessments.handbook.pages import TRAINING, book
from assessments.handbook.search import LONGEST, find
from assessments.handbook.side import side_of
from assessments.handbook.summaries import read_first
from assessments.organizations.access import OrganizationRequest, reachable
from assessments.organizations.models import Organization, Role

FIRST = ("training", "inference")
SLUG = re.compile(r"[-a-zA-Z0-9_]+")


def _place(request: PersonalRequest) -> tuple[Organization | None, dict[str, Any]]:
    """The organization that a page was opened from, if it is one of the reader's, and what the page makes of it."""
    slug = request.GET.get("for", "")
    organization = reachable.first(request.user.pk, slug) if slug and "\x00" not in slug else None
    if organization:
        through = cast(OrganizationRequest, request)
        through.organization, through.role = organization, Role(organization.role)  # type: ignore[attr-defined]  # annotated by `opened_by`
    kept = _kept(slug if organization else "")
    return organization, {"part": "handbook", "book": book(), "kept": kept, "place": organization, "longest": LONGEST}


def _kept(slug: str) -> str:
    """The query that leads from page to page and keeps the organization at hand."""
    return f"?for={slug}" if SLUG.fullmatch(slug) else ""


@require_GET
@personal_view
def handbook_list(request: PersonalRequest) -> HttpResponse:
    """Everything there is to read, in the order of reading."""
    _, context = _place(request)
    return render(request, "handbook/handbook_list.html", context)


@require_GET
@vary_on_headers("HX-Request")
@personal_view
def handbook_detail(request: PersonalRequest, page: str) -> HttpResponse:
    """One page; the worked case answers a change of its numbers with its results alone."""
    found = book().by_key.get(page)
    if found is None:
        raise Http404
    organization, context = _place(request)
    if page == framework.current().handbook.mini_case.key:
        currency = organization.currency if organization else "USD"
        context |= {"case": read_case(request.GET, currency), "currency": currency, "action": _address(page)}
        if request.htmx:
            return render(request, "handbook/_case.html", context)
    before, after = book().around(found)
    context |= {"page": found, "before": before, "after": after, "side": side_of(found, organization)}
    context["first"] = _first(request, organization) if page == TRAINING else ""
    return render(request, "handbook/handbook_detail.html", context)


def _first(request: PersonalRequest, organization: Organization | None) -> str:
    """Which kind of work comes first: as the address says, else as the organization's mix says."""
    asked = request.GET.get("first", "")
    if asked in FIRST:
        return asked
    first = read_first(organization) if organization else None
    return first.kind if first else ""


def _address(page: str) -> str:
    return reverse("handbook_detail", args=[page])


@require_GET
@vary_on_headers("HX-Request")
@personal_view
def handbook_search(request: PersonalRequest) -> HttpResponse:
    """What was found, as a page or, while one types, as the list alone."""
    found = find(request.GET.get("q", ""))
    if request.htmx:
        return render(request, "handbook/_found.html", {"found": found, "kept": _kept(request.GET.get("for", ""))})
    _, context = _place(request)
    return render(request, "handbook/handbook_search.html", context | {"found": found})
