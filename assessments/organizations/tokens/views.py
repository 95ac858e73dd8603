"""The pages on which tokens are made, seen and ended: a person's own, and an organization's."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.organizations.tokens import services
from assessments.organizations.tokens.forms import OrganizationTokenForm, TokenForm

ENDED = _lazy("The token was ended. What was done by it stays.")


@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
@personal_view
def personal_token_list(request: HttpRequest) -> HttpResponse:
    """A person's tokens. One that was just made is shown once, with a line to try it."""
    user, token = cast(User, request.user), ""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _, token = services.make_personal(user, **form.values())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            form = TokenForm()
    context = {"form": form, "token": token, "tokens": list(user.tokens.standing()), "site": settings.SITE_URL}
    return render(request, "organizations/personal_token_list.html", context, status=422 if form.errors else 200)


@require_POST
@personal_view
def personal_token_delete(request: HttpRequest, token_pk: int) -> HttpResponse:
    user = cast(User, request.user)
    token = user.tokens.filter(pk=token_pk).first()
    if token is None:
        raise Http404
    if services.end(token, actor=user):
        messages.success(request, ENDED)
    return redirect("personal_token_list")


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def organization_token_list(request: OrganizationRequest) -> HttpResponse:
    """What lets programs into an organization. A token that was just made is shown once, with a line to try it."""
    token = made = ""
    form = OrganizationTokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            row, token = services.make_for_organization(request.organization, actor=request.user, **form.values())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            form, made = OrganizationTokenForm(), row.scope
    context = {
        "part": "settings",
        "form": form,
        "token": token,
        "sends_figures": made == services.Scope.FIGURES,
        "tokens": list(request.organization.tokens.standing().select_related("created_by")),
        "site": settings.SITE_URL,
    }
    return render(request, "organizations/organization_token_list.html", context, status=422 if form.errors else 200)


@require_POST
@organization_view(Role.OWNER)
def organization_token_delete(request: OrganizationRequest, token_pk: int) -> HttpResponse:
    token = request.organization.tokens.filter(pk=token_pk).first()
    if token is None:
        raise Http404
    if services.end(token, actor=request.user):
        messages.success(request, ENDED)
    return redirect("organization_token_list", request.organization.slug)
