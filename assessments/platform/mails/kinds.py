"""What kinds of mail there are: what they are called, why they come, and which a person may do without.

Each feature registers its own. A kind that nobody registered is one that comes in any case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy


@dataclass(frozen=True, slots=True)
class MailKind:
    """`why` is a sentence at the foot, where the text of the mail does not say it.

    Whether a person wants an optional kind is kept in `MailRefusal`, unless a feature keeps it itself and gives
    `reads` and `writes`.
    """

    name: str
    label: str | Promise
    why: str | Promise = ""
    is_optional: bool = False
    reads: Callable[[Any], bool] | None = None
    writes: Callable[[Any, bool], None] | None = None


KINDS: dict[str, MailKind] = {}


def register(*kinds: MailKind) -> None:
    KINDS.update({kind.name: kind for kind in kinds})


def kind_of(name: str) -> MailKind:
    return KINDS.get(name) or MailKind(name, capfirst(name.replace("_", " ")) or _("Notice"))


def optional_kinds() -> list[MailKind]:
    return sorted((kind for kind in KINDS.values() if kind.is_optional), key=lambda kind: str(kind.label))


register(
    MailKind("notice", _lazy("Notice")),
    MailKind("account", _lazy("Signing in")),
    MailKind(
        "test",
        _lazy("Test of the mail server"),
        _lazy("You get this because somebody who runs the site had it sent to you."),
    ),
)
