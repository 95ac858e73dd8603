"""What an organization saved from the calculators: a scenario with a number for each of their inputs.

Rows hold keys and the framework's version, never the framework's wording. What can be edited separately carries its own
version number, as on a scorecard.
"""

from typing import Self

from django.conf import settings
from django.db import models

from assessments.accounts.erasure import FORMER_MEMBER
from assessments.organizations.models import Organization
from assessments.platform.name_fields import CleanNameField, NamedOnce

NAME_MAX_LENGTH = 120
NOTE_MAX_LENGTH = 2_000


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def of(self, organization: Organization) -> Self:
        return self.filter(organization=organization).select_related("created_by", "scorecard")

    def newest_first(self) -> Self:
        """The one that counts before the others, these by the day of their numbers."""
        return self.order_by("-is_counted", "-on", "-pk")


class Scenario(NamedOnce):
    """Numbers for the calculators as they were on a day. The one that is counted gives the spend at risk.

    `mix` has the shares of the workloads in percent, as texts by kind. Amounts are in `currency`, which is the
    organization's when the scenario is saved: changing that one later converts nothing.
    """

    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="scenarios")
    framework_key = models.CharField(max_length=60)
    framework_version = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    is_counted = models.BooleanField(default=False)

    name = CleanNameField(max_length=NAME_MAX_LENGTH)
    name_version = models.PositiveIntegerField(default=0)
    on = models.DateField()
    on_version = models.PositiveIntegerField(default=0)
    note = models.TextField(max_length=NOTE_MAX_LENGTH, blank=True)
    note_version = models.PositiveIntegerField(default=0)
    scorecard = models.ForeignKey(
        "assessments.Scorecard", on_delete=models.SET_NULL, null=True, related_name="scenarios"
    )
    scorecard_version = models.PositiveIntegerField(default=0)
    mix = models.JSONField(default=dict, blank=True)
    mix_version = models.PositiveIntegerField(default=0)

    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name_key"], name="scenario_name_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(is_counted=True), name="scenario_one_counted"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def author(self) -> str:
        return str(self.created_by or FORMER_MEMBER)


class ScenarioInput(models.Model):
    """The number for one input of a calculator; None while it is not given."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="inputs")
    calculator_key = models.CharField(max_length=60)
    input_key = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=20, decimal_places=8, null=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "calculator_key", "input_key"], name="scenario_input_once")
        ]

    def __str__(self) -> str:
        return f"{self.input_key}: {self.value}"
