"""Sentences that are stored in English, as a record has them, said in the language that is spoken."""

import re

from django.utils.translation import gettext as _


def told(text: str, *patterns: str) -> str:
    """The sentence as it is translated; one of the `patterns` may have made it, with something put in."""
    if not text:
        return ""
    for pattern in patterns:
        parts = re.split(r"\{(\w+)\}", pattern)
        known = "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        if found := re.fullmatch(known, text, re.DOTALL):
            return _(pattern).format(**found.groupdict())
    return _(text)
