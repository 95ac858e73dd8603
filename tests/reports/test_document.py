"""The sentences of a report: titles that state the finding, counts that read as English, steps that follow."""

from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from assessments import framework
from assessments.reports.document import document
from assessments.scorecards.models import Evidence
from tests.reports.snapshots import AT, HISTORY, KEYS, make_decided_snapshot, make_snapshot

numbers = count(1)

CONTENT = framework.load(version="2026.1")
BLANK = (None,) * 8
FULL = (2,) * 8
MIXED = (2, 1, 0, 1, 2, 1, 2, 0)
OPEN = (2, 1, None, 1, 2, 1, 2, None)


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("levels", "title"),
    [
        (MIXED, "AI spending runs ahead of what can be shown for it."),
        (FULL, "What is spent on AI can be accounted for."),
        (OPEN, "It is not decided yet whether AI spending is under control."),
        (BLANK, "Nothing is scored yet."),
    ],
)
def test_the_summary_s_title_is_the_verdict(levels, title):
    assert plain(document(make_snapshot(levels))["summary"]["title"]) == title


@pytest.mark.parametrize(
    ("levels", "title"),
    [
        (MIXED, "Three categories are disciplined, three are partly defined, two are unclear."),
        ((2, 1, 1, 1, 1, 1, 1, 1), "One category is disciplined, seven are partly defined."),
        ((2, 2, 2, 2, 2, 2, 2, 0), "Seven categories are disciplined, one is unclear."),
        (OPEN, "Three categories are disciplined, three are partly defined, two are not scored."),
        (FULL, "All eight categories are disciplined."),
        ((0,) * 8, "All eight categories are unclear."),
        (BLANK, "No category is scored yet."),
    ],
)
def test_the_glance_s_title_counts_the_levels(levels, title):
    assert plain(document(make_snapshot(levels))["glance"]["title"]) == title


@pytest.mark.parametrize(
    ("case", "value", "note"),
    [
        ({}, "9 of 16", "The first assessment. The risk line is 10."),
        ({"was": (1, 1, 0, 0, 1, 1, 2, 0)}, "9 of 16", "Up from 6 in April 2026. The risk line is 10."),
        ({"was": (2, 2, 1, 1, 2, 1, 2, 0)}, "9 of 16", "Down from 11 in April 2026. The risk line is 10."),
        ({"was": MIXED}, "9 of 16", "The same as in April 2026. The risk line is 10."),
        ({"was": OPEN}, "9 of 16", "Not complete in April 2026. The risk line is 10."),
        ({"levels": OPEN}, "9 to 13 of 16", "Two categories are not scored. The risk line is 10."),
        (
            {"levels": (2, 1, 0, 1, 2, 1, 2, None)},
            "9 to 11 of 16",
            "One category is not scored. The risk line is 10.",
        ),
    ],
)
def test_the_score_is_shown_with_the_change_since_last_time(case, value, note):
    figure = document(make_snapshot(**case))["summary"]["figures"][0]

    assert (figure["value"], plain(figure["note"])) == (value, note)


@pytest.mark.parametrize(
    ("case", "value", "note"),
    [
        ({}, "9 of 16", "One point below the line. All that is claimed is proven."),
        (
            {"evidence": {KEYS[0]: [("Register", "")], KEYS[4]: [("Test", "")]}},
            "8 of 16",
            "Two points below the line. One category claims more.",
        ),
        ({"evidence": {}}, "6 of 16", "Four points below the line. Three categories claim more."),
        ({"levels": (1,) * 8}, "8 of 16", "Two points below the line. All that is claimed is proven."),
        ({"levels": OPEN}, "9 so far", "One point below the line. All that is claimed is proven."),
        ({"levels": (2, 2, 2, 2, 2, 0, 0, 0)}, "10 of 16", "On the line. All that is claimed is proven."),
        ({"levels": FULL, "evidence": {}}, "8 of 16", "Two points below the line. Eight categories claim more."),
        ({"levels": FULL}, "16 of 16", "Six points above the line. All that is claimed is proven."),
    ],
)
def test_the_proven_total_stands_beside_the_claimed_one(case, value, note):
    figure = document(make_snapshot(**case))["summary"]["figures"][1]

    assert (figure["value"], plain(figure["note"])) == (value, note)


@pytest.mark.parametrize(
    ("answers", "value", "note"),
    [
        (("a", "b", "c"), "3 of 3", "All have an answer."),
        (("a", "", "c"), "2 of 3", "One has no answer: a red flag."),
        (("", "", ""), "0 of 3", "Three have no answer: a red flag."),
    ],
)
def test_missing_facts_are_a_red_flag_in_the_summary(answers, value, note):
    figure = document(make_snapshot(answers=answers))["summary"]["figures"][2]

    assert (figure["value"], plain(figure["note"])) == (value, note)


def test_the_findings_name_the_categories_by_level_and_what_moved():
    found = document(make_snapshot(OPEN, was=(1, 1, 0, 2, 2, 1, 2, 0)))["summary"]["found"]

    assert found == [
        "Workloads, Data pipeline, and Security score 2: the practice is disciplined and can be measured.",
        "Reliability, Utilization, and Serving score 1: something is in place, with gaps.",
        "Cost and Facilities are not scored: a range, never a zero.",
        "Since April 2026, up: Workloads from 1 to 2; down: Utilization from 2 to 1.",
    ]


@pytest.mark.parametrize(
    ("case", "title", "titles"),
    [
        ({"levels": BLANK}, "First ask what is still open", []),
        ({"levels": (2, 2, None, 2, 2, 2, 2, None)}, "First ask what is still open", []),
        ({"levels": FULL}, "Nothing is left to raise", []),
        (
            {"levels": FULL, "evidence": {key: [("Register", "")] for key in KEYS[1:]}},
            "This step brings the proven score to 16",
            ["Put proof to Workload clarity"],
        ),
    ],
)
def test_the_first_steps_follow_from_what_is_missing(case, title, titles):
    summary = document(make_snapshot(**case))["summary"]

    assert summary["steps_title"] == title
    assert [step["title"] for step in summary["steps"]] == titles


def test_there_are_three_first_steps_at_most_and_a_level_has_all_its_actions():
    summary = document(make_snapshot())["summary"]

    both = [action.title for action in CONTENT.category(KEYS[2]).to_1]
    assert summary["steps_title"] == "These three bring the proven score to 10"
    assert [step["title"] for step in summary["steps"]][:2] == both
    assert len(summary["steps"]) == 3


@pytest.mark.parametrize(
    ("case", "title"),
    [
        ({}, "Two categories are at 0 and one of three facts has no answer."),
        ({"answers": ("", "", "c")}, "Two categories are at 0 and two of three facts have no answer."),
        ({"answers": ("", "", ""), "levels": FULL}, "None of the three facts has an answer."),
        ({"answers": ("a", "b", "c")}, "Two categories are at 0."),
        ({"answers": ("a", "b", "c"), "levels": FULL}, "No red flag is raised."),
        ({"answers": ("a", "b", "c"), "levels": FULL, "evidence": {}}, "No red flag beyond the verdict."),
        ({"answers": ("a", "b", "c"), "levels": (1,) * 8}, "No red flag beyond the verdict."),
    ],
)
def test_the_red_flags_title_names_the_gravest(case, title):
    assert plain(document(make_snapshot(**case))["flags"]["title"]) == title


def test_a_zero_is_a_red_flag_and_a_claim_a_fall_and_an_open_category_are_watched():
    evidence = {KEYS[4]: [("Test", "")], KEYS[6]: [("Audit", "")]}
    snapshot = make_snapshot((2, 1, 0, 1, 2, 1, 2, None), was=(2, 2, 0, 1, 2, 1, 2, 0), evidence=evidence)

    flags = document(snapshot)["flags"]

    assert [plain(item["title"]) for item in flags["items"]] == ["Cost model is at 0"]
    assert [plain(item["title"]) for item in flags["watch"]] == [
        "Workload clarity claims 2, proven 1",
        "Reliability targets fell from 2 to 1",
        "Facilities and power realism is still open",
    ]


@pytest.mark.parametrize(
    ("case", "title", "outlook"),
    [
        ({}, "Eleven actions take the score from 9 to 14.", None),
        ({"levels": (2,) * 7 + (1,)}, None, None),
        ({"levels": FULL}, "Every category is at 2.", "There is nothing to raise."),
        ({"levels": FULL, "evidence": {}}, "Every category is at 2.", "What is left is proof:"),
        ({"levels": BLANK}, "Nothing that is scored is below 2.", "Score what is open first;"),
    ],
)
def test_the_next_steps_title_says_where_they_lead(case, title, outlook):
    steps = document(make_snapshot(**case))["steps"]

    if title:
        assert plain(steps["title"]) == title
    assert bool(steps["phases"]) == (outlook is None)
    if outlook:
        assert steps["outlook"].startswith(outlook)


def test_every_action_of_every_gap_is_in_exactly_one_phase():
    snapshot = make_snapshot()
    expected = [
        action["title"] for c in snapshot["categories"] if c["next"] is not None for action in c["next"]["actions"]
    ]

    shown = [action["title"] for phase in document(snapshot)["steps"]["phases"] for action in phase["actions"]]

    assert sorted(shown) == sorted(expected)


@pytest.mark.parametrize(
    ("level", "goal", "others"), [(0, 1, [2]), (1, 2, [0]), (2, None, [0, 1]), (None, None, [0, 1, 2])]
)
def test_a_category_shows_its_three_statements_once_each(level, goal, others):
    statements = [each.statement for each in CONTENT.categories[0].levels]

    category = document(make_snapshot((level, *MIXED[1:])))["categories"][0]

    assert category["statement"] == ("" if level is None else statements[level])
    assert category["goal"] == ("" if goal is None else statements[goal])
    assert category["others"] == [{"level": other, "statement": statements[other]} for other in others]


@pytest.mark.parametrize(
    ("level", "was", "label"),
    [
        (2, None, "Disciplined and measurable"),
        (2, 2, "Disciplined and measurable"),
        (1, 0, "Partially defined, up from 0"),
        (0, 2, "Unclear, down from 2"),
        (None, 1, "Not scored"),
    ],
)
def test_a_category_s_label_says_which_way_it_moved(level, was, label):
    snapshot = make_snapshot((level, *MIXED[1:]), was=(was, *MIXED[1:]))

    assert document(snapshot)["categories"][0]["label"] == label


@pytest.mark.parametrize(
    ("history", "signed_off_at", "caption", "is_drawn"),
    [
        (
            (),
            None,
            "No complete assessment is signed off yet. The line begins with the first one and needs two to be drawn.",
            False,
        ),
        (
            HISTORY[:1],
            None,
            "One complete assessment is signed off so far: 4 of 16 in January 2026. The line begins with the next one.",
            False,
        ),
        (
            HISTORY,
            None,
            "The two complete assessments that are signed off. This draft is not among them.",
            True,
        ),
    ],
)
def test_the_trend_needs_two_assessments(history, signed_off_at, caption, is_drawn):
    glance = document(make_snapshot(history=history, signed_off_at=signed_off_at))["glance"]

    assert glance["trend_caption"] == caption
    assert (glance["trend"] is not None) == is_drawn


@pytest.mark.parametrize(
    ("was", "caption"),
    [
        (None, "Three categories are disciplined, three are partly defined, two are unclear."),
        (MIXED, "No category has moved."),
        ((1, 2, 0, 0, 2, 1, 2, 0), "Two categories rose and one category fell since April 2026."),
    ],
)
def test_the_levels_caption_counts_what_moved(was, caption):
    assert document(make_snapshot(was=was))["glance"]["profile_caption"] == caption


def test_a_signed_off_report_says_when():
    assert str(document(make_snapshot(signed_off_at=AT))["signed_off_on"]) == "2026-09-14"


@pytest.mark.parametrize(
    ("name", "size", "running"),
    [
        ("Kestrel", "short", "Kestrel"),
        ("Kestrel Logistics and Northern Freight", "long", "Kestrel Logistics and Northern Freight"),
        ("K" * 90, "longest", "K" * 59 + "…"),
    ],
)
def test_a_long_name_is_set_smaller_and_cut_in_the_header(name, size, running):
    shown = document(make_snapshot(name=name))

    assert (shown["name_size"], shown["running_name"]) == (size, running)


@pytest.mark.parametrize(
    ("text", "direction"),
    [("Kestrel", "ltr"), ("شركة", "rtl"), ("123 شركة", "rtl"), ("123", "ltr"), ("红隼", "ltr")],
)
def test_a_note_runs_in_the_direction_of_its_first_letter(text, direction):
    note = document(make_snapshot(notes={KEYS[0]: text}))["categories"][0]["note"]

    assert note == [{"text": text, "direction": direction}]


def test_every_line_of_a_note_is_a_paragraph():
    note = document(make_snapshot(notes={KEYS[0]: "One.\r\n\r\nTwo.\u2028Three.\n"}))["categories"][0]["note"]

    assert [paragraph["text"] for paragraph in note] == ["One.", "Two.", "Three."]


# By deciders


def proof(kind, on, **fields):
    return Evidence(pk=next(numbers), kind=kind, on=on, **fields)


REGISTER = proof("link", date(2026, 9, 1), title="Register", url="https://wiki.example.com/r")
OLD = proof("figure", date(2026, 2, 10), title="Busy", value=Decimal("38.50"), unit="%")
SEEN = proof("sighting", date(2026, 8, 20), title="Sizing document", seen_by_name="Priya Raman", whose="Joao Pires")


def decided(states, **fields):
    return document(make_decided_snapshot(states, **fields))


def test_a_category_shows_its_deciders_with_proof_and_age():
    states = {"workload-clarity": (2, 2, 1), "utilization-plan": (2, 0, None)}
    proofs = {"workload-register": [REGISTER], "demand-outlook": [SEEN], "measured-activity": [OLD]}

    categories = decided(states, proofs=proofs)["categories"]

    rows = [
        (d["name"], d["shown"], d["mark"], [p["text"] for p in d["proofs"]], d["age"], d["asked"])
        for c in (categories[0], categories[3])
        for d in c["deciders"]
    ]
    assert rows == [
        ("Workload register", "Shown", "s", ["Link: Register (wiki.example.com)"], "Thirteen days", ""),
        ("Register checked", "Shown, no proof", "claim", [], "", ""),
        (
            "Demand outlook",
            "In part",
            "p",
            ["Seen 20 Aug by Priya Raman: Sizing document (Joao Pires)"],
            "Three weeks",
            "",
        ),
        ("Measured activity", "Too old", "claim", ["Figure: Busy: 38.5%"], "Seven months", "three months are asked"),
        ("Sharing rules in force", "Not shown", "n", [], "", ""),
        ("Losses acted on", "Not asked", "x", [], "", ""),
    ]


@pytest.mark.parametrize(
    ("states", "claim", "words", "boxes"),
    [
        ((2, 2, 2), None, "Claimed 2, proven 0", ["claim", "claim"]),
        ((1, 0, 0), None, "Claimed 1, proven 0", ["claim", ""]),
        ((0, 0, 0), None, "0, a red flag", ["", ""]),
        ((None, None, None), None, "Open: 0 to 2", ["may", "may"]),
        ((2, None, None), None, "Open: 1 to 2", ["claim", "may"]),
        ((1, None, None), None, "Claimed 1, proven 0", ["claim", ""]),
        ((0, 0, 0), 2, "Claimed 2, proven 0", ["claim", "claim"]),
    ],
)
def test_a_category_says_what_is_claimed_and_what_is_proven(states, claim, words, boxes):
    claims = {"workload-clarity": claim} if claim else {}

    category = decided({"workload-clarity": states}, claims=claims)["categories"][0]

    assert (category["level_words"], category["boxes"]) == (words, boxes)


@pytest.mark.parametrize(
    ("states", "proofs", "label", "places"),
    [
        ((0, 0, 0), {}, "To reach 1, any one of these", (0, 1, 2)),
        ((2, 0, 0), {"workload-register": [REGISTER]}, "To reach 2", (1, 2)),
        ((2, 2, 2), {"workload-register": [REGISTER]}, "To prove 2", (1, 2)),
        ((2, 0, 0), {}, "To prove 1", (0,)),
        ((None, None, None), {}, "Still to ask", (0, 1, 2)),
        ((2, None, 0), {"workload-register": [REGISTER]}, "To reach 2", (1, 2)),
        ((2, 2, None), {"workload-register": [REGISTER]}, "Still to ask", (2,)),
    ],
)
def test_what_raises_a_category_is_told_as_the_result_tells_it(states, proofs, label, places):
    goals = decided({"workload-clarity": states}, proofs=proofs)["categories"][0]["goals"]

    known = [decider.goal for decider in framework.current().categories[0].deciders]
    assert (goals["label"], goals["goals"]) == (label, [known[place] for place in places])


def test_the_verdict_on_its_word_does_not_flatter():
    shown = decided(dict.fromkeys(KEYS[:5], (2, 2, 2)) | dict.fromkeys(KEYS[5:], (0, 0, 0)))

    assert plain(shown["summary"]["title"]) == "Clear only if you take its word: 10 of 16 claimed, 0 proven."
    assert plain(shown["flags"]["title"]) == "Three categories are at 0 and none of the three facts has an answer."
    assert shown["summary"]["meaning"].startswith("What is claimed reaches the line, what is proven does not.")


def test_the_findings_are_the_words_written_about_the_lowest_categories():
    states = {KEYS[0]: (2, 2, 2), KEYS[1]: (1, 0, 0), KEYS[2]: (0, 0, 0), KEYS[3]: (0, 0, 0)}
    notes = {KEYS[0]: "All on record.\nMore.", KEYS[1]: "Two of five.", KEYS[2]: "One invoice."}

    findings = decided(states, notes=notes)["summary"]["findings"]

    assert [(f["name"], f["level"], f["text"]) for f in findings] == [
        ("Cost model", "0, a red flag", "One invoice."),
        ("Reliability targets", "Claimed 1, proven 0", "Two of five."),
        ("Workload clarity", "Claimed 2, proven 0", "All on record."),
    ]


def test_a_fact_is_written_from_its_fields_and_we_cannot_answer_is_a_red_flag():
    values = {"unit-cost": {"amount": "0.031", "unit": "request", "month": "October 2026"}}

    facts = decided({}, values=values, cannot="latency-target")["flags"]["facts"]

    assert [(fact["is_answered"], fact["cannot"]) for fact in facts] == [(False, True), (True, False), (False, False)]
    assert [line["text"] for line in facts[1]["answer"]] == ["0.031 SEK per request, October 2026."]


def test_a_level_claimed_outright_says_so():
    claim = decided({KEYS[0]: (0, 0, 0)}, claims={KEYS[0]: 2})["categories"][0]["claim"]

    assert claim["level"] == 2
