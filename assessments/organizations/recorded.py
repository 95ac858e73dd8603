"""What is recorded by itself of who belongs where, wherever it is changed.

Services and the administration write the same rows, so the rows' signals are the one place that cannot be forgotten.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.accounts.recorded import described
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.organizations import memberships
from assessments.organizations.models import Membership, Organization, Role, Team, TeamGrant, TeamMembership
from assessments.organizations.services import GRACE
from assessments.scoring.words import listing

NAMED = 20  # organizations in one mail


def _role(value: int) -> str:
    return trail.in_english(Role(value).word)


def _ends_with_its_organization(origin: object) -> bool:
    """A row that goes because its organization goes for good: there is nothing left to record it in."""
    model = origin.model if isinstance(origin, models.QuerySet) else type(origin)
    return model is Organization


@receiver(pre_save, sender=Membership)
@receiver(pre_save, sender=TeamGrant)
def remember_the_role(sender: type[models.Model], instance: Membership | TeamGrant, **kwargs: Any) -> None:
    known = sender._default_manager.filter(pk=instance.pk).values_list("role", flat=True) if instance.pk else ()
    instance.role_before = next(iter(known), None)  # type: ignore[union-attr]


@receiver(post_save, sender=Membership)
def record_membership(instance: Membership, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if raw:  # loaded from a dump, which has the entries, too
        return
    before, now = instance.role_before, instance.role  # type: ignore[attr-defined]
    if created or before != now:
        trail.record(
            Action.MEMBER_ADDED if created else Action.MEMBER_CHANGED,
            organization=instance.organization_id,
            subject=described(instance.user),
            about=instance.user,
            old="" if before is None else _role(before),
            new=_role(now),
        )
    if not created and before != now:
        tell_of_membership(instance, before, now)


@receiver(post_delete, sender=Membership)
def record_end_of_membership(instance: Membership, origin: object, **kwargs: Any) -> None:
    if _ends_with_its_organization(origin):
        return
    actor = trail.current_actor()
    left = actor is not None and actor.pk == instance.user_id
    trail.record(
        Action.MEMBER_LEFT if left else Action.MEMBER_REMOVED,
        organization=instance.organization_id,
        subject=described(instance.user),
        about=_still_there(instance.user, origin),
        old=_role(instance.role),
    )
    if not left and _still_there(instance.user, origin):
        tell_of_membership(instance, instance.role, None)


@receiver(post_save, sender=TeamGrant)
def record_grant(instance: TeamGrant, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if raw:  # loaded from a dump, which has the entries, too
        return
    before, now = instance.role_before, instance.role  # type: ignore[attr-defined]
    if created or before != now:
        trail.record(
            Action.TEAM_GRANTED if created else Action.TEAM_GRANT_CHANGED,
            organization=instance.organization_id,
            subject=str(instance.team),
            old="" if before is None else _role(before),
            new=_role(now),
        )
    if not created and before != now:
        tell_of_grant(instance, before, now)


@receiver(post_delete, sender=TeamGrant)
def record_end_of_grant(instance: TeamGrant, origin: object, **kwargs: Any) -> None:
    if not _ends_with_its_organization(origin):
        trail.record(
            Action.TEAM_GRANT_WITHDRAWN,
            organization=instance.organization_id,
            subject=str(instance.team),
            old=_role(instance.role),
        )
        tell_of_grant(instance, instance.role, None)


# What can be done about it, for whoever lost something and for whoever can give it back.
ASK_FOR_IT = _lazy(
    "Nothing of the work is lost. If this was not meant, ask an owner, or an administrator of this site, to give the "
    "access back: that can be done at any time."
)
GIVE_IT_BACK = format_lazy(
    _lazy(
        "If this was not meant, an owner gives it back on the page below, at any time. Should the organization itself "
        "be deleted, an administrator can bring it back for {days} days."
    ),
    days=GRACE.days,
)
TWO_PARAGRAPHS = "{}\n\n{}"


def tell_of_membership(membership: Membership, before: int, now: int | None) -> None:
    """Mail whose role was changed or taken, and the others where somebody goes or an owner loses that role."""
    organization, person = membership.organization, membership.user
    names = {"who": notices.who(), "person": str(person), "organization": str(organization)}
    if now is None:
        text = format_lazy(_lazy("{who} removed you from {organization}."), **names)
    else:
        text = format_lazy(_lazy("{who} made you {role} of {organization}."), **names, role=Role(now).phrase)
    if now is None or now < before:
        text = format_lazy(TWO_PARAGRAPHS, text, ASK_FOR_IT)
    subject = format_lazy(_lazy("Your access to {organization}"), **names)
    notices.tell([person], subject=subject, text=text)
    if now is None:
        said = _lazy("{who} removed {person}, who was {role} of {organization}.")
        text = format_lazy(said, **names, role=Role(before).phrase)
    elif before == Role.OWNER:
        said = _lazy("{person}, who was an owner of {organization}, is {role} now. {who} did that.")
        text = format_lazy(said, **names, role=Role(now).phrase)
    else:
        return
    _tell_the_others(organization, text, but={person}, owned=before == Role.OWNER, is_grave=before == Role.OWNER)


def tell_of_grant(grant: TeamGrant, before: int, now: int | None) -> None:
    """Mail the people of a team whose role was changed or taken, and the others where it was taken or lowered."""
    organization, team = grant.organization, grant.team
    names = {"who": notices.who(), "team": str(team), "organization": str(organization)}
    if now is None:
        text = format_lazy(_lazy("{who} took away the access of your team {team} to {organization}."), **names)
    else:
        said = _lazy("{who} made everyone in your team {team} {role} of {organization}.")
        text = format_lazy(said, **names, role=Role(now).phrase)
    members = set(User.objects.filter(team_memberships__team=team))
    is_lost = now is None or now < before
    if is_lost:
        text = format_lazy(TWO_PARAGRAPHS, text, ASK_FOR_IT)
    subject = format_lazy(_lazy("The access of {team} to {organization}"), **names)
    notices.tell(members, subject=subject, text=text)
    if not is_lost:
        return
    names |= {"before": Role(before).phrase}
    if now is None:
        text = format_lazy(
            _lazy("{who} took away the access of {team}, which was {before} of {organization}."), **names
        )
    else:
        said = _lazy("{who} made {role} of everyone in {team}, which was {before} of {organization}.")
        text = format_lazy(said, **names, role=Role(now).phrase)
    _tell_the_others(organization, text, but=members, owned=before == Role.OWNER, is_grave=True)


@receiver(pre_delete, sender=Team)
def tell_of_the_end_of_a_team(instance: Team, **kwargs: Any) -> None:
    """Its people hear in one mail of all that they lose: by the time its access ends they are out of it."""
    organizations = Organization.objects.current().filter(team_grants__team=instance).order_by("name_sort", "pk")
    if names := [str(organization) for organization in organizations]:
        if len(names) <= NAMED:
            said = _lazy("{who} deleted your team {team}, and with it its access to {organizations}.")
        else:
            said = _lazy("{who} deleted your team {team}, and with it its access to {count} organizations.")
        text = format_lazy(said, who=notices.who(), team=str(instance), organizations=_listed(names), count=len(names))
        members = User.objects.filter(team_memberships__team=instance)
        subject = format_lazy(_lazy("The access of {team}"), team=str(instance))
        notices.tell(members, subject=subject, text=format_lazy(TWO_PARAGRAPHS, text, ASK_FOR_IT))


_listed = lazy(listing, str)


def _tell_the_others(
    organization: Organization, text: str | Promise, *, but: set[User], owned: bool, is_grave: bool
) -> None:
    """Mail the owners, who can undo it, and whoever leads the work, who can ask them.

    Where nobody is named as that, what is grave goes to everybody in its teams.
    """
    line = _lazy("Who owns {organization}") if owned else _lazy("Who may open {organization}")
    subject = format_lazy(line, organization=str(organization))
    owners = memberships.owners_of(organization) - but
    people = reverse("membership_list", args=[organization.slug])
    notices.tell(owners, subject=subject, text=format_lazy(TWO_PARAGRAPHS, text, GIVE_IT_BACK), path=people)
    leads = memberships.leads_of(organization, else_teams=is_grave) - owners - but
    overview = reverse("organization_detail", args=[organization.slug])
    notices.tell(leads, subject=subject, text=format_lazy(TWO_PARAGRAPHS, text, ASK_FOR_IT), path=overview)


@receiver(post_save, sender=TeamMembership)
def record_team_member(instance: TeamMembership, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """One entry for each organization the team has been granted: there the person arrives."""
    if raw:  # loaded from a dump, which has the entries, too
        return
    if created:
        _record_in_all(Action.TEAM_MEMBER_ADDED, instance, about=instance.user)


@receiver(post_delete, sender=TeamMembership)
def record_end_of_team_membership(instance: TeamMembership, origin: object, **kwargs: Any) -> None:
    _record_in_all(Action.TEAM_MEMBER_REMOVED, instance, about=_still_there(instance.user, origin))


def _record_in_all(action: Action, instance: TeamMembership, *, about: User | None) -> None:
    organizations = list(TeamGrant.objects.filter(team=instance.team_id).values_list("organization", flat=True))
    for organization in organizations or [None]:
        trail.record(
            action, organization=organization, subject=described(instance.user), about=about, new=str(instance.team)
        )


def _still_there(user: User, origin: object) -> User | None:
    """The person, unless it is the person's own row that goes."""
    model = origin.model if isinstance(origin, models.QuerySet) else type(origin)
    return None if model is get_user_model() else user
