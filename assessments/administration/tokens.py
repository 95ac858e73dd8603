"""Administration of tokens: which programs come in, in whose name, and an end to it."""

from collections.abc import Iterable

from allauth.account.decorators import reauthentication_required
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, ngettext_lazy, pgettext_lazy

from assessments.accounts import notices
from assessments.administration.asking import asks_first
from assessments.administration.lists import day
from assessments.administration.records import ReadOnlyAdmin
from assessments.organizations.tokens import services
from assessments.organizations.tokens.forms import ScimTokenForm
from assessments.organizations.tokens.models import AccessToken

STATES = {
    "in": pgettext_lazy("token", "Lets in"),
    "expired": pgettext_lazy("token", "Expired"),
    "ended": pgettext_lazy("token", "Ended"),
}


def _state(token: AccessToken) -> Promise:
    if token.ended_at:
        return STATES["ended"]
    return STATES["expired" if token.is_expired else "in"]


class StateFilter(admin.SimpleListFilter):
    title = _lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        expired = Q(ended_at=None, expires_at__lte=timezone.now())
        states = {"in": Q(ended_at=None) & ~expired, "expired": expired, "ended": Q(ended_at__isnull=False)}
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(AccessToken)
class AccessTokenAdmin(ReadOnlyAdmin):
    """Tokens are made on a person's own page or in an organization's settings; here they are found and ended.

    Those for SCIM, which belong to the site, are made here, by superusers.
    """

    change_list_template = "admin/assessments/accesstoken/change_list.html"

    list_title = _lazy("Access tokens")
    list_display = ("name", "whose", "may", "state", "made", "used", "ends")
    list_filter = (StateFilter, "scope")
    list_select_related = ("user", "organization", "created_by")
    search_fields = ("name", "user__name", "user__email", "organization__name")
    search_help_text = _lazy("Search by name, person or organization.")
    ordering = ("-pk",)
    fields = ("name", "whose", "may", "state", "created_by", "created_at", "expires_at", "used_at", "ended_at")
    readonly_fields = ("whose", "may", "state")
    actions = ["end", "export_csv"]
    export_name = "tokens"
    export_header = (
        _lazy("Name"),
        _lazy("Whose"),
        pgettext_lazy("what a program may do", "May"),
        _lazy("State"),
        _lazy("Made (UTC)"),
        _lazy("Last used (UTC)"),
        _lazy("Ends (UTC)"),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(reauthentication_required(allow_get=True)(self.make_for_scim))
        return [path("scim/", view, name="assessments_accesstoken_scim"), *super().get_urls()]

    def make_for_scim(self, request: HttpRequest) -> HttpResponse:
        """A token for a directory, shown once, with the address that goes beside it."""
        if not request.user.is_superuser:
            raise PermissionDenied
        form, token = ScimTokenForm(request.POST if request.method == "POST" else None), ""
        if form.is_valid():
            try:
                token = services.make_for_scim(actor=request.user, **form.values())[1]
            except ValidationError as refused:
                form.add_error(None, refused)
        context = {
            **self.admin_site.each_context(request),
            "title": _("A token for SCIM"),
            "opts": self.opts,
            "form": form,
            "token": token,
            "address": notices.address(reverse("scim:root_detail").rstrip("/")),
        }
        template = "admin/assessments/accesstoken/scim.html"
        return TemplateResponse(request, template, context, status=422 if form.errors else 200)

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("assessments.change_accesstoken")

    @admin.display(description=_lazy("Acts as, or in"))
    def whose(self, row: AccessToken) -> str:
        return str(row.user or row.organization or _("The site"))

    @admin.display(description=pgettext_lazy("what a program may do", "May"))
    def may(self, row: AccessToken) -> str:
        return services.described(row)

    @admin.display(description=_lazy("State"))
    def state(self, row: AccessToken) -> Promise:
        return _state(row)

    @admin.display(description=_lazy("Made"), ordering="created_at")
    def made(self, row: AccessToken) -> str:
        return day(row.created_at)

    @admin.display(description=_lazy("Last used"), ordering="used_at")
    def used(self, row: AccessToken) -> str:
        return day(row.used_at) or _("Never")

    @admin.display(description=_lazy("Ends"), ordering="expires_at")
    def ends(self, row: AccessToken) -> str:
        return day(row.expires_at) or _("Never by itself")

    def export_row(self, row: AccessToken) -> Iterable[object]:
        times = (row.created_at, row.used_at, row.expires_at)
        return (
            row.name,
            self.whose(row),
            self.may(row),
            _state(row),
            *(f"{at:%Y-%m-%d}" if at else "" for at in times),
        )

    @admin.action(description=_lazy("End the selected tokens: their programs are kept out"), permissions=["end"])
    @asks_first(
        ngettext_lazy("End {number} token", "End {number} tokens", "count"),
        consequence=_lazy("Their programs are kept out from now on. A token that has ended never lets in again."),
        of=lambda rows: rows.standing(),
    )
    def end(self, request: HttpRequest, queryset: QuerySet[AccessToken]) -> None:
        tokens = queryset.standing().select_related("user", "organization")
        count = sum(services.end(token, actor=request.user) for token in tokens)
        messages.success(request, ngettext("{count} token ended.", "{count} tokens ended.", count).format(count=count))
