"""Settling one category after the other, and taking what was agreed over to the scorecard."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.rounds.forms import SettleForm
from assessments.rounds.models import RaterEvidence, Round
from assessments.rounds.settling import services as settling
from assessments.rounds.settling.pages import settling_row
from assessments.rounds.settling.readings import divergence
from assessments.rounds.views import round_of
from assessments.saving.parts import StaleAnswerError


def _to_category(request: OrganizationRequest, asked: Round, category: str) -> HttpResponse:
    url = reverse("round_detail", args=[request.organization.slug, asked.pk])
    return redirect(f"{url}#{category}")


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def settlement_update(request: OrganizationRequest, pk: int, category: str) -> HttpResponse:
    """One category with its form: where a level was agreed already, and where settling was refused."""
    asked = round_of(request, pk)
    if not asked.is_closed:
        return redirect("round_detail", request.organization.slug, pk)
    reading = divergence(asked)
    row = next((row for row in reading.categories if row.key == category), None)
    if row is None:
        raise Http404
    error, typed, status = "", None, 200
    if request.method == "POST":
        form = SettleForm(request.POST, raters=[(rater.rater.pk, rater.name) for rater in reading.raters])
        typed = request.POST
        try:
            _settle(asked, category, form, request)
            return _to_category(request, asked, category)
        except ValidationError as refused:
            error, status = refused.messages[0], 422
        except StaleAnswerError as stale:
            words = _("{person} settled this meanwhile. Yours is not saved yet: compare, then settle again.")
            error, status = words.format(person=stale.by), 409
    context = {
        "part": "scorecard",
        "round": asked,
        "scorecard": asked.scorecard,
        "reading": reading,
        "item": settling_row(reading, row, error=error, typed=typed),
        "can_settle": not asked.scorecard.is_signed_off,
    }
    return render(request, "rounds/settlement_update.html", context, status=status)


def _settle(asked: Round, category: str, form: SettleForm, request: OrganizationRequest) -> None:
    if not form.is_valid():
        raise ValidationError([message for errors in form.errors.values() for message in errors])
    data = form.cleaned_data
    settling.settle(
        asked,
        category=category,
        level=data["level"],
        reason=data["reason"],
        dissenters=data["dissent"],
        accepts_median=data["accept"],
        version=data["version"],
        actor=request.user,
    )


@require_POST
@organization_view(Role.EDITOR)
def settlement_take(request: OrganizationRequest, pk: int, category: str) -> HttpResponse:
    """The scorecard takes the agreed level over: one click for one category."""
    asked = round_of(request, pk)
    version = request.POST.get("version", "")
    try:
        if not version.isdecimal() or len(version) > 9:
            raise ValidationError(settling.CHANGED)
        settling.take_level(asked, category=category, actor=request.user, version=int(version))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The scorecard has the agreed level."))
    return _to_category(request, asked, category)


@require_POST
@organization_view(Role.EDITOR)
def rating_take(request: OrganizationRequest, pk: int, rating_pk: int) -> HttpResponse:
    """The scorecard takes one rater's link over as proof."""
    asked = round_of(request, pk)
    try:
        evidence = settling.take_link(asked, rating_pk=rating_pk, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("round_detail", request.organization.slug, pk)
    messages.success(request, _("The scorecard has the link. Say there which question it proves."))
    return _to_category(request, asked, evidence.response.category_key)


@require_POST
@organization_view(Role.EDITOR)
def rater_evidence_take(request: OrganizationRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """The scorecard takes over as proof what one rater attached."""
    asked = round_of(request, pk)
    get_object_or_404(RaterEvidence, pk=evidence_pk, rating__rater__round=asked)
    try:
        evidence = settling.take_evidence(asked, evidence_pk=evidence_pk, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("round_detail", request.organization.slug, pk)
    words = _("The scorecard has the link. Say there which question it proves.")
    if evidence.file:
        words = _("The scorecard has the file. Say there which question it proves.")
    messages.success(request, words)
    return _to_category(request, asked, evidence.response.category_key)
