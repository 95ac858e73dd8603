"""Administration of what the groups of the identity provider give."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.administration.lists import ListAdmin
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.group_claims.models import GroupMapping
from assessments.organizations.group_claims.services import STAFF_NOT_LISTED, may_make_staff
from assessments.organizations.models import Role
from assessments.scoring.words import capitalized

ONE_THING = _lazy("Choose one: a team, an organization with a role, or a staff group. Another one is another row.")
NO_CLAIM = _lazy(
    "OIDC_GROUPS_CLAIM is not set, so that groups mean nothing yet: whoever runs the site names the claim there."
)


class GroupMappingForm(forms.ModelForm):
    role = forms.TypedChoiceField(
        label=_lazy("Role"),
        choices=[("", "---------"), *Role.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_lazy("With an organization: what people of the group may do there."),
    )

    class Meta:
        model = GroupMapping
        fields = ("group", "team", "organization", "role", "staff_group")
        labels = {
            "team": _lazy("Team"),
            "organization": _lazy("Organization"),
            "staff_group": _lazy("Staff group"),
        }
        help_texts = {
            "group": _lazy("Exactly as the provider writes it: a name, a path, or a number such as Entra ID gives it."),
            "staff_group": _lazy("Makes people staff. The group has to be listed in OIDC_STAFF_GROUPS."),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        group = data["group"] = (data.get("group") or "").strip()
        chosen = [name for name in ("team", "organization", "staff_group") if data.get(name)]
        if len(chosen) != 1:
            raise ValidationError(ONE_THING)
        if bool(data.get("organization")) != bool(data.get("role")):
            self.add_error("role", _("An organization and a role go together."))
        if data.get("staff_group") and not may_make_staff(group):
            self.add_error("staff_group", STAFF_NOT_LISTED.format(group))
        return data


def _kept(row: GroupMapping) -> str:
    """What it gives, as the activity keeps it."""
    with translation.override("en"):
        return row.gives


@admin.register(GroupMapping)
class GroupMappingAdmin(ListAdmin):
    """Superusers alone say what a group gives: it gives power to people whom others choose."""

    form = GroupMappingForm
    list_display = ("group", "what")
    list_select_related = ("team", "organization", "staff_group")
    search_fields = ("group", "team__name", "organization__name", "staff_group__name")
    search_help_text = _lazy("Search by group, team, organization or staff group.")
    ordering = ("group", "pk")
    autocomplete_fields = ("team", "organization")
    actions = ["export_csv"]
    export_name = "groups"
    export_header = (_lazy("Group"), _lazy("Gives"))

    @admin.display(description=_lazy("Gives"))
    def what(self, row: GroupMapping) -> str:
        return capitalized(row.gives)

    def export_row(self, row: GroupMapping) -> tuple[str, str]:
        return (row.group, self.what(row))

    def get_fieldsets(self, request: HttpRequest, obj: GroupMapping | None = None) -> Any:
        description = _(
            "Whoever is in the group gets this at their next single sign-on, and loses it at the next one after they "
            "left the group, or after this row is gone. What people gave by hand is never taken."
        )
        if not settings.OIDC_GROUPS_CLAIM:
            description += f" {NO_CLAIM}"
        return ((None, {"fields": GroupMappingForm.Meta.fields, "description": description}),)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Without links that leave the page or open another window: a row is about what exists already."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            setattr(field.widget, link, False)
        return field

    def save_model(self, request: HttpRequest, obj: GroupMapping, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._record(obj, new=_kept(obj))

    def delete_model(self, request: HttpRequest, obj: GroupMapping) -> None:
        self._record(obj, old=_kept(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def _record(self, row: GroupMapping, *, old: str = "", new: str = "") -> None:
        entry = {"subject": f"Group of the provider: {row.group}", "old": old, "new": new}
        trail.record(Action.ACCOUNT_CHANGED, organization=None, **entry)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser
