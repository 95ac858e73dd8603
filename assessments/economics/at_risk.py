"""Spend at risk: what the scenario that counts loses in a year, in one sentence with its assumptions and its date."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments import framework
from assessments.economics.findings import IDLE
from assessments.economics.models import Scenario, ScenarioInput
from assessments.economics.working import whole, work_out, write
from assessments.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class SpendAtRisk:
    """`sentence` and `short` are the finding, `yearly` its sum, `assumptions` what it rests on, `basis` that in short.

    `on` is the day of the numbers, which both of them name.
    """

    scenario_id: int
    sentence: str
    short: str
    yearly: str
    assumptions: str
    basis: str
    on: date
    is_any: bool = True


def spend_at_risk(organization: Organization) -> SpendAtRisk | None:
    """Of one organization; None while no scenario counts, or a number it takes is missing. One query."""
    return spend_at_risk_of([organization]).get(organization.pk)


def spend_at_risk_of(organizations: Iterable[Organization]) -> dict[int, SpendAtRisk]:
    """By the organization's id, for those that have it; one query.

    Where nothing is lost there is none: beside a verdict that warns, no heading reassures.
    """
    rows = ScenarioInput.objects.filter(
        scenario__organization__in=[organization.pk for organization in organizations],
        scenario__is_counted=True,
        calculator_key=IDLE,
        value__isnull=False,
    ).select_related("scenario")
    scenarios: dict[int, Scenario] = {}
    given: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        scenarios[row.scenario_id] = row.scenario
        if row.value is not None:
            given[row.scenario_id][row.input_key] = row.value
    found = {scenario.organization_id: _of(scenario, given[pk]) for pk, scenario in scenarios.items()}
    return {pk: at_risk for pk, at_risk in found.items() if at_risk and at_risk.is_any}


def of_scenario(scenario: Scenario) -> SpendAtRisk | None:
    """What a scenario would say if it counted; its inputs are fetched already."""
    return _of(scenario, given_of(scenario).get(IDLE, {}))


def given_of(scenario: Scenario) -> dict[str, dict[str, Decimal]]:
    """The numbers of a scenario that are given, by calculator and input."""
    given: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in scenario.inputs.all():
        if row.value is not None:
            given[row.calculator_key][row.input_key] = row.value
    return given


def _of(scenario: Scenario, given: Mapping[str, Decimal]) -> SpendAtRisk | None:
    content = framework.load(scenario.framework_key, scenario.framework_version)
    calculator = next((each for each in content.calculators if each.key == IDLE), None)
    if calculator is None:
        return None
    working = work_out(calculator, given, currency=scenario.currency)
    found = working.values("monthly_spend", "feed_percent", "money_lost", "yearly_loss")
    if found is None or not found[0]:
        return None
    spend, percent, lost, yearly = found
    money, day = scenario.currency, date_format(scenario.on, "DAY")
    loss = f"{whole(yearly)} {money}"
    if lost:
        sentence = _("Spend at risk: {loss} a year buys no useful work.").format(loss=loss)
        short = _("{loss} a year at risk").format(loss=loss)
    else:
        sentence = _("Spend at risk: none by these numbers.")
        short = _("No spend at risk by these numbers")
    about = {"spend": f"{whole(spend)} {money}", "percent": write(percent), "name": scenario.name, "day": day}
    assumptions = _(
        "Assumes {spend} a month for accelerators, of which {percent}% does useful work. Scenario “{name}”, {day}."
    ).format(**about)
    basis = _("{spend} a month at {percent}%, {day}").format(**about)
    return SpendAtRisk(scenario.pk, sentence, short, loss, assumptions, basis, scenario.on, bool(lost))
