"""What becomes of a person's name on scorecards when the person is erased."""

from django.dispatch import receiver

from assessments.organizations.erasure import user_erased
from assessments.organizations.models import User
from assessments.scorecards.models import Scorecard


@receiver(user_erased)
def forget_who_signed_off(user: User, name: str, **kwargs: object) -> None:
    """The one change that the database allows to what is signed off."""
    Scorecard.objects.signed_off().filter(signed_off_by=user).update(signed_off_name=name)
