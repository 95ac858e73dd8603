"""The first sentence: every row of the wording table, and that it says what the verdict says."""

import re
from itertools import combinations_with_replacement

import pytest
from hypothesis import given

from assessments.scoring import Verdict, headline, score
from assessments.scoring.words import NUMBERS
from tests.scoring.samples import make_result, proven_and_claimed, results

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
        ([2, 2, 2, 2, 2, 1, 0, OPEN], "Clear already, at 11 proven, with one category to score."),
        ([2, 2, 2, 2, 2, OPEN, OPEN, OPEN], "Clear already, at 10 proven, with three categories to score."),
        ([0, 0, 0, 0, 0, 1, OPEN, OPEN], "AI spending risk: at most 5, whatever the rest score."),
        ([1, 1, 1, 1, 1, 0, 0, OPEN], "AI spending risk: at most 7, whatever the last category scores."),
        ([2, 2, 2, 1, 1, 0, OPEN, OPEN], "Undecided: two categories still to score. Proven so far: 8."),
        ([2, 2, 2, 2, 1, 0, 0, OPEN], "Undecided: one category still to score. Proven so far: 9."),
        ([0, *[OPEN] * 7], "Undecided: seven categories still to score. Proven so far: 0."),
        ([OPEN] * 8, "Nothing is scored yet."),
    ],
)
def test_a_headline_reads_as_the_wording_table_has_it(levels, sentence):
    assert headline(make_result(levels)) == sentence


@pytest.mark.parametrize(
    ("pairs", "still_open", "sentence"),
    [
        (
            [(0, 2), (1, 2), (1, 2), (0, 1), (1, 1), (1, 1), (2, 2), (0, 0)],
            0,
            "Claimed: 11 of 16, proven 6. Clear only if you take its word.",
        ),
        ([(0, 2)] * 8, 0, "Claimed: 16 of 16, proven 0. Clear only if you take its word."),
        ([(0, 2)] * 5, 3, "Claimed so far: 10 of 16, proven 0. Clear only if you take its word."),
        ([(2, 2)] * 5 + [(0, 2)] * 3, 0, "On the line: clear, with nothing to spare."),
        ([(0, 2)] * 4 + [(1, 1)] + [(0, 0)] * 3, 0, "One point below the line: AI spending risk."),
        ([(0, 2)] * 4, 4, "Undecided: four categories still to score. Proven so far: 0."),
    ],
)
def test_a_headline_tells_what_is_proven_from_what_is_claimed(pairs, still_open, sentence):
    answers = [*proven_and_claimed(pairs + [(0, 0)] * (8 - len(pairs))).answers[: 8 - still_open]]
    opened = make_result([OPEN] * 8).answers[8 - still_open :]

    assert headline(score([*answers, *opened])) == sentence


WORDS = {
    Verdict.CLEAR: r"^(Clear already|.* above the line: clear\.|On the line: clear)",
    Verdict.AT_RISK: r"AI spending risk\b",
    Verdict.UNDETERMINED: r"^(Undecided:|Nothing is scored yet\.)",
    Verdict.ON_ITS_WORD: r"^Claimed.* Clear only if you take its word\.$",
}


@given(results)
def test_a_headline_says_what_the_verdict_says(result):
    said = [verdict for verdict, pattern in WORDS.items() if re.search(pattern, headline(result))]

    assert said == [result.verdict]


def test_a_headline_says_what_the_verdict_says_of_every_combination():
    pairs = [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)]
    for combination in combinations_with_replacement(pairs, 8):
        result = proven_and_claimed(combination)
        sentence = headline(result)

        assert [verdict for verdict, pattern in WORDS.items() if re.search(pattern, sentence)] == [result.verdict]
        check_numbers(result, sentence)


@given(results)
def test_the_numbers_of_a_headline_are_true(result):
    check_numbers(result, headline(result))


def check_numbers(result, sentence):
    if found := re.match(r"(\w+) points? (above|below) the line", sentence):
        distance = NUMBERS.index(found[1].lower())
        if found[2] == "above":
            assert result.proven_total == result.threshold + distance
        else:
            assert result.total == result.threshold - distance
    if found := re.search(r"(?:with|Undecided:) (\w+) .*to score", sentence):
        assert NUMBERS.index(found[1].lower()) == len(result.unscored)
    assert re.findall(r"at most (\d+)", sentence) in ([], [str(result.high)])
    assert re.findall(r"already, at (\d+) proven", sentence) in ([], [str(result.proven_total)])
    assert re.findall(r"Proven so far: (\d+)", sentence) in ([], [str(result.proven_total)])
    claimed = [(str(result.total), str(result.maximum), str(result.proven_total))]
    assert re.findall(r"Claimed(?: so far)?: (\d+) of (\d+), proven (\d+)", sentence) in ([], claimed)


@given(results)
def test_a_headline_is_made_of_clean_sentences(result):
    sentence = headline(result)

    assert re.fullmatch(r"[A-Z]\S*( \S+)*\.", sentence)
    assert "None" not in sentence
