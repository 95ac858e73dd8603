"""What happens to the groups that a provider tells of when somebody signs in by it."""

import logging
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.utils import translation

from assessments.accounts.models import User
from assessments.organizations.group_claims import services
from assessments.organizations.group_claims.claims import GroupsUnknownError, groups_of

log = logging.getLogger(__name__)


@receiver(user_logged_in)
def take_over_groups(user: User, sociallogin: SocialLogin | None = None, **kwargs: Any) -> None:
    """Nothing that a provider says of groups keeps anybody from signing in: what cannot be read changes nothing."""
    if sociallogin is None or not settings.OIDC_GROUPS_CLAIM:
        return
    try:
        with translation.override("en"), transaction.atomic():  # why something was kept goes into the activity
            groups = groups_of(sociallogin.account.extra_data, settings.OIDC_GROUPS_CLAIM)
            services.apply_groups(user, groups)
    except GroupsUnknownError as reason:
        log.warning("The groups of account %s were not taken over: %s", user.pk, reason)
        services.note_unknown(user, str(reason))
    except Exception:
        log.exception("The groups of account %s were not taken over.", user.pk)
