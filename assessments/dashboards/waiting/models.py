"""What a person has put aside of what waits for them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy


class Dismissal(models.Model):
    """Put aside on a day: what happens to the same thing afterwards waits again."""

    class Kind(models.TextChoices):
        VENDOR = "vendor", _lazy("A vendor's answers")
        REPORT = "report", _lazy("A report")
        INVITATION = "invitation", _lazy("An invitation")
        ANSWER = "answer", _lazy("A colleague's answers")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "subject_id"], name="dismissal_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
