"""How far an open round is: who has finished, and how much of what they are asked they have answered. Never what."""

from dataclasses import dataclass

from django.db.models import Q

from assessments.organizations.models import Membership, TeamGrant
from assessments.rounds.models import Rater, RaterLink, Rating, Round
from assessments.rounds.services import content_of
from assessments.scoring.words import counted, number_word


@dataclass(frozen=True, slots=True)
class Progress:
    rater: Rater
    answered: int
    asked: int
    link: RaterLink | None
    may_open: bool

    @property
    def how(self) -> str:
        """How the rater comes to their page."""
        if self.rater.user_id:
            return "" if self.may_open else "May not open this organization any more"
        if self.rater.invitation_id:
            return "Invited, has not joined yet"
        if self.link is None:
            return "No link yet"
        if self.link.is_expired:
            return f"The link ended on {self.link.expires_at:%-d %b %Y}"
        return "By link, opened" if self.link.opened_at else "By link, not opened yet"

    @property
    def is_stuck(self) -> bool:
        """Whether the rater cannot get to their page as things stand."""
        if self.rater.user_id:
            return not self.may_open
        return self.rater.invitation_id is None and (self.link is None or self.link.is_expired)


def read_progress(asked: Round) -> list[Progress]:
    """The raters of a round in the order they were asked, in a fixed number of queries."""
    keys = content_of(asked).category_keys
    raters = list(asked.raters.standing())
    # Only that something is said is read here: levels and words of others never reach the page of an open round.
    said = Rating.objects.filter(Q(cannot_judge=True) | ~Q(level=None), rater__in=raters)
    answered: dict[int, set[str]] = {}
    for rater_id, key in said.values_list("rater_id", "category_key"):
        answered.setdefault(rater_id, set()).add(key)
    links = {link.rater_id: link for link in RaterLink.objects.standing().filter(rater__in=raters)}
    members = _members(asked, [rater.user_id for rater in raters if rater.user_id])
    return [
        Progress(
            rater,
            sum(rater.is_asked(key) for key in answered.get(rater.pk, ())),
            len(rater.categories) or len(keys),
            links.get(rater.pk),
            rater.user_id in members,
        )
        for rater in raters
    ]


def _members(asked: Round, users: list[int]) -> set[int]:
    organization = asked.scorecard.organization_id
    direct = Membership.objects.filter(organization=organization, user__in=users).values_list("user_id", flat=True)
    granted = TeamGrant.objects.filter(organization=organization, team__memberships__user__in=users)
    return {*direct, *granted.values_list("team__memberships__user_id", flat=True)}


def progress_words(rows: list[Progress]) -> str:
    finished = sum(row.rater.finished_at is not None for row in rows)
    if not rows:
        return "Nobody is asked yet."
    if finished == len(rows):
        return "Everybody has finished."
    number = number_word(finished, none="none").capitalize()
    return f"{number} of {counted(len(rows), 'rater')} {'has' if finished == 1 else 'have'} finished."
