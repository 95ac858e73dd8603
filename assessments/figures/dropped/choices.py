"""What was chosen on the page of dropped files: the figures to take, or the sentences that say why not."""

from collections.abc import Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.figures.dropped.previews import Block, Preview, Row
from assessments.figures.dropped.unit_costs import period_of, provenance_of
from assessments.figures.takes import Choice, Target
from assessments.framework.translating import number
from assessments.readers.reading import LATENCIES

LEAST_REQUESTS = {"p90": 10, "p95": 20, "p97.5": 40, "p99": 100, "p99.9": 1000}
NO_DATE = _lazy("Give a date. Without one a figure proves nothing.")


def read_choices(preview: Preview) -> tuple[list[Choice], dict[str, tuple[int, int]], set[int]]:
    """What was ticked and typed on the page: the figures, what was shown for deciders, the files to keep.

    What cannot be is put on the forms and into `errors`, in sentences.
    """
    data = preview.data or QueryDict()
    choices: list[Choice] = []
    kept = set()
    for block in preview.blocks:
        chosen = [row for row in (*block.rows, *block.more) if row.ticked]
        valid = block.form.is_valid()
        choices += _typed(block, valid, preview.errors)
        if not valid:
            preview.errors.extend([f"{block.drop.filename}: {e}" for each in block.form.errors.values() for e in each])
            continue
        if block.form.cleaned_data["keep"]:
            kept.add(block.drop.pk)
        choices += _rows(block, chosen, preview.errors)
    choices += _unit_costs(preview)
    if not choices and not preview.errors:
        preview.errors.append(_("Tick the figures to take, or type one."))
    return choices, _states(preview, data, choices), kept


def _rows(block: Block, chosen: Sequence[Row], errors: list[str]) -> list[Choice]:
    asked = block.form.cleaned_data
    on = block.on or asked["on"]
    if chosen and on is None:
        block.form.add_error("on", NO_DATE)
        errors.append(f"{block.drop.filename}: {NO_DATE}")
        return []
    choices = []
    for row in chosen:
        found = row.found
        count = found.count if found.count is not None else asked["count"]
        least = LEAST_REQUESTS.get(found.statistic, 0)
        if found.name in LATENCIES and count is not None and count < least:
            said = _("{figure} of {count} requests is the maximum. Send {least} or more.")
            errors.append(said.format(figure=found.said, count=number(count), least=number(least)))
        elif found.kept is not None and on is not None:
            target = Target.parse(row.chosen)
            value, unit = found.kept
            choices.append(Choice(block.drop, target, found.title, value, unit, on, found, asked))
    return choices


def _unit_costs(preview: Preview) -> list[Choice]:
    """What was worked out from two files, measured on the last day of the period."""
    unit = preview.unit
    if unit is None:
        return []
    if unit.error:
        preview.errors.append(unit.error)
    chosen = [row for row in preview.unit_rows if row.ticked]
    asked = next(block.form.cleaned_data for block in preview.blocks if block.drop == unit.drop) if chosen else {}
    choices = []
    for row in chosen:
        if row.found.kept is not None:
            (value, currency), (_, last) = row.found.kept, period_of(unit.cost)
            about = {"asked": {**asked, "period": unit.cost.period}, "more": provenance_of(unit)}
            target = Target.parse(row.chosen)
            choices.append(Choice(unit.drop, target, row.found.title, value, currency, last, row.found, **about))
    return choices


def _typed(block: Block, valid: bool, errors: list[str]) -> list[Choice]:
    form = block.typed
    if not block.can_be_typed or not form.is_given:
        return []
    if not form.is_valid():
        errors.extend([f"{block.drop.filename}: {each}" for found in form.errors.values() for each in found])
        return []
    on = block.on or (block.form.cleaned_data["on"] if valid else None)
    if valid and on is None:
        block.form.add_error("on", NO_DATE)
        errors.append(f"{block.drop.filename}: {NO_DATE}")
    if on is None:
        return []
    known = {option.value for option in block.typed_options}
    target = Target.parse(block.typed_for if block.typed_for in known else block.typed_options[0].value)
    data = form.cleaned_data
    asked = block.form.cleaned_data
    return [Choice(block.drop, target, data["name"], data["value"], data["unit"], on, None, asked)]


def _states(preview: Preview, data: QueryDict, choices: Sequence[Choice]) -> dict[str, tuple[int, int]]:
    states = {}
    for key in {choice.target.decider for choice in choices if choice.target.decider in preview.answers}:
        state, version = data.get(f"state-{key}", ""), data.get(f"version-{key}", "")
        answer = preview.answers[key]
        is_number = version.isascii() and version.isdecimal() and len(version) < 9
        if state in ("0", "1", "2") and is_number and int(state) != answer.state:
            states[key] = (int(state), int(version))
    return states
