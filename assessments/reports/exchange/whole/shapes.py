"""The rows and people of an archive, as far as they have the shape of some."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessments.reports.exchange.lookalikes import unknown
from assessments.reports.exchange.whole.rows import OWNED

Json = dict[str, Any]

MOST_ROWS = 500_000


def rows_in(found: Any) -> dict[str, list[Json]]:
    if not isinstance(found, dict):
        raise ValidationError(_("The file holds no rows."))
    for name in found:
        if name not in OWNED:
            raise ValidationError(unknown(name, list(OWNED), _("“{text}” is no kind of row of this format.")))
    rows = {name: found.get(name, []) for name in OWNED}
    for name, each in rows.items():
        if not isinstance(each, list) or not all(isinstance(row, dict) for row in each):
            raise ValidationError(_("The rows of {kind} should be a list of objects.").format(kind=name))
    if sum(map(len, rows.values())) > MOST_ROWS:
        raise ValidationError(_("The file holds more than {most} rows.").format(most=f"{MOST_ROWS:,}"))
    return rows


def people_in(found: Any) -> list[Json]:
    people = list(_sound_people(found if isinstance(found, list) else [None]))
    if len({person["email"] for person in people}) < len(people):
        raise ValidationError(_("Two people of the file have the same address."))
    return people


def _sound_people(found: list[Any]) -> Iterator[Json]:
    for person in found:
        is_sound = isinstance(person, dict) and set(person) == {"email", "name"}
        if not is_sound or not all(isinstance(text, str) and len(text) <= 254 for text in person.values()):
            raise ValidationError(_("The people of the file should have an address and a name each."))
        yield person
