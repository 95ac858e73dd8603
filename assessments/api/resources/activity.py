"""What happened in an organization, the newest first; for its owners, as on the activity page."""

from datetime import datetime
from typing import Annotated

from ninja import Query, Router, Schema
from pydantic import Field

from assessments.api import door, pages
from assessments.api.door import ApiRequest
from assessments.api.resources.listed import Listed
from assessments.audit import reading
from assessments.organizations.models import Role

router = Router(tags=["Activity"])


class EventOut(Schema):
    """An entry: who did what, to what; `old` and `new` as people would say them."""

    at: datetime
    who: str
    action: Annotated[str, Field(description="Such as answer-changed.")]
    words: Annotated[str, Field(description="The action in words.")]
    subject: str
    old: str
    new: str


class Narrowed(Listed):
    """Which entries."""

    action: Annotated[str, Field(max_length=40, description="Of one kind only.")] = ""
    who: Annotated[str, Field(max_length=254, description="By one person or token only, by name.")] = ""


@router.get(
    "/organizations/{slug:slug}/activity",
    auth=door.reading(Role.OWNER),
    response=pages.Page[EventOut],
)
def activity_list(request: ApiRequest, slug: str, asked: Query[Narrowed]) -> object:
    """What happened in an organization, the newest first."""
    older_than = pages.place_of(asked.after) if asked.after else ""
    if older_than and not reading.is_event_key(older_than):
        raise pages.no_cursor()
    about = {"action": asked.action, "who": asked.who, "search": ""}
    events = request.organization.audit_events.all()
    page = reading.event_page(events, **about, older_than=older_than, size=asked.limit)
    items = [
        {
            "at": event.at,
            "who": event.actor_name,
            "action": event.action,
            "words": event.get_action_display(),
            "subject": event.subject,
            "old": event.old,
            "new": event.new,
        }
        for event in page.events
    ]
    return {"items": items, "next": pages.cursor(page.older) if page.older else None}
