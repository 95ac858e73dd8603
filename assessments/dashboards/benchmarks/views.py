"""The benchmark of a team's portfolio: for the team, and, where the team shares it, for the members of a client."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.dashboards.benchmarks.figures import GROUPS, benchmark, shared_with
from assessments.dashboards.benchmarks.models import SharedBenchmark
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role, Team


@require_GET
@personal_view
def benchmark_detail(request: HttpRequest) -> HttpResponse:
    """The portfolio of a team the person is in, or of a group of it."""
    teams = list(Team.objects.filter(members=cast(User, request.user)).order_by("name_sort", "pk"))
    team = next((each for each in teams if str(each.pk) == request.GET.get("team")), next(iter(teams), None))
    context = {"part": "portfolio", "teams": teams, "team": team, "groups": _groups(), "group": ""}
    if team is not None:
        group = _group(request.GET.get("group", ""))
        context["benchmark"] = benchmark(team, timezone.localdate(), group=group)
        context["group"] = ":".join(group) if group else ""
        context["is_shared"] = SharedBenchmark.objects.filter(team=team).exists()
    return render(request, "dashboards/benchmark_detail.html", context)


def _groups() -> list[tuple[str, str]]:
    return [(f"{field}:{value}", label) for field, choices in GROUPS.items() for value, label in choices.choices]


def _group(text: str) -> tuple[str, str] | None:
    """A field and its value; None for the whole portfolio, and for what is neither."""
    field, _, value = text.partition(":")
    return (field, value) if field in GROUPS and value in GROUPS[field].values else None


@require_POST
@personal_view
def benchmark_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the clients of one's team see its benchmark, or not any more. Saying so twice is no error."""
    team = get_object_or_404(Team.objects.filter(members=cast(User, request.user)), pk=pk)
    is_shared = bool(request.POST.get("share"))
    if is_shared:
        _share, changed = SharedBenchmark.objects.get_or_create(team=team, defaults={"shared_by": request.user})
    else:
        changed, _deleted = SharedBenchmark.objects.filter(team=team).delete()
    if changed:
        new = "Shown to clients, without names" if is_shared else "Not shown to clients"
        trail.record(Action.BENCHMARK_CHANGED, organization=None, subject=f"Benchmark of {team}", new=new)
        messages.success(request, _("Shown to clients, without names.") if is_shared else _("Not shown to clients."))
    response = redirect("benchmark_detail")
    response["Location"] += f"?team={team.pk}"
    return response


@require_GET
@organization_view(Role.VIEWER)
def organization_benchmark(request: OrganizationRequest) -> HttpResponse:
    """Where an organization stands in the portfolio of the team that looks after it."""
    organization, today = request.organization, request.organization.today()
    own_teams = Team.objects.filter(members=request.user, grants__organization=organization)
    team = own_teams.order_by("pk").first() or shared_with(organization, today)
    context = {"part": "overview", "team": team}
    if team is not None:
        context["benchmark"] = benchmark(team, today, own=organization)
    return render(request, "dashboards/organization_benchmark.html", context)
