"""Setting targets and the rhythm of assessments, and entering scores from before."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments.accounts.models import User
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.organizations.queries import list_grants, list_people
from assessments.scorecards.outlook import earlier, rhythm, targets
from assessments.scorecards.outlook.forms import EarlierAssessmentForm, RhythmForm, TargetForm
from assessments.scorecards.outlook.models import Rhythm
from assessments.scorecards.queries import latest_scorecards


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def target_update(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    form = TargetForm(request.POST or None, organization=organization)
    if request.method == "POST" and form.is_valid():
        targets.set_targets(organization, form.targets, actor=request.user)
        messages.success(request, _("Targets saved.") if form.targets else _("There is no target any more."))
        return redirect("organization_detail", organization.slug)
    counted = latest_scorecards([organization], facts=False).get(organization.pk)
    proven = {answer.key: answer.proven for answer in counted.result.answers} if counted else {}
    context = {"part": "overview", "form": form, "lines": list(form.lines(proven)), "is_scored": bool(counted)}
    status = 422 if form.errors else 200
    return render(request, "scorecards/target_update.html", context, status=status)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def rhythm_update(request: OrganizationRequest) -> HttpResponse:
    organization = request.organization
    form = RhythmForm(request.POST or None, organization=organization, people=_people(request))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        if chosen["months"] is None:
            rhythm.end_rhythm(organization, actor=request.user)
            messages.success(request, _("No next assessment is due."))
        else:
            saved = rhythm.set_rhythm(organization, **chosen, actor=request.user)
            said = _("Saved. The next assessment is due on {day}.").format(day=date_format(saved.due_on, "LONG_DAY"))
            messages.success(request, said)
        return redirect("scorecard_list", organization.slug)
    context = {"part": "scorecard", "form": form, "rhythm": Rhythm.objects.filter(organization=organization).first()}
    return render(request, "scorecards/rhythm_update.html", context, status=422 if form.errors else 200)


def _people(request: OrganizationRequest) -> list[User]:
    return [person.user for person in list_people(request.organization, list_grants(request.organization))]


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def earlier_assessment_create(request: OrganizationRequest) -> HttpResponse:
    form = EarlierAssessmentForm(request.POST or None, organization=request.organization)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("on", "source")}
        levels = {"levels": form.levels, "notes": form.notes}
        try:
            entered = earlier.enter_earlier(request.organization, **values, **levels, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            day = date_format(entered.on, "LONG_DAY")
            said = _("Entered: {total} of {maximum} on {day}.")
            messages.success(request, said.format(total=entered.total, maximum=entered.maximum, day=day))
            return redirect("scorecard_list", request.organization.slug)
    context = {"part": "scorecard", "form": form, "lines": list(form.lines())}
    status = 422 if form.errors else 200
    return render(request, "scorecards/earlier_assessment_create.html", context, status=status)


@require_GET
@organization_view(Role.VIEWER)
def earlier_assessment_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(request.organization.earlier_assessments, pk=pk)
    context = {
        "part": "scorecard",
        "earlier": found,
        "levels": earlier.levels_of(found),
        "can_edit": request.role >= Role.EDITOR,
    }
    return render(request, "scorecards/earlier_assessment_detail.html", context)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def earlier_assessment_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(request.organization.earlier_assessments, pk=pk)
    if request.method == "POST":
        earlier.remove_earlier(found, actor=request.user)
        messages.success(request, _("Removed. The trend begins later now."))
        return redirect("scorecard_list", request.organization.slug)
    context = {"part": "scorecard", "earlier": found}
    return render(request, "scorecards/earlier_assessment_delete.html", context)
