"""A cost and what was served in the same period become a unit cost."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from assessments.scorecards.models import Evidence, FactAnswer
from tests.factories import make_drop
from tests.figures.test_figure_drop_take import take

pytestmark = pytest.mark.django_db

FOCUS, LOCUST = "focus-1.2-own-rows.csv", "locust-2.47.0-run_stats.csv"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 30))


def batch(scorecard, *names, **place):
    first = make_drop(scorecard, *names, **{"category": "cost-model", "decider": "feature-unit-cost", **place})
    return [*type(first).objects.filter(batch=first.batch)]


def work(client, drops, **fields):
    return take(client, drops[0], on="", data={"work": "1"} | {f"unit-{name}": value for name, value in fields.items()})


def test_what_the_use_cost_is_divided_and_what_is_left_out_is_said(client, scorecard):
    (drop,) = batch(scorecard, FOCUS)

    html = work(client, [drop], requests="2,000,000", tokens="480 000 000").content.decode()

    assert "Cost per 1,000 requests" in html
    assert "0.864 EUR" in html  # 1,728.00 EUR of usage for 2,000,000 requests
    assert "3.60 EUR" in html  # for 480,000,000 tokens
    assert "Left out of the cost: credit -500.00 EUR and tax 20,337.60 EUR." in html
    assert f'value="{drop.pk}-1000" checked' in html


def test_it_is_taken_as_proof_and_fills_the_fact(client, scorecard):
    (drop,) = batch(scorecard, FOCUS, category="", decider="", fact="unit-cost")

    take(client, drop, 1000, on="", data={"unit-requests": "2000000", f"made-{drop.pk}-1000": "1"})

    values = FactAnswer.objects.get(scorecard=scorecard, fact_key="unit-cost").values
    assert (values["amount"], values["currency"], values["unit"]) == ("0.864", "EUR", "1,000 requests")
    assert values["month"] == "2026-10-01 to 2026-10-31"
    assert values["amount_source"].startswith("FOCUS 1.2, 2,000,000 requests")


def test_a_cost_file_and_a_load_test_of_the_same_period_become_a_unit_cost(client, scorecard):
    cost, served = batch(scorecard, FOCUS, LOCUST)
    day = {f"d{served.pk}-on": "2026-10-20", "unit-served": str(served.pk)}

    html = take(client, cost, on="", data=day | {"work": "1"}).content.decode()
    assert "The requests are those of a test by locust, not of users." in html
    take(client, cost, 1000, on="", data=day | {f"made-{cost.pk}-1000": "1"})

    evidence = Evidence.objects.get()
    assert (evidence.title, evidence.unit) == ("Cost per 1,000 requests", "EUR")
    assert evidence.value == Decimal("3248.12030075")
    assert evidence.metric_key == "cost-per-thousand-requests"
    assert evidence.on == date(2026, 10, 31)
    assert [answer.decider_key for answer in evidence.deciders.all()] == ["feature-unit-cost"]
    assert evidence.provenance["file"] == f"{FOCUS} and {LOCUST}"
    assert "The requests are those of a test by locust, not of users." in evidence.provenance["warnings"]


def test_requests_of_another_period_are_refused(client, scorecard):
    cost, served = batch(scorecard, FOCUS, LOCUST)
    given = {f"d{served.pk}-on": "2026-11-20", "unit-served": str(served.pk)}

    page = take(client, cost, 1000, on="", data=given)

    assert page.status_code == 422
    assert "The requests are of 20 November, the cost is of 1 October to 31 October: another period." in (
        page.content.decode()
    )
    assert Evidence.objects.count() == 0


def test_of_two_currencies_one_is_divided_and_the_other_named(client, scorecard):
    drops = batch(scorecard, "focus-1.0-two-currencies-null.csv")

    html = work(client, drops, requests="1000").content.decode()

    assert "In another currency and left out: 9.00 EUR." in html


@pytest.mark.parametrize("given", ["0", "-5", "1.5", "many", "1,234", "9" * 40])
def test_a_number_of_requests_that_cannot_be_is_refused(client, scorecard, given):
    drops = batch(scorecard, FOCUS)

    page = work(client, drops, requests=given)

    assert page.status_code == 422
    assert "Nothing was taken yet" in page.content.decode()


def test_a_page_without_a_cost_does_not_ask(client, scorecard):
    assert "What one request costs" not in work(client, batch(scorecard, LOCUST), requests="5").content.decode()


def test_a_figure_that_was_worked_out_and_is_no_longer_ticked_is_not_taken(client, scorecard):
    (drop,) = batch(scorecard, FOCUS)

    page = take(client, drop, on="", data={"unit-requests": "2000000", f"made-{drop.pk}-1000": "1"})

    assert "Tick the figures to take, or type one." in page.content.decode()
