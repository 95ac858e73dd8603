"""The sentences of a report: titles that state the finding, counts that read as English, steps that follow."""

import pytest

from assessments import framework
from assessments.reports.document import document
from tests.reports.snapshots import AT, HISTORY, KEYS, make_snapshot

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
        ({}, "9 of 16", "Every 2 has a measured figure or evidence behind it."),
        (
            {"evidence": {KEYS[0]: [("Register", "")], KEYS[4]: [("Test", "")]}},
            "8 of 16",
            "One 2 has neither a measured figure nor evidence and counts as 1.",
        ),
        ({"evidence": {}}, "6 of 16", "Three 2s have neither a measured figure nor evidence and count as 1."),
        ({"levels": (1,) * 8}, "8 of 16", "No category claims a 2."),
        ({"levels": OPEN}, "9 so far", "Every 2 has a measured figure or evidence behind it."),
    ],
)
def test_the_evidenced_total_stands_beside_the_claimed_one(case, value, note):
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
        "Workloads, Data pipeline and Security score 2: the practice is disciplined and can be measured.",
        "Reliability, Utilization and Serving score 1: something is in place, with gaps.",
        "Cost and Facilities are not scored: a range, never a zero.",
        "Since April 2026, up: Workloads from 1 to 2; down: Utilization from 2 to 1.",
    ]


@pytest.mark.parametrize(
    ("case", "titles"),
    [
        ({"levels": BLANK}, ["Score the eight open categories"]),
        ({"levels": (2, 2, None, 2, 2, 2, 2, None)}, ["Score Cost and Facilities"]),
        ({"levels": FULL}, ["Keep every figure current"]),
        (
            {"levels": FULL, "evidence": {key: [("Register", "")] for key in KEYS[1:]}},
            ["Put proof to Workloads"],
        ),
    ],
)
def test_the_first_steps_follow_from_what_is_missing(case, titles):
    steps = document(make_snapshot(**case))["summary"]["steps"]

    assert [step["title"] for step in steps] == titles


def test_there_are_three_first_steps_at_most_and_the_zeros_come_first():
    summary = document(make_snapshot())["summary"]

    first_actions = [c.to_1[0].title for c in framework.current().categories if c.key in (KEYS[2], KEYS[7])]
    assert summary["steps_title"] == "Three first steps"
    assert [step["title"] for step in summary["steps"]][:2] == first_actions


@pytest.mark.parametrize(
    ("case", "title"),
    [
        ({}, "One of three basic questions has no answer."),
        ({"answers": ("", "", "c")}, "Two of three basic questions have no answer."),
        ({"answers": ("", "", "")}, "None of the three basic questions has an answer."),
        ({"answers": ("a", "b", "c")}, "Two categories are at 0."),
        ({"answers": ("a", "b", "c"), "levels": FULL}, "No red flag is raised."),
        (
            {"answers": ("a", "b", "c"), "levels": (2, 2, 2, 2, 2, 2, 2, 0), "evidence": {}},
            "One category is at 0 and seven 2s lack proof.",
        ),
        ({"answers": ("a", "b", "c"), "levels": (2,) * 7 + (1,), "was": FULL}, "One category fell."),
    ],
)
def test_the_red_flags_title_names_the_gravest(case, title):
    assert plain(document(make_snapshot(**case))["flags"]["title"]) == title


def test_a_red_flag_is_raised_for_a_zero_an_unproven_2_a_fall_and_an_open_category():
    evidence = {KEYS[4]: [("Test", "")], KEYS[6]: [("Audit", "")]}
    snapshot = make_snapshot((2, 1, 0, 1, 2, 1, 2, None), was=(2, 2, 0, 1, 2, 1, 2, 0), evidence=evidence)

    titles = [plain(item["title"]) for item in document(snapshot)["flags"]["items"]]

    assert titles == [
        "Workload clarity claims 2 without proof",
        "Cost model is at 0",
        "Reliability targets fell from 2 to 1",
        "Facilities and power realism is not scored",
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
    statements = [each.statement for each in framework.current().categories[0].levels]

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
