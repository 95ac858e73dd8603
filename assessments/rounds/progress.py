"""How far an open round is: who has finished, and how much of what they are asked they have answered. Never what."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.organizations.models import Membership, TeamGrant
from assessments.rounds.models import Rater, RaterLink, Rating, Round
from assessments.rounds.services import content_of
from assessments.scoring.words import capitalized, number_word


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
            return "" if self.may_open else _("May not open this organization any more")
        if self.rater.invitation_id:
            return _("Invited, has not joined yet")
        if self.link is None:
            return _("No link yet")
        if self.link.is_expired:
            return _("The link ended on {day}").format(day=date_format(self.link.expires_at, "DAY"))
        return _("By link, opened") if self.link.opened_at else _("By link, not opened yet")

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
        return _("Nobody is asked yet.")
    if finished == len(rows):
        return _("Everybody has finished.")
    if len(rows) == 1:
        return _("None of one rater have finished.")
    if not finished:
        return _("None of {number} raters have finished.").format(number=number_word(len(rows)))
    words = ngettext(
        "{finished} of {number} raters has finished.", "{finished} of {number} raters have finished.", finished
    )
    return words.format(finished=capitalized(number_word(finished)), number=number_word(len(rows)))
