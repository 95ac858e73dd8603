"""What becomes of a person's name on vendors' reviews when the person is erased."""

from django.dispatch import receiver

from assessments.accounts.erasure import user_erased
from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.vendors.models import VendorAnswer


@receiver(user_erased)
def forget_follow_up_owner(user: User, name: str, **kwargs: object) -> None:
    """An owner is a name that was typed: it goes wherever the person could have been meant."""
    theirs = VendorAnswer.objects.filter(review__vendor__organization__in=Organization.objects.visible_to(user))
    theirs.filter(follow_up_owner=user.name).exclude(follow_up_owner="").update(follow_up_owner=name)
