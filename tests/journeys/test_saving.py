"""What a person sees of saving, in a real browser: dropped connections, reloads, a second tab, a signed-out session."""

import re

import pytest
from playwright.sync_api import expect

from assessments.scorecards import services
from assessments.scorecards.models import Response
from tests.factories import make_organization, make_scorecard, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE = "#cost-model-note"
SLOT = "#cost-model-note-slot"


@pytest.fixture
def scorecard():
    user = make_user(name="Ada", email="ada@example.com", password="correct horse battery")
    return make_scorecard(make_organization(owner=user), levels=[None] * 8)


@pytest.fixture
def filling(page, live_server, scorecard):
    sign_in(page, live_server.url)
    page.goto(address(live_server, scorecard))
    return page


def address(live_server, scorecard):
    return f"{live_server.url}/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}/fill"


def sign_in(page, base):
    page.goto(f"{base}/accounts/login/")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{base}/")


def choose(page, category, level):
    page.locator(f".rubric__card:has(input[name='{category}-level'][value='{level}'])").click()


def note(scorecard):
    return scorecard.responses.get(category_key="cost-model").note


def test_a_choice_is_saved_and_seen_at_once(filling, scorecard):
    choose(filling, "cost-model", 1)

    expect(filling.locator("#cost-model-level-slot")).to_contain_text("Saved")
    expect(filling.locator("#live-n")).to_contain_text("1–15")
    expect(filling.locator("#announce")).to_have_text(
        "Cost model saved as 1. Total 1 of 16 so far, up to 15 still possible."
    )
    expect(filling.locator("#step-cost-model .pip--1")).to_be_visible()
    assert scorecard.responses.get(category_key="cost-model").level == 1


def test_quick_choices_end_with_the_last_one(filling, scorecard):
    for level in (0, 1, 2, 1, 0, 2):
        choose(filling, "cost-model", level)

    expect(filling.locator("#save-state")).to_have_text("All saved")
    expect(filling.locator("#live-n")).to_contain_text("2–16")
    assert scorecard.responses.get(category_key="cost-model").level == 2
    assert filling.locator(".conflict").count() == 0


def test_typing_on_while_a_save_is_under_way_loses_nothing(filling, held, scorecard):
    save = held(filling, "**/responses/**")
    filling.locator(NOTE).press_sequentially("One invoice a month, ")
    first = save()
    filling.locator(NOTE).press_sequentially("and nobody can divide it by feature.")
    first.continue_()
    save().continue_()

    expect(filling.locator("#save-state")).to_have_text("All saved")
    assert note(scorecard) == "One invoice a month, and nobody can divide it by feature."
    assert filling.locator(NOTE).input_value() == note(scorecard)


def test_a_dropped_connection_keeps_the_text_and_tries_again(filling, scorecard):
    filling.context.set_offline(True)
    filling.locator(NOTE).fill("Typed in the tunnel")
    expect(filling.locator(SLOT)).to_contain_text("Not saved, kept here.")
    expect(filling.locator("#save-state")).to_have_text("1 not saved")
    assert note(scorecard) == ""

    filling.context.set_offline(False)

    expect(filling.locator(SLOT)).to_contain_text("Saved")
    assert note(scorecard) == "Typed in the tunnel"


def test_a_reload_brings_back_what_was_not_saved(filling, live_server, scorecard):
    filling.route("**/responses/**", lambda route: route.abort())
    filling.locator(NOTE).fill("Typed before the crash")
    choose(filling, "serving-maturity", 2)
    expect(filling.locator("#save-state")).to_have_text("2 not saved")
    filling.unroute("**/responses/**")

    filling.reload()

    expect(filling.locator(NOTE)).to_have_value("Typed before the crash")
    expect(filling.locator("#save-state")).to_have_text("All saved")
    assert note(scorecard) == "Typed before the crash"
    assert scorecard.responses.get(category_key="serving-maturity").level == 2


def test_a_server_error_is_a_failed_save_not_a_lost_one(filling, scorecard):
    filling.route("**/responses/**", lambda route: route.fulfill(status=502, body="Bad gateway"))
    filling.locator(NOTE).fill("Kept")
    expect(filling.locator(SLOT)).to_contain_text("Not saved, kept here.")
    filling.unroute("**/responses/**")

    filling.locator(SLOT).get_by_role("button", name="try again").click()

    expect(filling.locator(SLOT)).to_contain_text("Saved")
    assert note(scorecard) == "Kept"


def test_a_lost_answer_to_a_save_that_arrived_is_no_conflict(filling, scorecard):
    def swallow(route):
        route.fetch()
        route.abort()

    filling.route("**/responses/**", swallow)
    filling.locator(NOTE).fill("Arrived")
    expect(filling.locator(SLOT)).to_contain_text("Not saved, kept here.")
    filling.unroute("**/responses/**")
    filling.locator(SLOT).get_by_role("button", name="try again").click()

    expect(filling.locator(SLOT)).to_contain_text("Saved")
    assert filling.locator(".conflict").count() == 0
    assert note(scorecard) == "Arrived"


def test_a_stale_tab_shows_both_and_takes_theirs_on_request(filling, scorecard):
    other = make_user(name="Grace Hopper")
    services.record_note(scorecard, category="cost-model", note="Theirs", actor=other, version=0)
    filling.locator(NOTE).fill("Mine")

    conflict = filling.locator(f"{SLOT} .conflict")
    expect(conflict).to_contain_text("Grace Hopper changed this")
    expect(conflict).to_contain_text("Theirs")
    assert note(scorecard) == "Theirs"
    assert filling.locator(NOTE).input_value() == "Mine"

    conflict.get_by_role("button", name="Use theirs").click()
    expect(filling.locator(SLOT)).to_contain_text("Saved")
    assert (note(scorecard), filling.locator(NOTE).input_value()) == ("Theirs", "Theirs")


def test_a_stale_tab_keeps_mine_on_request(filling, scorecard):
    services.record_level(scorecard, category="cost-model", level=0, actor=make_user(name="Grace"), version=0)
    choose(filling, "cost-model", 2)
    conflict = filling.locator("#cost-model-level-slot .conflict")
    expect(conflict).to_contain_text("Grace changed this")

    conflict.get_by_role("button", name="Keep mine").click()

    expect(filling.locator("#cost-model-level-slot")).to_contain_text("Saved")
    assert scorecard.responses.get(category_key="cost-model").level == 2


def test_a_signed_out_tab_says_so_and_saves_after_signing_in_again(filling, live_server, scorecard):
    cookies = filling.context.cookies()
    filling.context.clear_cookies()
    filling.locator(NOTE).fill("Kept while signed out")
    expect(filling.locator(SLOT)).to_contain_text("You are signed out.")
    assert note(scorecard) == ""

    filling.context.add_cookies(cookies)
    filling.locator(SLOT).get_by_role("button", name="try again").click()

    expect(filling.locator(SLOT)).to_contain_text("Saved")
    assert note(scorecard) == "Kept while signed out"


def test_scoring_by_keyboard_alone(filling, scorecard):
    filling.locator("input[name='workload-clarity-level'][value='']").focus()
    for key in "2j1j0":
        filling.keyboard.press(key)

    expect(filling.locator("#live-n")).to_contain_text("3–13")
    expect(filling.locator("#save-state")).to_have_text("All saved")
    levels = list(Response.objects.filter(scorecard=scorecard).values_list("level", flat=True))
    assert levels == [2, 1, 0, None, None, None, None, None]

    filling.keyboard.press("x")
    expect(filling.locator("#live-n")).to_contain_text("3–15")
    filling.keyboard.press("n")
    filling.keyboard.type("012xjk")
    expect(filling.locator("#save-state")).to_have_text("All saved")
    assert note(scorecard) == "012xjk"


def test_evidence_is_added_and_removed_in_a_dialog(filling, scorecard, tmp_path):
    choose(filling, "cost-model", 2)
    expect(filling.locator("#cost-model-state")).to_contain_text("2 without proof")
    filling.locator("#cost-model").get_by_role("button", name=re.compile("Add a link or file")).click()
    dialog = filling.get_by_role("dialog")
    dialog.get_by_label("Web address").fill("not a link")
    dialog.get_by_role("button", name="Add evidence").click()
    expect(dialog).to_contain_text("begins with https://")
    dialog.get_by_label("Web address").fill("")
    proof = tmp_path / "bill.pdf"
    proof.write_bytes(b"%PDF-1.7\nbill")
    dialog.get_by_label("or a file").set_input_files(proof)
    dialog.get_by_role("button", name="Add evidence").click()

    expect(filling.locator("#cost-model-evidence").get_by_role("link", name="bill.pdf")).to_be_visible()
    expect(filling.get_by_role("dialog")).to_have_count(0)
    expect(filling.locator("#cost-model-state")).to_have_text("")

    filling.on("dialog", lambda question: question.accept())
    filling.get_by_role("button", name="Remove bill.pdf").click()
    expect(filling.locator("#cost-model-evidence")).to_contain_text("None yet.")
    expect(filling.locator("#cost-model-state")).to_contain_text("2 without proof")


def test_without_javascript_a_button_saves_the_page(browser, live_server, scorecard):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server.url)
    page.goto(address(live_server, scorecard))
    choose(page, "cost-model", 1)
    page.locator(NOTE).fill("Saved by the button")

    with page.expect_navigation():
        page.get_by_role("button", name="Save everything on this page").click()

    expect(page.locator(NOTE)).to_have_value("Saved by the button")
    assert note(scorecard) == "Saved by the button"
    assert scorecard.responses.get(category_key="cost-model").level == 1
    context.close()


def test_what_is_typed_while_the_script_is_still_on_its_way_is_saved(page, held, live_server, scorecard):
    sign_in(page, live_server.url)
    script = held(page, "**/saving*.js")
    page.goto(address(live_server, scorecard), wait_until="commit")
    page.locator(NOTE).fill("Typed on a slow line")
    choose(page, "cost-model", 1)

    script().continue_()

    expect(page.locator(SLOT)).to_contain_text("Saved")
    expect(page.locator("#cost-model-level-slot")).to_contain_text("Saved")
    assert note(scorecard) == "Typed on a slow line"
