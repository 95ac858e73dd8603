"""The first sentence: every row of the wording table, and that it says what the verdict says."""

import re

import pytest
from hypothesis import given

from assessments.scoring import Verdict, headline
from assessments.scoring.wording import NUMBERS
from tests.scoring.samples import make_result, results

OPEN = None


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ([2, 2, 2, 2, 2, 2, 1, 0], "Three points above the line: clear."),
        ([2, 2, 2, 2, 2, 1, 0, 0], "One point above the line: clear."),
        ([2] * 8, "Six points above the line: clear."),
        ([2, 2, 2, 2, 2, 0, 0, 0], "On the line: clear, with nothing to spare."),
        ([2, 1, 1, 1, 1, 1, 1, 1], "One point below the line: AI spending risk."),
        ([1] * 8, "Two points below the line: AI spending risk."),
        ([0] * 8, "Ten points below the line: AI spending risk."),
        ([2, 2, 2, 2, 2, 1, 0, OPEN], "Clear already, at 11, with one category to score."),
        ([2, 2, 2, 2, 2, OPEN, OPEN, OPEN], "Clear already, at 10, with three categories to score."),
        ([0, 0, 0, 0, 0, 1, OPEN, OPEN], "AI spending risk: at most 5, whatever the rest score."),
        ([1, 1, 1, 1, 1, 0, 0, OPEN], "AI spending risk: at most 7, whatever the last category scores."),
        ([2, 2, 2, 1, 1, 0, OPEN, OPEN], "Undecided. Two to score, line at 10."),
        ([2, 2, 2, 2, 1, 0, 0, OPEN], "Undecided. One to score, line at 10."),
        ([0, *[OPEN] * 7], "Undecided. Seven to score, line at 10."),
        ([OPEN] * 8, "Nothing is scored yet."),
    ],
)
def test_a_headline_reads_as_the_wording_table_has_it(levels, sentence):
    assert headline(make_result(levels)) == sentence


@given(results)
def test_a_headline_says_what_the_verdict_says(result):
    words = {
        Verdict.CLEAR: r"[Cc]lear\b(?!.*risk)",
        Verdict.AT_RISK: r"AI spending risk\b(?!.*clear)",
        Verdict.UNDETERMINED: r"^(Undecided\.|Nothing is scored yet\.)",
    }

    assert [verdict for verdict, pattern in words.items() if re.search(pattern, headline(result))] == [result.verdict]


@given(results)
def test_the_numbers_of_a_headline_are_true(result):
    sentence = headline(result)

    if found := re.match(r"(\w+) points? (above|below) the line", sentence):
        distance = NUMBERS.index(found[1].lower())
        assert result.total == result.threshold + (distance if found[2] == "above" else -distance)
    if found := re.search(r"(?:with|Undecided\.) (\w+) .*to score", sentence):
        assert NUMBERS.index(found[1].lower()) == len(result.unscored)
    assert re.findall(r"at most (\d+)", sentence) in ([], [str(result.high)])
    assert re.findall(r"already, at (\d+)", sentence) in ([], [str(result.total)])
    assert re.findall(r"line at (\d+)", sentence) in ([], [str(result.threshold)])


@given(results)
def test_a_headline_is_a_clean_sentence(result):
    sentence = headline(result)

    assert re.fullmatch(r"[A-Z]\S*( \S+)*\.", sentence)
    assert "None" not in sentence
