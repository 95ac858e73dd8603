"""Administration of organizations and teams. What an organization has scored is added where scorecards are known."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, ngettext_lazy, pgettext_lazy

from assessments import framework
from assessments.accounts.models import User
from assessments.administration.asking import asks_first
from assessments.administration.branding import BrandInline, save_branding
from assessments.administration.inlines import (
    ROLES,
    OrganizationGrantInline,
    OrganizationMemberInline,
    TeamGrantInline,
    TeamMemberInline,
)
from assessments.administration.lists import ListAdmin, TeamFilter, count_by, day, list_address, names_by
from assessments.administration.moving import import_urls
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.framework.translating import number
from assessments.organizations import services
from assessments.organizations.branding.models import Brand
from assessments.organizations.granting import grant_team
from assessments.organizations.models import Membership, Organization, Role, Team, TeamGrant, TeamMembership
from assessments.platform.name_fields import name_key

NAMED = 10
ALL = pgettext_lazy("organizations", "All")


class OrganizationForm(forms.ModelForm):
    acting: User

    class Meta:
        model = Organization
        fields = ("name", "industry", "size_band", "hosting_model", "lead", "currency", "time_zone", "language", "slug")
        labels = {
            "slug": _lazy("Address"),
            "industry": _lazy("Industry"),
            "hosting_model": _lazy("Where the hardware runs"),
            "lead": _lazy("Lead"),
            "currency": _lazy("Currency"),
            "time_zone": _lazy("Time zone"),
            "language": _lazy("Language"),
        }
        help_texts = {
            "name": _lazy("A client, a business unit or your own company."),
            "slug": _lazy(
                "The part of its web address after /o/. Links that people have kept break when it is changed."
            ),
            "industry": _lazy("Shown beside the name and in reports, such as Banking."),
            "size_band": _lazy("How many people work there."),
            "currency": _lazy("Three letters, such as USD or EUR. Amounts that are saved already are not converted."),
            "framework_key": _lazy(
                "The key of what its next assessment is scored by. Left empty, it is the product's own."
            ),
            "time_zone": _lazy("Such as Europe/Berlin. Left empty, it is the site's own."),
        }

    def clean_framework_key(self) -> str:
        key = self.cleaned_data["framework_key"]
        if "framework_key" in self.changed_data and key and key not in framework.usable_keys():
            raise ValidationError(
                _("There is no framework with this key. There are {keys}.").format(
                    keys=", ".join(framework.usable_keys())
                )
            )
        return key

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        creator = self.instance.created_by_id if self.instance.pk else self.acting.pk
        same = Organization.objects.current().filter(created_by=creator, name_key=name_key(name))
        if creator and self.instance.deleted_at is None and same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Its creator has another organization of this name. Choose another name."))
        return name


class DeletedFilter(admin.SimpleListFilter):
    """Deleted organizations are listed when somebody asks for them."""

    title = _lazy("deleted")
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _lazy("Deleted, can be restored")), ("all", ALL)]

    def choices(self, changelist: Any) -> Iterable[dict[str, Any]]:
        for choice in super().choices(changelist):
            yield (
                choice
                if choice["query_string"] != changelist.get_query_string(remove=[self.parameter_name])
                else {
                    **choice,
                    "display": _("Not deleted"),
                }
            )

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.exclude(deleted_at=None) if self.value() == "yes" else queryset.current()


class OwnerFilter(admin.SimpleListFilter):
    title = _lazy("owner")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", _lazy("Nobody who can sign in"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() != "none":
            return queryset
        direct = Membership.objects.filter(role=Role.OWNER, user__is_active=True)
        granted = TeamGrant.objects.filter(role=Role.OWNER, team__memberships__user__is_active=True)
        owned = direct.order_by().values("organization").union(granted.order_by().values("organization"))
        return queryset.exclude(pk__in=owned)


class OrganizationTeamFilter(TeamFilter):
    through = TeamGrant
    leads_to = "organization"


class GrantForm(forms.Form):
    """Which team, and what its members may do."""

    team = forms.ModelChoiceField(
        Team.objects.none(), label=_lazy("Team"), error_messages={"required": _lazy("Choose a team.")}
    )
    role = forms.TypedChoiceField(
        label=_lazy("Role"),
        choices=Role.choices,
        coerce=lambda value: Role(int(value)),
        initial=Role.EDITOR,
        help_text=ROLES,
    )

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["team"]
        field.queryset = teams
        field.widget = AutocompleteSelect(TeamGrant._meta.get_field("team"), admin.site, choices=field.choices)
        field.error_messages["invalid_choice"] = _("Choose a team that you are not a member of.")


class OrganizationAdmin(ListAdmin):
    list_title = _lazy("Organizations")
    form = OrganizationForm
    inlines = (OrganizationMemberInline, OrganizationGrantInline)
    list_display = ("name", "industry", "hosting", "member_count", "team_names")
    list_filter = (DeletedFilter, OrganizationTeamFilter, OwnerFilter, "hosting_model", "size_band")
    search_fields = ("name", "industry")
    search_help_text = _lazy("Search by name or industry.")
    ordering = ("name_sort",)
    actions = ["grant_a_team", "restore", "export_csv"]
    export_name = "organizations"
    readonly_fields = ("created_on", "created_by", "deleted_on", "also")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("lead",)
    fieldsets = (
        (None, {"fields": ("name", "industry", "size_band", "hosting_model", "lead")}),
        (_lazy("Reports and address"), {"fields": ("currency", "time_zone", "language", "framework_key", "slug")}),
        (_lazy("Origin"), {"fields": ("also", "created_on", "created_by", "deleted_on")}),
    )

    def get_urls(self) -> list[URLPattern]:
        return [*import_urls(self.admin_site), *super().get_urls()]

    # The list

    def look_up(self, rows: list[Organization]) -> None:
        members = count_by(Membership.objects.filter(organization__in=rows), "organization")
        teams = names_by(TeamGrant.objects.filter(organization__in=rows), "organization", "team__name")
        for row in rows:
            row.member_count = members.get(row.pk, 0)
            row.team_names = teams.get(row.pk)

    @admin.display(description=_lazy("Hosting"), ordering="hosting_model")
    def hosting(self, row: Organization) -> str:
        return row.get_hosting_model_display().split(":")[0]

    @admin.display(description=_lazy("Members"))
    def member_count(self, row: Organization) -> int:
        return row.member_count

    @admin.display(description=_lazy("Teams"))
    def team_names(self, row: Organization) -> Any:
        return row.team_names

    @admin.display(description=_lazy("Created"))
    def created_on(self, row: Organization) -> str:
        return day(row.created_at)

    @admin.display(description=_lazy("Deleted"))
    def deleted_on(self, row: Organization) -> str:
        if row.deleted_at is None:
            return _("No")
        said = _("{day}. It goes for good on {gone}; until then the list can restore it")
        return said.format(day=day(row.deleted_at), gone=day(row.deleted_at + services.GRACE))

    @admin.display(description=_lazy("See also"))
    def also(self, row: Organization) -> str:
        """Lists that begin at this organization and can be longer than its page."""
        lists = ((_("All members"), "membership"), (_("All teams"), "teamgrant"))
        links = [(f"{list_address(model)}?organization__id__exact={row.pk}", label) for label, model in lists]
        activity = (f"{list_address('auditevent')}?organization={row.slug}", _("Activity"))
        return format_html_join(", ", '<a href="{}">{}</a>', [*links, activity])

    def told_apart_by(self, organization: Organization) -> str:
        return organization.industry

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet[Organization], bool]:
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            queryset = queryset.current()
        return super().get_search_results(request, queryset, search_term)

    # Who may do what

    def has_delete_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        """Its owners delete an organization on its own pages, where they are told what that means."""
        return False

    def has_grant_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["assessments.add_teamgrant", "assessments.change_teamgrant"])

    def get_prepopulated_fields(self, request: HttpRequest, obj: Organization | None = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Organization | None = None) -> Any:
        return super().get_fieldsets(request, obj)[: None if obj else -1]

    # Changing

    def get_form(self, request: HttpRequest, obj: Organization | None = None, **kwargs: Any) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        form.acting = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Organization, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.created_by = request.user
            super().save_model(request, obj, form, change)
            trail.record(Action.ORGANIZATION_ADDED, organization=obj, subject=obj.name)
            return
        before = Organization.objects.filter(pk=obj.pk).values().get()
        super().save_model(request, obj, form, change)
        for name in form.changed_data:
            trail.record(
                Action.ORGANIZATION_CHANGED,
                organization=obj,
                subject=trail.in_english(Organization._meta.get_field(name).verbose_name).capitalize(),
                old=str(before[name]),
                new=str(getattr(obj, name)),
            )

    # Actions

    @admin.action(description=_lazy("Grant a team to the selected organizations"), permissions=["grant"])
    def grant_a_team(self, request: HttpRequest, queryset: QuerySet[Organization]) -> HttpResponse | None:
        """Asks for the team and the role, then says what was added and what was changed."""
        teams = Team.objects.all()
        if not request.user.is_superuser:
            teams = teams.exclude(pk__in=TeamMembership.objects.filter(user=request.user).values("team"))
        form = GrantForm(request.POST if "grant" in request.POST else None, teams=teams)
        if form.is_valid():
            self._grant(request, queryset, **form.cleaned_data)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Grant a team"),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "count": queryset.current().count(),
            "named": queryset.current()[:NAMED],
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/assessments/organization/grant_team.html", context)

    def _grant(self, request: HttpRequest, queryset: QuerySet[Organization], *, team: Team, role: Role) -> None:
        granted = grant_team(team, queryset, role=role, actor=request.user)
        added = ngettext("added to {count} organization", "added to {count} organizations", granted.added)
        parts = [added.format(count=number(granted.added))]
        if granted.changed:
            parts.append(_("changed in {count}").format(count=number(granted.changed)))
        if granted.unchanged:
            parts.append(_("as it was in {count}").format(count=number(granted.unchanged)))
        said = _("{team}, as {role}: {what}.")
        messages.success(request, said.format(team=team, role=role.word, what=", ".join(parts)))
        if granted.kept:
            names = ", ".join(str(organization) for organization in granted.kept[:NAMED])
            said = _("Left as it was in {count}, which nobody else owns: {names}. Name an owner first.")
            messages.warning(request, said.format(count=number(len(granted.kept)), names=names))

    @admin.action(description=_lazy("Restore the selected organizations"), permissions=["change"])
    @asks_first(
        ngettext_lazy("Restore {number} organization", "Restore {number} organizations", "count"),
        consequence=_lazy("Their members and teams can open them again."),
        of=lambda organizations: organizations.exclude(deleted_at=None),
    )
    def restore(self, request: HttpRequest, queryset: QuerySet[Organization]) -> None:
        count = 0
        for organization in queryset.exclude(deleted_at=None):
            try:
                services.restore_organization(organization)
            except ValidationError as error:
                messages.error(request, error.messages[0])
            else:
                count += 1
        said = ngettext("{count} organization restored.", "{count} organizations restored.", count)
        messages.success(request, said.format(count=number(count)))


@admin.register(Team)
class TeamAdmin(ListAdmin):
    list_title = _lazy("Teams")
    inlines = (TeamMemberInline, TeamGrantInline, BrandInline)
    list_display = ("name", "member_count", "organization_count", "created_on")
    search_fields = ("name",)
    search_help_text = _lazy("Search by the team's name.")
    ordering = ("name_sort",)
    readonly_fields = ("also",)
    export_name = "teams"
    export_header = (_lazy("Team"), _lazy("Members"), _lazy("Organizations"), _lazy("Created"))

    def look_up(self, rows: list[Team]) -> None:
        members = count_by(TeamMembership.objects.filter(team__in=rows), "team")
        granted = TeamGrant.objects.filter(team__in=rows, organization__deleted_at=None)
        organizations = count_by(granted, "team")
        for row in rows:
            row.member_count = members.get(row.pk, 0)
            row.organization_count = organizations.get(row.pk, 0)

    @admin.display(description=_lazy("Members"))
    def member_count(self, row: Team) -> int:
        return row.member_count

    @admin.display(description=_lazy("Organizations"))
    def organization_count(self, row: Team) -> int:
        return row.organization_count

    @admin.display(description=_lazy("Created"), ordering="created_at")
    def created_on(self, row: Team) -> str:
        return day(row.created_at)

    @admin.display(description=_lazy("See also"))
    def also(self, row: Team) -> str:
        lists = ((_("All members"), "teammembership"), (_("All organizations"), "teamgrant"))
        links = ((f"{list_address(model)}?team__id__exact={row.pk}", label) for label, model in lists)
        return format_html_join(", ", '<a href="{}">{}</a>', links)

    def get_fieldsets(self, request: HttpRequest, obj: Team | None = None) -> Any:
        description = _(
            "Every member of a team may open every organization the team is granted, with the role set there. "
            "Who is a member of an organization by themselves keeps the higher of the two roles."
        )
        return ((None, {"fields": ("name", "also") if obj else ("name",), "description": description}),)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is Brand:
            save_branding(request, formset)
        else:
            super().save_formset(request, form, formset, change)

    def export_row(self, row: Team) -> Iterable[object]:
        return (row.name, row.member_count, row.organization_count, f"{row.created_at:%Y-%m-%d}")

    def get_deleted_objects(self, objs: Iterable[Team], request: HttpRequest) -> tuple[list, dict, set, list]:
        """What goes with a team, counted: listing thousands of organizations would help nobody decide."""
        teams = list(objs)
        if not all(self.has_delete_permission(request, team) for team in teams):
            raise PermissionDenied
        members = TeamMembership.objects.filter(team__in=teams).count()
        grants = TeamGrant.objects.filter(team__in=teams).count()
        counts = {
            _("teams"): len(teams),
            _("people who lose what it opened"): members,
            _("organizations it opened"): grants,
        }
        return [str(team) for team in teams], counts, set(), []
