"""Adding an organization and changing what is known about it."""

from copy import copy
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.organizations import adding, losing, services
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.forms import NewOrganizationForm, SettingsForm
from assessments.organizations.models import Role
from assessments.organizations.people_forms import DeletionForm


@require_http_methods(["GET", "POST"])
@personal_view
def organization_create(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if not adding.may_add(user):
        context = {"part": "portfolio", "refused": adding.REFUSED}
        return render(request, "organizations/organization_create_refused.html", context, status=403)
    form = NewOrganizationForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            organization = services.create_organization(actor=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("organization_detail", organization.slug)
    context = {"form": form, "part": "portfolio"}
    return render(request, "organizations/organization_create.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def organization_update(request: OrganizationRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = SettingsForm(data, instance=copy(request.organization))
    if form.is_valid():
        try:
            services.update_organization(form.instance, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("organization_update", request.organization.slug)
    context = {"form": form, "part": "settings"}
    return render(request, "organizations/organization_update.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def organization_delete(request: OrganizationRequest) -> HttpResponse:
    """Asks for the organization's name, then takes it out of everyone's sight."""
    form = DeletionForm(request.organization, request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.delete_organization(request.organization, actor=request.user)
        said = _("{organization} is deleted. An administrator can bring it back for {days} days.")
        messages.success(request, said.format(organization=request.organization, days=services.GRACE.days))
        return redirect("organization_list")
    context = {
        "form": form,
        "part": "settings",
        "days": services.GRACE.days,
        "losses": losing.everybody(request.organization),
    }
    return render(request, "organizations/organization_delete.html", context, status=422 if form.errors else 200)
