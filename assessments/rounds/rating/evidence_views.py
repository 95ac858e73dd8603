"""What raters attach: a link or a file by each rater, with an account and without, and the files handed out again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from assessments.audit import trail
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.rounds.models import Rater, RaterEvidence, RaterLink
from assessments.rounds.rating import attaching, pages
from assessments.rounds.rating.link_views import brand_shown, by_link
from assessments.rounds.rating.views import own_rater
from assessments.rounds.services import content_of
from assessments.rounds.views import round_of
from assessments.saving.proofs import add_from_form, form_status, link_or_file_form, open_file
from assessments.saving.uploads import ALLOWED

# ---- By members


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Role.VIEWER)
def rating_attach(request: OrganizationRequest, pk: int, category: str) -> HttpResponse:
    """The form for one link or file: a page of its own, or a dialog over the rater's page."""
    rater = own_rater(request, pk)
    context = {
        "part": "scorecard",
        "own": reverse("rating_update", args=[request.organization.slug, pk]),
        "action": reverse("rating_attach", args=[request.organization.slug, pk, category]),
    }
    return _attach(request, rater, category, context, "rounds/rating_attach.html")


@require_GET
@organization_view(Role.VIEWER)
def rater_evidence_download(request: OrganizationRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """A rater's own file; once the round is closed, everybody's who counts in it."""
    asked = round_of(request, pk)
    evidence = get_object_or_404(attaching.visible_to(asked, request.user), pk=evidence_pk)
    response = open_file(evidence)
    if evidence.rating.rater.user_id != request.user.pk:
        with trail.if_possible():
            attaching.record_download(asked, evidence)
    return response


@require_POST
@organization_view(Role.VIEWER)
def rater_evidence_delete(request: OrganizationRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """A rater removes what they attached themselves."""
    rater = own_rater(request, pk)
    context = {"own": reverse("rating_update", args=[request.organization.slug, pk])}
    return _detach(request, rater, evidence_pk, context)


# ---- By whoever has a link


@login_not_required
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@by_link
def rater_link_attach(request: HttpRequest, link: RaterLink, token: str, category: str) -> HttpResponse:
    """The form for one link or file: a page of its own, or a dialog over the rater's page."""
    context = {
        "link": link,
        "token": token,
        "brand": brand_shown(link, token),
        "own": reverse("rater_link_rate", args=[token]),
        "action": reverse("rater_link_attach", args=[token, category]),
    }
    return _attach(request, link.rater, category, context, "rounds/rater_link_attach.html")


@login_not_required
@require_GET
@by_link
def rater_link_download(request: HttpRequest, link: RaterLink, token: str, evidence_pk: int) -> HttpResponse:
    return open_file(_own(link.rater, evidence_pk))


@login_not_required
@require_POST
@by_link
def rater_link_detach(request: HttpRequest, link: RaterLink, token: str, evidence_pk: int) -> HttpResponse:
    context = {"token": token, "own": reverse("rater_link_rate", args=[token])}
    return _detach(request, link.rater, evidence_pk, context)


# ---- By both


def _own(rater: Rater, evidence_pk: int) -> RaterEvidence:
    return get_object_or_404(attaching.evidence_of(rater).select_related("rating"), pk=evidence_pk)


def _attach(request: HttpRequest, rater: Rater, category: str, context: dict[str, object], page: str) -> HttpResponse:
    if category not in pages.own_ratings(rater):
        raise Http404
    form = link_or_file_form(request)
    if request.method == "POST" and add_from_form(
        request,
        form,
        add_link=lambda title, url: attaching.add_link(rater, category=category, title=title, url=url),
        add_file=lambda title, upload: attaching.add_file(rater, category=category, title=title, upload=upload),
    ):
        return _changed(request, rater, category, context)
    context |= {
        "round": rater.round,
        "category": content_of(rater.round).category(category),
        "form": form,
        "allowed": ALLOWED,
        "back": f"{context['own']}#{category}",
        "audience": _(" each, 100 MB in all. Nobody else sees it before the round is closed."),
        "submit": _("Attach"),
    }
    template = "rounds/_rating_attach_form.html" if request.htmx else page
    return render(request, template, context, status=form_status(request, form))


def _detach(request: HttpRequest, rater: Rater, evidence_pk: int, context: dict[str, object]) -> HttpResponse:
    evidence = _own(rater, evidence_pk)
    category = evidence.rating.category_key
    try:
        attaching.remove(rater, evidence)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return HttpResponseClientRefresh() if request.htmx else redirect(str(context["own"]))
    return _changed(request, rater, category, context)


def _changed(request: HttpRequest, rater: Rater, category: str, context: dict[str, object]) -> HttpResponse:
    """After a change of what is attached: the list for HTMX, else back to the category."""
    if not request.htmx:
        return redirect(f"{context['own']}#{category}")
    page = pages.read_page(rater)
    row = next((row for row in page.categories if row.category.key == category), None)
    if row is None:
        return HttpResponseClientRefresh()
    context |= {"page": page, "round": rater.round, "row": row, "key": category}
    return render(request, "rounds/_rating_evidence_changed.html", context)
