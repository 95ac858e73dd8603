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
    ("case", "title"),
    [
        ({}, "AI spending risk: 9 of 16, one point below the line."),
        ({"evidence": {}}, "AI spending risk: 9 of 16 claimed, 6 proven, the line is at 10."),
        ({"levels": (0, 0, 0, 0, 0, None, 0, 0)}, "AI spending risk: at most 2 of 16, whatever the rest score."),
        ({"levels": FULL}, "Clear of the line: 16 of 16 proven, six points above it, with one red flag."),
        ({"levels": FULL, "answers": "abc"}, "Clear of the line: 16 of 16 proven, six points above it."),
        ({"levels": FULL, "evidence": {}}, "Clear only if you take its word: 16 of 16 claimed, 8 proven."),
        ({"levels": (2,) * 5 + (0,) * 3}, "Clear of the line: 10 of 16 proven, nothing to spare, with four red flags."),
        ({"levels": OPEN}, "Undecided: 9 to 13 of 16, with two categories to score."),
        ({"levels": BLANK}, "Nothing is scored yet."),
    ],
)
def test_the_summary_s_title_is_the_verdict_with_its_numbers(case, title):
    assert plain(document(make_snapshot(**case))["summary"]["title"]) == title


@pytest.mark.parametrize(
    ("case", "title"),
    [
        ({"levels": MIXED}, "Three categories are proven at 2, three are at 1, and two are at 0."),
        ({"levels": MIXED, "evidence": {}}, "Three categories claim more, three are at 1, and two are at 0."),
        ({"levels": (2, 1, 1, 1, 1, 1, 1, 1)}, "One category is proven at 2 and seven are at 1."),
        ({"levels": OPEN}, "Three categories are proven at 2, three are at 1, and two are open."),
        ({"levels": FULL}, "All eight categories are proven at 2."),
        ({"levels": FULL, "evidence": {}}, "All eight categories claim more than is proven."),
        ({"levels": (0,) * 8}, "All eight categories are at 0."),
        ({"levels": BLANK}, "No category is scored yet."),
    ],
)
def test_the_glance_s_title_praises_no_level_that_is_only_claimed(case, title):
    assert plain(document(make_snapshot(**case))["glance"]["title"]) == title


def figures_of(**case):
    """The figures of the summary by their label."""
    return {
        f["label"]: (f"{f['value']} {f['small']}".strip(), plain(f["note"]))
        for f in document(make_snapshot(**case))["summary"]["figures"]
    }


@pytest.mark.parametrize(
    ("case", "change"),
    [
        ({}, None),
        ({"was": (1, 1, 0, 0, 1, 1, 2, 0)}, ("Up 3", "From 6 in April 2026.")),
        ({"was": (2, 2, 1, 1, 2, 1, 2, 0)}, ("Down 2", "From 11 in April 2026.")),
        ({"was": MIXED}, ("None", "The same as in April 2026.")),
        ({"was": OPEN}, ("\N{EN DASH}", "Not complete in April 2026.")),
    ],
)
def test_the_change_since_last_time_is_a_figure_where_there_is_a_last_time(case, change):
    assert figures_of(**case).get("Change, claimed") == change


LINE = "One below the line at 10."


@pytest.mark.parametrize(
    ("case", "claimed", "proven"),
    [
        ({}, ("9 of 16", LINE), ("9 of 16", f"{LINE} All that is claimed.")),
        ({"evidence": {}}, ("9 of 16", LINE), ("6 of 16", "Four below the line at 10.")),
        (
            {"levels": OPEN},
            ("9 to 13 of 16", "Two categories are not scored."),
            ("9 so far", f"{LINE} All that is claimed."),
        ),
        (
            {"levels": (2, 2, 2, 2, 2, 0, 0, 0)},
            ("10 of 16", "On the line at 10."),
            ("10 of 16", "On the line at 10. All that is claimed."),
        ),
        (
            {"levels": FULL, "evidence": {}},
            ("16 of 16", "Six above the line at 10."),
            ("8 of 16", "Two below the line at 10."),
        ),
    ],
)
def test_the_proven_total_stands_beside_the_claimed_one(case, claimed, proven):
    figures = figures_of(**case)

    assert (figures["Claimed"], figures["Proven"]) == (claimed, proven)


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        (("a", "b", "c"), ("3 of 3", "All have an answer.")),
        (("a", "", "c"), ("2 of 3", "One has no answer: a red flag.")),
        (("", "", ""), ("0 of 3", "Three have no answer: red flags.")),
    ],
)
def test_missing_facts_are_a_red_flag_in_the_summary(answers, shown):
    assert figures_of(answers=answers)["Facts answered"] == shown


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

    assert [(plain(item["title"]), item.get("is_red", False)) for item in flags["items"]] == [
        ("Cost model is at 0", True),
        ("Workload clarity claims 2, proven 1", False),
        ("Reliability targets fell from 2 to 1", False),
        ("Facilities and power realism is still open", False),
    ]


@pytest.mark.parametrize(
    ("case", "title", "outlook"),
    [
        ({}, "Eleven steps bring the proven score from 9 to 14.", None),
        ({"levels": FULL}, "Nothing is left to raise.", "There is nothing to raise."),
        ({"levels": BLANK}, "First ask what is still open.", "Score what is open first;"),
    ],
)
def test_without_a_plan_the_way_is_one_list_that_begins_with_the_first_steps(case, title, outlook):
    shown = document(make_snapshot(**case))
    steps = shown["steps"]

    assert plain(steps["title"]) == title
    assert [step["title"] for step in steps["items"][:3]] == [step["title"] for step in shown["summary"]["steps"]]
    assert bool(steps["items"]) == (outlook is None)
    if outlook:
        assert steps["outlook"].startswith(outlook)


def test_the_rubric_marks_where_a_category_stands():
    [first, *_, last] = document(make_snapshot((2, *MIXED[1:-1], None)))["rubric"]

    statements = [each.statement for each in CONTENT.categories[0].levels]
    assert [(each["statement"], each["is_here"]) for each in first["levels"]] == [
        (statements[0], False),
        (statements[1], False),
        (statements[2], True),
    ]
    assert not any(each["is_here"] for each in last["levels"])


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
    ("history", "signed_off_at", "caption"),
    [
        ((), None, ""),
        (HISTORY[:1], None, ""),
        (
            HISTORY,
            None,
            "Claimed totals of the two complete assessments that are signed off. This draft is not among them.",
        ),
    ],
)
def test_the_trend_needs_two_assessments(history, signed_off_at, caption):
    glance = document(make_snapshot(history=history, signed_off_at=signed_off_at))["glance"]

    assert glance["trend_caption"] == caption
    assert (glance["trend"] is not None) == bool(caption)


@pytest.mark.parametrize(
    ("was", "caption"),
    [
        (None, ""),
        (MIXED, "No category has moved since April 2026."),
        ((1, 2, 0, 0, 2, 1, 2, 0), "Two categories rose and one category fell since April 2026."),
    ],
)
def test_below_the_glance_stands_what_moved(was, caption):
    assert document(make_snapshot(was=was))["glance"]["moved"] == caption


def test_a_signed_off_report_says_when():
    assert str(document(make_snapshot(signed_off_at=AT))["signed_off_on"]) == "2026-09-14"


@pytest.mark.parametrize(
    ("name", "size", "running"),
    [
        ("Kestrel", "short", "Kestrel"),
        ("Kestrel Logistics and Northern Freight", "long", "Kestrel Logistics and Northern Freight"),
        ("K" * 90, "longest", "K" * 43 + "…"),
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
    assert shown["summary"]["decisions"][0]["lead"] == "Base the budget on proven points only."


def test_the_findings_are_the_words_written_about_the_lowest_categories():
    states = {KEYS[0]: (2, 2, 2), KEYS[1]: (1, 0, 0), KEYS[2]: (0, 0, 0), KEYS[3]: (0, 0, 0)}
    notes = {KEYS[0]: "All on record.\nMore.", KEYS[1]: "Two of five.", KEYS[2]: "One invoice."}

    findings = decided(states, notes=notes)["summary"]["findings"]

    assert [(f["name"], f["level"], f["text"]) for f in findings] == [
        ("Cost model", "0, a red flag", "One invoice."),
        ("Reliability targets", "Claimed 1, proven 0", "Two of five."),
        ("Workload clarity", "Claimed 2, proven 0", "All on record. More."),
    ]


def test_a_fact_is_written_from_its_fields_and_we_cannot_answer_is_a_red_flag():
    values = {"unit-cost": {"amount": "0.031", "unit": "request", "month": "October 2026"}}

    facts = decided({}, values=values, cannot="latency-target")["flags"]["facts"]

    assert [(fact["is_answered"], fact["cannot"]) for fact in facts] == [(False, True), (True, False), (False, False)]
    assert [line["text"] for line in facts[1]["answer"]] == ["0.031 SEK per request, October 2026."]


def test_a_level_claimed_outright_says_so():
    claim = decided({KEYS[0]: (0, 0, 0)}, claims={KEYS[0]: 2})["categories"][0]["claim"]

    assert claim["level"] == 2
