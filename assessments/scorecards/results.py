"""The answer: what the result page says about a scorecard, in the order a reader needs it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments import scoring
from assessments.charts import figures
from assessments.framework import Action, Category
from assessments.scorecards.filling import facts
from assessments.scorecards.models import Evidence
from assessments.scorecards.outlook.targets import TargetReading
from assessments.scorecards.queries import figure_with_unit
from assessments.scorecards.readings import (
    CategoryReading,
    DeciderReading,
    FactReading,
    HistoryPoint,
    ProofReading,
    ScorecardReading,
    of_framework,
)
from assessments.scorecards.sources import figure_words
from assessments.scoring.words import number_word

ICONS = {"link": "link", "file": "file", "figure": "gauge", "sighting": "eye"}
OPENED = 3


@dataclass(frozen=True, slots=True)
class GoalLine:
    """What would raise a category, as a goal, and how the decider it comes from stands."""

    goal: str
    state: int | None
    is_claim: bool
    words: str


@dataclass(frozen=True, slots=True)
class ProofLine:
    """A piece of evidence in a line: what, with who saw it and when, what it proves, and how old it is."""

    icon: str
    text: str
    url: str
    proves: str
    age: str
    is_old: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One category: first what was found in one's own words, then where it stands and what would raise it.

    `steps` are the levels above with the framework's statements and actions, as before 2026.2.
    """

    reading: CategoryReading
    words: str
    goals_heading: str
    goals: tuple[GoalLine, ...]
    actions: tuple[Action, ...]
    proofs: tuple[ProofLine, ...]
    steps: tuple[tuple[int, str, tuple[Action, ...]], ...]

    @property
    def category(self) -> Category:
        return self.reading.category

    @property
    def answer(self) -> scoring.CategoryAnswer:
        return self.reading.answer

    @property
    def statement(self) -> str:
        """What the framework says of its level; before 2026.2 that is what was chosen."""
        return self.category.statement(self.reading.level) if self.reading.level is not None else ""


@dataclass(frozen=True, slots=True)
class RedFlag:
    title: str
    reason: str
    anchor: str


@dataclass(frozen=True, slots=True)
class FactLine:
    question: str
    text: str
    note: str
    is_answered: bool


@dataclass(frozen=True, slots=True)
class ResultPage:
    headline: str
    cause: str
    flag: str
    findings: tuple[Finding, ...]
    findings_heading: str
    open_categories: tuple[Category, ...]
    red_flags: tuple[RedFlag, ...]
    red_flags_heading: str
    proven_words: str
    claimed_words: str
    facts: tuple[FactLine, ...]
    change: scoring.Delta | None
    was_total: int | None
    was_label: str
    profile: dict
    trend: dict | None
    scale: tuple[int, int]  # the maximum and the line
    trend_heading: str
    history: tuple[HistoryPoint, ...]
    target: TargetReading | None

    @property
    def warns(self) -> bool:
        """Whether the verdict is anything but clear: then nothing beside it reassures."""
        return self.flag != scoring.Verdict.CLEAR.value

    @property
    def trend_title(self) -> str:
        maximum, line = self.scale
        if any(point.is_entered_later for point in self.history):
            words = (
                _(
                    "Proven and claimed score of each signed-off assessment and of those entered later, of {maximum},"
                    " with the risk line at {line} and the target of {target}"
                )
                if self.target
                else _(
                    "Proven and claimed score of each signed-off assessment and of those entered later, of {maximum},"
                    " with the risk line at {line}"
                )
            )
        else:
            words = (
                _(
                    "Proven and claimed score of each signed-off assessment, of {maximum}, with the risk line at {line}"
                    " and the target of {target}"
                )
                if self.target
                else _(
                    "Proven and claimed score of each signed-off assessment, of {maximum}, with the risk line at {line}"
                )
            )
        return words.format(maximum=maximum, line=line, target=self.target.total if self.target else "")

    @property
    def opened(self) -> tuple[Finding, ...]:
        return self.findings[:OPENED]

    @property
    def folded(self) -> tuple[Finding, ...]:
        return self.findings[OPENED:]

    @property
    def answered_facts(self) -> int:
        return sum(fact.is_answered for fact in self.facts)


def result_page(
    reading: ScorecardReading, history: Sequence[HistoryPoint], target: TargetReading | None = None
) -> ResultPage:
    result, earlier = reading.result, reading.earlier_result
    was_total = earlier.total if earlier and earlier.is_complete else None
    past = of_framework(history, reading.scorecard.framework_key)
    return ResultPage(
        headline=scoring.headline(result),
        cause=scoring.cause(result, reading.names),
        flag="none" if result.is_untouched else result.verdict.value,
        findings=tuple(_finding(reading, answer.key) for answer in scoring.by_weight(result)),
        findings_heading=scoring.claims_heading(result),
        open_categories=tuple(reading.framework.category(key) for key in result.unscored),
        red_flags=red_flags(reading),
        red_flags_heading=scoring.red_flags_heading(result.red_flags, is_clear=result.verdict == scoring.Verdict.CLEAR),
        proven_words=_proven_words(result),
        claimed_words=_claimed_words(result),
        facts=tuple(_fact_line(row, reading) for row in reading.facts),
        change=scoring.compare(result, earlier) if earlier else None,
        was_total=was_total,
        was_label=_was_label(reading, was_total),
        profile=figures.category_profile([_profile_row(row, target) for row in reading.categories]),
        trend=_trend(past, target, reading.result),
        scale=(result.maximum, result.threshold),
        trend_heading=trend_heading(past),
        history=past,
        target=target,
    )


def _was_label(reading: ScorecardReading, was_total: int | None) -> str:
    if was_total is None or reading.earlier is None or reading.earlier_result is None:
        return ""
    words = _("{total} claimed in {month}") if reading.earlier_result.unproven else _("{total} in {month}")
    return words.format(total=was_total, month=date_format(reading.earlier.signed_off_at, "MONTH"))


def _profile_row(row: CategoryReading, target: TargetReading | None) -> figures.ProfileRow:
    name, aim = row.category.short_name, target.level(row.category.key) if target else None
    if row.level is None:
        return figures.ProfileRow(name, now=None, was=row.was, target=aim)
    claimed = row.level if row.answer.is_claim else None
    return figures.ProfileRow(name, now=row.answer.proven, was=row.was, target=aim, claimed=claimed)


def _trend(past: Sequence[HistoryPoint], target: TargetReading | None, result: scoring.Result) -> figures.Figure | None:
    if not past:
        return None
    points = [
        figures.TrendPoint(
            date_format(point.on, "SHORT_MONTH"), point.proven, point.total, entered_later=point.is_entered_later
        )
        for point in past
    ]
    return figures.score_trend(
        points, target=target.total if target else None, threshold=result.threshold, maximum=result.maximum
    )


def trend_heading(past: Sequence[HistoryPoint]) -> str:
    """What the trend says, as a finding: by what is proven, and not against a score that was only entered later."""
    own = [point for point in past if not point.is_entered_later]
    if len(own) < 2:
        return _("One assessment so far") if own else _("Score over time")
    last, before = own[-1], own[-2]
    since, step = date_format(before.on, "MONTH"), last.proven - before.proven
    if not step:
        return _("No change in what is proven since {month}").format(month=since)
    if step > 0:
        words = ngettext("Up {count} point, proven, since {month}", "Up {count} points, proven, since {month}", step)
    else:
        words = ngettext(
            "Down {count} point, proven, since {month}", "Down {count} points, proven, since {month}", -step
        )
    words = words.format(count=number_word(abs(step)), month=since)
    whole, first = last.proven - own[0].proven, date_format(own[0].on, "MONTH")
    if len(own) < 3 or not whole or (whole > 0) == (step > 0):
        return words
    if whole > 0:
        more = ngettext("{change}; {count} point above {month}", "{change}; {count} points above {month}", whole)
    else:
        more = ngettext("{change}; {count} point below {month}", "{change}; {count} points below {month}", -whole)
    return more.format(change=words, count=number_word(abs(whole)), month=first)


def _proven_words(result: scoring.Result) -> str:
    distance = result.proven_total - result.threshold
    if not distance:
        words = _("{proven} of {maximum}, on the line")
    elif distance < 0:
        words = ngettext(
            "{proven} of {maximum}, {count} below the line", "{proven} of {maximum}, {count} below the line", -distance
        )
    else:
        words = ngettext(
            "{proven} of {maximum}, {count} above the line", "{proven} of {maximum}, {count} above the line", distance
        )
    return words.format(proven=result.proven_total, maximum=result.maximum, count=number_word(abs(distance)))


def _claimed_words(result: scoring.Result) -> str:
    if not result.unproven:
        return pgettext("points that rest on a claim", "Nothing") if result.total else _("Nothing yet")
    points = ngettext("{count} point", "{count} points", result.unproven).format(count=result.unproven)
    claims = len(result.claims)
    return ngettext("{points}, {count} category", "{points}, {count} categories", claims).format(
        points=points, count=number_word(claims)
    )


# Findings


def _finding(reading: ScorecardReading, key: str) -> Finding:
    row = reading.category(key)
    goals = scoring.goals(row.answer)
    steps: tuple[tuple[int, str, tuple[Action, ...]], ...] = ()
    if not row.category.deciders and row.level is not None:
        actions = {1: row.category.to_1, 2: row.category.to_2}
        steps = tuple((n, row.category.statement(n), actions[n]) for n in range(row.level + 1, 3))
    return Finding(
        reading=row,
        words=scoring.level_words(row.answer),
        goals_heading=goals.heading if goals else "",
        goals=tuple(_goal_line(row, key) for key in goals.deciders) if goals else (),
        actions=_actions(row, goals) if goals else (),
        proofs=tuple(_proof_lines(row, reading)),
        steps=steps,
    )


def _goal_line(row: CategoryReading, key: str) -> GoalLine:
    decider = next(each for each in row.deciders if each.decider.key == key)
    newest = decider.newest
    words = scoring.decider_words(
        decider.answer,
        months_old=newest.months_old if newest else None,
        months=decider.decider.months,
        kind=newest.evidence.kind if newest else "",
    )
    return GoalLine(decider.decider.goal, decider.answer.state, decider.answer.is_claim, words)


def _actions(row: CategoryReading, goals: scoring.Goals) -> tuple[Action, ...]:
    """The framework's actions that earn what is missing; none where it only has to be asked, or proven."""
    wanted = {d.key for d in row.answer.deciders if d.key in goals.deciders and d.state is not None and not d.is_claim}
    actions = (*row.category.to_1, *row.category.to_2) if goals.level == 1 else row.category.to_2
    return tuple(action for action in actions if wanted.intersection(action.deciders))


def _proof_lines(row: CategoryReading, reading: ScorecardReading) -> Iterable[ProofLine]:
    if row.response.has_metric:
        figure = figure_with_unit(row.response.metric_value, row.response.metric_unit)
        text = _("{name}: {figure}, measured {day}") if row.response.metric_on else _("{name}: {figure}")
        day = _day(row.response.metric_on) if row.response.metric_on else ""
        text = text.format(name=row.metric_name, figure=figure, day=day)
        yield ProofLine("gauge", text, "", "", "", is_old=False)
    for item in row.evidence:
        proven = [(d, proof) for d in row.deciders for proof in d.proofs if proof.evidence.pk == item.pk]
        yield ProofLine(
            icon=ICONS[item.kind],
            text=proof_text(item, row.category),
            url=_proof_url(item, reading),
            proves=", ".join(decider.decider.name for decider, _proof in proven),
            age=_age_words(proven),
            is_old=any(proof.age < scoring.Age.CURRENT for _decider, proof in proven),
        )


def proof_text(item: Evidence, category: Category) -> str:
    """A piece of evidence as a line: "Seen on 28 Oct 2026 by Priya Raman: sizing document v5"."""
    if item.kind == Evidence.Kind.SIGHTING:
        what = ", ".join(filter(None, (item.title, item.whose)))
        text = _("Seen on {day} by {name}: {what}") if what else _("Seen on {day} by {name}")
        return text.format(day=_day(item.on), name=item.seen_by_name, what=what)
    if item.kind == Evidence.Kind.FIGURE:
        if item.provenance:
            return figure_words(item.title, item.provenance, item.value or Decimal(0), item.unit, on=item.on)
        metric = next((metric.name for metric in category.metrics if metric.key == item.metric_key), item.title)
        return _("{name}: {figure}, measured {day}").format(
            name=metric, figure=figure_with_unit(item.value, item.unit), day=_day(item.on)
        )
    host = urlsplit(item.url).hostname or ""
    return f"{item.title} ({host})" if host and host not in item.title else item.title


def _proof_url(item: Evidence, reading: ScorecardReading) -> str:
    if item.kind == Evidence.Kind.FILE:
        scorecard = reading.scorecard
        return reverse("evidence_download", args=[scorecard.organization.slug, scorecard.pk, item.pk])
    return item.url


def _age_words(proven: Sequence[tuple[DeciderReading, ProofReading]]) -> str:
    """How old a piece of evidence is, and what is asked for where it is too old for something it proves."""
    if not proven:
        return ""
    months = proven[0][1].months_old
    late = [decider.decider.months for decider, proof in proven if proof.age < scoring.Age.CURRENT]
    if months and late and months == min(late):
        age = ngettext("over {months} month old", "over {months} months old", months)
    else:
        age = ngettext("{months} month old", "{months} months old", months) if months else _("this month")
    age = age.format(months=number_word(months))
    return _("{age}; {asked}").format(age=age, asked=scoring.asked_for(min(late))) if late else age


def _day(day: date) -> str:
    return date_format(day, "DAY")


# Facts and red flags


def _fact_line(row: FactReading, reading: ScorecardReading) -> FactLine:
    return FactLine(
        question=row.fact.question,
        text=_fact_text(row, reading),
        note=row.answer.answer if row.is_structured else "",
        is_answered=row.is_answered,
    )


def _fact_text(row: FactReading, reading: ScorecardReading) -> str:
    if row.answer.cannot_answer:
        return facts.cannot(row.answer.who_will)
    if not row.is_structured:
        return row.answer.answer
    return facts.written(row.answer, currency=reading.scorecard.organization.currency)


def red_flags(reading: ScorecardReading) -> tuple[RedFlag, ...]:
    """By the one definition there is: a category at 0, or one of the three facts without an answer."""
    zeros = (
        RedFlag(
            _("{category} is at 0").format(category=reading.category(key).category.name),
            scoring.zero_words(reading.result.answer(key)),
            key,
        )
        for key in reading.result.zeros
    )
    missing = (
        RedFlag(row.fact.question, f"{_not_answered(row)} {row.fact.why}", "facts")
        for row in reading.facts
        if not row.is_answered
    )
    return (*zeros, *missing)


def _not_answered(row: FactReading) -> str:
    if not row.answer.cannot_answer:
        return _("Not answered.")
    if row.answer.who_will:
        return _("“We cannot answer this today.” {name} will.").format(name=row.answer.who_will)
    return _("“We cannot answer this today.”")
