"""What the groups of the identity provider give, and what they have given."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.organizations.models import Role


class GroupMapping(models.Model):
    """What people of one group get when they sign in: a team, a role in an organization, or a staff group."""

    group = models.CharField(_lazy("group at the provider"), max_length=255)
    team = models.ForeignKey("assessments.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    organization = models.ForeignKey(
        "assessments.Organization", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    role = models.PositiveSmallIntegerField(null=True, blank=True)
    staff_group = models.ForeignKey("auth.Group", on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["group", "pk"]
        verbose_name = _lazy("group of the provider")
        verbose_name_plural = _lazy("groups of the provider")
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=False, organization=None, role=None, staff_group=None)
                | Q(team=None, organization__isnull=False, role__isnull=False, staff_group=None)
                | Q(team=None, organization=None, role=None, staff_group__isnull=False),
                name="group_mapping_gives_one_thing",
            ),
            models.UniqueConstraint(fields=["group", "team"], name="group_mapping_team_once"),
            models.UniqueConstraint(fields=["group", "organization"], name="group_mapping_organization_once"),
            models.UniqueConstraint(fields=["group", "staff_group"], name="group_mapping_staff_group_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.gives}"

    @property
    def gives(self) -> str:
        if self.organization is not None and self.role is not None:
            return _("{role} of {organization}").format(role=Role(self.role).word, organization=self.organization)
        if self.team is not None:
            return _("team {team}").format(team=self.team)
        return _("staff group {group}").format(group=self.staff_group)


class GroupGift(models.Model):
    """A row that a sign-on made or raised, so that a later one takes back just that. Made by hand, it has none here."""

    team_membership = models.OneToOneField(
        "assessments.TeamMembership", on_delete=models.CASCADE, null=True, related_name="gift"
    )
    membership = models.OneToOneField(
        "assessments.Membership", on_delete=models.CASCADE, null=True, related_name="gift"
    )
    role = models.PositiveSmallIntegerField(null=True)
    role_before = models.PositiveSmallIntegerField(null=True)  # of a member made by hand
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    staff_group = models.ForeignKey("auth.Group", on_delete=models.CASCADE, null=True, related_name="+")
    made_staff = models.BooleanField(default=False)  # whether the person had no way into the administration before

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "staff_group"], name="group_gift_staff_group_once"),
        ]

    def __str__(self) -> str:
        return str(self.team_membership or self.membership or self.staff_group)
