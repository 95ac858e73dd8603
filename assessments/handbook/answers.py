"""What each check asks: its fields, how what was typed becomes values, and what the values mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments import framework
from assessments.framework.definitions import Role, Workload
from assessments.framework.translating import is_english
from assessments.handbook.models import TeamCheck
from assessments.platform.names import clean_name
from assessments.saving.numbers import AmbiguousNumberError, read_number, write_number
from assessments.saving.parts import clean_text

Kind = TeamCheck.Kind

USE_CASES = 6
WHO_MAX_LENGTH, NOTE_MAX_LENGTH, CASE_MAX_LENGTH = 200, 500, 600
FITS = {"yes": _lazy("Yes"), "no": _lazy("No"), "unsure": _lazy("Unsure")}
CASE_FIELDS = {"case": _lazy("use case"), "need": _lazy("technical need"), "options": _lazy("list of options")}
WHOLE = Decimal(100)


def areas() -> tuple[Role, ...]:
    """The six areas of work that a team looks for among its people."""
    return tuple(role for role in framework.current().handbook.roles if role.group == "area")


def workloads() -> tuple[Workload, ...]:
    return framework.current().handbook.workloads


def keys(kind: str) -> tuple[str, ...]:
    """The checks there are of a kind."""
    known: dict[str, tuple[str, ...]] = {
        Kind.PITFALL: tuple(pitfall.key for pitfall in framework.current().handbook.pitfalls),
        Kind.ROLE: tuple(role.key for role in areas()),
        Kind.USE_CASE: tuple(f"case-{number}" for number in range(1, USE_CASES + 1)),
        Kind.MIX: ("mix",),
    }
    return known.get(kind, ())


def field_names(kind: str, key: str) -> tuple[str, ...]:
    """The fields of a check, as they are posted behind its key."""
    if kind == Kind.PITFALL:
        return ("fits", "note")
    if kind == Kind.ROLE:
        return ("who", *(f"signal-{place}" for place in range(len(_role(key).signals))))
    if kind == Kind.USE_CASE:
        return tuple(CASE_FIELDS)
    return tuple(workload.key for workload in workloads())


def _role(key: str) -> Role:
    return framework.current().handbook.role(key)


def stored_fields(kind: str, key: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The values of a check as its fields show them."""
    if kind == Kind.ROLE:
        shown = values.get("signals", [])
        names = field_names(kind, key)[1:]
        return {"who": values.get("who", ""), **{n: "on" if place in shown else "" for place, n in enumerate(names)}}
    return {name: values.get(name, "") for name in field_names(kind, key)}


def clean(kind: str, key: str, posted: Mapping[str, str]) -> dict[str, Any]:
    """What was posted as values; ValidationError with a sentence for what cannot be taken."""
    if kind == Kind.PITFALL:
        if posted["fits"] not in ("", *FITS):
            raise ValidationError(_("Choose yes, no or unsure."))
        return {"fits": posted["fits"], "note": clean_text(posted["note"], NOTE_MAX_LENGTH, _("note"))}
    if kind == Kind.ROLE:
        who = clean_name(posted["who"])
        if len(who) > WHO_MAX_LENGTH:
            words = _("Name the people in at most {number} characters.")
            raise ValidationError(words.format(number=WHO_MAX_LENGTH))
        names = field_names(kind, key)[1:]
        return {"who": who, "signals": [place for place, name in enumerate(names) if posted[name]]}
    if kind == Kind.USE_CASE:
        return {name: clean_text(posted[name], CASE_MAX_LENGTH, str(what)) for name, what in CASE_FIELDS.items()}
    return _clean_mix(posted)


def _clean_mix(posted: Mapping[str, str]) -> dict[str, str]:
    """Four percentages that add up to 100, or none at all. A field left empty beside others is nothing."""
    if not any(posted[workload.key].strip() for workload in workloads()):
        return {workload.key: "" for workload in workloads()}
    shares = {workload.key: _share(workload, posted[workload.key]) for workload in workloads()}
    total = sum(shares.values(), start=Decimal(0))
    if total > WHOLE:
        words = _("These add up to {total}. Take {number} off.")
        raise ValidationError(words.format(total=write_number(total), number=write_number(total - WHOLE)))
    if total < WHOLE:
        words = _("These add up to {total}. {number} are missing.")
        raise ValidationError(words.format(total=write_number(total), number=write_number(WHOLE - total)))
    return {key: write_number(share) for key, share in shares.items()}


def _share(workload: Workload, text: str) -> Decimal:
    try:
        share = read_number(text, unit="%") or Decimal(0)
    except AmbiguousNumberError as error:
        error.control = f"{Kind.MIX}-mix-{workload.key}"  # where the reading that is meant goes
        raise
    except ValidationError as error:
        raise ValidationError(f"{workload.name}: {error.messages[0]}") from None
    if not 0 <= share <= WHOLE:
        raise ValidationError(_("{workload}: give a share from 0 to 100.").format(workload=workload.name))
    return share


def in_words(kind: str, key: str, values: Mapping[str, Any]) -> str:
    """What was said, as the activity and a conflict tell it."""
    if kind == Kind.PITFALL:
        return "; ".join(filter(None, [str(FITS.get(values.get("fits", ""), "")), values.get("note", "")]))
    if kind == Kind.ROLE:
        signals = _role(key).signals
        shown = [signals[place] for place in values.get("signals", []) if place < len(signals)]
        return "; ".join(filter(None, [values.get("who", ""), *shown]))
    if kind == Kind.USE_CASE:
        return "; ".join(filter(None, (values.get(name, "") for name in CASE_FIELDS)))
    return mix_words(values)


def name_of(kind: str, key: str) -> str:
    """What a check is called."""
    handbook = framework.current().handbook
    if kind == Kind.PITFALL:
        return handbook.pitfall(key).name
    if kind == Kind.ROLE:
        return handbook.role(key).name
    if kind == Kind.USE_CASE:
        return _("Use case {number}").format(number=key.removeprefix("case-"))
    return _("Workload mix")


# The mix


@dataclass(frozen=True, slots=True)
class Share:
    """A type of workload with its share in percent, as it was written."""

    workload: Workload
    percent: str

    @property
    def words(self) -> str:
        """Such as "60% training", with the name as within a sentence."""
        name = self.workload.name.lower() if is_english() else self.workload.name
        return _("{percent}% {workload}").format(percent=self.percent, workload=name)


def shares(values: Mapping[str, Any]) -> list[Share]:
    """The types that have a share, the largest first; none while no mix is stated."""
    stated = [Share(w, values[w.key]) for w in workloads() if values.get(w.key) not in (None, "", "0")]
    return sorted(stated, key=lambda share: -Decimal(share.percent))


def mix_words(values: Mapping[str, Any]) -> str:
    return ", ".join(share.words for share in shares(values))


def larger_kind(stated: Sequence[Share]) -> str:
    """Which of the two columns of the handbook comes first: training with fine-tuning, or both kinds of inference."""
    trained = sum(Decimal(each.percent) for each in stated if each.workload.key in ("training", "fine-tuning"))
    if not stated or trained * 2 == WHOLE:
        return ""
    return "training" if trained * 2 > WHOLE else "inference"
