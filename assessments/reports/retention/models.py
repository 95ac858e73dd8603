"""How long an organization keeps its reports."""

from django.db import models


class ReportRetention(models.Model):
    """Without a row, or without days, whoever runs the site decides; 0 is for good."""

    organization = models.OneToOneField(
        "assessments.Organization", on_delete=models.CASCADE, related_name="report_retention"
    )
    days = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.organization}: {self.days}"
