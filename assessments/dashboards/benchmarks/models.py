"""Whether a team lets its clients see how they stand among the others."""

from django.conf import settings
from django.db import models


class SharedBenchmark(models.Model):
    """As long as the row is there, members of a client see the benchmark of the team's portfolio, without names."""

    team = models.OneToOneField("assessments.Team", on_delete=models.CASCADE, related_name="shared_benchmark")
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    shared_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Benchmark of {self.team}"
