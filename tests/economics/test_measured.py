"""A measured figure offers itself as an input, and says how the accelerators do."""

from datetime import date
from decimal import Decimal

from assessments import framework
from assessments.economics.measured import Offer, measured, newest_measured
from assessments.scorecards import services
from tests.factories import make_scorecard

FEED = ("idle-spend", "feed_percent")


def add(scorecard, category, name, value, on=None, unit=""):
    actor = scorecard.organization.created_by
    services.add_figure(scorecard, category=category, name=name, value=Decimal(value), unit=unit, actor=actor, on=on)


def answer(scorecard, fact, **values):
    actor = scorecard.organization.created_by
    services.record_fact(scorecard, fact=fact, answer="", actor=actor, version=0, values=values)


def test_without_a_scorecard_nothing_is_measured(organization):
    assert newest_measured(organization) is None


def test_the_newest_figure_of_a_metric_is_offered_with_its_day(organization):
    scorecard = make_scorecard(organization)
    add(scorecard, "utilization-plan", "Effective accelerator use", "41", date(2026, 8, 12))
    add(scorecard, "utilization-plan", "Effective accelerator use", "38", date(2026, 3, 1))
    add(scorecard, "data-pipeline", "Data supply ratio", "72.5", date(2026, 4, 2))

    assert newest_measured(organization).offers() == {
        FEED: (Offer("41", "Effective accelerator use, 12 Aug 2026"), Offer("72.5", "Data supply ratio, 2 Apr 2026"))
    }


def test_a_fact_is_offered_unless_a_figure_says_the_same(organization):
    scorecard = make_scorecard(organization, title="Q4 assessment")
    answer(scorecard, "utilization-why", percent="38", period="The last four weeks", cause="Nights")
    assert measured(scorecard).offers() == {FEED: (Offer("38", "Facts of “Q4 assessment”, the last four weeks"),)}

    add(scorecard, "utilization-plan", "Effective accelerator use", "38", date(2026, 8, 12))
    assert measured(scorecard).offers() == {FEED: (Offer("38", "Effective accelerator use, 12 Aug 2026"),)}


def test_a_figure_from_before_figures_were_evidence_is_offered_too(organization, owner):
    scorecard = make_scorecard(organization, version="2026.1")
    category = framework.load(version="2026.1").category("utilization-plan")
    metric = next(metric for metric in category.metrics if metric.key == "effective-utilization")
    services.record_metric(
        scorecard,
        category=category,
        name=metric.name,
        value=Decimal(44),
        unit="",
        on=None,
        actor=owner,
        version=0,
    )

    assert measured(scorecard).offers() == {FEED: (Offer("44", metric.name),)}


def test_how_the_accelerators_do_is_read_for_both_sides(organization):
    scorecard = make_scorecard(organization)
    add(scorecard, "data-pipeline", "Accelerator time waiting on data", "27", date(2026, 8, 12))
    add(scorecard, "cost-model", "Cost per 1,000 requests", "2.2", date(2026, 8, 12), "USD per 1,000 requests")
    answer(scorecard, "latency-target", p99="650", where="At the gateway")

    found = measured(scorecard)

    assert found.factory == (("Accelerator time waiting on data, 12 Aug 2026", "27%"),)
    assert found.shop == (
        ("p99 latency, as the facts have it", "650 ms"),
        ("Cost per 1,000 requests, 12 Aug 2026", "2.2 USD"),
    )
