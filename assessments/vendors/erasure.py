"""What becomes of a person's name on vendors' reviews when the person is erased."""

from django.conf import settings
from django.db.models import Q
from django.dispatch import receiver
from django.utils import translation

from assessments.accounts.erasure import user_erased
from assessments.accounts.models import User
from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization
from assessments.platform.mails.models import SentMail
from assessments.platform.models import WaitingMail
from assessments.vendors.linking.mails import KIND, SUBJECT
from assessments.vendors.models import VendorAnswer, VendorRequest, VendorReview

Action = AuditEvent.Action
BY_LINK = (Action.VENDOR_LINK_MADE, Action.VENDOR_REVIEW_CHANGED, Action.VENDOR_SUBMITTED)


@receiver(user_erased)
def forget_follow_up_owner(user: User, name: str, **kwargs: object) -> None:
    """An owner is a name that was typed: it goes wherever the person could have been meant."""
    theirs = VendorAnswer.objects.filter(review__vendor__organization__in=Organization.objects.visible_to(user))
    theirs.filter(follow_up_owner=user.name).exclude(follow_up_owner="").update(follow_up_owner=name)


@receiver(user_erased)
def forget_who_asked(user: User, name: str, **kwargs: object) -> None:
    """The subjects of the mails to vendors name whoever asks, in the log, too."""
    naming = Q()
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            naming |= Q(subject__endswith=str(SUBJECT).partition("{vendor}")[2].format(asker=user))
    for model in (SentMail, WaitingMail):
        for mail in model.objects.filter(naming, kind=KIND):
            model.objects.filter(pk=mail.pk).update(subject=mail.subject.removesuffix(str(user)) + name)


@receiver(user_erased)
def forget_who_answered(user: User, addresses: set[str], name: str, **kwargs: object) -> None:
    """Who answered by a link and whom it was mailed to: colleagues do, where the own team is asked."""
    VendorRequest.objects.filter(email__in=addresses).update(email="", token="", remind_at=None)
    theirs = Q(answered_email__in=addresses)
    if user.name:
        own_team = {"vendor__is_own_team": True, "vendor__organization__in": Organization.objects.visible_to(user)}
        theirs |= Q(answered_by=user.name, **own_team)
    VendorReview.objects.filter(theirs).update(answered_by=name, answered_role="", answered_email="")
    for event in AuditEvent.objects.filter(action__in=BY_LINK, new__contains=user.email):
        new = event.new.partition(", by ")[0] if event.action == Action.VENDOR_SUBMITTED else event.new
        AuditEvent.objects.filter(pk=event.pk).update(new=new.replace(user.email, name))
