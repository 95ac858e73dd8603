"""What a person keeps of the administration: the columns of each list."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy


class ListColumns(models.Model):
    """Which columns of a list a person wants to see, by their keys; `listing` is the list's model."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_columns")
    listing = models.CharField(max_length=40)
    columns = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "listing"], name="list_columns_once")]
        verbose_name_plural = _lazy("columns of lists")

    def __str__(self) -> str:
        return f"{self.listing}: {self.columns}"
