"""The live source of an organization: its address, token and queries, and a test that shows what they give."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.figures.incoming import live
from assessments.figures.incoming.forms import SourceForm
from assessments.figures.models import FigureSource
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.platform.encryption import decrypt


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def figure_source_update(request: OrganizationRequest) -> HttpResponse:
    """The form. Its test button asks the server now and keeps nothing."""
    if not live.is_on():
        raise Http404
    source = FigureSource.objects.filter(organization=request.organization).first()
    form = SourceForm(request.POST if request.method == "POST" else None, initial=_initial(source))
    readings: list[live.QueryReading] = []
    if request.method == "POST" and form.is_valid():
        if "test" not in request.POST:
            live.save_source(request.organization, **form.values(has_token=bool(source)), actor=request.user)
            messages.success(request, _("The server is read every hour from now on."))
            return redirect("figure_source_update", request.organization.slug)
        readings = _test(form, source)
    context = {"part": "scorecard", "source": source, "form": form, "readings": readings}
    status = 422 if form.errors else 200
    return render(request, "figures/figure_source_update.html", context, status=status)


def _initial(source: FigureSource | None) -> dict[str, str]:
    if source is None:
        return {"queries": "\n".join(live.QUERIES)}
    return {"address": source.address, "queries": source.queries, "service": source.service}


def _test(form: SourceForm, source: FigureSource | None) -> list[live.QueryReading]:
    """What the server says now; a problem is put on the form. A stored token goes to the stored address only."""
    data = form.cleaned_data
    stored = source.token if source and source.address == data["address"] else ""
    token = data["token"] or (decrypt(stored) if stored else "")
    try:
        return live.ask(data["address"], data["queries"], token=token)
    except ValidationError as refused:
        form.add_error("address", refused)
        return []


@require_POST
@organization_view(Role.OWNER)
def figure_source_delete(request: OrganizationRequest) -> HttpResponse:
    if live.end_source(request.organization, actor=request.user):
        messages.success(request, _("The server is no longer read. What was read stays."))
    return redirect("figure_list", request.organization.slug)
