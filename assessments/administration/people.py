"""Administration of people: accounts, what staff may do, switching off, erasing."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ManyToManyField, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from assessments.accounts import notices
from assessments.accounts.erasure import erase_user
from assessments.accounts.models import User
from assessments.administration.inlines import PersonOrganizationInline, PersonTeamInline
from assessments.administration.lists import ListAdmin, TeamFilter, day, drop_nonsense, list_address, names_by, titled
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations.models import Membership, TeamMembership
from assessments.organizations.tokens import services as tokens

NOT_FROM_ONESELF = "You cannot take this away from yourself. Ask another superuser to do it."
STATES = {"is_active": "Can sign in", "is_staff": "Staff", "is_superuser": "Superuser"}


def second_factors() -> QuerySet | None:
    """The second factors people have set up, recovery codes aside; None where the site has no such thing."""
    if not apps.is_installed("allauth.mfa"):
        return None
    return apps.get_model("mfa", "Authenticator").objects.exclude(type="recovery_codes")


def record_about(person: User, change: str) -> None:
    subject = f"{person.name} <{person.email}>" if person.name else person.email
    trail.record(Action.ACCOUNT_CHANGED, organization=None, subject=subject, about=person, new=change)


class PersonCreateForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: dict[str, type] = {}
        labels = {"email": "Email"}
        help_texts = {
            "email": "The address this person signs in with. It has to be one they can read mail at.",
            "name": "As others see it, such as Ines Halvorsen.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["usable_password"]
        field.label = "Signs in with a password"
        field.help_text = "Choose “Enabled” and set one below, which the person can change after signing in."


class PersonChangeForm(UserChangeForm):
    acting: User

    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type] = {}
        labels = {"email": "Email", **STATES}
        help_texts = {
            "email": "The address this person signs in with. If you change it, only the new one works from then on.",
            "name": "As others see it. Names under what was signed off stay as they were.",
            "is_active": "Take this away to switch the account off: the person is signed out at once, and everything "
            "they wrote stays.",
            "is_staff": "May open this administration. What they may do here is set by the groups below.",
            "is_superuser": "May do everything here, without any group. Two people are enough, one is too few.",
            "groups": "What a member of the staff may do here. Superusers need none. "
            "This opens no organization: teams and memberships do.",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.instance.pk == self.acting.pk:
            for name in STATES:
                if name in self.fields and not data.get(name):
                    self.add_error(name, NOT_FROM_ONESELF)
        return data


class PersonTeamFilter(TeamFilter):
    through = TeamMembership
    leads_to = "user"


class TwoFactorFilter(admin.SimpleListFilter):
    title = "two-factor sign-in"
    parameter_name = "two_factor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("on", "On"), ("off", "Off")] if second_factors() is not None else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        factors = second_factors()
        if factors is None or self.value() not in ("on", "off"):
            return queryset
        owners = factors.values("user")
        return queryset.filter(pk__in=owners) if self.value() == "on" else queryset.exclude(pk__in=owners)


@admin.register(User)
class UserAdmin(ListAdmin, DjangoUserAdmin):
    """Only superusers decide how someone signs in and who is staff; staff and superusers are theirs alone to change."""

    form = PersonChangeForm
    add_form = PersonCreateForm
    delete_confirmation_template = "admin/assessments/user/erase.html"
    add_form_template = "admin/assessments/user/add_form.html"
    list_display = (
        "person",
        "address",
        "team_names",
        "organization_names",
        "last_sign_in",
        "two_factor",
        "may_sign_in",
        "works_here",
    )
    list_filter = (
        ("is_active", titled("can sign in", admin.BooleanFieldListFilter)),
        ("is_staff", titled("staff", admin.BooleanFieldListFilter)),
        ("is_superuser", titled("superuser", admin.BooleanFieldListFilter)),
        TwoFactorFilter,
        PersonTeamFilter,
        ("last_login", titled("last sign-in", admin.DateFieldListFilter)),
    )
    search_fields = ("email", "name")
    search_help_text = "Search by name or email."
    ordering = ("name_sort", "email")
    filter_horizontal = ("groups",)
    readonly_fields = ("last_sign_in", "password_state", "two_factor_state", "opened_on", "also")
    inlines = (PersonTeamInline, PersonOrganizationInline)
    actions = ["deactivate", "activate", "turn_off_two_factor", "export_csv"]
    export_name = "people"
    export_header = (
        "Name",
        "Email",
        "Teams",
        "Organizations as a member",
        "Last sign-in (UTC)",
        "Two-factor",
        *STATES.values(),
    )
    fieldsets = (
        (None, {"fields": ("name", "email", "is_active")}),
        ("Signing in", {"fields": ("last_sign_in", "password_state", "two_factor_state", "opened_on", "also")}),
        ("Work in this administration", {"fields": ("is_staff", "is_superuser", "groups")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("email", "name", "usable_password", "password1", "password2"),
                "description": "After saving you can put the person into teams and organizations. People who belong to "
                "one organization only are better invited from that organization's page: they choose their own "
                "password.",
            },
        ),
    )

    # The list

    def look_up(self, rows: list[User]) -> None:
        teams = names_by(TeamMembership.objects.filter(user__in=rows), "user", "team__name")
        current = Membership.objects.filter(user__in=rows, organization__deleted_at=None)
        organizations = names_by(current, "user", "organization__name")
        factors = second_factors()
        protected = set() if factors is None else set(factors.filter(user__in=rows).values_list("user", flat=True))
        for row in rows:
            row.team_names = teams.get(row.pk)
            row.organization_names = organizations.get(row.pk)
            row.has_two_factor = row.pk in protected

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        shown = super().get_list_display(request)
        return shown if second_factors() is not None else tuple(name for name in shown if name != "two_factor")

    @admin.display(description="Name", ordering="name_sort")
    def person(self, row: User) -> str:
        return str(row)

    @admin.display(description="Email", ordering="email")
    def address(self, row: User) -> str:
        return row.email

    @admin.display(description="Account opened")
    def opened_on(self, row: User) -> str:
        return day(row.date_joined)

    @admin.display(description="Teams")
    def team_names(self, row: User) -> Any:
        return row.team_names

    @admin.display(description="Member of")
    def organization_names(self, row: User) -> Any:
        return row.organization_names

    @admin.display(description="Last sign-in", ordering="last_login")
    def last_sign_in(self, row: User) -> Any:
        return day(row.last_login) or "Never"

    @admin.display(description="Password")
    def password_state(self, row: User) -> str:
        link = reverse("admin:auth_user_password_change", args=[row.pk])
        if row.has_usable_password():
            return format_html('Has one. <a href="{}">Set another one</a>', link)
        return format_html('Has none. <a href="{}">Set one</a>', link)

    @admin.display(description="Two-factor")
    def two_factor_state(self, row: User) -> str:
        factors = second_factors()
        is_on = factors is not None and factors.filter(user=row).exists()
        return "On" if is_on else "Off: the password is enough to sign in"

    @admin.display(description="See also")
    def also(self, row: User) -> str:
        return format_html('<a href="{}?actor__id__exact={}">Activity</a>', list_address("auditevent"), row.pk)

    @admin.display(description="Two-factor")
    def two_factor(self, row: User) -> str:
        return "On" if row.has_two_factor else "Off"

    @admin.display(description="Can sign in", ordering="is_active")
    def may_sign_in(self, row: User) -> str:
        return "Yes" if row.is_active else "Switched off"

    @admin.display(description="Works here", ordering="is_staff")
    def works_here(self, row: User) -> str | None:
        if row.is_superuser:
            return "Superuser"
        return "Staff" if row.is_staff else None

    def export_row(self, row: User) -> Iterable[object]:
        at = f"{row.last_login:%Y-%m-%d %H:%M}" if row.last_login else ""
        states = ("yes" if getattr(row, name) else "no" for name in STATES)
        two_factor = "on" if row.has_two_factor else "off"
        return (row.name, row.email, row.team_names or "", row.organization_names or "", at, two_factor, *states)

    def told_apart_by(self, person: User) -> str:
        return person.email if person.is_active else f"{person.email}, switched off"

    # Who may do what

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_in_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.pk == request.user.pk:
            return False
        return super().has_delete_permission(request, obj) and self._is_in_reach(request, obj)

    def _is_in_reach(self, request: HttpRequest, person: User | None) -> bool:
        return request.user.is_superuser or person is None or not (person.is_staff or person.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        return (*fields, "is_staff", "is_superuser", "groups", *(("email",) if obj else ()))

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        hidden = () if request.user.is_superuser else ("password_state",)
        return [(name, {**o, "fields": [f for f in o["fields"] if f not in hidden]}) for name, o in fieldsets]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return super().get_inlines(request, obj) if obj else ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        if second_factors() is None or not request.user.is_superuser:
            actions.pop("turn_off_two_factor", None)
        return actions

    # Changing

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        form.acting = request.user
        return form

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Save and record; a changed email is the only one that signs in from now on."""
        super().save_model(request, obj, form, change)
        if not change:
            record_about(obj, "Account opened")
        if change and "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
            record_about(obj, "Email")
        for name in form.changed_data if change else ():
            if name in STATES:
                record_about(obj, f"{STATES[name]}: {'yes' if getattr(obj, name) else 'no'}")
        if not obj.is_active:
            tokens.end_all_of(obj, actor=request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """People alone: an organization's tokens act as accounts that nobody signs in to."""
        return super().get_queryset(request).filter(machine_token=None)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if not request.user.is_superuser:
            raise PermissionDenied
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            person = User.objects.get(pk=unquote(id))
            record_about(person, "Password")
            text = f"{request.user} set another password for your account. Ask for it, or choose one of your own."
            notices.tell(
                [person], subject="Your password was changed", text=text, path=reverse("account_reset_password")
            )
        return response

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Asks, then erases: what must stay, stays without the name."""
        person = self.get_object(request, unquote(object_id))
        if person is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_delete_permission(request, person):
            raise PermissionDenied
        if request.method == "POST":
            try:
                erase_user(person, actor=request.user)
            except ValidationError as error:
                messages.error(request, error.messages[0])
            else:
                messages.success(request, "The person is erased.")
            return redirect("admin:assessments_user_changelist")
        self.look_up([person])
        context = {
            **self.admin_site.each_context(request),
            "title": f"Erase {person}",
            "opts": self.opts,
            "object": person,
        }
        return TemplateResponse(request, self.delete_confirmation_template, context)

    # Actions

    @admin.action(description="Deactivate the selected people: they can no longer sign in", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._switch(request, queryset, is_active=False, done="deactivated")

    @admin.action(description="Activate the selected people: they can sign in again", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._switch(request, queryset, is_active=True, done="activated")

    def _switch(self, request: HttpRequest, queryset: QuerySet[User], *, is_active: bool, done: str) -> None:
        count = 0
        for person in queryset.filter(is_active=not is_active):
            if person.pk == request.user.pk:
                messages.warning(request, "You are still active: nobody can deactivate themselves.")
            elif not self.has_change_permission(request, person):
                messages.warning(request, f"{person} is staff. Only a superuser can do this.")
            else:
                User.objects.filter(pk=person.pk).update(is_active=is_active)
                record_about(person, f"{STATES['is_active']}: {'yes' if is_active else 'no'}")
                if not is_active:
                    tokens.end_all_of(person, actor=request.user)
                count += 1
        messages.success(request, f"{count} {'person' if count == 1 else 'people'} {done}.")

    @admin.action(description="Turn off two-factor sign-in of the selected people (lost phone)", permissions=["change"])
    def turn_off_two_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Asks first, naming the people: one wrong tick would leave many with their password alone."""
        everything = apps.get_model("mfa", "Authenticator").objects
        people = queryset.filter(pk__in=everything.values("user"))
        if "confirmed" not in request.POST and people.exists():
            return self._ask_about_two_factor(request, list(people))
        count = 0
        for person in people:
            everything.filter(user=person).delete()
            record_about(person, "Two-factor sign-in turned off")
            text = (
                f"{request.user} turned off two-factor sign-in for your account: the password alone is enough now. "
                "Sign in and turn it on again."
            )
            subject = "Two-factor sign-in was turned off"
            notices.tell([person], subject=subject, text=text, path=reverse("account_detail"))
            count += 1
        messages.success(
            request,
            f"Two-factor sign-in is off for {count} {'person' if count == 1 else 'people'}: the password is enough.",
        )
        return None

    def _ask_about_two_factor(self, request: HttpRequest, people: list[User]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Turn off two-factor sign-in",
            "opts": self.opts,
            "people": people,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/assessments/user/turn_off_two_factor.html", context)


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    """Groups decide what staff may do, so staff cannot change them."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        drop_nonsense(request)
        return super().changelist_view(request, extra_context)

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
            field.help_text = "“Change” without “view” shows nothing: give both."
        return field

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser
