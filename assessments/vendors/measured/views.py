"""The buyer's page of a tool's file that was dropped on an answer, and the vendor's, by his link."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from assessments.figures.dropped import drops
from assessments.figures.models import FigureDrop
from assessments.figures.views import GONE
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.vendors import services
from assessments.vendors.linking import answering
from assessments.vendors.linking.views import brand_shown, by_link
from assessments.vendors.measured import files
from assessments.vendors.models import VendorLink, VendorReview

TAKEN = _lazy("The file is attached, with what was ticked.")


def _drop(found: QuerySet[FigureDrop], batch: UUID) -> FigureDrop | None:
    return found.filter(batch=batch).select_related("vendor_answer__review__vendor__organization").first()


def _preview(request: HttpRequest, drop: FigureDrop) -> files.Preview:
    data = request.POST if request.method == "POST" else None
    return files.read(drop, timezone.localdate(), data, title=request.GET.get("title", "")[:200])


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def vendor_drop_detail(request: OrganizationRequest, pk: int, batch: UUID) -> HttpResponse:
    """What is in the file of a tool before anything of it is taken. A second press finds nothing left, and says so."""
    review = get_object_or_404(VendorReview.objects.of(request.organization), pk=pk)
    page = reverse("vendor_review_update", args=[request.organization.slug, pk])
    drop = _drop(FigureDrop.objects.filter(vendor_answer__review=review, by_vendor=False), batch)
    if drop is None:
        messages.info(request, GONE)
        return redirect(page)
    key = drop.vendor_answer.question_key
    back = f"{page}#{key}"
    if request.POST.get("then") == "discard":
        drops.discard([drop])
        return redirect(back)
    preview = _preview(request, drop)
    if request.method == "POST":
        try:
            taken = services.take_file(review, preview, question=key, actor=request.user)
            messages.success(request, TAKEN if taken else GONE)
            return redirect(back)
        except ValidationError as refused:
            preview.errors.extend(refused.messages)
    known = services.questions_of(services.content_of(review))[key]
    context = {
        "part": "vendors",
        "review": review,
        "preview": preview,
        "ask": services.wording(known, review.vendor),
        "back": back,
        "action": request.get_full_path(),
        "today": timezone.localdate(),
    }
    return render(request, "vendors/vendor_drop_detail.html", context, status=422 if preview.errors else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
@by_link
def vendor_link_drop(request: HttpRequest, link: VendorLink, token: str, batch: UUID) -> HttpResponse:
    """The same for the vendor, who sees his own files alone."""
    page = reverse("vendor_link_answer", args=[token])
    drop = _drop(answering.dropped_by(link), batch)
    if drop is None:
        messages.info(request, GONE)
        return redirect(page)
    key = drop.vendor_answer.question_key
    back = f"{page}#{key}"
    if request.POST.get("then") == "discard":
        drops.discard([drop])
        return redirect(back)
    preview = _preview(request, drop)
    if request.method == "POST":
        try:
            taken = answering.take_file(link, preview, question=key)
            messages.success(request, TAKEN if taken else GONE)
            return redirect(back)
        except ValidationError as refused:
            preview.errors.extend(refused.messages)
    context = {
        "link": link,
        "token": token,
        "brand": brand_shown(link, token),
        "preview": preview,
        "ask": services.wording(answering.asked_of(link.review)[key], link.review.vendor),
        "back": back,
        "action": request.get_full_path(),
        "today": timezone.localdate(),
    }
    return render(request, "vendors/vendor_link_drop.html", context, status=422 if preview.errors else 200)
