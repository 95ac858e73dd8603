"""Training against inference: the same accelerators read as a factory and as a shop, by the mix that is stated."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.economics.measured import Measured
from assessments.economics.working import Working, whole, write
from assessments.framework import Framework
from assessments.saving.numbers import AmbiguousNumberError, read_number, show_number, write_number
from assessments.scorecards.queries import with_unit

KINDS: Mapping[str, Promise] = {
    "training": _lazy("Training"),
    "fine_tuning": _lazy("Fine-tuning"),
    "batch": _lazy("Batch inference"),
    "live": _lazy("Live inference"),
}
LIVE = "live"
ALL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Side:
    """The accelerators as one of the two: its share of them, and what of the month's money that is."""

    name: str
    share: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Workloads:
    """`missing` says what the mix still lacks; the sides are there once it adds up."""

    title: str
    missing: str
    sides: tuple[Side, ...] = ()


def read_mix(posted: Mapping[str, str]) -> dict[str, str]:
    """The shares as they are stored, exact; ValidationError in a sentence, with the field as its `control`."""
    shares: dict[str, Decimal] = {}
    for kind, label in KINDS.items():
        try:
            share = read_number(posted.get(kind, ""), unit="%")
        except AmbiguousNumberError as error:
            error.control = kind
            raise
        except ValidationError as error:
            raise ValidationError(f"{label}: {error.messages[0]}") from None
        if share is None:
            continue
        if not 0 <= share <= ALL:
            raise ValidationError(_("{label} is a share of all accelerator hours: from 0 to 100%.").format(label=label))
        shares[kind] = share
    total = sum(shares.values(), start=Decimal(0))
    if total > ALL:
        said = _("The shares add up to {total}%. Take {over} points away to make it 100%.")
        raise ValidationError(said.format(total=show_number(total), over=show_number(total - ALL)))
    return {kind: write_number(shares[kind]) if kind in shares else "" for kind in KINDS}


def workloads(
    mix: Mapping[str, str], idle: Working | None, unit: Working | None, found: Measured | None = None
) -> Workloads:
    """Both readings of the accelerators; while the shares do not add up to 100 only what is missing.

    `found` is what the scorecard has measured of either.
    """
    shares = {kind: Decimal(mix[kind]) for kind in KINDS if mix.get(kind)}
    title = _("Factory or shop: what these accelerators do decides what to fix first.")
    if not shares:
        return Workloads(title, _("Say what the accelerators work on: four shares that add up to 100%."))
    if (total := sum(shares.values(), start=Decimal(0))) != ALL:
        said = _("The shares add up to {total}%; {rest}% is not said yet.")
        missing = said.format(total=show_number(total), rest=show_number(ALL - total))
        return Workloads(title, missing)
    shop = Fraction(shares.get(LIVE, Decimal(0)))
    factory = 100 - shop
    of_factory, of_shop = (found.factory, found.shop) if found else ((), ())
    sides = (
        Side(
            _("As a factory"),
            with_unit(write(factory), "%"),
            (*_money(factory, idle), *_factory(factory, idle), *of_factory),
        ),
        Side(_("As a shop"), with_unit(write(shop), "%"), (*_money(shop, idle), *_shop(unit), *of_shop)),
    )
    return Workloads(_title(factory, shop), "", sides)


def _title(factory: Fraction, shop: Fraction) -> str:
    if factory > shop:
        said = _("Mostly a factory, {share}%: keep the queue full and the data coming.")
        return said.format(share=write(factory))
    if shop > factory:
        said = _("Mostly a shop, {share}%: keep the slowest answers in time, and room for bursts.")
        return said.format(share=write(shop))
    return _("Half factory, half shop: queue the one behind the other.")


def _money(share: Fraction, idle: Working | None) -> tuple[tuple[str, str], ...]:
    spend = idle.value("monthly_spend") if idle else None
    if idle is None or spend is None:
        return ()
    return ((_("Its part of the month’s spend"), f"{whole(spend * share / 100)} {idle.currency}"),)


def _factory(share: Fraction, idle: Working | None) -> tuple[tuple[str, str], ...]:
    found = idle.values("money_lost", "price_multiple") if idle else None
    if idle is None or found is None:
        return ()
    lost, multiple = found
    return (
        (
            _("Output that is paid for and not made"),
            _("{sum} per month").format(sum=f"{whole(lost * share / 100)} {idle.currency}"),
        ),
        (_("A run takes, against full feed"), _("{multiple} times as long").format(multiple=write(multiple))),
    )


def _shop(unit: Working | None) -> tuple[tuple[str, str], ...]:
    if unit is None:
        return ()
    named = {line.key: line for line in unit.lines if line.value is not None}
    wanted = ("cost_per_thousand", "doubled_per_thousand")
    return tuple((named[key].label, f"{named[key].text} {named[key].unit}") for key in wanted if key in named)


def contrasts(content: Framework) -> tuple[tuple[str, str, str], ...]:
    """What differs between the two, as the handbook has it: aspect, factory, shop."""
    return tuple((each.aspect, each.training, each.inference) for each in content.handbook.training_vs_inference)
