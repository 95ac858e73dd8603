"""The calculators against formulas written by hand with fractions, which know nothing of the content's."""

from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import framework
from assessments.economics.working import work_out, write

CALCULATORS = {calculator.key: calculator for calculator in framework.current().calculators}


def idle_spend(monthly_spend, feed_percent):
    lost = monthly_spend - monthly_spend * feed_percent / 100
    return {
        "money_lost": lost,
        "useful_spend": monthly_spend * feed_percent / 100,
        "yearly_loss": lost * 12,
        "price_multiple": 1 / (feed_percent / 100),
    }


def unit_economics(monthly_cost, fixed_percent, requests, tokens_per_request):
    added = monthly_cost - monthly_cost * fixed_percent / 100
    return {
        "cost_per_thousand": 1000 * monthly_cost / requests,
        "cost_per_million_tokens": 1_000_000 * monthly_cost / requests / tokens_per_request,
        "added_cost": added,
        "marginal_per_thousand": 1000 * added / requests,
        "doubled_per_thousand": 500 * (monthly_cost + added) / requests,
    }


def power_envelope(
    accelerators,
    watts_each,
    accelerators_per_server,
    overhead_percent,
    servers_per_rack,
    pue,
    rack_limit_kw,
    price_per_kwh,
    hours_per_month,
):
    each = watts_each * (1 + overhead_percent / 100) / 1000
    servers = ceil(accelerators / accelerators_per_server)
    return {
        "kw_per_server": each * accelerators_per_server,
        "kw_per_rack": each * accelerators_per_server * servers_per_rack,
        "rack_headroom_kw": rack_limit_kw - each * accelerators_per_server * servers_per_rack,
        "servers_needed": servers,
        "racks_needed": ceil(Fraction(servers) / servers_per_rack),
        "it_kw": accelerators * each,
        "facility_kw": accelerators * each * pue,
        "energy_cost": accelerators * each * pue * hours_per_month * price_per_kwh,
    }


BY_HAND = {"idle-spend": idle_spend, "unit-economics": unit_economics, "power-envelope": power_envelope}


def numbers_of(calculator):
    """Any number that each input may have, to eight decimals."""
    return st.fixed_dictionaries(
        {
            entry.key: st.decimals(
                min_value=Decimal(str(entry.min)), max_value=Decimal(str(entry.max)), places=8, allow_nan=False
            )
            for entry in calculator.inputs
        }
    )


def test_every_calculator_of_the_content_has_its_formulas_by_hand():
    assert set(CALCULATORS) == set(BY_HAND)


@pytest.mark.parametrize("key", sorted(BY_HAND))
def test_results_are_those_worked_out_by_hand(key):
    @given(numbers_of(CALCULATORS[key]))
    def check(numbers):
        working = work_out(CALCULATORS[key], numbers, currency="EUR")
        by_hand = BY_HAND[key](**{name: Fraction(value) for name, value in numbers.items()})
        assert {line.key: line.value for line in working.lines} == by_hand

    check()


@pytest.mark.parametrize("version", framework.versions())
def test_the_content_s_own_examples_come_out(version):
    for calculator in framework.load(version=version).calculators:
        numbers = {key: Decimal(str(value)) for key, value in calculator.example.inputs}
        working = work_out(calculator, numbers, currency="USD")
        assert {line.key: round(line.value, 2) for line in working.lines} == {
            key: Fraction(str(value)) for key, value in calculator.example.results
        }


def test_the_case_of_the_issue_can_be_checked_with_a_pencil():
    numbers = {"monthly_spend": Decimal(100000), "feed_percent": Decimal(60)}

    working = work_out(CALCULATORS["idle-spend"], numbers, currency="EUR")

    assert [(line.text, line.unit, line.numbers) for line in working.lines] == [
        ("40,000", "EUR per month", "100,000 × (100 − 60) ÷ 100 = 40,000"),
        ("60,000", "EUR per month", "100,000 − 40,000 = 60,000"),
        ("480,000", "EUR per year", "40,000 × 12 = 480,000"),
        ("1.67", "times the paid price", "100 ÷ 60 ≈ 1.67"),
    ]
    assert working.lines[0].words == "Monthly accelerator spend × (100 − Feed or utilization) ÷ 100"


def test_what_lacks_an_input_says_which_and_the_rest_is_worked_out():
    working = work_out(CALCULATORS["idle-spend"], {"feed_percent": Decimal(60)}, currency="EUR")

    assert [(line.key, line.text, line.missing) for line in working.lines] == [
        ("money_lost", "", ("Monthly accelerator spend",)),
        ("useful_spend", "", ("Monthly accelerator spend",)),
        ("yearly_loss", "", ("Monthly accelerator spend",)),
        ("price_multiple", "1.67", ()),
    ]


def test_a_division_by_nothing_is_said_and_what_follows_from_it_too():
    numbers = {"monthly_cost": 60000, "fixed_percent": 40, "requests": 0, "tokens_per_request": 2000}

    working = work_out(
        CALCULATORS["unit-economics"], {key: Decimal(value) for key, value in numbers.items()}, currency="EUR"
    )

    problems = {line.key: line.problem for line in working.lines}
    assert problems["cost_per_thousand"] == "This cannot be worked out: it divides by 0."
    assert problems["added_cost"] == ""


@pytest.mark.parametrize(
    ("value", "written", "money"),
    [
        (Fraction(40000), "40,000", "40,000"),
        (Fraction(1, 3), "0.333", "0.333"),
        (Fraction(41, 2), "20.5", "20.50"),
        (Fraction(5, 3), "1.67", "1.67"),
        (Fraction(-42, 10), "−4.2", "−4.20"),
        (Fraction(31, 100000), "0.00031", "0.00031"),
        (Fraction(0), "0", "0"),
        (Fraction(1, 200), "0.005", "0.005"),
        (Fraction(99999, 1000), "100", "100"),
    ],
)
def test_a_result_is_written_for_a_reader(value, written, money):
    assert (write(value), write(value, is_money=True)) == (written, money)
