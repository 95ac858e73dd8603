"""A version of a framework of one's own, kept with its files from its upload or first use on, and never changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy


class KeptFramework(models.Model):
    """`files` has the text of each file by its name. A retired one is used for nothing new; what uses it keeps it."""

    key = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    files = models.JSONField()
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_uploaded = models.BooleanField(_lazy("uploaded"), default=False)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["key", "pk"]
        verbose_name = _lazy("framework")
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="kept_framework_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"
