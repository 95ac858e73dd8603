"""Organizations, teams, and who may do what in which organization."""

from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Coalesce, Greatest, Lower
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from assessments.accounts.models import User
from assessments.framework import Framework, find_current
from assessments.platform.name_fields import CleanNameField, NamedOnce, NameKeyField, SortKeyField
from assessments.platform.time_zones import validate_time_zone, zone_of


class Role(models.IntegerChoices):
    """What a member may do; a higher number includes everything below it."""

    VIEWER = 10, pgettext_lazy("role", "Viewer")
    EDITOR = 20, pgettext_lazy("role", "Editor")
    LEAD = 25, pgettext_lazy("role", "Client lead")
    OWNER = 30, pgettext_lazy("role", "Owner")

    @property
    def can_edit(self) -> bool:
        return self >= Role.EDITOR

    @property
    def can_manage_people(self) -> bool:
        return self >= Role.LEAD

    @property
    def can_manage(self) -> bool:
        return self >= Role.OWNER

    @property
    def given(self) -> tuple["Role", ...]:
        """The roles that somebody of this one may give, change and take away."""
        return tuple(role for role in Role if role <= self) if self.can_manage_people else ()

    @property
    def word(self) -> Promise:
        """As it stands in a sentence without an article: editor."""
        return _WORDS[self]

    @property
    def phrase(self) -> Promise:
        """As it stands in a sentence: an editor."""
        return _PHRASES[self]


_WORDS = {
    Role.VIEWER: pgettext_lazy("role within a sentence", "viewer"),
    Role.EDITOR: pgettext_lazy("role within a sentence", "editor"),
    Role.LEAD: pgettext_lazy("role within a sentence", "client lead"),
    Role.OWNER: pgettext_lazy("role within a sentence", "owner"),
}
_PHRASES = {
    Role.VIEWER: pgettext_lazy("role within a sentence", "a viewer"),
    Role.EDITOR: pgettext_lazy("role within a sentence", "an editor"),
    Role.LEAD: pgettext_lazy("role within a sentence", "a client lead"),
    Role.OWNER: pgettext_lazy("role within a sentence", "an owner"),
}


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def current(self) -> Self:
        """Those that nobody has deleted."""
        return self.filter(deleted_at=None)

    def visible_to(self, user: User) -> Self:
        """The organizations a person may open, each with the person's effective `role`: the highest there is.

        A person reaches an organization as its member, or through a team that has been granted it.
        """
        direct = Membership.objects.filter(user=user)
        granted = TeamGrant.objects.filter(team__memberships__user=user)
        reached = direct.order_by().values("organization").union(granted.order_by().values("organization"))
        return self.current().filter(pk__in=reached)._with_role(user)

    def opened_by(self, user: User) -> Self:
        """The same of organizations that are few already, say one by its slug: each is asked for by itself.

        `visible_to` gathers all that the person sees first, which are ten thousand for some.
        """
        return self.current()._with_role(user).filter(role__gt=0)

    def _with_role(self, user: User) -> Self:
        here = {"organization": models.OuterRef("pk")}
        direct = Membership.objects.filter(user=user, **here)
        granted = TeamGrant.objects.filter(team__memberships__user=user, **here)
        return self.annotate(
            role=Greatest(
                Coalesce(models.Subquery(direct.values("role")), 0),
                Coalesce(models.Subquery(granted.order_by("-role").values("role")[:1]), 0),
            )
        )


class Organization(NamedOnce):
    class HostingModel(models.TextChoices):
        CLOUD = "cloud", _lazy("Cloud: all compute is rented")
        COLOCATION = "colocation", _lazy("Colocation: own hardware in rented space")
        ON_PREMISES = "on-premises", _lazy("On premises: own hardware, own space")
        HYBRID = "hybrid", _lazy("Hybrid: some of each")

    class SizeBand(models.TextChoices):
        SMALL = "1-50", _lazy("1 to 50 people")
        MEDIUM = "51-250", _lazy("51 to 250 people")
        LARGE = "251-1000", _lazy("251 to 1,000 people")
        VERY_LARGE = "1001-5000", _lazy("1,001 to 5,000 people")
        ENTERPRISE = "5001+", _lazy("More than 5,000 people")

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        GERMAN = "de", "Deutsch"
        FRENCH = "fr", "Français"
        SPANISH = "es", "Español"

    name = CleanNameField(_lazy("organization name"), max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    industry = models.CharField(max_length=80, blank=True)
    industry_key = NameKeyField(of="industry")
    industry_sort = SortKeyField(of="industry")
    size_band = models.CharField(_lazy("size"), max_length=12, choices=SizeBand, blank=True)
    language = models.CharField(
        max_length=5,
        choices=Language,
        default=Language.ENGLISH,
        help_text=_lazy("The language of its reports and of mails to its vendors."),
    )
    hosting_model = models.CharField(max_length=20, choices=HostingModel, default=HostingModel.CLOUD)
    currency = models.CharField(
        max_length=3,
        default="USD",
        validators=[
            RegexValidator(r"^[A-Z]{3}$", _lazy("Use the three-letter code of the currency, such as USD or EUR."))
        ],
    )
    # Empty for the site's own, settings.TIME_ZONE.
    time_zone = models.CharField(max_length=64, blank=True, validators=[validate_time_zone])
    # Empty for the product's own; what is new uses its newest version.
    framework_key = models.CharField(_lazy("framework"), max_length=60, blank=True)
    # Who leads the work on it: one of the people who may open it.
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="led_organizations"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("User", on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key", "created_by"],
                condition=models.Q(deleted_at=None),
                name="organization_name_once_per_creator",
            ),
        ]
        indexes = [models.Index(fields=["name_sort"], name="organization_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.time_zone)

    def today(self, now: datetime | None = None) -> date:
        """The day it is where the organization is."""
        return timezone.localdate(now, self.zone)

    @property
    def framework(self) -> Framework:
        """What its next assessment is scored by."""
        return find_current(self.framework_key)

    @property
    def vendor_framework(self) -> Framework:
        """What its vendors are asked by: its own framework, or the product's where that has no questions for them."""
        own = self.framework
        return own if own.vendor.topics else find_current()


class OrganizationTag(models.Model):
    """A word by which people who look after many organizations find this one: a region, a board's date."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="tags")
    name = CleanNameField(max_length=40)
    name_key = NameKeyField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["name_key", "organization"], name="organization_tag_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.PositiveSmallIntegerField(choices=Role, default=Role.OWNER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once_per_organization"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return _("{user} in {organization}").format(user=self.user, organization=self.organization)


class Team(NamedOnce):
    """People who work on organizations together: whatever the team is granted, each of its members may open."""

    name = CleanNameField(_lazy("team name"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="TeamMembership", related_name="teams")
    organizations = models.ManyToManyField(Organization, through="TeamGrant", related_name="teams")

    class Meta:
        ordering = ["name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                name="team_name_unique_ci",
                violation_error_message=_lazy("A team of this name exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TeamMembership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="team_memberships")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _lazy("team member")
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="team_membership_once")]

    def __str__(self) -> str:
        return _("{user} in {team}").format(user=self.user, team=self.team)


class TeamGrant(models.Model):
    """What every member of a team may do in one organization."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="grants")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="team_grants")
    role = models.PositiveSmallIntegerField(choices=Role, default=Role.EDITOR)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "organization"], name="team_grant_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="team_grant_role_known"),
        ]

    def __str__(self) -> str:
        return _("{team}: {role} of {organization}").format(
            team=self.team, role=self.role_word, organization=self.organization
        )

    @property
    def role_word(self) -> Promise:
        return Role(self.role).word


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; expired ones are among them, since they can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """A link sent to one address. Only the hash of its token is kept: nobody can use it but who got the mail."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_lazy("e-mail"))
    role = models.PositiveSmallIntegerField(choices=Role, default=Role.VIEWER)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    message = models.CharField(max_length=500, blank=True)  # of who invites, in the mail
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    is_mail_waiting = False  # of one that was sent just now: whether the mail goes out once the server takes it

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_waiting_per_address",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role_known"),
        ]

    def __str__(self) -> str:
        return _("{email} to {organization}").format(email=self.email, organization=self.organization)

    @property
    def role_word(self) -> Promise:
        return Role(self.role).word

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()
