"""The link by which a vendor answers himself: the buyer makes and revokes it, and the vendor's pages behind it.

The vendor has no account. His pages are found by their token alone and read nothing but what `link_pages` hands them.
"""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from assessments.accounts.access import PersonalRequest, personal_view
from assessments.framework import VendorQuestion
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.branding.models import Brand
from assessments.organizations.branding.shown import Shown, logo_response, shown, styles_response
from assessments.organizations.models import Role
from assessments.organizations.secret_link_pages import Door, is_preview
from assessments.saving.forms import LinkOrFileForm
from assessments.saving.parts import State
from assessments.saving.proofs import add_from_form, form_status, open_file
from assessments.saving.uploads import ALLOWED
from assessments.vendors.linking import answering, asking, links, mails, pages
from assessments.vendors.linking.forms import AnsweredByForm, LinkForm, RequestForm
from assessments.vendors.measured import files
from assessments.vendors.models import VendorEvidence, VendorLink, VendorReview
from assessments.vendors.workbook.downloads import workbook_response

# ---- The buyer's


def _review(request: OrganizationRequest, pk: int) -> VendorReview:
    return get_object_or_404(VendorReview.objects.of(request.organization), pk=pk)


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def vendor_link_create(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asks for how long and for whom else. The answer to the POST shows the address, once and never again."""
    review = _review(request, pk)
    ticked = request.POST.getlist("organizations")
    is_own_team = review.vendor.is_own_team
    offered = [] if is_own_team else asking.offered(request.user, ticked, but=request.organization)
    form = LinkForm(
        request.POST if request.method == "POST" else None,
        organizations=offered,
        initial={"language": request.organization.language},
    )
    address = ""
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            token = asking.ask_also(review, given.pop("organizations"), **given, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            address = _address(token)
    context = {
        "part": "vendors",
        "review": review,
        **pages.link_panel(review, request.user),
        "form": form,
        "address": address,
        "can_edit": True,
    }
    return _shown_once(render(request, "vendors/vendor_link_create.html", context, status=422 if form.errors else 200))


def _address(token: str) -> str:
    return settings.SITE_URL + reverse("vendor_link_answer", args=[token])


def _shown_once(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
@personal_view
def vendor_request_create(request: PersonalRequest) -> HttpResponse:
    """One vendor asked for several organizations. A POST of the portfolio's only brings those ticked there."""
    is_sent = request.method == "POST" and "name" in request.POST
    ticked = request.POST.getlist("organizations" if is_sent else "organization")
    offered = asking.offered(request.user, ticked)
    form = RequestForm(
        request.POST if is_sent else None,
        organizations=offered,
        initial={"organizations": ticked, "language": asking.language_of(offered, ticked)},
    )
    address, reviews = "", []
    if is_sent and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            reviews, token = asking.ask(given.pop("organizations"), **given, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            address = _address(token)
    context = {"part": "portfolio", "form": form, "address": address, "reviews": reviews}
    status = 422 if form.errors else 200
    return _shown_once(render(request, "vendors/vendor_request_create.html", context, status=status))


@require_POST
@organization_view(Role.EDITOR)
def vendor_link_remind(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Mail the vendor the one reminder."""
    review = _review(request, pk)
    link = links.current(review)
    try:
        mails.remind(link.request_id if link else None, actor=request.user)
        messages.success(request, _("{vendor} gets one reminder, within minutes.").format(vendor=review.vendor))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("vendor_review_update", request.organization.slug, pk)


@require_POST
@organization_view(Role.EDITOR)
def vendor_link_revoke(request: OrganizationRequest, pk: int) -> HttpResponse:
    review = _review(request, pk)
    if links.revoke_link(review, actor=request.user):
        messages.success(request, _("The link of {vendor} no longer opens anything.").format(vendor=review.vendor))
    return redirect("vendor_review_update", request.organization.slug, pk)


# ---- The vendor's


by_link = Door(
    find=links.find,
    check_passcode=links.check_passcode,
    zone=lambda link: link.review.vendor.organization.zone,
    ended_page="vendors/vendor_link_answer.html",
    passcode_page="vendors/vendor_link_unlock.html",
    first="vendor_link_answer",
    note_opening=links.note_opening,
    language=lambda link: link.language,
)


@login_not_required
@require_POST
@by_link.unlocking
def vendor_link_unlock(request: HttpRequest, link: VendorLink, token: str) -> HttpResponse:
    return by_link.unlock(request, link, token)


@login_not_required
@require_http_methods(["GET", "POST"])
@by_link
def vendor_link_answer(request: HttpRequest, link: VendorLink, token: str) -> HttpResponse:
    """The questions and the vendor's answers. A POST is the whole page, as its buttons send it without JavaScript."""
    outcomes, data = [], None
    if request.method == "POST":
        data = request.POST
        outcomes = answering.save_page(link, data)
        if all(outcome.state == State.SAVED for outcome in outcomes):
            return _go_on(request, link, token)
    elif not is_preview(request):
        links.note_opening(link)
    context = {
        "link": link,
        "token": token,
        "page": pages.read_page(link, outcomes, data),
        "clients": pages.clients_of(link),
        "firm": mails.firm_of(link.created_by, pages.clients_of(link)),
        "brand": brand_shown(link, token),
    }
    status = max((outcome.status for outcome in outcomes), default=200)
    return render(request, "vendors/vendor_link_answer.html", context, status=status)


def _go_on(request: HttpRequest, link: VendorLink, token: str) -> HttpResponse:
    """After the whole page was saved by a button: do what the button stands for and go where it leads."""
    then, target = request.POST.get("then", "").partition(":")[::2]
    if then == "remove" and target.isdecimal() and len(target) < 19:
        return _detach(request, link, token, int(target))
    if then == "evidence" and target in answering.asked_of(link.review):
        return redirect("vendor_link_attach", token, target)
    if then == "submit":
        return redirect("vendor_link_submit", token)
    messages.success(request, _("Saved."))
    return redirect("vendor_link_answer", token)


def _asked(link: VendorLink, key: str) -> VendorQuestion:
    question = answering.asked_of(link.review).get(key)
    if question is None:
        raise Http404
    return question


@login_not_required
@require_POST
@by_link
def vendor_link_save(request: HttpRequest, link: VendorLink, token: str, question: str) -> HttpResponse:
    """Save one answer and answer with its save state; how far the vendor has come goes along."""
    outcome = answering.save_answer(link, _asked(link, question), request.POST)
    context = {"slot": pages.answered_slot(outcome, request.POST)}
    if outcome.state == State.SAVED:
        context |= _progress(link)
    return render(request, "vendors/_link_saved.html", context, status=outcome.status)


def _progress(link: VendorLink) -> dict[str, int]:
    return {"answered": answering.count_answered(link.review), "asked": len(answering.asked_of(link.review))}


@login_not_required
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@by_link
def vendor_link_attach(request: HttpRequest, link: VendorLink, token: str, question: str) -> HttpResponse:
    """The form for one piece of evidence: a page of its own, or a dialog over the questions."""
    _asked(link, question)
    form = files.evidence_form(request.POST, request.FILES) if request.method == "POST" else LinkOrFileForm()
    adding = files.Adding(
        drop=lambda upload: answering.drop_file(link, question=question, upload=upload),
        add=lambda title, upload: answering.add_file(link, question=question, title=title, upload=upload),
    )
    add_link = partial(_add_link, link, question)
    if request.method == "POST" and add_from_form(request, form, add_link=add_link, add_file=adding):
        if adding.batch:
            return files.lead_to(request, reverse("vendor_link_drop", args=[token, adding.batch]), form)
        return _evidence_answer(request, link, token, question)
    page = pages.read_page(link)
    row = next(row for row in page.questions if row.key == question)
    context = {
        "link": link,
        "token": token,
        "brand": brand_shown(link, token),
        "row": row,
        "form": form,
        "pastes": True,
        "text": request.POST.get("text", ""),
        "allowed": ALLOWED,
        "action": reverse("vendor_link_attach", args=[token, question]),
        "back": f"{reverse('vendor_link_answer', args=[token])}#{question}",
        "audience": _(" each, 100 MB in all."),
        "submit": _("Attach"),
    }
    template = "vendors/_link_evidence_form.html" if request.htmx else "vendors/vendor_link_attach.html"
    return render(request, template, context, status=form_status(request, form))


def _add_link(link: VendorLink, question: str, title: str, url: str) -> VendorEvidence:
    return answering.add_link(link, question=question, title=title, url=url)


def _evidence_answer(request: HttpRequest, link: VendorLink, token: str, question: str) -> HttpResponse:
    """After a change of evidence: the list and the progress for HTMX, else back to the question."""
    if not request.htmx:
        return redirect(f"{reverse('vendor_link_answer', args=[token])}#{question}")
    page = pages.read_page(link)
    row = next(row for row in page.questions if row.key == question)
    context = {"token": token, "row": row, "answered": page.answered, "asked": len(page.questions)}
    return render(request, "vendors/_link_evidence_changed.html", context)


def _evidence(link: VendorLink, pk: int) -> VendorEvidence:
    return get_object_or_404(answering.evidence_of(link).select_related("answer"), pk=pk)


@login_not_required
@require_GET
@by_link
def vendor_link_download(request: HttpRequest, link: VendorLink, token: str, evidence_pk: int) -> HttpResponse:
    return open_file(_evidence(link, evidence_pk))


@login_not_required
@require_POST
@by_link
def vendor_link_detach(request: HttpRequest, link: VendorLink, token: str, evidence_pk: int) -> HttpResponse:
    return _detach(request, link, token, evidence_pk)


def _detach(request: HttpRequest, link: VendorLink, token: str, pk: int) -> HttpResponse:
    evidence = _evidence(link, pk)
    question = evidence.answer.question_key
    try:
        answering.remove_evidence(link, evidence)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return HttpResponseClientRefresh() if request.htmx else redirect("vendor_link_answer", token)
    return _evidence_answer(request, link, token, question)


@login_not_required
@require_http_methods(["GET", "POST"])
@by_link
def vendor_link_submit(request: HttpRequest, link: VendorLink, token: str) -> HttpResponse:
    """Asks for confirmation, names what is unanswered, then hands the answers in."""
    if not answering.can_answer(link):
        return redirect("vendor_link_answer", token)
    form = AnsweredByForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answering.submit(link, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        return redirect("vendor_link_answer", token)
    context = {
        "link": link,
        "token": token,
        "page": pages.read_page(link),
        "clients": pages.clients_of(link),
        "brand": brand_shown(link, token),
        "form": form,
    }
    return render(request, "vendors/vendor_link_submit.html", context, status=422 if form.errors else 200)


@login_not_required
@require_GET
@by_link
def vendor_link_export(request: HttpRequest, link: VendorLink, token: str) -> HttpResponse:
    """The questions and the vendor's answers as a workbook, to fill in and send back."""
    return workbook_response(link.review)


def _brand(link: VendorLink) -> Brand | None:
    """The buyer's branding, which came with the link; none where there are several buyers."""
    return None if link.others else getattr(link.review.vendor.organization, "brand", None)


def brand_shown(link: VendorLink, token: str) -> Shown | None:
    return shown(_brand(link), at=lambda what, digest: reverse(f"vendor_link_{what}", args=[token, digest]))


@login_not_required
@require_GET
@by_link
def vendor_link_logo(request: HttpRequest, link: VendorLink, token: str, digest: str) -> HttpResponse:
    return logo_response(_brand(link), digest)


@login_not_required
@require_GET
@by_link
def vendor_link_styles(request: HttpRequest, link: VendorLink, token: str, digest: str) -> HttpResponse:
    return styles_response(_brand(link), digest)
