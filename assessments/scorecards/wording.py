"""What the pages say of a category and of its proof, in a few words each."""

import re
from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import scoring
from assessments.framework import Category, Decider
from assessments.scorecards import services
from assessments.scorecards.models import Evidence
from assessments.scorecards.queries import PERCENT_WORDS
from assessments.scorecards.readings import DeciderReading, ProofReading
from assessments.scorecards.sources import source_words
from assessments.scoring.words import capitalized, listing, number_word


def level_words(answer: scoring.CategoryAnswer) -> str:
    """The level of a category as its head says it: what is claimed, and how much of it is proven."""
    if answer.level is None:
        return _("Open: {low} to {high}").format(low=answer.low, high=answer.high)
    if answer.proven < answer.level:
        return _("Claimed {level}, proven {proven}").format(level=answer.level, proven=answer.proven)
    return _("{level}, proven").format(level=answer.level) if answer.level else "0"


def why_it_waits(answer: scoring.CategoryAnswer) -> str:
    """What is still to do in a category, for the list at the side; empty where nothing waits."""
    unasked = len(answer.unasked)
    if answer.level is None:
        if unasked == len(answer.deciders):
            return _("Not asked yet")
        still = ngettext("{count} still to ask", "{count} still to ask", unasked)
        return capitalized(still.format(count=number_word(unasked)))
    if answer.carried < answer.level:
        return _("Claimed, no proof")
    if not answer.is_claim:
        return ""
    missing = sum(bool(d.state) and d.proof == scoring.Age.NONE for d in answer.deciders)
    if missing:
        words = ngettext("{count} proof missing", "{count} proofs missing", missing)
        return capitalized(words.format(count=number_word(missing)))
    return _("Proof too old")


def claim_counts(answer: scoring.CategoryAnswer) -> str:
    """What a level that was claimed outright counts, beside what the deciders say."""
    if answer.claim is None:
        return ""
    if answer.claim <= answer.carried:
        return _("The deciders carry {level} by now, so the claim adds nothing.").format(level=answer.carried)
    if len(answer.unasked) == len(answer.deciders):
        return _("No decider is answered, so the proven total counts 0.")
    return _("The deciders carry {level}; the proven total counts {proven}.").format(
        level=answer.carried, proven=answer.proven
    )


def age_words(proof: ProofReading, decider: Decider) -> str:
    """Why a proof is too old for its decider; empty where it is not."""
    if proof.age == scoring.Age.CURRENT:
        return ""
    ago = _ago(Evidence.Kind(proof.evidence.kind), proof.months_old)
    if proof.age == scoring.Age.NONE:
        return _("{ago}: over 24 months old, it proves nothing.").format(ago=ago)
    asked = ngettext("{ago}; {months} month is asked.", "{ago}; {months} months are asked.", decider.months)
    return asked.format(ago=ago, months=number_word(decider.months))


def _ago(kind: Evidence.Kind, months: int) -> str:
    """How long ago something was proven, as a clause that a sentence begins with."""
    if kind == Evidence.Kind.FIGURE:
        said = ngettext("Measured {months} month ago", "Measured {months} months ago", months)
        long = _("Measured too long ago")
    elif kind == Evidence.Kind.SIGHTING:
        said, long = ngettext("Seen {months} month ago", "Seen {months} months ago", months), _("Seen too long ago")
    else:
        said, long = ngettext("Dated {months} month ago", "Dated {months} months ago", months), _("Dated too long ago")
    return said.format(months=number_word(months)) if months else long


def old_proof(reading: DeciderReading) -> str:
    """Why what proves a decider does not carry it any more; empty where it does, or where nothing proves it."""
    return age_words(reading.newest, reading.decider) if reading.newest else ""


def day(on: date) -> str:
    """A day as people say it: without its year while that is this one."""
    return date_format(on, "SHORT_DAY" if on.year == timezone.localdate().year else "DAY")


def proof_name(evidence: Evidence, category: Category) -> str:
    if evidence.kind == Evidence.Kind.FIGURE:
        name = services.proof_name(evidence, category).rpartition(": ")[0]
        return f"{name}: {services.figure_text(evidence, short_unit(evidence))}"
    if evidence.kind != Evidence.Kind.SIGHTING:
        return services.proof_name(evidence, category)
    if evidence.title and evidence.whose:
        said = _("Seen {day} by {name}: {what}, {whose}")
    elif evidence.title:
        said = _("Seen {day} by {name}: {what}")
    else:
        said = _("Seen {day} by {name}, {whose}") if evidence.whose else _("Seen {day} by {name}")
    return said.format(day=day(evidence.on), name=evidence.seen_by_name, what=evidence.title, whose=evidence.whose)


def short_unit(evidence: Evidence) -> str:
    """The unit as it stands behind a figure, whose name has said of what it is a share or a cost."""
    if not evidence.metric_key:
        return evidence.unit
    if evidence.unit.startswith(PERCENT_WORDS):
        return "%"
    return evidence.unit[:3] if re.match(r"[A-Z]{3} (?:per|pro|pour|par|por) ", evidence.unit) else evidence.unit


def proof_day(evidence: Evidence) -> str:
    if evidence.kind == Evidence.Kind.SIGHTING:
        return ""
    if evidence.in_force_until:
        return _("in force until {day}").format(day=day(evidence.in_force_until))
    if evidence.provenance:
        return source_words(evidence.provenance, on=evidence.on)
    return day(evidence.on)


def fact_needs(key: str) -> str:
    """Until when a fact that nobody can answer is a red flag."""
    return {
        "latency-target": _("It stays one until a p95 or a p99, and where it is measured, stand here."),
        "unit-cost": _("It stays one until an amount, a unit, and a month stand here."),
        "utilization-why": _("It stays one until a percentage, a period, and the causes stand here."),
    }[key]


def lacking(missing: Iterable[tuple[str, ...]]) -> str:
    """What the answer to a fact still lacks: the period and the causes are missing."""
    names = {
        ("p95", "p99"): _("p95 or p99"),
        ("where",): _("where it is measured"),
        ("amount",): _("the amount"),
        ("unit",): _("the unit"),
        ("month",): _("the month"),
        ("percent",): _("the percentage"),
        ("period",): _("the period"),
        ("cause",): _("the causes"),
    }
    groups = tuple(missing)
    said = ngettext(
        "Not answered yet: {what} is missing.",
        "Not answered yet: {what} are missing.",
        2 if len(groups) > 1 or groups == (("cause",),) else 1,
    )
    return said.format(what=listing([names[group] for group in groups]))
