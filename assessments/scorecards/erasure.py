"""What becomes of a person's name on scorecards when the person is erased."""

from django.dispatch import receiver

from assessments.accounts.erasure import user_erased
from assessments.accounts.models import User
from assessments.scorecards.models import Evidence, Scorecard
from assessments.scorecards.outlook.models import EarlierAssessment


@receiver(user_erased)
def forget_who_signed_off(user: User, name: str, **kwargs: object) -> None:
    """Names are the one change that the database allows to what is signed off."""
    Scorecard.objects.signed_off().filter(signed_off_by=user).update(signed_off_name=name)


@receiver(user_erased)
def forget_who_saw_it(user: User, name: str, **kwargs: object) -> None:
    """Of the sightings that the person noted those under their own name: another one is somebody else's."""
    Evidence.objects.filter(created_by=user, seen_by_name=str(user)).update(seen_by_name=name)


@receiver(user_erased)
def forget_who_entered_it(user: User, name: str, **kwargs: object) -> None:
    EarlierAssessment.objects.filter(entered_by=user).update(entered_name=name)
