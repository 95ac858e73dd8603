"""Forms on a slow line, after the session has ended, and pages that Back brings up, in a real browser."""

import random
import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from assessments import framework
from assessments.roadmaps.models import RoadmapComment
from assessments.scorecards.models import DeciderAnswer
from tests.browsers import CHROMIUM, QUIET, sign_in
from tests.factories import PASSWORD, make_organization, make_roadmap, make_scorecard, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ada():
    return make_user(name="Ada", email="ada@example.com")


def fill_sign_in(page):
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def signed_in(page, live_server, ada):
    sign_in(page.context, live_server.url, ada.email)
    page.goto(f"{live_server.url}/")
    return page


@pytest.fixture
def item(ada):
    day = datetime(2026, 1, 5, tzinfo=UTC)
    scorecard = make_scorecard(make_organization(owner=ada), levels=[1] * 8, signed_off_at=day)
    return make_roadmap(scorecard).items.first()


def item_page(live_server, item):
    return f"{live_server.url}/o/{item.roadmap.organization.slug}/roadmaps/{item.roadmap.pk}/items/{item.pk}/"


def test_a_button_says_that_it_is_sending_and_a_second_click_sends_nothing(signed_in, live_server):
    signed_in.clock.install()
    signed_in.goto(f"{live_server.url}/organizations/new")
    signed_in.get_by_label("Name").fill("Kestrel")
    # The line is so slow that nothing is ever answered: what would go out is counted and stays here.
    signed_in.evaluate("window.sent = 0")
    signed_in.evaluate("addEventListener('submit', (e) => { sent += !e.defaultPrevented; e.preventDefault(); })")
    button = signed_in.locator("main button.btn--main")

    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button.get_by_role("img", name="Sending")).to_be_visible()
    button.dispatch_event("click")  # a person can, though the driver sees that it is switched off
    assert signed_in.evaluate("window.sent") == 1

    signed_in.clock.run_for(11_000)
    expect(button.locator(".spin")).to_have_count(0)
    expect(button).not_to_have_attribute("aria-disabled", "true")
    button.click()
    assert signed_in.evaluate("window.sent") == 2


def test_without_javascript_two_clicks_on_a_slow_line_make_one_and_lead_to_it(new_context, live_server, item):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    fill_sign_in(page)
    page.wait_for_url(lambda url: "/accounts/" not in url)  # whoever has one organization lands in it
    page.goto(item_page(live_server, item))
    page.get_by_label("Add a comment").fill("Ordered")

    page.get_by_role("button", name="Comment", exact=True).dblclick(no_wait_after=True)

    expect(page.locator(".talk")).to_contain_text("Ordered")
    assert RoadmapComment.objects.count() == 1


def test_a_comment_of_a_session_that_ended_is_sent_after_signing_in(signed_in, live_server, item):
    signed_in.goto(item_page(live_server, item))
    signed_in.get_by_label("Add a comment").fill("It comes on Friday")
    signed_in.context.clear_cookies(name="sessionid")
    signed_in.get_by_role("button", name="Comment", exact=True).click()
    fill_sign_in(signed_in)

    expect(signed_in.get_by_role("heading", name="Not sent yet")).to_be_visible()
    expect(signed_in.locator("main")).to_contain_text("It comes on Friday")
    signed_in.get_by_role("button", name="Send it now").click()

    expect(signed_in.locator(".talk")).to_contain_text("It comes on Friday")
    assert RoadmapComment.objects.get().text == "It comes on Friday"


# Back


@pytest.fixture
def keeping(playwright, live_server, ada):
    """A page of a Chromium that keeps what one leaves, for Back, as browsers do unless a driver starts them."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--no-first-run", *(f"--disable-{feature}" for feature in QUIET)],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    page = browser.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    fill_sign_in(page)
    page.wait_for_url(lambda url: "/accounts/" not in url)  # whoever has one organization lands in it
    yield page
    browser.close()


def test_after_signing_out_back_shows_no_name_and_no_address(keeping, live_server, ada):
    organization = make_organization(owner=ada, name="Kestrel Logistics")
    for path in ("", "people/"):
        keeping.goto(f"{live_server.url}/o/{organization.slug}/{path}")
    expect(keeping.locator("main")).to_contain_text("ada@example.com")
    keeping.goto(f"{live_server.url}/accounts/logout/")
    keeping.locator("main").get_by_role("button", name="Sign out").click()
    expect(keeping).to_have_url(re.compile("/accounts/login/"))

    for _ in range(3):
        keeping.go_back()
        expect(keeping).to_have_url(re.compile("/accounts/(login|logout)/"))
        assert "ada@example.com" not in keeping.content()
        assert "Kestrel Logistics" not in keeping.content()


def test_back_shows_what_was_saved_meanwhile(keeping, live_server, ada):
    scorecard = make_scorecard(make_organization(owner=ada), levels=[None] * 8)
    address = f"{live_server.url}/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}"
    keeping.goto(f"{address}/fill")
    keeping.locator("#cost-model-note").fill("One invoice a month")
    expect(keeping.locator("#save-state")).to_have_text("All saved")
    keeping.goto(f"{address}/")

    keeping.go_back()

    expect(keeping.locator("#cost-model-note")).to_have_value("One invoice a month")
    keeping.locator("#cost-model-note").fill("One invoice a month, undivided")
    expect(keeping.locator("#save-state")).to_have_text("All saved")
    assert keeping.locator(".conflict").count() == 0
    assert scorecard.responses.get(category_key="cost-model").note == "One invoice a month, undivided"


# "All saved"

WATCH = """
  window.lies = [];
  const check = () => {
    const bar = document.getElementById("save-state");
    const kept = Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
    if (bar?.textContent.includes("All saved") && kept.length) window.lies.push(kept.join(" "));
  };
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (...pair) { setItem.apply(this, pair); queueMicrotask(check); };
  new MutationObserver(check).observe(document, { subtree: true, childList: true, characterData: true });
"""
CATEGORIES = [category.key for category in framework.current().categories]
DECIDERS = [decider.key for category in framework.current().categories for decider in category.deciders]


@pytest.mark.parametrize("seed", [11, 12])
def test_all_saved_is_never_said_while_a_draft_exists(signed_in, live_server, ada, seed):
    chance, page = random.Random(seed), signed_in
    scorecard = make_scorecard(make_organization(owner=ada), levels=[None] * 8)
    page.add_init_script(WATCH)
    address = f"{live_server.url}/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}/fill"
    page.goto(address)
    notes, states = {}, {}
    saves = re.compile("/(responses|deciders)/")

    def type_note():
        key = chance.choice(CATEGORIES)
        notes[key] = f"Note {chance.randrange(10**6)}"
        page.locator(f"#{key}-note").fill(notes[key])

    def choose():
        key = chance.choice(DECIDERS)
        states[key] = chance.randrange(3)
        page.locator(f".seg label:has(input[name='{key}-state'][value='{states[key]}'])").click()

    def fail():
        page.unroute(saves)
        status = chance.choice([200, 302, 413, 500, 502, 503])
        page.route(saves, lambda route: route.fulfill(status=status, body="<h1>Not ours</h1>"))

    def drop():
        page.unroute(saves)
        page.route(saves, lambda route: route.abort())

    def mend():
        page.unroute(saves)

    def reload():
        page.reload()

    def leave():
        page.goto(f"{live_server.url}/")
        page.goto(address)

    steps = [type_note, type_note, choose, choose, fail, drop, mend, mend, reload, leave]
    done = []
    for _ in range(40):
        step = chance.choice(steps)
        done.append(step.__name__)
        lies = page.evaluate("window.lies")
        step()
        assert lies == [], done
    mend()
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.locator("#save-state")).to_have_text("All saved")
    assert page.evaluate("window.lies") == [], done
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []
    assert {key: scorecard.responses.get(category_key=key).note for key in notes} == notes
    stored = DeciderAnswer.objects.filter(response__scorecard=scorecard, decider_key__in=states)
    assert dict(stored.values_list("decider_key", "state")) == states
