"""Roadmaps by the API: read whole, and their items added, changed part by part and commented on as on their pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.roadmaps.items import attachments
from tests.factories import make_item, make_membership, make_roadmap, make_scorecard, make_user

pytestmark = pytest.mark.django_db

NEW = {"title": "Write the runbook", "phase": "days-60", "category": "cost-model", "level": 2, "effort": "M"}
LATER = (timezone.now() + timedelta(days=9)).date().isoformat()
SENT = {
    "title": {"title": "Write the runbook down"},
    "owner": {"owner": "Sofia Lindqvist"},
    "due": {"due_on": LATER},
    "status": {"status": "dropped", "dropped_reason": "Bought instead"},
}
THEIRS = {
    "title": {"title": "Buy it"},
    "owner": {"owner": "Mark"},
    "due": {"due_on": "2026-12-24"},
    "status": {"status": "doing"},
}


@pytest.fixture
def roadmap(organization):
    return make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now()), items=1)


@pytest.fixture
def at(roadmap):
    item = roadmap.items.get()
    start = f"/organizations/{roadmap.organization.slug}/roadmaps/{roadmap.pk}"
    return lambda name="": f"{start}/items/{item.pk}{name and '/'}{name}"


def events(action):
    return list(
        AuditEvent.objects.filter(action=action).order_by("at", "pk").values_list("subject", "old", "new", "actor_name")
    )


def test_the_current_plan_is_the_one_that_starts_last(program, organization, roadmap):
    earlier = make_roadmap(
        make_scorecard(organization, levels=[0] * 8, signed_off_at=timezone.now()),
        starts_on=timezone.localdate() - timedelta(days=100),
        items=0,
    )
    start = f"/organizations/{organization.slug}/roadmaps"

    items = program.get(start).json()["items"]
    current = program.get(f"{start}/current").json()

    assert [(each["id"], each["is_current"]) for each in items] == [(earlier.pk, False), (roadmap.pk, True)]
    assert current == program.get(f"{start}/{roadmap.pk}").json()
    assert [len(phase["items"]) for phase in current["phases"]] == [1, 0, 0]
    assert current["phases"][0]["items"][0]["title"] == "Item 0"


def test_where_there_is_no_plan_none_is_current(program, organization):
    assert program.get(f"/organizations/{organization.slug}/roadmaps/current").status_code == 404


def test_an_item_is_read_with_what_was_said_and_shown(program, roadmap, at):
    item = roadmap.items.get()
    item.roadmap = roadmap
    owner = roadmap.organization.created_by
    attachments.add_comment(item, text="Agreed", actor=owner)
    attachments.add_link(item, title="The runbook", url="https://example.com/runbook", actor=owner)

    found = program.get(at()).json()

    assert [(each["text"], each["by"]) for each in found["comments"]] == [("Agreed", str(owner))]
    assert [(each["title"], each["url"]) for each in found["evidence"]] == [
        ("The runbook", "https://example.com/runbook")
    ]
    assert found["versions"] == {"title": 0, "owner": 0, "due": 0, "status": 0}


def test_an_item_is_added_as_on_the_page(pipeline, organization, roadmap):
    member = make_membership(organization, make_user(name="Sofia Lindqvist"), role=Role.EDITOR).user
    path = f"/organizations/{organization.slug}/roadmaps/{roadmap.pk}/items"

    answer = pipeline.post(path, NEW | {"owner": member.email, "due_on": LATER}, Idempotency_Key="one")
    again = pipeline.post(path, NEW | {"owner": member.email, "due_on": LATER}, Idempotency_Key="one")

    added = answer.json()
    assert (answer.status_code, again.json()) == (201, added)
    assert (added["owner"], added["is_owner_member"], added["due_on"]) == ("Sofia Lindqvist", True, LATER)
    assert {"category": added["category"], "level": added["target_level"], "effort": added["effort"]} == {
        name: NEW[name] for name in ("category", "level", "effort")
    }
    assert roadmap.items.count() == 2
    item = roadmap.items.get(pk=added["id"])
    assert str(item.created_by) == "Token Pipeline"
    assert events("roadmap-item-added")[-1] == (NEW["title"], "", "days 31 to 60", "Token Pipeline")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": " "}, "Give the item a title."),
        ({"phase": "days-400"}, "Choose one of the three phases."),
        ({"due_on": "soon"}, "Write the date as 2026-09-14."),
        ({"due_on": "2100-01-01"}, "Choose a due date between"),
        ({"category": "nothing"}, "category"),
        ({"category": ""}, "Choose the category that this item raises, or no level."),
        ({"level": 2.0}, "“level”: Send a whole number."),
        ({"level": 3}, "level"),
        ({"effort": "XL"}, "“effort”: One of"),
        ({"owner": "x" * 151}, "at most 150 characters"),
        ({"surprise": 1}, "“surprise”: There is no such field."),
    ],
)
def test_an_item_that_cannot_be_is_refused_in_the_sentence_of_the_page(
    program, organization, roadmap, changed, sentence
):
    answer = program.post(f"/organizations/{organization.slug}/roadmaps/{roadmap.pk}/items", NEW | changed)

    assert (answer.status_code, roadmap.items.count()) == (422, 1)
    assert sentence in str(answer.json())


@pytest.mark.parametrize("part", SENT)
def test_a_part_is_saved_by_who_names_the_version_that_was_read(program, roadmap, at, part):
    read = program.get(at(part))

    saved = program.put(at(part), SENT[part], If_Match=read["ETag"])

    assert (read["ETag"], saved.status_code, saved["ETag"]) == ('"0"', 200, '"1"')
    assert program.get(at(part)).json() == saved.json()
    assert {name: saved.json()[name] for name in SENT[part]} == SENT[part]
    assert program.get(at()).json()["versions"][part] == 1


@pytest.mark.parametrize("part", SENT)
def test_a_stale_version_is_answered_with_both_values_and_none_with_nothing(program, pipeline, at, part):
    assert program.put(at(part), SENT[part]).status_code == 428
    pipeline.put(at(part), THEIRS[part], version=0)

    answer = program.put(at(part), SENT[part], version=0)

    told = answer.json()
    assert (answer.status_code, answer["ETag"], told["yours"]) == (409, '"1"', SENT[part])
    assert {name: told["theirs"][name] for name in THEIRS[part]} == THEIRS[part]
    assert told["changed_by"] == "Token Pipeline"
    assert program.put(at(part), SENT[part], If_Match=answer["ETag"]).status_code == 200


@pytest.mark.parametrize(
    ("part", "action", "old", "new"),
    [
        ("title", "roadmap-item-changed", "Item 0", "Write the runbook down"),
        ("owner", "roadmap-owner-changed", "", "Sofia Lindqvist"),
        ("status", "roadmap-item-changed", "Not started", "Dropped: Bought instead"),
    ],
)
def test_a_change_is_in_the_activity_as_the_page_has_it(pipeline, at, part, action, old, new):
    pipeline.put(at(part), SENT[part], version=0)

    ((_, *said),) = events(action)
    assert said == [old, new, "Token Pipeline"]


@pytest.mark.parametrize(
    ("part", "sent", "sentence"),
    [
        ("title", {"title": ""}, "Give the item a title of at most 200 characters."),
        ("title", {"title": 5}, "“title”: Send a text."),
        ("due", {"due_on": "tomorrow"}, "Write the date as 2026-09-14."),
        ("due", {"due_on": "1999-01-01"}, "Choose a due date between"),
        ("status", {"status": "dropped"}, "Say why it is dropped"),
        ("status", {"status": "gone"}, "“status”: One of"),
        ("owner", {}, "“owner”: This field is missing."),
    ],
)
def test_a_part_that_cannot_be_is_refused_in_the_sentence_of_the_page(program, at, part, sent, sentence):
    answer = program.put(at(part), sent, version=0)

    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


def test_a_member_s_name_that_two_have_is_asked_back(program, organization, at):
    for _ in range(2):
        make_membership(organization, make_user(name="Sofia Lindqvist"))

    assert "2 members are called Sofia" in program.put(at("owner"), SENT["owner"], version=0).json()["detail"]


def test_a_comment_is_added_and_an_empty_one_is_not(pipeline, roadmap, at):
    answer = pipeline.post(at("comments"), {"text": "Agreed"})

    assert (answer.status_code, answer.json()["by"]) == (201, "Token Pipeline")
    assert events("roadmap-commented") == [("Item 0", "", "Agreed", "Token Pipeline")]
    assert pipeline.post(at("comments"), {"text": " "}).json()["detail"] == "Write something first."


def test_another_s_plan_is_not_found_below_one_s_own_organization(program, organization, roadmap):
    other = make_roadmap(items=1)
    start = f"/organizations/{organization.slug}/roadmaps"

    assert program.get(f"{start}/{other.pk}").status_code == 404
    assert program.get(f"{start}/{other.pk}/items/{other.items.get().pk}").status_code == 404
    assert program.get(f"{start}/{roadmap.pk}/items/{other.items.get().pk}").status_code == 404
    assert program.get(f"{start}/{roadmap.pk}/items/{2**70}").status_code in (400, 404)


def test_plans_and_items_take_as_many_queries_for_three_as_for_one(program, organization, roadmap, at):
    start = f"/organizations/{organization.slug}/roadmaps"
    counts = []
    for number in range(3):
        if number:
            make_item(roadmap)
            signed = make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now())
            make_roadmap(signed, starts_on=timezone.localdate() - timedelta(days=9), items=number)
            attachments.add_comment(
                roadmap.items.select_related("roadmap").first(), text="Agreed", actor=organization.created_by
            )
        if number in (0, 2):
            counts.append([queries(program, path) for path in (start, f"{start}/{roadmap.pk}", at())])

    assert counts == [[4, 8, 6]] * 2


def queries(program, path):
    program.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert program.get(path).status_code == 200
    return len(captured)
