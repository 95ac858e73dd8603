"""From the numbers to a scenario to a category's measured figure, in a real browser, and by keyboard."""

import pytest
from playwright.sync_api import expect

from assessments.economics.models import Scenario
from assessments.organizations.models import Role
from assessments.scorecards.models import Evidence
from tests.browsers import sign_in
from tests.factories import make_membership, make_organization, make_scenario, make_scorecard, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"


@pytest.fixture
def organization():
    organization = make_organization(name="Kestrel Logistics", currency="USD")
    make_membership(organization, make_user(name="Ada", email="ada@example.com", password=PASSWORD), role=Role.EDITOR)
    return organization


@pytest.fixture
def economics(page, live_server, organization):
    sign_in(page.context, live_server.url, "ada@example.com")
    page.goto(f"{live_server.url}/o/{organization.slug}/")
    page.get_by_role("link", name="Economics").click()
    return page


def all_saved(page):
    expect(page.locator("#save-state")).to_have_text("All saved")


def test_numbers_become_a_scenario_and_a_measured_figure(economics, organization):
    scorecard = make_scorecard(organization, title="Q4 assessment")
    page = economics
    page.get_by_label("Monthly accelerator spend").fill("100 000")
    page.get_by_label("Feed or utilization").fill("60 %")
    expect(page.get_by_role("heading", name="480,000 USD a year buys no useful work.")).to_be_visible()
    expect(page.get_by_text("Read as 100,000.")).to_be_visible()
    expect(page.locator("#announce")).to_have_text("480,000 USD a year buys no useful work.")
    assert Scenario.objects.count() == 0

    page.get_by_label("Name of the scenario").fill("Today")
    page.get_by_role("button", name="Save the scenario").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    page.get_by_label("Monthly serving cost").fill("60000")
    page.get_by_label("Requests per month").fill("3000000")
    all_saved(page)
    expect(page.get_by_role("heading", name="1,000 requests cost 20 USD.")).to_be_visible()

    page.get_by_role("button", name="Take into Cost model the figure Cost per 1,000 requests").click()
    expect(page.get_by_text("Cost model: “Cost per 1,000 requests: 20 USD” is added.")).to_be_visible()
    figure = Evidence.objects.get()
    assert (figure.response.scorecard, figure.response.category_key, figure.value) == (scorecard, "cost-model", 20)

    page.get_by_role("link", name="see it in Cost model").click()
    expect(page.locator("#cost-model-loose")).to_contain_text("Cost per 1,000 requests: 20 USD")
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Spend at risk: 480,000 USD a year buys no useful work.")).to_be_visible()


def test_a_number_is_changed_by_keyboard_and_a_dropped_connection_loses_nothing(economics, live_server, organization):
    scenario = make_scenario(organization)
    page, field = economics, f"#s{scenario.pk}-idle-spend-feed_percent"
    page.goto(f"{live_server.url}/o/{organization.slug}/economics/scenarios/{scenario.pk}/")
    page.locator(f"#s{scenario.pk}-idle-spend-monthly_spend").focus()
    page.keyboard.press("Tab")
    expect(page.locator(field)).to_be_focused()
    page.context.set_offline(True)
    page.keyboard.press("Control+A")
    page.keyboard.type("50")
    expect(page.locator("#save-state")).to_have_text("1 not saved")
    page.context.set_offline(False)
    all_saved(page)
    expect(page.get_by_role("heading", name="600,000 USD a year buys no useful work.")).to_be_visible()
    expect(page.locator("#head")).to_contain_text("Spend at risk: 600,000 USD a year")


def test_what_can_be_read_in_two_ways_is_chosen_from(economics, live_server, organization):
    scenario = make_scenario(organization)
    page, field = economics, f"#s{scenario.pk}-idle-spend-monthly_spend"
    page.goto(f"{live_server.url}/o/{organization.slug}/economics/scenarios/{scenario.pk}/")
    page.locator(field).fill("12.500")
    page.get_by_role("button", name="12500").click()
    all_saved(page)
    expect(page.get_by_role("heading", name="60,000 USD a year buys no useful work.")).to_be_visible()
    expect(page.locator(field)).to_have_value("12500")


def test_it_works_without_javascript(new_context, live_server, organization, client):
    make_scorecard(organization)
    scenario = make_scenario(organization)
    client.force_login(organization.created_by)
    context = new_context(java_script_enabled=False)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}/o/{organization.slug}/economics/")
    page.get_by_label("Monthly accelerator spend").fill("12.500")
    page.get_by_label("Feed or utilization").fill("60")
    page.get_by_role("button", name="Work it out").first.click()
    page.get_by_role("button", name="12500").click()
    expect(page.get_by_role("heading", name="60,000 USD a year buys no useful work.")).to_be_visible()

    page.goto(f"{live_server.url}/o/{organization.slug}/economics/scenarios/{scenario.pk}/")
    page.get_by_label("Feed or utilization").fill("80")
    page.get_by_role("button", name="Save everything on this page").click()
    expect(page.get_by_role("heading", name="240,000 USD a year buys no useful work.")).to_be_visible()
    page.get_by_role("button", name="Copy to change a number").click()
    expect(page.get_by_role("heading", name="Today 2")).to_be_visible()
    page.get_by_role("link", name="Economics").first.click()
    page.get_by_role("button", name="Compare selected").click()
    expect(page.get_by_role("heading", name="The scenarios lose the same.")).to_be_visible()
