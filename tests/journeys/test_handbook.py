"""From a red flag to the page that explains it and on; terms by keyboard and touch; checks that save themselves."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from assessments.handbook.models import TeamCheck
from assessments.handbook.services import record_check
from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.reports.tasks import make_report
from tests.browsers import sign_in
from tests.factories import make_membership, make_organization, make_roadmap, make_scorecard, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEVELS = [2, 1, 0, 1, 2, 1, 2, 0]


@pytest.fixture
def organization():
    owner = make_user(name="Ada Lovelace", email="ada@example.com")
    organization = make_organization(owner=owner, name="Kestrel Logistics")
    make_roadmap(make_scorecard(organization, levels=LEVELS, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC)), items=0)
    return organization


@pytest.fixture
def opened(live_server, organization):
    def open_page(context, path):
        page = context.new_page()
        sign_in(page.context, live_server.url, "ada@example.com")
        page.goto(f"{live_server.url}{path}")
        return page

    return open_page


def test_a_red_flag_leads_to_its_page_on_to_its_figures_and_to_ones_own_answers(opened, context, organization):
    page = opened(context, f"/o/{organization.slug}/")

    page.locator(".redflags li", has_text="Cost model is at 0").get_by_role("link", name="Handbook").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("AI FinOps")
    expect(page.get_by_label("Organization").first).to_contain_text("Kestrel Logistics")
    page.get_by_role("link", name="Unit economics, calculator").click()
    page.get_by_label("Monthly serving cost").fill("60000")
    page.get_by_label("Name of the scenario").fill("Today")
    page.get_by_role("button", name="Save the scenario").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    page.goto(f"{page.url.partition('/o/')[0]}/handbook/ai-finops/?for={organization.slug}")
    page.get_by_role("navigation", name="Handbook").get_by_role("link", name="Paying for accelerators").click()
    page.get_by_label("Feed or utilization").fill("75")
    expect(page.locator("#case")).to_contain_text("25,000 USD per month")
    page.get_by_label("Monthly accelerator spend").fill("many")
    expect(page.locator("#case")).to_contain_text("Write the figure in digits")
    page.go_back()
    page.get_by_role("link", name="Your answers, Kestrel Logistics").click()

    expect(page).to_have_url(re.compile("#cost-model$"))


def test_a_red_flag_leads_to_a_figure_that_the_report_prints(opened, context, organization):
    draft = make_scorecard(organization, title="Q4 assessment")
    page = opened(context, f"/o/{organization.slug}/")

    page.locator(".redflags li", has_text="Cost model is at 0").get_by_role("link", name="Handbook").click()
    page.get_by_role("link", name="Unit economics, calculator").click()
    page.get_by_label("Monthly serving cost").fill("60 000")
    page.get_by_label("Requests per month").fill("3 000 000")
    page.get_by_label("Name of the scenario").fill("Today")
    page.get_by_role("button", name="Save the scenario").click()
    page.get_by_role("button", name="Take into Cost model the figure Cost per 1,000 requests").click()
    page.get_by_role("link", name="see it in Cost model").click()
    proof = page.locator("#cost-model-loose")
    expect(proof).to_contain_text("Cost per 1,000 requests: 20 USD")
    page.get_by_role("link", name="See the result so far").click()
    page.get_by_role("button", name="Make report").click()
    page.wait_for_url("**/reports/**")

    report = Report.objects.get(scorecard=draft)
    make_report(report.pk)
    report.refresh_from_db()
    with report.file.open() as file:
        text = " ".join(leaf.extract_text() for leaf in PdfReader(file).pages)
    assert "Cost per 1,000 requests: 20 USD" in " ".join(text.split())


def test_a_search_shows_its_hits_while_one_types_and_leads_to_the_place(opened, context):
    page = opened(context, "/handbook/")

    page.get_by_label("Search the handbook").last.press_sequentially("oversubscr")
    expect(page.locator("#found mark").first).to_have_text("oversubscr")
    page.get_by_role("link", name="The nine layers, Networking").click()

    expect(page).to_have_url(re.compile("/handbook/layers/#layer-networking$"))


def test_without_javascript_the_search_and_the_case_work_by_their_buttons(opened, new_context, organization):
    page = opened(new_context(java_script_enabled=False), "/handbook/")

    page.get_by_label("Search the handbook").last.fill("preemption")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".hits mark").first).to_have_text("preemption", ignore_case=True)
    page.goto(page.url.partition("/handbook/")[0] + "/handbook/starved-accelerators/")
    page.get_by_label("Feed or utilization").fill("80")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator("#case")).to_contain_text("20,000 USD per month")


def test_a_term_explains_itself_by_keyboard_and_closes_by_escape(opened, context):
    page = opened(context, "/handbook/tail-latency/")
    term, definition = page.get_by_role("button", name="p95"), page.locator("#term-p95-p99")

    expect(definition).to_be_hidden()
    term.focus()
    page.keyboard.press("Enter")
    expect(definition).to_be_visible()
    expect(definition).to_contain_text("95% and 99% of requests")
    page.keyboard.press("Tab")
    expect(definition.get_by_role("link")).to_be_focused()
    page.keyboard.press("Escape")
    expect(definition).to_be_hidden()
    expect(term).to_be_focused()


def test_a_term_explains_itself_by_touch(opened, new_context):
    page = opened(new_context(has_touch=True, viewport={"width": 390, "height": 844}), "/handbook/tail-latency/")

    page.get_by_role("button", name="p95").tap()

    expect(page.locator("#term-p95-p99")).to_be_in_viewport()


def test_a_check_saves_itself_and_its_remedy_goes_to_the_roadmap_once(opened, context, organization):
    page = opened(context, f"/o/{organization.slug}/checks/")
    check = page.locator("#pitfall-late-power")

    expect(check.get_by_role("button", name="Put the remedy on the roadmap")).to_be_hidden()
    check.get_by_label("Yes").check()
    expect(check.locator(".slot")).to_contain_text("Saved")
    check.get_by_role("textbox").fill("Daventry")
    expect(page.locator("#save-state")).to_contain_text("All saved")
    check.get_by_role("button", name="Put the remedy on the roadmap").click()
    expect(page.locator("#pitfall-late-power").get_by_role("link", name="On the roadmap")).to_be_visible()

    assert organization.roadmaps.get().items.get().source_key == "pitfall:late-power"
    assert TeamCheck.objects.get().values == {"fits": "yes", "note": "Daventry"}


def test_shares_that_do_not_add_up_are_kept_and_said(opened, context, organization):
    page = opened(context, f"/o/{organization.slug}/checks/")

    for name, percent in (("Training", "40"), ("Live inference", "63")):
        page.get_by_label(name, exact=True).fill(percent)
    expect(page.locator("#mix-mix")).to_contain_text("These add up to 103. Take 3 off.")
    page.get_by_label("Live inference", exact=True).fill("60")
    expect(page.locator("#mix-mix .slot")).to_contain_text("Saved")

    assert TeamCheck.objects.get().values["live"] == "60"


def test_two_people_see_each_other_s_answer_before_one_replaces_the_other(opened, context, organization):
    page = opened(context, f"/o/{organization.slug}/checks/")
    other = make_membership(organization, make_user(name="Tom Okafor"), role=Role.EDITOR).user
    about = {"kind": "pitfall", "key": "late-power", "version": 0}
    record_check(organization, **about, values={"fits": "no", "note": ""}, actor=other)
    check = page.locator("#pitfall-late-power")

    check.get_by_label("Yes").check()
    expect(check.get_by_role("alert")).to_contain_text("Tom Okafor changed this")
    check.get_by_role("button", name="Keep mine").click()
    expect(check.locator(".slot")).to_contain_text("Saved")

    assert TeamCheck.objects.get().values["fits"] == "yes"
