"""What a person keeps of the portfolio: views under a name, and the columns."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.platform.name_fields import CleanNameField, NameKeyField

QUERY_MAX_LENGTH = 1_500


class PortfolioView(models.Model):
    """A view of the list under a name: its address, which can be passed on, and its columns.

    The one without a name is what the person sees without choosing any.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="portfolio_views")
    name = CleanNameField(_lazy("name of the view"), max_length=60, blank=True)
    name_key = NameKeyField()
    query = models.CharField(max_length=QUERY_MAX_LENGTH, blank=True)
    columns = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name_key"], name="portfolio_view_name_once")]

    def __str__(self) -> str:
        return self.name or _("The portfolio")
