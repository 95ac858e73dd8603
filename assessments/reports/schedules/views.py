"""Schedules of an organization, and those of one's teams: listed, added, ended, taken over."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.reports.schedules import services, work
from assessments.reports.schedules.forms import ReportScheduleForm, TeamScheduleForm
from assessments.reports.schedules.models import ReportSchedule, ReportScheduleRun


def _listed(schedules: QuerySet[ReportSchedule]) -> list[ReportSchedule]:
    """Each with its readers, its last runs and when it is due next."""
    runs = Prefetch("runs", ReportScheduleRun.objects.order_by("-period_on"), to_attr="last_runs")
    rows = schedules.select_related("organization", "team").prefetch_related("recipients", runs).order_by("pk")
    return work.latest(rows, timezone.now())


# ---- An organization's


@require_GET
@organization_view(Role.EDITOR)
def report_schedule_list(request: OrganizationRequest) -> HttpResponse:
    return _list(request, ReportScheduleForm())


def _list(request: OrganizationRequest, form: ReportScheduleForm) -> HttpResponse:
    schedules = _listed(ReportSchedule.objects.filter(organization=request.organization))
    context = {"part": "reports", "form": form, "schedules": schedules, "zone": request.organization.zone}
    return render(request, "reports/report_schedule_list.html", context, status=422 if form.errors else 200)


@require_POST
@organization_view(Role.EDITOR)
def report_schedule_create(request: OrganizationRequest) -> HttpResponse:
    form = ReportScheduleForm(request.POST)
    if form.is_valid():
        try:
            services.start_schedule(actor=request.user, organization=request.organization, **form.values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The reports are made and sent by themselves."))
            return redirect("report_schedule_list", request.organization.slug)
    return _list(request, form)


def _schedule(request: OrganizationRequest, pk: int) -> ReportSchedule:
    return get_object_or_404(ReportSchedule.objects.filter(organization=request.organization), pk=pk)


@require_POST
@organization_view(Role.EDITOR)
def report_schedule_delete(request: OrganizationRequest, schedule_pk: int) -> HttpResponse:
    services.end_schedule(_schedule(request, schedule_pk), actor=request.user)
    return redirect("report_schedule_list", request.organization.slug)


@require_POST
@organization_view(Role.EDITOR)
def report_schedule_resume(request: OrganizationRequest, schedule_pk: int) -> HttpResponse:
    services.take_over(_schedule(request, schedule_pk), actor=request.user)
    return redirect("report_schedule_list", request.organization.slug)


# ---- A team's


def _of_teams(request: HttpRequest) -> QuerySet[ReportSchedule]:
    return ReportSchedule.objects.filter(team__members=cast(User, request.user))


@require_GET
@personal_view
def team_schedule_list(request: HttpRequest) -> HttpResponse:
    return _team_list(request, TeamScheduleForm(cast(User, request.user)))


def _team_list(request: HttpRequest, form: TeamScheduleForm) -> HttpResponse:
    context = {
        "part": "portfolio",
        "form": form,
        "schedules": _listed(_of_teams(request)),
        "has_teams": form.fields["team"].queryset.exists(),
    }
    return render(request, "reports/team_schedule_list.html", context, status=422 if form.errors else 200)


@require_POST
@personal_view
def team_schedule_create(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = TeamScheduleForm(user, request.POST)
    if form.is_valid():
        try:
            services.start_for_team(form.cleaned_data["team"], actor=user, **form.values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The reports are made and sent by themselves."))
            return redirect("team_schedule_list")
    return _team_list(request, form)


@require_POST
@personal_view
def team_schedule_delete(request: HttpRequest, schedule_pk: int) -> HttpResponse:
    services.end_schedule(get_object_or_404(_of_teams(request), pk=schedule_pk), actor=cast(User, request.user))
    return redirect("team_schedule_list")


@require_POST
@personal_view
def team_schedule_resume(request: HttpRequest, schedule_pk: int) -> HttpResponse:
    services.take_over(get_object_or_404(_of_teams(request), pk=schedule_pk), actor=cast(User, request.user))
    return redirect("team_schedule_list")
