"""From posted fields to saved answers, one part at a time, with an outcome the page can show.

A part is what is saved on its own (see `parts.py`): a category's level, measured figure or note, or one of the facts.
"""

from django.core.exceptions import ValidationError
from django.http import QueryDict

from assessments.framework import Category, Fact
from assessments.organizations.models import User
from assessments.scorecards import services
from assessments.scorecards.forms import LevelForm, MetricForm
from assessments.scorecards.models import Response, Scorecard
from assessments.scorecards.parts import Outcome, attempt, is_posted, plain
from assessments.scorecards.queries import figure_with_unit
from assessments.scorecards.readings import CategoryReading, ScorecardReading

CATEGORY_PARTS = ("level", "metric", "note")


def save_part(scorecard: Scorecard, item: Category | Fact, part: str, data: QueryDict, actor: User) -> Outcome:
    """Save one part of what was posted and say what became of it; never raises for bad input."""
    return attempt(item.key, part, data, lambda version: _record(scorecard, item, part, data, actor, version))


def _record(scorecard: Scorecard, item: Category | Fact, part: str, data: QueryDict, actor: User, version: int) -> int:
    if part == "fact":
        answer = data.get(f"{item.key}-fact", "")
        return services.record_fact(scorecard, fact=item.key, answer=answer, actor=actor, version=version)
    if part == "note":
        note = data.get(f"{item.key}-note", "")
        return services.record_note(scorecard, category=item.key, note=note, actor=actor, version=version)
    if part == "level":
        level = _cleaned(LevelForm(data, prefix=item.key))["level"]
        return services.record_level(scorecard, category=item.key, level=level, actor=actor, version=version)
    metric = _cleaned(MetricForm(data, prefix=item.key))
    return services.record_metric(
        scorecard,
        category=item,
        name=metric["metric_name"],
        value=metric["metric_value"],
        unit=metric["metric_unit"],
        on=metric["metric_on"],
        actor=actor,
        version=version,
    )


def _cleaned(form: LevelForm | MetricForm) -> dict:
    if not form.is_valid():
        raise ValidationError([message for messages in form.errors.values() for message in messages])
    return form.cleaned_data


def save_page(reading: ScorecardReading, data: QueryDict, actor: User) -> list[Outcome]:
    """Save every part of a whole posted page that differs from what is stored: how it works without JavaScript."""
    outcomes = []
    for row in reading.categories:
        for part in CATEGORY_PARTS:
            if is_posted(row.category.key, part, data) and _differs(row, part, data):
                outcomes.append(save_part(reading.scorecard, row.category, part, data, actor))
    for row in reading.facts:
        posted = data.get(f"{row.fact.key}-fact")
        if posted is not None and plain(posted) != row.answer.answer:
            outcomes.append(save_part(reading.scorecard, row.fact, "fact", data, actor))
    return outcomes


def _differs(row: CategoryReading, part: str, data: QueryDict) -> bool:
    posted = {name: plain(data.get(f"{row.category.key}-{name}", "")) for name in stored_fields(row, part)}
    return posted != stored_fields(row, part)


def stored_fields(row: CategoryReading, part: str) -> dict[str, str]:
    """The fields of a part as the page shows them."""
    response = row.response
    if part == "level":
        return {"level": "" if response.level is None else str(response.level)}
    if part == "note":
        return {"note": response.note}
    return {
        "metric_name": row.metric_name,
        "metric_value": figure_text(response),
        "metric_unit": response.metric_unit,
        "metric_on": response.metric_on.isoformat() if response.metric_on else "",
    }


def figure_text(response: Response) -> str:
    """The measured value without needless zeros: 38, not 38.0000."""
    if response.metric_value is None:
        return ""
    text = format(response.metric_value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def measured_text(response: Response) -> str:
    """The measured value with its unit, as people write it: 38%, 14.2 GB/s, 1,200 USD."""
    return figure_with_unit(response.metric_value, response.metric_unit)
