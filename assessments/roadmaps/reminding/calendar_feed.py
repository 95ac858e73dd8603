"""A person's items as an iCalendar feed (RFC 5545), one all-day event for each."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.services import category_name, content_of, phase_label
from assessments.scoring.words import capitalized

REFRESH = timedelta(hours=6)
VERSIONS = ("title", "detail", "deliverable", "done_when", "owner", "due", "effort", "status", "target", "move")


def list_calendar(user: User) -> list[RoadmapItem]:
    """What the person owns in the organizations they can open, and what is not dropped; in one query."""
    visible = Organization.objects.visible_to(user).order_by().values("pk")
    items = RoadmapItem.objects.planned().filter(owner=user, roadmap__organization__in=visible)
    return list(items.select_related("roadmap__organization").order_by("due_on", "pk"))


def render_calendar(items: Iterable[RoadmapItem], *, base_url: str) -> bytes:
    """The feed; the same rows make the same bytes. Links begin with `base_url`, which has no slash at its end."""
    calendar, name = Calendar(), _("Roadmap items")
    calendar.add("prodid", "-//AI Infrastructure Scorecard//Roadmap//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for item in items:
        calendar.add_component(_event(item, base_url))
    body: bytes = calendar.to_ical()
    return body


def _event(item: RoadmapItem, base_url: str) -> Event:
    organization, content = item.roadmap.organization, content_of(item.roadmap)
    is_done = item.status == RoadmapItem.Status.DONE
    changed_at = item.updated_at or item.created_at
    link = base_url + reverse("roadmap_item_detail", args=[organization.slug, item.roadmap_id, item.pk])
    category = category_name(content, item.category_key) if item.category_key else ""
    done_when = _("Done when: {done_when}").format(done_when=_text(item.done_when)) if item.done_when else ""
    phase = capitalized(phase_label(content, item.phase_key))
    told = (organization.name, phase, item.get_status_display(), done_when, link)
    title = _text(item.title)

    event = Event()
    event.add("uid", f"roadmap-item-{item.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", sum(getattr(item, f"{part}_version") for part in VERSIONS))
    event.add("dtstamp", changed_at)
    event.add("created", item.created_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", item.due_on)
    event.add("dtend", item.due_on + timedelta(days=1))
    event.add("summary", _("Done: {title}").format(title=title) if is_done else title)
    event.add("description", "\n".join(_text(line) for line in told if line))
    event.add("url", link)
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [_text(name) for name in (category, organization.name) if name])
    return event


def _text(text: str) -> str:
    """Without the control characters that no calendar file may hold."""
    return "".join(character for character in text if character >= " " or character in "\n\t")
