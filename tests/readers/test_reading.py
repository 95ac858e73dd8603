from decimal import Decimal

import pytest

from assessments.readers import Figure, Format, Reading
from assessments.readers.draft import Draft

FORM = Format(slug="x", title="x", tool="x", seen="1", made_by="x", figures="x")


@pytest.mark.parametrize(
    ("name", "statistic", "value", "unit", "count"),
    [
        ("speed", "p95", "1", "ms", None),
        ("latency", "p42", "1", "ms", None),
        ("latency", "p95", "1", "s", None),
        ("latency", "p95", "NaN", "ms", None),
        ("latency", "p95", "Infinity", "ms", None),
        ("latency", "p95", "-1", "ms", None),
        ("latency", "p95", "1", "ms", -1),
        ("cost", "total", "1", "usd", None),
        ("cost", "total", "1", "ms", None),
        ("throughput", "mean", "1", "USD", None),
    ],
)
def test_a_figure_that_cannot_be_is_refused(name, statistic, value, unit, count):
    with pytest.raises(ValueError, match=r"\w"):
        Figure(name, statistic, Decimal(value), unit, count)


def test_a_cost_has_any_currency_and_may_be_a_credit():
    assert Figure("cost", "total", Decimal("-1.5"), "EUR").unit == "EUR"


def test_a_reading_asks_only_for_what_can_be_asked():
    with pytest.raises(ValueError, match="nothing to ask for"):
        Reading(format="x", missing=("horoscope",))


def latencies(count, **values):
    draft = Draft(FORM)
    draft.latencies("latency", {name: Decimal(value) for name, value in values.items()}, count)
    return draft.reading()


def shown(reading):
    return [figure.statistic for figure in reading.figures]


@pytest.mark.parametrize(
    ("count", "statistics", "warnings", "refusals"),
    [
        (1_000, ["p95", "p99"], (), ()),
        (999, ["p95", "p99"], ("Only 999 requests: the p99 rests on fewer than ten of them.",), ()),
        (100, ["p95", "p99"], ("Only 100 requests: the p95 and p99 rest on fewer than ten of them.",), ()),
        (
            99,
            ["p95"],
            ("Only 99 requests: the p95 rests on fewer than ten of them.",),
            ("99 requests: the p99 is the maximum, so it is not taken as a p99.",),
        ),
        (
            19,
            [],
            (),
            ("19 requests: the p95 and p99 are the maximum, so they are not taken as such.",),
        ),
    ],
)
def test_a_percentile_of_too_few_requests_is_refused(count, statistics, warnings, refusals):
    reading = latencies(count, p95="1.5", p99="2")

    assert shown(reading) == statistics
    assert reading.warnings == warnings
    assert reading.refusals == refusals


def test_a_percentile_without_a_count_asks_for_the_count():
    reading = latencies(None, p95="1.5")

    assert shown(reading) == ["p95"]
    assert "count" in reading.missing


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"mean": "3"}, "Average only: this is no p95."),
        ({"mean": "3", "max": "9"}, "Average only: this is no p95."),
        ({"mean": "3", "p50": "2", "p75": "4"}, "Nothing above the p75: this is no p95."),
    ],
)
def test_an_average_is_no_p95(values, refusal):
    assert latencies(5_000, **values).refusals == (refusal,)


def test_a_zero_is_no_latency():
    reading = latencies(5_000, p50="0", p95="3")

    assert shown(reading) == ["p95"]
    assert reading.refusals == ("The latency is written as 0 (p50): too short for this file to show, or not measured.",)


@pytest.mark.parametrize(
    ("failed", "total", "left", "said"),
    [
        (0, 0, False, "No request was made: the zeros are no latencies."),
        (5, 5, False, "Every request failed: the zeros, or the times of the failures, are no latencies."),
        (1, 5, True, "1 of 5 requests failed; they are in the latencies and in the requests per second."),
        (0, 5, True, None),
    ],
)
def test_failures_decide_whether_there_is_anything_to_measure(failed, total, left, said):
    draft = Draft(FORM)

    assert draft.failures(failed, total, "x") is left
    reading = draft.reading()
    assert [said] == [*reading.warnings, *reading.refusals] or said is None
    assert [figure.value for figure in reading.figures] == ([] if not total else [Decimal(100 * failed) / total])


@pytest.mark.parametrize(
    ("date", "missing"),
    [
        (None, ("date", "version")),
        ("2026-11-29", ("version",)),
        ("2026-11-29T21:00:00", ("time zone", "version")),
        ("2026-11-29T21:00:00Z", ("version",)),
        ("2026-11-29T21:00:00+01:00", ("version",)),
    ],
)
def test_what_the_file_leaves_open_is_asked(date, missing):
    assert Draft(FORM, date=date).reading().missing == missing
