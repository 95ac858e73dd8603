"""Administration of people: accounts, what staff may do, switching off, erasing."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from allauth.account.models import EmailAddress
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, ngettext_lazy, pgettext, pgettext_lazy

from assessments.accounts import notices
from assessments.accounts.erasure import erase_user
from assessments.accounts.mails.services import clear_address
from assessments.accounts.models import User
from assessments.accounts.welcoming import how_it_went, welcome
from assessments.administration.asking import asks_first
from assessments.administration.inlines import PersonOrganizationInline, PersonTeamInline
from assessments.administration.lists import ListAdmin, TeamFilter, day, list_address, names_by, titled
from assessments.administration.people_import.views import people_import_urls
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations import memberships
from assessments.organizations.models import Membership, TeamMembership
from assessments.organizations.tokens import services as tokens
from assessments.platform.mails import returned
from assessments.platform.mails.models import ReturnedAddress
from assessments.platform.names import clean_name, has_words

NOT_FROM_ONESELF = _lazy("You cannot take this away from yourself. Ask another superuser to do it.")
TWO_FACTOR = {True: pgettext_lazy("two-factor", "On"), False: pgettext_lazy("two-factor", "Off")}
REASON_LENGTH = 120  # letters of why somebody's second factor was turned off
STATES = {"is_active": _lazy("Can sign in"), "is_staff": _lazy("Staff"), "is_superuser": _lazy("Superuser")}


def second_factors() -> QuerySet | None:
    """The second factors people have set up, recovery codes aside; None where the site has no such thing."""
    if not apps.is_installed("allauth.mfa"):
        return None
    return apps.get_model("mfa", "Authenticator").objects.exclude(type="recovery_codes")


def record_about(person: User, change: str) -> None:
    subject = f"{person.name} <{person.email}>" if person.name else person.email
    trail.record(Action.ACCOUNT_CHANGED, organization=None, subject=subject, about=person, new=change)


def _links(organizations: QuerySet) -> Iterator[tuple[str, str]]:
    for organization in organizations:
        yield reverse("admin:assessments_organization_change", args=[organization.pk]), str(organization)


class PersonCreateForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: dict[str, type] = {}
        labels = {"email": _lazy("Email")}
        help_texts = {
            "email": _lazy("The address this person signs in with. It has to be one they can read mail at."),
            "name": _lazy("As others see it, such as Ines Halvorsen."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["usable_password"]
        field.label = _("Password")
        field.choices = {
            "false": _("They choose it themselves, by a link that is mailed to them"),
            "true": _("I set one below, and tell it to them"),
        }
        field.initial = "false"
        field.help_text = ""


class PersonChangeForm(UserChangeForm):
    acting: User

    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type] = {}
        labels = {"email": _lazy("Email"), "language": _lazy("Language"), **STATES}
        help_texts = {
            "email": _lazy(
                "The address this person signs in with. If you change it, only the new one works from then on."
            ),
            "name": _lazy("As others see it. Names under what was signed off stay as they were."),
            "language": _lazy("Of their pages and mails. Without one, pages speak what the browser asks for."),
            "is_active": _lazy(
                "Take this away to switch the account off: the person is signed out at once, and everything they "
                "wrote stays."
            ),
            "is_staff": _lazy("May open this administration. What they may do here is set by the groups below."),
            "is_superuser": _lazy("May do everything here, without any group. Two people are enough, one is too few."),
            "groups": _lazy(
                "What a member of the staff may do here. Superusers need none. This opens no organization: teams and "
                "memberships do."
            ),
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
    title = _lazy("two-factor sign-in")
    parameter_name = "two_factor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("on", TWO_FACTOR[True]), ("off", TWO_FACTOR[False])] if second_factors() is not None else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        factors = second_factors()
        if factors is None or self.value() not in ("on", "off"):
            return queryset
        owners = factors.values("user")
        return queryset.filter(pk__in=owners) if self.value() == "on" else queryset.exclude(pk__in=owners)


class ReturnedFilter(admin.SimpleListFilter):
    title = _lazy("mails")
    parameter_name = "mails"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("back", _("Come back"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() != "back":
            return queryset
        return queryset.filter(email__in=ReturnedAddress.objects.values("email"))


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
        ("is_active", titled(_lazy("can sign in"), admin.BooleanFieldListFilter)),
        ("is_staff", titled(_lazy("staff"), admin.BooleanFieldListFilter)),
        ("is_superuser", titled(_lazy("superuser"), admin.BooleanFieldListFilter)),
        TwoFactorFilter,
        ReturnedFilter,
        PersonTeamFilter,
        ("last_login", titled(_lazy("last sign-in"), admin.DateFieldListFilter)),
    )
    search_fields = ("email", "name")
    search_help_text = _lazy("Search by name or email.")
    ordering = ("name_sort", "email")
    filter_horizontal = ("groups",)
    readonly_fields = ("mail_state", "last_sign_in", "password_state", "two_factor_state", "opened_on", "also")
    inlines = (PersonTeamInline, PersonOrganizationInline)
    actions = ["mail_link", "clear_address", "deactivate", "activate", "turn_off_two_factor", "export_csv"]
    export_name = "people"
    export_header = (
        _lazy("Name"),
        _lazy("Email"),
        _lazy("Teams"),
        _lazy("Organizations as a member"),
        _lazy("Last sign-in (UTC)"),
        _lazy("Two-factor"),
        *STATES.values(),
    )
    fieldsets = (
        (None, {"fields": ("name", "email", "mail_state", "language", "is_active")}),
        (_lazy("Signing in"), {"fields": ("last_sign_in", "password_state", "two_factor_state", "opened_on", "also")}),
        (_lazy("Work in this administration"), {"fields": ("is_staff", "is_superuser", "groups")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("email", "name", "usable_password", "password1", "password2"),
                "description": _lazy(
                    "After saving you can put the person into teams and organizations. For many people at once, add "
                    "them by list."
                ),
            },
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        return [*people_import_urls(self.admin_site), *super().get_urls()]

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

    def _offered(self, request: HttpRequest) -> tuple[str, ...]:
        return tuple(name for name in self.list_display if name != "two_factor" or second_factors() is not None)

    @admin.display(description=_lazy("Name"), ordering="name_sort")
    def person(self, row: User) -> str:
        return str(row)

    @admin.display(description=_lazy("Email"), ordering="email")
    def address(self, row: User) -> str:
        return row.email

    @admin.display(description=_lazy("Account opened"))
    def opened_on(self, row: User) -> str:
        return day(row.date_joined)

    @admin.display(description=_lazy("Teams"))
    def team_names(self, row: User) -> Any:
        return row.team_names

    @admin.display(description=_lazy("Member of"))
    def organization_names(self, row: User) -> Any:
        return row.organization_names

    @admin.display(description=_lazy("Last sign-in"), ordering="last_login")
    def last_sign_in(self, row: User) -> Any:
        return day(row.last_login) or _("Never")

    @admin.display(description=_lazy("Password"))
    def password_state(self, row: User) -> str:
        link = reverse("admin:auth_user_password_change", args=[row.pk])
        if row.has_usable_password():
            return format_html(_('Has one. <a href="{link}">Set another one</a>'), link=link)
        return format_html(_('Has none. {mail} <a href="{link}">Set one</a>'), mail=how_it_went(row), link=link)

    @admin.display(description=_lazy("Two-factor"))
    def two_factor_state(self, row: User) -> str:
        factors = second_factors()
        is_on = factors is not None and factors.filter(user=row).exists()
        return str(TWO_FACTOR[True]) if is_on else _("Off: the password is enough to sign in")

    @admin.display(description=_lazy("Mails"))
    def mail_state(self, row: User) -> str:
        back = returned.of([row.email]).get(row.email)
        if back is None:
            return _("None has come back")
        if back.said:
            said = _("Mails to this address come back since {since}: {why} ({said}).")
        else:
            said = _("Mails to this address come back since {since}: {why}.")
        return said.format(since=day(back.since), why=back.reason, said=back.said)

    @admin.display(description=_lazy("See also"))
    def also(self, row: User) -> str:
        activity, mails = list_address("auditevent"), list_address("sentmail")
        links = '<a href="{}?actor={}">{}</a> · <a href="{}?q={}">{}</a>'
        return format_html(links, activity, row.pk, _("Activity"), mails, quote(row.email), _("Mails"))

    @admin.display(description=_lazy("Two-factor"))
    def two_factor(self, row: User) -> str:
        return str(TWO_FACTOR[row.has_two_factor])

    @admin.display(description=_lazy("Can sign in"), ordering="is_active")
    def may_sign_in(self, row: User) -> str:
        return _("Yes") if row.is_active else _("Switched off")

    @admin.display(description=_lazy("Works here"), ordering="is_staff")
    def works_here(self, row: User) -> str | None:
        if row.is_superuser:
            return _("Superuser")
        return _("Staff") if row.is_staff else None

    def export_row(self, row: User) -> Iterable[object]:
        at = f"{row.last_login:%Y-%m-%d %H:%M}" if row.last_login else ""
        states = (_("yes") if getattr(row, name) else _("no") for name in STATES)
        two_factor = pgettext("two-factor", "on") if row.has_two_factor else pgettext("two-factor", "off")
        return (row.name, row.email, row.team_names or "", row.organization_names or "", at, two_factor, *states)

    def told_apart_by(self, person: User) -> str:
        return person.email if person.is_active else _("{email}, switched off").format(email=person.email)

    # Who may do what

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_in_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.pk == request.user.pk:
            return False
        return super().has_delete_permission(request, obj) and self._is_in_reach(request, obj)

    def has_help_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("assessments.help_user")

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
        if second_factors() is None:
            actions.pop("turn_off_two_factor", None)
        return actions

    # Changing

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        form.acting = request.user
        return form

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Save and record; a changed email is the only one that signs in from now on."""
        if change and "is_active" in form.changed_data and not obj.is_active:
            self._warn_of_lost_owner(request, obj)
        super().save_model(request, obj, form, change)
        if not change:
            record_about(obj, "Account opened")
            if not obj.has_usable_password():
                welcome([obj], actor=request.user)
                said = _("A link to choose a password is mailed to {email}.")
                messages.info(request, said.format(email=obj.email))
        if change and "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
            record_about(obj, "Email")
        for name in form.changed_data if change else ():
            if name in STATES:
                record_about(obj, f"{trail.in_english(STATES[name])}: {'yes' if getattr(obj, name) else 'no'}")
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
            text = format_lazy(
                _lazy("{actor} set another password for your account. Ask for it, or choose one of your own."),
                actor=str(request.user),
            )
            subject = _lazy("Your password was changed")
            notices.tell([person], subject=subject, text=text, path=reverse("account_reset_password"))
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
        error = ""
        if request.method == "POST":
            try:
                with transaction.atomic():
                    memberships.refuse_to_lose_owner(person)
                    erase_user(person, actor=request.user)
            except ValidationError as refused:
                error = refused.messages[0]
            else:
                messages.success(request, _("The person is erased."))
                return redirect("admin:assessments_user_changelist")
        self.look_up([person])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Erase {person}").format(person=person),
            "opts": self.opts,
            "object": person,
            "owned_alone": format_html_join(", ", '<a href="{}">{}</a>', _links(memberships.owned_alone(person))),
            "error": error,
        }
        status = 422 if error else 200
        return TemplateResponse(request, self.delete_confirmation_template, context, status=status)

    # Actions

    @admin.action(description=_lazy("Mail the selected people a link to choose a password"), permissions=["help"])
    @asks_first(
        ngettext_lazy("Mail a link to {number} person", "Mail a link to {number} people", "count"),
        consequence=_lazy(
            "Each gets a mail with a link to choose a password. The one they have holds until it is used."
        ),
        of=lambda people: people.filter(is_active=True),
    )
    def mail_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Whoever has a password keeps it until the link is used."""
        mailed = []
        for person in queryset:
            if not person.is_active:
                messages.warning(request, _("{person} is switched off and gets no mail.").format(person=person))
            elif not self._is_in_reach(request, person):
                messages.warning(request, _("{person} is staff. Only a superuser can do this.").format(person=person))
            else:
                mailed.append(person)
        welcome(mailed, actor=request.user)
        count = len(mailed)
        said = ngettext("A link is on its way to {count} person.", "A link is on its way to {count} people.", count)
        messages.success(request, said.format(count=count))

    @admin.action(
        description=_lazy("Mails reach the selected people again: they do not come back any more"), permissions=["help"]
    )
    @asks_first(
        ngettext_lazy("Clear the address of {number} person", "Clear the address of {number} people", "count"),
        consequence=_lazy("All mails go there again. The next one that comes back marks the address anew."),
        of=lambda people: people.filter(email__in=ReturnedAddress.objects.values("email")),
    )
    def clear_address(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        count = sum(clear_address(person, actor=request.user) for person in queryset)
        said = ngettext("{count} address cleared.", "{count} addresses cleared.", count)
        messages.success(request, said.format(count=count))

    @admin.action(
        description=_lazy("Deactivate the selected people: they can no longer sign in"), permissions=["change"]
    )
    @asks_first(
        ngettext_lazy("Deactivate {number} person", "Deactivate {number} people", "count"),
        consequence=_lazy(
            "They are signed out at once, can no longer sign in, and their tokens end. What they wrote stays."
        ),
        of=lambda people: people.filter(is_active=True),
    )
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._switch(request, queryset, is_active=False)

    @admin.action(description=_lazy("Activate the selected people: they can sign in again"), permissions=["change"])
    @asks_first(
        ngettext_lazy("Activate {number} person", "Activate {number} people", "count"),
        consequence=_lazy("They can sign in again, and open what their teams and memberships open."),
        of=lambda people: people.filter(is_active=False),
    )
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._switch(request, queryset, is_active=True)

    def _switch(self, request: HttpRequest, queryset: QuerySet[User], *, is_active: bool) -> None:
        count = 0
        for person in queryset.filter(is_active=not is_active):
            if person.pk == request.user.pk:
                messages.warning(request, _("You are still active: nobody can deactivate themselves."))
            elif not self.has_change_permission(request, person):
                messages.warning(request, _("{person} is staff. Only a superuser can do this.").format(person=person))
            else:
                if not is_active:
                    self._warn_of_lost_owner(request, person)
                User.objects.filter(pk=person.pk).update(is_active=is_active)
                record_about(person, f"{trail.in_english(STATES['is_active'])}: {'yes' if is_active else 'no'}")
                if not is_active:
                    tokens.end_all_of(person, actor=request.user)
                count += 1
        if is_active:
            said = ngettext("{count} person activated.", "{count} people activated.", count)
        else:
            said = ngettext("{count} person deactivated.", "{count} people deactivated.", count)
        messages.success(request, said.format(count=count))

    def _warn_of_lost_owner(self, request: HttpRequest, person: User) -> None:
        """Switching off goes at once, whatever it leaves behind: it may be an account that somebody else is in."""
        for organization in memberships.owned_alone(person):
            said = _("{organization} has no owner now who can sign in. Make somebody else an owner.")
            messages.warning(request, said.format(organization=organization))

    @admin.action(
        description=_lazy("Turn off two-factor sign-in of the selected people (lost phone)"), permissions=["help"]
    )
    def turn_off_two_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Asks first, naming the people and for a reason: one wrong tick would leave many with their password alone."""
        everything = apps.get_model("mfa", "Authenticator").objects
        people = queryset.filter(pk__in=everything.values("user"))
        reason = clean_name(request.POST.get("reason", ""))[:REASON_LENGTH]
        if not request.user.is_superuser and people.filter(Q(is_staff=True) | Q(is_superuser=True)).exists():
            messages.warning(request, _("Some of them are staff. Only a superuser can do this for staff."))
            return None
        if people.exists() and not ("confirmed" in request.POST and has_words(reason)):
            return self._ask_about_two_factor(request, list(people))
        count = 0
        for person in people:
            everything.filter(user=person).delete()
            record_about(person, f"Two-factor sign-in turned off: {reason}")
            text = format_lazy(
                _lazy(
                    "{actor} turned off two-factor sign-in for your account: the password alone is enough now. The "
                    "reason given was: {reason}. Sign in and turn it on again."
                ),
                actor=str(request.user),
                reason=reason,
            )
            subject = _lazy("Two-factor sign-in was turned off")
            notices.tell([person], subject=subject, text=text, path=reverse("account_detail"))
            count += 1
        said = ngettext(
            "Two-factor sign-in is off for {count} person: the password is enough.",
            "Two-factor sign-in is off for {count} people: the password is enough.",
            count,
        )
        messages.success(request, said.format(count=count))
        return None

    def _ask_about_two_factor(self, request: HttpRequest, people: list[User]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Turn off two-factor sign-in"),
            "opts": self.opts,
            "people": people,
            "reason_length": REASON_LENGTH,
            "is_reason_missing": "confirmed" in request.POST,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/assessments/user/turn_off_two_factor.html", context)
