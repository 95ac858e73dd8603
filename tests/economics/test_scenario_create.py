from decimal import Decimal

import pytest

from assessments import framework
from assessments.audit.models import AuditEvent
from assessments.economics import services
from assessments.economics.models import Scenario
from assessments.framework.loader import CONTENT
from tests.factories import make_organization, make_scenario, make_scorecard
from tests.frameworks import KEY, VERSION

IDLE = {"idle-spend-monthly_spend": "100 000", "idle-spend-feed_percent": "60 %"}


@pytest.fixture
def address(organization):
    return f"/o/{organization.slug}/economics/scenarios/new"


def given(scenario):
    rows = scenario.inputs.exclude(value=None).values_list("input_key", "value")
    return {key: value.normalize() for key, value in rows}


def test_the_numbers_are_saved_with_name_author_and_assessment(editor, organization, owner, address):
    scorecard = make_scorecard(organization)

    response = editor.post(address, IDLE | {"name": " Today "})

    scenario = Scenario.objects.get()
    assert response.headers["Location"] == f"/o/{organization.slug}/economics/scenarios/{scenario.pk}/"
    assert (scenario.name, scenario.created_by, scenario.scorecard, scenario.currency) == (
        "Today",
        owner,
        scorecard,
        "EUR",
    )
    assert given(scenario) == {"monthly_spend": Decimal(100000).normalize(), "feed_percent": Decimal(60).normalize()}
    assert scenario.inputs.count() == 15
    assert AuditEvent.objects.filter(action="scenario-added", subject="Today").count() == 1


def test_the_first_counts_and_the_next_does_not(editor, organization, address):
    editor.post(address, IDLE | {"name": "Today"})
    editor.post(address, IDLE | {"name": "Later"})

    assert list(Scenario.objects.values_list("name", "is_counted")) == [("Today", True), ("Later", False)]


def test_a_double_click_saves_one(editor, address):
    first, second = (editor.post(address, IDLE | {"name": "Today"}) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert Scenario.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Give the scenario a name, such as “Today”."),
        ("\u200b", "Give the scenario a name, such as “Today”."),
        ("x" * 121, "Name the scenario in at most 120 characters."),
        ("TODAY", "There is a scenario called TODAY already. Choose another name."),
    ],
)
def test_a_name_that_cannot_be_taken_keeps_the_numbers(editor, organization, address, name, sentence):
    Scenario.objects.filter(pk=make_scenario(organization).pk).update(created_at="2026-01-01T00:00Z")

    response = editor.post(address, IDLE | {"name": name})

    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert 'value="100 000"' in html
    assert Scenario.objects.count() == 1


def test_a_number_that_is_not_understood_saves_nothing(editor, address):
    response = editor.post(address, {"idle-spend-monthly_spend": "12.500", "name": "Today"})

    assert response.status_code == 422
    assert 'value="Today"' in response.content.decode()
    assert Scenario.objects.count() == 0


def test_the_same_name_in_another_organization_is_another_scenario(organization):
    make_scenario(organization)

    make_scenario(make_organization())

    assert Scenario.objects.count() == 2


def test_an_organization_keeps_a_hundred(editor, organization, address, monkeypatch):
    monkeypatch.setattr(services, "SCENARIOS_MAX", 1)
    make_scenario(organization)

    response = editor.post(address, IDLE | {"name": "Another"})

    assert "Delete one first." in response.content.decode()
    assert Scenario.objects.count() == 1


@pytest.fixture
def own_calculators(bank, organization):
    """The bank's framework, with a calculator that the product's own does not have."""
    known = (CONTENT / "ai-infrastructure" / "2026.2.1" / "calculators.yaml").read_text("utf-8")
    text = known.replace("key: idle-spend\n", "key: held-spend\n")
    (bank / KEY / VERSION / "calculators.yaml").write_text(text, encoding="utf-8")
    handbook = (CONTENT / "ai-infrastructure" / "2026.2.1" / "handbook.yaml").read_text("utf-8")
    text = handbook.replace("calculator: idle-spend\n", "calculator: held-spend\n")
    (bank / KEY / VERSION / "handbook.yaml").write_text(text, encoding="utf-8")
    framework.forget()
    organization.framework_key = KEY
    organization.save()


def test_the_calculators_are_those_of_its_framework(editor, organization, address, own_calculators):
    page = editor.get(f"/o/{organization.slug}/economics/").content.decode()
    editor.post(address, {"held-spend-monthly_spend": "100000", "name": "Today"})

    assert "held-spend-monthly_spend" in page
    assert given(Scenario.objects.get()) == {"monthly_spend": Decimal(100000).normalize()}
