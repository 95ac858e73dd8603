"""Taking back what was just done, and one owner or date for many items: on which version, and no further."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Membership, Role
from assessments.roadmaps import services
from assessments.roadmaps.items import undo
from assessments.roadmaps.plan.planned import planned_steps
from assessments.roadmaps.readings import find_offer, read_offers, read_roadmap
from assessments.scorecards import steps
from assessments.scorecards.readings import read_scorecard
from tests.factories import make_item, make_membership, make_roadmap, make_scorecard, make_user

TODAY = timezone.localdate()
HTMX = {"HX-Request": "true"}


def url(roadmap, name):
    return reverse(name, args=[roadmap.organization.slug, roadmap.pk])


def take_back(client, roadmap, page):
    """Press the Undo button of a page, and read what is said then."""
    token = re.search(r'name="undo" value="([^"]+)"', page)[1]
    page = client.post(url(roadmap, "roadmap_undo"), {"undo": token}, follow=True).content.decode()
    return re.search(r'<p class="toast">(.*?)</p>', page)[1]


def many(client, roadmap, items, do, versions=None, **fields):
    data = {"do": do, "item": [item.pk for item in items], **fields}
    data |= {f"i{item.pk}-{do}_version": (versions or {}).get(item.pk, 0) for item in items}
    page = client.post(url(roadmap, "roadmap_item_bulk"), data, follow=True).content.decode()
    return page, re.search(r'<p class="toast">(.*?)(?: <button.*)?</p>', page)[1]


# Undo


def test_a_suggestion_taken_is_taken_back(editor, roadmap):
    page = editor.post(url(roadmap, "suggestion_take"), {"source": "fact:unit-cost"}, follow=True).content.decode()
    assert roadmap.items.count() == 1

    assert take_back(editor, roadmap, page) == "Undone."
    assert roadmap.items.count() == 0
    assert "fact:unit-cost" in [offer.key for offer in read_offers(read_roadmap(roadmap, TODAY)).open]


def test_who_takes_a_suggestion_that_was_taken_cannot_undo_the_other_s(editor, roadmap, owner):
    services.take_suggestion(roadmap, find_offer(roadmap, "fact:unit-cost"), actor=owner)

    page = editor.post(url(roadmap, "suggestion_take"), {"source": "fact:unit-cost"}, follow=True).content.decode()

    assert 'name="undo" value="' not in page
    assert roadmap.items.count() == 1


def test_an_item_changed_since_it_was_added_stays(editor, roadmap, owner):
    page = editor.post(url(roadmap, "suggestion_take"), {"source": "fact:unit-cost"}, follow=True).content.decode()
    item = roadmap.items.get()
    services.record_part(item, part="title", values={"title": "Mine"}, actor=owner, version=0)

    assert take_back(editor, roadmap, page) == undo.CHANGED
    assert roadmap.items.get().title == "Mine"


def test_a_dismissal_is_taken_back(editor, roadmap):
    page = editor.post(url(roadmap, "suggestion_dismiss"), {"source": "fact:unit-cost"}, follow=True).content.decode()
    assert roadmap.dismissed_suggestions.count() == 1

    assert take_back(editor, roadmap, page) == "Undone."
    assert roadmap.dismissed_suggestions.count() == 0
    assert AuditEvent.objects.filter(action="suggestion-restored").count() == 1


def test_a_move_is_taken_back_to_its_place_and_its_date(editor, roadmap):
    first, second = make_item(roadmap, title="A"), make_item(roadmap, title="B")
    page = editor.post(url(roadmap, "roadmap_item_move"), {"to": f"{first.pk}.0.days-60"}, follow=True).content.decode()
    assert take_back(editor, roadmap, page) == "Undone."

    assert list(roadmap.items.in_order()) == [first, second]
    assert roadmap.items.get(pk=first.pk).due_on == first.due_on


def test_a_drop_is_taken_back_with_the_day_it_was_done_on(editor, roadmap):
    item = make_item(roadmap, status="done", done_on=TODAY - timedelta(days=9))
    key = f"i{item.pk}"
    data = {f"{key}-status": "dropped", f"{key}-dropped_reason": "Not ours", f"{key}-status_version": 0}
    address = reverse("roadmap_item_save", args=[roadmap.organization.slug, roadmap.pk, item.pk, "status"])
    page = editor.post(address, data, headers=HTMX).content.decode()
    assert 'hx-swap-oob="innerHTML:.toasts"' in page
    assert f"“{item.title}”: dropped." in page

    assert take_back(editor, roadmap, page) == "Undone."
    item.refresh_from_db()
    assert (item.status, item.dropped_reason, item.done_on) == ("done", "", TODAY - timedelta(days=9))


def test_what_someone_changed_since_is_not_undone(editor, roadmap, colleague):
    item = make_item(roadmap)
    data = {f"i{item.pk}-status": "doing", f"i{item.pk}-dropped_reason": "", f"i{item.pk}-status_version": 0}
    address = reverse("roadmap_item_save", args=[roadmap.organization.slug, roadmap.pk, item.pk, "status"])
    page = editor.post(address, data, headers=HTMX).content.decode()
    values = services.status_values(item, status="done", reason="", today=TODAY)
    services.record_part(item, part="status", values=values, actor=colleague, version=1)

    assert take_back(editor, roadmap, page) == undo.CHANGED
    item.refresh_from_db()
    assert item.status == "done"


@pytest.mark.parametrize("text", ["", "nonsense", "eyJyb2FkbWFwIjoxfQ:1tM:forged"])
def test_a_forged_way_back_leads_nowhere(roadmap, owner, text):
    with pytest.raises(ValidationError, match="no longer be undone"):
        undo.take_back(roadmap, text, owner)


def test_a_way_back_of_another_roadmap_leads_nowhere(roadmap, owner):
    other = make_roadmap(make_scorecard(levels=[1] * 8, signed_off_at=timezone.now()), items=1)
    token = undo.token(other, [undo.to_remove(other.items.get())])

    with pytest.raises(ValidationError, match="another roadmap"):
        undo.take_back(roadmap, token, owner)
    assert other.items.count() == 1


def test_an_owner_who_left_meanwhile_is_not_put_back(roadmap, owner, colleague):
    item = make_item(roadmap, owner=colleague)
    values = services.owner_values(item, owner=owner, name="")
    version = services.record_part(item, part="owner", values=values, actor=owner, version=0)
    token = undo.token(roadmap, [undo.to_values(item, "owner", version)])
    Membership.objects.get(user=colleague).delete()

    with pytest.raises(ValidationError, match="no longer a member"):
        undo.take_back(roadmap, token, owner)


# Many at once


def test_an_owner_is_set_for_all_that_are_ticked_and_for_no_other(editor, roadmap, colleague):
    one, two, other = (make_item(roadmap, title=title) for title in "ABC")
    page, said = many(editor, roadmap, [one, two], "owner", who="tom okafor")

    assert said == "Set for 2 items."
    owners = dict(roadmap.items.values_list("pk", "owner_id"))
    assert owners == {one.pk: colleague.pk, two.pk: colleague.pk, other.pk: None}
    assert list(roadmap.items.in_order().values_list("owner_version", flat=True)) == [1, 1, 0]
    assert AuditEvent.objects.filter(action="roadmap-owner-changed").count() == 2

    assert take_back(editor, roadmap, page) == "Undone for 2 items."
    assert not roadmap.items.exclude(owner=None).exists()


def test_a_name_nobody_has_is_someone_without_an_account(editor, roadmap):
    item = make_item(roadmap)
    many(editor, roadmap, [item], "owner", who=" Joao  Pires ")

    item.refresh_from_db()
    assert (item.owner, item.owner_name) == (None, "Joao Pires")


def test_two_members_of_one_name_are_asked_back(editor, roadmap):
    twins = [make_membership(roadmap.organization, make_user(name="Jo Park"), role=Role.EDITOR).user for _ in "ab"]
    item = make_item(roadmap)

    _, said = many(editor, roadmap, [item], "owner", who="Jo Park")
    assert said == "2 members are called Jo Park. Write the email address of one."
    many(editor, roadmap, [item], "owner", who=twins[1].email)
    item.refresh_from_db()
    assert item.owner == twins[1]


def test_what_someone_changed_meanwhile_is_named_and_left(editor, roadmap, colleague):
    one, two = make_item(roadmap, title="A"), make_item(roadmap, title="B")
    services.record_part(two, part="due", values={"due_on": TODAY}, actor=colleague, version=0)
    day = roadmap.starts_on + timedelta(days=12)

    _, said = many(editor, roadmap, [one, two], "due", due_on=day.isoformat())
    assert said == "Set for 1 item. Not set, because someone changed it meanwhile: “B”."
    assert list(roadmap.items.in_order().values_list("due_on", flat=True)) == [day, TODAY]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"do": "due", "due_on": ""}, "Give a date."),
        ({"do": "due", "due_on": "2027-02-29"}, "Write the date as 2026-09-14."),
        ({"do": "due", "due_on": "2126-01-01"}, "Choose a due date between"),
        ({"do": "owner", "who": "x" * 151}, "Write the owner&#x27;s name in at most 150 characters."),
    ],
)
def test_what_cannot_be_set_changes_nothing(editor, roadmap, fields, sentence):
    items = [make_item(roadmap), make_item(roadmap)]
    before = list(roadmap.items.values())

    assert many(editor, roadmap, items, **fields)[1].startswith(sentence)
    assert list(roadmap.items.values()) == before


def test_without_a_tick_nothing_is_set(editor, roadmap):
    make_item(roadmap)

    assert many(editor, roadmap, [], "owner", who="Joao")[1] == "Tick the items first."


def test_an_item_of_another_roadmap_is_not_set_from_here(editor, roadmap):
    make_item(roadmap)
    other = make_roadmap(make_scorecard(levels=[1] * 8, signed_off_at=timezone.now()), items=1).items.get()

    assert many(editor, roadmap, [other], "owner", who="Joao")[1] == "Tick the items first."
    other.refresh_from_db()
    assert other.owner_name == ""


def test_a_row_is_saved_by_itself_and_a_conflict_shows_both_names(editor, roadmap, colleague):
    item = make_item(roadmap)
    address = reverse("roadmap_item_save", args=[roadmap.organization.slug, roadmap.pk, item.pk, "owner"])
    data = {f"i{item.pk}-who": "Ada Lovelace", f"i{item.pk}-owner_version": 0}
    assert editor.post(address, data, headers=HTMX).status_code == 200

    response = editor.post(address, data | {f"i{item.pk}-who": "Joao Pires"}, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 409
    assert "<dd>Ada Lovelace</dd>" in page
    assert "<dd>Joao Pires</dd>" in page
    assert f"&quot;i{item.pk}-who&quot;: &quot;Ada Lovelace&quot;" in page


def test_rows_are_saved_together_without_javascript(editor, roadmap, colleague):
    one, two = make_item(roadmap, title="A"), make_item(roadmap, title="B")
    data = {"do": "save", "query": "sort=title"}
    for item, who in ((one, "Tom Okafor"), (two, "")):
        data |= {f"i{item.pk}-who": who, f"i{item.pk}-owner_version": 0}
        data |= {f"i{item.pk}-due_on": item.due_on.isoformat(), f"i{item.pk}-due_version": 0}
    data[f"i{two.pk}-due_on"] = "2027-02-"
    response = editor.post(url(roadmap, "roadmap_item_bulk"), data, follow=True)

    assert response.redirect_chain[0][0].endswith("?sort=title")
    page = response.content.decode()
    assert "“B” is not saved. Write the date as 2026-09-14." in page
    assert "Saved 1 change." in page
    assert list(roadmap.items.in_order().values_list("owner_id", "owner_version", "due_version")) == [
        (colleague.pk, 1, 0),
        (None, 0, 0),
    ]


# What an item shows of its category


def save_target(client, item, version=0, **fields):
    data = {f"i{item.pk}-{name.replace('_', '-')}": value for name, value in fields.items()}
    address = reverse("roadmap_item_save", args=[item.roadmap.organization.slug, item.roadmap_id, item.pk, "target"])
    response = client.post(address, data | {f"i{item.pk}-target_version": version}, headers=HTMX)
    item.refresh_from_db()
    return response


def test_what_an_item_earns_comes_from_its_action_and_is_ticked_by_hand(editor, roadmap, owner):
    item = services.take_suggestion(
        roadmap, find_offer(roadmap, "action:cost-model:publish-monthly-unit-costs"), actor=owner
    )
    assert item.earns == ["feature-unit-cost", "reconciled-cost"]
    fields = {"category": "cost-model", "level": "2", "earns_of": "cost-model"}

    ticked = {"earns_reconciled_cost": "reconciled-cost"}
    assert save_target(editor, item, **fields, **ticked).status_code == 200
    assert item.earns == ["reconciled-cost"]
    refused = save_target(editor, item, 1, **fields)
    assert refused.status_code == 422
    assert "Tick what it shows, or choose no level." in refused.content.decode()

    page = save_target(editor, item, 1, category="security-access", level="2", earns_of="cost-model", **ticked)
    assert item.earns == []
    assert page.content.decode().count('type="checkbox"') == 3
    assert "Access" in page.content.decode()


def test_one_of_two_needed_items_says_that_it_raises_nothing_yet(editor, roadmap):
    make_item(roadmap, category_key="reliability-targets", target_level=2, earns=["written-targets", "monthly-results"])
    page = editor.get(url(roadmap, "roadmap_detail")).content.decode()
    assert "Toward 2 in Reliability targets: two of three planned" in page
    assert "Nothing in this plan raises the score yet." in page

    make_item(roadmap, category_key="reliability-targets", target_level=2, earns=["rehearsed-response"])
    page = editor.get(url(roadmap, "roadmap_detail")).content.decode()
    assert page.count("Raises Reliability targets to 2") == 2
    assert "On this plan Kestrel Logistics reaches 10, the risk line, on" in page


# The one list of first steps


def steps_of_result(roadmap):
    return steps.first_steps(read_scorecard(roadmap.scorecard), planned_steps(roadmap.scorecard))


def test_what_was_put_aside_or_dropped_on_the_roadmap_is_a_first_step_nowhere(roadmap, owner):
    first, second, *_ = steps_of_result(roadmap)
    services.dismiss_suggestion(roadmap, find_offer(roadmap, first.source_key), actor=owner)
    item = services.take_suggestion(roadmap, find_offer(roadmap, second.source_key), actor=owner)
    dropped = services.status_values(item, status="dropped", reason="Not ours", today=TODAY)
    services.record_part(item, part="status", values=dropped, actor=owner, version=0)

    found = steps_of_result(roadmap)

    assert found == read_roadmap(roadmap, TODAY).first_steps
    assert {first.source_key, second.source_key}.isdisjoint(step.source_key for step in found)


def test_the_first_steps_of_a_plan_stand_in_one_order_on_every_page(roadmap, owner):
    """Of what weighs the same the first due comes first, whichever phase it is in."""
    for offer in [each.suggestion for each in read_offers(read_roadmap(roadmap, TODAY)).scoring[:6]]:
        item = services.take_suggestion(roadmap, offer, actor=owner)
        day = TODAY + timedelta(days=60 - item.pk % 50)
        services.record_part(item, part="due", values={"due_on": day}, actor=owner, version=0)

    assert steps_of_result(roadmap) == read_roadmap(roadmap, TODAY).first_steps
