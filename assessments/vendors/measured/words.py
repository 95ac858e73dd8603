"""What was taken of a tool's file, in words: the figures with their source, and what they do not prove."""

from datetime import date
from decimal import Decimal
from typing import Any

from assessments.figures import suits
from assessments.scorecards.sources import figure_words
from assessments.vendors.models import VendorEvidence


def measured(evidence: VendorEvidence) -> list[str]:
    """Its figures, a line each: "p99 storage latency, reads 0.856 ms, fio 3.33, 84,292 operations, ..."."""
    return [
        figure_words(
            *(_title(figure), figure["provenance"], Decimal(figure["value"]), figure["unit"]),
            on=date.fromisoformat(figure["on"]),
        )
        for figure in evidence.figures.get("figures", [])
    ]


def _title(figure: dict[str, Any]) -> str:
    """What a figure is called, in the language that is spoken."""
    kept = (figure["provenance"].get(key) or "" for key in ("name", "statistic", "about", "format"))
    name, statistic, about, made = kept
    return suits.said(figure["title"], name, statistic, suits.kind_of(name, about, made))


def doubts(evidence: VendorEvidence) -> list[str]:
    """What its figures do not prove; nothing where there are none."""
    kept = evidence.figures
    return [*kept["warnings"], *kept["refusals"]] if kept.get("figures") else []


def named(evidence: VendorEvidence) -> str:
    """Its title, with its figures behind it."""
    return "; ".join([evidence.title, *measured(evidence)])
