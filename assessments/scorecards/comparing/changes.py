"""Any two assessments of one organization: what changed between them, why, and who said so."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext_lazy

from assessments import framework, scoring
from assessments.framework import Category
from assessments.platform.names import sort_key
from assessments.scorecards import wording
from assessments.scorecards.filling import facts
from assessments.scorecards.models import DeciderAnswer, Evidence, FactAnswer, Response, Scorecard
from assessments.scorecards.queries import DeciderRow, answers_by_deciders, as_of, missing_facts
from assessments.scoring.words import listing, number_word

STATES = {
    None: _lazy("not asked"),
    0: _lazy("not shown"),
    1: _lazy("in part"),
    2: pgettext_lazy("the answer of a decider", "shown"),
}


@dataclass(frozen=True, slots=True)
class DeciderChange:
    name: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """One category in both; `was` or `now` is None where that framework did not have it."""

    category: Category
    was: scoring.CategoryAnswer | None
    now: scoring.CategoryAnswer | None
    deciders: tuple[DeciderChange, ...]
    note_was: str
    note_now: str
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    who: tuple[str, ...]

    @property
    def is_note_new(self) -> bool:
        return self.note_was != self.note_now

    @property
    def step(self) -> int | None:
        """How many levels further it is proven; None where one of the two does not know."""
        if self.was is None or self.now is None or self.was.level is None or self.now.level is None:
            return None
        return self.now.proven - self.was.proven

    @property
    def is_changed(self) -> bool:
        levels = [(a.level, a.proven, a.low) if a else None for a in (self.was, self.now)]
        return levels[0] != levels[1] or bool(self.deciders or self.added or self.dropped or self.is_note_new)


@dataclass(frozen=True, slots=True)
class FactChange:
    question: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Changes:
    before: Scorecard
    after: Scorecard
    was: scoring.Result
    now: scoring.Result
    categories: tuple[CategoryChange, ...]
    facts: tuple[FactChange, ...]

    @property
    def changed(self) -> tuple[CategoryChange, ...]:
        """What moved most stands first: down before up, then what changed below its level."""
        changed = [row for row in self.categories if row.is_changed]
        return tuple(sorted(changed, key=lambda row: (-abs(row.step or 0), row.step or 0)))

    @property
    def unchanged(self) -> tuple[CategoryChange, ...]:
        return tuple(row for row in self.categories if not row.is_changed)

    @property
    def headline(self) -> str:
        step = self.now.proven_total - self.was.proven_total
        up = [row.category.short_name for row in self.categories if (row.step or 0) > 0]
        down = [row.category.short_name for row in self.categories if (row.step or 0) < 0]
        if step > 0:
            words = ngettext("Up {count} point, proven", "Up {count} points, proven", step)
        elif step < 0:
            words = ngettext("Down {count} point, proven", "Down {count} points, proven", -step)
        else:
            words = _("The proven score is the same")
        words = words.format(count=number_word(abs(step)))
        if up and down:
            sentence = _("{change}: higher in {up}, lower in {down}.")
        elif up:
            sentence = _("{change}: higher in {up}.")
        else:
            sentence = _("{change}: lower in {down}.") if down else _("{change}.")
        return sentence.format(change=words, up=listing(up), down=listing(down))

    @property
    def unchanged_words(self) -> str:
        names = [row.category.name for row in self.unchanged]
        return _("Nothing changed in {categories}.").format(categories=listing(names)) if names else ""


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two, read whole."""

    result: scoring.Result
    responses: dict[str, Response]
    facts: dict[str, FactAnswer]


def changes_between(before: Scorecard, after: Scorecard) -> Changes:
    """What `after` says that `before` did not; seven queries, whatever is on them."""
    sides = _read((before, after))
    was, now = sides[before.pk], sides[after.pk]
    content = framework.load(after.framework_key, after.framework_version)
    currency = after.organization.currency
    return Changes(
        before,
        after,
        was.result,
        now.result,
        tuple(_category(category, was, now) for category in content.categories),
        tuple(
            FactChange(fact.question, old, new)
            for fact in content.facts
            if (old := _fact_text(was.facts.get(fact.key), currency))
            != (new := _fact_text(now.facts.get(fact.key), currency))
        ),
    )


def _read(scorecards: Iterable[Scorecard]) -> dict[int, _Side]:
    deciders = DeciderAnswer.objects.select_related("updated_by").prefetch_related("proofs")
    responses = (
        Response.objects.filter(scorecard__in=scorecards)
        .with_support()
        .select_related("updated_by", "claimed_by")
        .prefetch_related(
            Prefetch("decider_answers", deciders), Prefetch("evidence", Evidence.objects.select_related("created_by"))
        )
    )
    answers = list(FactAnswer.objects.filter(scorecard__in=scorecards))
    found = list(responses)
    sides = {}
    for scorecard in scorecards:
        own = {response.category_key: response for response in found if response.scorecard_id == scorecard.pk}
        said = {answer.fact_key: answer for answer in answers if answer.scorecard_id == scorecard.pk}
        sides[scorecard.pk] = _Side(_score(scorecard, own, said), own, said)
    return sides


def _score(scorecard: Scorecard, responses: dict[str, Response], said: dict[str, FactAnswer]) -> scoring.Result:
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    answers: Iterable[scoring.CategoryAnswer]
    if content.has_deciders:
        rows = [_row(response, answer) for response in responses.values() for answer in response.decider_answers.all()]
        answers = answers_by_deciders(content, rows, as_of(scorecard))
    else:
        answers = (
            scoring.CategoryAnswer(r.category_key, r.level, supported=r.has_metric or r.has_evidence)
            for r in responses.values()
        )
    missing = missing_facts(content, said.values())
    return scoring.score(answers, missing_facts=missing, threshold=content.scale.risk_threshold)


def _row(response: Response, answer: DeciderAnswer) -> DeciderRow:
    proofs = list(answer.proofs.all())
    newest = max((proof.on for proof in proofs), default=None)
    until = max((proof.in_force_until for proof in proofs if proof.in_force_until), default=None)
    return DeciderRow(
        answer.pk,
        response.category_key,
        response.level,
        answer.decider_key,
        answer.state,
        answer.version,
        newest,
        until,
    )


def _category(category: Category, was: _Side, now: _Side) -> CategoryChange:
    old, new = was.responses.get(category.key), now.responses.get(category.key)
    before, after = _proofs(old, category), _proofs(new, category)
    return CategoryChange(
        category=category,
        was=was.result.answer(category.key) if old else None,
        now=now.result.answer(category.key) if new else None,
        deciders=tuple(_deciders(category, old, new)),
        note_was=old.note if old else "",
        note_now=new.note if new else "",
        added=tuple(name for name in after if name not in before),
        dropped=tuple(name for name in before if name not in after),
        who=_who(new, before),
    )


def _deciders(category: Category, old: Response | None, new: Response | None) -> Iterable[DeciderChange]:
    was = {row.decider_key: row.state for row in old.decider_answers.all()} if old else {}
    now = {row.decider_key: row.state for row in new.decider_answers.all()} if new else {}
    if not was:  # chosen as a level then: there is nothing to compare a decider with
        return
    for decider in category.deciders:
        if was.get(decider.key) != now.get(decider.key):
            yield DeciderChange(decider.name, STATES[was.get(decider.key)], STATES[now.get(decider.key)])


def _proofs(response: Response | None, category: Category) -> dict[str, Evidence]:
    return {wording.proof_name(item, category): item for item in response.evidence.all()} if response else {}


def _who(response: Response | None, before: dict[str, Evidence]) -> tuple[str, ...]:
    """Who answered, wrote or attached something in the later one; what was copied into it has nobody."""
    if response is None:
        return ()
    people = {response.updated_by} | {row.updated_by for row in response.decider_answers.all() if row.version}
    days = {(item.title, item.created_at) for item in before.values()}
    people |= {item.created_by for item in response.evidence.all() if (item.title, item.created_at) not in days}
    return tuple(sorted({str(person) for person in people if person}, key=sort_key))


def _fact_text(answer: FactAnswer | None, currency: str) -> str:
    if answer is None:
        return ""
    if answer.cannot_answer:
        return facts.cannot(answer.who_will)
    return (facts.written(answer, currency=currency) if answer.values else "") or answer.answer
