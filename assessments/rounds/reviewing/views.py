"""The pages of a review before sign-off: whether it is asked for, who is asked, what they say."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.rounds.reviewing import services
from assessments.rounds.reviewing.forms import AskReviewForm
from assessments.rounds.reviewing.models import SignOffReview
from assessments.rounds.services import people_to_ask
from assessments.scorecards.readings import read_scorecard
from assessments.scorecards.services import answers_digest


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def review_setting_update(request: OrganizationRequest) -> HttpResponse:
    """Whether every sign-off waits for a second pair of eyes."""
    if request.method == "POST":
        required = request.POST.get("required") == "1"
        services.set_required(request.organization, required=required, actor=request.user)
        messages.success(request, _("Saved."))
        return redirect("review_setting_update", request.organization.slug)
    context = {"part": "settings", "required": services.is_required(request.organization)}
    return render(request, "rounds/review_setting_update.html", context)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def sign_off_review_create(request: OrganizationRequest, pk: int) -> HttpResponse:
    scorecard = get_object_or_404(request.organization.scorecards, pk=pk)
    scorecard.organization = request.organization
    people = [person for person in people_to_ask(request.organization) if person.pk != request.user.pk]
    form = AskReviewForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_review(scorecard, reviewer=form.cleaned_data["reviewer"], actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("{name} is asked.").format(name=form.cleaned_data["reviewer"]))
            return redirect("scorecard_sign_off", request.organization.slug, pk)
    context = {"part": "scorecard", "scorecard": scorecard, "form": form, "people": people}
    return render(request, "rounds/sign_off_review_create.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@organization_view(Role.VIEWER)
def sign_off_review_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The reviewer's page: every category with its level and finding, a comment to each, and the two buttons."""
    found = SignOffReview.objects.select_related("scorecard", "asked_by")
    review = get_object_or_404(found, pk=pk, scorecard__organization=request.organization)
    review.scorecard.organization = request.organization
    reading = read_scorecard(review.scorecard)
    keys, error = reading.framework.category_keys, ""
    comments = {key: request.POST.get(f"{key}-comment", "") for key in keys} if request.method == "POST" else {}
    if request.method == "POST":
        try:
            services.decide(
                review,
                approved=request.POST.get("do") == "approve",
                actor=request.user,
                digest=request.POST.get("digest", ""),
                word=request.POST.get("word", ""),
                comments=comments,
            )
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            messages.success(request, _("Your word is kept. Whoever asked you has a mail."))
            return redirect("sign_off_review_update", request.organization.slug, pk)
    said = comments or review.comments
    context = {
        "part": "scorecard",
        "review": review,
        "scorecard": review.scorecard,
        "rows": [(row, said.get(row.category.key, "")) for row in reading.categories],
        "word": request.POST.get("word", review.word),
        "digest": answers_digest(review.scorecard),
        "can_decide": review.reviewer_id == request.user.pk
        and review.state == SignOffReview.State.WAITING
        and not review.scorecard.is_signed_off,
        "error": error,
    }
    return render(request, "rounds/sign_off_review_update.html", context, status=422 if error else 200)
