"""The board in a real browser: by mouse, by keyboard, by two people at once, without JavaScript or a connection."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from playwright.sync_api import expect

from assessments.organizations.models import Role
from assessments.roadmaps.items import attachments
from tests.browsers import sign_in
from tests.factories import (
    make_item,
    make_membership,
    make_organization,
    make_roadmap,
    make_scorecard,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLES = ("Name owners", "Write targets", "Measure cost")


@pytest.fixture
def roadmap():
    owner = make_user(name="Ada Lovelace", email="ada@example.com")
    organization = make_organization(owner=owner, name="Kestrel Logistics")
    make_membership(organization, make_user(name="Tom Okafor", email="tom@example.com"), role=Role.EDITOR)
    levels, day = [2, 1, 0, 1, 2, 1, 2, 0], datetime(2026, 1, 5, tzinfo=UTC)
    scorecard = make_scorecard(organization, levels=levels, signed_off_at=day)
    roadmap = make_roadmap(scorecard, items=0)
    for title in TITLES:
        make_item(roadmap, title=title, category_key="cost-model", target_level=1)
    make_item(roadmap, title="Draft an SLO", phase_key="days-60")
    return roadmap


@pytest.fixture
def opened(live_server, roadmap):
    """The board in a browser of one's own, signed in."""

    def open_board(context, email="ada@example.com"):
        page = context.new_page()
        sign_in(page.context, live_server.url, email)
        page.goto(f"{live_server.url}/o/{roadmap.organization.slug}/roadmaps/{roadmap.pk}/")
        return page

    return open_board


@pytest.fixture
def board(opened, context):
    return opened(context)


def lane(page, number):
    return page.locator(f"[data-lane=days-{number}] h3").all_inner_texts()


def stored(roadmap, number):
    return list(roadmap.items.filter(phase_key=f"days-{number}").in_order().values_list("title", flat=True))


def card(page, title):
    return page.locator(".item").filter(has=page.get_by_role("heading", name=title))


def handle(page, title):
    return card(page, title).locator("summary")


def said(page):
    return page.locator("#announce")


def test_items_dragged_to_another_phase_and_reordered_are_saved(board, roadmap):
    card(board, "Write targets").drag_to(board.locator("[data-lane=days-60]"), target_position={"x": 40, "y": 4})
    expect(said(board)).to_contain_text("“Write targets” is in days 31 to 60")
    assert lane(board, 60) == ["Write targets", "Draft an SLO"]

    card(board, "Measure cost").drag_to(card(board, "Name owners"), target_position={"x": 40, "y": 4})
    expect(said(board)).to_contain_text("“Measure cost” is in days 1 to 30")
    expect(board.locator("#lane-days-30-head")).to_contain_text("0 of 2 done")
    assert lane(board, 30) == ["Measure cost", "Name owners"]

    board.reload()
    assert (lane(board, 30), lane(board, 60)) == (stored(roadmap, 30), stored(roadmap, 60))
    assert stored(roadmap, 30) == ["Measure cost", "Name owners"]
    assert stored(roadmap, 60) == ["Write targets", "Draft an SLO"]


def test_a_phase_that_is_empty_takes_an_item(board, roadmap):
    card(board, "Name owners").drag_to(board.locator("[data-lane=days-90]"))

    expect(board.locator("#lane-days-90-head")).to_contain_text("0 of 1 done")
    assert stored(roadmap, 90) == ["Name owners"]


def test_a_status_is_saved_at_once_and_the_sums_follow(board, roadmap):
    item = roadmap.items.get(title="Name owners")
    board.get_by_label("Status of Name owners").select_option("done")

    expect(board.locator(f"#i{item.pk}-status-slot")).to_contain_text("Saved")
    expect(board.locator("#lane-days-30-head")).to_contain_text("1 of 3 done")
    expect(board.locator("#road-detail")).to_contain_text("One of four items is done.")
    expect(card(board, "Name owners")).to_have_class("item is-done")
    board.reload()
    assert board.get_by_label("Status of Name owners").input_value() == "done"


def test_an_item_is_dropped_with_a_reason_only(board, roadmap):
    item = roadmap.items.get(title="Name owners")
    assert not board.get_by_label("Why Name owners is dropped").is_visible()
    asked = []
    board.on("request", lambda request: asked.append(request.url))
    board.get_by_label("Status of Name owners").select_option("dropped")
    expect(board.get_by_label("Why Name owners is dropped")).to_be_focused()
    assert asked == []
    expect(board.locator(f"#i{item.pk}-status-slot")).to_have_text("")

    board.get_by_label("Why Name owners is dropped").fill("They are named in the contract.")
    expect(card(board, "Name owners")).to_have_class("item is-dropped")
    item.refresh_from_db()
    assert (item.status, item.dropped_reason) == ("dropped", "They are named in the contract.")


def test_what_is_typed_and_not_saved_yet_comes_along_when_its_item_is_moved(board, roadmap):
    item = roadmap.items.get(title="Name owners")
    board.get_by_label("Status of Name owners").select_option("dropped")
    expect(board.get_by_label("Why Name owners is dropped")).to_be_focused()
    board.route("**/save/status", lambda route: route.abort())
    board.get_by_label("Why Name owners is dropped").press_sequentially("In the contract")
    handle(board, "Name owners").press("ArrowRight")
    expect(said(board)).to_contain_text("days 31 to 60")

    expect(board.get_by_label("Why Name owners is dropped")).to_have_value("In the contract")
    expect(board.locator(f"#i{item.pk}-status-slot")).to_contain_text("Not saved, kept here.")
    board.unroute("**/save/status")
    board.evaluate("dispatchEvent(new Event('online'))")
    expect(card(board, "Name owners")).to_have_class("item is-dropped")
    item.refresh_from_db()
    assert (item.phase_key, item.dropped_reason) == ("days-60", "In the contract")


def test_a_move_that_is_answered_late_leaves_the_focus_where_it_is(board, held):
    move = held(board, "**/items/move")
    handle(board, "Name owners").press("ArrowDown")
    board.get_by_label("Status of Measure cost").focus()
    move().continue_()
    expect(said(board)).to_contain_text("“Name owners” is in days 1 to 30")

    expect(board.get_by_label("Status of Measure cost")).to_be_focused()


def test_an_item_drawn_anew_while_it_is_dragged_is_dropped_once(board, held, roadmap):
    move = held(board, "**/items/move")
    handle(board, "Name owners").press("ArrowDown")
    # The events of a drag one by one, so that the answer surely comes between them.
    there = board.locator("[data-lane=days-60]")
    at = {"dataTransfer": board.evaluate_handle("new DataTransfer()"), "clientY": -10_000}  # above all that is there
    card(board, "Name owners").dispatch_event("dragstart", at)
    there.dispatch_event("dragover", at)
    move().continue_()
    expect(said(board)).to_contain_text("“Name owners” is in days 1 to 30")
    there.dispatch_event("dragover", at)
    there.dispatch_event("drop", at)
    move().continue_()

    expect(said(board)).to_contain_text("“Name owners” is in days 31 to 60")
    assert lane(board, 30) == ["Write targets", "Measure cost"]
    assert lane(board, 60) == ["Name owners", "Draft an SLO"] == stored(roadmap, 60)


def test_an_item_that_is_done_is_not_called_overdue_any_more_and_nothing_is_logged(board, roadmap):
    item = roadmap.items.get(title="Name owners")
    roadmap.items.filter(pk=item.pk).update(due_on=item.due_on - timedelta(days=60))
    errors = []
    board.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    card(board, "Name owners").get_by_role("link").click()
    expect(board.locator(f"#i{item.pk}-note")).to_contain_text("days overdue")
    board.get_by_label("Status", exact=True).select_option("done")

    expect(board.locator(f"#i{item.pk}-note")).to_have_text(re.compile("^Done "))
    expect(said(board)).to_have_text("Name owners: done.")
    assert errors == []


def test_a_comment_says_on_which_day_it_was_written(board, roadmap):
    item = roadmap.items.get(title="Name owners")
    comment = attachments.add_comment(item, text="Helen calls on Thursday.", actor=roadmap.created_by)
    card(board, "Name owners").get_by_role("link").click()
    board.get_by_label("Effort").select_option("S")
    expect(board.locator(f"#i{item.pk}-effort-slot")).to_contain_text("Saved")

    expect(board.locator("#comments time")).to_contain_text(f"{comment.created_at:%b %Y}, ")


def test_owner_due_date_and_title_are_changed_on_the_item_and_stay(board, roadmap):
    item = roadmap.items.get(title="Name owners")
    card(board, "Name owners").get_by_role("link").click()
    board.get_by_label("Owner", exact=True).select_option(label="Tom Okafor")
    board.get_by_label("Due", exact=True).fill(f"{item.due_on:%Y-%m}-28")
    board.get_by_label("Title").fill("Name an owner per layer")
    expect(board.locator(f"#i{item.pk}-title-slot")).to_contain_text("Saved")
    expect(board.locator(f"#i{item.pk}-due-slot")).to_contain_text("Saved")
    expect(board.locator("#save-state")).to_have_text("All saved")

    board.get_by_label("Owner", exact=True).select_option(label="Someone without an account")
    with board.expect_response(lambda response: "Joao" in (response.request.post_data or "")):
        board.get_by_label("Name of the owner").fill("Joao Pires")
    expect(board.locator(f"#i{item.pk}-owner-slot")).to_contain_text("Saved")
    board.reload()
    assert board.get_by_label("Name of the owner").input_value() == "Joao Pires"
    item.refresh_from_db()
    assert (item.title, item.owner, item.owner_name) == ("Name an owner per layer", None, "Joao Pires")
    assert item.due_on.day == 28


def test_two_people_who_change_one_owner_see_both(board, opened, new_context, roadmap):
    item = roadmap.items.get(title="Name owners")
    theirs = opened(new_context(), "tom@example.com")
    for page in (board, theirs):
        card(page, "Name owners").get_by_role("link").click()
    theirs.get_by_label("Owner", exact=True).select_option(label="Tom Okafor")
    expect(theirs.locator(f"#i{item.pk}-owner-slot")).to_contain_text("Saved")

    board.get_by_label("Owner", exact=True).select_option(label="Ada Lovelace")
    conflict = board.locator(f"#i{item.pk}-owner-slot .conflict")
    expect(conflict).to_contain_text("Tom Okafor changed this")
    expect(conflict.locator("dd")).to_have_text(["Tom Okafor", "Ada Lovelace"])

    conflict.get_by_role("button", name="Keep mine").click()
    expect(board.locator(f"#i{item.pk}-owner-slot")).to_contain_text("Saved")
    item.refresh_from_db()
    assert item.owner.name == "Ada Lovelace"


def test_two_people_who_move_at_once_lose_nothing(board, opened, new_context, roadmap):
    theirs = opened(new_context(), "tom@example.com")
    card(theirs, "Write targets").drag_to(theirs.locator("[data-lane=days-90]"))
    expect(said(theirs)).to_contain_text("days 61 to 90")

    card(board, "Write targets").drag_to(board.locator("[data-lane=days-60]"))

    expect(board.get_by_role("alert").filter(has_text="Not moved")).to_contain_text(
        "“Write targets” was moved meanwhile and stands in days 61 to 90."
    )
    assert (lane(board, 60), lane(board, 90)) == (["Draft an SLO"], ["Write targets"])
    assert stored(roadmap, 90) == ["Write targets"]

    card(board, "Measure cost").drag_to(board.locator("[data-lane=days-60]"))
    expect(said(board)).to_contain_text("“Measure cost” is in days 31 to 60")
    card(theirs, "Draft an SLO").drag_to(card(theirs, "Measure cost"), target_position={"x": 40, "y": 4})
    expect(theirs.get_by_role("alert").filter(has_text="Not moved")).to_contain_text("no longer there")
    card(theirs, "Draft an SLO").drag_to(card(theirs, "Name owners"), target_position={"x": 40, "y": 4})
    expect(said(theirs)).to_contain_text("“Draft an SLO” is in days 1 to 30")
    assert sorted(stored(roadmap, 30) + stored(roadmap, 60) + stored(roadmap, 90)) == sorted([*TITLES, "Draft an SLO"])


def test_without_a_connection_an_item_goes_back(board, roadmap):
    board.context.set_offline(True)
    card(board, "Write targets").drag_to(board.locator("[data-lane=days-60]"))

    expect(board.locator(".toast")).to_contain_text("Not moved. The server did not answer.")
    assert lane(board, 30) == list(TITLES)

    board.context.set_offline(False)
    card(board, "Write targets").drag_to(card(board, "Draft an SLO"), target_position={"x": 40, "y": 4})
    expect(said(board)).to_contain_text("“Write targets” is in days 31 to 60")
    assert stored(roadmap, 60) == ["Write targets", "Draft an SLO"]


def test_by_keyboard_only(board, roadmap):
    handle(board, "Name owners").focus()
    board.keyboard.press("ArrowUp")
    expect(said(board)).to_have_text("It is the first of its phase.")
    board.keyboard.press("ArrowDown")
    expect(said(board)).to_contain_text("“Name owners” is in days 1 to 30")
    expect(said(board)).to_contain_text("Place 2 of 3.")
    assert lane(board, 30) == ["Write targets", "Name owners", "Measure cost"]
    board.keyboard.press("ArrowRight")
    expect(said(board)).to_contain_text("days 31 to 60")
    moves = count(1)
    with board.expect_event("requestfinished", lambda request: "/items/move" in request.url and next(moves) == 4):
        for key in ("ArrowUp", "ArrowRight", "ArrowLeft", "ArrowUp"):
            board.keyboard.press(key)
    expect(board.locator("[data-lane=days-60] h3")).to_have_text(["Name owners", "Draft an SLO"])
    assert board.evaluate("document.activeElement.closest('.item').querySelector('h3').innerText") == "Name owners"
    assert stored(roadmap, 60) == ["Name owners", "Draft an SLO"]

    board.keyboard.press("Enter")  # the menu
    board.keyboard.press("Tab")
    board.keyboard.press("Tab")
    expect(board.get_by_role("button", name="To days 61 to 90", exact=True)).to_be_focused()
    board.keyboard.press("Enter")
    expect(said(board)).to_contain_text("days 61 to 90")
    assert stored(roadmap, 90) == ["Name owners"]

    board.keyboard.press("Tab")  # on to the status
    expect(board.get_by_label("Status of Name owners")).to_be_focused()
    board.keyboard.press("ArrowDown")
    expect(board.locator("#lane-days-90-head")).to_contain_text("0 of 1 done")
    expect(card(board, "Name owners")).to_have_class("item is-doing")
    board.reload()
    assert roadmap.items.get(title="Name owners").status == "doing"


def test_without_javascript_items_are_moved_and_saved_by_forms(opened, new_context, roadmap):
    page = opened(new_context(java_script_enabled=False))
    handle(page, "Write targets").click()
    card(page, "Write targets").get_by_role("button", name="To days 31 to 60").click()
    assert page.locator(".toast").inner_text().startswith("“Write targets” is in days 31 to 60")
    handle(page, "Measure cost").click()
    card(page, "Measure cost").get_by_role("button", name="Up").click()
    expect(page.locator(".toast")).to_contain_text("“Measure cost” is in days 1 to 30")
    assert stored(roadmap, 30) == ["Measure cost", "Name owners"]

    page.get_by_label("Status of Name owners").select_option("doing")
    card(page, "Name owners").get_by_role("button", name="Save").click()
    expect(card(page, "Name owners")).to_have_class("item is-doing")
    assert page.get_by_label("Status of Name owners").input_value() == "doing"

    card(page, "Name owners").get_by_role("link").click()
    page.get_by_label("What to do").fill("Ask each lead.")
    with page.expect_navigation():
        page.get_by_role("button", name="Save everything on this page").click()
    assert page.get_by_label("What to do").input_value() == "Ask each lead."


def test_a_suggestion_is_taken_with_one_click_where_one_is_and_taken_back(board, roadmap):
    title = "Publish fully allocated unit costs every month"
    add = board.get_by_role("button", name=re.compile(f"^Add to days 31 to 60.*{title}"))
    add.scroll_into_view_if_needed()
    before = add.bounding_box()["y"]
    add.click()
    expect(board.locator("[data-lane=days-60] h3")).to_have_text(["Draft an SLO", title])
    expect(board.locator(".toast")).to_contain_text(f"“{title}” is in days 31 to 60, due")
    focused = board.locator(".suggest__do button:focus")
    expect(focused).to_have_count(1)
    assert abs(focused.bounding_box()["y"] - before) < 200
    assert board.evaluate("document.activeElement.closest('section').id") == "suggestions"
    assert roadmap.items.get(title=title).earns == ["feature-unit-cost", "reconciled-cost"]

    board.get_by_role("button", name="Undo").click()
    expect(board.locator(".toast")).to_contain_text("Undone.")
    assert stored(roadmap, 60) == ["Draft an SLO"]


def test_a_suggestion_is_dismissed_and_brought_back(board, roadmap):
    title = "Publish fully allocated unit costs every month"
    dismiss = board.get_by_role("button", name=f"Dismiss {title}")
    dismiss.click()
    expect(dismiss).to_have_count(0)
    board.get_by_text("1 dismissed").click()
    board.get_by_role("button", name=f"Bring back {title}").click()
    expect(board.get_by_text("1 dismissed")).to_have_count(0)
    expect(dismiss).to_be_visible()


def test_a_status_and_a_move_are_taken_back(board, roadmap):
    board.get_by_label("Status of Name owners").select_option("done")
    expect(board.locator(".toast")).to_contain_text("“Name owners”: done.")
    handle(board, "Name owners").press("ArrowRight")
    expect(board.locator(".toast")).to_contain_text("“Name owners” is in days 31 to 60")
    assert stored(roadmap, 60) == ["Draft an SLO", "Name owners"]

    board.get_by_role("button", name="Undo").click()
    expect(board.locator(".toast")).to_contain_text("Undone.")
    assert stored(roadmap, 30) == list(TITLES)

    board.get_by_label("Status of Name owners").select_option("todo")
    expect(board.locator(".toast")).to_contain_text("“Name owners”: not started.")
    board.get_by_role("button", name="Undo").click()
    expect(board.locator(".toast")).to_contain_text("Undone.")
    assert board.get_by_label("Status of Name owners").input_value() == "done"


@pytest.fixture
def listed(board):
    board.get_by_role("link", name="List", exact=True).click()
    return board


def test_owner_and_date_are_set_in_the_row(listed, roadmap):
    item = roadmap.items.get(title="Name owners")
    listed.get_by_label("Owner of Name owners").fill("tom okafor")
    expect(listed.locator(f"#i{item.pk}-owner-slot")).to_contain_text("Saved")
    listed.get_by_label("Due date of Name owners").fill(f"{item.due_on:%Y-%m}-28")
    expect(listed.locator(f"#i{item.pk}-due-slot")).to_contain_text("Saved")

    item.refresh_from_db()
    assert (item.owner.name, item.due_on.day) == ("Tom Okafor", 28)


def test_owner_is_set_for_all_that_are_ticked_and_taken_back(listed, roadmap):
    for title in TITLES[:2]:
        listed.get_by_label(f"Tick {title}").check()
    listed.get_by_label("Owner", exact=True).last.fill("Joao Pires")
    listed.get_by_role("button", name="Set owner for 2").click()
    expect(listed.locator(".toast")).to_contain_text("Set for 2 items.")
    assert set(roadmap.items.filter(owner_name="Joao Pires").values_list("title", flat=True)) == set(TITLES[:2])

    listed.get_by_role("button", name="Undo").click()
    expect(listed.locator(".toast")).to_contain_text("Undone for 2 items.")
    assert not roadmap.items.filter(owner_name="Joao Pires").exists()


def test_without_javascript_rows_are_saved_and_a_date_is_set_for_many(opened, new_context, roadmap):
    page = opened(new_context(java_script_enabled=False))
    page.get_by_role("link", name="List", exact=True).click()
    page.get_by_label("Owner of Write targets").fill("Tom Okafor")
    page.get_by_role("button", name="Save the rows").click()
    assert page.get_by_label("Owner of Write targets").input_value() == "Tom Okafor"

    for title in TITLES:
        page.get_by_label(f"Tick {title}").check()
    day = roadmap.starts_on + timedelta(days=10)
    page.get_by_label("Date", exact=True).fill(day.isoformat())
    page.get_by_role("button", name="Set date").click()
    assert set(roadmap.items.filter(title__in=TITLES).values_list("due_on", flat=True)) == {day}
    page.get_by_role("button", name="Undo").click()
    assert not roadmap.items.filter(due_on=day).exists()
