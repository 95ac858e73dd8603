"""A buyer, in a real browser: rates two vendors, with a dropped connection and by keyboard only, and compares them."""

import re

import pytest
from playwright.sync_api import expect

from assessments.organizations.models import Role
from assessments.vendors.models import VendorEvidence, VendorReview
from tests.browsers import sign_in
from tests.factories import make_membership, make_organization, make_user, make_vendor_review

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"


@pytest.fixture
def organization():
    organization = make_organization(name="Kestrel Logistics", hosting_model="cloud")
    make_membership(organization, make_user(name="Ada", email="ada@example.com", password=PASSWORD), role=Role.EDITOR)
    return organization


@pytest.fixture
def buyer(page, live_server, organization):
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(f"{live_server.url}/o/{organization.slug}/vendors/")
    return page


def add(page, name, offer=""):
    page.get_by_role("link", name="Add a vendor").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("textbox", name="Offer").fill(offer)
    page.get_by_role("button", name="Start the review").click()
    page.wait_for_url("**/fill")
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def choose(page, key, value):
    page.locator(f"#{key} .seg .is-{value}").click()


def all_saved(page):
    expect(page.locator("#save-state")).to_have_text("All saved")


def ratings(name):
    review = VendorReview.objects.get(vendor__name=name)
    return dict(review.answers.exclude(rating="").values_list("question_key", "rating"))


def test_two_vendors_are_rated_and_compared(buyer, context, organization):
    add(buyer, "Northlane Cloud", "Public cloud")
    keys = re.findall(r'name="([\w-]+)-rating" value="2"', buyer.content())
    assert len(keys) == 20
    for key in keys:
        choose(buyer, key, "2")
    buyer.locator("#latency-target-said").fill("420 ms at p99, annex B of the contract")
    all_saved(buyer)
    expect(buyer.locator("#live-n")).to_have_text("40 of 40 points")
    assert ratings("Northlane Cloud") == dict.fromkeys(keys, "2")

    buyer.get_by_role("link", name="Vendors").click()
    add(buyer, "Tessel Inference")
    choose(buyer, "latency-target", "0")
    all_saved(buyer)
    context.set_offline(True)
    choose(buyer, "preemption", "1")
    buyer.locator("#preemption-said").fill("Stops jobs by hand")
    expect(buyer.locator("#save-state")).to_contain_text("not saved")
    context.set_offline(False)
    all_saved(buyer)
    buyer.get_by_role("button", name="Mark the rest n/a in Serving strategy").or_(
        buyer.get_by_role("button", name="Mark topic n/a in Serving strategy")
    ).click()
    expect(buyer.locator("#step-topic-serving")).to_contain_text("complete")
    assert ratings("Tessel Inference")["preemption"] == "1"
    assert ratings("Tessel Inference")["rollback-plan"] == "na"

    buyer.get_by_role("link", name="Vendors").click()
    buyer.get_by_role("button", name="Compare selected").click()
    expect(buyer.get_by_role("heading", level=1)).to_have_text(
        "Northlane Cloud answers best. Nobody can prove every critical question."
    )
    for answer in VendorReview.objects.get(vendor__name="Northlane Cloud").answers.all():
        VendorEvidence.objects.create(answer=answer, title="Annex B", url="https://a.example/b")
    buyer.reload()
    expect(buyer.get_by_role("heading", level=1)).to_have_text(
        "Northlane Cloud answers best. Only Northlane Cloud can prove every critical question."
    )
    row = buyer.locator("#latency-target")
    expect(row.locator(".ans__note")).not_to_be_visible()
    row.locator("summary").click()
    expect(row).to_contain_text("420 ms at p99, annex B of the contract")
    buyer.get_by_role("link", name=re.compile("Where they differ")).click()
    expect(buyer.locator("#latency-target")).to_be_visible()
    buyer.get_by_label("Serving strategy").fill("0")
    buyer.get_by_role("button", name="Save weights").click()
    expect(buyer.get_by_text("Weights saved.")).to_be_visible()


def test_a_review_is_filled_in_by_keyboard_alone(buyer):
    add(buyer, "Tessel Inference")
    buyer.locator("input[name='workload-mix-rating'][value='']").focus()
    for key in ("1", "j", "2", "j", "a", "j", "0", "x", "j"):
        buyer.keyboard.press(key)
    buyer.keyboard.press("n")
    buyer.keyboard.type("Would not answer")
    all_saved(buyer)

    assert ratings("Tessel Inference") == {"workload-mix": "1", "latency-target": "2", "storage-throughput": "na"}
    review = VendorReview.objects.get()
    assert review.answers.get(question_key="expensive-io-steps").said == "Would not answer"


def test_evidence_and_follow_up_from_the_page(buyer, tmp_path):
    add(buyer, "Tessel Inference")
    question = buyer.locator("#preemption")
    question.get_by_role("button", name="Add evidence").click()
    dialog = buyer.get_by_role("dialog")
    file = tmp_path / "log.txt"
    file.write_text("released in 40 s")
    dialog.get_by_label("or a file").set_input_files(file)
    dialog.get_by_role("button", name="Add evidence").click()
    expect(question.get_by_role("link", name="log.txt")).to_be_visible()

    question.get_by_text("Follow up", exact=False).first.click()
    question.get_by_label("What is to follow").fill("Ask for the second run")
    question.get_by_label("Owner").fill("Ada")
    question.get_by_label("Due").fill("2026-12-01")
    question.get_by_label("Done").check()
    all_saved(buyer)
    buyer.reload()

    expect(question.get_by_label("What is to follow")).to_have_value("Ask for the second run")
    answer = VendorReview.objects.get().answers.get(question_key="preemption")
    assert (answer.follow_up_owner, str(answer.follow_up_on), answer.follow_up_done) == ("Ada", "2026-12-01", True)


def test_two_people_on_one_answer_see_each_other(buyer, browser, live_server, organization):
    add(buyer, "Tessel Inference")
    other = browser.new_context(storage_state=buyer.context.storage_state())
    tab = other.new_page()
    tab.goto(buyer.url)
    choose(buyer, "preemption", "2")
    all_saved(buyer)
    choose(tab, "preemption", "0")

    expect(tab.locator("#preemption-rating-slot")).to_contain_text("changed this at")
    tab.get_by_role("button", name="Use theirs").click()
    all_saved(tab)
    assert ratings("Tessel Inference") == {"preemption": "2"}
    other.close()


def test_names_as_long_as_they_may_be_stay_within_a_phone(buyer, organization):
    name, offer = "Corvid" * 20, "Racks" * 40
    make_vendor_review(organization, name=name, offer=offer, ratings={"preemption": "1"})
    review = make_vendor_review(organization, name="Tessel Inference", offer=offer)
    answer = review.answers.get(question_key="preemption")
    for by_vendor in (True, False):
        VendorEvidence.objects.create(answer=answer, title="Test", url="https://example.com", by_vendor=by_vendor)
    buyer.set_viewport_size({"width": 390, "height": 800})
    listed = buyer.url

    for review in VendorReview.objects.select_related("vendor"):
        for path in ("", f"{review.pk}/", f"{review.pk}/fill", f"{review.pk}/complete", "compare"):
            buyer.goto(listed + path)
            assert buyer.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
            if path.endswith("fill") and review.vendor.name != name:
                heights = buyer.locator("#preemption-evidence li").evaluate_all("all => all.map(li => li.clientHeight)")
                assert len(set(heights)) == 1, heights
