"""Who was invited to score and joins is the rater from then on, under the name of their account."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from assessments.organizations.models import Membership
from assessments.rounds.models import Rater


@receiver(post_save, sender=Membership)
def recognize_the_invited(instance: Membership, created: bool, **kwargs: object) -> None:
    """In rounds that are not frozen yet; the invitation is accepted before the membership is made."""
    if not created:
        return
    theirs = Rater.objects.standing().filter(
        user=None,
        invitation__accepted_by=instance.user_id,
        round__scorecard__organization=instance.organization_id,
        round__scorecard__signed_off_at=None,
    )
    for rater in theirs:
        taken = Rater.objects.standing().filter(round=rater.round_id, user=instance.user_id).exists()
        if not taken:
            Rater.objects.filter(pk=rater.pk).update(user=instance.user_id, rater_name=str(instance.user)[:150])
