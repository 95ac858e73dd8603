"""What a directory calls people and teams, beside what these have anyway."""

from django.conf import settings
from django.db import models


class DirectoryPerson(models.Model):
    """A person as a directory knows them. People whom it never changed have no row: their name there is their address.

    Whoever the directory deleted is out of its sight from `deleted_at` on. The account is switched off, and stays.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="in_directory")
    user_name = models.CharField(max_length=254)
    user_name_key = models.CharField(max_length=254, unique=True)  # in lower case
    external_id = models.CharField(max_length=255, blank=True, db_index=True)
    given_name = models.CharField(max_length=150, blank=True)
    family_name = models.CharField(max_length=150, blank=True)
    is_name_said = models.BooleanField(default=False)  # else the name is joined of those two
    deleted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.user_name


class DirectoryTeam(models.Model):
    """A team as a directory knows it."""

    team = models.OneToOneField("assessments.Team", on_delete=models.CASCADE, related_name="in_directory")
    external_id = models.CharField(max_length=255, blank=True, db_index=True)

    def __str__(self) -> str:
        return self.external_id
