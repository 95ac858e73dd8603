"""What a person sees of saving, in a real browser: dropped connections, reloads, a second tab, a signed-out session."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from assessments import framework
from assessments.organizations.models import Role
from assessments.scorecards import services
from assessments.scorecards.models import DeciderAnswer, Evidence
from assessments.scorecards.queries import live_result
from tests.browsers import sign_in
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE = "#cost-model-note"
SLOT = "#cost-model-note-slot"
DECIDERS = [decider.key for decider in framework.current().category("cost-model").deciders]
FIRST = DECIDERS[0]
OTHER = framework.current().category("serving-maturity").deciders[0].key


SECOND = framework.current().categories[1].deciders[0].key  # of the category below the first


@pytest.fixture
def scorecard():
    user = make_user(name="Ada", email="ada@example.com", password="correct horse battery")
    return make_scorecard(make_organization(owner=user), levels=[None] * 8)


@pytest.fixture
def filling(page, live_server, scorecard):
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(address(live_server, scorecard))
    return page


def address(live_server, scorecard):
    return f"{live_server.url}/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}/fill"


def choose(page, decider, state):
    page.locator(f".seg label:has(input[name='{decider}-state'][value='{state}'])").click()


def state_of(scorecard, decider=FIRST):
    return DeciderAnswer.objects.get(response__scorecard=scorecard, decider_key=decider).state


def note(scorecard):
    return scorecard.responses.get(category_key="cost-model").note


def test_an_answer_is_saved_and_the_level_is_seen_at_once(filling, scorecard):
    choose(filling, FIRST, 1)

    expect(filling.locator(f"#{FIRST}-state-slot")).to_contain_text("Saved")
    expect(filling.locator("#live-n")).to_contain_text("1–15")
    expect(filling.locator("#announce")).to_contain_text(
        "saved as in part. Cost model: Claimed 1, proven 0. Total 1 of 16 claimed, 0 proven, up to 15 still possible."
    )
    expect(filling.locator("#cost-model-now")).to_have_text("Claimed 1, proven 0")
    expect(filling.locator("#step-cost-model-why")).to_have_text("One proof missing")
    assert state_of(scorecard) == 1


def test_quick_choices_end_with_the_last_one(filling, scorecard):
    for state in (0, 1, 2, 1, 0, 2):
        choose(filling, FIRST, state)

    expect(filling.locator("#save-state")).to_have_text("All saved")
    expect(filling.locator("#live-n")).to_contain_text("1–16")
    assert state_of(scorecard) == 2
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


def test_a_click_hits_what_was_pressed_though_the_field_before_it_could_not_be_saved(filling, scorecard):
    filling.route("**/responses/**", lambda route: route.abort())
    finding = filling.locator(f"#{framework.current().categories[0].key}-note")
    option = filling.locator(f".seg label:has(input[name='{SECOND}-state'][value='2'])")
    finding.fill("Nobody keeps a register.")
    option.scroll_into_view_if_needed()
    box = option.bounding_box()

    filling.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    filling.mouse.down()
    expect(filling.locator("#save-state")).to_have_text("Saving")  # it waits for the release
    assert option.bounding_box() == box
    filling.mouse.up()

    expect(filling.locator(f"input[name='{SECOND}-state'][value='2']")).to_be_checked()
    expect(filling.locator("#save-state")).to_have_text("1 not saved")


def test_a_reload_brings_back_what_was_not_saved(filling, live_server, scorecard):
    unsaved = re.compile("/(responses|deciders)/")
    filling.route(unsaved, lambda route: route.abort())
    filling.locator(NOTE).fill("Typed before the crash")
    choose(filling, OTHER, 2)
    expect(filling.locator("#save-state")).to_have_text("2 not saved")
    filling.unroute(unsaved)

    filling.reload()

    expect(filling.locator(NOTE)).to_have_value("Typed before the crash")
    expect(filling.locator("#save-state")).to_have_text("All saved")
    assert note(scorecard) == "Typed before the crash"
    assert state_of(scorecard, OTHER) == 2


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
    grace = make_user(name="Grace")
    services.record_decider(scorecard, category="cost-model", decider=FIRST, state=0, actor=grace, version=0)
    choose(filling, FIRST, 2)
    conflict = filling.locator(f"#{FIRST}-state-slot .conflict")
    expect(conflict).to_contain_text("Grace changed this")
    expect(conflict).to_contain_text("Not shown")

    conflict.get_by_role("button", name="Keep mine").click()

    expect(filling.locator(f"#{FIRST}-state-slot")).to_contain_text("Saved")
    assert state_of(scorecard) == 2


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


def test_enter_in_a_field_of_one_line_saves_its_part_and_stays(filling, scorecard):
    filling.evaluate("window.isSamePage = true")
    amount = filling.locator("#unit-cost-amount")
    amount.fill("31")
    amount.press("Enter")

    expect(filling.locator("#unit-cost-fact-slot")).to_contain_text("Saved")
    assert filling.evaluate("window.isSamePage")
    expect(amount).to_be_focused()
    assert scorecard.fact_answers.get(fact_key="unit-cost").values["amount"] == "31"


def states(scorecard):
    return list(DeciderAnswer.objects.filter(response__scorecard=scorecard).values_list("state", flat=True))


def test_scoring_by_keyboard_alone_from_a_fresh_page(filling, scorecard):
    for key in "j2j1j0jn":
        filling.keyboard.press(key)
    filling.keyboard.type("012xjk")
    filling.keyboard.press("Escape")
    filling.keyboard.press("2")

    expect(filling.locator("#save-state")).to_have_text("All saved")
    expect(filling.locator("#live-n")).to_contain_text("2–15")
    assert states(scorecard)[:5] == [2, 1, 0, 2, None]
    assert scorecard.responses.get(category_key="reliability-targets").note == "012xjk"

    filling.keyboard.press("s")
    expect(filling.locator("#announce")).to_contain_text("Proof saved.")
    assert Evidence.objects.get().kind == "sighting"
    filling.keyboard.press("k")
    filling.keyboard.press("x")
    expect(filling.locator("#live-n")).to_contain_text("2–15")
    expect(filling.locator("#save-state")).to_have_text("All saved")
    assert states(scorecard)[:4] == [2, 1, None, 2]

    filling.keyboard.press("?")
    expect(filling.locator("[data-keys-help] .keylist")).to_be_visible()
    filling.locator("[data-keys-toggle]").uncheck()
    filling.locator(f"input[name='{FIRST}-state'][value='']").focus()
    filling.keyboard.press("2")
    expect(filling.locator("#save-state")).to_have_text("All saved")
    assert state_of(scorecard) is None


def test_the_side_list_marks_where_one_is(filling):
    current = filling.locator(".steps a[aria-current]")
    expect(current).to_have_text(re.compile("Workload clarity"))

    filling.locator("#utilization-plan").scroll_into_view_if_needed()
    filling.evaluate("document.getElementById('utilization-plan').scrollIntoView()")

    expect(current).to_have_count(1)
    expect(current).to_have_text(re.compile("Utilization plan"))


def test_proof_is_added_and_removed_in_a_dialog(filling, scorecard, tmp_path):
    choose(filling, FIRST, 2)
    proofs = filling.locator(f"#{FIRST}-proofs")
    expect(proofs).to_contain_text("No proof yet")
    proofs.get_by_role("button", name=re.compile("Link, file")).click()
    dialog = filling.get_by_role("dialog")
    dialog.get_by_label("Web address").fill("not a link")
    dialog.get_by_role("button", name="Add proof").click()
    expect(dialog).to_contain_text("begins with https://")
    dialog.get_by_text("File", exact=True).first.click()
    expect(dialog.get_by_label("Web address")).not_to_be_visible()
    proof = tmp_path / "bill.pdf"
    proof.write_bytes(b"%PDF-1.7\nbill")
    dialog.locator("#ev-file").set_input_files(proof)
    dialog.get_by_role("button", name="Add proof").click()

    expect(proofs.get_by_role("link", name="bill.pdf")).to_be_visible()
    expect(filling.get_by_role("dialog")).to_have_count(0)
    expect(filling.locator("#cost-model-now")).to_have_text("Open: 1 to 2")
    expect(filling.locator("#live-say")).to_contain_text("Proven so far: 1.")

    filling.on("dialog", lambda question: question.accept())
    filling.get_by_role("button", name="Remove bill.pdf").click()
    expect(proofs).to_contain_text("No proof yet")
    expect(filling.locator("#live-say")).to_contain_text("Proven so far: 0.")


def test_why_something_cannot_be_seen_is_said_though_no_page_shows_it(filling, scorecard):
    choose(filling, FIRST, 2)
    expect(filling.locator("#save-state")).to_have_text("All saved")
    for number in range(services.EVIDENCE_MAX_ITEMS):
        about = {"title": str(number), "url": "https://wiki/x", "actor": scorecard.created_by}
        services.add_link(scorecard, category="cost-model", **about)

    filling.locator(f"#{FIRST}-proofs").get_by_role("button", name=re.compile("I saw it today")).click()

    expect(filling.locator(".toasts")).to_contain_text("A category holds at most 40 pieces of evidence.")


def test_a_figure_brings_its_unit_and_its_number_is_asked_back(filling, scorecard):
    choose(filling, FIRST, 2)
    filling.locator(f"#{FIRST}-proofs").get_by_role("button", name=re.compile("Link, file")).click()
    dialog = filling.get_by_role("dialog")
    dialog.get_by_text("Figure", exact=True).click()
    expect(dialog.locator("[data-unit-shown]")).to_have_text("USD per 1,000 requests")
    dialog.get_by_label("What was measured").select_option("unallocated-ai-spend")
    expect(dialog.locator("[data-unit-shown]")).to_have_text("percent of AI spending")
    dialog.get_by_label("What was measured").select_option("cost-per-thousand-requests")
    dialog.get_by_label("Value").fill("1.200")
    dialog.get_by_role("button", name="Add proof").click()
    dialog.get_by_role("button", name="1200", exact=True).click()

    expect(filling.locator(f"#{FIRST}-proofs")).to_contain_text("Cost per 1,000 requests: 1,200 USD")
    assert Evidence.objects.get().value == 1200


def test_a_number_of_a_fact_is_written_back_as_it_is_stored(filling, scorecard):
    amount = filling.locator("#unit-cost-amount")
    amount.fill("0,031")
    filling.locator("#unit-cost-month").fill("October 2026")
    expect(amount).to_have_value("0.031")

    amount.fill("12,345")
    slot = filling.locator("#unit-cost-fact-slot")
    expect(slot).to_contain_text("can be read in two ways")
    slot.get_by_role("button", name="12345").click()
    expect(filling.locator("#save-state")).to_have_text("All saved")
    assert scorecard.fact_answers.get(fact_key="unit-cost").values["amount"] == "12345"


def test_a_level_claimed_outright_is_shown_and_withdrawn(filling, scorecard):
    filling.locator("#cost-model").get_by_text("Claim a level").click()
    filling.locator("input[name='cost-model-level'][value='2']").check()
    filling.locator("#cost-model-claim_reason").fill("The CFO says so")

    line = filling.locator("#cost-model-claim")
    expect(line).to_contain_text("Level 2 claimed directly by Ada")
    expect(line).to_contain_text("The CFO says so")
    line.get_by_role("button", name=re.compile("Withdraw")).click()
    expect(line).not_to_be_visible()
    expect(filling.locator("#cost-model-now")).to_have_text("Open: 0 to 2")
    assert scorecard.responses.get(category_key="cost-model").level is None


def test_five_twos_without_proof_are_on_its_word_until_proofs_make_it_clear(filling, scorecard):
    five = framework.current().categories[:5]
    for category in framework.current().categories:
        for decider in category.deciders:
            choose(filling, decider.key, 2 if category in five else 0)
    say = filling.locator("#live-say")
    expect(say).to_have_text("Claimed: 10 of 16, proven 0. Clear only if you take its word.")

    for category in five:
        for decider in category.deciders:
            expect(say).to_contain_text("Clear only if you take its word.")
            filling.locator(f"#{decider.key}-proofs").get_by_role("button", name=re.compile("I saw it today")).click()
            expect(filling.locator(f"#{decider.key}-proofs")).to_contain_text("by Ada")

    expect(say).to_have_text("On the line: clear, with nothing to spare.")
    assert live_result(scorecard).verdict == "clear"


def test_the_filling_page_is_at_most_3500_px_high_on_a_desk(filling, scorecard):
    filling.set_viewport_size({"width": 1440, "height": 900})
    height = "document.documentElement.scrollHeight"
    assert filling.evaluate(height) <= 3500

    for category in framework.current().categories:
        keys = [decider.key for decider in category.deciders]
        for key in keys:
            about = {"category": category.key, "decider": key, "state": 2}
            services.record_decider(scorecard, **about, actor=scorecard.created_by, version=0)
        services.add_sighting(scorecard, category=category.key, deciders=keys, actor=scorecard.created_by)
    filling.reload()
    assert filling.evaluate(height) <= 3500


def test_half_a_date_keeps_the_one_that_is_stored(page, live_server):
    user = make_user(name="Ada", email="ada@example.com", password="correct horse battery")
    scorecard = make_scorecard(make_organization(owner=user), version="2026.1")
    category = framework.load(version="2026.1").category("cost-model")
    about = {"name": "Bill", "value": 2, "unit": "USD", "on": date(2026, 10, 20), "actor": user}
    services.record_metric(scorecard, category=category, version=0, **about)
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(address(live_server, scorecard))

    page.locator("#cost-model-metric_on").focus()
    page.keyboard.press("Backspace")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.locator("#cost-model-metric_name").fill("The bill")
    slot = page.locator("#cost-model-metric-slot")
    expect(slot).to_contain_text("the date is not complete")
    expect(page.locator("#save-state")).to_have_text("1 not saved")
    response = scorecard.responses.get(category_key="cost-model")
    assert (response.metric_on, response.metric_name) == (date(2026, 10, 20), "Bill")

    page.locator("#cost-model-metric_on").fill("2026-10-21")
    expect(slot).to_contain_text("Saved")
    response.refresh_from_db()
    assert (response.metric_on, response.metric_name) == (date(2026, 10, 21), "The bill")


def test_half_a_date_in_a_form_is_not_sent(filling, scorecard):
    choose(filling, FIRST, 2)
    filling.locator(f"#{FIRST}-proofs").get_by_role("button", name=re.compile("Link, file")).click()
    dialog = filling.get_by_role("dialog")
    dialog.get_by_label("Web address").fill("a.example")
    dialog.locator("#ev-on").focus()
    filling.keyboard.press("Backspace")
    dialog.get_by_role("button", name="Add proof").click()

    expect(dialog.locator("#ev-on")).to_be_focused()
    expect(dialog).to_be_visible()
    assert not Evidence.objects.exists()
    dialog.locator("#ev-on").fill("2026-10-21")
    dialog.get_by_role("button", name="Add proof").click()
    expect(filling.get_by_role("dialog")).to_have_count(0)
    assert Evidence.objects.get().on == date(2026, 10, 21)


def test_a_colleague_is_asked_in_a_dialog(filling, scorecard):
    make_membership(scorecard.organization, make_user(name="Ana Duarte"), role=Role.EDITOR)
    filling.locator("#cost-model").get_by_role("button", name=re.compile("Ask a colleague")).click()
    dialog = filling.get_by_role("dialog")
    dialog.get_by_label("Whom").select_option(label="Ana Duarte")
    dialog.get_by_label("A word to them").fill("You have the bill")
    dialog.get_by_role("button", name="Ask", exact=True).click()

    expect(filling.locator("#cost-model-asked")).to_contain_text("Asked of Ana Duarte")
    expect(filling.locator("#step-cost-model-asked")).to_have_text("Asked Ana Duarte")
    filling.locator("#cost-model-asked").get_by_role("button", name=re.compile("Withdraw")).click()
    expect(filling.locator("#cost-model-asked")).to_have_text("")


def test_without_javascript_a_button_saves_the_page(browser, live_server, scorecard):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(address(live_server, scorecard))
    choose(page, FIRST, 1)
    page.locator(NOTE).fill("Saved by the button")

    with page.expect_navigation():
        page.get_by_role("button", name="Save everything on this page").click()

    expect(page.locator(NOTE)).to_have_value("Saved by the button")
    assert note(scorecard) == "Saved by the button"
    assert state_of(scorecard) == 1
    context.close()


def test_what_is_typed_while_the_script_is_still_on_its_way_is_saved(page, held, live_server, scorecard):
    sign_in(page.context, live_server.url, "ada@example.com")
    script = held(page, "**/saving*.js")
    page.goto(address(live_server, scorecard), wait_until="commit")
    page.locator(NOTE).fill("Typed on a slow line")
    choose(page, FIRST, 1)

    script().continue_()

    expect(page.locator(SLOT)).to_contain_text("Saved")
    expect(page.locator(f"#{FIRST}-state-slot")).to_contain_text("Saved")
    assert note(scorecard) == "Typed on a slow line"
