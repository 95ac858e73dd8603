"""What lets a program in. The token itself is shown once and kept nowhere."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import pgettext_lazy

from assessments.accounts.models import User
from assessments.organizations.models import Role
from assessments.platform.prepared import Prepared

_person = Prepared(lambda pk: User.objects.filter(pk=pk).order_by(), 0)


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def standing(self) -> Self:
        """Those nobody has ended; expired ones are among them, so that whoever made them sees what became of them."""
        return self.filter(ended_at=None)


class AccessToken(models.Model):
    """A personal token acts as its `user`; an organization's acts there alone, in a `role`, as its `machine`.

    A machine is an account that nobody can sign in to: what a program changes stands under its name. One that only
    sends figures changes nothing else and has none. A token for SCIM belongs to the site, so neither to a person nor to
    an organization: by it a directory keeps accounts and teams, as its `machine`.
    """

    class Scope(models.TextChoices):
        READ = "read", pgettext_lazy("what a token may do", "Read")
        WRITE = "write", pgettext_lazy("what a token may do", "Read and write")
        FIGURES = "figures", pgettext_lazy("what a token may do", "Send figures only")
        SCIM = "scim", pgettext_lazy("what a token may do", "Keep accounts and teams (SCIM)")

    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=10, choices=Scope)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="tokens")
    organization = models.ForeignKey(
        "assessments.Organization", on_delete=models.CASCADE, null=True, related_name="tokens"
    )
    role = models.PositiveSmallIntegerField(choices=Role, null=True)
    machine = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="machine_token"
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, organization__isnull=True, role__isnull=True, machine__isnull=True)
                & ~Q(scope="scim")
                | Q(user__isnull=True, organization__isnull=False, role__in=[Role.VIEWER, Role.EDITOR])
                & ~Q(scope="scim")
                | Q(user__isnull=True, organization__isnull=True, role__isnull=True, scope="scim"),
                name="access_token_of_a_person_an_organization_or_the_site",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def role_word(self) -> Promise | str:
        return Role(self.role).word if self.role is not None else ""

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @cached_property
    def actor(self) -> User | None:
        """Who does what is done by it; nobody where it only sends figures for an organization."""
        pk = self.user_id or self.machine_id
        return _person.first(pk) if pk else None

    @property
    def actor_name(self) -> str:
        """As the activity names what a program does by itself."""
        return f"Token {self.name}"


@receiver(models.signals.post_delete, sender=AccessToken)
def delete_machine(sender: type[AccessToken], instance: AccessToken, **kwargs: object) -> None:
    """With its organization a token goes for good, and nobody is left to act as its machine."""
    if instance.machine_id:
        User.objects.filter(pk=instance.machine_id).delete()
