"""Figures out of files: dropped, shown before they are taken, taken."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import framework
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.figures import history
from assessments.figures.dropped import drops, previews
from assessments.figures.dropped.choices import read_choices
from assessments.figures.incoming import live
from assessments.figures.models import FigureDrop, MeasuredFigure, title_within
from assessments.figures.takes import Target, take_figures, take_recorded
from assessments.framework import Framework
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.platform.storage import NO_ROOM
from assessments.readers import FORMATS
from assessments.saving.uploads import too_large
from assessments.scorecards.models import Scorecard
from assessments.scorecards.services import content_of
from assessments.scoring.words import capitalized, number_word

GONE = _lazy("These figures were taken already, or thrown away.")


def _scorecard(request: OrganizationRequest, pk: int) -> tuple[Scorecard, Framework]:
    scorecard = get_object_or_404(request.organization.scorecards, pk=pk)
    scorecard.organization = request.organization
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    if not content.has_deciders:
        raise Http404
    return scorecard, content


def _filling(request: OrganizationRequest, pk: int, place: str = "") -> str:
    return reverse("scorecard_update", args=[request.organization.slug, pk]) + (f"#{place}" if place else "")


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def figure_drop_create(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The form for a file, or for what it holds; what is in it is shown on the page this leads to."""
    scorecard, content = _scorecard(request, pk)
    place = {name: request.GET.get(name, "")[:60] for name in ("category", "decider", "fact")}
    error = ""
    if request.method == "POST":
        try:
            previews.check_target(content, **place)
            batch = drops.drop_files(
                scorecard, dropped_uploads(request), actor=request.user, batch=_batch(request), **place
            )
            return redirect("figure_drop_detail", request.organization.slug, pk, batch)
        except ValidationError as refused:
            error = refused.messages[0]
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "place": _place(content, place),
        "action": request.get_full_path(),
        "error": error,
        "text": request.POST.get("text", ""),
        "formats": FORMATS,
        "back": _filling(request, pk, place["category"] or ("facts" if place["fact"] else "")),
    }
    status = 413 if hasattr(request, "too_large_upload") else 422 if error else 200
    return render(request, "figures/figure_drop_create.html", context, status=status)


def dropped_uploads(request: OrganizationRequest) -> list[UploadedFile]:
    """The files of a request, or the pasted text; ValidationError where one was read past."""
    uploads = request.FILES.getlist("file")
    if hasattr(request, "too_large_upload"):
        raise ValidationError(too_large(request.too_large_upload))
    if hasattr(request, "has_no_room"):
        raise ValidationError(NO_ROOM)
    text = request.POST.get("text", "")
    return [*uploads, *([drops.pasted(text)] if text.strip() else [])]


def _batch(request: OrganizationRequest) -> UUID | None:
    """The files that these are dropped beside."""
    try:
        return UUID(request.POST.get("batch", ""))
    except ValueError:
        return None


def _place(content: Framework, place: dict[str, str]) -> str:
    """Where it is dropped, in words; empty where that is nowhere in particular, or is not known."""
    try:
        if place["fact"]:
            return content.fact(place["fact"]).question
        category = content.category(place["category"])
        return f"{category.name}: {category.decider(place['decider']).name}" if place["decider"] else category.name
    except KeyError:
        return ""


def _drops(request: OrganizationRequest, scorecard: Scorecard, batch: UUID) -> list[FigureDrop]:
    return list(FigureDrop.objects.filter(organization=request.organization, scorecard=scorecard, batch=batch))


@require_GET
@organization_view(Role.EDITOR)
def figure_drop_detail(request: OrganizationRequest, pk: int, batch: UUID) -> HttpResponse:
    """What is in the dropped files, before anything of them is taken."""
    scorecard, content = _scorecard(request, pk)
    found = _drops(request, scorecard, batch)
    if not found:
        messages.info(request, GONE)
        return redirect(_filling(request, pk))
    return _show(request, scorecard, previews.read_preview(scorecard, content, found, timezone.localdate()))


def _show(request: OrganizationRequest, scorecard: Scorecard, preview: previews.Preview) -> HttpResponse:
    first = preview.blocks[0].drop
    place = {"category": first.category_key, "decider": first.decider_key, "fact": first.fact_key}
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "preview": preview,
        "place": _place(preview.content, place),
        "drop": first,
        "today": timezone.localdate(),
        "back": _filling(request, scorecard.pk, first.category_key or ("facts" if first.fact_key else "")),
    }
    status = 422 if preview.errors else 200
    return render(request, "figures/figure_drop_detail.html", context, status=status)


@require_POST
@organization_view(Role.EDITOR)
def figure_drop_take(request: OrganizationRequest, pk: int, batch: UUID) -> HttpResponse:
    """Take what is ticked: one figure, one proof. A second press finds nothing left, and says so."""
    scorecard, content = _scorecard(request, pk)
    found = _drops(request, scorecard, batch)
    if not found:
        messages.info(request, GONE)
        return redirect(_filling(request, pk))
    preview = previews.read_preview(scorecard, content, found, timezone.localdate(), request.POST)
    if "work" in request.POST:  # only what was given to divide by is looked at
        preview.errors.extend([preview.unit.error] if preview.unit and preview.unit.error else [])
        return _show(request, scorecard, preview)
    choices, states, kept = read_choices(preview)
    if not preview.errors:
        try:
            taken = take_figures(scorecard, choices, kept=kept, states=states, actor=request.user)
            said = ngettext("{count} figure was taken.", "{count} figures were taken.", taken)
            said = capitalized(said.format(count=number_word(taken)))
            messages.success(request, said if taken else GONE)
            target = choices[0].target
            return redirect(_filling(request, pk, target.category or "facts"))
        except ValidationError as refused:
            preview.errors.append(refused.messages[0])
    return _show(request, scorecard, preview)


@require_POST
@organization_view(Role.EDITOR)
def figure_drop_delete(request: OrganizationRequest, pk: int, drop_pk: int) -> HttpResponse:
    """Throw one dropped file away; the others of its page stay."""
    scorecard = _scorecard(request, pk)[0]
    drop = FigureDrop.objects.filter(organization=request.organization, scorecard=scorecard, pk=drop_pk).first()
    if drop is None:
        messages.info(request, GONE)
        return redirect(_filling(request, pk))
    drops.discard([drop])
    return redirect("figure_drop_detail", request.organization.slug, pk, drop.batch)


@require_GET
@organization_view(Role.VIEWER)
def figure_list(request: OrganizationRequest) -> HttpResponse:
    """Every figure that was measured, over time."""
    found = history.histories(request.organization)
    context = {
        "part": "scorecard",
        "histories": found,
        "contradictions": history.contradictions(found),
        "can_edit": request.role >= Role.EDITOR,
        "has_sources": live.is_on(),
        "can_take": request.role >= Role.EDITOR and history.has_open_scorecard(request.organization),
    }
    return render(request, "figures/figure_list.html", context)


@require_POST
@organization_view(Role.EDITOR)
def figure_delete(request: OrganizationRequest, figure_pk: int) -> HttpResponse:
    """Take one figure out of the history; what it proves in an assessment stays there."""
    figure = MeasuredFigure.objects.filter(organization=request.organization, pk=figure_pk).first()
    if figure is not None:
        figure.delete()
        subject = f"{figure.title} of {figure.on:%Y-%m-%d}"
        trail.record(Action.EVIDENCE_REMOVED, organization=request.organization, subject=subject)
        messages.success(request, _("{figure} was taken out of the history.").format(figure=title_within(figure)))
    return redirect("figure_list", request.organization.slug)


@require_POST
@organization_view(Role.EDITOR)
def figure_take(request: OrganizationRequest, figure_pk: int) -> HttpResponse:
    """Take a figure of the history as proof in the open assessment."""
    figure = get_object_or_404(MeasuredFigure, organization=request.organization, pk=figure_pk)
    scorecard = request.organization.scorecards.open().first()
    target = Target.parse(request.POST.get("for", ""))
    try:
        if scorecard is None:
            raise ValidationError(_("No assessment is open. Start the next one first."))
        options = history.options_of(figure, content_of(scorecard))
        if str(target) not in {option.value for option in options}:
            raise ValidationError(_("Choose what the figure proves."))
        take_recorded(scorecard, figure, target=target, actor=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect("figure_list", request.organization.slug)
    messages.success(request, _("{figure} was taken.").format(figure=title_within(figure)))
    return redirect(_filling(request, scorecard.pk, target.category or "facts"))
