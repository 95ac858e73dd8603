"""Who would lose what if a membership or a team's access ended or were lowered: told before it is done."""

from dataclasses import dataclass

from assessments.accounts.models import User
from assessments.organizations.models import Membership, Organization, Role, TeamGrant
from assessments.organizations.queries import Person, list_grants, list_people


@dataclass(frozen=True, slots=True)
class Loss:
    """What a person may do now, and what afterwards: nothing where `after` is None."""

    user: User
    before: Role
    after: Role | None


@dataclass(frozen=True, slots=True)
class Losses:
    people: tuple[Loss, ...]
    leaves_no_owner: bool


def losses(organization: Organization, row: Membership | TeamGrant, role: Role | None = None) -> Losses:
    """What it would mean if the row ended, or gave `role` from then on. What somebody keeps by another way is kept."""
    people = list_people(organization, list_grants(organization))
    after = [(person, _after(person, row, role)) for person in people]
    lost = [Loss(person.user, person.role, left) for person, left in after if left is None or left < person.role]
    owned = any(left == Role.OWNER and person.user.is_active for person, left in after)
    return Losses(tuple(lost), leaves_no_owner=row.role == Role.OWNER and not owned)


def _after(person: Person, row: Membership | TeamGrant, role: Role | None) -> Role | None:
    rows = [*person.grants, *([person.membership] if person.membership else [])]
    left = [role if each == row else Role(each.role) for each in rows]
    return max((each for each in left if each is not None), default=None)


def everybody(organization: Organization) -> tuple[Loss, ...]:
    """Who loses what where the organization is deleted."""
    people = list_people(organization, list_grants(organization))
    return tuple(Loss(person.user, person.role, None) for person in people)
