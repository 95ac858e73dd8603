"""The page that says what changed for the next assessment, and starts it. The one before stays as it was."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from assessments.framework.differing import CategoryChange, Difference, difference
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.scorecards import services
from assessments.scorecards.services import content_of
from assessments.scorecards.upgrading.fitting import category_of, decider_fits, level_fits


@dataclass(frozen=True, slots=True)
class UpgradeRow:
    """A category with what changed, and what becomes of its answer in a word and a sentence."""

    change: CategoryChange
    outcome: str
    detail: str


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def scorecard_upgrade(request: OrganizationRequest, pk: int) -> HttpResponse:
    scorecard = get_object_or_404(request.organization.scorecards, pk=pk)
    newest = request.organization.scorecards.newest_first().first()
    may_start = newest == scorecard and scorecard.is_signed_off
    if request.method == "POST" and may_start:
        title = request.POST.get("title", "")
        try:
            started = services.start_scorecard(request.organization, title=title, actor=request.user)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
            return redirect("scorecard_upgrade", request.organization.slug, pk)
        return redirect("scorecard_prepare", request.organization.slug, started.pk)
    changes = difference(content_of(scorecard), request.organization.framework)
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "changes": changes,
        "rows": [_row(changes, change) for change in changes.categories],
        "may_start": may_start,
        "open": newest if newest and not newest.is_signed_off else None,
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "scorecards/scorecard_upgrade.html", context, status=status)


def _row(changes: Difference, change: CategoryChange) -> UpgradeRow:
    if change.is_gone:
        return UpgradeRow(change, _("Not carried"), _("It is not asked any more."))
    if change.is_new:
        return UpgradeRow(change, pgettext("not yet scored", "Open"), "")
    was, now = category_of(changes.was, change.category.key), change.category
    assert was is not None  # noqa: S101  else it were new
    if changes.was.has_deciders != changes.now.has_deciders:
        return UpgradeRow(
            change,
            pgettext("an answer", "Claimed"),
            _("Its level stands as a claim until what settles it is answered."),
        )
    if not now.deciders:
        fits = level_fits(was, now)
        detail = "" if fits else _("Its note and its evidence come along; its level is to be chosen again.")
        return UpgradeRow(change, _("Carried over") if fits else pgettext("not yet scored", "Open"), detail)
    opened = [decider.name for decider in now.deciders if not decider_fits(was, now, decider.key)]
    if not opened:
        return UpgradeRow(change, _("Carried over"), "")
    detail = _("To be asked again: {names}. Note and evidence come along.").format(names=", ".join(opened))
    return UpgradeRow(
        change,
        pgettext("not yet scored", "Open") if len(opened) == len(now.deciders) else _("Carried over in part"),
        detail,
    )
