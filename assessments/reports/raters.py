"""The page on several raters, from what a snapshot froze of their round."""

from datetime import date
from typing import Any

from assessments.reports.sentences import no_widow
from assessments.scoring.words import counted, listing, number_word

NAMED_MOST = 4  # people named in one place; of more, the number is told


def raters_section(frozen: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the template prints; None where the report has no such page."""
    if not frozen:
        return None
    return {
        **frozen,
        "headline": no_widow(frozen["headline"]),
        "closed_on": _day_words(frozen["closed_on"]),
        "apart": [_apart_words(found) for found in frozen["apart"]],
        "rows": [_row(category) for category in frozen["categories"]],
    }


def _apart_words(found: dict[str, Any]) -> str:
    where = "above" if found["is_above"] else "below"
    return (
        f"{found['who']['label'] or 'One rater'} is at least a point {where} everybody else in all "
        f"{number_word(found['categories'])} categories: another standard, perhaps, rather than another view."
    )


def _row(category: dict[str, Any]) -> dict[str, Any]:
    settled = category["settled"]
    return {
        "name": category["name"],
        "saw": _saw(category),
        "level": settled["level"] if settled else None,
        "reason": settled["reason"] if settled else "",
        "note": _note(settled) if settled else "",
    }


def _saw(category: dict[str, Any]) -> str:
    parts = [_level_words(row) for row in category["levels"] if row["count"]]
    if category["unable"]:
        parts.append(f"{counted(category['unable'], 'rater')} could not judge it")
    return f"{'; '.join(parts) or 'Nobody scored it'}."


def _level_words(row: dict[str, Any]) -> str:
    labels = [who["label"] for who in row["who"] if who["label"]]
    if len(labels) == row["count"] and row["count"] <= NAMED_MOST:
        return f"{row['level']}: {listing([label.partition(', ')[0] for label in labels])}"
    return f"{row['level']}: {counted(row['count'], 'rater')}"


def _note(settled: dict[str, Any]) -> str:
    parts = ["The proposed median, accepted."] if settled["was_proposed"] else []
    if dissent := settled["dissent"]:
        labels = [who["label"].partition(", ")[0] for who in dissent if who["label"]]
        parts.append(f"Dissent: {listing(labels) if len(labels) == len(dissent) else counted(len(dissent), 'rater')}.")
    return " ".join(parts)


def _day_words(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b %Y}"
