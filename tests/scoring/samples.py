"""Results to try the scoring on: from levels alone, from deciders, and strategies for any of them."""

from collections.abc import Sequence
from itertools import product

from hypothesis import strategies as st

from assessments.scoring import Age, CategoryAnswer, DeciderAnswer, Result, score

KEYS = tuple("abcdefgh")
NAMES = dict(
    zip(
        KEYS,
        ("Workloads", "Architecture", "Cost model", "Facilities", "Resilience", "Security", "Data and lineage", "Run"),
        strict=True,
    )
)
LEVELS = (None, 0, 1, 2)
STATES = (None, 0, 1, 2)
DECIDERS = ("x", "y", "z")


def make_answers(levels: Sequence[int | None], supported: str = "") -> list[CategoryAnswer]:
    """An answer for each level, with the keys a, b, c and so on; those in `supported` have something to show."""
    return [CategoryAnswer(key, level, key in supported) for key, level in zip(KEYS, levels, strict=False)]


def make_result(levels: Sequence[int | None], *, supported: str = "".join(KEYS), threshold: int = 10) -> Result:
    """Everything is proven, unless it is said what is."""
    return score(make_answers(levels, supported), threshold=threshold)


def decided(
    states: Sequence[int | None], proofs: Sequence[int] = (2, 2, 2), *, key: str = "a", claim: int | None = None
):
    """An answer by three deciders, each with proof of an age: 0 none, 1 stale, 2 current."""
    deciders = (DeciderAnswer(*each) for each in zip(DECIDERS, states, map(Age, proofs), strict=True))
    return CategoryAnswer.by_deciders(key, deciders, claim=claim)


def proven_and_claimed(pairs: Sequence[tuple[int, int]]) -> Result:
    """A complete result from what is proven and claimed of each category."""
    return score(level_pair(key, *pair) for key, pair in zip(KEYS, pairs, strict=False))


def level_pair(key: str, proven: int, claimed: int) -> CategoryAnswer:
    states = {0: (0, 0, 0), 1: (1, 0, 0), 2: (2, 2, 2)}[claimed]
    proofs = {(0, 0): (0, 0, 0), (0, 1): (0, 0, 0), (0, 2): (0, 0, 0), (1, 2): (2, 0, 0)}.get(
        (proven, claimed), (2, 2, 2)
    )
    answer = decided(states, proofs, key=key)
    assert (answer.proven, answer.level) == (proven, claimed)
    return answer


def answers_of(levels: Sequence[int | None]) -> st.SearchStrategy[list[CategoryAnswer]]:
    pairs = st.lists(st.tuples(st.sampled_from(levels), st.booleans()), min_size=8, max_size=8)
    return pairs.map(lambda given: [CategoryAnswer(key, *pair) for key, pair in zip(KEYS, given, strict=True)])


def decided_answers_of(
    states: Sequence[int | None], claims: Sequence[int | None] = (None, None, None, 0, 1, 2)
) -> st.SearchStrategy[list[CategoryAnswer]]:
    """Any answers by deciders; each is one draw out of all there are, which keeps the tests quick."""
    every = list(product(product(states, repeat=3), product(Age, repeat=3), claims))
    return st.lists(st.sampled_from(every), min_size=8, max_size=8).map(
        lambda given: [decided(*each, key=key, claim=claim) for key, (*each, claim) in zip(KEYS, given, strict=True)]
    )


thresholds = st.one_of(st.just(10), st.integers(1, 16))
chosen_answers = st.one_of(answers_of(LEVELS), answers_of(LEVELS[1:]))
decided_answers = st.one_of(decided_answers_of(STATES), decided_answers_of(STATES[1:]), decided_answers_of((1, 2)))
answers = st.one_of(chosen_answers, decided_answers)
complete_answers = st.one_of(answers_of(LEVELS[1:]), decided_answers_of(STATES[1:]))
chosen_results = st.builds(score, chosen_answers, threshold=thresholds)
decided_results = st.builds(score, decided_answers, threshold=thresholds)
results = st.one_of(chosen_results, decided_results)
complete_results = st.builds(score, complete_answers, threshold=thresholds)
