"""A number is the same number in every language, and a field shows what it can read again."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assessments.saving.numbers import AmbiguousNumberError, read_number, show_number, show_text, write_number

LANGUAGES = ("en", "de", "fr", "es")
numbers = st.decimals(min_value=-(10**6), max_value=10**6, places=4, allow_nan=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("0,125", "0.125"),
        ("1.234.567", "1234567"),
        ("1,2340", "1.234"),
    ],
)
def test_what_can_mean_one_number_is_that_number_whatever_is_spoken(language, text, number):
    with translation.override(language):
        assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("en", "1.2340", "1234"), ("de", "1,2340", "1234"), ("fr", "1,2340", "1234"), ("es", "1,2340", "1234")],
)
@pytest.mark.parametrize("text", ["1.234", "1,234"])
def test_what_can_mean_two_is_asked_back_as_the_language_writes_numbers(language, one, other, text):
    with translation.override(language), pytest.raises(AmbiguousNumberError) as asked:
        read_number(text)

    assert asked.value.readings == (Decimal("1.234"), Decimal(1234))
    with translation.override(language):
        assert one in asked.value.messages[0]
        assert other in asked.value.messages[0]
        assert [show_number(each) for each in asked.value.readings] == [one, other]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["12,5,5", "1.23.4", "12;5", "zwölf", "1.234,5.6", "1,23,4.5"])
def test_what_is_no_number_is_refused_in_a_sentence(language, text):
    with translation.override(language), pytest.raises(ValidationError) as refused:
        read_number(text)

    assert len(refused.value.messages[0].split()) > 3


@pytest.mark.parametrize(("language", "shown"), [("en", "12.5"), ("de", "12,5"), ("fr", "12,5"), ("es", "12,5")])
def test_a_field_shows_the_mark_of_the_language_and_what_is_kept_has_a_point(language, shown):
    with translation.override(language):
        assert show_number(Decimal("12.50")) == shown
        assert show_text("12.5") == shown
        assert write_number(Decimal("12.50")) == "12.5"


@given(number=numbers)
def test_a_field_reads_what_it_shows(number):
    for shown_in in LANGUAGES:
        with translation.override(shown_in):
            shown = show_number(number)
        for read_in in LANGUAGES:
            with translation.override(read_in):
                assert read_number(shown) == number
