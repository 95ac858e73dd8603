"""Where a category stands, its goals and the red flags in words: tables of cases, and what holds for all."""

import re
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given

from assessments.scoring import (
    Age,
    CategoryAnswer,
    DeciderAnswer,
    Goals,
    by_weight,
    claims_heading,
    decider_words,
    goals,
    level_words,
    red_flags_heading,
    score,
    zero_words,
)
from tests.scoring.samples import DECIDERS, STATES, decided, make_result, proven_and_claimed, results

OPEN = None
EVERY = [
    decided(states, proofs, claim=claim)
    for states, proofs, claim in product(product(STATES, repeat=3), product((0, 1, 2), repeat=3), (None, 0, 1, 2))
]


@pytest.mark.parametrize(
    ("states", "proofs", "claim", "words", "expected"),
    [
        pytest.param((2, 2, 2), (2, 2, 2), None, "2, proven", None, id="nothing left"),
        pytest.param(
            (2, 2, 2), (2, 1, 0), None, "Claimed 2, proven 1", Goals("To prove 2", 2, ("y", "z")), id="2, old"
        ),
        pytest.param((2, 2, 2), (0, 0, 0), None, "Claimed 2, proven 0", Goals("To prove 2", 2, DECIDERS), id="2, bare"),
        pytest.param(
            (2, None, None), (0, 0, 0), 2, "Claimed 2, proven 0", Goals("To prove 2", 2, DECIDERS), id="said 2"
        ),
        pytest.param((1, 0, 0), (0, 0, 0), None, "Claimed 1, proven 0", Goals("To prove 1", 1, ("x",)), id="1, bare"),
        pytest.param(
            (1, 2, 0),
            (0, 0, 0),
            None,
            "Claimed 1, proven 0",
            Goals("To prove 1, any one of these", 1, ("x", "y"), is_any=True),
            id="1, two ways",
        ),
        pytest.param(
            (None, None, None),
            (0, 0, 0),
            1,
            "Claimed 1, proven 0",
            Goals("To prove 1, any one of these", 1, DECIDERS, is_any=True),
            id="said 1",
        ),
        pytest.param((2, 1, 0), (2, 2, 0), None, "1, proven", Goals("To reach 2", 2, ("y", "z")), id="1, proven"),
        pytest.param((2, 1, 0), (1, 2, 0), None, "1, proven", Goals("To reach 2", 2, DECIDERS), id="1, one is old"),
        pytest.param(
            (0, 0, 0),
            (0, 0, 0),
            None,
            "0",
            Goals("To reach 1, any one of these", 1, DECIDERS, is_any=True),
            id="0",
        ),
        pytest.param((None, None, None), (0, 0, 0), None, "Not scored", Goals("Still to ask", 2, DECIDERS), id="open"),
        pytest.param((0, None, None), (0, 0, 0), None, "0 or 1", Goals("Still to ask", 2, ("y", "z")), id="0 or 1"),
        pytest.param((2, None, 2), (2, 0, 2), None, "1 or 2", Goals("Still to ask", 2, ("y",)), id="1 or 2"),
        pytest.param(
            (2, None, 2),
            (0, 0, 0),
            None,
            "1 or 2, proven 0",
            Goals("To prove 1, any one of these", 1, ("x", "z"), True),
        ),
    ],
)
def test_a_category_says_where_it_stands_and_which_goals_raise_it(states, proofs, claim, words, expected):
    answer = decided(states, proofs, claim=claim)

    assert (level_words(answer), goals(answer)) == (words, expected)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (CategoryAnswer("a", 2, supported=True), "2, proven"),
        (CategoryAnswer("a", 2), "Claimed 2, proven 1"),
        (CategoryAnswer("a", 1), "1, proven"),
        (CategoryAnswer("a", 0), "0"),
        (CategoryAnswer("a"), "Not scored"),
    ],
)
def test_a_category_whose_level_is_chosen_says_where_it_stands(answer, words):
    assert level_words(answer) == words
    assert goals(answer) is None


def test_the_words_and_goals_of_every_combination_say_what_is_so():
    for answer in EVERY:
        said, found = level_words(answer), goals(answer)
        if found is None:
            assert (answer.proven, said) == (2, "2, proven")
            continue
        assert found.deciders
        assert set(found.deciders) <= set(DECIDERS)
        assert ("any one" in found.heading) == found.is_any == (found.is_any and len(found.deciders) > 1)
        assert ("claimed" in said.lower()) == (answer.is_claim and answer.level is not None)
        numbers = [int(n) for n in re.findall(r"\d", said)]
        if answer.level is None:
            assert said == "Not scored" or numbers[:2] == [answer.low, answer.high]
        else:
            assert numbers == ([answer.level, answer.proven] if answer.is_claim else [answer.level])
        if found.heading.startswith("Still"):
            assert found.deciders == answer.unasked
            assert answer.level is None
        else:
            assert found.heading.startswith(f"To {'prove' if answer.is_claim else 'reach'} {found.level}")
            assert found.level > answer.proven


def test_reaching_its_goals_brings_a_category_to_where_they_lead():
    for answer in EVERY:
        found = goals(answer)
        if found is None or found.heading.startswith("Still"):
            continue
        chosen = [found.deciders] if not found.is_any else [(key,) for key in found.deciders]
        for keys in chosen:
            reached = CategoryAnswer.by_deciders(
                "a",
                [
                    DeciderAnswer(d.key, max(found.level, d.state or 0), Age.CURRENT) if d.key in keys else d
                    for d in answer.deciders
                ],
            )
            assert reached.proven >= found.level


@pytest.mark.parametrize(
    ("decider", "age", "words"),
    [
        (DeciderAnswer("x", None), {}, "Not asked"),
        (DeciderAnswer("x", 0), {}, "Not shown"),
        (DeciderAnswer("x", 0, Age.CURRENT), {"months_old": 1, "months": 3}, "Not shown"),
        (DeciderAnswer("x", 1), {}, "Shown in part, no proof"),
        (DeciderAnswer("x", 1, Age.CURRENT), {"months_old": 1, "months": 3}, "Shown in part"),
        (DeciderAnswer("x", 2), {}, "Shown, no proof"),
        (DeciderAnswer("x", 2, Age.CURRENT), {"months_old": 0, "months": 3}, "Shown"),
        (
            DeciderAnswer("x", 2, Age.STALE),
            {"months_old": 7, "months": 3, "kind": "figure"},
            "Measured seven months ago; three months are asked for",
        ),
        (
            DeciderAnswer("x", 2, Age.STALE),
            {"months_old": 1, "months": 1, "kind": "sighting"},
            "Seen over a month ago; one month is asked for",
        ),
        (
            DeciderAnswer("x", 2, Age.NONE),
            {"months_old": 31, "months": 12, "kind": "link"},
            "Dated 31 months ago; twelve months are asked for",
        ),
    ],
)
def test_a_decider_says_how_it_stands(decider, age, words):
    assert decider_words(decider, **age) == words


def test_what_matters_most_stands_first():
    result = proven_and_claimed([(2, 2), (1, 1), (0, 0), (1, 2), (0, 1), (0, 2), (1, 1), (0, 0)])

    assert [answer.key for answer in by_weight(result)] == list("fedchbga")


@given(results)
def test_the_order_of_weight_loses_nothing_and_no_zero_stands_behind_a_proven_2(result):
    order = by_weight(result)

    assert sorted(answer.key for answer in order) == sorted(answer.key for answer in result.answers)
    unproven = [answer.low - answer.proven for answer in order]
    assert unproven == sorted(unproven, reverse=True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (decided((0, 0, 0)), "Asked, and nothing could be shown."),
        (decided((None, None, None), claim=0), "Scored 0 outright: none of its deciders was asked."),
        (CategoryAnswer("a", 0), "Nothing that counts could be shown."),
    ],
)
def test_a_zero_says_why_it_is_a_red_flag(answer, words):
    assert zero_words(answer) == words


@pytest.mark.parametrize(
    ("count", "is_clear", "words"),
    [
        (0, True, "No red flags"),
        (0, False, "Nothing further flagged"),
        (1, True, "One red flag"),
        (1, False, "One red flag"),
        (2, False, "Two red flags"),
        (11, False, "Eleven red flags"),
    ],
)
def test_the_heading_of_red_flags_reassures_only_where_the_verdict_does(count, is_clear, words):
    assert red_flags_heading(count, is_clear=is_clear) == words


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (
            proven_and_claimed([(0, 2), (1, 2), (1, 2), (0, 1), (1, 1), (1, 1), (2, 2), (0, 0)]),
            "Four claims carry it over the line",
        ),
        (proven_and_claimed([(2, 2)] * 4 + [(1, 2)] + [(0, 0)] * 3), "One claim carries it over the line"),
        (proven_and_claimed([(0, 1)] * 8), "Eight claims without proof, and what is low"),
        (proven_and_claimed([(2, 2)] * 5 + [(0, 1)] * 3), "Three claims without proof, and what is low"),
        (make_result([1] * 8), "What holds it below the line"),
        (make_result([2, 2, 2, 2, 2, 1, 0, 0]), "What would raise it further"),
        (make_result([2] * 8), "Every category is proven at 2"),
        (make_result([2, 1, 0, OPEN, OPEN, OPEN, OPEN, OPEN]), "Lowest so far"),
        (make_result([OPEN] * 8), "Nothing is scored yet"),
    ],
)
def test_the_list_of_categories_is_headed_by_what_the_verdict_rests_on(result, words):
    assert claims_heading(result) == words


def test_no_heading_reassures_while_the_verdict_warns():
    pairs = [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)]
    for combination in combinations_with_replacement(pairs, 8):
        result = proven_and_claimed(combination)
        if result.verdict != "clear":
            assert not re.search("further it|Every|No red", claims_heading(result))
            assert "raise it further" not in claims_heading(result)


def test_a_result_of_fewer_categories_is_ordered_too():
    assert [
        answer.key for answer in by_weight(score([decided((2, 2, 2)), decided((0, 0, 0), key="b")], threshold=1))
    ] == [
        "b",
        "a",
    ]
