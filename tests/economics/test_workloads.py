from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from assessments import framework
from assessments.economics.working import work_out
from assessments.economics.workloads import read_mix, workloads
from assessments.saving.numbers import AmbiguousNumberError

CALCULATORS = {calculator.key: calculator for calculator in framework.current().calculators}
IDLE = work_out(
    CALCULATORS["idle-spend"], {"monthly_spend": Decimal(100000), "feed_percent": Decimal(60)}, currency="USD"
)


def test_a_mix_is_kept_exactly_as_it_was_said():
    assert read_mix({"training": "12,5 %", "fine_tuning": "", "batch": "0", "live": "87.5"}) == {
        "training": "12.5",
        "fine_tuning": "",
        "batch": "0",
        "live": "87.5",
    }


@pytest.mark.parametrize(
    ("mix", "sentence"),
    [
        ({"training": "60", "live": "43"}, "The shares add up to 103%. Take 3 points away to make it 100%."),
        ({"live": "100.5"}, "Live inference is a share of all accelerator hours: from 0 to 100%."),
        ({"batch": "-1"}, "Batch inference is a share of all accelerator hours: from 0 to 100%."),
        ({"fine_tuning": "some"}, "Fine-tuning: Write the figure in digits, such as 1200.5 or 1200,5."),
        ({"training": "1e30"}, "Training: Write the figure in digits, such as 1200.5 or 1200,5."),
    ],
)
def test_a_mix_that_cannot_be_gets_a_sentence(mix, sentence):
    with pytest.raises(ValidationError) as error:
        read_mix(mix)

    assert error.value.messages == [sentence]


def test_a_share_in_two_readings_is_asked_back_for_its_field():
    with pytest.raises(AmbiguousNumberError) as error:
        read_mix({"batch": "1.250"})

    assert error.value.control == "batch"


@pytest.mark.parametrize(
    ("mix", "missing"),
    [
        ({}, "Say what the accelerators work on: four shares that add up to 100%."),
        ({"live": "61", "training": "15"}, "The shares add up to 76%; 24% is not said yet."),
    ],
)
def test_until_the_shares_add_up_nothing_is_read_from_them(mix, missing):
    found = workloads(mix, IDLE, None)

    assert (found.missing, found.sides) == (missing, ())


def test_the_same_accelerators_are_read_as_a_factory_and_as_a_shop():
    found = workloads({"training": "15", "batch": "24", "live": "61"}, IDLE, None)

    factory, shop = found.sides
    assert found.title == "Mostly a shop, 61%: keep the slowest answers in time, and room for bursts."
    assert (factory.share, shop.share) == ("39%", "61%")
    assert factory.lines == (
        ("Its part of the month’s spend", "39,000 USD"),
        ("Output that is paid for and not made", "15,600 USD per month"),
        ("A run takes, against full feed", "1.67 times as long"),
    )
    assert shop.lines == (("Its part of the month’s spend", "61,000 USD"),)


@pytest.mark.parametrize(
    ("mix", "begins"),
    [
        ({"training": "100"}, "Mostly a factory, 100%"),
        ({"batch": "50", "live": "50"}, "Half factory, half shop"),
    ],
)
def test_the_larger_part_gives_the_advice(mix, begins):
    assert workloads(mix, None, None).title.startswith(begins)
