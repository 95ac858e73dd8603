"""A run of a load test becomes proof as a person does it: dropped, shown, taken, reported; and without scripts."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from assessments.scorecards.models import Evidence
from assessments.scorecards.readings import read_scorecard
from assessments.vendors.linking import links
from tests.browsers import sign_in
from tests.factories import (
    SAMPLES,
    make_organization,
    make_scenario,
    make_scorecard,
    make_user,
    make_vendor_review,
)
from tests.journeys.test_saving import address, state_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WITHOUT_P99 = SAMPLES / "k6-1.1.0-summary-export-threshold-crossed.json"
WITH_P99 = SAMPLES / "k6-1.1.0-summary-export-with-p99.json"

DROP = """
([selector, name, text]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name, { type: "application/json" }));
  const place = document.querySelector(selector);
  for (const kind of ["dragenter", "dragover", "drop"])
    place.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
}
"""
PASTE = """
([selector, text]) => {
  const transfer = new DataTransfer();
  transfer.setData("text", text);
  const place = document.querySelector(selector);
  place.focus();
  place.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: transfer }));
}
"""


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def scorecard():
    user = make_user(name="Ada", email="ada@example.com", password="correct horse battery")
    return make_scorecard(make_organization(owner=user), levels=[None] * 8)


@pytest.fixture
def filling(page, live_server, scorecard):
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(address(live_server, scorecard))
    return page


def test_a_run_is_dropped_on_a_decider_its_p99_refused_another_taken_and_the_report_says_so(
    filling, scorecard, live_server
):
    page = filling
    page.evaluate(DROP, ["[data-save='monthly-results-state']", WITHOUT_P99.name, WITHOUT_P99.read_text()])

    expect(page.get_by_role("heading", level=1)).to_have_text("Eight figures can be taken. One is refused.")
    expect(page.get_by_role("checkbox", name="Take p95 latency, 2.23 ms")).to_be_checked()
    refused = page.locator(".is-refused")
    expect(refused).to_contain_text("The file has no p99: k6 writes it only if summaryTrendStats asks for it.")
    expect(refused).to_contain_text("Run k6 with --summary-trend-stats")

    page.get_by_label("Add more files").set_input_files(WITH_P99)
    page.get_by_role("button", name="Read them").click()
    page.get_by_role("button", name=f"Remove {WITHOUT_P99.name}").click()
    expect(page.get_by_role("checkbox", name="Take p99 latency, 10.4 ms")).to_be_checked()
    page.get_by_role("button", name="Take what is ticked").click()
    expect(page.get_by_role("alert")).to_contain_text("Give a date. Without one a figure proves nothing.")
    page.get_by_label("Last day it was measured").fill("2026-11-28")
    page.get_by_label("Version of k6").fill("1.1.0")
    page.get_by_text("Shown", exact=True).click()
    page.get_by_role("button", name="Take what is ticked").click()

    expect(page.locator("#monthly-results-proofs")).to_contain_text("p99 latency: 10.4 ms")
    expect(page.locator("#monthly-results-proofs")).to_contain_text("k6 1.1.0, 13,750 requests, failures included")
    assert state_of(scorecard, "monthly-results") == 2
    assert read_scorecard(scorecard).category("reliability-targets").deciders[1].proofs
    page.goto(f"{live_server.url}/o/{scorecard.organization.slug}/scorecards/{scorecard.pk}/")
    page.get_by_role("button", name="Make report").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    proofs = scorecard.reports.get().snapshot["categories"][1]["deciders"][1]["proofs"]
    assert any("k6 1.1.0, 13,750 requests, failures included" in proof["where"] for proof in proofs)


def test_what_a_tool_printed_is_pasted_on_a_decider(filling):
    text = (SAMPLES / "wrk-4.1.0-latency.txt").read_text()

    filling.evaluate(PASTE, ["[name='monthly-results-state']", text])

    expect(filling.get_by_role("heading", name="Pasted text")).to_be_visible()


def test_a_file_that_cannot_be_read_is_said_where_it_was_dropped(filling, settings):
    settings.EVIDENCE_MAX_BYTES = 10

    filling.evaluate(DROP, ["#cost-model", "big.csv", "a,b\\n" * 100])

    expect(filling.locator(".toast")).to_contain_text("larger than")


def test_without_scripts_the_same_figure_is_taken_by_a_form(new_context, live_server, scorecard):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(address(live_server, scorecard))
    page.get_by_role("link", name="Read a file of measurements for Reliability targets").click()
    page.get_by_label("Files").set_input_files(WITH_P99)
    page.get_by_role("button", name="Show what is in it").click()
    page.get_by_label("Last day it was measured").fill("2026-11-28")
    page.get_by_role("button", name="Take what is ticked").click()

    expect(page.locator("#monthly-results-proofs")).to_contain_text("p99 latency: 10.4 ms")
    assert Evidence.objects.filter(kind="figure").count() == 3


def test_a_vendor_drops_the_file_of_a_tool_on_his_answer(page, live_server, scorecard):
    fio = SAMPLES / "fio-3.33-randrw-4jobs-group-reporting.json"
    review = make_vendor_review(scorecard.organization, name="Corvid Compute")
    page.goto(f"{live_server.url}/v/{links.make_link(review, days=14, actor=scorecard.created_by)}/")

    page.evaluate(DROP, ["#latency-target", fio.name, fio.read_text()])

    expect(page.get_by_role("heading", level=1)).to_contain_text("figures can be taken.")
    expect(page.get_by_role("list", name="Know before you take them")).to_contain_text("too short to show a steady")
    page.get_by_role("checkbox", name="Take p95 storage latency, reads").uncheck()
    page.get_by_label("Run against").select_option("test")
    page.get_by_role("button", name="Attach what is ticked").click()

    kept = page.locator("#latency-target-evidence")
    expect(kept).to_contain_text("p99 storage latency, reads 0.856 ms, fio 3.33, 84,292 operations")
    expect(kept).to_contain_text("run against a test system")
    expect(kept).to_contain_text("too short to show a steady state")
    expect(kept).not_to_contain_text("p95 storage latency, reads")


def test_what_a_vendor_sent_is_pasted_on_his_answer_by_the_buyer_or_chosen_in_the_dialog(page, live_server, scorecard):
    review = make_vendor_review(scorecard.organization, name="Corvid Compute")
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(f"{live_server.url}/o/{scorecard.organization.slug}/vendors/{review.pk}/fill")

    page.evaluate(PASTE, ["#latency-target .addbtn", (SAMPLES / "wrk-4.1.0-latency.txt").read_text()])
    expect(page.get_by_role("heading", name="Pasted text")).to_be_visible()
    page.get_by_role("button", name="Throw away").click()
    expect(page.locator("#latency-target-evidence")).to_be_empty()

    page.locator("#latency-target .addbtn").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("or a file").set_input_files(SAMPLES / "fio-3.33-randrw-4jobs-group-reporting.json")
    dialog.get_by_label("What to call it").fill("Read test")
    dialog.get_by_role("button", name="Add evidence").click()
    expect(page.get_by_label("What to call it")).to_have_value("Read test")
    page.get_by_role("button", name="Attach what is ticked").click()

    expect(page.locator("#latency-target-evidence").get_by_role("link", name="Read test")).to_be_visible()
    expect(page.locator("#latency-target-evidence")).to_contain_text("p99 storage latency, reads 0.856 ms")


def test_a_cost_file_and_a_load_test_become_a_unit_cost(filling):
    page = filling
    page.locator("#unit-cost").get_by_role("link", name="Read it from a file").click()
    page.get_by_label("Files").set_input_files(
        [SAMPLES / "focus-1.2-own-rows.csv", SAMPLES / "locust-2.47.0-run_stats.csv"]
    )
    page.get_by_role("button", name="Show what is in it").click()
    page.get_by_label("Last day it was measured").fill("2026-11-20")
    page.get_by_label("Requests of a file").select_option(index=1)
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("alert").first).to_contain_text("another period")

    page.get_by_label("Last day it was measured").fill("2026-10-20")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("checkbox", name="Take Cost per 1,000 requests, 3,248.12 EUR")).to_be_checked()
    page.get_by_role("button", name="Take what is ticked").click()

    expect(page.get_by_label("Amount")).to_have_value("3248")
    expect(page.locator("#unit-cost .dfact__source")).to_contain_text("FOCUS 1.2, 532 requests")


def test_the_cost_of_a_month_is_dropped_on_a_scenario_and_taken(page, live_server, scorecard):
    scenario = make_scenario(scorecard.organization)
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(f"{live_server.url}/o/{scorecard.organization.slug}/economics/scenarios/{scenario.pk}/")
    cost = SAMPLES / "focus-1.2-own-rows.csv"
    page.evaluate(DROP, ["#idle-spend", cost.name, cost.read_text().replace(",EUR,", ",USD,")])

    expect(page.get_by_role("heading", level=1)).to_have_text("Four figures can be taken.")
    page.get_by_role("button", name="Take what is ticked").click()

    expect(page.get_by_label("Monthly accelerator spend")).to_have_value("21565.6")
    assert scenario.inputs.get(input_key="monthly_spend").value == Decimal("21565.6")


def test_what_nvidia_smi_printed_is_pasted_on_a_scenario(page, live_server, scorecard):
    scenario = make_scenario(scorecard.organization)
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(f"{live_server.url}/o/{scorecard.organization.slug}/economics/scenarios/{scenario.pk}/")

    page.evaluate(PASTE, [".pagetop a", (SAMPLES / "nvidia-smi-query.csv").read_text()])

    expect(page.get_by_role("heading", name="Pasted text")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Take Mean active share, 45%")).to_be_checked()
