"""The vendors in a report: which reviews, frozen as plain JSON, and what the templates of the PDF show of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext

from assessments.charts import figures, svg
from assessments.framework.translating import is_english
from assessments.organizations.models import Organization
from assessments.reports import rulers
from assessments.reports.sentences import direction, in_sentence, no_widow, number
from assessments.reports.words import shortened
from assessments.scoring import Tally, percent, tally
from assessments.scoring.words import listing
from assessments.vendors.comparing.comparison import MAXIMUM, Standing, best, by_name, proof
from assessments.vendors.models import VendorAnswer, VendorReview
from assessments.vendors.readings import (
    QuestionReading,
    ReviewReading,
    questions_of_any,
    read_reviews,
    vendor_red_flags,
)

Json = dict[str, Any]

WORDS = 160  # characters of what was said of a critical question; the review has the rest
# Characters of a name and an offer in the heads of tables; from four columns on, less fits.
LABEL, NARROW_LABEL, SHORT_LABEL, NARROW = 60, 40, 24, 4
# The chart goes below the table of the same page: wider than on the screen and less high.
CHART_WIDTH, CHART_HEIGHT = 760, 0.58
SAID = 110  # characters of it that a page shows
RATINGS = {
    "": _lazy("not rated yet"),
    "0": _lazy("no answer"),
    "1": _lazy("claimed, not proven"),
    "2": _lazy("specific and evidenced"),
    "na": _lazy("not applicable"),
}


# ---- Which reviews


def latest_reviews(organization: Organization) -> list[VendorReview]:
    """The latest review of each vendor in which anything is rated, the newest six. One query."""
    rated = VendorAnswer.objects.filter(review=OuterRef("pk")).exclude(rating="")
    latest: dict[int, VendorReview] = {}
    for review in VendorReview.objects.of(organization).filter(Exists(rated)).newest_first():
        latest.setdefault(review.vendor_id, review)
    return sorted(list(latest.values())[:MAXIMUM], key=by_name)


# ---- Into the snapshot


def freeze_vendors(organization: Organization, reviews: Sequence[VendorReview] | None = None) -> Json | None:
    """The reviews side by side and, by category, the red flags of all vendors; None without any review."""
    readings = read_reviews(latest_reviews(organization) if reviews is None else reviews)
    if not readings:
        return None
    weights = dict(organization.topic_weights.values_list("topic_key", "weight"))
    return {
        "reviews": [_review(reading, weights) for reading in readings],
        "topics": _topics(readings, weights),
        "flags": {
            category: [
                {"question": flag.question, "ask": flag.ask, "vendor": flag.vendor, "rating": flag.rating}
                for flag in flags
            ]
            for category, flags in vendor_red_flags(organization).items()
        },
    }


def _review(reading: ReviewReading, weights: Mapping[str, int]) -> Json:
    review, result = reading.review, tally(reading.result.questions, weights=weights)
    return {
        "vendor": review.vendor.name,
        "is_own_team": review.vendor.is_own_team,
        "offer": review.offer,
        "hosting": review.get_hosting_model_display().partition(":")[0].strip(),
        "on": review.reviewed_on.isoformat(),
        "is_complete": review.is_complete,
        **_points(result),
        "low": percent(result.low),
        "high": percent(result.high),
        "misses": sum(row.is_unproven for row in reading.questions),
        "critical": sum(question.critical and question.applies for question in result.questions),
        "not_asked": [topic.name for topic in reading.left_out],
    }


def _points(result: Tally) -> Json:
    return {
        "points": result.points,
        "maximum": result.maximum,
        "questions": result.applicable,
        "unrated": len(result.unrated),
    }


def _topics(readings: Sequence[ReviewReading], weights: Mapping[str, int]) -> list[Json]:
    """The topics that are put to anyone; None stands where a topic or a question is not put to a vendor."""
    asked = [{row.key: row for row in reading.questions} for reading in readings]
    tallies = [{topic.topic.key: topic.tally for topic in reading.topics} for reading in readings]
    own = all(reading.review.vendor.is_own_team for reading in readings)
    topics, count = [], 0
    for topic, known in questions_of_any(readings):
        questions = []
        for question in known:
            rows = [each.get(question.key) for each in asked]
            if any(rows):
                count += 1
                questions.append(
                    {
                        "number": count,
                        "ask": question.ask_team if own else question.ask_vendor,
                        "critical": question.critical,
                        "answers": [_answer(row) if row else None for row in rows],
                    }
                )
        if questions:
            totals = [_points(each[topic.key]) if topic.key in each else None for each in tallies]
            about = {"name": topic.name, "weight": weights.get(topic.key, 1)}
            topics.append({**about, "totals": totals, "questions": questions})
    return topics


def _answer(row: QuestionReading) -> Json:
    """The rating, and the beginning of what was said where it is a critical one."""
    words = row.answer.said or row.answer.vendor_said if row.question.critical else ""
    return {"rating": row.answer.rating, "words": shortened(words, WORDS), "is_claim": row.is_claim}


# ---- Onto the pages


def section(snapshot: Json) -> Json | None:
    """What `reports/pdf/_vendors.html` shows; None for a report without vendors."""
    frozen = snapshot.get("vendors")
    if frozen is None:
        return None
    reviews, labels = frozen["reviews"], _labels(frozen["reviews"])
    return {
        "title": no_widow(_title(reviews, labels, frozen["topics"])),
        "lead": _lead(reviews, frozen["topics"]),
        "size": "narrow" if len(reviews) >= NARROW else "single" if len(reviews) == 1 else "wide",
        "reviews": [_column(review, label, len(reviews)) for review, label in zip(reviews, labels, strict=True)],
        "chart": _chart(frozen["topics"], labels),
        "marks": [
            (mark_safe(svg.mark(mark, "print")), label)  # noqa: S308  svg.py draws it from the house's own values
            for mark, label in zip(figures.VENDOR_MARKS, labels, strict=False)
        ],
        "topics": [
            {**topic, "cells": [_total(total) for total in topic["totals"]], "counts": _counts(topic["weight"])}
            for topic in frozen["topics"]
        ],
        "misses": _misses(frozen["topics"], labels),
        "left_out": _left_out(frozen, labels),
        "not_applicable": not_applicable(),
    }


def category_flags(snapshot: Json, category: str) -> list[Json]:
    """The critical questions of a category that vendors have not answered with a 2, each with who they are."""
    asks: dict[str, str] = {}
    who: dict[str, dict[str, list[str]]] = {}
    for flag in (snapshot.get("vendors") or {"flags": {}})["flags"].get(category, ()):
        asks.setdefault(flag["question"], flag["ask"])  # vendors and the own team are asked in words of their own
        by_rating = who.setdefault(flag["question"], {})
        by_rating.setdefault(flag["rating"], []).append(shortened(flag["vendor"], LABEL))
    return [
        {"ask": ask, "who": [(listing(names), str(RATINGS[rating])) for rating, names in sorted(who[key].items())]}
        for key, ask in asks.items()
    ]


def _labels(reviews: Sequence[Json]) -> list[str]:
    """The names as heads of columns, each once: the same vendor may be there with two reviews."""
    short = [shortened(review["vendor"], NARROW_LABEL if len(reviews) >= NARROW else LABEL) for review in reviews]
    return [
        f"{label} ({short[: place + 1].count(label)})" if short.count(label) > 1 else label
        for place, label in enumerate(short)
    ]


def _title(reviews: Sequence[Json], labels: Sequence[str], topics: Sequence[Json]) -> str:
    """The finding in two sentences: who answers best, and who can prove what is critical."""
    standings = [
        Standing(label, review["low"], review["high"], review["unrated"], misses)
        for review, label, misses in zip(reviews, labels, _missed(topics, len(reviews)), strict=True)
    ]
    first, second = _best(reviews, standings), _proof(reviews, standings)
    if is_english():
        for leads in ("answers best", "leads so far"):
            leader, _blank, rest = first.partition(f" {leads}")
            alone = [f"{only} {leader} can prove every critical question." for only in ("Only", "So far only")]
            if rest and second in alone[: 1 + leads.endswith("so far")]:
                return f"{leader} {leads}, and alone can prove every critical question."
    return f"{first} {second}"


def _best(reviews: Sequence[Json], standings: Sequence[Standing]) -> str:
    if not any(review["questions"] > review["unrated"] for review in reviews if review["low"] is not None):
        return _("No answer is rated yet.")
    if len(reviews) == 1:
        return _("{vendor} earns {share} of the points.").format(vendor=standings[0].name, share=_share(reviews[0]))
    return best(standings)


def _proof(reviews: Sequence[Json], standings: Sequence[Standing]) -> str:
    misses = reviews[0]["misses"]
    if len(reviews) == 1 and misses:
        said = ngettext("{count} critical question has no proof.", "{count} critical questions have no proof.", misses)
        return said.format(count=number(misses, capital=True))
    return proof(standings)


def _missed(topics: Sequence[Json], columns: int) -> list[tuple[str, ...]]:
    """By vendor, the ratings of the critical questions that no proof stands behind."""
    critical = [question["answers"] for topic in topics for question in topic["questions"] if question["critical"]]
    return [
        tuple(each[place]["rating"] for each in critical if each[place] and _is_unproven(each[place]))
        for place in range(columns)
    ]


def _is_unproven(answer: Json) -> bool:
    """Applies, and is no 2 or one that is only claimed; a snapshot from before says nothing of claims."""
    return answer["rating"] not in ("2", "na") or answer.get("is_claim", False)


def _share(review: Json) -> str:
    low, high = review["low"], review["high"]
    if low is None:
        return not_applicable()
    return rulers.percent_words(low, high)


def not_applicable() -> str:
    return pgettext("not applicable", "n/a")


def _lead(reviews: Sequence[Json], topics: Sequence[Json]) -> str:
    said = [_("Points count 0 for no answer, 1 for a claim and 2 for what is specific and evidenced.")]
    said.append(_("Questions that do not apply leave the total."))
    if any(review["unrated"] for review in reviews):
        said.append(_("Where answers are not rated yet, the share is a range."))
    if any(topic["weight"] != 1 for topic in topics):
        said.append(_("The share counts topics by the weights that stand beside them."))
    return " ".join(said)


def _column(review: Json, label: str, columns: int) -> Json:
    kind = _("Own team") if review["is_own_team"] else review["hosting"]
    offer = shortened(review["offer"], LABEL) if columns < NARROW else ""
    unrated = review["unrated"]
    return {
        "label": label,
        "short": label if columns < NARROW else shortened(label, SHORT_LABEL),
        "direction": direction(label),
        "about": f"{kind}, {offer}" if offer else kind,
        "on": date.fromisoformat(review["on"]),
        "is_complete": review["is_complete"],
        "share": _share(review),
        "bar": mark_safe(rulers.share_bar(review["low"] or 0, review["high"] or 0)),  # noqa: S308
        "points": _("{points} of {maximum} points").format(points=review["points"], maximum=review["maximum"]),
        "questions": _questions(review["questions"], unrated),
        "misses": review["misses"],
        "critical": review["critical"],
    }


def _questions(count: int, unrated: int) -> str:
    said = ngettext("{count} question", "{count} questions", count)
    if unrated:
        said = ngettext("{count} question, {unrated} not rated", "{count} questions, {unrated} not rated", count)
    return said.format(count=number(count), unrated=number(unrated))


def _chart(topics: Sequence[Json], labels: Sequence[str]) -> SafeString:
    """The share of the points by topic, a mark for each vendor."""
    shares = [[_range(topic["totals"][place]) for topic in topics] for place in range(len(labels))]
    vendors = [figures.VendorShares(label, each) for label, each in zip(labels, shares, strict=True)]
    drawn = figures.vendor_topics([topic["name"] for topic in topics], vendors)
    title = _("Dot chart of the share of the points by topic. The numbers are in the table above.")
    height = round(drawn["layout"]["height"] * CHART_HEIGHT)
    return mark_safe(svg.render(drawn, width=CHART_WIDTH, height=height, title=title, medium="print"))  # noqa: S308


def _range(total: Json | None) -> tuple[float, float] | None:
    if total is None or not total["maximum"]:
        return None
    high = total["points"] + 2 * total["unrated"]
    return 100 * total["points"] / total["maximum"], 100 * high / total["maximum"]


def _total(total: Json | None) -> str:
    """3 of 6, 3 to 5 of 6 while one is not rated, n/a where nothing applies."""
    if total is None or not total["maximum"]:
        return not_applicable()
    said = _("{points} to {high} of {maximum}") if total["unrated"] else _("{points} of {maximum}")
    high = total["points"] + 2 * total["unrated"]
    return said.format(points=total["points"], high=high, maximum=total["maximum"])


def _counts(weight: int) -> str:
    said = {0: _("left out of the share"), 1: "", 2: _("counts twice")}
    return said.get(weight, _("counts {count} times").format(count=number(weight)))


def _misses(topics: Sequence[Json], labels: Sequence[str]) -> list[Json]:
    """Critical questions that somebody cannot prove, those that most miss first."""
    missed = []
    for question in (question for topic in topics for question in topic["questions"] if question["critical"]):
        answers = [(label, a) for label, a in zip(labels, question["answers"], strict=True) if a is not None]
        lines = [_miss(label, answer) for label, answer in answers if _is_unproven(answer)]
        proven = [label for label, answer in answers if answer["rating"] == "2" and not _is_unproven(answer)]
        if lines:
            proof = _("Proven by {vendors}.").format(vendors=listing(proven)) if proven else ""
            missed.append({"ask": question["ask"], "number": question["number"], "lines": lines, "proof": proof})
    return sorted(missed, key=lambda question: -len(question["lines"]))


def _miss(label: str, answer: Json) -> Json:
    return {
        "label": label,
        "said": _("Claimed, no proof attached.") if answer.get("is_claim") else f"{RATINGS[answer['rating']]}.",
        "words": shortened(answer["words"], SAID),
        "direction": direction(answer["words"]),
    }


def _left_out(frozen: Json, labels: Sequence[str]) -> list[Json]:
    """What does not count for a vendor: questions by their numbers in the table, topics by name."""
    questions = [question for topic in frozen["topics"] for question in topic["questions"]]
    left = []
    for place, (review, label) in enumerate(zip(frozen["reviews"], labels, strict=True)):
        numbers = [
            str(question["number"])
            for question in questions
            if question["answers"][place] and question["answers"][place]["rating"] == "na"
        ]
        said = []
        if numbers:
            words = ngettext("not applicable: question {numbers}", "not applicable: questions {numbers}", len(numbers))
            said.append(words.format(numbers=listing(numbers)))
        if review["not_asked"]:
            words = _("not asked ({hosting}): {topics}")
            said.append(words.format(hosting=in_sentence(review["hosting"]), topics=listing(review["not_asked"])))
        if said:
            left.append({"label": label, "direction": direction(label), "said": f"{'; '.join(said)}."})
    return left
