"""Rounds as those who run them see them: started, watched, closed, and read once they are."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.rounds import services
from assessments.rounds.forms import DueForm, RoundForm
from assessments.rounds.models import Rater, Round
from assessments.rounds.progress import progress_words, read_progress
from assessments.rounds.rating.answering import rater_of
from assessments.rounds.settling.pages import settling_rows
from assessments.rounds.settling.readings import divergence
from assessments.scorecards.models import Scorecard


def round_of(request: OrganizationRequest, pk: int) -> Round:
    rounds = Round.objects.select_related("scorecard", "created_by", "closed_by")
    asked = get_object_or_404(rounds, pk=pk, scorecard__organization=request.organization)
    asked.scorecard.organization = request.organization
    return asked


def _scorecard(request: OrganizationRequest, pk: int) -> Scorecard:
    scorecard = get_object_or_404(request.organization.scorecards, pk=pk)
    scorecard.organization = request.organization
    return scorecard


@require_GET
@organization_view(Role.VIEWER)
def round_list(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Where a scorecard's rounds are: the newest one, or what a round is for and how to start one."""
    scorecard = _scorecard(request, pk)
    newest = scorecard.rounds.order_by("-pk").first()
    if newest is not None:
        return redirect("round_detail", request.organization.slug, newest.pk)
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "can_start": request.role.can_manage and not scorecard.is_signed_off,
    }
    return render(request, "rounds/round_list.html", context)


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def round_create(request: OrganizationRequest, pk: int) -> HttpResponse:
    scorecard = _scorecard(request, pk)
    people = services.people_to_ask(request.organization)
    form = RoundForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            asked = services.start_round(
                scorecard,
                actor=request.user,
                due_on=data["due_on"],
                is_blind=not data["is_shown"],
                people=data["people"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("round_detail", request.organization.slug, asked.pk)
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "form": form,
        "people": people,
        "picked": {str(pk) for pk in form["people"].value() or ()},
        "open": None if scorecard.is_signed_off else scorecard.rounds.filter(closed_at=None).first(),
    }
    return render(request, "rounds/round_create.html", context, status=422 if form.errors else 200)


@require_GET
@organization_view(Role.VIEWER)
def round_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A closed round shows where raters differ. An open one shows who has finished, and to owners alone."""
    asked = round_of(request, pk)
    own = rater_of(asked, request.user)
    if asked.is_closed:
        return _divergence(request, asked, is_rater=own is not None)
    if not request.role.can_manage:
        if own is not None:
            return redirect("rating_update", request.organization.slug, pk)
        context = {"part": "scorecard", "round": asked, "scorecard": asked.scorecard}
        return render(request, "rounds/round_detail_waiting.html", context)
    rows = read_progress(asked)
    context = {
        "part": "scorecard",
        "round": asked,
        "scorecard": asked.scorecard,
        "rows": rows,
        "words": progress_words(rows),
        "is_rater": own is not None,
        "is_late": asked.due_on is not None and asked.due_on < request.organization.today(),
        "today": timezone.localdate(),
    }
    return render(request, "rounds/round_detail.html", context)


def _divergence(request: OrganizationRequest, asked: Round, *, is_rater: bool) -> HttpResponse:
    reading = divergence(asked)
    rows = settling_rows(reading)
    context = {
        "part": "scorecard",
        "round": asked,
        "scorecard": asked.scorecard,
        "reading": reading,
        "apart": [item for item in rows if item.row.spread.points == 2],
        "close": [item for item in rows if item.row.spread.points < 2],
        "is_rater": is_rater,
        "can_settle": request.role >= Role.EDITOR and not asked.scorecard.is_signed_off,
        "can_start": request.role.can_manage and not asked.scorecard.is_signed_off,
    }
    return render(request, "rounds/round_detail_closed.html", context)


@require_POST
@organization_view(Role.OWNER)
def round_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    asked, form = round_of(request, pk), DueForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors["due_on"])
        services.update_round(asked, due_on=form.cleaned_data["due_on"])
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Saved."))
    return redirect("round_detail", request.organization.slug, pk)


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def round_close(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asks for confirmation, names who has not finished, then closes."""
    asked = round_of(request, pk)
    if asked.is_closed:
        return redirect("round_detail", request.organization.slug, pk)
    if request.method == "POST":
        try:
            services.close_round(asked, actor=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        return redirect("round_detail", request.organization.slug, pk)
    rows = read_progress(asked)
    context = {
        "part": "scorecard",
        "round": asked,
        "scorecard": asked.scorecard,
        "waiting": [row for row in rows if row.rater.finished_at is None],
        "words": progress_words(rows),
    }
    return render(request, "rounds/round_close.html", context)


def rater_in(asked: Round, pk: int) -> Rater:
    rater = asked.raters.standing().filter(pk=pk).first()
    if rater is None:
        raise Http404
    rater.round = asked
    return rater
