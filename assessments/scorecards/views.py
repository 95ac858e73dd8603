"""Starting a scorecard, filling it in, reading its result, signing it off."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import framework, scoring
from assessments.framework import Framework
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.saving.parts import State
from assessments.scorecards import results, services
from assessments.scorecards.asking import asking
from assessments.scorecards.filling import pages, preparing, saving
from assessments.scorecards.models import AnswerRequest, Evidence, Scorecard
from assessments.scorecards.outlook import earlier
from assessments.scorecards.outlook.models import Rhythm
from assessments.scorecards.outlook.targets import targets_against, targets_and_earlier
from assessments.scorecards.queries import list_scorecards
from assessments.scorecards.readings import (
    ScorecardReading,
    entered_later,
    read_scorecard,
    score_history,
    with_earlier,
)
from assessments.scorecards.signing import signing
from assessments.scorecards.upgrading.fitting import is_same_version


def _scorecard(request: OrganizationRequest, pk: int) -> Scorecard:
    scorecard = get_object_or_404(request.organization.scorecards.select_related("predecessor"), pk=pk)
    scorecard.organization = request.organization
    return scorecard


def _content(scorecard: Scorecard) -> Framework:
    return framework.load(scorecard.framework_key, scorecard.framework_version)


@require_GET
@organization_view(Role.VIEWER)
def scorecard_list(request: OrganizationRequest) -> HttpResponse:
    rows = list_scorecards(request.organization)
    context = {
        "part": "scorecard",
        "rows": rows,
        "open": next((row.scorecard for row in rows if not row.scorecard.is_signed_off), None),
        "default_title": services.default_title(timezone.localdate()),
        "earlier": earlier.listed(request.organization.earlier_assessments.all()),
        "rhythm": Rhythm.objects.filter(organization=request.organization).first(),
        "today": request.organization.today(),
        "comparable": len(rows) > 1,
        "can_edit": request.role >= Role.EDITOR,
    }
    return render(request, "scorecards/scorecard_list.html", context)


@require_POST
@organization_view(Role.EDITOR)
def scorecard_create(request: OrganizationRequest) -> HttpResponse:
    title = request.POST.get("title", "")
    try:
        scorecard = services.start_scorecard(request.organization, title=title, actor=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect("scorecard_list", request.organization.slug)
    return redirect("scorecard_prepare", request.organization.slug, scorecard.pk)


@require_GET
@organization_view(Role.VIEWER)
def scorecard_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    reading = read_scorecard(_scorecard(request, pk))
    context = {
        "part": "scorecard",
        "reading": reading,
        "page": _page(request, reading),
        "can_take_back": request.role >= Role.EDITOR and not services.take_back_reason(reading.scorecard, request.user),
        "can_edit": request.role >= Role.EDITOR,
        "upgrade": not is_same_version(reading.framework, request.organization.framework),
    }
    return render(request, "scorecards/scorecard_detail.html", context)


def _page(request: OrganizationRequest, reading: ScorecardReading) -> results.ResultPage:
    key = reading.scorecard.framework_key
    aims, before = targets_and_earlier(request.organization, key)
    history = with_earlier(score_history(request.organization), (entered_later(on, total, key) for on, total in before))
    target = targets_against(aims, reading.framework, reading.result, request.organization.today())
    return results.result_page(reading, history, target)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def scorecard_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The filling page. A POST is the whole page saved by its button, as it happens without JavaScript."""
    scorecard = _scorecard(request, pk)
    if scorecard.is_signed_off and request.method == "GET":
        return redirect("scorecard_detail", request.organization.slug, pk)
    outcomes, data = [], None
    if request.method == "POST":
        data = request.POST
        outcomes = saving.save_page(read_scorecard(scorecard), data, request.user)
        if outcomes:
            asking.end_all_answered(scorecard)
        if all(outcome.state == State.SAVED for outcome in outcomes):
            if outcomes or not request.POST.get("then"):
                messages.success(request, _("Saved.") if outcomes else _("Everything was saved already."))
            return _go_on(request, scorecard)
    reading = read_scorecard(scorecard)
    has_deciders = reading.framework.has_deciders
    facts = pages.fact_forms(reading, outcomes, data)
    context = {
        "part": "scorecard",
        "reading": reading,
        "live": pages.live_total_of(reading),
        "forms": pages.category_forms(
            reading, outcomes, data, asking.open_requests_of(scorecard) if has_deciders else {}
        ),
        "facts": facts,
        "answered_facts": sum(row.is_answered for row in reading.facts),
        "facts_left": len(reading.missing_facts),
        "claimable": (2, 1, 0),
        "problems": sum(outcome.state != State.SAVED for outcome in outcomes),
        "rented": request.organization.hosting_model in ("cloud", "hybrid"),
        "today": timezone.localdate(),
    }
    status = max((outcome.status for outcome in outcomes), default=200)
    template = "scorecards/scorecard_update.html" if has_deciders else "scorecards/scorecard_update_levels.html"
    return render(request, template, context, status=status)


def _go_on(request: OrganizationRequest, scorecard: Scorecard) -> HttpResponse:
    """After the whole page was saved by a button: do what the button stands for and go where it leads."""
    slug, keys = request.organization.slug, _content(scorecard).category_keys
    then, target = _halves(request.POST.get("then", ""))
    category, decider = _halves(target)
    if then == "sign-off":
        return redirect("scorecard_sign_off", slug, scorecard.pk)
    if then == "evidence" and category in keys:
        to_form = redirect("evidence_create", slug, scorecard.pk, category)
        if decider:
            to_form["Location"] += f"?{urlencode({'decider': decider})}"
        return to_form
    if then == "ask" and category in keys:
        return redirect("answer_request_create", slug, scorecard.pk, category)
    try:
        place = _then(request, scorecard, then, target)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        place = category if category in keys else ""
    to_page = redirect("scorecard_update", slug, scorecard.pk)
    if place:
        to_page["Location"] += f"#{place}"
    return to_page


def _halves(text: str) -> tuple[str, str]:
    """What stands before the first colon and what behind it."""
    first, _colon, rest = text.partition(":")
    return first, rest


def _then(request: OrganizationRequest, scorecard: Scorecard, then: str, target: str) -> str:
    """What a button of the page does beside saving it; returns the category to go back to, if it is of one."""
    category, decider = _halves(target)
    if then == "seen" and category in _content(scorecard).category_keys:
        services.add_sighting(scorecard, category=category, deciders=[decider], actor=request.user)
        return category
    if then == "unclaim" and category in _content(scorecard).category_keys:
        version = scorecard.responses.get(category_key=category).level_version
        services.record_level(scorecard, category=category, level=None, actor=request.user, version=version)
        return category
    if not target.isdecimal() or len(target) > 18:
        return ""
    if then == "remove":
        evidence = get_object_or_404(
            Evidence.objects.select_related("response__scorecard"), pk=target, response__scorecard=scorecard
        )
        services.remove_evidence(scorecard, evidence)
        return evidence.response.category_key if evidence.response.scorecard_id else ""
    if then in ("remind", "withdraw", "answered"):
        return _ask_on(request, scorecard, then, int(target))
    return ""


def _ask_on(request: OrganizationRequest, scorecard: Scorecard, then: str, pk: int) -> str:
    about = AnswerRequest.objects.select_related("response__scorecard__organization", "asked", "asked_by")
    question = get_object_or_404(about, pk=pk, response__scorecard=scorecard)
    if then == "remind":
        asking.remind(question, actor=request.user)
        messages.success(request, _("{name} was reminded.").format(name=question.asked))
    else:
        ended = AnswerRequest.Ending.WITHDRAWN if then == "withdraw" else AnswerRequest.Ending.ANSWERED
        asking.end(question, ending=ended, actor=request.user)
    return question.response.category_key


@require_GET
@organization_view(Role.VIEWER)
def scorecard_prepare(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Who to bring, what to have at hand, and the questions to print; what this version asks that the last did not."""
    scorecard = _scorecard(request, pk)
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "page": preparing.prepare_page(scorecard),
        "can_edit": request.role >= Role.EDITOR and not scorecard.is_signed_off,
    }
    return render(request, "scorecards/scorecard_prepare.html", context)


@require_POST
@organization_view(Role.EDITOR)
def scorecard_rename(request: OrganizationRequest, pk: int) -> HttpResponse:
    try:
        services.rename_scorecard(_scorecard(request, pk), title=request.POST.get("title", ""))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("scorecard_update", request.organization.slug, pk)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def scorecard_sign_off(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asks for confirmation, names what is incomplete or unsupported, then freezes."""
    scorecard = _scorecard(request, pk)
    if scorecard.is_signed_off:
        return redirect("scorecard_detail", request.organization.slug, pk)
    reading = read_scorecard(scorecard)
    error = ""
    if request.method == "POST":
        try:
            if not reading.result.is_complete and not request.POST.get("incomplete"):
                raise ValidationError(_("Tick the box to sign off while categories are not scored."))
            services.sign_off(
                scorecard,
                actor=request.user,
                digest=request.POST.get("digest", ""),
                override=request.POST.get("override", ""),
            )
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            return redirect("scorecard_detail", request.organization.slug, pk)
    context = {
        "part": "scorecard",
        "reading": reading,
        "page": {"headline": scoring.headline(reading.result), "cause": scoring.cause(reading.result, reading.names)},
        "check": signing.sign_off_check(reading),
        "digest": services.answers_digest(scorecard),
        "error": error,
    }
    return render(request, "scorecards/scorecard_sign_off.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def scorecard_take_back(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asks for confirmation, then opens a signed-off scorecard again: its signer may, for a day."""
    scorecard = _scorecard(request, pk)
    error = services.take_back_reason(scorecard, request.user)
    if request.method == "POST" and not error:
        try:
            services.take_back_sign_off(scorecard, actor=request.user)
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            messages.success(request, _("The sign-off was taken back. The assessment is open again."))
            return redirect("scorecard_update", request.organization.slug, pk)
    context = {"part": "scorecard", "scorecard": scorecard, "error": error}
    status = 409 if error and request.method == "POST" else 200
    return render(request, "scorecards/scorecard_take_back.html", context, status=status)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def scorecard_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    scorecard = _scorecard(request, pk)
    if scorecard.is_signed_off:
        return redirect("scorecard_detail", request.organization.slug, pk)
    if request.method == "POST":
        services.delete_scorecard(scorecard)
        messages.success(request, _("{title} was deleted.").format(title=scorecard.title))
        return redirect("scorecard_list", request.organization.slug)
    return render(request, "scorecards/scorecard_delete.html", {"part": "scorecard", "scorecard": scorecard})
