"""The worked case with one's own numbers, against arithmetic of its own and with what people type."""

from fractions import Fraction

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assessments.handbook.mini_case import read_case

URL = reverse("handbook_detail", args=["starved-accelerators"])


def values(spend: str, feed: str, currency: str = "USD") -> list[str]:
    return [line.value for line in read_case({"monthly_spend": spend, "feed_percent": feed}, currency).lines]


def test_the_handbooks_own_case_is_what_stands_there_first():
    lines = read_case({}, "USD").lines

    assert [line.value for line in lines] == [
        "40,000 USD per month",
        "60,000 USD per month",
        "480,000 USD per year",
        "1.67 times the paid price",
    ]
    assert [line.formula for line in lines] == [
        "100,000 × (100 − 60) ÷ 100",
        "100,000 − 40,000",
        "40,000 × 12",
        "100 ÷ 60",
    ]


@given(st.integers(0, 100_000_000), st.integers(1, 100))
def test_the_figures_agree_with_fractions(spend, feed):
    lost = Fraction(spend) * (100 - feed) / 100
    expected = [lost, spend - lost, lost * 12, Fraction(100, feed)]

    shown = [Fraction(value.split()[0].replace(",", "")) for value in values(str(spend), str(feed))]

    assert all(abs(one - other) <= Fraction(1, 100) for one, other in zip(shown, expected, strict=True))


@pytest.mark.parametrize(
    ("spend", "feed", "sentence"),
    [
        ("", "60", "Give a number."),
        ("many", "60", "Write the figure in digits"),
        ("-1", "60", "Give a number from 0 to 100,000,000."),
        ("1e30", "60", "Write the figure in digits"),
        ("9" * 11, "60", "Give a number from 0 to 100,000,000."),
        ("100000", "0", "Give a number from 1 to 100."),
        ("100000", "103", "Give a number from 1 to 100."),
        ("12.500", "60", "can be read in two ways"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_and_no_figures(client, spend, feed, sentence):
    page = client.get(URL, {"monthly_spend": spend, "feed_percent": feed}).content.decode()

    assert sentence in page
    assert "The results appear once both numbers can be read." in page
    assert f'value="{spend}"' in page


@pytest.mark.parametrize(("spend", "feed"), [("12,5", "60"), ("100 000 USD", "60 %"), ("100 000", "60")])
def test_numbers_are_read_as_people_write_them(spend, feed):
    assert len(values(spend, feed)) == 4


def test_both_readings_of_a_number_are_offered_and_the_chosen_one_counts(client):
    page = client.get(URL, {"monthly_spend": "12.500"}).content.decode()

    assert 'name="monthly_spend" value="12.5"' in page
    assert 'name="monthly_spend" value="12500"' in page
    chosen = client.get(f"{URL}?monthly_spend=12.500&feed_percent=60&monthly_spend=12500").content.decode()
    assert "5,000 USD per month" in chosen


def test_while_one_types_the_figures_come_alone(client):
    sent = {"monthly_spend": "50000", "feed_percent": "80"}
    part = client.get(URL, sent, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert "10,000 USD per month" in part
    assert "buys waiting" in part


def test_the_currency_is_the_organizations(client, organization):
    page = client.get(URL, {"for": organization.slug}).content.decode()

    assert "40,000 EUR per month" in page
