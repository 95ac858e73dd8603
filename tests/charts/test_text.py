"""User text on its way into a figure: one line, nothing in it that plotly.js or XML would interpret, not too wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.charts import text

SIZE = 13


@pytest.mark.parametrize(
    ("given_text", "cleaned"),
    [
        ("Cost model", "Cost model"),
        ("  Cost \n\t model ", "Cost model"),
        ("a\x00b\x1bc\x7fd\x9fe", "abcde"),
        ("x & \u202ey\u202c \u2066z\u2069", "x & y z"),
        ("\ud800\ufffe\uffff", ""),
        ("a \u202e b", "a b"),
        ("漢字 é 😀", "漢字 é 😀"),
        ("", ""),
    ],
)
def test_text_is_cleaned_of_what_does_not_belong_on_one_line(given_text, cleaned):
    assert text.clean(given_text) == cleaned


@pytest.mark.parametrize(
    ("given_text", "label"),
    [
        ("<b>x</b> & \u202ey", "&lt;b&gt;x&lt;/b&gt; &amp; y"),
        ("&lt;", "&amp;lt;"),
        ("&amp;amp;", "&amp;amp;amp;"),
        ("R&D", "R&amp;D"),
        ("'\"", "'\""),
    ],
)
def test_a_label_shows_user_text_letter_by_letter(given_text, label):
    assert text.label(given_text) == label


@given(st.text())
def test_what_is_shown_of_a_label_is_the_clean_text(given_text):
    assert text.shown(text.label(given_text)) == text.clean(given_text)


@given(st.text())
def test_cleaning_twice_changes_nothing(given_text):
    assert text.clean(text.clean(given_text)) == text.clean(given_text)


@pytest.mark.parametrize("markup", ["<b>", "a<br>b", "R&D", "&#60;", "&copy;", "a > b", "\x00", "a\nb", "\u202e"])
def test_markup_and_control_characters_are_refused(markup):
    with pytest.raises(ValueError, match=r"pass it through text\.label"):
        text.shown(markup)


@pytest.mark.parametrize(
    ("label", "width"), [("", 0), ("0", 556), ("il", 444), ("&lt;", 584), ("&amp;", 667), ("…", 600), ("漢", 1000)]
)
def test_a_width_is_the_sum_of_the_advances(label, width):
    assert text.width(label, 1000) == width


def test_text_that_fits_stays_whole():
    assert text.fitted("Cost & risk", 136, SIZE) == "Cost &amp; risk"


def test_text_too_wide_ends_in_an_ellipsis():
    assert text.fitted("Interconnection and colocation", 100, SIZE) == "Interconnection…"
    assert text.fitted("Cost      model", 45, SIZE) == "Cost…"


def test_text_cut_between_escaped_characters_stays_a_label():
    assert text.fitted("&" * 99, 40, SIZE) == "&amp;&amp;&amp;…"


@given(st.text(), st.integers(13, 300), st.integers(8, 24))
def test_fitted_text_is_never_wider_than_its_place(given_text, widest, size):
    fitted = text.fitted(given_text, widest, size)

    assert text.width(fitted, size) <= max(widest, text.width(text.ELLIPSIS, size))
    assert text.shown(fitted).rstrip("…").strip() in text.clean(given_text)
