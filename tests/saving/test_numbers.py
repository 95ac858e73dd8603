"""Numbers as people write them, and back."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from assessments.saving.numbers import AmbiguousNumberError, read_number, write_number

numbers = st.decimals(min_value=-(10**6), max_value=10**6, places=8, allow_nan=False).filter(
    lambda number: len(number.normalize().as_tuple().digits) <= 15
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1200", "1200"),
        ("1200.5", "1200.5"),
        ("1200,5", "1200.5"),
        ("0,031", "0.031"),
        ("0.031", "0.031"),
        (",5", "0.5"),
        (".125", "0.125"),
        ("12,5", "12.5"),
        ("1,2345", "1.2345"),
        ("1234,567", "1234.567"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,234,567.89", "1234567.89"),
        ("12,34,567", "1234567"),
        ("1 200", "1200"),
        ("1\u00a0234\u00a0567,5", "1234567.5"),
        ("1\u2009200", "1200"),
        ("1\u202f200.25", "1200.25"),
        ("1'234'567.5", "1234567.5"),
        ("1’200", "1200"),
        ("-7", "-7"),
        ("\u22127,5", "-7.5"),
        ("+3", "3"),
        ("-0", "0"),
        ("-0,0", "0"),
        ("１２３", "123"),
        ("٣٫".rstrip("٫"), "3"),
        ("12.", "12"),
        ("007", "7"),
        ("  42 ", "42"),
    ],
)
def test_what_can_be_read_in_one_way_is_read_so(text, number):
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "small", "large"),
    [
        ("1.200", "1.2", "1200"),
        ("12,345", "12.345", "12345"),
        ("2,500", "2.5", "2500"),
        ("-1.200", "-1.2", "-1200"),
        ("999.999", "999.999", "999999"),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_back(text, small, large):
    with pytest.raises(AmbiguousNumberError) as asked:
        read_number(text)

    assert asked.value.readings == (Decimal(small), Decimal(large))


def test_the_question_names_both_readings():
    with pytest.raises(ValidationError) as asked:
        read_number("12,345")

    assert asked.value.messages == ["“12,345” can be read in two ways. Is it 12.3450 or 12345?"]


@pytest.mark.parametrize("text", ["", "   ", "\u00a0"])
def test_nothing_is_no_number(text):
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("52%", "%", "52"),
        ("52 %", "%", "52"),
        ("800 MS", "ms", "800"),
        ("USD 0,031", "USD", "0.031"),
        ("5 €", "€", "5"),
    ],
)
def test_the_field_s_own_unit_may_stand_beside_it(text, unit, number):
    assert read_number(text, unit=unit) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        *("about 12", "1e400", "1e5", "∞", "NaN", "-", "1,2,3", "1,23,4", "1 23", "1 2 3", "1.2.3", "12..5"),
        *("1,234.567.8", "10²", "½", "0x10", "1_00", "52%", "--5", "1 200 ,5,", "=1+1", "1,234 567"),
    ],
)
def test_what_is_no_number_gets_a_sentence(text):
    with pytest.raises(ValidationError, match="digits"):
        read_number(text)


@pytest.mark.parametrize("text", ["1000000000000", "1,000,000,000,000", "9" * 400])
def test_a_number_that_is_too_large_is_refused(text):
    with pytest.raises(ValidationError, match="ordinary number"):
        read_number(text)


@pytest.mark.parametrize("text", ["0.123456789", "123456789.12345678", "1,123456789"])
def test_more_digits_than_are_kept_are_never_rounded_silently(text):
    with pytest.raises(ValidationError, match="at most 8 decimals and 15 digits"):
        read_number(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [("1200", "1200"), ("1.20", "1.2"), ("1.234", "1.2340"), ("0.031", "0.031"), ("1234.567", "1234.567"), ("-0", "0")],
)
def test_a_number_is_written_so_that_it_can_only_mean_itself(number, text):
    assert write_number(Decimal(number)) == text


@given(numbers)
def test_what_was_written_is_read_again(number):
    assert read_number(write_number(number)) == number


@given(numbers)
def test_a_decimal_comma_is_as_good_as_a_point(number):
    assert read_number(write_number(number).replace(".", ",")) == number


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    try:
        number = read_number(text, unit="%")
    except ValidationError:
        return
    assert number is None or abs(number) < 10**12
