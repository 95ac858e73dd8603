"""Tags of the roadmap's pages: what is the same for everybody who sees it is drawn once."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from assessments.framework.translating import language
from assessments.platform.drawn import draw_form
from assessments.roadmaps.readings import ItemReading

register = template.Library()


@register.simple_tag(takes_context=True)
def drawn_item(context: Context, row: ItemReading) -> SafeString:
    """An item of the board as it is stored; a board has dozens."""
    item, lanes = row.item, tuple((phase.key, phase.label) for phase in context["reading"].phases)
    can_edit, items_url = context["can_edit"], context["items_url"]
    key = (
        *(language(), items_url, can_edit, lanes, item.pk, item.title, item.phase_key, item.move_version, item.status),
        *(item.status_version, item.dropped_reason, item.owner_label, item.has_owner_left),
        *(row.aim, row.note, row.is_overdue, row.due),
    )
    names = ("reading", "statuses")
    about = {name: context[name] for name in names} | {"items_url": items_url, "can_edit": can_edit, "row": row}
    return draw_form(context["request"], "roadmaps/_item.html", key, about)
