from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assessments.saving.forms import LinkOrFileForm
from assessments.scorecards.forms import LevelForm, MetricForm


def metric(**fields):
    form = MetricForm({f"metric_{name}": value for name, value in fields.items()})
    return form.cleaned_data if form.is_valid() else form.errors


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("38", "38"),
        ("1,200.50", "1200.5"),
        ("1 200", "1200"),
        ("\u22123.5", "-3.5"),
        ("0,031", "0.031"),
        ("99,2", "99.2"),
        ("1,5", "1.5"),
        ("1.234,5", "1234.5"),
        ("\uff11\uff12", "12"),
        ("-0", "0"),
        ("0.00000001", "0.00000001"),
        ("", None),
    ],
)
def test_metric_value_is_read_as_people_write_it(text, value):
    assert metric(value=text)["metric_value"] == (Decimal(value) if value else None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("∞", "in digits"),
        ("Infinity", "in digits"),
        ("NaN", "in digits"),
        ("1e400", "in digits"),
        ("1e1000000", "in digits"),
        ("-1e1000000", "in digits"),
        ("1e-2000000", "in digits"),
        ("1e-9", "in digits"),
        ("1000000000000", "ordinary number"),
        ("a lot", "in digits"),
        ("1.123456789", "at most 8 decimals"),
        ("12,345", "12.345"),
        ("1.200", "1200"),
    ],
)
def test_metric_value_that_is_no_number_gets_a_sentence(text, reason):
    assert reason in metric(value=text)["metric_value"][0]


def test_metric_date_in_the_future_is_refused():
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert "between 1 January 2000 and today" in metric(on=tomorrow.isoformat())["metric_on"][0]
    assert "between 1 January 2000 and today" in metric(on="9999-12-31")["metric_on"][0]
    assert "2026-09-14" in metric(on="soon")["metric_on"][0]
    assert metric(on="2024-02-29")["metric_on"] == date(2024, 2, 29)


@pytest.mark.parametrize(("text", "level"), [("0", 0), ("1", 1), ("2", 2), ("", None)])
def test_level_is_0_1_2_or_open(text, level):
    form = LevelForm({"level": text})

    assert form.is_valid()
    assert form.cleaned_data["level"] == level


@pytest.mark.parametrize("text", ["3", "two", "-1", "1.0", "²"])
def test_level_of_anything_else_is_refused(text):
    assert LevelForm({"level": text}).errors["level"] == ["Choose 0, 1 or 2."]


@pytest.mark.parametrize(
    ("given", "kept"), [("https://a.example/x", "https://a.example/x"), ("a.example/x", "https://a.example/x")]
)
def test_a_link_may_come_without_its_scheme(given, kept):
    form = LinkOrFileForm({"url": given})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["url"] == kept


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        *((url, "begins with https://") for url in ("javascript:alert(1)", "data:text/html,x", "ftp://a.example")),
        ("not a link", "begins with https://"),
        ("https://", "The name of the site is missing"),
    ],
)
def test_a_link_that_is_no_web_address_is_refused(url, reason):
    assert reason in LinkOrFileForm({"url": url}).errors["url"][0]


def test_evidence_is_either_a_link_or_a_file():
    assert "either a web address or a file" in LinkOrFileForm({}).errors["__all__"][0]
