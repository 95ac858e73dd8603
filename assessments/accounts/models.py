"""Who there is: people, known by their address."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.platform.name_fields import CleanNameField, Named, NameKeyField


def plain_address(email: str) -> str:
    """The address in lower case. Letters of other scripts are refused: two that look alike are two people."""
    email = email.strip()
    if not email.isascii():  # asked first: some letters of other scripts have a plain one as their lower case
        raise ValidationError(_("Write the address in plain letters, an international domain in its xn-- form."))
    return email.lower()


class UserManager(BaseUserManager["User"]):
    """People are known by their e-mail address, which is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=plain_address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(Named, AbstractUser):
    username = None
    first_name = None
    last_name = None
    name = CleanNameField(_lazy("name"), max_length=150)
    name_key = NameKeyField()
    email = models.EmailField(
        _lazy("e-mail"), unique=True, error_messages={"unique": _lazy("This address already has an account.")}
    )
    # Empty for the one that the browser asks for.
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ["name_sort", "pk"]
        verbose_name = _lazy("person")
        verbose_name_plural = _lazy("people")
        permissions = [("help_user", "Can help people sign in: mail a link for a password, turn off two-factor")]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_ci")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = plain_address(self.email)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Without the constraint on the lower-case e-mail: `clean` and the unique field say the same in a sentence."""
        super().validate_constraints({*(exclude or ()), "email"})

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
