"""What a snapshot freezes, what it leaves out, and when two snapshots are the same."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments import framework
from assessments.reports.document import document
from assessments.reports.services import request_report
from assessments.reports.snapshot import digest
from assessments.scorecards import services as scorecards
from assessments.scorecards.readings import HistoryPoint
from tests.factories import make_scorecard
from tests.reports.snapshots import AT, HISTORY, KEYS, make_snapshot

CATEGORIES = framework.load(version="2026.1").categories


def evidence(title, where):
    """A link as it is frozen, without a day: its row was never saved."""
    return {
        "kind": "link",
        "title": title,
        "where": where,
        "seen_by": "",
        "seen_by_id": None,
        "on": None,
        "until": None,
    }


def test_a_snapshot_is_plain_json():
    snapshot = make_snapshot(was=(1, 1, 0, 0, 1, 1, 1, 0), history=HISTORY, signed_off_at=AT)

    assert json.loads(json.dumps(snapshot)) == snapshot


def test_a_category_is_frozen_with_all_that_the_report_says_of_it():
    snapshot = make_snapshot(
        was=(1, None, 0, 0, 1, 1, 1, 0),
        notes={"workload-clarity": "Five workloads."},
        metrics={"workload-clarity": ("Live share", "61")},
        evidence={"workload-clarity": [("Register", "https://wiki.example.com/a/b?c=d")]},
    )

    category, first = CATEGORIES[0], snapshot["categories"][0]
    assert first == {
        "key": "workload-clarity",
        "name": category.name,
        "short_name": category.short_name,
        "question": category.question,
        "level": 2,
        "low": 2,
        "high": 2,
        "proven": 2,
        "was": 1,
        "claim": None,
        "deciders": [],
        "statements": [level.statement for level in category.levels],
        "note": "Five workloads.",
        "metric": {"name": "Live share", "value": "61 percent", "on": "2026-08-17"},
        "evidence": [evidence("Register", "wiki.example.com")],
        "next": None,
    }


def test_a_category_below_2_is_frozen_with_the_actions_to_the_next_level():
    category = CATEGORIES[2]

    frozen = make_snapshot()["categories"][2]

    assert (frozen["level"], frozen["next"]["level"]) == (0, 1)
    assert [action["title"] for action in frozen["next"]["actions"]] == [action.title for action in category.to_1]
    assert {action["phase"] for action in frozen["next"]["actions"]} <= {
        phase["key"] for phase in make_snapshot()["framework"]["phases"]
    }


def test_a_category_not_scored_has_no_next_level():
    frozen = make_snapshot((None,) * 8)["categories"][0]

    assert (frozen["level"], frozen["next"]) == (None, None)
    assert len(frozen["statements"]) == 3


@pytest.mark.parametrize(
    ("title", "url", "where"),
    [
        ("Register", "https://wiki.example.com/secret?token=1", "wiki.example.com"),
        ("wiki.example.com", "https://wiki.example.com/a", ""),
        ("Register", "", ""),
    ],
)
def test_a_link_is_frozen_as_its_host_only(title, url, where):
    snapshot = make_snapshot(evidence={KEYS[0]: [(title, url)]})

    assert snapshot["categories"][0]["evidence"] == [evidence(title, where)]


def test_a_figure_without_a_name_is_not_frozen():
    assert make_snapshot(metrics={KEYS[0]: ("", "61")})["categories"][0]["metric"] is None


def test_the_result_of_an_open_scorecard_is_a_range():
    result = make_snapshot((2, 1, None, 1, 2, 1, 2, None))["result"]

    assert (result["total"], result["high"], result["verdict"]) == (9, 13, "open")
    assert result["unscored"] == ["cost-model", "facilities-power"]
    assert result["headline"] == "Undecided: two categories still to score. Proven so far: 9."


def test_an_earlier_scorecard_is_frozen_with_the_change_since():
    snapshot = make_snapshot(was=(1, 1, 0, 0, 1, 1, 2, 0))

    assert snapshot["earlier"] == {"title": "Q2", "on": "2026-04-06", "total": 6, "high": 6, "change": 3}


def test_a_report_on_an_old_scorecard_does_not_show_what_came_after_it():
    later = HistoryPoint(4, "Q4", date(2026, 12, 1), 12, 11)
    own = HistoryPoint(3, "Q3", date(2026, 9, 14), 9, 7)

    snapshot = make_snapshot(history=[*HISTORY, own, later], signed_off_at=AT)

    assert [point["total"] for point in snapshot["history"]] == [4, 6, 9]


def test_a_draft_shows_the_whole_history():
    assert [point["total"] for point in make_snapshot(history=HISTORY)["history"]] == [4, 6]


def test_the_glossary_holds_the_terms_that_occur_and_no_other():
    without = [entry["term"] for entry in make_snapshot()["glossary"]]
    with_term = [entry["term"] for entry in make_snapshot(notes={KEYS[0]: "MFU is 40 percent."})["glossary"]]

    terms = [entry.term for entry in framework.current().handbook.glossary]
    assert [term for term in terms if term in without] == without
    assert set(without) < set(terms)
    assert set(without) <= set(with_term)


def test_two_clicks_on_one_day_freeze_the_same():
    assert digest(make_snapshot(at=AT)) == digest(make_snapshot(at=AT + timedelta(hours=3)))


@pytest.mark.parametrize(
    "other",
    [
        {"at": AT + timedelta(days=1)},
        {"by": "Tom Okafor"},
        {"name": "Kestrel Freight"},
        {"notes": {KEYS[0]: "More."}},
        {"levels": (2, 1, 0, 1, 2, 1, 2, 1)},
    ],
)
def test_any_difference_in_what_is_shown_is_another_digest(other):
    assert digest(make_snapshot(**other)) != digest(make_snapshot())


def test_the_order_of_keys_is_no_difference():
    snapshot = make_snapshot()

    assert digest(dict(reversed(snapshot.items()))) == digest(snapshot)


@pytest.mark.django_db(transaction=True)
def test_a_report_keeps_its_wording_when_the_rows_change():
    scorecard = make_scorecard(levels=[2, 1, 0, 1, 2, 1, 2, 0], title="Q3 assessment")
    report = request_report(scorecard, actor=scorecard.organization.created_by)
    before = report.snapshot
    scorecards.record_note(
        scorecard, category=KEYS[0], note="Later.", actor=scorecard.organization.created_by, version=0
    )
    scorecard.organization.name = "Another"
    scorecard.organization.save()

    report.refresh_from_db()

    assert report.snapshot == before
    assert report.snapshot["made"]["on"] == timezone.localdate().isoformat()


def test_a_snapshot_of_the_first_format_is_read_by_its_own_rule():
    now = make_snapshot(signed_off_at=AT, evidence={})
    old = json.loads(json.dumps(now))
    old["format"] = 1
    for name in ("claims", "zeros", "is_untouched", "proven_total"):
        old["result"].pop(name)
    old["result"] |= {"unsupported": ["workload-clarity", "data-pipeline", "security-access"], "evidenced_total": 6}
    for category in old["categories"]:
        for name in ("low", "high", "proven", "claim", "deciders"):
            category.pop(name)
    for fact in old["facts"]:
        for name in ("written", "is_answered", "who_will", "cannot"):
            fact.pop(name)

    shown = document(old)

    assert shown["summary"]["figures"] == document(now)["summary"]["figures"]
    assert [c["level_words"] for c in shown["categories"]] == [c["level_words"] for c in document(now)["categories"]]
    assert shown["flags"]["title"] == document(now)["flags"]["title"]
