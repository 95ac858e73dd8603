"""What becomes of a person's name among those who show a role's signals, when the person is erased."""

from django.dispatch import receiver

from assessments.accounts.erasure import user_erased
from assessments.accounts.models import User
from assessments.handbook.models import TeamCheck
from assessments.organizations.models import Organization


@receiver(user_erased)
def forget_who_shows_signals(user: User, name: str, **kwargs: object) -> None:
    """Under their own full name, in the organizations they can open: a name typed elsewhere is somebody else's."""
    theirs = Organization.objects.visible_to(user).values("pk")
    for row in TeamCheck.objects.filter(kind=TeamCheck.Kind.ROLE, organization__in=theirs):
        if user.name and user.name in row.values.get("who", ""):
            row.values["who"] = row.values["who"].replace(user.name, name)
            row.save(update_fields=["values"])
