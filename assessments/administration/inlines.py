"""Members, teams and grants on the pages of what they belong to, and who may give access to whom."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.framework.translating import number
from assessments.organizations.models import Membership, TeamGrant, TeamMembership
from assessments.organizations.people_forms import what_roles_do

# A page shows this many rows of each kind. More fields than Django accepts in one form would be refused when saved.
SHOWN = 100
ROLES = lazy(what_roles_do, str)()
NOT_TO_ONESELF = _lazy("You cannot give access to yourself. Ask a superuser to do it.")

# Of each field that says what a row is about, its label and what is said where nothing was chosen.
CHOICES = {
    "user": (_lazy("Person"), _lazy("Choose the person, or remove this row.")),
    "team": (_lazy("Team"), _lazy("Choose the team, or remove this row.")),
    "organization": (_lazy("Organization"), _lazy("Choose the organization, or remove this row.")),
}


def gives_access_to(user: User, row: Membership | TeamMembership | TeamGrant) -> bool:
    """Whether a row opens something to this very person."""
    if isinstance(row, TeamGrant):
        return bool(row.team_id) and TeamMembership.objects.filter(team=row.team_id, user=user).exists()
    return row.user_id == user.pk


class KnownWidget(forms.Widget):
    """Text where a choice was made once and for all."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        known = self.known
        label = known.email if isinstance(known, User) else ""
        link = reverse(f"admin:assessments_{known._meta.model_name}_change", args=[known.pk])
        return format_html('<a href="{}">{}</a> <span class="quiet">{}</span>', link, known, label)

    def __init__(self, known: Model) -> None:
        super().__init__()
        self.known = known


class KnownField(forms.Field):
    """What a row is about does not change: another person is another row."""

    def __init__(self, known: Model, label: str | Promise) -> None:
        super().__init__(disabled=True, required=False, label=label, widget=KnownWidget(known))
        self.known = known

    def clean(self, value: object) -> Model:
        return self.known


class RowForm(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("user", "organization", "team"):
                if name in self.fields:
                    self.fields[name] = KnownField(getattr(self.instance, name), self.fields[name].label)


class RowFormSet(BaseInlineFormSet):
    """The first rows, or those that were sent; nobody but a superuser gives access to themselves."""

    acting: User

    def get_queryset(self) -> QuerySet:
        if not hasattr(self, "_queryset"):
            if self.is_bound:
                sent = min(self.initial_form_count(), self.absolute_max)  # a page may claim any number
                ids = [self.data.get(f"{self.add_prefix(i)}-id", "") for i in range(sent)]
                self._queryset = self.queryset.filter(pk__in=[pk for pk in ids if pk.isdecimal()])
            else:
                self._queryset = self.queryset[:SHOWN]
        return self._queryset

    def clean(self) -> None:
        super().clean()
        if self.acting.is_superuser:
            return
        for row in self.forms:
            is_kept = not row.errors and row not in self.deleted_forms
            if is_kept and row.has_changed() and gives_access_to(self.acting, row.instance):
                row.add_error(None, NOT_TO_ONESELF)


class RowInline(admin.TabularInline):
    form = RowForm
    formset = RowFormSet
    extra = 0
    heading = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*self.joined).order_by(*self.order, "pk")

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> type[BaseInlineFormSet]:
        formset = super().get_formset(request, obj, **kwargs)
        formset.acting = request.user
        rows = self.model._default_manager.filter(**{formset.fk.name: obj}).count() if obj and obj.pk else 0
        some = _("{heading} (the first {shown} of {all})").format(heading=self.heading, shown=SHOWN, all=number(rows))
        self.verbose_name_plural = self.heading if rows <= SHOWN else some
        return formset

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.label, field.error_messages["required"] = CHOICES[db_field.name]
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Without links that leave the page or open another window: rows are about what exists already."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "role":
            field.label, field.help_text = _("Role"), ROLES
        for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            setattr(field.widget, link, False)
        return field


class OrganizationMemberInline(RowInline):
    model = Membership
    heading = _lazy("Members")
    verbose_name = _lazy("member")
    fields = ("user", "role")
    autocomplete_fields = ("user",)
    joined = ("user", "organization")
    order = ("user__name_sort",)


class OrganizationGrantInline(RowInline):
    model = TeamGrant
    heading = _lazy("Teams: each of their members may open this organization")
    verbose_name = _lazy("team")
    fields = ("team", "role")
    autocomplete_fields = ("team",)
    joined = ("team", "organization")
    order = ("team__name_sort",)


class TeamMemberInline(RowInline):
    model = TeamMembership
    heading = _lazy("Members")
    verbose_name = _lazy("member")
    fields = ("user",)
    autocomplete_fields = ("user",)
    joined = ("user", "team")
    order = ("user__name_sort",)


class TeamGrantInline(RowInline):
    model = TeamGrant
    heading = _lazy("Organizations that every member of this team may open")
    verbose_name = _lazy("organization")
    fields = ("organization", "role")
    autocomplete_fields = ("organization",)
    joined = ("team", "organization")
    order = ("organization__name_sort",)


class PersonTeamInline(RowInline):
    model = TeamMembership
    heading = _lazy("Teams")
    verbose_name = _lazy("team")
    fields = ("team",)
    autocomplete_fields = ("team",)
    joined = ("user", "team")
    order = ("team__name_sort",)


class PersonOrganizationInline(RowInline):
    model = Membership
    heading = _lazy("Organizations, as a member: what comes through a team is not repeated here")
    verbose_name = _lazy("organization")
    fields = ("organization", "role")
    autocomplete_fields = ("organization",)
    joined = ("user", "organization")
    order = ("organization__name_sort",)
