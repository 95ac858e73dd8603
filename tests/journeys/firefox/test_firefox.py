"""What must not be lost in Firefox either: saving, the vendor's page, dialogs, the board, and Back."""

import json
from datetime import UTC, datetime

import pytest

from assessments import framework
from assessments.organizations.models import Organization
from assessments.scorecards.models import Evidence
from assessments.vendors.linking import links
from tests.factories import (
    PASSWORD,
    make_item,
    make_organization,
    make_roadmap,
    make_scorecard,
    make_user,
    make_vendor_review,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE, SLOT, BAR = "#cost-model-note", "#cost-model-note-slot", "#save-state"
FIRST = framework.current().category("cost-model").deciders[0].key
QUESTION = "latency-target"
DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"


@pytest.fixture
def ada():
    return make_user(name="Ada", email="ada@example.com")


@pytest.fixture
def page(firefox):
    page = firefox()
    yield page
    page.close()


@pytest.fixture
def signed_in(page, live_server, ada):
    page.goto(f"{live_server.url}/accounts/login/")
    page.type("#id_login", "ada@example.com")
    page.type("#id_password", PASSWORD)
    page.press("Enter")
    page.wait_for("location.pathname === '/' && document.readyState === 'complete'")
    return page


@pytest.fixture
def scorecard(ada):
    return make_scorecard(make_organization(owner=ada, name="Kestrel Logistics"), levels=[None] * 8)


@pytest.fixture
def filling(signed_in, live_server, scorecard):
    signed_in.goto(f"{live_server.url}/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}/fill")
    return signed_in


def note(scorecard):
    return scorecard.responses.get(category_key="cost-model").note


def test_what_is_typed_and_chosen_is_saved(filling, scorecard):
    filling.type(NOTE, "One invoice a month")
    filling.click(f".seg label:has(input[name='{FIRST}-state'][value='2'])")

    filling.wait_for_text(f"#{FIRST}-state-slot", "Saved")
    filling.wait_for_text(BAR, "All saved")
    assert note(scorecard) == "One invoice a month"
    assert filling.run(DRAFTS) == 0


def test_a_draft_that_is_put_back_after_a_reload_is_sent(filling, scorecard):
    filling.lose("/responses/")
    filling.type(NOTE, "Typed before the crash")
    filling.wait_for_text(BAR, "1 not saved")
    assert note(scorecard) == ""

    filling.reload()

    filling.wait_for_text(BAR, "All saved")
    assert filling.value(NOTE) == "Typed before the crash"
    assert note(scorecard) == "Typed before the crash"
    assert filling.run(DRAFTS) == 0


def test_a_page_left_while_one_types_brings_the_words_back_and_saves_them(filling, live_server, scorecard):
    filling.lose("/responses/")
    filling.type(NOTE, "Left at once")
    filling.goto(f"{live_server.url}/")
    filling.back()

    filling.wait_for(f"document.querySelector('{NOTE}')?.value === 'Left at once'")
    filling.wait_for_text(BAR, "All saved")
    assert note(scorecard) == "Left at once"


def test_a_dialog_takes_the_focus_gives_it_back_and_adds_what_proves(filling, scorecard):
    filling.click(f".seg label:has(input[name='{FIRST}-state'][value='2'])")
    filling.wait_for_text(BAR, "All saved")
    opens = f"#{FIRST}-proofs .addbtn"
    filling.click(opens)
    filling.wait_for("document.querySelector('dialog[open]')?.contains(document.activeElement)")
    filling.press("Escape")
    filling.wait_for(f"!document.querySelector('dialog') && document.activeElement.matches({json.dumps(opens)})")

    filling.click(opens)
    filling.type("dialog #ev-url", "https://wiki/plan")
    filling.click("dialog button.btn--main")

    filling.wait_for_text(f"#{FIRST}-proofs", "https://wiki/plan")
    assert Evidence.objects.get().url == "https://wiki/plan"


def test_a_vendor_s_words_outlast_a_reload(page, live_server, ada):
    review = make_vendor_review(make_organization(owner=ada))
    token = links.make_link(review, days=14, actor=ada)
    page.goto(f"{live_server.url}/v/{token}/")
    page.lose("/answers/")
    page.type(f"#{QUESTION}-said", "p95 180 ms")
    page.wait_for_text(BAR, "1 not saved")

    page.reload()

    page.wait_for_text(BAR, "All saved")
    assert page.value(f"#{QUESTION}-said") == "p95 180 ms"
    assert review.answers.get(question_key=QUESTION).vendor_said == "p95 180 ms"


def test_an_item_is_moved_on_the_board_by_keys(signed_in, live_server, ada):
    day = datetime(2026, 1, 5, tzinfo=UTC)
    scorecard = make_scorecard(make_organization(owner=ada), levels=[1] * 8, signed_off_at=day)
    roadmap = make_roadmap(scorecard, items=0)
    item = make_item(roadmap, title="Name owners")
    signed_in.goto(f"{live_server.url}/o/{roadmap.organization.slug}/roadmaps/{roadmap.pk}/")
    signed_in.run(f"document.getElementById('i{item.pk}-move').focus()")

    signed_in.press("ArrowRight")

    signed_in.wait_for_text("#announce", "Name owners")
    item.refresh_from_db()
    assert item.phase_key == "days-60"


def test_a_double_click_makes_one_and_the_button_is_free_again_after_back(signed_in, live_server):
    signed_in.goto(f"{live_server.url}/organizations/new")
    signed_in.type("#id_name", "Merlin")
    signed_in.click("main button.btn--main", times=2)
    signed_in.wait_for("location.pathname.startsWith('/o/merlin')")
    assert Organization.objects.count() == 1

    signed_in.back()

    signed_in.wait_for("location.pathname === '/organizations/new' && document.readyState === 'complete'")
    assert signed_in.run("document.querySelectorAll('.is-busy').length") == 0


def test_after_signing_out_back_shows_no_name_and_no_address(signed_in, live_server, scorecard):
    people = f"{live_server.url}/o/{scorecard.organization.slug}/people/"
    signed_in.goto(people)
    signed_in.wait_for_text("main", "ada@example.com")
    signed_in.goto(f"{live_server.url}/accounts/logout/")
    signed_in.click("main button")
    signed_in.wait_for("location.pathname === '/accounts/login/' && document.readyState === 'complete'")

    for _ in range(2):
        signed_in.back()
        signed_in.wait_for("document.readyState === 'complete' && Boolean(document.querySelector('main'))")
        text = signed_in.run("document.documentElement.outerHTML")
        assert "ada@example.com" not in text
        assert "Kestrel Logistics" not in text
