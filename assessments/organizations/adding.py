"""Who may add organizations: everyone, staff and members of teams, or administrators, as the site's setting says."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User

REFUSED = _lazy("Organizations are added by an administrator here. Ask one to add yours.")


def may_add(user: User) -> bool:
    who = settings.ORGANIZATIONS_ADDED_BY
    if who == "everyone" or user.is_superuser:
        return True
    if who == "teams":
        return user.is_staff or user.team_memberships.exists()
    return user.is_staff and user.has_perm("assessments.add_organization")
