"""The saving component: what is saved on its own, part by part, with an outcome the page can show.

A part has one or more fields named `<key>-<field>`, and `<key>-<part>_version` says which version of it the page was
made from. `attempt` turns posted fields into an `Outcome`, `update_part` is the conditional update behind it, and the
template `saving/_save.html` shows what became of it. Every page that saves while one types stands on this.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext, pgettext_lazy

from assessments.framework.translating import number
from assessments.platform.names import has_words
from assessments.platform.spreadsheets import without_unwritable
from assessments.platform.watching.metrics import SAVES
from assessments.saving.numbers import show_number

INCOMPLETE = _lazy("This page is incomplete. Reload it and try again.")
SOMEONE = _lazy("Someone else")
# What a text can be that is too long, as `clean_text` is told it.
KINDS = {
    "answer": pgettext_lazy("a text that is too long", "answer"),
    "comment": pgettext_lazy("a text that is too long", "comment"),
    "follow-up": pgettext_lazy("a text that is too long", "follow-up"),
    "name": pgettext_lazy("a text that is too long", "name"),
    "note": pgettext_lazy("a text that is too long", "note"),
    "reason": pgettext_lazy("a text that is too long", "reason"),
    "source": pgettext_lazy("a text that is too long", "source"),
    "text": pgettext_lazy("a text that is too long", "text"),
    "word": pgettext_lazy("a text that is too long", "word"),
    "word to your colleague": pgettext_lazy("a text that is too long", "word to your colleague"),
}


class StaleAnswerError(Exception):
    """Somebody else changed this part since the page was loaded.

    `current` is the row as it stands now and `version` the part's version in it; `by` changed it at `at`.
    """

    def __init__(self, current: models.Model, version: int, *, by: str = "", at: datetime | None = None) -> None:
        super().__init__("This answer was changed by someone else.")
        self.current = current
        self.version = version
        self.by = str(by or getattr(current, "updated_by", None) or SOMEONE)
        self.at = at or getattr(current, "updated_at", None)


class State(StrEnum):
    SAVED = "saved"
    INVALID = "invalid"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one part.

    `version` is the one the page goes on with: the new one once saved, else the one that was posted. In a conflict
    `current` is the row that stood in the way, changed by `changed_by` at `changed_at`, and `current_version` the
    version a deliberate overwrite has to name.
    """

    key: str
    part: str
    state: State
    version: int
    current_version: int = 0
    at: datetime = field(default_factory=timezone.now)
    errors: tuple[str, ...] = ()
    current: Any = None
    changed_by: str = ""
    changed_at: datetime | None = None
    stored: Mapping[str, str] = field(default_factory=dict)  # fields as they are stored, where that is not as typed
    readings: tuple[str, ...] = ()  # what a number could mean, for the control named `reading_of` to be chosen from
    reading_of: str = ""

    @property
    def stored_json(self) -> str:
        """The stored fields by control name, for the page to write back."""
        return json.dumps({f"{self.key}-{name}": value for name, value in self.stored.items()}) if self.stored else ""

    @property
    def status(self) -> int:
        return {State.SAVED: 200, State.INVALID: 422, State.CONFLICT: 409}[self.state]


@dataclass(frozen=True, slots=True)
class PartSlot:
    """The spot beside a field that says whether it is saved, and carries the field's version."""

    key: str
    part: str
    version: int
    outcome: Outcome | None = None
    yours: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    empty: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)  # values in words, where a control's value is none

    @property
    def yours_text(self) -> str:
        return self._in_words(self.yours)

    @property
    def theirs_text(self) -> str:
        return self._in_words(self.theirs)

    @property
    def theirs_json(self) -> str:
        """Their values by control name, for the button that takes them over."""
        return json.dumps({f"{self.key}-{name}": value for name, value in self.theirs.items()})

    def _in_words(self, fields: Mapping[str, str]) -> str:
        said = ", ".join(str(self.labels.get(value, value)) for value in fields.values() if value)
        return said or self.empty or pgettext("answer", "Nothing")


def part_slot(
    key: str,
    part: str,
    version: int,
    stored: Mapping[str, str],
    *,
    outcome: Outcome | None = None,
    data: QueryDict | None = None,
    empty: str = "",
    labels: Mapping[str, str] | None = None,
) -> PartSlot:
    """The slot of a part whose fields are stored as in `stored`; what was posted and not saved stays as `yours`."""
    rejected = outcome is not None and outcome.state != State.SAVED and data is not None
    yours = {name: data.get(f"{key}-{name}", "") for name in stored} if rejected and data is not None else stored
    return PartSlot(
        key, part, version, outcome, yours=dict(yours), theirs=dict(stored), empty=empty, labels=labels or {}
    )


def is_posted(key: str, part: str, data: QueryDict) -> bool:
    return f"{key}-{part}_version" in data


def attempt(key: str, part: str, data: QueryDict, save: Callable[[int], int]) -> Outcome:
    """Save one part with `save`, which takes the posted version and gives the new one; never raises for bad input."""
    outcome = _attempt(key, part, data, save)
    SAVES.labels(outcome.state.value).inc()
    return outcome


def _attempt(key: str, part: str, data: QueryDict, save: Callable[[int], int]) -> Outcome:
    try:
        version = int(data.get(f"{key}-{part}_version", ""))
        if not 0 <= version < 2**31:
            raise ValueError
    except ValueError:
        return Outcome(key, part, State.INVALID, 0, errors=(str(INCOMPLETE),))
    try:
        new_version = save(version)
    except ValidationError as error:
        readings, control = getattr(error, "readings", ()), getattr(error, "control", "")
        texts = tuple(show_number(reading) for reading in readings)
        errors = tuple(error.messages)
        return Outcome(key, part, State.INVALID, version, errors=errors, readings=texts, reading_of=control)
    except StaleAnswerError as stale:
        return Outcome(
            *(key, part, State.CONFLICT, version, stale.version),
            current=stale.current,
            changed_by=stale.by,
            changed_at=stale.at,
        )
    return Outcome(key, part, State.SAVED, new_version)


def update_part(
    rows: models.QuerySet[Any],
    *,
    version_field: str,
    version: int,
    values: Mapping[str, Any],
    stamp: Mapping[str, Any],
    saved: Callable[[dict[str, Any]], None],
) -> int | None:
    """Update the one row of `rows` if its version is still `version`, in one transaction with what `saved` does.

    `saved` is called with the values from before. Returns the new version, or None if nothing was updated.
    """
    with transaction.atomic():
        unchanged = rows.filter(**{version_field: version})
        before = unchanged.values(*values).first()
        if before is None or not unchanged.update(**values, **stamp, **{version_field: version + 1}):
            return None
        saved(before)
    return version + 1


def version_or_stale(current: models.Model, version_field: str, values: Mapping[str, Any], **who: Any) -> int:
    """After nothing was updated: the row's version if it already holds `values`, else `StaleAnswerError`.

    A save that was repeated after its answer got lost is no conflict.
    """
    version = int(getattr(current, version_field))
    if any(getattr(current, name) != value for name, value in values.items()):
        raise StaleAnswerError(current, version, **who)
    return version


def plain(text: str) -> str:
    """A posted text as it is compared with a stored one."""
    return text.replace("\r\n", "\n").strip()


def clean_text(value: str, limit: int, what: str) -> str:
    """A text as it is stored: without what no file could carry, and empty if nothing in it can be seen.

    ValidationError, which names it as `what`, if it is longer than `limit` characters.
    """
    value = without_unwritable(value.replace("\r\n", "\n")).strip()
    value = value if has_words(value) else ""
    if len(value) > limit:
        raise ValidationError(
            _("This {what} has {n} characters; {most} is the most. Shorten it, or attach it as a file.").format(
                what=KINDS.get(what, what), n=number(len(value)), most=number(limit)
            )
        )
    return value
