"""From one version of a framework to the next: what changed, what is carried over, what is open, and what stays."""

import copy

import pytest
from django.urls import reverse

from assessments import framework
from assessments.platform.frameworks.keeping import KEPT
from tests.factories import make_organization, make_scorecard, make_user
from tests.frameworks import KEY, bank_scorecard, write_bank


@pytest.fixture
def owner(db):
    return make_user(name="Ada Lovelace")


@pytest.fixture
def scorecard(bank, owner, day):
    organization = make_organization(owner=owner, name="Aldgate", framework_key=KEY)
    return make_scorecard(organization, levels=[2] * 9, signed_off_at=day(2026, 3, 10))


@pytest.fixture
def second(bank, scorecard):
    """Version 2: one category reworded, one decider asked otherwise, one split off, one gone."""
    tree = bank_scorecard("2")
    tree["categories"][0]["why"] = "Another reason."
    tree["categories"][1]["deciders"][0]["shown_when"] = "Targets are written down within two months."
    split = copy.deepcopy(tree["categories"][8]) | {"key": "model-approval", "name": "Model approval"}
    tree["categories"][8] = split
    write_bank(bank, "2", tree)
    framework.add_folders(bank)
    KEPT.forget()


def page_of(client, scorecard):
    return client.get(reverse("scorecard_upgrade", args=[scorecard.organization.slug, scorecard.pk]))


def test_the_page_says_of_each_category_what_becomes_of_it(client, owner, scorecard, second):
    client.force_login(owner)

    page = page_of(client, scorecard)

    rows = {row.change.category.key: (row.outcome, row.detail) for row in page.context["rows"]}
    assert rows["workload-clarity"] == ("Carried over", "")
    assert rows["reliability-targets"] == (
        "Carried over in part",
        "To be asked again: Written targets. Note and evidence come along.",
    )
    assert rows["model-approval"] == ("Open", "")
    assert rows["model-risk"] == ("Not carried", "It is not asked any more.")
    text = page.content.decode()
    assert "Its wording changed." in text
    assert "New, split from Model risk." in text


def test_the_next_assessment_has_what_fits_and_the_old_one_stays(client, owner, scorecard, second):
    client.force_login(owner)

    client.post(reverse("scorecard_upgrade", args=[scorecard.organization.slug, scorecard.pk]), {"title": "Next"})

    started = scorecard.organization.scorecards.open().get()
    assert (started.framework_version, started.predecessor) == ("2", scorecard)
    states = {
        (response.category_key, answer.decider_key): answer.state
        for response in started.responses.all()
        for answer in response.decider_answers.all()
    }
    opened = {key for key, state in states.items() if state is None}
    split = {key for key in states if key[0] == "model-approval"}
    assert opened == {("reliability-targets", "written-targets"), *split}
    assert {state for key, state in states.items() if key not in opened} == {2}
    scorecard.refresh_from_db()
    assert scorecard.framework_version == "1"
    assert scorecard.responses.filter(category_key="model-risk").exists()


def test_an_open_assessment_goes_on_as_it_began(client, owner, bank, second):
    organization = make_organization(owner=owner, name="Brightwater", framework_key=KEY)
    scorecard = make_scorecard(organization, levels=[1] * 9)
    framework.add_folders(bank)
    client.force_login(owner)

    address = reverse("scorecard_upgrade", args=[organization.slug, scorecard.pk])

    assert client.post(address).status_code == 409
    assert organization.scorecards.count() == 1


def test_another_framework_is_compared_by_the_same_page(client, owner, scorecard):
    scorecard.organization.framework_key = ""
    scorecard.organization.save()
    client.force_login(owner)

    text = page_of(client, scorecard).content.decode()

    assert "The maximum is 16, no longer 18." in text
    assert "The line is at 10, no longer at 12." in text


def test_the_result_leads_there_only_where_something_changed(client, owner, scorecard):
    client.force_login(owner)
    address = reverse("scorecard_detail", args=[scorecard.organization.slug, scorecard.pk])

    assert "/upgrade" not in client.get(address).content.decode()
    scorecard.organization.framework_key = ""
    scorecard.organization.save()
    assert "/upgrade" in client.get(address).content.decode()


def test_a_changed_level_statement_leaves_a_chosen_level_open(bank, owner, day):
    tree = bank_scorecard("3")
    for category in tree["categories"]:
        del category["deciders"]
        for step in category["actions"].values():
            for action in step:
                del action["deciders"]
    write_bank(bank, "3", tree)
    organization = make_organization(owner=owner, name="Calder", framework_key=KEY)
    framework.add_folders(bank)
    KEPT.forget()
    make_scorecard(organization, levels=[1] * 9, signed_off_at=day(2026, 3, 10))
    tree["framework"]["version"] = "4"
    tree["categories"][0]["levels"][1]["statement"] = "Another anchor."
    write_bank(bank, "4", tree)
    framework.add_folders(bank)

    started = make_scorecard(organization, title="Next")

    levels = dict(started.responses.order_by("pk").values_list("category_key", "level"))
    assert levels.pop("workload-clarity") is None
    assert set(levels.values()) == {1}
