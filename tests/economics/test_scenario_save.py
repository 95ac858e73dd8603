"""A scenario is saved part by part, by the component every page uses."""

from decimal import Decimal

import pytest

from assessments.audit.models import AuditEvent
from assessments.economics import services
from assessments.saving.parts import StaleAnswerError
from tests.factories import make_organization, make_scenario, make_scorecard, make_user


@pytest.fixture
def scenario(organization):
    return make_scenario(organization)


@pytest.fixture
def save(editor, scenario):
    """Posts one part; `version` is the one the page was made from."""

    def post(part, version=0, **fields):
        key = f"s{scenario.pk}"
        data = {f"{key}-{name.replace('__', '-')}": value for name, value in fields.items()}
        address = f"/o/{scenario.organization.slug}/economics/scenarios/{scenario.pk}/save/{part}"
        return editor.post(address, data | {f"{key}-{part}_version": version}, headers={"HX-Request": "true"})

    return post


def put(save, part, text, version=0):
    return save(part, version, **{part: text})


def value(scenario, key):
    found = scenario.inputs.get(input_key=key).value
    return None if found is None else found.normalize()


def test_a_number_is_saved_and_its_results_come_along(save, scenario):
    response = put(save, "idle-spend-feed_percent", "50")

    html = response.content.decode()
    assert response.status_code == 200
    assert value(scenario, "feed_percent") == Decimal(50).normalize()
    assert "600,000 EUR a year buys no useful work." in html
    assert 'id="idle-spend-results" hx-swap-oob="true"' in html
    assert 'id="unit-economics-results"' not in html


def test_how_a_number_was_read_is_said_and_written_back(save, scenario):
    html = put(save, "idle-spend-monthly_spend", "1 200 EUR").content.decode()

    assert "Read as 1,200." in html
    assert "1200" in html
    assert value(scenario, "monthly_spend") == Decimal(1200).normalize()


def test_a_number_in_two_readings_is_asked_back_and_not_saved(save, scenario):
    response = put(save, "idle-spend-monthly_spend", "12.500")

    html = response.content.decode()
    assert response.status_code == 422
    assert f'name="s{scenario.pk}-idle-spend-monthly_spend" value="12500" data-read' in html
    assert value(scenario, "monthly_spend") == Decimal(100000).normalize()


def test_a_number_is_taken_away_again(save, scenario):
    html = put(save, "idle-spend-feed_percent", "").content.decode()

    assert value(scenario, "feed_percent") is None
    assert "Give the two numbers" in html


def test_a_number_that_someone_else_changed_meanwhile_is_shown_beside_one_s_own(save, scenario):
    tom = make_user(name="Tom Okafor")
    calculator, entry = services.input_parts(services.content_of(scenario))["idle-spend-feed_percent"]
    services.record_input(scenario, calculator=calculator, entry=entry, value=Decimal(70), actor=tom, version=0)

    response = put(save, "idle-spend-feed_percent", "50")

    html = response.content.decode()
    assert response.status_code == 409
    assert "Tom Okafor changed this" in html
    assert value(scenario, "feed_percent") == Decimal(70).normalize()


def test_a_save_that_is_repeated_after_its_answer_got_lost_is_no_conflict(save, scenario):
    put(save, "idle-spend-feed_percent", "50")

    assert put(save, "idle-spend-feed_percent", "50").status_code == 200


@pytest.mark.parametrize(
    ("part", "text", "sentence"),
    [
        ("name", "", "Give the scenario a name"),
        ("on", "", "Give a date."),
        ("on", "2999-01-01", "The numbers are of a day between 1 January 2000 and today."),
        ("on", "soon", "Write the date as 2026-09-14."),
        ("note", "x" * 2001, "This note has 2,001 characters; 2,000 is the most."),
        ("scorecard", "999999", "This assessment is not here any more."),
        ("scorecard", "²", "This assessment is not here any more."),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(save, part, text, sentence):
    response = put(save, part, text)

    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_name_date_note_and_assessment_are_parts(save, scenario, organization):
    scorecard = make_scorecard(organization)
    texts = {"name": "After the pipeline", "on": "2026-03-01", "note": "From finance", "scorecard": str(scorecard.pk)}

    assert [put(save, part, text).status_code for part, text in texts.items()] == [200] * 4

    scenario.refresh_from_db()
    stored = {"name": scenario.name, "on": scenario.on.isoformat(), "note": scenario.note}
    assert {**stored, "scorecard": str(scenario.scorecard_id)} == texts
    changed = AuditEvent.objects.filter(action="scenario-changed").values_list("subject", "new")
    assert ("Today: name", "After the pipeline") in changed


def test_a_name_that_another_scenario_has_is_refused(save, organization):
    make_scenario(organization, name="Later")

    assert "There is a scenario called later already." in put(save, "name", "later").content.decode()


def test_an_assessment_of_another_organization_is_not_known(save):
    foreign = make_scorecard(make_organization())

    assert put(save, "scorecard", str(foreign.pk)).status_code == 422


def test_shares_that_add_up_to_103_are_refused(save, scenario):
    response = save("mix", training="40", fine_tuning="3", batch="20", live="40")

    scenario.refresh_from_db()
    assert response.status_code == 422
    assert "The shares add up to 103%. Take 3 points away to make it 100%." in response.content.decode()
    assert scenario.mix == {}


def test_a_mix_is_read_as_factory_and_shop(save):
    html = save("mix", training="15", fine_tuning="", batch="24", live="61 %").content.decode()

    assert "Mostly a shop, 61%" in html
    assert "As a factory: 39%" in html
    assert "39,000 EUR" in html


def test_a_part_that_does_not_exist_is_not_found(save):
    assert put(save, "secret", "1").status_code == 404


def test_a_scenario_that_was_deleted_meanwhile_is_not_found(save, scenario):
    scenario.delete()

    assert put(save, "name", "Later").status_code == 404


def test_a_whole_page_is_saved_by_its_button(editor, scenario):
    key = f"s{scenario.pk}"
    data = {
        f"{key}-name": "Renamed",
        f"{key}-name_version": "0",
        f"{key}-idle-spend-feed_percent": "12,5",
        f"{key}-idle-spend-feed_percent_version": "0",
        f"{key}-unit-economics-requests": "many",
        f"{key}-unit-economics-requests_version": "0",
    }

    response = editor.post(f"/o/{scenario.organization.slug}/economics/scenarios/{scenario.pk}/update", data)

    html = response.content.decode()
    scenario.refresh_from_db()
    assert response.status_code == 422
    assert scenario.name == "Renamed"
    assert value(scenario, "feed_percent") == Decimal("12.5")
    assert "1 part is not saved" in html
    assert 'value="many"' in html


def test_the_service_names_whoever_was_quicker(scenario, owner):
    services.record_part(scenario, part="note", values={"note": "Mine"}, actor=owner, version=0)

    with pytest.raises(StaleAnswerError) as stale:
        services.record_part(scenario, part="note", values={"note": "Theirs"}, actor=make_user(), version=0)

    assert stale.value.by == "Ada Lovelace"
