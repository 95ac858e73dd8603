"""How long an organization keeps its reports, and the ones it keeps for good."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.reports.retention import services
from assessments.reports.retention.forms import ReportRetentionForm
from assessments.reports.retention.models import ReportRetention


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def report_retention_update(request: OrganizationRequest) -> HttpResponse:
    own = ReportRetention.objects.filter(organization=request.organization).first()
    form = ReportRetentionForm(request.POST if request.method == "POST" else None, days=own.days if own else None)
    if form.is_valid():
        services.set_days(request.organization, days=form.chosen, actor=request.user)
        messages.success(request, _("Saved."))
        return redirect("report_retention_update", request.organization.slug)
    context = {"part": "reports", "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "reports/report_retention_update.html", context, status=status)


@require_POST
@organization_view(Role.EDITOR)
def report_keep(request: OrganizationRequest, pk: int) -> HttpResponse:
    report = get_object_or_404(request.organization.reports.defer("snapshot"), pk=pk)
    services.keep_report(report, is_kept=request.POST.get("keep") == "yes", actor=request.user)
    return redirect("report_list", request.organization.slug)
