"""The page on several raters, from what a snapshot froze of their round."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.sentences import day_words, no_widow, number
from assessments.scoring.words import listing, number_word

NAMED_MOST = 4  # people named in one place; of more, the number is told


def raters_section(frozen: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the template prints; None where the report has no such page."""
    if not frozen:
        return None
    return {
        **frozen,
        "headline": no_widow(frozen["headline"]),
        "closed_on": day_words(frozen["closed_on"]),
        "apart": [_apart_words(found) for found in frozen["apart"]],
        "rows": [_row(category) for category in frozen["categories"]],
    }


def _apart_words(found: dict[str, Any]) -> str:
    if found["is_above"]:
        said = _(
            "{who} is at least a point above everybody else in all {count} categories: another standard, perhaps, "
            "rather than another view."
        )
    else:
        said = _(
            "{who} is at least a point below everybody else in all {count} categories: another standard, perhaps, "
            "rather than another view."
        )
    return said.format(who=found["who"]["label"] or _("One rater"), count=number_word(found["categories"]))


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
        said = ngettext("{count} rater could not judge it", "{count} raters could not judge it", category["unable"])
        parts.append(said.format(count=number(category["unable"])))
    return f"{'; '.join(parts)}." if parts else _("Nobody scored it.")


def _level_words(row: dict[str, Any]) -> str:
    labels = [who["label"] for who in row["who"] if who["label"]]
    if len(labels) == row["count"] and row["count"] <= NAMED_MOST:
        return f"{row['level']}: {listing([label.partition(', ')[0] for label in labels])}"
    return f"{row['level']}: {_raters(row['count'])}"


def _raters(count: int) -> str:
    return ngettext("{count} rater", "{count} raters", count).format(count=number(count))


def _note(settled: dict[str, Any]) -> str:
    parts = [_("The proposed median, accepted.")] if settled["was_proposed"] else []
    if dissent := settled["dissent"]:
        labels = [who["label"].partition(", ")[0] for who in dissent if who["label"]]
        who = listing(labels) if len(labels) == len(dissent) else _raters(len(dissent))
        parts.append(_("Dissent: {who}.").format(who=who))
    return " ".join(parts)
