"""Contrast as WCAG reckons it, and colors bent until they can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.organizations.branding.colors import AREA, DARK, PAPER, TEXT, bent, contrast, read_color

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("written", "read"),
    [("#1B4B78", "#1b4b78"), ("1b4b78", "#1b4b78"), ("#fe0", "#ffee00"), (" #000 ", "#000000")],
)
def test_a_color_is_read_however_its_digits_are_written(written, read):
    assert read_color(written) == read


@pytest.mark.parametrize("written", ["", "#", "red", "#12345", "#gggggg", "#1b4b7800", "url(#a)", "#١٢٣"])
def test_what_is_no_color_is_refused(written):
    with pytest.raises(ValueError, match=r".*"):
        read_color(written)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_is_that_of_the_standard(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_a_color_that_nobody_can_read_is_bent_and_stays_its_hue():
    assert bent("#ffee00", on=PAPER, least=TEXT) == "#7c7400"
    assert bent("#7c7400", on=PAPER, least=TEXT) == "#7c7400"


@given(COLORS, st.sampled_from([PAPER, DARK]), st.sampled_from([TEXT, AREA]))
def test_every_color_can_be_read_once_it_is_bent(color, on, least):
    found = bent(color, on=on, least=least)

    assert contrast(found, on) >= least
    assert found == color or contrast(color, on) < least
