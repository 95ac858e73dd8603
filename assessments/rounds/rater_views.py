"""Who is asked in a round: added, asked for other categories, taken out, and given a link."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.rounds import services
from assessments.rounds.forms import NewRaterForm, RaterForm, RaterLinkForm
from assessments.rounds.models import Rater, Round
from assessments.rounds.rating import links
from assessments.rounds.views import rater_in, round_of


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def rater_create(request: OrganizationRequest, pk: int) -> HttpResponse:
    asked = round_of(request, pk)
    people = services.people_to_ask(request.organization)
    posted = request.POST if request.method == "POST" else None
    form = NewRaterForm(posted, people=people, content=services.content_of(asked), initial={"how": "member"})
    if request.method == "POST" and form.is_valid():
        try:
            rater = _add(asked, form, request)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            if form.cleaned_data["how"] == "link":
                return redirect("rater_link_create", request.organization.slug, pk, rater.pk)
            messages.success(request, _("{name} is asked.").format(name=rater.rater_name))
            return redirect("round_detail", request.organization.slug, pk)
    context = {
        "part": "scorecard",
        "round": asked,
        "form": form,
        "people": people,
        "content": services.content_of(asked),
    }
    return render(request, "rounds/rater_create.html", context, status=422 if form.errors else 200)


def _add(asked: Round, form: NewRaterForm, request: OrganizationRequest) -> Rater:
    data = form.cleaned_data
    about = {"actor": request.user, "role": data["role"], "categories": data["categories"]}
    if data["how"] == "member":
        return services.add_member(asked, user=form.users[data["member"]], **about)
    if data["how"] == "mail":
        return services.add_invited(asked, email=data["email"], name=data["name"], **about)
    return services.add_by_link(asked, name=data["name"], **about)


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def rater_update(request: OrganizationRequest, pk: int, rater_pk: int) -> HttpResponse:
    asked = round_of(request, pk)
    rater = rater_in(asked, rater_pk)
    content = services.content_of(asked)
    initial = {"role": rater.rater_role, "categories": rater.categories or list(content.category_keys)}
    form = RaterForm(request.POST if request.method == "POST" else None, content=content, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.update_rater(rater, role=data["role"], categories=data["categories"], actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("round_detail", request.organization.slug, pk)
    context = {"part": "scorecard", "round": asked, "rater": rater, "form": form, "content": content}
    return render(request, "rounds/rater_update.html", context, status=422 if form.errors else 200)


@require_POST
@organization_view(Role.OWNER)
def rater_delete(request: OrganizationRequest, pk: int, rater_pk: int) -> HttpResponse:
    asked = round_of(request, pk)
    rater = rater_in(asked, rater_pk)
    try:
        services.remove_rater(rater, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("{name} was taken out.").format(name=rater.rater_name))
    return redirect("round_detail", request.organization.slug, pk)


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def rater_link_create(request: OrganizationRequest, pk: int, rater_pk: int) -> HttpResponse:
    """Asks for how long and whether with a passcode. The answer to the POST shows the address, once and never again."""
    asked = round_of(request, pk)
    rater = rater_in(asked, rater_pk)
    form = RaterLinkForm(request.POST) if request.method == "POST" else RaterLinkForm()
    address = ""
    if form.is_valid():
        try:
            token = links.make_link(rater, **form.cleaned_data, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            address = settings.SITE_URL + reverse("rater_link_rate", args=[token])
    context = {
        "part": "scorecard",
        "round": asked,
        "rater": rater,
        "link": links.current(rater),
        "form": form,
        "address": address,
    }
    response = render(request, "rounds/rater_link_create.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@organization_view(Role.OWNER)
def rater_link_revoke(request: OrganizationRequest, pk: int, rater_pk: int) -> HttpResponse:
    rater = rater_in(round_of(request, pk), rater_pk)
    if links.revoke_link(rater, actor=request.user):
        words = _("The link of {name} no longer opens anything.")
        messages.success(request, words.format(name=rater.rater_name))
    return redirect("round_detail", request.organization.slug, pk)
