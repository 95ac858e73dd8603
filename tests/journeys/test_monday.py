"""Monday morning with 35 clients, in a real browser, by keyboard only: who waits, whom to open, on to the next."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessments.scorecards.outlook.models import Rhythm
from assessments.vendors.models import VendorReview
from tests.factories import PASSWORD, make_organization, make_scorecard, make_user, make_vendor_review

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TAB_MAX = 200


@pytest.fixture
def consultant():
    """Whoever looks after 35 organizations: a few of them assessed, one overdue, one with a vendor who has answered."""
    user = make_user(name="Ines Halvorsen", email="ines@example.com")
    clients = [make_organization(owner=user, name=f"Client {number:02}") for number in range(1, 36)]
    for organization, level in zip(clients[:3], (0, 1, 2), strict=True):
        make_scorecard(organization, levels=[level] * 8, signed_off_at=timezone.now() - timedelta(days=100))
    late = timezone.localdate() - timedelta(days=9)
    Rhythm.objects.create(organization=clients[0], months=3, due_on=late)
    review = make_vendor_review(clients[1], name="Tessel Inference")
    VendorReview.objects.filter(pk=review.pk).update(submitted_at=timezone.now())
    return user


def tab_to(page, selector):
    """Go on by the Tab key until the focus is on what is meant."""
    for _ in range(TAB_MAX):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab.")


def arrive(page, name):
    """Wait for the page of an organization, and for its scripts: a key pressed before them does nothing."""
    expect(page.locator(".orgbar__name")).to_have_text(name)
    page.wait_for_load_state()


def test_monday_morning_by_keyboard(page, live_server, consultant):
    page.goto(f"{live_server.url}/accounts/login/")
    tab_to(page, "input[name=login]")
    page.keyboard.type(consultant.email)
    tab_to(page, "input[type=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    waiting = page.get_by_role("region", name="Waiting for you")
    expect(waiting).to_contain_text("vendor has answered")
    expect(waiting).to_contain_text("nine days late")

    tab_to(page, ".waiting a[href*='/vendors/']")
    page.keyboard.press("Enter")
    arrive(page, "Client 02")

    page.keyboard.press("/")
    page.keyboard.type("client 3")
    found = page.locator("[data-search] [data-found] a")
    expect(found.first).to_contain_text("Client 30")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    arrive(page, "Client 31")

    tab_to(page, "[data-switcher] > summary")
    page.keyboard.press("Enter")
    expect(page.locator("#switch-found a").first).to_contain_text("Client 31")
    page.keyboard.type("05")
    expect(page.locator("#switch-found a")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    arrive(page, "Client 05")

    page.goto(f"{live_server.url}/?sort=name")
    tab_to(page, "table a[href*='/o/client-01']")
    page.keyboard.press("Enter")
    arrive(page, "Client 01")
    page.keyboard.press("]")
    arrive(page, "Client 02")
    page.keyboard.press("[")
    arrive(page, "Client 01")


def test_escape_closes_what_was_found_and_gives_the_focus_back(page, live_server, consultant):
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email").fill(consultant.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    page.keyboard.press("/")
    page.keyboard.type("client")
    expect(page.locator("[data-search] [data-found] a").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")

    expect(page.locator("[data-search] [data-found] a")).to_have_count(0)
    expect(page.locator("#mast-q")).to_be_focused()
