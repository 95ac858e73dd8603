"""What causes the verdict: examples word for word, and that what it says is true for every combination.

`check` reads a cause back into what it says and tries that out on the answers themselves.
"""

import re
from itertools import combinations, combinations_with_replacement, product

import pytest
from hypothesis import given

from assessments.scoring import Verdict, cause, score
from assessments.scoring.words import NUMBERS
from tests.scoring.samples import LEVELS, NAMES, decided, make_result, proven_and_claimed, results

OPEN = None


@pytest.mark.parametrize(
    ("levels", "sentences"),
    [
        pytest.param(
            [2, 2, 0, 0, 2, 1, 1, 1],
            "Two categories score 0: Cost model; Facilities. Raising either one to 1 reaches the line.",
            id="either of two",
        ),
        pytest.param(
            [2, 2, 1, 0, 1, 1, 0, 1],
            "Two categories score 0: Facilities; Data and lineage. Raising both to 1 reaches the line.",
            id="both, one with an and of its own",
        ),
        pytest.param(
            [2, 2, 0, 1, 1, 1, 1, 1], "Cost model scores 0. Raising it to 1 reaches the line.", id="the only one"
        ),
        pytest.param(
            [2, 1, 1, 1, 1, 1, 1, 1],
            "Seven of the eight categories score 1. Raising any one of them to 2 reaches the line.",
            id="any one of many",
        ),
        pytest.param(
            [2, 2, 0, 0, 0, 1, 1, 1],
            "Three categories score 0: Cost model; Facilities; Resilience. Raising all three to 1 reaches the line.",
            id="all of them",
        ),
        pytest.param(
            [1] * 8,
            "All eight categories score 1. Raising any two of them to 2 reaches the line.",
            id="some of all",
        ),
        pytest.param(
            [0] * 8,
            "All eight categories score 0. Raising all eight to 1 earns eight of the ten points needed. "
            "Two points more anywhere do the rest.",
            id="all and more",
        ),
        pytest.param(
            [2, 1, 0, 1, 1, 1, 1, 1],
            "Cost model scores 0. Raising it to 1 earns one of the two points needed. Any other one does the rest.",
            id="the only one and one more",
        ),
        pytest.param(
            [0, 1, 1, 1, 1, 1, 1, 1],
            "Workloads scores 0. Raising it to 1 earns one of the three points needed. Any two others do the rest.",
            id="the only one and two more",
        ),
        pytest.param(
            [2, 1, 0, 0, 1, 1, 1, OPEN],
            "Two categories score 0: Cost model; Facilities. Even if the open category earns all it can, raising both "
            "to 1 reaches the line.",
            id="with one open",
        ),
        pytest.param(
            [0, 1, 1, 1, 0, OPEN, OPEN, OPEN],
            "Two categories score 0: Workloads; Resilience. Even if all three open categories earn all they can, "
            "raising either one to 1 reaches the line.",
            id="with three open",
        ),
        pytest.param(
            [2] * 8, "Every category scores 2. Losing seven proven points would put it below the line.", id="at the top"
        ),
        pytest.param(
            [2, 2, 2, 2, 2, 0, 0, 0],
            "Three categories score 0: Security; Data and lineage; Run. Losing one proven point would put it below the "
            "line.",
            id="nothing to spare",
        ),
        pytest.param(
            [2, 2, 2, 2, 2, 0, 1, OPEN],
            "One category is still open and can add two points. Security scores 0. Losing two proven points would put "
            "it below the line.",
            id="clear with one open",
        ),
        pytest.param(
            [2, 2, 2, 2, 2, 2, OPEN, OPEN],
            "Two categories are still open and can add four points. Losing three proven points would put it below the "
            "line.",
            id="clear with nothing else to gain",
        ),
        pytest.param(
            [2, 2, 2, 2, 0, 0, 0, OPEN],
            "Run is still open. It needs both of its points to reach the line.",
            id="the last one decides",
        ),
        pytest.param(
            [2, 2, 2, 2, 1, 0, 0, OPEN],
            "Run is still open. It needs one of its two points to reach the line.",
            id="the last one needs a 1",
        ),
        pytest.param(
            [2, 2, 2, 2, 1, 0, OPEN, OPEN],
            "Two categories are still open: Data and lineage; Run. They need one of their four points to reach the "
            "line.",
            id="one point between two",
        ),
        pytest.param(
            [1, 0, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN],
            "Six of the eight categories are still open. They need nine of their twelve points to reach the line.",
            id="many open",
        ),
        pytest.param(
            [OPEN] * 8,
            "All eight categories are still open. They need ten of their sixteen points to reach the line.",
            id="nothing scored",
        ),
    ],
)
def test_a_cause_reads_well_where_everything_is_proven(levels, sentences):
    assert cause(make_result(levels), NAMES) == sentences


@pytest.mark.parametrize(
    ("pairs", "sentences"),
    [
        pytest.param(
            [(0, 2), (1, 2), (1, 2), (0, 1), (1, 1), (1, 1), (2, 2), (0, 0)],
            "Five points in four categories rest on what was said. On what was shown, it is four points below the "
            "line.",
            id="as the design has it",
        ),
        pytest.param(
            [(2, 2)] * 4 + [(1, 2)] + [(0, 0)] * 3,
            "One point in Resilience rests on what was said. On what was shown, it is one point below the line.",
            id="one point",
        ),
        pytest.param(
            [(0, 2)] * 4 + [(1, 1)] + [(0, 0)] * 3,
            "Three categories score 0: Security; Data and lineage; Run. Raising any one of them to 1 reaches the line. "
            "Of the nine points claimed, one is proven.",
            id="at risk even on its word",
        ),
        pytest.param(
            [(0, 1)] * 8,
            "All eight categories score 1. Raising any two of them to 2 reaches the line. Of the eight points claimed, "
            "none is proven.",
            id="at risk with nothing proven",
        ),
        pytest.param(
            [(0, 1)] + [(0, 0)] * 7,
            "Seven of the eight categories score 0. Raising all seven to 1 earns seven of the nine points needed. Two "
            "points more anywhere do the rest. The one point claimed is not proven.",
            id="one point, not proven",
        ),
        pytest.param(
            [(2, 2)] * 5 + [(0, 2), (1, 2), (0, 0)],
            "Run scores 0. Losing two proven points would put it below the line. Three points more are claimed, not "
            "proven.",
            id="clear, and more claimed",
        ),
    ],
)
def test_a_cause_tells_what_is_proven_from_what_is_claimed(pairs, sentences):
    assert cause(proven_and_claimed(pairs), NAMES) == sentences


@pytest.mark.parametrize(
    ("answers", "sentences"),
    [
        pytest.param(
            [decided((0, None, None), key=key) for key in NAMES],
            "Too much could not be shown in all eight categories. Showing it in any two of them brings the line within "
            "reach.",
            id="at risk before anything is settled",
        ),
        pytest.param(
            [*(decided((2, None, None), key=key) for key in "abcdefg"), decided((2, 2, 2), key="h")],
            "Seven of the eight categories are still open. They need one of the seven points they can still earn to "
            "reach the line.",
            id="open, and a part is earned",
        ),
        pytest.param(
            [*(decided((2, 2, 2), key=key) for key in "abcd"), decided((2, None, None), key="e")]
            + [decided((0, 0, 0), key=key) for key in "fgh"],
            "Resilience is still open. It needs the one point it can still earn to reach the line.",
            id="all that is left",
        ),
        pytest.param(
            [
                *(decided((2, 2, 2), (0, 0, 0), key=key) for key in "abcde"),
                decided((None, None, None), key="f"),
                decided((2, None, None), key="g"),
                decided((0, 0, 0), key="h"),
            ],
            "Ten points in five categories rest on what was said. On what was shown, it is nine points below the "
            "line. Two categories are still open and can add three points.",
            id="on its word with two open",
        ),
        pytest.param(
            [decided((2, None, None), (0, 0, 0), key="a")]
            + [decided((None, None, None), key=key) for key in "bcdefgh"],
            "All eight categories are still open. They need nine of the fifteen points they can still earn to reach "
            "the line. The one point claimed is not proven.",
            id="open, with a claim",
        ),
        pytest.param(
            [decided((0, None, None), key="a")] + [decided((None, None, None), key=key) for key in "bcdefgh"],
            "All eight categories are still open. They need ten of the fifteen points they can still earn to reach the "
            "line.",
            id="open, one point lost",
        ),
    ],
)
def test_a_cause_reads_well_of_categories_that_are_not_settled(answers, sentences):
    assert cause(score(answers), NAMES) == sentences


def test_a_cause_is_true_for_every_combination_of_levels():
    for levels in product(LEVELS, repeat=8):
        result = make_result(levels)
        check(result, cause(result, NAMES))


def test_a_cause_is_true_for_every_combination_of_proven_and_claimed():
    pairs = [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)]
    for combination in combinations_with_replacement(pairs, 8):
        result = proven_and_claimed(combination)
        check(result, cause(result, NAMES))


@pytest.mark.parametrize("threshold", range(1, 17))
def test_a_cause_is_true_wherever_the_line_is_drawn(threshold):
    for levels in combinations_with_replacement([0, 1, 2, OPEN], 8):
        result = make_result(levels, supported="abcd", threshold=threshold)
        check(result, cause(result, NAMES))


@pytest.mark.parametrize("count", range(1, 8))
def test_a_cause_is_true_for_fewer_categories(count):
    for threshold in range(1, 2 * count + 1):
        for levels in product(LEVELS, repeat=min(count, 4)):
            result = make_result((*levels, *[1] * (count - 4)), threshold=threshold)
            check(result, cause(result, NAMES))


@given(results)
def test_a_cause_is_true_and_made_of_clean_sentences(result):
    text = cause(result, NAMES)

    check(result, text)
    assert re.fullmatch(r"([A-Z][^.]*[^.\s]\.)( [A-Z][^.]*[^.\s]\.){0,3}", text)
    assert "  " not in text
    assert "None" not in text
    assert not re.search(r"\b(One|one) \w+ (score|are|have|do|rest|need)\b|\bzero\b|\bat least\b|\black", text)


@given(results)
def test_no_word_reassures_while_the_verdict_warns(result):
    if result.verdict != Verdict.CLEAR:
        assert not re.search(r"\b(clear|safe|fine|only add|Every category)\b", cause(result, NAMES), re.IGNORECASE)


@pytest.mark.parametrize(
    ("levels", "text"),
    [
        (
            [2, 2, 0, 0, 2, 1, 1, 1],
            "Two categories score 0: Cost model; Facilities. Raising both to 1 reaches the line.",
        ),
        ([2, 2, 0, 0, 1, 1, 1, 1], "Two categories score 0: Cost model; Run. Raising both to 1 reaches the line."),
        (
            [2, 2, 0, 0, 1, 1, 1, 1],
            "Two categories score 1: Cost model; Facilities. Raising both to 2 reaches the line.",
        ),
        ([2, 2, 0, 0, 1, 1, 1, 1], "Cost model scores 0. Raising it to 1 reaches the line."),
        ([2] * 8, "Every category scores 2. Losing six proven points would put it below the line."),
        ([2, 2, 2, 2, 0, 0, 0, OPEN], "Run is still open. It needs one of its two points to reach the line."),
    ],
)
def test_a_sentence_that_is_not_true_would_be_noticed(levels, text):
    with pytest.raises(AssertionError):
        check(make_result(levels), text)


WORD = f"(?:{'|'.join(NUMBERS)})"


def about(one, many):
    """A sentence about one category, a few by name, or many by number."""
    by_name = rf"{WORD} categories {many}: (?P<names>.+)"
    by_number = rf"(?P<count>All {WORD}|{WORD}) (?:of the {WORD} )?categories {many}"
    return re.compile(rf"(?:(?P<one>.+?) {one}|{by_name}|{by_number})\.", re.IGNORECASE)


LOWEST = about("scores [01]", "score [01]")
OPENED = about("is still open", "are still open")
WAY = re.compile(
    rf"(?:Raising|Even if (?P<open>the open category earns all it can|both open categories earn all they can|"
    rf"all (?P<opens>{WORD}) open categories earn all they can), raising) "
    rf"(?P<some>it|both|all {WORD}|either one|any {WORD} of them) to (?P<level>[12]) "
    rf"(?:reaches the line|earns (?P<earned>{WORD}) of the (?P<needed>{WORD}) points? needed)\."
)
REST = re.compile(
    rf"(?:(?P<other>Any other one|Any (?P<others>{WORD}) others)|(?P<points>{WORD}) points? more anywhere) "
    r"(?P<do>does|do) the rest\.",
    re.IGNORECASE,
)
PROVEN = re.compile(
    rf"(?:Of the (?P<claimed>{WORD}) points claimed(?P<sofar> so far)?, (?P<proven>none|{WORD}) (?P<is>is|are) proven"
    r"|The one point claimed is not proven)\."
)
NEED = re.compile(
    rf"(?P<it>It needs|They need) (?:(?P<some>{WORD}) of (?:(?:its|their) (?P<of>{WORD}) points?|the (?P<still>{WORD}) "
    rf"points? (?:it|they) can still earn)|(?P<all>both|all {WORD}) of (?:its|their) points"
    rf"|(?P<every>the one point|both points|all {WORD} points) (?:it|they) can still earn) to reach the line\."
)
SAID = re.compile(rf"(?P<points>{WORD}) points? in (?P<where>.+) (?P<rest>rests?) on what was said\.", re.IGNORECASE)
SHOWN = re.compile(rf"On what was shown, it is (?P<points>{WORD}) points? below the line\.")
TO_ADD = re.compile(
    rf"(?P<open>{WORD}) categor(?:y is|ies are) still open and can add (?P<points>{WORD}) points?\.", re.IGNORECASE
)
MARGIN = re.compile(rf"Losing (?P<lost>{WORD}) proven points? would put it below the line\.")
MORE = re.compile(rf"(?P<points>{WORD}) points? more (?:is|are) claimed, not proven\.", re.IGNORECASE)


def check(result, text):
    """Assert that each thing the sentences say is so, and that nothing is left unsaid."""
    sentences = re.findall(r"[^.]+\.", text)
    sentences = [sentence.strip() for sentence in sentences]
    {
        Verdict.AT_RISK: check_at_risk,
        Verdict.UNDETERMINED: check_undecided,
        Verdict.ON_ITS_WORD: check_on_its_word,
        Verdict.CLEAR: check_clear,
    }[result.verdict](result, sentences)
    assert sentences == []


def check_at_risk(result, sentences):
    if not result.gaps:
        assert sentences.pop(0).startswith("Too much could not be shown in ")
        assert re.match("Showing it in .+ brings the line within reach", sentences.pop(0))
    else:
        named = check_lowest(result, sentences.pop(0))
        check_way_up(result, named, sentences)
    check_proven(result, sentences)


def check_way_up(result, named, sentences):
    """Raising as many of the named as it says is enough, and one fewer is not, if the open categories earn all."""
    said = WAY.fullmatch(sentences.pop(0))
    assert said
    left = len(result.unscored)
    assert bool(said["open"]) == bool(left)
    if said["open"]:
        assert {"the": 1, "bot": 2}.get(said["open"][:3], counted(said["opens"] or "two")) == left
    level = result.gaps[0].level
    assert int(said["level"]) == level + 1
    start = {answer.key: answer.high for answer in result.answers}
    some = said["some"].split()
    moved = counted(some[1] if some[0] in ("all", "any") else some[0])
    assert {"it": 1, "both": 2, "all": moved, "either": 2}.get(some[0], len(named)) == len(named)
    assert moved < len(named) or some[0] in ("it", "both", "all")
    if not said["earned"]:
        assert reaches(result, start, named, moved) == {True}
        assert reaches(result, start, named, moved - 1) == {False}
        return
    rest = REST.fullmatch(sentences.pop(0))
    assert rest
    assert moved == len(named) == counted(said["earned"])
    assert counted(said["needed"]) == result.threshold - sum(start.values())
    more = counted(said["needed"]) - moved
    others = [gap.key for gap in result.gaps if gap.key not in named]
    raised = start | {key: start[key] + 1 for key in named}
    if rest["other"]:
        assert counted(rest["others"] or "one") == more <= len(others)
        assert reaches(result, raised, others, more) == {True}
    else:
        assert counted(rest["points"]) == more <= 2 * len(start) - sum(raised.values())
    assert (rest["do"] == "does") == (more == 1)


def reaches(result, start, named, count):
    """Whether the line is reached by raising so many of the named by one level, for each choice of them."""
    return {
        sum((start | {key: start[key] + 1 for key in chosen}).values()) >= result.threshold
        for chosen in combinations(named, count)
    }


def check_proven(result, sentences):
    if not result.unproven:
        return
    said = PROVEN.fullmatch(sentences.pop(0))
    assert said
    if not said["claimed"]:
        assert (result.total, result.proven_total) == (1, 0)
        return
    proven = 0 if said["proven"] == "none" else counted(said["proven"])
    assert (counted(said["claimed"]), proven) == (result.total, result.proven_total)
    assert bool(said["sofar"]) == (not result.is_complete)
    assert (said["is"] == "is") == (proven <= 1)


def check_undecided(result, sentences):
    check_subject(result, OPENED.fullmatch(sentences.pop(0)), list(result.unscored))
    said = NEED.fullmatch(sentences.pop(0))
    assert said
    left, missing = result.high - result.total, result.threshold - result.total
    assert (said["it"] == "It needs") == (len(result.unscored) == 1)
    if said["some"]:
        assert (counted(said["some"]), counted(said["of"] or said["still"])) == (missing, left)
    else:
        assert counted((said["all"] or said["every"]).split()[-2 if said["every"] else -1]) == left == missing
    if said["of"] or said["all"]:
        assert left == 2 * len(result.unscored)
    check_proven(result, sentences)


def check_on_its_word(result, sentences):
    said, shown = SAID.fullmatch(sentences.pop(0)), SHOWN.fullmatch(sentences.pop(0))
    assert said
    assert shown
    assert counted(said["points"]) == result.total - result.proven_total
    claims = [answer.key for answer in result.answers if answer.proven < answer.low]
    assert said["where"] == (NAMES[claims[0]] if len(claims) == 1 else f"{NUMBERS[len(claims)]} categories")
    assert (said["rest"] == "rests") == (counted(said["points"]) == 1)
    assert result.proven_total + counted(shown["points"]) == result.threshold
    check_to_add(result, sentences)


def check_to_add(result, sentences):
    if result.is_complete:
        return
    said = TO_ADD.fullmatch(sentences.pop(0))
    assert said
    assert (counted(said["open"]), counted(said["points"])) == (len(result.unscored), result.high - result.total)


def check_clear(result, sentences):
    check_to_add(result, sentences)
    if result.gaps:
        check_lowest(result, sentences.pop(0))
    elif result.is_complete:
        assert sentences.pop(0) == "Every category scores 2."
        assert set(result.levels.values()) == {2}
    margin = MARGIN.fullmatch(sentences.pop(0))
    assert margin
    lost = counted(margin["lost"])
    assert result.proven_total - lost < result.threshold <= result.proven_total - lost + 1
    if result.unproven:
        more = MORE.fullmatch(sentences.pop(0))
        assert more
        assert counted(more["points"]) == result.unproven


def check_lowest(result, sentence):
    said = LOWEST.fullmatch(sentence)
    assert said
    level = int(re.search(r"scores? ([01])", sentence)[1])
    settled = [answer.level for answer in result.answers if answer.level is not None]
    assert level == min(settled)
    keys = [answer.key for answer in result.answers if answer.level == level]
    check_subject(result, said, keys)
    return keys


def check_subject(result, said, keys):
    """The subject means these categories, by name or by number."""
    assert said
    if said["one"]:
        assert [said["one"]] == [NAMES[key] for key in keys]
    elif said["names"]:
        assert said["names"].split("; ") == [NAMES[key] for key in keys]
        assert counted(said.string.split()[0]) == len(keys) in (2, 3, 4)
    else:
        assert counted(said["count"].split()[-1]) == len(keys) > 4
        assert ("All" in said["count"]) == (len(keys) == len(result.answers))


def counted(word):
    word = word.lower()
    return {"it": 1, "the": 1, "either": 1, "both": 2}.get(word) or NUMBERS.index(word)
