"""What becomes of a person's name on reports when the person is erased."""

from django.dispatch import receiver

from assessments.organizations.erasure import user_erased
from assessments.organizations.models import User
from assessments.reports.models import Report


@receiver(user_erased)
def forget_who_requested(user: User, name: str, **kwargs: object) -> None:
    Report.objects.filter(requested_by=user).update(requested_name=name)
