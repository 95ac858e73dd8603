"""Administration of people and of who belongs to which organization."""

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest

from assessments.organizations.models import Membership, Organization, User


class PersonCreateForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: dict[str, type] = {}


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type] = {}


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = PersonChangeForm
    add_form = PersonCreateForm
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Save; a changed email is the only one that signs in from now on."""
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are switched off, not deleted: what they signed off keeps its name."""
        return False


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


class OrganizationAdminForm(forms.ModelForm):
    def clean_name(self) -> str:
        """One person's organizations have different names, which a page without the creator cannot check by itself."""
        name, creator = self.cleaned_data["name"], self.instance.created_by_id
        same = Organization.objects.filter(created_by=creator, name__iexact=name).exclude(pk=self.instance.pk)
        if creator and same.exists():
            raise forms.ValidationError("Its creator has another organization of this name.")
        return name


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    form = OrganizationAdminForm
    inlines = (MembershipInline,)
    list_display = ("name", "industry", "hosting_model", "created_at")
    list_filter = ("hosting_model",)
    search_fields = ("name", "industry")
    readonly_fields = ("created_at", "created_by")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "slug", "industry", "hosting_model", "currency"),
                "description": "An organization cannot be deleted: the database keeps what was signed off. "
                "Remove its members below to take it out of everyone's sight.",
            },
        ),
        ("Origin", {"fields": ("created_at", "created_by")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return False
