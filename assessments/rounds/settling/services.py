"""Settling what raters saw apart: agreed by people, never by averaging; taken over to the scorecard by a click each.

A median is only ever proposed. It becomes what was agreed when somebody accepts it, which the row then says.
"""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.rounds.models import REASON_MAX_LENGTH, RaterEvidence, Rating, Round, Settlement
from assessments.rounds.services import changing, content_of, name_of_category
from assessments.saving.parts import StaleAnswerError, clean_text
from assessments.scorecards import services
from assessments.scorecards.models import Evidence

STILL_OPEN = _lazy("Close the round first: what was said is read by everybody then, and settled.")
NO_REASON = _lazy("Say in a few words why. Raters differ here, and the reason is kept with the level.")
NOT_SETTLED = _lazy("This category is not settled yet.")
CHANGED = _lazy(
    "Somebody changed this category on the scorecard in the same moment. Look at it, then take it over once more."
)
NO_LINK = _lazy("This rater gave no link for the category.")


def settle(
    asked: Round,
    *,
    category: str,
    level: int | None,
    reason: str,
    actor: User,
    version: int,
    dissenters: Collection[int] = (),
    accepts_median: bool = False,
) -> Settlement:
    """Agree on the level of a category; `version` is 0 for one that was not settled yet.

    `dissenters` are raters by number. A reason is needed unless all raters gave that very level. `StaleAnswerError`
    where somebody else settled it meanwhile, unless to the same.
    """
    if level not in (0, 1, 2) or isinstance(level, bool):
        raise ValidationError(_("Choose the level that was agreed."))
    reason = clean_text(" ".join(reason.split()), REASON_MAX_LENGTH, _("reason"))
    with changing(asked) as now:
        content = content_of(now)
        if not now.is_closed:
            raise ValidationError(STILL_OPEN)
        if category not in content.category_keys:
            raise ValidationError(_("This category belongs to another version of the framework. Reload the page."))
        said = Rating.objects.filter(rater__round=now, rater__removed_at=None, category_key=category)
        raters = {rating.rater_id: rating.level for rating in said}
        places = {pk: place for place, pk in enumerate(now.raters.values_list("pk", flat=True), start=1)}
        levels = {given for given in raters.values() if given is not None}
        if not reason and levels != {level}:
            raise ValidationError(NO_REASON)
        values = {
            "level": level,
            "reason": reason,
            "dissenters": sorted(places[pk] for pk in set(dissenters) & raters.keys()),
            "was_proposed": accepts_median,
        }
        current = Settlement.objects.select_related("settled_by").filter(round=now, category_key=category).first()
        if current is not None and all(getattr(current, name) == value for name, value in values.items()):
            return current
        if (current.version if current else 0) != version:
            if current is None:
                raise ValidationError(_("Reload the page and settle once more."))
            raise StaleAnswerError(current, current.version, by=str(current.settled_by or ""), at=current.settled_at)
        old = str(current.level) if current else ""
        settled = _write(now, category, current, values, actor)
        trail.record(
            Action.CATEGORY_SETTLED,
            organization=now.scorecard.organization_id,
            subject=name_of_category(now, category),
            old=old,
            new=f"{settled.level}: {settled.reason}" if settled.reason else str(settled.level),
            actor=actor,
        )
    return settled


def _write(
    asked: Round, category: str, current: Settlement | None, values: dict[str, object], actor: User
) -> Settlement:
    settled = current or Settlement(round=asked, category_key=category, version=0)
    if settled.level != values["level"]:
        settled.taken_at = None
    for name, value in values.items():
        setattr(settled, name, value)
    settled.version += 1
    settled.settled_at, settled.settled_by = timezone.now(), actor
    settled.save()
    return settled


def take_level(asked: Round, *, category: str, actor: User, version: int) -> None:
    """Let the scorecard take the agreed level over, by the same service as its filling page.

    `version` is that of the level on the scorecard as the page showed it. Where deciders carry a level, it comes in as
    a claim with the reason: a 2 without proof stays an unsupported 2.
    """
    with changing(asked) as now:
        settled = Settlement.objects.filter(round=now, category_key=category).first()
        if settled is None:
            raise ValidationError(NOT_SETTLED)
        try:
            services.record_level(
                now.scorecard,
                category=category,
                level=settled.level,
                reason=settled.reason,
                actor=actor,
                version=version,
            )
        except StaleAnswerError:
            raise ValidationError(CHANGED) from None
        Settlement.objects.filter(pk=settled.pk).update(taken_at=timezone.now())


def take_link(asked: Round, *, rating_pk: int, actor: User) -> Evidence:
    """Let the scorecard take a rater's link over as proof of its category; it proves no decider until somebody says."""
    with changing(asked) as now:
        if not now.is_closed:
            raise ValidationError(STILL_OPEN)
        found = Rating.objects.filter(pk=rating_pk, rater__round=now, rater__removed_at=None).select_related("rater")
        rating = found.first()
        if rating is None or not (rating.link or rating.late_link):
            raise ValidationError(NO_LINK)
        if rating.taken_at:
            raise ValidationError(_("The scorecard has this link already."))
        url = rating.link or rating.late_link
        evidence = services.add_link(now.scorecard, category=rating.category_key, title=url[:200], url=url, actor=actor)
        Rating.objects.filter(pk=rating.pk).update(taken_at=timezone.now())
    return evidence


def take_evidence(asked: Round, *, evidence_pk: int, actor: User) -> Evidence:
    """Let the scorecard take over what a rater attached, as `take_link` does; a file is kept once for both."""
    with changing(asked) as now:
        if not now.is_closed:
            raise ValidationError(STILL_OPEN)
        standing = RaterEvidence.objects.filter(rating__rater__round=now, rating__rater__removed_at=None)
        found = standing.select_related("rating").filter(pk=evidence_pk).first()
        if found is None:
            raise ValidationError(_("The rater removed this meanwhile."))
        if found.taken_at:
            raise ValidationError(_("The scorecard has this already."))
        category = found.rating.category_key
        if found.file:
            evidence = services.add_kept_file(now.scorecard, category=category, proof=found, actor=actor)
        else:
            about = {"title": found.title, "url": found.url}
            evidence = services.add_link(now.scorecard, category=category, actor=actor, **about)
        RaterEvidence.objects.filter(pk=found.pk).update(taken_at=timezone.now())
    return evidence
