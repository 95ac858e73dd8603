"""From posted fields to saved answers, one part at a time, with an outcome the page can show.

A part is what is saved on its own (see `parts.py`): one decider, the level claimed of a category and its finding, one
of the facts; before framework 2026.2 a category's level, measured figure and note.
"""

from collections.abc import Callable
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.http import QueryDict

from assessments import scoring
from assessments.accounts.models import User
from assessments.framework import Category, Fact
from assessments.saving.numbers import AmbiguousNumberError, show_number, show_text
from assessments.saving.parts import Outcome, State, attempt, is_posted, plain
from assessments.scorecards import services
from assessments.scorecards.filling import facts
from assessments.scorecards.forms import ClaimForm, DeciderForm, LevelForm, MetricForm, ambiguous, fact_values
from assessments.scorecards.models import FactAnswer, Response, Scorecard
from assessments.scorecards.queries import figure_with_unit
from assessments.scorecards.readings import CategoryReading, FactReading, ScorecardReading

CATEGORY_PARTS = ("level", "metric", "note")
DECIDED_PARTS = ("level", "note")  # beside the deciders, where the level follows from them


def parts_of(category: Category) -> tuple[str, ...]:
    return DECIDED_PARTS if category.deciders else CATEGORY_PARTS


def save_part(
    scorecard: Scorecard,
    item: Category | Fact,
    part: str,
    data: QueryDict,
    actor: User,
    scored: Callable[[scoring.Result], object] = lambda result: None,
) -> Outcome:
    """Save one part of what was posted and say what became of it; never raises for bad input.

    After a level `scored` is called with what the scorecard then scores.
    """
    stored: dict[str, str] = {}
    about = (scorecard, item, part, data, actor)
    outcome = attempt(item.key, part, data, lambda version: _record(*about, version, stored, scored))
    return replace(outcome, stored=stored) if outcome.state == State.SAVED else outcome


def save_decider(
    scorecard: Scorecard,
    category: str,
    decider: str,
    data: QueryDict,
    actor: User,
    scored: Callable[[scoring.Result], object] = lambda result: None,
) -> Outcome:
    """Save what was shown for one decider; `scored` is called with what the scorecard then scores."""

    def record(version: int) -> int:
        state = _cleaned(DeciderForm(data, prefix=decider))["state"]
        about = {"category": category, "decider": decider, "state": state}
        return services.record_decider(scorecard, **about, actor=actor, version=version, scored=scored)

    return attempt(decider, "state", data, record)


def save_fact(scorecard: Scorecard, fact: Fact, data: QueryDict, actor: User, *, currency: str) -> Outcome:
    """Save a fact that is asked by fields; the outcome holds the fields as they are stored."""
    posted = {name: data.get(f"{fact.key}-{name}", "") for name in fact_fields(fact.key)}
    stored: dict[str, str] = {}
    answer = scorecard.fact_answers.filter(fact_key=fact.key).first()
    # An amount keeps the currency it was given in, also when the organization's changes.
    known = answer.values.get("currency", "") if answer and answer.values.get("amount") else ""

    def record(version: int) -> int:
        try:
            values = fact_values(fact.key, posted | {"currency": currency})
        except AmbiguousNumberError as error:
            error.control = f"{fact.key}-{error.control}"
            raise
        stored.update(shown_values(fact.key, values))
        if values.get("amount"):
            values["currency"] = known or currency
        if answer:
            values |= facts.kept_sources(fact.key, answer.values, values)
        return services.record_fact(
            scorecard,
            fact=fact.key,
            answer=posted["fact"],
            values=values,
            cannot_answer=bool(posted["cannot"]),
            who_will=posted["who_will"],
            actor=actor,
            version=version,
        )

    outcome = attempt(fact.key, "fact", data, record)
    return replace(outcome, stored=stored) if outcome.state == State.SAVED else outcome


def _record(
    scorecard: Scorecard,
    item: Category | Fact,
    part: str,
    data: QueryDict,
    actor: User,
    version: int,
    stored: dict[str, str],
    scored: Callable[[scoring.Result], object],
) -> int:
    if part == "fact":
        answer = data.get(f"{item.key}-fact", "")
        return services.record_fact(scorecard, fact=item.key, answer=answer, actor=actor, version=version)
    if part == "note":
        note = data.get(f"{item.key}-note", "")
        return services.record_note(scorecard, category=item.key, note=note, actor=actor, version=version)
    if part == "level":
        claim = _cleaned((ClaimForm if getattr(item, "deciders", ()) else LevelForm)(data, prefix=item.key))
        about = {"category": item.key, "level": claim["level"], "reason": claim.get("claim_reason", "")}
        return services.record_level(scorecard, **about, actor=actor, version=version, scored=scored)
    metric = _cleaned(MetricForm(data, prefix=item.key))
    if metric["metric_value"] is not None:
        stored["metric_value"] = show_number(metric["metric_value"])
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


def _cleaned(form: DeciderForm | LevelForm | MetricForm) -> dict:
    if not form.is_valid():
        if found := ambiguous(form):
            name, error = found
            error.control = form.add_prefix(name)
            raise error
        raise ValidationError([message for messages in form.errors.values() for message in messages])
    return form.cleaned_data


def save_page(reading: ScorecardReading, data: QueryDict, actor: User) -> list[Outcome]:
    """Save every part of a whole posted page that differs from what is stored: how it works without JavaScript."""
    scorecard = reading.scorecard
    outcomes = []
    for row in reading.categories:
        key = row.category.key
        for item in row.deciders:
            posted = {"state": plain(data.get(f"{item.decider.key}-state", ""))}
            if is_posted(item.decider.key, "state", data) and posted != {"state": state_text(item.row.state)}:
                outcomes.append(save_decider(scorecard, key, item.decider.key, data, actor))
        for part in parts_of(row.category):
            if is_posted(key, part, data) and _differs(key, stored_fields(row, part), data):
                outcomes.append(save_part(scorecard, row.category, part, data, actor))
    for fact in reading.facts:
        key = fact.fact.key
        if is_posted(key, "fact", data) and _differs(key, stored_fact(fact.answer, fact.is_structured), data):
            outcomes.append(_save_fact_of(reading, fact, data, actor))
    return outcomes


def _save_fact_of(reading: ScorecardReading, row: FactReading, data: QueryDict, actor: User) -> Outcome:
    if not row.is_structured:
        return save_part(reading.scorecard, row.fact, "fact", data, actor)
    currency = reading.scorecard.organization.currency
    return save_fact(reading.scorecard, row.fact, data, actor, currency=currency)


def _differs(key: str, stored: dict[str, str], data: QueryDict) -> bool:
    return {name: plain(data.get(f"{key}-{name}", "")) for name in stored} != stored


def state_text(state: int | None) -> str:
    """A decider's state as its control has it: empty for not asked."""
    return "" if state is None else str(state)


def fact_fields(fact_key: str) -> tuple[str, ...]:
    """The names of the controls of a fact that is asked by fields."""
    return ("cannot", "who_will", *(field.name for field in facts.FIELDS[fact_key]), "fact")


def shown_values(fact_key: str, values: dict[str, str]) -> dict[str, str]:
    """The fields of a fact as their controls show them: numbers with the decimal mark of the language."""
    numbers = {field.name for field in facts.FIELDS[fact_key] if field.kind == "number"}
    return {name: show_text(text) if name in numbers else text for name, text in values.items()}


def stored_fact(answer: FactAnswer, is_structured: bool) -> dict[str, str]:
    """The fields of a fact as the page shows them."""
    if not is_structured:
        return {"fact": answer.answer}
    values = {field.name: answer.values.get(field.name, "") for field in facts.FIELDS[answer.fact_key]}
    values = shown_values(answer.fact_key, values)
    cannot = "1" if answer.cannot_answer else ""
    return {"cannot": cannot, "who_will": answer.who_will, **values, "fact": answer.answer}


def stored_fields(row: CategoryReading, part: str) -> dict[str, str]:
    """The fields of a part as the page shows them."""
    response = row.response
    if part == "level":
        level = {"level": state_text(response.level)}
        return level | {"claim_reason": response.claim_reason} if row.category.deciders else level
    if part == "note":
        return {"note": response.note}
    return {
        "metric_name": row.metric_name,
        "metric_value": figure_text(response),
        "metric_unit": response.metric_unit,
        "metric_on": response.metric_on.isoformat() if response.metric_on else "",
    }


def figure_text(response: Response) -> str:
    """The measured value as its field shows it: 38, not 38.0000."""
    return "" if response.metric_value is None else show_number(response.metric_value)


def measured_text(response: Response) -> str:
    """The measured value with its unit, as people write it: 38%, 14.2 GB/s, 1,200 USD."""
    return figure_with_unit(response.metric_value, response.metric_unit)
