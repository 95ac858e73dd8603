"""What can be done to a scenario. Every change to one passes through here."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext

from assessments import framework
from assessments.accounts.models import User
from assessments.audit import trail
from assessments.audit.trail import Action
from assessments.economics.inputs import control_name
from assessments.economics.models import NAME_MAX_LENGTH, NOTE_MAX_LENGTH, Scenario, ScenarioInput
from assessments.economics.workloads import KINDS
from assessments.framework import Calculator, CalculatorInput, Framework
from assessments.organizations.models import Organization
from assessments.platform.frameworks.keeping import keep
from assessments.platform.name_fields import derived, name_key
from assessments.platform.names import clean_name, has_words
from assessments.saving.numbers import write_number
from assessments.saving.parts import clean_text, update_part, version_or_stale
from assessments.scorecards.models import Scorecard

SCENARIOS_MAX = 100
EARLIEST = date(2000, 1, 1)
LOGGED = "en"  # the language of what is recorded
ATTEMPTS = 2  # two people who save the first scenario at once: one of them counts
DOUBLE_CLICK = timedelta(seconds=30)
DELETED = _lazy("This scenario was deleted meanwhile.")
FULL = _lazy("An organization keeps at most {most} scenarios. Delete one first.")
TAKEN = _lazy("There is a scenario called {} already. Choose another name.")
PART_NAMES = {"name": "name", "on": "date", "note": "note", "scorecard": "assessment", "mix": "workload mix"}

Numbers = Mapping[tuple[str, str], Decimal]  # by the keys of calculator and input


def content_of(scenario: Scenario) -> Framework:
    return framework.load(scenario.framework_key, scenario.framework_version)


def clean_scenario_name(name: str) -> str:
    name = clean_name(name)
    if not has_words(name):
        raise ValidationError(_("Give the scenario a name, such as “Today”."))
    if len(name) > NAME_MAX_LENGTH:
        said = _("Name the scenario in at most {most} characters.")
        raise ValidationError(said.format(most=NAME_MAX_LENGTH))
    return name


def start_scenario(organization: Organization, *, name: str, numbers: Numbers, actor: User) -> Scenario:
    """Save a scenario by the newest framework. The first one of an organization is the one that counts.

    A double click saves one. ValidationError for a name that another one has.
    """
    content = organization.framework
    keep(content)
    scorecard = organization.scorecards.newest_first().first()
    scenario = Scenario(
        organization=organization,
        framework_key=content.key,
        framework_version=content.version,
        currency=organization.currency,
        name=clean_scenario_name(name),
        on=timezone.localdate(),
        scorecard=scorecard,
    )
    return _save_new(scenario, numbers, actor)


def copy_scenario(scenario: Scenario, *, name: str, actor: User) -> Scenario:
    """The same numbers under another name, to change some of them; the copy does not count."""
    numbers = {(row.calculator_key, row.input_key): row.value for row in scenario.inputs.all() if row.value is not None}
    copy = Scenario(
        organization=scenario.organization,
        framework_key=scenario.framework_key,
        framework_version=scenario.framework_version,
        currency=scenario.currency,
        name=clean_scenario_name(name),
        on=timezone.localdate(),
        scorecard=scenario.scorecard,
        mix=scenario.mix,
        note=scenario.note,
    )
    return _save_new(copy, numbers, actor)


def free_name(organization: Organization, name: str) -> str:
    """A name like this that no scenario has yet: "Today 2". A long one’s key is cut, its number with it."""
    taken = set(organization.scenarios.values_list("name_key", flat=True))
    words = (name[: NAME_MAX_LENGTH - 5], pgettext("name of a scenario", "Copy"))
    names = (f"{word} {number}" for word in words for number in range(2, SCENARIOS_MAX + 3))
    return next(found for found in names if name_key(found) not in taken)


def _save_new(scenario: Scenario, numbers: Numbers, actor: User) -> Scenario:
    scenario.created_by = scenario.updated_by = actor
    for _attempt in range(ATTEMPTS):
        try:
            return _add(scenario, numbers, actor)
        except IntegrityError:
            if twin := scenario.organization.scenarios.filter(name_key=name_key(scenario.name)).first():
                break
    if twin and twin.created_by_id == actor.pk and twin.created_at > timezone.now() - DOUBLE_CLICK:
        return twin
    raise ValidationError(TAKEN.format(scenario.name))


def _add(scenario: Scenario, numbers: Numbers, actor: User) -> Scenario:
    organization, now = scenario.organization, timezone.now()
    scenario.pk, scenario.updated_at = None, now
    with transaction.atomic():
        others = organization.scenarios.count()
        if others >= SCENARIOS_MAX:
            raise ValidationError(FULL.format(most=SCENARIOS_MAX))
        scenario.is_counted = not others
        scenario.save(force_insert=True)
        ScenarioInput.objects.bulk_create(
            ScenarioInput(
                scenario=scenario,
                calculator_key=calculator.key,
                input_key=entry.key,
                value=numbers.get((calculator.key, entry.key)),
                updated_at=now,
                updated_by=actor,
            )
            for calculator in content_of(scenario).calculators
            for entry in calculator.inputs
        )
        trail.record(Action.SCENARIO_ADDED, organization=organization, subject=scenario.name, actor=actor)
    return scenario


def record_part(scenario: Scenario, *, part: str, values: Mapping[str, Any], actor: User, version: int) -> int:
    """Replace one part of a scenario. Returns its new version; `StaleAnswerError` if `version` is not the current one.

    `values` are its columns, checked by `saving`.
    """
    columns = dict(values)
    rows = Scenario.objects.filter(pk=scenario.pk)
    stamp = {"updated_at": timezone.now(), "updated_by": actor}
    try:
        new_version = update_part(
            rows,
            version_field=f"{part}_version",
            version=version,
            values=derived(columns["name"]) if part == "name" else columns,
            stamp=stamp,
            saved=lambda before: _record_change(scenario, PART_NAMES[part], _said(before), _said(columns), actor),
        )
    except IntegrityError:
        raise ValidationError(TAKEN.format(columns["name"])) from None
    if new_version is not None:
        return new_version
    current = rows.select_related("updated_by", "scorecard").first()
    if current is None:
        raise ValidationError(DELETED)
    return version_or_stale(current, f"{part}_version", columns)


def record_input(
    scenario: Scenario,
    *,
    calculator: Calculator,
    entry: CalculatorInput,
    value: Decimal | None,
    actor: User,
    version: int,
) -> int:
    """Replace the number of one input. Returns its new version; `StaleAnswerError` as in `record_part`."""
    rows = ScenarioInput.objects.filter(scenario=scenario.pk, calculator_key=calculator.key, input_key=entry.key)
    now = timezone.now()

    def saved(before: dict[str, Any]) -> None:
        Scenario.objects.filter(pk=scenario.pk).update(updated_at=now, updated_by=actor)
        with translation.override(LOGGED):
            label = input_parts(content_of(scenario))[control_name(calculator, entry)][1].label
        _record_change(scenario, label, _said(before), _said({"value": value}), actor)

    new_version = update_part(
        rows,
        version_field="version",
        version=version,
        values={"value": value},
        stamp={"updated_at": now, "updated_by": actor},
        saved=saved,
    )
    if new_version is not None:
        return new_version
    current = rows.select_related("updated_by").first()
    if current is None:
        raise ValidationError(DELETED)
    return version_or_stale(current, "version", {"value": value})


def count_scenario(scenario: Scenario, *, actor: User) -> None:
    """Make this the scenario that gives the spend at risk of its organization; the one before no longer does."""
    with transaction.atomic():
        all_of_them = Scenario.objects.filter(organization=scenario.organization_id)
        list(all_of_them.select_for_update().order_by("pk").values_list("pk"))  # one such change after the other
        all_of_them.filter(is_counted=True).exclude(pk=scenario.pk).update(is_counted=False)
        if Scenario.objects.filter(pk=scenario.pk, is_counted=False).update(is_counted=True):
            _record_change(scenario, "spend at risk", "", "counts", actor)


def delete_scenario(scenario: Scenario, *, actor: User) -> None:
    """Delete a scenario with its numbers. Figures that were taken from it stay on their scorecards."""
    with transaction.atomic():
        _, gone = Scenario.objects.filter(pk=scenario.pk).delete()
        if gone.get(Scenario._meta.label):  # else someone else was quicker
            trail.record(
                Action.SCENARIO_DELETED, organization=scenario.organization_id, subject=scenario.name, actor=actor
            )


def check_day(day: date) -> date:
    today = timezone.localdate()
    if not EARLIEST <= day <= today:
        raise ValidationError(_("The numbers are of a day between 1 January 2000 and today."))
    return day


def check_scorecard(organization: Organization, pk: str) -> Scorecard | None:
    """The organization's scorecard of that id, None for an empty one."""
    if not pk:
        return None
    found = (
        organization.scorecards.filter(pk=int(pk)).first() if pk.isascii() and pk.isdecimal() and len(pk) < 19 else None
    )
    if found is None:
        raise ValidationError(_("This assessment is not here any more. Choose another one, or none."))
    return found


def clean_note(text: str) -> str:
    return clean_text(text, NOTE_MAX_LENGTH, "note")


def _record_change(scenario: Scenario, what: str, old: str, new: str, actor: User) -> None:
    if old != new:
        where, subject = scenario.organization_id, f"{scenario.name}: {what}"
        trail.record_typing(Action.SCENARIO_CHANGED, organization=where, subject=subject, old=old, new=new, actor=actor)


@translation.override(LOGGED)
def _said(values: Mapping[str, Any]) -> str:
    """A stored part as the activity shows it."""
    if "mix" in values:
        return ", ".join(f"{KINDS[kind]} {share}%" for kind, share in values["mix"].items() if share)
    if "scorecard_id" in values:
        found = Scorecard.objects.filter(pk=values["scorecard_id"]).first() if values["scorecard_id"] else None
        return str(found) if found else ""
    value = next((values[name] for name in ("name", "value", "on", "note") if name in values), "")
    if isinstance(value, Decimal):
        return write_number(value)
    return date_format(value, "DAY") if isinstance(value, date) else str(value or "")


def input_parts(content: Framework) -> dict[str, tuple[Calculator, CalculatorInput]]:
    """The parts of a scenario that are inputs, by their names."""
    return {
        control_name(calculator, entry): (calculator, entry)
        for calculator in content.calculators
        for entry in calculator.inputs
    }
