"""What a rater can do: say a level, a note and a link, one part at a time, and say that they have finished.

Nothing of it goes into the activity but that somebody finished: the activity is read by people who may not know yet.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts import notices
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.platform.mails.kinds import MailKind, register
from assessments.rounds.models import CANNOT_JUDGE, NOTE_MAX_LENGTH, Rater, Rating, Round
from assessments.rounds.services import DELETED, changing, content_of
from assessments.saving.addresses import read_address
from assessments.saving.parts import Outcome, attempt, clean_text, is_posted, plain, update_part, version_or_stale

PARTS = ("level", "note", "link")
CHOICES = ("", "0", "1", "2", CANNOT_JUDGE)
TAKEN_OUT = _lazy("You were taken out of this round. What you said in it counts no more.")
NOT_ASKED = _lazy("You are not asked for this category any more. Reload the page.")
FINISHED = MailKind("round_finished", _lazy("Everybody has finished in a round that I started"), is_optional=True)
register(FINISHED)


def rater_of(asked: Round, user: User) -> Rater | None:
    """The rater that a person with an account is in a round."""
    own = asked.raters.standing().filter(user=user).first()
    if own is not None:
        own.round = asked
    return own


@contextmanager
def while_asked(rater: Rater) -> Iterator[Round]:
    """While something of what a rater says changes; ValidationError for one who was taken out."""
    with changing(rater.round) as now:
        if not Rater.objects.standing().filter(pk=rater.pk).exists():
            raise ValidationError(TAKEN_OUT)
        yield now


def record(rater: Rater, *, category: str, part: str, value: str, version: int) -> int:
    """Replace one part of what the rater says of a category. Returns its new version; `StaleAnswerError` as elsewhere.

    Once the round is closed, what was said in it stays; the new words are kept beside it, as late.
    """
    values = _cleaned(part, value)
    with while_asked(rater) as now:
        if not rater.is_asked(category):
            raise ValidationError(NOT_ASKED)
        rows = Rating.objects.filter(rater=rater.pk, category_key=category)
        at = timezone.now()
        if now.is_closed:
            values = {f"late_{part}": value.strip() if part == "level" else values[part]}
        new_version = update_part(
            rows,
            version_field=f"{part}_version",
            version=version,
            values=values,
            stamp={"updated_at": at, **({"late_at": at} if now.is_closed else {})},
            saved=lambda before: None,
        )
        if new_version is not None:
            return new_version
        current = rows.first()
        if current is None:
            raise ValidationError(DELETED)
        return version_or_stale(current, f"{part}_version", values, by=_("You, elsewhere,"), at=current.updated_at)


def _cleaned(part: str, value: str) -> dict[str, Any]:
    if part == "note":
        return {"note": clean_text(value, NOTE_MAX_LENGTH, _("note"))}
    if part == "link":
        return {"link": read_address(value.strip()) if value.strip() else ""}
    if value not in CHOICES:
        raise ValidationError(_("Choose 0, 1, 2, or that you cannot judge this."))
    return {"level": int(value) if value.isdecimal() else None, "cannot_judge": value == CANNOT_JUDGE}


def save_part(rater: Rater, category: str, part: str, data: QueryDict) -> Outcome:
    """Save one part of what was posted and say what became of it; never raises for bad input."""
    value = data.get(f"{category}-{part}", "")
    return attempt(
        *(category, part, data),
        lambda version: record(rater, category=category, part=part, value=value, version=version),
    )


def save_page(rater: Rater, ratings: dict[str, Rating], data: QueryDict, *, is_closed: bool) -> list[Outcome]:
    """Save every part of a whole posted page that differs from what is stored: how it works without JavaScript."""
    return [
        save_part(rater, key, part, data)
        for key, rating in ratings.items()
        for part in PARTS
        if is_posted(key, part, data)
        and plain(data.get(f"{key}-{part}", "")) != stored(rating, part, is_closed=is_closed)
    ]


def stored(rating: Rating, part: str, *, is_closed: bool) -> str:
    """A part as the rater's page shows it: what came late stands in place of what was said before."""
    said = rating.choice if part == "level" else str(getattr(rating, part))
    late = str(getattr(rating, f"late_{part}"))
    return late if is_closed and late else said


def finish(rater: Rater) -> None:
    """Say that one is done. Until the round is closed everything can still be changed."""
    with while_asked(rater) as now:
        if now.is_closed or not Rater.objects.filter(pk=rater.pk, finished_at=None).update(finished_at=timezone.now()):
            return
        trail.record(
            Action.RATER_FINISHED,
            organization=now.scorecard.organization_id,
            subject=rater.rater_name,
            about=rater.user,
            **({"actor": rater.user} if rater.user else {"actor_name": f"{rater.rater_name}, by link"}),
        )
        if now.created_by and not now.raters.standing().filter(finished_at=None).exists():
            _tell_all_finished(now)


def _tell_all_finished(asked: Round) -> None:
    scorecard = asked.scorecard
    notices.tell(
        [asked.created_by] if asked.created_by else [],
        subject=format_lazy(
            _lazy("All raters have finished: {title}, {organization}"),
            title=scorecard.title,
            organization=scorecard.organization,
        ),
        text=_lazy("Everybody who was asked has finished. Close the round to see where they differ."),
        path=reverse("round_detail", args=[scorecard.organization.slug, asked.pk]),
        foot=_lazy("You get this because you started the round."),
        but_actor=False,
        kind=FINISHED.name,
    )


def content_categories(rater: Rater) -> list[str]:
    """The keys of the categories that the rater is asked, in the framework's order."""
    return [key for key in content_of(rater.round).category_keys if rater.is_asked(key)]
