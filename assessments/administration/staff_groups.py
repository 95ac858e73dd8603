"""Administration of what staff may do, with groups for the usual jobs ready to be added."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ManyToManyField, Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from assessments.administration.lists import drop_nonsense
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.scoring.words import listing

# Name -> what its people do, and the permissions of the app's models that it takes.
READY: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "Helpdesk": (
        _lazy("Helps people sign in: mails links for passwords, turns off two-factor, sends invitations again."),
        (
            *("view_user", "help_user", "view_sentmail", "view_invitation", "change_invitation"),
            *("view_team", "view_organization"),
        ),
    ),
    "People manager": (
        _lazy(
            "Adds people, switches accounts off, decides who is in which team and organization, and does what the "
            "helpdesk does."
        ),
        (
            *("view_user", "add_user", "change_user", "help_user", "view_invitation", "change_invitation"),
            *("view_team", "add_team", "change_team", "view_organization", "change_organization", "view_sentmail"),
            *("view_teammembership", "add_teammembership", "change_teammembership", "delete_teammembership"),
            *("view_membership", "add_membership", "change_membership", "delete_membership"),
            *("view_teamgrant", "add_teamgrant", "change_teamgrant", "delete_teamgrant"),
        ),
    ),
    "Auditor": (
        _lazy("Reads the activity, and who may open what. Changes nothing."),
        (
            *("view_auditevent", "view_user", "view_team", "view_organization", "view_invitation"),
            *("view_membership", "view_teammembership", "view_teamgrant"),
        ),
    ),
    "Operator": (
        _lazy("Sees what waits for a worker, of all organizations, and has what failed tried again."),
        ("run_queue",),
    ),
}


def absent() -> dict[str, Promise]:
    """The ready groups that are not there, each with what its people do."""
    there = set(Group.objects.values_list("name", flat=True))
    return {name: words for name, (words, _) in READY.items() if name not in there}


def add_ready_groups() -> list[str]:
    """Add those that are not there; one that is there keeps what it was given. The names of what was added."""
    with transaction.atomic():
        added = list(absent())
        for name in added:
            permissions = Q(codename__in=READY[name][1], content_type__app_label="assessments")
            group, _ = Group.objects.get_or_create(name=name)
            group.permissions.set(Permission.objects.filter(permissions))
            trail.record(Action.ACCOUNT_CHANGED, organization=None, subject=f"Staff group {name}", new="added")
    return added


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    """Groups decide what staff may do, so staff cannot change them."""

    change_list_template = "admin/assessments/group/change_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        drop_nonsense(request)
        ready = absent() if self.has_add_permission(request) else {}
        return super().changelist_view(request, {**(extra_context or {}), "ready_groups": ready})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.add_ready)
        return [path("ready/", view, name="auth_group_ready"), *super().get_urls()]

    @method_decorator(require_POST)
    def add_ready(self, request: HttpRequest) -> HttpResponse:
        """The groups for the usual jobs, those of them that are not there."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        added = add_ready_groups()
        said = _("Added: {groups}.").format(groups=listing(added)) if added else _("They are all there already.")
        messages.success(request, said)
        return redirect("admin:auth_group_changelist")

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField | None:
        """Offers what can be done in this administration, and nothing technical."""
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "permissions":
            models = [model for model in self.admin_site._registry if model is not Group]
            types = ContentType.objects.get_for_models(*models, for_concrete_models=False).values()
            field.queryset = field.queryset.filter(content_type__in=types)
            field.label_from_instance = lambda permission: permission.name
            field.help_text = _("“Change” without “view” shows nothing: give both.")
        return field

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser
