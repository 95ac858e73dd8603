"""What the pages say of a category and of its proof, in a few words each."""

import re
from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from assessments import scoring
from assessments.framework import Category, Decider
from assessments.scorecards import services
from assessments.scorecards.models import Evidence
from assessments.scorecards.readings import DeciderReading, ProofReading
from assessments.scorecards.sources import source_words
from assessments.scoring.words import counted, listing, number_word

AGED = {Evidence.Kind.FIGURE: "Measured", Evidence.Kind.SIGHTING: "Seen"}


def level_words(answer: scoring.CategoryAnswer) -> str:
    """The level of a category as its head says it: what is claimed, and how much of it is proven."""
    if answer.level is None:
        return f"Open: {answer.low} to {answer.high}"
    if answer.proven < answer.level:
        return f"Claimed {answer.level}, proven {answer.proven}"
    return f"{answer.level}, proven" if answer.level else "0"


def why_it_waits(answer: scoring.CategoryAnswer) -> str:
    """What is still to do in a category, for the list at the side; empty where nothing waits."""
    unasked = len(answer.unasked)
    if answer.level is None:
        if unasked == len(answer.deciders):
            return "Not asked yet"
        return f"{number_word(unasked).capitalize()} still to ask"
    if answer.carried < answer.level:
        return "Claimed, no proof"
    if not answer.is_claim:
        return ""
    missing = sum(bool(d.state) and d.proof == scoring.Age.NONE for d in answer.deciders)
    if missing:
        return f"{counted(missing, 'proof').capitalize()} missing"
    return "Proof too old"


def claim_counts(answer: scoring.CategoryAnswer) -> str:
    """What a level that was claimed outright counts, beside what the deciders say."""
    if answer.claim is None:
        return ""
    if answer.claim <= answer.carried:
        return f"The deciders carry {answer.carried} by now, so the claim adds nothing."
    if len(answer.unasked) == len(answer.deciders):
        return "No decider is answered, so the proven total counts 0."
    return f"The deciders carry {answer.carried}; the proven total counts {answer.proven}."


def age_words(proof: ProofReading, decider: Decider) -> str:
    """Why a proof is too old for its decider; empty where it is not."""
    if proof.age == scoring.Age.CURRENT:
        return ""
    verb = AGED.get(Evidence.Kind(proof.evidence.kind), "Dated")
    ago = f"{verb} {counted(proof.months_old, 'month')} ago" if proof.months_old else f"{verb} too long ago"
    if proof.age == scoring.Age.NONE:
        return f"{ago}: over 24 months old, it proves nothing."
    asked = counted(decider.months, "month")
    return f"{ago}; {asked} {'is' if decider.months == 1 else 'are'} asked."


def old_proof(reading: DeciderReading) -> str:
    """Why what proves a decider does not carry it any more; empty where it does, or where nothing proves it."""
    return age_words(reading.newest, reading.decider) if reading.newest else ""


def day(on: date) -> str:
    """A day as people say it: without its year while that is this one."""
    return date_format(on, "SHORT_DAY" if on.year == timezone.localdate().year else "DAY")


def proof_name(evidence: Evidence, category: Category) -> str:
    if evidence.kind == Evidence.Kind.FIGURE:
        name, _, _ = services.proof_name(evidence, category).rpartition(": ")
        return f"{name}: {services.figure_text(evidence, short_unit(evidence))}"
    if evidence.kind != Evidence.Kind.SIGHTING:
        return services.proof_name(evidence, category)
    what = f": {evidence.title}" if evidence.title else ""
    whose = f", {evidence.whose}" if evidence.whose else ""
    return f"Seen {day(evidence.on)} by {evidence.seen_by_name}{what}{whose}"


def short_unit(evidence: Evidence) -> str:
    """The unit as it stands behind a figure, whose name has said of what it is a share or a cost."""
    if not evidence.metric_key:
        return evidence.unit
    if evidence.unit.startswith("percent"):
        return "%"
    return evidence.unit[:3] if re.match(r"[A-Z]{3} per ", evidence.unit) else evidence.unit


def proof_day(evidence: Evidence) -> str:
    if evidence.kind == Evidence.Kind.SIGHTING:
        return ""
    if evidence.in_force_until:
        return f"in force until {day(evidence.in_force_until)}"
    if evidence.provenance:
        return source_words(evidence.provenance, on=evidence.on)
    return day(evidence.on)


FACT_NEEDS = {
    "latency-target": "a p95 or a p99, and where it is measured, stand here",
    "unit-cost": "an amount, a unit, and a month stand here",
    "utilization-why": "a percentage, a period, and the causes stand here",
}
MISSING = {
    "p95 or p99": "p95 or p99",
    "Where it is measured": "where it is measured",
    "Amount": "the amount",
    "Per": "the unit",
    "Month or period": "the month",
    "Busy": "the percentage",
    "Period": "the period",
    "Main causes of lost time": "the causes",
}


def lacking(labels: Iterable[str]) -> str:
    """What the answer to a fact still lacks, as a clause: the period and the causes are missing."""
    words = [MISSING[label] for label in labels]
    are = "are" if len(words) > 1 or words == ["the causes"] else "is"
    return f"{listing(words)} {are} missing"
