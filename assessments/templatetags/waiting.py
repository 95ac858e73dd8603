"""What a page says where it waits for a process that nobody sees, and none answers."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.platform import heartbeats

register = template.Library()


@dataclass(frozen=True, slots=True)
class Away:
    """Which process does not answer, in words, and when it last did; None if it never has."""

    who: str
    heard_at: datetime | None


@register.simple_tag(takes_context=True)
def unattended(context: Context, since: datetime | None) -> Away | None:
    """What waits since then for a worker: nothing is said before thirty seconds are over, or while one answers."""
    if since is None or timezone.now() - since < heartbeats.SILENT_AFTER:
        return None
    return _away(context, heartbeats.WORKER, _("No worker"))


@register.simple_tag(takes_context=True)
def not_started(context: Context) -> Away | None:
    """For what begins by itself at its time: the clock has to start it, and a worker to do it."""
    return _away(context, heartbeats.WORKER, _("No worker")) or _away(context, heartbeats.CLOCK, _("No clock"))


def _away(context: Context, name: str, who: str) -> Away | None:
    """A page asks the database once, however many rows wait on it."""
    request = context["request"]
    if not hasattr(request, "heartbeats"):
        request.heartbeats = heartbeats.heard()
    heard_at = request.heartbeats.get(name)
    is_alive = heard_at is not None and timezone.now() - heard_at < heartbeats.SILENT_AFTER
    return None if is_alive else Away(who, heard_at)
