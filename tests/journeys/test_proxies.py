"""An answer of a proxy's never passes for one of ours: what was typed stays, and what happened is said."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from assessments import framework
from assessments.scorecards.models import Evidence
from assessments.vendors.linking import links
from assessments.vendors.models import VendorEvidence
from tests.factories import (
    PASSWORD,
    make_item,
    make_organization,
    make_roadmap,
    make_scorecard,
    make_user,
    make_vendor_review,
)
from tests.proxies import ANSWERS, running_proxy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE, SLOT, BAR = "#cost-model-note", "#cost-model-note-slot", "#save-state"
FIRST = framework.current().category("cost-model").deciders[0].key
TOO_LARGE = "It is too large for the server in front of this site."
AWAY = "The server is away at the moment."
ELSEWHERE = "Something in front of this site answered in its place"
SAID = {"413": TOO_LARGE, "502": AWAY, "503": AWAY}
SAID |= {answer: ELSEWHERE for answer in ANSWERS if answer not in SAID}


@pytest.fixture
def behind(live_server):
    with running_proxy(live_server.url) as (proxy, url):
        proxy.url = url
        yield proxy


@pytest.fixture
def ada():
    return make_user(name="Ada", email="ada@example.com")


@pytest.fixture
def scorecard(ada):
    return make_scorecard(make_organization(owner=ada), levels=[None] * 8)


def make_signed_off(owner):
    day = datetime(2026, 1, 5, tzinfo=UTC)
    return make_scorecard(make_organization(owner=owner), levels=[1] * 8, signed_off_at=day)


def sign_in(page, proxy):
    page.goto(f"{proxy.url}/accounts/login/")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)  # whoever has one organization lands in it
    return page


@pytest.fixture
def filling(page, behind, scorecard):
    sign_in(page, behind)
    page.goto(f"{behind.url}/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}/fill")
    return page


def is_ours(page):
    """Nothing of a proxy's page has got into this one."""
    text = page.locator("body").inner_text()
    return "Scorecard" in page.title() and not re.search("Request Entity|Bad Gateway|Example Corp", text)


def test_a_save_that_a_proxy_answers_is_not_saved_is_kept_and_goes_out_later(filling, behind, scorecard):
    for number, (answer, said) in enumerate(SAID.items()):
        behind.instead_of("/responses/", answer)
        filling.locator(NOTE).fill(f"Typed before {answer}, {number}")
        expect(filling.locator(SLOT), answer).to_contain_text(f"Not saved, kept here. {said}")
        expect(filling.locator(BAR)).to_have_text("1 not saved")
        assert filling.locator(NOTE).input_value() == f"Typed before {answer}, {number}"
        assert is_ours(filling), answer
        behind.pass_all()

        filling.locator(SLOT).get_by_role("button", name="try again").click()

        expect(filling.locator(SLOT)).to_contain_text("Saved")
        expect(filling.locator(BAR)).to_have_text("All saved")
        assert scorecard.responses.get(category_key="cost-model").note == f"Typed before {answer}, {number}"
    assert len(behind.answered) >= len(SAID)


def test_a_proof_that_a_proxy_refuses_stays_in_its_dialog(filling, behind, tmp_path):
    filling.locator(f".seg label:has(input[name='{FIRST}-state'][value='2'])").click()
    expect(filling.locator(BAR)).to_have_text("All saved")
    filling.locator(f"#{FIRST}-proofs").get_by_role("button", name=re.compile("Link, file")).click()
    dialog = filling.get_by_role("dialog")
    dialog.get_by_text("File", exact=True).first.click()
    proof = tmp_path / "bill.pdf"
    proof.write_bytes(b"%PDF-1.7\nbill")
    dialog.locator("#ev-file").set_input_files(proof)
    dialog.get_by_label("What to call it").fill("The bill")
    for answer, said in SAID.items():
        behind.instead_of("/evidence", answer)
        dialog.get_by_role("button", name="Add proof").click()
        expect(dialog.locator("[data-failed]"), answer).to_contain_text(f"Not done. {said}")
        assert dialog.get_by_label("What to call it").input_value() == "The bill"
        assert is_ours(filling), answer
    assert Evidence.objects.count() == 0
    behind.pass_all()

    dialog.get_by_role("button", name="Add proof").click()

    expect(filling.locator(f"#{FIRST}-proofs").get_by_role("link", name="The bill")).to_be_visible()
    assert Evidence.objects.count() == 1


def test_a_file_over_the_limit_is_not_sent_at_all(filling, behind, tmp_path):
    filling.locator(f".seg label:has(input[name='{FIRST}-state'][value='2'])").click()
    filling.locator(f"#{FIRST}-proofs").get_by_role("button", name=re.compile("Link, file")).click()
    dialog = filling.get_by_role("dialog")
    dialog.get_by_text("File", exact=True).first.click()
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.7\n" + b"0" * (20 * 1024 * 1024))
    behind.instead_of("/evidence", "413")

    dialog.locator("#ev-file").set_input_files(large)
    dialog.get_by_role("button", name="Add proof").click()

    said = "large.pdf has 20.1 MB; 20 MB is the most. It was not sent."
    expect(dialog.locator("[data-too-large]")).to_have_text(said)
    dialog.locator("#ev-file").set_input_files([])
    expect(dialog.locator("[data-too-large]")).to_have_count(0)
    assert behind.answered == []


def test_what_a_vendor_attaches_is_not_lost_to_a_proxy(page, behind, ada, tmp_path):
    review = make_vendor_review(make_organization(owner=ada))
    token = links.make_link(review, days=14, actor=ada)
    key = "latency-target"
    page.goto(f"{behind.url}/v/{token}/")
    behind.instead_of("/answers/", "sign-in page")
    page.locator(f"#{key}-said").fill("p95 180 ms")
    expect(page.locator(f"#{key}-said-slot")).to_contain_text(f"Not saved, kept here. {ELSEWHERE}")
    behind.pass_all()
    page.locator(f"#{key}-said-slot").get_by_role("button", name="try again").click()
    expect(page.locator(BAR)).to_have_text("All saved")

    page.locator(f"#{key} .addbtn").click()
    dialog = page.get_by_role("dialog")
    proof = tmp_path / "test.pdf"
    proof.write_bytes(b"%PDF-1.7\ntest")
    dialog.locator("#ev-file").set_input_files(proof)
    behind.answers = lambda method, path: "413" if method == "POST" else None
    dialog.get_by_role("button", name="Attach").click()
    expect(dialog.locator("[data-failed]")).to_contain_text(f"Not done. {TOO_LARGE}")
    assert VendorEvidence.objects.count() == 0
    behind.pass_all()
    dialog.get_by_role("button", name="Attach").click()

    expect(page.locator(f"#{key}-evidence").get_by_role("link", name="test.pdf")).to_be_visible()


def test_an_item_that_a_proxy_answers_for_goes_back_on_the_board(page, behind, ada):
    roadmap = make_roadmap(make_signed_off(ada), items=0)
    item = make_item(roadmap, title="Name owners")
    sign_in(page, behind)
    page.goto(f"{behind.url}/o/{roadmap.organization.slug}/roadmaps/{roadmap.pk}/")
    for answer, said in SAID.items():
        behind.instead_of("/move", answer)
        page.locator(f"#i{item.pk}-move").press("ArrowRight")
        expect(page.locator(".toast", has_text="Not moved.").last, answer).to_contain_text(said)
        expect(page.locator(f"[data-lane='days-30'] #i{item.pk}")).to_be_visible()
        assert is_ours(page), answer
        page.locator(".toast").last.get_by_role("button", name="Close").click()
    behind.pass_all()
    page.locator(f"#i{item.pk}-move").press("ArrowRight")

    expect(page.locator(f"[data-lane='days-60'] #i{item.pk}")).to_be_visible()
    expect(page.locator("#announce")).to_contain_text("Name owners")  # the server has answered
    item.refresh_from_db()
    assert item.phase_key == "days-60"
