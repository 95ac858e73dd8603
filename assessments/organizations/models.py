"""Who there is: people, organizations, and who belongs to which with what role."""

from collections.abc import Collection
from typing import Self

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """People are known by their e-mail address, which is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractUser):
    username = None
    first_name = None
    last_name = None
    name = models.CharField("name", max_length=150)
    email = models.EmailField("e-mail", unique=True, error_messages={"unique": "This address already has an account."})

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_ci")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Without the constraint on the lower-case e-mail: `clean` and the unique field say the same in a sentence."""
        super().validate_constraints({*(exclude or ()), "email"})

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Role(models.IntegerChoices):
    """What a member may do; a higher number includes everything below it."""

    VIEWER = 10, "Viewer"
    EDITOR = 20, "Editor"
    OWNER = 30, "Owner"

    @property
    def can_edit(self) -> bool:
        return self >= Role.EDITOR

    @property
    def can_manage(self) -> bool:
        return self >= Role.OWNER


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, user: User) -> Self:
        """The organizations a person may open, each with the person's `role`."""
        return self.filter(memberships__user=user).annotate(role=models.F("memberships__role"))


class Organization(models.Model):
    class HostingModel(models.TextChoices):
        CLOUD = "cloud", "Cloud: all compute is rented"
        COLOCATION = "colocation", "Colocation: own hardware in rented space"
        ON_PREMISES = "on-premises", "On premises: own hardware, own space"
        HYBRID = "hybrid", "Hybrid: some of each"

    name = models.CharField("organization name", max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    industry = models.CharField(max_length=80, blank=True)
    hosting_model = models.CharField(max_length=20, choices=HostingModel, default=HostingModel.CLOUD)
    currency = models.CharField(
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}$", "Use the three-letter code of the currency, such as USD or EUR.")],
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("User", on_delete=models.SET_NULL, null=True, editable=False, related_name="+")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("name"), "created_by", name="organization_name_once_per_creator"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.PositiveSmallIntegerField(choices=Role, default=Role.OWNER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once_per_organization"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"
