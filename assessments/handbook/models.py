"""Checks a team can do with the handbook in hand, each saved on its own."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy


class TeamCheck(models.Model):
    """One answer of an organization: to a pitfall, on a role, a use case, or the mix of its work.

    `key` is that of the handbook's entry, or the place of a use case among the others. `values` holds what was said, by
    the names of `answers.FIELDS`.
    """

    class Kind(models.TextChoices):
        PITFALL = "pitfall", _lazy("Pitfall")
        ROLE = "role", _lazy("Role")
        USE_CASE = "use-case", _lazy("Use case")
        MIX = "mix", _lazy("Workload mix")

    organization = models.ForeignKey("assessments.Organization", on_delete=models.CASCADE, related_name="team_checks")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=60)
    values = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "kind", "key"], name="team_check_once_per_key")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"
