"""The second sentence: examples word for word, and that what it claims is true for every combination of levels.

`check_claims` reads a cause back into what it claims and tries that out on the levels themselves.
"""

import re
from itertools import combinations, combinations_with_replacement, product

import pytest
from hypothesis import given

from assessments import framework
from assessments.scoring import Verdict, cause
from assessments.scoring.wording import LEVEL_NAMES, NUMBERS
from tests.scoring.samples import LEVELS, NAMES, make_result, results

OPEN = None


@pytest.mark.parametrize(
    ("levels", "sentences"),
    [
        pytest.param(
            [2, 2, 0, 0, 2, 1, 1, 1],
            "Cost model and Facilities score 0. Moving either one to “partially defined” reaches the line.",
            id="either of two",
        ),
        pytest.param(
            [2, 2, 0, 1, 2, 1, 1, 0],
            "Cost model and Run score 0. Moving either one to “partially defined” reaches the line.",
            id="one point short",
        ),
        pytest.param(
            [2, 2, 1, 0, 1, 1, 0, 1],
            "Facilities, and Data and lineage score 0. Moving both to “partially defined” reaches the line.",
            id="both, one with an and of its own",
        ),
        pytest.param(
            [2, 2, 0, 1, 1, 1, 1, 1],
            "Cost model scores 0. Moving it to “partially defined” reaches the line.",
            id="the only one",
        ),
        pytest.param(
            [2, 1, 1, 1, 1, 1, 1, 1],
            "Seven of the eight categories score 1. Moving any one of them to “disciplined and measurable” reaches the "
            "line.",
            id="any one of many",
        ),
        pytest.param(
            [2, 2, 0, 0, 0, 1, 1, 1],
            "Cost model, Facilities, and Resilience score 0. Moving all three to “partially defined” reaches the line.",
            id="all of them",
        ),
        pytest.param(
            [1] * 8,
            "All eight categories score 1. Moving any two of them to “disciplined and measurable” reaches the line.",
            id="some of all",
        ),
        pytest.param(
            [0] * 8,
            "All eight categories score 0. Moving all eight to “partially defined” earns eight of the ten points "
            "needed; two more anywhere reach the line.",
            id="all and more",
        ),
        pytest.param(
            [2, 1, 0, 1, 1, 1, 1, 1],
            "Cost model scores 0. Moving it to “partially defined” earns one of the two points needed; one more "
            "anywhere reaches the line.",
            id="the only one and one more",
        ),
        pytest.param(
            [2, 1, 0, 0, 1, 1, 1, OPEN],
            "Cost model and Facilities score 0. If the open category scores 2, moving both to “partially defined” "
            "reaches the line.",
            id="with one open",
        ),
        pytest.param(
            [1, 1, 1, 0, 1, 0, OPEN, OPEN],
            "Facilities and Security score 0. If both open categories score 2, moving both to “partially defined” "
            "reaches the line.",
            id="with two open",
        ),
        pytest.param(
            [0, 1, 1, 1, 0, OPEN, OPEN, OPEN],
            "Workloads and Resilience score 0. If all three open categories score 2, moving either one to “partially "
            "defined” reaches the line.",
            id="with three open",
        ),
        pytest.param(
            [2] * 8,
            "Every category scores 2. Losing seven points would put the total below the line.",
            id="nothing to gain",
        ),
        pytest.param(
            [2, 2, 2, 2, 2, 0, 0, 0],
            "Security, Data and lineage, and Run score 0 and have the most room to rise. Losing one point would put "
            "the total below the line.",
            id="nothing to spare",
        ),
        pytest.param(
            [2, 2, 2, 2, 2, 0, 1, OPEN],
            "Run is still open and can only add points. Of the rest, Security scores 0 and has the most room to rise.",
            id="clear with one open",
        ),
        pytest.param(
            [2, 2, 2, 2, 2, 2, OPEN, OPEN],
            "Data and lineage, and Run are still open and can only add points.",
            id="clear with nothing else to gain",
        ),
        pytest.param(
            [2, 2, 2, 2, 0, 0, 0, OPEN], "Run is still open: a 2 there reaches the line.", id="the last one decides"
        ),
        pytest.param(
            [2, 2, 2, 2, 1, 0, 0, OPEN], "Run is still open: a 1 there reaches the line.", id="the last one needs a 1"
        ),
        pytest.param(
            [2, 2, 2, 2, 1, 0, OPEN, OPEN],
            "Data and lineage, and Run are still open: one point between them reaches the line.",
            id="one point between two",
        ),
        pytest.param(
            [2, 2, 1, OPEN, OPEN, OPEN, OPEN, OPEN],
            "Five of the eight categories are still open: five points among them reach the line.",
            id="many open",
        ),
        pytest.param(
            [OPEN] * 8, "All eight categories are open: the total can be anything from 0 to 16.", id="nothing scored"
        ),
    ],
)
def test_a_cause_reads_well(levels, sentences):
    assert cause(make_result(levels), NAMES) == sentences


def test_a_cause_is_true_for_every_combination_of_levels():
    for levels in product(LEVELS, repeat=8):
        result = make_result(levels)
        check_claims(result, cause(result, NAMES))


@pytest.mark.parametrize("threshold", range(1, 17))
def test_a_cause_is_true_wherever_the_line_is_drawn(threshold):
    for levels in combinations_with_replacement([0, 1, 2, OPEN], 8):
        result = make_result(levels, threshold=threshold)
        check_claims(result, cause(result, NAMES))


@pytest.mark.parametrize("count", range(1, 8))
def test_a_cause_is_true_for_fewer_categories(count):
    for threshold in range(1, 2 * count + 1):
        for levels in product(LEVELS, repeat=min(count, 4)):
            result = make_result((*levels, *[1] * (count - 4)), threshold=threshold)
            check_claims(result, cause(result, NAMES))


@given(results)
def test_a_cause_is_made_of_clean_sentences(result):
    sentences = cause(result, NAMES)

    assert re.fullmatch(r"([A-Z][^.]*[^.\s]\.)( [A-Z][^.]*[^.\s]\.)?", sentences)
    assert "  " not in sentences
    assert "None" not in sentences
    assert not re.search(r"\b(One|one) \w+ (score|are|have)\b|\ba (0|None)\b", sentences)


def test_the_levels_have_the_names_of_the_framework():
    assert tuple(entry.label for entry in framework.current().scale.levels) == LEVEL_NAMES


@pytest.mark.parametrize(
    ("levels", "claim"),
    [
        ([2, 2, 0, 0, 1, 1, 1, 1], "Cost model and Facilities score 0. Moving either one to “partially defined” {end}"),
        ([2, 2, 0, 0, 2, 1, 1, 1], "Cost model and Facilities score 0. Moving both to “partially defined” {end}"),
        ([2, 2, 0, 0, 1, 1, 1, 1], "Cost model and Facilities score 1. Moving both to “partially defined” {end}"),
        ([2, 2, 0, 0, 1, 1, 1, 1], "Cost model scores 0. Moving it to “partially defined” {end}"),
        ([2] * 8, "Every category scores 2. Losing six points would put the total below the line."),
        ([2, 2, 2, 2, 0, 0, 0, OPEN], "Run is still open: a 1 there reaches the line."),
    ],
)
def test_a_claim_that_is_not_true_would_be_noticed(levels, claim):
    with pytest.raises(AssertionError):
        check_claims(make_result(levels), claim.format(end="reaches the line."))


WORD = f"({'|'.join(NUMBERS)})"
ROOM = r"(?P<who>.+) (?P<verb>scores?) (?P<level>[01]) and (?P<has>has|have) the most room to rise"
AT_RISK = re.compile(
    r"(?P<who>.+) (?P<verb>scores?) (?P<level>[01])\. "
    rf"(?:If (?P<open>the open category scores|both open categories score|all {WORD} open categories score) 2, m|M)"
    rf"oving (?P<some>it|both|all {WORD}|either one|any {WORD} of them) to “(?P<name>[a-z ]+)” "
    rf"(?:reaches the line|earns (?P<earned>{WORD}) of the (?P<needed>{WORD}) points needed; "
    rf"(?P<more>{WORD}) more anywhere (?P<reach>reach(?:es)?) the line)\."
)
CLEAR = re.compile(
    rf"(?:Every category scores 2|{ROOM})\. "
    rf"Losing (?P<lost>{WORD}) (?P<points>points?) would put the total below the line\."
)
CLEAR_WITH_OPEN = re.compile(
    rf"(?P<opened>.+) (?P<is>is|are) still open and can only add points\.(?: Of the rest, {ROOM}\.)?"
)
UNDETERMINED = re.compile(
    rf"(?P<who>.+) (?P<is>is|are) (?:open: the total can be anything from 0 to (?P<high>\d+)|still open: "
    rf"(?:a (?P<there>[12]) there reaches|(?P<needed>{WORD}) (?P<points>points?) (?:between|among) them "
    rf"(?P<reach>reach(?:es)?)) the line)\."
)


def check_claims(result, sentences):
    """Assert that each thing the sentences say is so."""
    if result.verdict == Verdict.AT_RISK:
        check_way_up(result, AT_RISK.fullmatch(sentences))
    elif result.verdict == Verdict.UNDETERMINED:
        check_what_is_open(result, UNDETERMINED.fullmatch(sentences))
    elif result.is_complete:
        check_margin(result, CLEAR.fullmatch(sentences))
    else:
        claim = CLEAR_WITH_OPEN.fullmatch(sentences)
        assert claim
        check_subject(result, claim["opened"], claim["is"] == "are", open_keys(result))
        check_room(result, claim, is_first=False)


def check_way_up(result, claim):
    """Moving as many of the named as it says is enough, and one fewer is not, if the open categories score 2."""
    assert claim
    assert bool(claim["open"]) == bool(open_keys(result))
    if claim["open"]:
        assert counted(re.search(rf"\b(the|both|{WORD})\b", claim["open"])[1]) == len(open_keys(result))
    named = check_lowest(result, claim)
    assert LEVEL_NAMES.index(claim["name"]) == int(claim["level"]) + 1
    start = {key: 2 if result.level(key) is None else result.level(key) for key in shown_keys(result)}
    some = claim["some"].split()
    moved = counted(some[1] if some[0] in ("all", "any") else some[0])
    assert {"it": 1, "both": 2, "all": moved, "either": 2}.get(some[0], len(named)) == len(named)
    assert moved < len(named) or some[0] in ("it", "both", "all")
    if not claim["more"]:
        assert reaches(result, start, named, moved) == {True}
        assert reaches(result, start, named, moved - 1) == {False}
        return
    moved_all = start | {key: start[key] + 1 for key in named}
    more = counted(claim["more"])
    assert moved == len(named) == counted(claim["earned"])
    assert counted(claim["needed"]) == result.threshold - sum(start.values())
    assert sum(moved_all.values()) + more == result.threshold <= 2 * len(moved_all)
    assert (claim["reach"] == "reaches") == (more == 1)


def reaches(result, start, named, count):
    """Whether the line is reached by raising so many of the named by one level, for each choice of them."""
    return {
        sum((start | {key: start[key] + 1 for key in chosen}).values()) >= result.threshold
        for chosen in combinations(named, count)
    }


def check_what_is_open(result, claim):
    assert claim
    keys = open_keys(result)
    check_subject(result, claim["who"], claim["is"] == "are", keys)
    if claim["high"]:
        assert keys == shown_keys(result)
        assert int(claim["high"]) == 2 * len(keys)
        return
    needed = int(claim["there"] or 0) or counted(claim["needed"])
    assert result.total + needed == result.threshold
    assert 0 < needed <= 2 * len(keys)
    assert bool(claim["there"]) == (len(keys) == 1)
    if claim["needed"]:
        assert (claim["points"] == "point") == (needed == 1) == (claim["reach"] == "reaches")


def check_margin(result, claim):
    assert claim
    lost = counted(claim["lost"])
    assert result.total - lost < result.threshold <= result.total - lost + 1
    assert (claim["points"] == "point") == (lost == 1)
    check_room(result, claim)


def check_room(result, claim, is_first=True):
    """The most room to rise is had by those that score lowest."""
    if claim["who"]:
        check_lowest(result, claim, is_first)
        assert (claim["has"] == "has") == (claim["verb"] == "scores")
    else:
        assert {result.level(key) for key in shown_keys(result)} <= {2, None}


def check_lowest(result, claim, is_first=True):
    level = int(claim["level"])
    known = [result.level(key) for key in shown_keys(result) if result.level(key) is not None]
    assert level == min(known)
    keys = [key for key in shown_keys(result) if result.level(key) == level]
    check_subject(result, claim["who"], claim["verb"] == "score", keys, is_first)
    return keys


def check_subject(result, subject, is_plural, keys, is_first=True):
    """The words before the verb mean these categories, by name or by number, and the verb agrees with them."""
    every = NUMBERS[len(shown_keys(result))]
    names = [re.escape(NAMES[key]) for key in keys]
    if len(keys) == len(shown_keys(result)) > 4:
        expected = f"all {every} categories"
    elif len(keys) > 4:
        expected = f"{NUMBERS[len(keys)]} of the {every} categories"
    elif len(keys) > 2:
        expected = f"{', '.join(names[:-1])}, and {names[-1]}"
    else:
        expected = ",? and ".join(names)
    assert re.fullmatch(expected[0].upper() + expected[1:] if is_first else expected, subject)
    assert is_plural == (len(keys) > 1)


def open_keys(result):
    return list(result.unscored)


def shown_keys(result):
    return [answer.key for answer in result.answers]


def counted(word):
    return {"it": 1, "the": 1, "either": 1, "both": 2}.get(word) or NUMBERS.index(word)
