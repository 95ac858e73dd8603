"""Filling in a scorecard, reading its result, signing it off."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from assessments import framework
from assessments.framework import Framework
from assessments.organizations import audit
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.scorecards import pages, results, saving, services
from assessments.scorecards.forms import LinkOrFileForm
from assessments.scorecards.models import Evidence, Scorecard
from assessments.scorecards.parts import State
from assessments.scorecards.proofs import add_from_form, form_status, link_or_file_form, open_file
from assessments.scorecards.queries import get_scorecard, list_scorecards, live_result
from assessments.scorecards.readings import read_scorecard, score_history
from assessments.scorecards.saving import CATEGORY_PARTS
from assessments.scorecards.uploads import ALLOWED


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
        "can_edit": request.role >= Role.EDITOR,
    }
    return render(request, "scorecards/scorecard_list.html", context)


@require_POST
@organization_view(Role.EDITOR)
def scorecard_create(request: OrganizationRequest) -> HttpResponse:
    scorecard = services.start_scorecard(request.organization, title=request.POST.get("title", ""), actor=request.user)
    return redirect("scorecard_update", request.organization.slug, scorecard.pk)


@require_GET
@organization_view(Role.VIEWER)
def scorecard_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    reading = read_scorecard(_scorecard(request, pk))
    context = {
        "part": "scorecard",
        "reading": reading,
        "page": results.result_page(reading, score_history(request.organization)),
        "can_edit": request.role >= Role.EDITOR,
    }
    return render(request, "scorecards/scorecard_detail.html", context)


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
        if all(outcome.state == State.SAVED for outcome in outcomes):
            messages.success(request, "Saved." if outcomes else "Everything was saved already.")
            return _go_on(request, scorecard)
    reading = read_scorecard(scorecard)
    context = {
        "part": "scorecard",
        "reading": reading,
        "live": pages.live_total(reading.result),
        "forms": pages.category_forms(reading, outcomes, data),
        "facts": pages.fact_forms(reading, outcomes, data),
        "problems": sum(outcome.state != State.SAVED for outcome in outcomes),
        "rented": request.organization.hosting_model in ("cloud", "hybrid"),
        "today": timezone.localdate(),
    }
    status = max((outcome.status for outcome in outcomes), default=200)
    return render(request, "scorecards/scorecard_update.html", context, status=status)


def _go_on(request: OrganizationRequest, scorecard: Scorecard) -> HttpResponse:
    """After the whole page was saved by a button: do what the button stands for and go where it leads."""
    slug = request.organization.slug
    then, _, target = request.POST.get("then", "").partition(":")
    if then == "remove" and target.isdecimal() and len(target) < 20:
        try:
            services.remove_evidence(scorecard, _evidence(request, scorecard.pk, int(target)))
        except ValidationError as error:
            messages.error(request, error.messages[0])
    if then == "evidence" and target in _content(scorecard).category_keys:
        return redirect("evidence_create", slug, scorecard.pk, target)
    if then == "sign-off":
        return redirect("scorecard_sign_off", slug, scorecard.pk)
    return redirect("scorecard_update", slug, scorecard.pk)


@require_POST
@organization_view(Role.EDITOR)
def scorecard_rename(request: OrganizationRequest, pk: int) -> HttpResponse:
    try:
        services.rename_scorecard(_scorecard(request, pk), title=request.POST.get("title", ""))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("scorecard_update", request.organization.slug, pk)


@require_POST
@organization_view(Role.EDITOR)
def response_update(request: OrganizationRequest, pk: int, category: str, part: str) -> HttpResponse:
    """Save one part of one category and answer with its save state; the live total comes along."""
    try:
        scorecard = get_scorecard(request.organization, pk)
    except Scorecard.DoesNotExist:
        raise Http404 from None
    content = _content(scorecard)
    if category not in content.category_keys or part not in CATEGORY_PARTS:
        raise Http404
    outcome = saving.save_part(scorecard, content.category(category), part, request.POST, request.user)
    context = {"slot": pages.answered_slot(outcome, content, request.POST), "scorecard": scorecard}
    if outcome.state == State.SAVED and part != "note":
        result = live_result(scorecard)
        context |= {
            "live": pages.live_total(result),
            "category": content.category(category),
            "level": result.level(category),
            "is_unsupported": category in result.unsupported,
            "announce": part == "level",
        }
    return render(request, "scorecards/_response.html", context, status=outcome.status)


@require_POST
@organization_view(Role.EDITOR)
def fact_update(request: OrganizationRequest, pk: int, fact: str) -> HttpResponse:
    scorecard = _scorecard(request, pk)
    content = _content(scorecard)
    try:
        item = content.fact(fact)
    except KeyError:
        raise Http404 from None
    outcome = saving.save_part(scorecard, item, "fact", request.POST, request.user)
    context = {"slot": pages.answered_slot(outcome, content, request.POST), "scorecard": scorecard}
    return render(request, "scorecards/_response.html", context, status=outcome.status)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Role.EDITOR)
def evidence_create(request: OrganizationRequest, pk: int, category: str) -> HttpResponse:
    """The form for one piece of evidence: a page of its own, or a dialog over the filling page."""
    scorecard = _scorecard(request, pk)
    if category not in _content(scorecard).category_keys:
        raise Http404
    form = link_or_file_form(request)
    if request.method == "POST" and _add_evidence(request, scorecard, category, form):
        return _evidence_answer(request, scorecard, category)
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "category": _content(scorecard).category(category),
        "form": form,
        "allowed": ALLOWED,
        "action": reverse("evidence_create", args=[request.organization.slug, pk, category]),
        "back": reverse("scorecard_update", args=[request.organization.slug, pk]) + f"#{category}",
        "audience": f". Only members of {request.organization} can download it.",
    }
    template = "scorecards/_evidence_form.html" if request.htmx else "scorecards/evidence_create.html"
    return render(request, template, context, status=form_status(request, form))


def _add_evidence(request: OrganizationRequest, scorecard: Scorecard, category: str, form: LinkOrFileForm) -> bool:
    about = {"category": category, "actor": request.user}
    return add_from_form(
        request,
        form,
        add_link=lambda title, url: services.add_link(scorecard, title=title, url=url, **about),
        add_file=lambda title, upload: services.add_file(scorecard, title=title, upload=upload, **about),
    )


def _evidence_answer(request: OrganizationRequest, scorecard: Scorecard, category: str) -> HttpResponse:
    """After a change of evidence: the list and the live total for HTMX, else back to the category."""
    if not request.htmx:
        url = reverse("scorecard_update", args=[request.organization.slug, scorecard.pk])
        return redirect(f"{url}#{category}")
    reading = read_scorecard(scorecard)
    row = reading.category(category)
    context = {
        "scorecard": scorecard,
        "row": row,
        "category": row.category,
        "live": pages.live_total(reading.result),
        "level": row.response.level,
        "is_unsupported": row.is_unsupported,
    }
    return render(request, "scorecards/_evidence_changed.html", context)


@require_GET
@organization_view(Role.VIEWER)
def evidence_download(request: OrganizationRequest, pk: int, evidence_pk: int) -> FileResponse:
    evidence = _evidence(request, pk, evidence_pk)
    response = open_file(evidence)
    with audit.if_possible():
        services.record_download(evidence.response.scorecard, evidence)
    return response


def _evidence(request: OrganizationRequest, pk: int, evidence_pk: int) -> Evidence:
    return get_object_or_404(
        Evidence.objects.select_related("response__scorecard"),
        pk=evidence_pk,
        response__scorecard__pk=pk,
        response__scorecard__organization=request.organization,
    )


@require_POST
@organization_view(Role.EDITOR)
def evidence_delete(request: OrganizationRequest, pk: int, evidence_pk: int) -> HttpResponse:
    scorecard = _scorecard(request, pk)
    evidence = _evidence(request, pk, evidence_pk)
    category = evidence.response.category_key
    try:
        services.remove_evidence(scorecard, evidence)
    except ValidationError as error:
        return render(request, "409.html", {"reason": error.messages[0]}, status=409)
    return _evidence_answer(request, scorecard, category)


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
                raise ValidationError("Tick the box to sign off while categories are not scored.")
            services.sign_off(scorecard, actor=request.user, digest=request.POST.get("digest", ""))
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            return redirect("scorecard_detail", request.organization.slug, pk)
    context = {
        "part": "scorecard",
        "reading": reading,
        "page": results.result_page(reading, ()),
        "digest": services.answers_digest(scorecard),
        "error": error,
    }
    return render(request, "scorecards/scorecard_sign_off.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def scorecard_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    scorecard = _scorecard(request, pk)
    if scorecard.is_signed_off:
        return redirect("scorecard_detail", request.organization.slug, pk)
    if request.method == "POST":
        services.delete_scorecard(scorecard)
        messages.success(request, f"{scorecard.title} was deleted.")
        return redirect("scorecard_list", request.organization.slug)
    return render(request, "scorecards/scorecard_delete.html", {"part": "scorecard", "scorecard": scorecard})
