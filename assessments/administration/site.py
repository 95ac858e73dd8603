"""The administration's own site: the product's name and look, and an index in the order of the job."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from assessments.administration.labels import translate_names
from assessments.administration.queues import may_see, queue_urls
from assessments.administration.refusing import refusal

# The accounts' technical rows are shown with the person they belong to, and changed there.
UNLISTED_APPS = ("account", "mfa", "socialaccount", "usersessions")

# Key, heading, and of each model what it is called there, and what is done there.
GROUPS: tuple[tuple[str, Promise, tuple[tuple[str, Promise, Promise], ...]], ...] = (
    (
        "people",
        _lazy("People and access"),
        (
            (
                "User",
                _lazy("People"),
                _lazy("Accounts: who can sign in, and whether they may work here in the administration."),
            ),
            ("Team", _lazy("Teams"), _lazy("People who work together, and the organizations their team may open.")),
            (
                "Invitation",
                _lazy("Invitations"),
                _lazy("Who was invited by mail and has not answered. Send again or withdraw."),
            ),
            (
                "AccessToken",
                _lazy("Tokens"),
                _lazy("Programs that come in: in whose name, what they may, when they last did. End them."),
            ),
            (
                "GroupMapping",
                _lazy("Groups of the provider"),
                _lazy("What groups of single sign-on give: a team, a role, a staff group."),
            ),
            ("Group", _lazy("Staff groups"), _lazy("What staff who are not superusers may do in this administration.")),
        ),
    ),
    (
        "organizations",
        _lazy("Organizations"),
        (
            (
                "Organization",
                _lazy("Organizations"),
                _lazy("Clients and units: members, teams, latest score. Restore deleted ones."),
            ),
            (
                "KeptFramework",
                _lazy("Frameworks"),
                _lazy("Frameworks of your own: upload one, see what uses it, retire one."),
            ),
            (
                "Webhook",
                _lazy("Webhooks"),
                _lazy("Addresses that are told what happens, and whether it gets through. Switch one off."),
            ),
        ),
    ),
    (
        "records",
        _lazy("Records"),
        (
            (
                "AuditEvent",
                _lazy("Activity"),
                _lazy("Who did what, when, in which organization. Nothing here can be changed."),
            ),
            (
                "SentMail",
                _lazy("Mails"),
                _lazy("What was mailed to whom, how it went, what came back. Send again what waits."),
            ),
        ),
    ),
)


QUEUE: dict[str, Any] = {
    "name": _lazy("Queue"),
    "object_name": "Queue",
    "description": _lazy(
        "Reports, batches, mails and live sources that wait, are under way or failed. Try them again here."
    ),
    "add_url": None,
    "view_only": True,
    "perms": {},
}


class NamedAutocomplete(AutocompleteJsonView):
    """Tells two of the same name apart, by what their administration adds to it."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        choice = super().serialize_result(obj, to_field_name)
        told_apart_by = getattr(self.model_admin, "told_apart_by", None)
        addition = told_apart_by(obj) if told_apart_by else ""
        return {**choice, "text": f"{choice['text']} · {addition}"} if addition else choice


class ScorecardAdminSite(AdminSite):
    site_header = "AI Infrastructure Scorecard"
    site_title = "AI Infrastructure Scorecard"
    index_title = _lazy("Administration")
    empty_value_display = "–"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        listed = [model for model in models if model._meta.app_label not in UNLISTED_APPS]
        for model in listed:
            if model._meta.app_label == "assessments":
                translate_names(model)
        super().register(listed, admin_class, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The models in groups by job; what no group names comes last, so that nothing registered is out of reach."""
        entries = {entry["object_name"]: entry for app in super().get_app_list(request) for entry in app["models"]}
        groups = []
        for key, name, members in GROUPS:
            models = [
                {**entries.pop(model), "name": label, "description": description}
                for model, label, description in members
                if model in entries
            ]
            groups.append(self._group(key, name, models))
        if app_label is None and may_see(request):
            groups.append(
                self._group(
                    "work",
                    _lazy("Work under way"),
                    [QUEUE | {"admin_url": reverse("admin:queue", current_app=self.name)}],
                )
            )
        groups.append(self._group("more", _lazy("More"), list(entries.values())))
        return [group for group in groups if group["models"]]

    def _group(self, key: str, name: Promise, models: list[dict[str, Any]]) -> dict[str, Any]:
        return {"name": name, "app_label": key, "has_module_perms": True, "models": models}

    def get_urls(self) -> list[Any]:
        return [*queue_urls(self), *super().get_urls()]

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Staff who may not do this read which right it takes; whoever is no staff gets what everybody gets."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return inner(request, *args, **kwargs)
            except PermissionDenied:
                if not self.has_permission(request):
                    raise
                context = {
                    **self.each_context(request),
                    "title": _lazy("Your role does not allow this"),
                    **refusal(request),
                }
                return TemplateResponse(request, "admin/refused.html", context, status=403)

        return answered

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One app, one index."""
        return redirect("admin:index")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return NamedAutocomplete.as_view(admin_site=self)(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_change_password")

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Staff sign in where everyone does."""
        return secure_admin_login(super().login)(request, extra_context)
