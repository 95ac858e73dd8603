"""An assessment that came in as a file and waits for somebody to take it."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class ScorecardImport(models.Model):
    """What a file holds, looked through: `lines` say what would become of it, `contents` is what would be taken.

    It goes when it is taken or thrown away, with the account of whoever brought it, and within a day.
    """

    organization = models.ForeignKey(
        "assessments.Organization", on_delete=models.CASCADE, related_name="scorecard_imports"
    )
    filename = models.CharField(max_length=200)
    title = models.CharField(max_length=120, blank=True)
    contents = models.JSONField()
    lines = models.JSONField()
    refused = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.filename


class OrganizationRest(models.Model):
    """What an organization brought from another installation that has no account here to belong to.

    `people` are address and name of whoever has none; `references` say which empty reference of which row stands for
    whom, `rows` hold what cannot be a row without an account. They go out again as they came.
    """

    organization = models.OneToOneField(
        "assessments.Organization", on_delete=models.CASCADE, related_name="rest", primary_key=True
    )
    people = models.JSONField(default=list)
    references = models.JSONField(default=dict)
    rows = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"What came with {self.organization_id}"
