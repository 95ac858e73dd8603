"""Sending a report to people, and what became of it for each of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.reports.sharing import queries, sendings
from assessments.reports.sharing.models import ReportDelivery, ReportSending
from assessments.reports.sharing.sending_forms import ReportSendingForm

STOP_POLLING = 286


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def report_sending_create(request: OrganizationRequest) -> HttpResponse:
    initial = {"what": request.GET.get("report", "")}
    form = ReportSendingForm(request.organization, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("message", "days", "passcode", "is_watermarked")}
        try:
            sending = sendings.send_reports(
                [form.report],
                recipients=form.cleaned_data["to"],
                as_attachment=form.cleaned_data["how"] == "file",
                organization=request.organization,
                actor=request.user,
                **fields,
            )
        except Report.DoesNotExist:
            form.add_error("what", _("This report is not there any more."))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("report_sending_detail", request.organization.slug, sending.pk)
    context = {"part": "reports", "form": form, "has_reports": bool(form.fields["what"].choices)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/report_sending_create.html", context, status=status)


def _sending(request: OrganizationRequest, pk: int) -> ReportSending:
    return get_object_or_404(request.organization.report_sendings, pk=pk)


@require_GET
@vary_on_headers("HX-Request")
@organization_view(Role.EDITOR)
def report_sending_detail(request: OrganizationRequest, sending_pk: int) -> HttpResponse:
    """Who it went to, and who has opened it. While mails are under way the list looks again by itself."""
    sending = _sending(request, sending_pk)
    deliveries = queries.deliveries_of(sending)
    is_under_way = any(delivery.is_under_way for delivery in deliveries)
    context = {"part": "reports", "sending": sending, "deliveries": deliveries, "is_under_way": is_under_way}
    if request.htmx:
        return render(request, "reports/_deliveries.html", context, status=200 if is_under_way else STOP_POLLING)
    return render(request, "reports/report_sending_detail.html", context)


@require_POST
@organization_view(Role.EDITOR)
def report_sending_retry(request: OrganizationRequest, delivery_pk: int) -> HttpResponse:
    deliveries = ReportDelivery.objects.filter(sending__organization=request.organization)
    delivery = get_object_or_404(deliveries, pk=delivery_pk)
    if sendings.send_again(delivery):
        messages.success(request, _("It is sent to {who} once more.").format(who=delivery.who))
    return redirect("report_sending_detail", request.organization.slug, delivery.sending_id)
