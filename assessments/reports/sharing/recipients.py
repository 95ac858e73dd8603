"""Who a message goes to, out of what was typed: addresses, each alone or behind a name."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.accounts.models import plain_address
from assessments.platform.names import clean_name

MOST = 50
NAME_LENGTH = 120
TEXT_LENGTH = 20_000
# `"Lovelace, Ada" <ada@example.com>`, `Ada Lovelace <ada@example.com>` or what stands between two commas.
PIECE = re.compile(r'"[^"]*"\s*<[^<>]*>|[^,;<>]*<[^<>]*>|[^,;]+')
NAMED = re.compile(r"(.*?)<([^<>]*)>\s*", re.S)
HOW = _lazy("Write each as ada@example.com or as Ada Lovelace <ada@example.com>, one on a line.")


@dataclass(frozen=True, slots=True)
class Recipient:
    email: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


def read_recipients(text: str, *, most: int = MOST) -> list[Recipient]:
    """The people, each once, in the order they were typed. ValidationError for what is no address, and for too many."""
    found: dict[str, Recipient] = {}
    wrong = []
    for line in text.splitlines():
        for piece in PIECE.findall(line):
            if not piece.strip():
                continue
            recipient = _read(piece)
            if recipient is None:
                wrong.append(clean_name(piece)[:80])
            else:
                found.setdefault(recipient.email, recipient)
    if wrong:
        said = [_("“{text}” is no address.").format(text=wrong[0])]
        if more := len(wrong) - 1:
            said.append(ngettext("So are {count} more.", "So are {count} more.", more).format(count=more))
        raise ValidationError(" ".join([*said, str(HOW)]))
    if not found:
        raise ValidationError(f"{_('Say who it is for.')} {HOW}")
    if len(found) > most:
        too_many = _("{count} addresses are too many at once; {most} is the most.")
        raise ValidationError(too_many.format(count=len(found), most=most))
    return list(found.values())


def _read(piece: str) -> Recipient | None:
    named = NAMED.fullmatch(piece)
    name, email = (named[1], named[2]) if named else ("", piece)
    try:
        email = plain_address(email)
        validate_email(email)
    except ValidationError:
        return None
    return Recipient(email, clean_name(name.replace('"', " ").strip(" '"))[:NAME_LENGTH])
