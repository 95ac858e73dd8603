"""What the page of a sign-off shows of the review that it waits for."""

from typing import Any

from django import template
from django.http import HttpRequest

from assessments.rounds.reviewing.services import is_required, obstacle
from assessments.scorecards.models import Scorecard

register = template.Library()


@register.inclusion_tag("rounds/_sign_off_review.html")
def sign_off_review(request: HttpRequest, scorecard: Scorecard, digest: str) -> dict[str, Any]:
    """Nothing where the organization asks for no review."""
    organization = request.organization  # type: ignore[attr-defined]
    required = is_required(organization)
    return {
        "request": request,
        "scorecard": scorecard,
        "required": required,
        "obstacle": obstacle(scorecard, request.user, digest) if required else "",  # type: ignore[arg-type]
        "review": scorecard.sign_off_reviews.first() if required else None,
        "can_override": request.role.can_manage,  # type: ignore[attr-defined]
        "override": request.POST.get("override", ""),
    }
