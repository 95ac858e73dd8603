"""What the saving component draws beside each part."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from assessments.saving.parts import PartSlot

register = template.Library()


@register.simple_tag
def save_slot(slot: PartSlot) -> SafeString:
    """The spot that says whether a part is saved; as long as nothing has become of it, it only holds the version."""
    if slot.outcome is None:
        return _quiet_slot(slot.key, slot.part, slot.version)
    return render_to_string("saving/_save.html", {"slot": slot})


@lru_cache(maxsize=4096)
def _quiet_slot(key: str, part: str, version: int) -> SafeString:
    return render_to_string("saving/_save.html", {"slot": PartSlot(key, part, version)})
