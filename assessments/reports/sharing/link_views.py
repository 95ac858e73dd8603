"""The links of an organization: who has which, who opened it, a new one, the end of one."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.reports.sharing import links, queries
from assessments.reports.sharing.link_forms import ReportLinkForm


@require_GET
@organization_view(Role.EDITOR)
def report_link_list(request: OrganizationRequest) -> HttpResponse:
    context = {
        "part": "reports",
        "page": queries.links_page(request.organization, request.GET.get("page")),
        "sendings": queries.latest_sendings(request.organization),
        "can_edit": True,
    }
    return render(request, "reports/report_link_list.html", context)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def report_link_create(request: OrganizationRequest) -> HttpResponse:
    """Asks what, for whom, for how long. The answer to the POST shows the address, once and never again."""
    initial = {"what": request.GET["report"]} if "report" in request.GET else {}  # else the newest, the first listed
    form = ReportLinkForm(request.organization, request.POST if request.method == "POST" else None, initial=initial)
    context: dict[str, Any] = {"part": "reports", "form": form, "can_edit": True}
    if form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("recipient", "days", "passcode", "is_watermarked")}
        try:
            token = links.make_link(request.organization, report=form.report, actor=request.user, **fields)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            context["address"] = settings.SITE_URL + reverse("report_share_detail", args=[token])
            context["link"] = links.find(token)
    status = 422 if form.is_bound and form.errors else 200
    response = render(request, "reports/report_link_create.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@organization_view(Role.EDITOR)
def report_link_revoke(request: OrganizationRequest, link_pk: int) -> HttpResponse:
    link = get_object_or_404(request.organization.report_links.select_related("report"), pk=link_pk)
    if links.revoke_link(link, actor=request.user):
        messages.success(request, _("The link no longer opens anything."))
    return redirect("report_link_list", request.organization.slug)
