"""Organizations described in notes, scored apart by three people: the rule gives their levels, and so does the page."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assessments import framework, scoring
from assessments.scorecards import services
from assessments.scorecards.queries import live_result
from tests.browsers import sign_in
from tests.factories import make_organization, make_user

HERE = Path(__file__).parent
CASES = json.loads((HERE / "expected.json").read_text())
TOTALS = {"case-1": 7, "case-5": 7, "case-8": 15, "case-9": 8, "case-12": 14}
CELLS = [(case, key, *cell.values()) for case, cells in CASES.items() for key, cell in cells.items()]


@pytest.mark.parametrize(("case", "category", "deciders", "level"), CELLS)
def test_the_rule_gives_the_level_from_the_deciders(case, category, deciders, level):
    keys = [decider.key for decider in framework.load(version="2026.2").category(category).deciders]
    answers = (scoring.DeciderAnswer(key, state) for key, state in zip(keys, deciders, strict=True))

    assert scoring.CategoryAnswer.by_deciders(category, answers).level == level


def test_there_are_forty_cells_and_notes_for_each_case():
    assert len(CELLS) == 40
    assert {path.stem for path in HERE.glob("case-*.md")} == set(CASES) == set(TOTALS)


@pytest.fixture
def filling(page, live_server):
    """An empty scorecard on its filling page."""
    ada = make_user(name="Ada Lovelace", email="ada@example.com")
    scorecard = services.start_scorecard(make_organization(owner=ada), title="Q4", actor=ada)
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(f"{live_server.url}/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}/fill")
    return page, scorecard


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("case", TOTALS)
def test_a_case_typed_in_gives_its_total_in_at_most_forty_interactions(filling, case):
    page, scorecard = filling
    interactions = 0
    for category in framework.current().categories:
        for decider, state in zip(category.deciders, CASES[case][category.key]["deciders"], strict=True):
            page.locator(f"label:has(input[name='{decider.key}-state'][value='{state}'])").click()
            interactions += 1
    for fact in framework.current().facts:
        page.locator(f"input[name='{fact.key}-cannot']").check()
        page.locator(f"input[name='{fact.key}-who_will']").fill("Mark Ellison")
        interactions += 2

    expect(page.locator("#save-state")).to_have_text("All saved", timeout=20_000)
    expect(page.locator("#live-n")).to_have_text(re.compile(rf"^{TOTALS[case]} of 16$"))
    expect(page.locator("#side-count")).to_have_text("8 of 8 scored")
    assert live_result(scorecard).total == TOTALS[case]
    verdict = "AI spending risk" if TOTALS[case] < 10 else "Clear only if you take its word."
    expect(page.locator("#live-say")).to_contain_text(verdict)
    assert interactions <= 40
