import pytest
from django.utils import translation
from django.utils.translation import trans_real

from assessments import framework
from assessments.figures import suits
from assessments.readers import FORMATS, UNITS
from assessments.scorecards.filling import facts

CONTENT = framework.load(version="2026.2")


def test_every_name_of_the_readers_suits_something_and_has_a_title():
    for name in UNITS:
        assert suits.suit_of(name, "mean", "").deciders, name
        assert "_" not in suits.title_of(name, "mean", "")


@pytest.mark.parametrize("rule", suits.RULES, ids=lambda rule: f"{rule.name} {rule.statistics} {rule.kinds}")
def test_what_a_figure_suits_is_in_the_framework(rule):
    for category, decider in rule.suit.deciders:
        assert CONTENT.category(category).decider(decider)
    for fact in rule.suit.facts:
        assert fact in facts.SOURCED
    if rule.suit.metric:
        category, key = rule.suit.metric
        assert key in {metric.key for metric in CONTENT.category(category).metrics}


def test_every_format_has_a_folder_and_a_title():
    assert {form.slug for form in FORMATS} == set(suits.FOLDER_OF) == set(suits.TITLES)


@pytest.mark.parametrize(
    ("name", "statistic", "kind", "title"),
    [
        ("latency", "p95", "", "p95 latency"),
        ("latency", "p99.9", "storage reads", "p99.9 storage latency, reads"),
        ("latency", "mean", "", "Mean latency"),
        ("time_to_first_token", "p50", "", "Median time to first token"),
        ("error_rate", "mean", "", "Failed requests"),
        ("utilization", "mean", "allocated", "Mean allocated share"),
        ("power", "max", "one server", "Highest power, one server"),
        ("cost", "total", "EffectiveCost usage", "Cost, EffectiveCost usage"),
        ("iops", "mean", "storage writes", "IOPS, writes"),
    ],
)
def test_a_title_says_the_statistic_and_what_it_is_of(name, statistic, kind, title):
    assert suits.title_of(name, statistic, kind) == title


def test_allocated_and_active_utilization_are_two_kinds_of_figure():
    assert suits.kind_of("utilization", "CPUs of cluster lab allocated, share of the time", "sreport") == "allocated"
    assert suits.kind_of("utilization", "a kernel was running, 2 GPUs", "nvidia-smi-csv") == "active"


def test_the_latency_of_a_disk_is_no_latency_of_requests():
    assert suits.kind_of("latency", "disk vda, reads, queue included", "sysstat-text") == "storage reads"
    assert suits.kind_of("latency", "one event", "sysbench") == "benchmark"
    assert suits.suit_of("latency", "p99", "benchmark").facts == ()


def test_a_p99_of_requests_suits_the_latency_fact_and_one_of_storage_does_not():
    assert suits.suit_of("latency", "p99", "").facts == ("latency-target",)
    assert suits.suit_of("latency", "p99", "storage reads").facts == ()
    assert suits.suit_of("latency", "mean", "").facts == ()


def test_a_kept_title_is_said_in_the_language_that_is_spoken(monkeypatch):
    catalog = trans_real.translation("de")._catalog
    for text, said in {
        "figure\x04latency": "Latenz",
        "figure\x04storage latency": "Speicherlatenz",
        "kind of a figure\x04reads": "Lesen",
        "figure\x04{statistic} {what}": "{what}, {statistic}",
    }.items():
        monkeypatch.setitem(catalog._catalogs[0], text, said)

    with translation.override("de"):
        assert suits.kept_title("latency", "p95", "") == "p95 latency"
        assert suits.said("p95 latency", "latency", "p95", "") == "Latenz, p95"
        assert (
            suits.said("p99 storage latency, reads", "latency", "p99", "storage reads") == "Speicherlatenz, p99, Lesen"
        )
        assert suits.said("Our own words", "latency", "p95", "") == "Our own words"
