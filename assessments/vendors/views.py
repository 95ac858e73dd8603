"""The buyer's pages: vendors, filling in a review, reading it, closing it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.organizations.queries import list_names
from assessments.saving.forms import LinkOrFileForm
from assessments.saving.numbers import read_number
from assessments.saving.parts import State
from assessments.saving.proofs import add_from_form, form_status, open_file
from assessments.saving.uploads import ALLOWED
from assessments.vendors import pages, saving, services
from assessments.vendors.comparing.comparison import (
    FILTERS,
    chart_sentence,
    chosen_reviews,
    compare_reviews,
    topics_figure,
)
from assessments.vendors.comparing.sheets import XLSX, comparison_workbook
from assessments.vendors.forms import NewVendorReviewForm, VendorReviewForm
from assessments.vendors.linking.pages import link_panel
from assessments.vendors.measured import files
from assessments.vendors.models import MAX_WEIGHT, VendorEvidence, VendorReview
from assessments.vendors.readings import (
    ReviewReading,
    current_ratings,
    list_reviews,
    live_result,
    read_review,
    topics_of,
)


def _review(request: OrganizationRequest, pk: int) -> VendorReview:
    review = get_object_or_404(VendorReview.objects.of(request.organization), pk=pk)
    review.vendor.organization = request.organization
    return review


def _question(review: VendorReview, key: str) -> str:
    """The key, if the question is put in this review; 404 if not."""
    topics = topics_of(services.content_of(review), review.hosting_model)
    if key not in {question.key for topic in topics for question in topic.questions}:
        raise Http404
    return key


@require_GET
@organization_view(Role.VIEWER)
def vendor_review_list(request: OrganizationRequest) -> HttpResponse:
    rows = list_reviews(request.organization)
    vendors = pages.by_vendor(rows)
    context = {
        "part": "vendors",
        "vendors": vendors,
        "vendor_count": sum(not row.vendor.is_own_team for row in vendors),
        "number": len(rows),
        "can_edit": request.role.can_edit,
    }
    return render(request, "vendors/vendor_review_list.html", context)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def vendor_review_create(request: OrganizationRequest) -> HttpResponse:
    initial = {"reviewed_on": timezone.localdate(), "hosting_model": request.organization.hosting_model}
    form = NewVendorReviewForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            review = services.start_review(request.organization, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("vendor_review_update", request.organization.slug, review.pk)
    context = {"part": "vendors", "form": form}
    status = 422 if form.errors else 200
    return render(request, "vendors/vendor_review_create.html", context, status=status)


@require_GET
@organization_view(Role.VIEWER)
def vendor_review_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    review = _review(request, pk)
    reading = read_review(review)
    context = {
        "part": "vendors",
        "reading": reading,
        **link_panel(review, request.user),
        "share": pages.share_text(reading.result),
        "follow_ups": pages.follow_ups(reading),
        "can_edit": request.role.can_edit,
    }
    return render(request, "vendors/vendor_review_detail.html", context)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def vendor_review_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The filling page. A POST is the whole page saved by a button, as it happens without JavaScript."""
    review = _review(request, pk)
    if review.is_complete and request.method == "GET":
        return redirect("vendor_review_detail", request.organization.slug, pk)
    show = request.GET.get("show", "")
    if show not in pages.FILTERS:
        raise Http404
    outcomes, data = [], None
    if request.method == "POST":
        data = request.POST
        outcomes = saving.save_page(read_review(review), data, request.user)
        if all(outcome.state == State.SAVED for outcome in outcomes):
            return _go_on(request, review, show, bool(outcomes))
    read_at, reading = timezone.now(), read_review(review)
    topics = pages.topic_forms(reading, outcomes, data, show)
    further = [topic for topic in topics if not topic.reading.is_first]
    context = {
        "part": "vendors",
        "reading": reading,
        "read_at": read_at.isoformat(),
        "review": review,
        "live": pages.live_tally(reading.result),
        "topics": topics,
        "further": further,
        "further_open": bool(show or outcomes) or any(topic.reading.rated for topic in further),
        "filters": pages.filters(reading),
        "show": show,
        **link_panel(review, request.user),
        "problems": sum(outcome.state != State.SAVED for outcome in outcomes),
        "people": list_names(request.organization),
    }
    status = max((outcome.status for outcome in outcomes), default=200)
    return render(request, "vendors/vendor_review_update.html", context, status=status)


def _go_on(request: OrganizationRequest, review: VendorReview, show: str, saved: bool) -> HttpResponse:
    """After the whole page was saved by a button: do what the button stands for and go where it leads."""
    slug = request.organization.slug
    then, target = request.POST.get("then", "").partition(":")[::2]
    here = reverse("vendor_review_update", args=[slug, review.pk]) + (f"?show={show}" if show else "")
    if then == "evidence":
        return redirect("vendor_evidence_create", slug, review.pk, _question(review, target))
    if then == "complete":
        return redirect("vendor_review_complete", slug, review.pk)
    try:
        if then == "remove" and target.isdecimal() and len(target) < 20:
            services.remove_evidence(review, _evidence(request, review.pk, int(target)), actor=request.user)
        elif then in ("skip", "apply"):
            services.rate_topic(review, topic=target, applies=then == "apply", actor=request.user)
            return redirect(f"{here}#{target}")
        elif then == "take":
            key = _question(review, target)
            services.take_offered(review, question=key, read_at=saving.read_at(request.POST), actor=request.user)
            return redirect(f"{here}#{key}")
        elif then == "seen":
            services.mark_seen(review, read_at=saving.read_at(request.POST))
        else:
            messages.success(request, _("Saved.") if saved else _("Everything was saved already."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(here)


@require_POST
@organization_view(Role.EDITOR)
def vendor_answer_update(request: OrganizationRequest, pk: int, question: str, part: str) -> HttpResponse:
    """Save one part of one answer and answer with its save state; the points so far come along."""
    review = _review(request, pk)
    if part not in saving.PARTS:
        raise Http404
    outcome = saving.save_part(review, _question(review, question), part, request.POST, request.user)
    context = {"slot": pages.answered_slot(outcome, request.POST), "review": review}
    if outcome.state == State.SAVED and part == "rating":
        context |= _changed(review, question)
    return render(request, "vendors/_answer.html", context, status=outcome.status)


def _changed(review: VendorReview, question: str) -> dict[str, object]:
    """What changes elsewhere on the page with a rating: the points, the topic's count."""
    result = live_result(review, current_ratings(review))
    asked = next(each for each in result.questions if each.key == question)
    topic = next(t for t in services.content_of(review).vendor.topics if t.key == asked.topic)
    return {
        "live": pages.live_tally(result),
        "topic": topic,
        "tally": result.topic(topic.key),
        "rating": asked.rating,
        "announce": True,
    }


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def vendor_review_edit(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The vendor's name and the review's offer, contact, date and hosting model."""
    review = _review(request, pk)
    if review.is_complete and request.method == "GET":
        return redirect("vendor_review_detail", request.organization.slug, pk)
    form = VendorReviewForm(request.POST or None, instance=_review(request, pk), initial={"name": review.vendor.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_details(review, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor_review_update", request.organization.slug, pk)
    context = {"part": "vendors", "review": review, "form": form}
    status = 422 if form.errors else 200
    return render(request, "vendors/vendor_review_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def vendor_review_complete(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asks for confirmation, names what is not rated or weak, then closes the review."""
    review = _review(request, pk)
    if not review.is_complete and request.method == "POST":
        services.complete_review(review, actor=request.user)
        messages.success(request, _("The review of {vendor} is complete.").format(vendor=review.vendor))
    if review.is_complete:
        return redirect("vendor_review_detail", request.organization.slug, pk)
    reading = read_review(review)
    context = {"part": "vendors", "reading": reading, "unrated": _unrated(reading)}
    return render(request, "vendors/vendor_review_complete.html", context)


def _unrated(reading: ReviewReading) -> list[str]:
    return [row.ask for row in reading.questions if not row.answer.rating]


@require_POST
@organization_view(Role.EDITOR)
def vendor_review_reopen(request: OrganizationRequest, pk: int) -> HttpResponse:
    try:
        services.reopen_review(_review(request, pk), actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("vendor_review_update", request.organization.slug, pk)


@require_POST
@organization_view(Role.EDITOR)
def vendor_review_repeat(request: OrganizationRequest, pk: int) -> HttpResponse:
    try:
        review = services.repeat_review(_review(request, pk), actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("vendor_review_list", request.organization.slug)
    return redirect("vendor_review_update", request.organization.slug, review.pk)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def vendor_review_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    review = _review(request, pk)
    if request.method == "POST":
        services.delete_review(review, actor=request.user)
        messages.success(request, _("The review of {vendor} was deleted.").format(vendor=review.vendor))
        return redirect("vendor_review_list", request.organization.slug)
    return render(request, "vendors/vendor_review_delete.html", {"part": "vendors", "review": review})


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Role.EDITOR)
def vendor_evidence_create(request: OrganizationRequest, pk: int, question: str) -> HttpResponse:
    """The form for one piece of evidence: a page of its own, or a dialog over the filling page."""
    review = _review(request, pk)
    known = services.questions_of(services.content_of(review))[_question(review, question)]
    slug, about = request.organization.slug, {"question": question, "actor": request.user}
    form = files.evidence_form(request.POST, request.FILES) if request.method == "POST" else LinkOrFileForm()
    adding = files.Adding(
        drop=lambda upload: services.drop_file(review, upload=upload, **about),
        add=lambda title, upload: services.add_file(review, title=title, upload=upload, **about),
    )
    if request.method == "POST" and add_from_form(
        request,
        form,
        add_link=lambda title, url: services.add_link(review, title=title, url=url, **about),
        add_file=adding,
    ):
        if adding.batch:
            return files.lead_to(request, reverse("vendor_drop_detail", args=[slug, pk, adding.batch]), form)
        return _evidence_answer(request, review, question)
    context = {
        "part": "vendors",
        "review": review,
        "ask": services.wording(known, review.vendor),
        "form": form,
        "pastes": True,
        "text": request.POST.get("text", ""),
        "allowed": ALLOWED,
        "action": reverse("vendor_evidence_create", args=[slug, pk, question]),
        "back": reverse("vendor_review_update", args=[slug, pk]) + f"#{question}",
        "audience": _(". Only members of {organization} can download it.").format(organization=request.organization),
    }
    template = "vendors/_evidence_form.html" if request.htmx else "vendors/vendor_evidence_create.html"
    return render(request, template, context, status=form_status(request, form))


def _evidence_answer(request: OrganizationRequest, review: VendorReview, question: str) -> HttpResponse:
    """After a change of evidence: the list for HTMX, else back to the question."""
    if not request.htmx:
        url = reverse("vendor_review_update", args=[request.organization.slug, review.pk])
        return redirect(f"{url}#{question}")
    row = read_review(review).question(question)
    return render(request, "vendors/_evidence_changed.html", {"review": review, "row": row})


@require_GET
@organization_view(Role.VIEWER)
def vendor_evidence_download(request: OrganizationRequest, pk: int, evidence_pk: int) -> FileResponse:
    evidence = _evidence(request, pk, evidence_pk)
    response = open_file(evidence)
    with trail.if_possible():
        services.record_evidence(Action.EVIDENCE_DOWNLOADED, evidence.answer.review, evidence, actor=request.user)
    return response


def _evidence(request: OrganizationRequest, pk: int, evidence_pk: int) -> VendorEvidence:
    return get_object_or_404(
        VendorEvidence.objects.select_related("answer__review__vendor"),
        pk=evidence_pk,
        answer__review__pk=pk,
        answer__review__vendor__organization=request.organization,
    )


@require_POST
@organization_view(Role.EDITOR)
def vendor_evidence_delete(request: OrganizationRequest, pk: int, evidence_pk: int) -> HttpResponse:
    review = _review(request, pk)
    evidence = _evidence(request, pk, evidence_pk)
    question = evidence.answer.question_key
    try:
        services.remove_evidence(review, evidence, actor=request.user)
    except ValidationError as error:
        return render(request, "409.html", {"reason": error.messages[0]}, status=409)
    return _evidence_answer(request, review, question)


@require_GET
@organization_view(Role.VIEWER)
def vendor_review_compare(request: OrganizationRequest) -> HttpResponse:
    """Two to six reviews side by side; without a choice, the latest of each vendor."""
    show, words = request.GET.get("show", ""), request.GET.get("words") == "1"
    if show not in FILTERS:
        raise Http404
    try:
        reviews = chosen_reviews(request.organization, request.GET.getlist("review"))
    except ValidationError as error:
        context = {"part": "vendors", "reason": error.messages[0]}
        return render(request, "vendors/vendor_review_compare_refused.html", context, status=422)
    comparison = compare_reviews(request.organization, reviews)
    chosen = [("review", review.pk) for review in reviews]
    context = {
        "part": "vendors",
        "comparison": comparison,
        "chart": topics_figure(comparison),
        "chart_sentence": chart_sentence(comparison),
        "marks": pages.chart_marks(comparison),
        "filters": pages.compare_filters(comparison, chosen, show=show, words=words),
        "show": show,
        "words": words,
        "words_url": pages.query(chosen, show=show, words="" if words else "1"),
        "chosen": pages.query(chosen),
        "scorecard": request.organization.scorecards.newest_first().first(),
        "can_edit": request.role.can_edit,
        "max_weight": MAX_WEIGHT,
    }
    return render(request, "vendors/vendor_review_compare.html", context)


def _weight(text: str) -> int:
    """A weight as people write it; ValidationError for what is no whole number."""
    try:
        weight = read_number(text)
    except ValidationError:
        weight = None
    if weight is None or weight != int(weight):
        raise ValidationError(services.WEIGHT_ERROR)
    return int(weight)


@require_POST
@organization_view(Role.EDITOR)
def topic_weight_update(request: OrganizationRequest) -> HttpResponse:
    """How much each topic counts in comparisons, for everyone in the organization."""
    keys = [topic.key for topic in request.organization.vendor_framework.vendor.topics]
    back = reverse("vendor_review_compare", args=[request.organization.slug])
    chosen = [("review", pk) for pk in request.POST.getlist("review") if pk.isdecimal()]
    try:
        weights = {key: _weight(request.POST[key]) for key in keys if key in request.POST}
        services.set_weights(request.organization, weights, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Weights saved. They count for everyone here, and in reports."))
    return redirect(f"{back}{pages.query(chosen)}#weights")


@require_GET
@organization_view(Role.VIEWER)
def vendor_comparison_export(request: OrganizationRequest) -> HttpResponse:
    """The comparison as a workbook; a choice that cannot be compared is explained by the page."""
    try:
        reviews = chosen_reviews(request.organization, request.GET.getlist("review"))
    except ValidationError:
        page = reverse("vendor_review_compare", args=[request.organization.slug])
        return redirect(f"{page}?{request.GET.urlencode()}")
    comparison = compare_reviews(request.organization, reviews)
    names = ", ".join(column.name for column in comparison.columns)
    trail.record(Action.LIST_EXPORTED, organization=request.organization, subject=f"Comparison of {names}")
    response = HttpResponse(comparison_workbook(comparison), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="vendors-{timezone.localdate():%Y-%m-%d}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
