"""Saving one answer at a time, and the evidence behind it: what the filling page sends while one works on it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from assessments import framework, scoring
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.framework import Category, Framework
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.saving.forms import LinkOrFileForm
from assessments.saving.parts import State
from assessments.saving.proofs import add_from_form, form_status, is_refused, link_or_file_form, open_file
from assessments.saving.uploads import ALLOWED
from assessments.scorecards import services
from assessments.scorecards.asking import asking
from assessments.scorecards.filling import pages, saving
from assessments.scorecards.forms import DeciderChoiceForm, ProofForm, unit_of
from assessments.scorecards.models import Evidence, Response, Scorecard
from assessments.scorecards.queries import are_facts_missing, get_scorecard, live_result
from assessments.scorecards.readings import CategoryReading, FactReading, read_scorecard


def _content(scorecard: Scorecard) -> Framework:
    return framework.load(scorecard.framework_key, scorecard.framework_version)


def _scorecard(request: OrganizationRequest, pk: int) -> Scorecard:
    """The quick way to it: this stands before every save."""
    try:
        return get_scorecard(request.organization, pk)
    except Scorecard.DoesNotExist:
        raise Http404 from None


def _category(scorecard: Scorecard, key: str) -> Category:
    content = _content(scorecard)
    if key not in content.category_keys:
        raise Http404
    return content.category(key)


@require_POST
@organization_view(Role.EDITOR)
def decider_update(request: OrganizationRequest, pk: int, category: str, decider: str) -> HttpResponse:
    """Save what was shown for one decider; its category's level and the live total come along."""
    scorecard = _scorecard(request, pk)
    results: list[scoring.Result] = []
    outcome = saving.save_decider(scorecard, category, decider, request.POST, request.user, scored=results.append)
    context = {"slot": pages.answered_slot(outcome, _content(scorecard), request.POST), "scorecard": scorecard}
    if outcome.state == State.SAVED:
        about = _content(scorecard).category(category)
        # What the page knows of the facts is enough for where its button leads, and spares the way to the database.
        left = request.POST.get("facts_left")
        context |= _changed(scorecard, about, results[-1], left != "0" if left else None)
        context["announce"] = _said(request.POST.get(f"{decider}-state", "")).format(name=about.decider(decider).name)
        if scorecard.is_asked and not results[-1].answer(category).unasked:
            context["is_asked_no_more"] = asking.end_answered(scorecard, category=category)
    return render(request, "scorecards/_decider_saved.html", context, status=outcome.status)


def _said(state: str) -> str:
    """What is said of a decider that was saved, by what its control holds."""
    return {
        "": _("{name} saved as not asked."),
        "0": _("{name} saved as not shown."),
        "1": _("{name} saved as in part."),
        "2": _("{name} saved as shown."),
    }[state]


def _changed(
    scorecard: Scorecard, category: Category, result: scoring.Result, facts_missing: bool | None
) -> dict[str, object]:
    """What a page by deciders shows anew after a change in one of its categories."""
    form = pages.CategoryForm(CategoryReading(category, Response(), (), None, result.answer(category.key)), {}, {})
    return {"live": _live(scorecard, result, facts_missing), "category": category, "form": form}


def _live(scorecard: Scorecard, result: scoring.Result, facts_missing: bool | None = None) -> pages.LiveTotal:
    """The live bar of a page by deciders; whether a fact is missing is looked up where it matters and is not known."""
    if facts_missing is None:
        facts_missing = result.is_complete and are_facts_missing(scorecard)
    return pages.live_total(result, has_deciders=True, facts_missing=facts_missing)


@require_POST
@organization_view(Role.EDITOR)
def response_update(request: OrganizationRequest, pk: int, category: str, part: str) -> HttpResponse:
    """Save one part of one category and answer with its save state; the live total comes along."""
    scorecard = _scorecard(request, pk)
    content, about = _content(scorecard), _category(scorecard, category)
    if part not in saving.parts_of(about):
        raise Http404
    results: list[scoring.Result] = []
    outcome = saving.save_part(scorecard, about, part, request.POST, request.user, scored=results.append)
    context = {"slot": pages.answered_slot(outcome, content, request.POST), "scorecard": scorecard}
    if outcome.state == State.SAVED and about.deciders and part == "level":
        return _claimed(request, scorecard, about, results[-1], context)
    if outcome.state == State.SAVED and part != "note":
        result = results[-1] if results else live_result(scorecard)
        context |= {
            "live": pages.live_total(result),
            "category": about,
            "level": result.level(category),
            "is_unsupported": category in result.claims,
            "announce": part == "level",
        }
    return render(request, "scorecards/_response.html", context, status=outcome.status)


def _claimed(
    request: OrganizationRequest,
    scorecard: Scorecard,
    category: Category,
    result: scoring.Result,
    context: dict[str, object],
) -> HttpResponse:
    """The answer to a level claimed outright, with the line that says who claims it."""
    response = scorecard.responses.select_related("claimed_by").get(category_key=category.key)
    form = pages.CategoryForm(CategoryReading(category, response, (), None, result.answer(category.key)), {}, {})
    said = _("Claim withdrawn.") if response.level is None else _("Level {level} claimed.")
    said = said.format(level=response.level)
    context |= {"live": _live(scorecard, result), "category": category, "form": form}
    context |= {"announce": said, "claim_changed": True}
    return render(request, "scorecards/_decider_saved.html", context)


@require_POST
@organization_view(Role.EDITOR)
def fact_update(request: OrganizationRequest, pk: int, fact: str) -> HttpResponse:
    scorecard = _scorecard(request, pk)
    content = _content(scorecard)
    try:
        item = content.fact(fact)
    except KeyError:
        raise Http404 from None
    context: dict[str, object] = {"scorecard": scorecard}
    if content.has_deciders:
        currency = request.organization.currency
        outcome = saving.save_fact(scorecard, item, request.POST, request.user, currency=currency)
        if outcome.state == State.SAVED:
            context |= _fact_changed(scorecard, content, fact)
    else:
        outcome = saving.save_part(scorecard, item, "fact", request.POST, request.user)
    context["slot"] = pages.answered_slot(outcome, content, request.POST)
    return render(request, "scorecards/_fact_saved.html", context, status=outcome.status)


def _fact_changed(scorecard: Scorecard, content: Framework, fact: str) -> dict[str, object]:
    """What stands under the fact now, how many are answered, and where the main button leads."""
    rows = {row.fact_key: FactReading(content.fact(row.fact_key), row, True) for row in scorecard.fact_answers.all()}
    answered = sum(row.is_answered for row in rows.values())
    result = live_result(scorecard)
    live = pages.live_total(result, has_deciders=True, facts_missing=answered < len(content.facts))
    about = {"state": pages.fact_state(rows[fact]), "reading": rows[fact]}
    return {
        "key": fact,
        "fact": about,
        "answered_facts": answered,
        "facts_left": len(content.facts) - answered,
        "live": live,
    }


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Role.EDITOR)
def evidence_create(request: OrganizationRequest, pk: int, category: str) -> HttpResponse:
    """The form for one piece of evidence: a page of its own, or a dialog over the filling page."""
    scorecard = _scorecard(request, pk)
    about = _category(scorecard, category)
    form = _proof_form(request, about) if about.deciders else link_or_file_form(request)
    if request.method == "POST" and _add_evidence(request, scorecard, category, form):
        return _evidence_answer(request, scorecard, category)
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "category": about,
        "form": form,
        "metrics": [(metric, unit_of(metric, request.organization.currency)) for metric in about.metrics],
        "today": timezone.localdate(),
        "allowed": ALLOWED,
        "action": reverse("evidence_create", args=[request.organization.slug, pk, category]),
        "back": reverse("scorecard_update", args=[request.organization.slug, pk]) + f"#{category}",
        "audience": ". "
        + _("Only members of {organization} can download it.").format(organization=request.organization),
    }
    template = "scorecards/_evidence_form.html" if request.htmx else "scorecards/evidence_create.html"
    return render(request, template, context, status=form_status(request, form))


def _proof_form(request: OrganizationRequest, category: Category) -> ProofForm:
    about = {"category": category, "currency": request.organization.currency}
    if request.method == "POST":
        return ProofForm(request.POST, request.FILES, **about)
    initial = {"kind": request.GET.get("kind", "link"), "seen_by": str(request.user), "on": timezone.localdate()}
    return ProofForm(initial=initial | {"deciders": request.GET.getlist("decider")}, **about)


def _add_evidence(
    request: OrganizationRequest, scorecard: Scorecard, category: str, form: LinkOrFileForm | ProofForm
) -> bool:
    if isinstance(form, ProofForm):
        return _add_proof(request, scorecard, category, form)
    about = {"category": category, "actor": request.user}
    return add_from_form(
        request,
        form,
        add_link=lambda title, url: services.add_link(scorecard, title=title, url=url, **about),
        add_file=lambda title, upload: services.add_file(scorecard, title=title, upload=upload, **about),
    )


def _add_proof(request: OrganizationRequest, scorecard: Scorecard, category: str, form: ProofForm) -> bool:
    """Add what the form holds; where that cannot be, the reason is put on the form."""
    valid = form.is_valid()
    if is_refused(request, form) or not valid:
        return False
    try:
        _store_proof(scorecard, category, form.cleaned_data, request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _store_proof(scorecard: Scorecard, category: str, data: dict[str, Any], actor: User) -> None:
    about = {"category": category, "deciders": data["deciders"], "on": data["on"], "actor": actor}
    kind = data["kind"]
    if kind == Evidence.Kind.FIGURE:
        services.add_figure(scorecard, name=data["name"], value=data["value"], unit=data["unit"], **about)
    elif kind == Evidence.Kind.SIGHTING:
        seen = {"what": data["what"], "whose": data["whose"], "seen_by_name": data["seen_by"]}
        services.add_sighting(scorecard, **seen, **about)
    elif kind == Evidence.Kind.FILE:
        kept = {"title": data["title"], "upload": data["file"], "in_force_until": data["in_force_until"]}
        services.add_file(scorecard, **kept, **about)
    else:
        title = data["title"] or data["url"][:200]
        until = data["in_force_until"]
        services.add_link(scorecard, title=title, url=data["url"], in_force_until=until, **about)


@require_POST
@organization_view(Role.EDITOR)
def evidence_see(request: OrganizationRequest, pk: int, category: str, decider: str) -> HttpResponse:
    """I saw it today: one sighting for one decider, by whoever presses the button."""
    scorecard = _scorecard(request, pk)
    _category(scorecard, category)
    try:
        services.add_sighting(scorecard, category=category, deciders=[decider], actor=request.user)
    except ValidationError as error:
        return render(request, "409.html", {"reason": error.messages[0]}, status=409)
    return _evidence_answer(request, scorecard, category)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Role.EDITOR)
def evidence_update(request: OrganizationRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """Which deciders of its category a piece of evidence proves: a page of its own, or a dialog."""
    scorecard, evidence = _scorecard(request, pk), _evidence(request, pk, evidence_pk)
    category = _category(scorecard, evidence.response.category_key)
    proven = evidence.deciders.values_list("decider_key", flat=True)
    posted = request.POST if request.method == "POST" else None
    form = DeciderChoiceForm(posted, category=category, initial={"deciders": list(proven)})
    if request.method == "POST" and form.is_valid():
        try:
            chosen = form.cleaned_data["deciders"]
            services.set_proven_deciders(scorecard, evidence, deciders=chosen, actor=request.user)
            return _evidence_answer(request, scorecard, category.key)
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "category": category,
        "evidence": evidence,
        "form": form,
        "action": reverse("evidence_update", args=[request.organization.slug, pk, evidence_pk]),
        "back": reverse("scorecard_update", args=[request.organization.slug, pk]) + f"#{category.key}",
    }
    template = "scorecards/_evidence_deciders.html" if request.htmx else "scorecards/evidence_update.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _evidence_answer(request: OrganizationRequest, scorecard: Scorecard, category: str) -> HttpResponse:
    """After a change of evidence: what shows it and the live total for HTMX, else back to the category."""
    if not request.htmx:
        url = reverse("scorecard_update", args=[request.organization.slug, scorecard.pk])
        return redirect(f"{url}#{category}")
    reading = read_scorecard(scorecard)
    row = reading.category(category)
    context = {"scorecard": scorecard, "category": row.category, "live": pages.live_total_of(reading)}
    if row.category.deciders:
        form = pages.category_form(row)
        return render(
            request, "scorecards/_proofs_changed.html", context | {"form": form, "announce": _("Proof saved.")}
        )
    context |= {"row": row, "level": row.response.level, "is_unsupported": row.is_unsupported}
    return render(request, "scorecards/_evidence_changed.html", context)


@require_GET
@organization_view(Role.VIEWER)
def evidence_download(request: OrganizationRequest, pk: int, evidence_pk: int) -> FileResponse:
    evidence = _evidence(request, pk, evidence_pk)
    response = open_file(evidence)
    with trail.if_possible():
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
