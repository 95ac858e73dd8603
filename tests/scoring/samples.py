"""Results to try the scoring on: from levels alone, and strategies for any of them."""

from collections.abc import Sequence

from hypothesis import strategies as st

from assessments.scoring import CategoryAnswer, Result, score

KEYS = tuple("abcdefgh")
NAMES = dict(
    zip(
        KEYS,
        ("Workloads", "Architecture", "Cost model", "Facilities", "Resilience", "Security", "Data and lineage", "Run"),
        strict=True,
    )
)
LEVELS = (None, 0, 1, 2)


def make_answers(levels: Sequence[int | None], supported: str = "") -> list[CategoryAnswer]:
    """An answer for each level, with the keys a, b, c and so on; those in `supported` have something to show."""
    return [CategoryAnswer(key, level, key in supported) for key, level in zip(KEYS, levels, strict=False)]


def make_result(levels: Sequence[int | None], *, supported: str = "", threshold: int = 10) -> Result:
    return score(make_answers(levels, supported), threshold=threshold)


def answers_of(levels: Sequence[int | None]) -> st.SearchStrategy[list[CategoryAnswer]]:
    pairs = st.lists(st.tuples(st.sampled_from(levels), st.booleans()), min_size=8, max_size=8)
    return pairs.map(lambda given: [CategoryAnswer(key, *pair) for key, pair in zip(KEYS, given, strict=True)])


thresholds = st.one_of(st.just(10), st.integers(1, 16))
complete_answers = answers_of(LEVELS[1:])
answers = st.one_of(answers_of(LEVELS), complete_answers)
results = st.builds(score, answers, threshold=thresholds)
complete_results = st.builds(score, complete_answers, threshold=thresholds)
