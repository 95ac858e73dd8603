"""What is chosen and written before a report is made: the draft of an assessment's report, and templates of teams."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.platform.name_fields import CleanNameField, NamedOnce


class ReportDraft(models.Model):
    """The choices and words for the next report of an assessment. It stays when the report is made: what was written is
    offered again, for the assessment after it, too."""

    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="report_drafts")
    scorecard = models.OneToOneField("assessments.Scorecard", on_delete=models.CASCADE, related_name="report_draft")
    choices = models.JSONField()
    words = models.JSONField()
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-updated_at", "-pk"]

    def __str__(self) -> str:
        return f"Draft of the report of {self.scorecard}"


class ReportTemplateQuerySet(models.QuerySet["ReportTemplate"]):
    def usable_by(self, user: User, organization: Organization) -> "ReportTemplateQuerySet":
        """Those of the organization, and those of the teams through which this person works on it."""
        teams = organization.team_grants.filter(team__memberships__user=user).values("team")
        return self.filter(models.Q(organization=organization) | models.Q(team__in=teams))


class ReportTemplate(NamedOnce):
    """A named set of choices, of a team or, where there is none, of one organization."""

    name = CleanNameField(pgettext_lazy("of a template", "name"), max_length=80)
    team = models.ForeignKey(
        "assessments.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="report_templates"
    )
    organization = models.ForeignKey(
        "assessments.Organization", on_delete=models.CASCADE, null=True, blank=True, related_name="report_templates"
    )
    choices = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReportTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(team__isnull=True, organization__isnull=False)
                | models.Q(team__isnull=False, organization__isnull=True),
                name="report_template_of_a_team_or_an_organization",
            ),
            models.UniqueConstraint(fields=["team", "name_key"], name="report_template_once_per_team"),
            models.UniqueConstraint(fields=["organization", "name_key"], name="report_template_once_per_organization"),
        ]

    def __str__(self) -> str:
        return self.name
