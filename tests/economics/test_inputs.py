from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from assessments import framework
from assessments.economics.inputs import read_as, read_input, unit_in
from assessments.saving.numbers import AmbiguousNumberError

ENTRIES = {entry.key: entry for calculator in framework.current().calculators for entry in calculator.inputs}
MORE = "“{}” is more than a figure. Write only the number of EUR per month, such as 100000."


@pytest.mark.parametrize(
    ("key", "text", "value", "said"),
    [
        ("monthly_spend", "", None, ""),
        ("monthly_spend", "   ", None, ""),
        ("monthly_spend", "100000", "100000", ""),
        ("monthly_spend", "1 200", "1200", "Read as 1,200."),
        ("monthly_spend", "12,5", "12.5", "Read as 12.5."),
        ("monthly_spend", "1.234.567,89", "1234567.89", "Read as 1,234,567.89."),
        ("monthly_spend", "100000 EUR", "100000", "Read as 100,000."),
        ("monthly_spend", "€ 100000", "100000", "Read as 100,000."),
        ("monthly_spend", "100000 EUR per month", "100000", "Read as 100,000."),
        ("feed_percent", "60 %", "60", "Read as 60."),
        ("feed_percent", "60%", "60", "Read as 60."),
        ("watts_each", "700 W", "700", "Read as 700."),
        ("rack_limit_kw", "40 kw", "40", "Read as 40."),
        ("requests", "1 request", "1", "Read as 1."),
        ("price_per_kwh", "0.11 EUR per kWh", "0.11", "Read as 0.11."),
        ("monthly_spend", "0", "0", ""),
    ],
)
def test_a_number_is_read_and_said_back(key, text, value, said):
    found = read_input(text, ENTRIES[key], currency="EUR")

    assert found == (None if value is None else Decimal(value))
    assert read_as(text, found) == said


def test_what_can_be_read_in_two_ways_is_asked_back():
    with pytest.raises(AmbiguousNumberError) as error:
        read_input("12.500", ENTRIES["monthly_spend"], currency="EUR")

    assert error.value.messages == ["“12.500” can be read in two ways. Is it 12.5 or 12500?"]
    assert error.value.readings == (Decimal("12.500"), Decimal(12500))


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("feed_percent", "0", "Feed or utilization cannot be 0. Use 1 to 100."),
        ("feed_percent", "-5", "Feed or utilization cannot be -5. Use 1 to 100."),
        ("feed_percent", "103", "Feed or utilization cannot be 103. Use 1 to 100."),
        ("monthly_spend", "-1", "Monthly accelerator spend cannot be -1. Use 0 to 100,000,000."),
        ("monthly_spend", "1e30", MORE.format("1e30")),
        ("monthly_spend", "9" * 31, "The figure must be an ordinary number below 1,000,000,000,000."),
        ("monthly_spend", "about 3 million", MORE.format("about 3 million")),
        ("watts_each", "0.7 kW", "“0.7 kW” is more than a figure. Write only the number of W, such as 700."),
        ("monthly_spend", "1,2,3", "Write the figure in digits, such as 1200.5 or 1200,5."),
        ("servers_per_rack", "2.5", "Servers per rack is a whole number. Write it without decimals."),
        ("pue", "0.9", "PUE cannot be 0.9. Use 1 to 3."),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_gets_a_sentence(key, text, sentence):
    with pytest.raises(ValidationError) as error:
        read_input(text, ENTRIES[key], currency="EUR")

    assert error.value.messages == [sentence]


def test_the_content_s_currency_gives_way_to_the_organization_s():
    assert unit_in("USD per kWh", "EUR") == "EUR per kWh"
    assert unit_in("kW", "EUR") == "kW"
