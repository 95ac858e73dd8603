"""What becomes of a person who is erased: their scores stay, as a former member's."""

from django.db.models import Q
from django.dispatch import receiver

from assessments.accounts.erasure import user_erased
from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.audit.trail import Action
from assessments.rounds.models import Rater, RaterLink
from assessments.rounds.reviewing.models import SignOffReview


@receiver(user_erased)
def forget_the_rater(user: User, addresses: set[str], name: str, **kwargs: object) -> None:
    """Name and role, which can tell who it was; also of one who scored by a link that was mailed to their address."""
    SignOffReview.objects.filter(reviewer=user).update(reviewer_name=name)
    by_mail = RaterLink.objects.filter(email__in=addresses)
    theirs = Rater.objects.filter(
        Q(user=user)
        | Q(invitation__accepted_by=user)
        | Q(invitation__email__in=addresses)
        | Q(pk__in=list(by_mail.values_list("rater", flat=True)))
    )
    numbers = list(theirs.values_list("pk", flat=True))
    for rater in Rater.objects.filter(pk__in=numbers).select_related("round__scorecard"):
        events = AuditEvent.objects.filter(
            organization=rater.round.scorecard.organization_id,
            action__in=[
                Action.RATER_ADDED,
                Action.RATER_REMOVED,
                Action.RATER_FINISHED,
                Action.RATER_LINK_MADE,
                Action.RATER_LINK_REVOKED,
            ],
            subject=rater.rater_name,
        )
        events.filter(actor=None, action=Action.RATER_FINISHED).update(actor_name=f"{name}, by link")
        events.update(subject=name)
    Rater.objects.filter(pk__in=numbers).exclude(rater_role="").update(rater_role=name)
    Rater.objects.filter(pk__in=numbers).update(rater_name=name)
    by_mail.update(email="")
