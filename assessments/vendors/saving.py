"""From posted fields to the buyer's saved answers, one part at a time: the same component as on a scorecard."""

from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from assessments.accounts.models import User
from assessments.saving.parts import Outcome, attempt, is_posted, plain
from assessments.vendors import services
from assessments.vendors.forms import FollowUpForm
from assessments.vendors.models import VendorAnswer, VendorReview
from assessments.vendors.readings import ReviewReading

PARTS = ("rating", "said", "follow_up")


def save_part(review: VendorReview, question: str, part: str, data: QueryDict, actor: User) -> Outcome:
    """Save one part of what was posted and say what became of it; never raises for bad input."""
    return attempt(question, part, data, lambda version: _record(review, question, part, data, actor, version))


def _record(review: VendorReview, question: str, part: str, data: QueryDict, actor: User, version: int) -> int:
    if part == "rating":
        rating = data.get(f"{question}-rating", "")
        about = {"question": question, "rating": rating, "actor": actor, "version": version}
        return services.record_rating(review, **about, read_at=read_at(data))
    if part == "said":
        said = data.get(f"{question}-said", "")
        return services.record_said(review, question=question, said=said, actor=actor, version=version)
    form = FollowUpForm(data, prefix=question)
    if not form.is_valid():
        raise ValidationError([message for messages in form.errors.values() for message in messages])
    return services.record_follow_up(
        review,
        question=question,
        follow_up=form.cleaned_data["follow_up"],
        owner=form.cleaned_data["follow_up_owner"],
        on=form.cleaned_data["follow_up_on"],
        done=form.cleaned_data["follow_up_done"],
        actor=actor,
        version=version,
    )


def read_at(data: QueryDict) -> datetime:
    """When the posted page was made: what the vendor wrote later, nobody has read in it. Now, if it does not say."""
    now = timezone.now()
    try:
        said = parse_datetime(data.get("read_at", ""))
        return min(said.astimezone(UTC), now) if said and said.tzinfo else now
    except (ValueError, OverflowError):  # no such day, or outside of time once it is in UTC
        return now


def save_page(reading: ReviewReading, data: QueryDict, actor: User) -> list[Outcome]:
    """Save every part of a whole posted page that differs from what is stored: how it works without JavaScript."""
    return [
        save_part(reading.review, row.key, part, data, actor)
        for row in reading.questions
        for part in PARTS
        if is_posted(row.key, part, data) and _differs(row.key, row.answer, part, data)
    ]


def _differs(key: str, answer: VendorAnswer, part: str, data: QueryDict) -> bool:
    stored = stored_fields(answer, part)
    return {name: plain(data.get(f"{key}-{name}", "")) for name in stored} != stored


def stored_fields(answer: VendorAnswer, part: str) -> dict[str, str]:
    """The fields of a part as the page shows them."""
    if part == "rating":
        return {"rating": answer.rating}
    if part == "said":
        return {"said": answer.said}
    return {
        "follow_up": answer.follow_up,
        "follow_up_owner": answer.follow_up_owner,
        "follow_up_on": answer.follow_up_on.isoformat() if answer.follow_up_on else "",
        "follow_up_done": "on" if answer.follow_up_done else "",
    }
