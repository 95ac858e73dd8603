"""A consultant shares a report with a passcode; a board member opens it on a phone; many are made at once."""

import pytest
from playwright.sync_api import expect

from assessments.reports.models import Report
from assessments.reports.sharing.models import ReportLink, ReportLinkOpening
from tests.factories import PASSWORD, make_organization, make_scorecard, make_user
from tests.reports.made import make_ready_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def owner(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_user(name="Ines Halvorsen", email="ines@example.com")


def sign_in(page, live_server, user):
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="My items")).to_be_visible()  # whoever has one organization lands in it


def test_a_report_is_shared_with_a_passcode_opened_on_a_phone_and_revoked(live_server, page, browser, owner):
    report = make_ready_report(make_organization(owner=owner, name="Kestrel Logistics"))
    sign_in(page, live_server, owner)
    page.goto(f"{live_server.url}/o/{report.organization.slug}/reports/")
    page.get_by_role("link", name="Share Board report, Q3 assessment").click()
    expect(page.get_by_label("What it shows")).to_have_value(str(report.pk))
    page.get_by_label("Who it is for").fill("Magnus Dahl")
    page.get_by_label("Passcode").fill("amber-harbor")
    page.get_by_role("button", name="Make the link").click()
    address = page.get_by_label("Address to send").input_value()

    context = browser.new_context(**PHONE)
    phone = context.new_page()
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Enter the passcode")
    phone.get_by_label("Passcode").fill("amber-harbor")
    phone.get_by_role("button", name="Continue").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Board report, Q3 assessment")
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    with phone.expect_download() as downloaded:
        phone.get_by_role("link", name="Download it").tap()
    assert downloaded.value.suggested_filename == "Kestrel Logistics, Board report, Q3 assessment.pdf"

    page.get_by_role("link", name="All links").click()
    row = page.get_by_role("row").filter(has_text="Magnus Dahl")
    expect(row).to_contain_text("with the PDF")
    assert ReportLinkOpening.objects.count() == 1
    row.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row").filter(has_text="Magnus Dahl")).to_contain_text("Revoked")
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("This link cannot be used.")
    assert ReportLink.objects.get().revoked_at is not None
    context.close()


def test_organizations_ticked_in_the_portfolio_become_one_batch(live_server, page, owner):
    for name in ("Aurora Bank", "Birch Health", "Cedar Rail"):
        make_scorecard(make_organization(owner=owner, name=name), levels=[1] * 8, title="Q3")
    sign_in(page, live_server, owner)

    page.get_by_label("Pick Aurora Bank").check()
    expect(page.get_by_role("button", name="Report for this one")).to_be_visible()
    page.get_by_label("Tick all shown").check()
    page.get_by_role("button", name="Reports for these 3").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Reports for 3 organizations")
    expect(page.get_by_role("heading", name="0 of 3")).to_be_visible()
    assert not Report.objects.filter(status="done").exists()
