"""How a firm looks on what it hands over. A team has one as the consultancy, an organization as the client."""

import hashlib
from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.organizations.branding import logos
from assessments.organizations.branding.colors import AREA, PAPER, TEXT, bent
from assessments.organizations.models import Organization, Team
from assessments.platform.name_fields import CleanNameField

COLOR = RegexValidator(r"^#[0-9a-f]{6}$", _lazy("Give a color as #rrggbb."))

MARK_RATIO = 1.6


def logo_path(brand: "Brand", filename: str) -> str:
    """A name nobody chose: the uploaded name is not even kept."""
    return f"logos/{uuid4().hex}"


class Brand(models.Model):
    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, null=True, related_name="brand")
    team = models.OneToOneField(Team, on_delete=models.CASCADE, null=True, related_name="brand")
    firm = CleanNameField(_lazy("name of the firm"), max_length=120, blank=True)
    address = models.CharField(_lazy("address line"), max_length=160, blank=True)
    footer = models.CharField(_lazy("footer"), max_length=120, blank=True)
    disclaimer = models.TextField(max_length=600, blank=True)
    color = models.CharField(_lazy("color"), max_length=7, blank=True, validators=[COLOR])
    second_color = models.CharField(_lazy("second color"), max_length=7, blank=True, validators=[COLOR])
    logo = models.FileField(upload_to=logo_path, max_length=200, blank=True)
    logo_type = models.CharField(
        max_length=20, blank=True, choices=[(kind, kind) for kind in (logos.PNG, logos.JPEG, logos.SVG)]
    )
    logo_sha256 = models.CharField(max_length=64, blank=True)
    logo_width = models.PositiveIntegerField(default=0, help_text=_lazy("points"))
    logo_height = models.PositiveIntegerField(default=0, help_text=_lazy("points"))
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organization=None, team__isnull=False)
                | models.Q(organization__isnull=False, team=None),
                name="brand_of_one",
            )
        ]

    def __str__(self) -> str:
        return _("Branding of {owner}").format(owner=self.owner)

    @property
    def owner(self) -> Organization | Team:
        return self.organization or self.team

    @property
    def is_set(self) -> bool:
        lines = (self.firm, self.address, self.footer, self.disclaimer, self.color, self.second_color)
        return any(lines) or bool(self.logo)

    @property
    def digest(self) -> str:
        """Another one for other colors or another logo: part of the addresses of both, which may be kept for long."""
        looks = "|".join((self.color, self.second_color, self.logo_sha256))
        return hashlib.sha256(looks.encode()).hexdigest()[:16]

    @property
    def name(self) -> str:
        return self.firm or str(self.owner)

    @property
    def is_mark(self) -> bool:
        """A logo that is too narrow to hold the name: it stands beside it."""
        return bool(self.logo) and self.logo_width < MARK_RATIO * self.logo_height

    @property
    def text_color(self) -> str:
        """The first color as words may have it on paper."""
        return bent(self.color, on=PAPER, least=TEXT) if self.color else ""

    @property
    def line_color(self) -> str:
        """The second color as lines and areas may have it on paper; without one, the first."""
        return bent(self.second_color, on=PAPER, least=AREA) if self.second_color else self.text_color


@receiver(post_delete, sender=Brand)
def delete_logo(instance: Brand, **kwargs: object) -> None:
    """A logo goes with its row, also when that goes with its organization or team."""
    if instance.logo:
        transaction.on_commit(lambda: instance.logo.storage.delete(instance.logo.name), robust=True)
