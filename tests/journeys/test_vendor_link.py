"""A vendor answers by link, in a real browser on a phone: tunnels, pauses, a colleague, a file, and handing in."""

import re

import pytest
from django.utils import translation
from playwright.sync_api import expect

from assessments import framework
from assessments.audit.models import AuditEvent
from assessments.vendors import services
from assessments.vendors.linking import answering, links
from assessments.vendors.models import VendorAnswer, VendorLink, VendorReview
from tests.browsers import sign_in
from tests.factories import make_organization, make_user, make_vendor_review

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEY = "latency-target"
FIELD, SLOT = f"#{KEY}-said", f"#{KEY}-said-slot"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
BUYER_S = ("rating", "rating_version", "said", "follow_up", "updated_at", "updated_by_id")


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def buyer():
    return make_user(name="Ines Halvorsen", email="ines@example.com")


@pytest.fixture
def review(buyer):
    organization = make_organization(owner=buyer, name="Kestrel Logistics")
    return make_vendor_review(organization, name="Corvid Compute", offer="Managed inference", ratings={KEY: "1"})


@pytest.fixture
def address(live_server, review, buyer):
    return f"{live_server.url}/v/{links.make_link(review, days=14, actor=buyer)}/"


@pytest.fixture
def phone(browser, address):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def answer(review, key=KEY):
    return review.answers.get(question_key=key)


def test_a_vendor_answers_on_a_phone_and_the_buyer_sees_what_is_new(
    browser, page, live_server, review, buyer, tmp_path
):
    hers = list(VendorAnswer.objects.order_by("pk").values(*BUYER_S))
    # The buyer makes the link.
    sign_in(page.context, live_server.url, buyer.email)
    questions = f"{live_server.url}/o/{review.vendor.organization.slug}/vendors/{review.pk}/fill"
    page.goto(questions)
    page.get_by_role("link", name="Make a link").click()
    page.get_by_label("Days it stays open").fill("7")
    page.get_by_label("Passcode").fill("amber-harbor")
    page.get_by_role("button", name="Make the link").click()
    address = page.get_by_label("Address to send").input_value()

    # The vendor opens it on a phone, with the passcode he was told.
    context = browser.new_context(**PHONE)
    phone = context.new_page()
    phone.goto(address)
    phone.get_by_label("Passcode").fill("amber-harbour")
    phone.get_by_role("button", name="Continue").tap()
    expect(phone.locator(".field__error")).to_have_text("This is not the passcode. Ask whoever sent you the link.")
    phone.get_by_label("Passcode").fill("amber-harbor")
    phone.get_by_role("button", name="Continue").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Kestrel Logistics asks Corvid Compute")

    # He types, in a tunnel and out of it.
    phone.locator(FIELD).tap()
    phone.locator(FIELD).press_sequentially("p95 180 ms", delay=30)
    expect(phone.locator(SLOT)).to_contain_text("Saved")
    expect(phone.locator("#live-n")).to_have_text("1 of 20 answered")
    context.set_offline(True)
    phone.locator(FIELD).fill("p95 180 ms and p99 420 ms")
    expect(phone.locator(SLOT)).to_contain_text("Not saved, kept here.")
    context.set_offline(False)
    expect(phone.locator(SLOT)).to_contain_text("Saved")
    assert answer(review).vendor_said == "p95 180 ms and p99 420 ms"

    # He attaches a file.
    proof = tmp_path / "load-test.pdf"
    proof.write_bytes(b"%PDF-1.7\nload")
    phone.locator(f"#{KEY} .addbtn").tap()
    dialog = phone.get_by_role("dialog")
    dialog.get_by_label("or a file").set_input_files(proof)
    dialog.get_by_role("button", name="Attach").tap()
    expect(phone.locator(f"#{KEY}-evidence").get_by_role("link", name="load-test.pdf")).to_be_visible()
    expect(dialog).to_have_count(0)
    kept = context.storage_state()
    context.close()

    # Later he comes back in the same browser, finds everything, and submits.
    context = browser.new_context(**PHONE, storage_state=kept)
    phone = context.new_page()
    phone.goto(address)
    expect(phone.locator(FIELD)).to_have_value("p95 180 ms and p99 420 ms")
    expect(phone.get_by_role("link", name="load-test.pdf")).to_be_visible()
    phone.locator("#preemption-said").fill("Jobs checkpoint every ten minutes.")
    expect(phone.locator("#preemption-said-slot")).to_contain_text("Saved")
    phone.locator(".livebar").get_by_role("button", name="Submit").tap()
    expect(phone.get_by_text("2 of 20 questions are answered.")).to_be_visible()
    phone.get_by_label("Your name").fill("Tomas Berg")
    phone.get_by_role("button", name="Submit answers").tap()
    expect(phone.get_by_role("heading", name=re.compile("^Submitted on"))).to_be_visible()
    expect(phone.get_by_text("Jobs checkpoint every ten minutes.")).to_be_visible()
    with phone.expect_download() as download:
        phone.get_by_role("link", name="load-test.pdf").tap()
    assert download.value.path().read_bytes() == b"%PDF-1.7\nload"
    assert phone.locator("textarea").count() == 0
    context.close()

    # The buyer sees what is new; what she wrote is as it was.
    page.goto(questions)
    expect(page.get_by_role("heading", name="2 answers from Corvid Compute are new")).to_be_visible()
    expect(page.locator(f"#{KEY} .q__vendor")).to_contain_text("p95 180 ms and p99 420 ms")
    expect(page.locator(f"#{KEY} .badge").filter(has_text="New")).to_be_visible()
    expect(page.locator(f"#{KEY}").get_by_role("link", name="load-test.pdf")).to_be_visible()
    expect(page.locator("#link")).to_contain_text("Submitted by link")
    expect(page.locator("#link")).to_contain_text("1 wrong passcode so far")
    assert list(VendorAnswer.objects.order_by("pk").values(*BUYER_S)) == hers
    assert VendorReview.objects.get().status == "open"
    names = AuditEvent.objects.filter(action__in=["vendor-answered", "vendor-submitted"]).values_list("actor_name")
    assert set(names) == {("Corvid Compute, by link",)}


def test_two_of_the_vendor_s_people_at_once_are_shown_both_texts(browser, phone, address, review):
    context = browser.new_context(**PHONE)
    other = context.new_page()
    other.goto(address)
    other.locator(FIELD).fill("From the sales team")
    expect(other.locator(SLOT)).to_contain_text("Saved")

    phone.locator(FIELD).fill("From the engineers")
    conflict = phone.locator(f"{SLOT} .conflict")
    expect(conflict).to_contain_text("Someone else changed this")
    expect(conflict).to_contain_text("From the sales team")
    conflict.get_by_role("button", name="Keep mine").tap()
    expect(phone.locator(SLOT)).to_contain_text("Saved")

    assert answer(review).vendor_said == "From the engineers"
    context.close()


def test_a_link_that_ends_while_he_types_keeps_the_text_and_says_so(phone, review, buyer):
    phone.locator(FIELD).fill("Typed before")
    expect(phone.locator(SLOT)).to_contain_text("Saved")
    links.revoke_link(review, actor=buyer)

    phone.locator(FIELD).fill("Typed before and after")

    expect(phone.locator(SLOT)).to_contain_text("Not saved, kept here. This link has ended. Copy what you typed")
    assert phone.locator(FIELD).input_value() == "Typed before and after"
    assert answer(review).vendor_said == "Typed before"
    phone.locator(f"#{KEY} .addbtn").tap()
    expect(phone.locator(".toasts")).to_contain_text("Not done. This link has ended. Copy what you typed")


def test_what_a_colleague_submitted_meanwhile_is_said_and_the_text_stays(phone, review):
    answering.submit(VendorLink.objects.get())

    phone.locator(FIELD).fill("Too late")

    expect(phone.locator(SLOT)).to_contain_text("These answers were submitted already and no longer change.")
    assert phone.locator(FIELD).input_value() == "Too late"


def test_a_browser_that_forgot_the_passcode_mends_it_in_another_tab(browser, live_server, review, buyer):
    address = f"{live_server.url}/v/{links.make_link(review, days=1, passcode='amber-harbor', actor=buyer)}/"
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Passcode").fill("amber-harbor")
    page.get_by_role("button", name="Continue").tap()
    expect(page.locator(FIELD)).to_be_visible()
    context.clear_cookies()

    page.locator(FIELD).fill("Kept while locked")
    expect(page.locator(SLOT)).to_contain_text("This page is closed by now.")
    with context.expect_page() as opened:
        page.locator(SLOT).get_by_role("link", name="Open it again").tap()
    opened.value.get_by_label("Passcode").fill("amber-harbor")
    opened.value.get_by_role("button", name="Continue").tap()
    expect(opened.value.locator(FIELD)).to_have_value("Kept while locked")

    expect(page.locator(SLOT)).to_contain_text("Saved")
    assert answer(review).vendor_said == "Kept while locked"
    context.close()


def test_a_new_link_brings_back_what_the_old_one_could_not_save(browser, phone, live_server, review, buyer):
    again = f"{live_server.url}/v/{links.make_link(review, days=14, actor=buyer)}/"
    phone.locator(FIELD).fill("Typed on the old link")
    expect(phone.locator(SLOT)).to_contain_text("This link has ended.")

    phone.goto(again)

    expect(phone.locator(FIELD)).to_have_value("Typed on the old link")
    expect(phone.locator(SLOT)).to_contain_text("Saved")
    assert answer(review).vendor_said == "Typed on the old link"


def test_answering_attaching_and_submitting_by_keyboard_alone(page, address, review):
    page.goto(address)

    def tab_to(selector, limit=120):
        for _ in range(limit):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} was not reached")

    tab_to(FIELD)
    page.keyboard.type("p95 180 ms")
    expect(page.locator(SLOT)).to_contain_text("Saved")
    tab_to(f"#{KEY} .addbtn")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_function("!document.querySelector('.htmx-added, .htmx-settling')")
    page.keyboard.type("corvid.example/load")
    page.keyboard.press("Enter")
    link = page.locator(f"#{KEY}-evidence").get_by_role("link")
    expect(link).to_have_text("https://corvid.example/load")
    expect(page.locator(f"#{KEY} .addbtn")).to_be_focused()

    page.on("dialog", lambda question: question.accept())
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(link).to_have_count(0)

    tab_to("#submit button")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}submit")
    tab_to("#id_name")
    page.keyboard.type("Tomas Berg")
    tab_to("form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^Submitted on"))).to_be_visible()
    assert answer(review).vendor_said == "p95 180 ms"


def test_without_javascript_the_buttons_do_it_all(browser, address, review, tmp_path):
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.locator(FIELD).fill("p95 180 ms")
    with page.expect_navigation():
        page.get_by_role("button", name="Save everything on this page").tap()
    expect(page.locator(FIELD)).to_have_value("p95 180 ms")
    page.locator(f"#{KEY} .addbtn").tap()
    page.get_by_label("Web address").fill("corvid.example/load")
    page.get_by_role("button", name="Attach").tap()
    expect(page.get_by_role("link", name="https://corvid.example/load")).to_be_visible()
    page.get_by_role("button", name="Remove https://corvid.example/load").tap()
    expect(page.get_by_role("link", name="https://corvid.example/load")).to_have_count(0)
    page.get_by_role("button", name="Review and submit").tap()
    page.get_by_label("Your name").fill("Tomas Berg")
    page.get_by_role("button", name="Submit answers").tap()
    expect(page.get_by_role("heading", name=re.compile("^Submitted on"))).to_be_visible()
    context.close()


def test_the_token_goes_to_no_other_site(phone, address, review):
    link = VendorLink.objects.select_related("review__vendor").get()
    answering.add_link(link, question=KEY, title="Elsewhere", url="http://elsewhere.invalid/page")
    asked = []
    phone.context.route("http://elsewhere.invalid/**", lambda route: (asked.append(route.request), route.abort()))
    phone.goto(address)

    with phone.context.expect_event("requestfailed", lambda request: "elsewhere.invalid" in request.url):
        phone.get_by_role("link", name="Elsewhere").tap()

    assert [request.headers.get("referer") for request in asked] == [None]


def test_a_rating_of_hers_while_he_types_is_no_conflict(phone, review, buyer):
    phone.locator(FIELD).fill("p95 180 ms")
    expect(phone.locator(SLOT)).to_contain_text("Saved")
    services.record_rating(review, question=KEY, rating="2", actor=buyer, version=1)

    phone.locator(FIELD).fill("p95 180 ms, in the contract")
    expect(phone.locator("#save-state")).to_have_text("All saved")

    assert phone.locator(".conflict").count() == 0
    assert (answer(review).rating, answer(review).vendor_said) == ("2", "p95 180 ms, in the contract")
    assert answer(review).is_new


def test_a_vendor_in_lyon_answers_in_french(browser, live_server, review, buyer):
    token = links.make_link(review, days=14, language="fr", actor=buyer)
    context = browser.new_context(**PHONE, locale="de-DE")
    page = context.new_page()
    page.goto(f"{live_server.url}/v/{token}/")

    with translation.override("fr"):
        question = framework.current().vendor.topics[0].questions[0].ask_vendor
        saved = translation.gettext("All saved")
    expect(page.locator("html")).to_have_attribute("lang", "fr")  # the link's, whatever the browser asks for
    expect(page.get_by_text(question).first).to_be_visible()
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator(FIELD).fill("p95 sous 800 ms, mesuré à la passerelle.")
    expect(page.locator("#save-state")).to_have_text(saved)
    assert answer(review).vendor_said == "p95 sous 800 ms, mesuré à la passerelle."
    context.close()
