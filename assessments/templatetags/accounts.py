"""How the account pages write a secret and a browser."""

import re

from django import template
from django.utils.translation import gettext as _

register = template.Library()

BROWSERS = (
    ("Edge", r"Edg"),
    ("Opera", r"OPR/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrom|CriOS"),
    ("Safari", r"Safari"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11|CrOS"),
)


@register.filter
def in_fours(text: str) -> str:
    """Long letters and digits as people read them out."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@register.filter
def browser(user_agent: str) -> str:
    """The browser and the system in words; the first that fits, since each claims to be those before it, too."""
    name, system = (_first(user_agent, known) for known in (BROWSERS, SYSTEMS))
    if not name:
        return _("Another program")
    return _("{browser} on {system}").format(browser=name, system=system) if system else name


def _first(user_agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for name, pattern in known if re.search(pattern, user_agent)), "")
