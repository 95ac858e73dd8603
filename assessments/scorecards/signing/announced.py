"""What webhooks are told of a sign-off: that it is one, and what it changes about where the organization stands.

Where it stands is what the last signed-off assessment says: what is typed in between is nobody's word yet.
"""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import translation

from assessments import framework, scoring
from assessments.framework.translating import ENGLISH
from assessments.scorecards.models import Scorecard
from assessments.scorecards.queries import ScoredRow, score_all
from assessments.scoring.results import MAX_LEVEL
from assessments.scoring.words import counted
from assessments.webhooks.announcing import announce, listeners
from assessments.webhooks.events import Event

EVENTS = (
    Event.SIGNED_OFF,
    Event.TAKEN_BACK,
    Event.BELOW,
    Event.ABOVE,
    Event.FLAGS_APPEARED,
    Event.FLAGS_GONE,
)
Flag = dict[str, str]


def announce_sign_off(scorecard: Scorecard) -> None:
    """Within the transaction of the sign-off. One that is dated before another changes nothing about the standing."""
    if not listeners(scorecard.organization_id, *EVENTS):
        return
    with translation.override(ENGLISH):  # what programs are told is in one language, whoever signs off
        rows = _last(scorecard, 2)
        if rows[0].scorecard.pk != scorecard.pk:
            rows = score_all([scorecard])
            _announce_signed(rows[0])
            return
        _announce_signed(rows[0])
        _announce_change(rows[1] if len(rows) > 1 else None, rows[0])


def announce_taken_back(scorecard: Scorecard) -> None:
    """Within the transaction that opens it again: where there is one, the assessment before counts once more."""
    if not listeners(scorecard.organization_id, *EVENTS):
        return
    with translation.override(ENGLISH):
        [was] = score_all([scorecard])
        text = f"The sign-off of “{scorecard.title}” was taken back."
        announce(Event.TAKEN_BACK, scorecard.organization_id, text=text, path=_path(scorecard), **_about(was))
        for row in _last(scorecard, 1):
            _announce_change(was, row)


def _last(scorecard: Scorecard, number: int) -> list[ScoredRow]:
    """The assessments signed off last, the newest first."""
    signed = Scorecard.objects.filter(organization=scorecard.organization_id).signed_off().newest_first()
    return score_all(signed.select_related("organization")[:number])


def _announce_signed(row: ScoredRow) -> None:
    text = f"“{row.scorecard.title}” is signed off: {_score(row.result)}"
    announce(Event.SIGNED_OFF, row.scorecard.organization_id, text=text, path=_path(row.scorecard), **_about(row))


def _announce_change(was: ScoredRow | None, now: ScoredRow) -> None:
    """From where it stood, if anything was signed off before, to where it stands."""
    organization, path, about = now.scorecard.organization_id, _path(now.scorecard), _about(now)
    is_above, result = _is_above(now), now.result
    before = was.result.proven_total if was else None
    if was is None or _is_above(was) != is_above:
        side = "on or above" if is_above else "below"
        text = f"It stands {side} the line of {result.threshold} now: {_score(result)}"
        event = Event.ABOVE if is_above else Event.BELOW
        announce(event, organization, text=text, path=path, previous_proven=before, **about)
    old, new = _flags(was) if was else [], _flags(now)
    if appeared := _without(new, old):
        text = f"{counted(len(appeared), 'red flag').capitalize()} appeared: {_listed(appeared)}."
        announce(Event.FLAGS_APPEARED, organization, text=text, path=path, red_flags=appeared, **about)
    if gone := _without(old, new):
        text = (
            f"{counted(len(gone), 'red flag').capitalize()} {'is' if len(gone) == 1 else 'are'} gone: {_listed(gone)}."
        )
        announce(Event.FLAGS_GONE, organization, text=text, path=path, red_flags=gone, **about)


def _is_above(row: ScoredRow) -> bool:
    """By what is proven, as everywhere one number must do."""
    return row.result.verdict == scoring.Verdict.CLEAR


def _score(result: scoring.Result) -> str:
    claimed = f", {result.total} claimed" if result.total > result.proven_total else ""
    return f"{result.proven_total} of {_most(result)} proven{claimed}."


def _most(result: scoring.Result) -> int:
    return MAX_LEVEL * len(result.answers)


def _flags(row: ScoredRow) -> list[Flag]:
    """By the one definition there is: a category at 0, or a fact without an answer."""
    content = framework.load(row.scorecard.framework_key, row.scorecard.framework_version)
    questions = {fact.key: fact.question for fact in content.facts}
    zeros = ({"kind": "category", "key": key, "name": content.category(key).name} for key in row.result.zeros)
    facts = ({"kind": "fact", "key": key, "name": questions[key]} for key in row.result.missing_facts)
    return [*zeros, *facts]


def _without(flags: Iterable[Flag], others: Iterable[Flag]) -> list[Flag]:
    there = {(flag["kind"], flag["key"]) for flag in others}
    return [flag for flag in flags if (flag["kind"], flag["key"]) not in there]


def _listed(flags: Iterable[Flag]) -> str:
    return "; ".join(
        f"{flag['name']} at 0" if flag["kind"] == "category" else f"no answer to “{flag['name']}”" for flag in flags
    )


def _about(row: ScoredRow) -> dict[str, Any]:
    result = row.result
    return {
        "scorecard": {"id": row.scorecard.pk, "title": row.scorecard.title},
        "result": {
            "proven": result.proven_total,
            "claimed": result.total,
            "highest": result.high,
            "out_of": _most(result),
            "line": result.threshold,
            "verdict": str(result.verdict.value),
            "red_flags": result.red_flags,
        },
    }


def _path(scorecard: Scorecard) -> str:
    return reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk])
