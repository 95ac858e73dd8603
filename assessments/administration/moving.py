"""Taking in an organization from another installation: the file is looked through first, then it is taken whole."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.reports.exchange.whole.restoring import import_organization, look_through
from assessments.reports.exchange.whole.writing import checksum

TOO_LARGE = _lazy(
    "The file is larger than this page takes. On the server, manage.py import_organization FILE does the same with a "
    "file of any size."
)


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_lazy("Export"),
        error_messages={"required": _lazy("Choose the ZIP that the settings of an organization make.")},
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )
    # The checksum of the file whose lines were shown: no other one is taken.
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_too_large:
            self.fields["file"].error_messages["required"] = TOO_LARGE


def import_urls(site: admin.AdminSite) -> list[URLPattern]:
    view = site.admin_view(organization_import)
    return [path("import/", view, {"site": site}, name="assessments_organization_import")]


def organization_import(request: HttpRequest, site: admin.AdminSite) -> HttpResponse:
    """For superusers alone: a file says who belongs to the organization and who signed what, in anybody's name."""
    if not (request.user.is_active and request.user.is_superuser):
        raise PermissionDenied
    lines: list[str] = []
    form = ImportForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        is_too_large=hasattr(request, "too_large_upload"),
    )
    if form.is_valid():
        upload, actor = form.cleaned_data["file"], cast(User, request.user)
        digest = checksum(upload)[0]
        upload.seek(0)
        try:
            if form.cleaned_data["seen"] == digest:
                organization = import_organization(upload, actor=actor)
                messages.success(
                    request,
                    _("{organization} is here, at /o/{slug}/.").format(
                        organization=organization, slug=organization.slug
                    ),
                )
                return redirect(reverse("admin:assessments_organization_change", args=[organization.pk]))
            lines = look_through(upload, actor=actor)
            form = ImportForm(initial={"seen": digest})
        except ValidationError as error:
            form.add_error("file", error)
    context = {**site.each_context(request), "title": _("Import an organization"), "form": form, "lines": lines}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/assessments/organization/import.html", context, status=status)
