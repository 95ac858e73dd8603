"""What a few points of utilization are worth: the idle-spend calculator worked out along its own input."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.charts import curves
from assessments.charts.figures import Figure
from assessments.economics.findings import IDLE
from assessments.economics.working import Working, whole, work_out, write
from assessments.framework import Calculator
from assessments.scorecards.queries import with_unit

STEP = 5
LOWEST, HIGHEST = 20, 100
ALONG = "feed_percent"


@dataclass(frozen=True, slots=True)
class Row:
    percent: str
    lost: str
    multiple: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class Sensitivity:
    title: str
    caption: str
    figure: Figure
    rows: tuple[Row, ...]


def sensitivity(working: Working) -> Sensitivity | None:
    """How loss and real price change with utilization; None while a number is missing, or for another calculator."""
    found = working.values("monthly_spend", ALONG, "money_lost", "price_multiple")
    if working.calculator.key != IDLE or found is None or not found[0]:
        return None
    now, multiple = found[1], found[3]
    calculator, money = working.calculator, working.currency
    first = min(LOWEST, int(now) // STEP * STEP) or STEP
    steps = {Fraction(percent) for percent in range(first, HIGHEST + 1, STEP)}
    along = {percent: _at(calculator, working.given, percent) for percent in sorted({*steps, now})}
    worth = abs(along[Fraction(HIGHEST - STEP)][0] - along[Fraction(HIGHEST)][0])
    title = _("Each {step} points of utilization are worth {sum} a month.").format(
        step=STEP, sum=f"{whole(worth)} {money}"
    )
    points = [(float(percent), float(values[1])) for percent, values in along.items()]
    here = (float(now), float(multiple))
    label = _("Now: {percent}%, {multiple} times").format(percent=write(now), multiple=write(multiple))
    figure = curves.price_curve(points, now=here, label=label)
    caption = _(
        "An hour of useful work at {percent}% costs {multiple} times what is paid for it. The first points "
        "save the most of it."
    ).format(percent=write(now), multiple=write(multiple))
    rows = tuple(
        Row(with_unit(write(percent), "%"), f"{whole(values[0])} {money}", write(values[1]), percent == now)
        for percent, values in along.items()
    )
    return Sensitivity(title, caption, figure, rows)


def _at(calculator: Calculator, given: Mapping[str, Decimal], percent: Fraction) -> tuple[Fraction, Fraction]:
    number = Decimal(percent.numerator) / Decimal(percent.denominator)
    found = work_out(calculator, {**given, ALONG: number}, currency="").values("money_lost", "price_multiple")
    if found is None:
        raise ValueError(f"{calculator.key} does not say what is lost at {percent}%")
    return found[0], found[1]
