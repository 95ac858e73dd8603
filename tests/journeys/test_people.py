"""What a consultancy does with people, in a real browser: invite and accept, grant a team thirty clients."""

import re

import pytest
from playwright.sync_api import expect

from assessments.accounts.models import User
from assessments.organizations.models import Organization, Role, Team, TeamGrant
from tests.factories import PASSWORD, make_organization, make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page, live_server, email):
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="My items")).to_be_visible()  # whoever has one organization lands in it


def test_an_owner_invites_and_the_invited_person_scores(page, browser, live_server, mailoutbox):
    owner = make_user(name="Ada Owner", email="ada@example.com")
    organization = make_organization(owner=owner, name="Kestrel")
    sign_in(page, live_server, owner.email)
    page.goto(f"{live_server.url}/o/{organization.slug}/people/")
    page.get_by_label("Email").fill("tom@example.com")
    page.get_by_label("Role", exact=True).select_option("Editor")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text("The invitation to tom@example.com is on its way.")).to_be_visible()
    link = re.search(r"http\S+", mailoutbox[0].body)[0]

    guest = browser.new_context().new_page()
    guest.goto(link)
    guest.get_by_label("Your name").fill("Tom Okafor")
    guest.get_by_label("Choose a password").fill(PASSWORD)
    guest.get_by_role("button", name="Open the account and accept").click()
    expect(guest.get_by_text("Welcome to Kestrel.")).to_be_visible()
    guest.goto(f"{live_server.url}/o/{organization.slug}/scorecards/")
    guest.get_by_role("button", name="Start the assessment").click()
    guest.get_by_role("link", name="Start answering").click()
    guest.wait_for_url("**/fill")
    guest.locator(".seg label:has(input[name='feature-unit-cost-state'][value='1'])").click()
    expect(guest.locator("#save-state")).to_have_text("All saved")

    page.goto(f"{live_server.url}/o/{organization.slug}/activity/")
    row = page.get_by_role("row").filter(has_text="Cost model:").filter(has_text="shown in part")
    expect(row).to_contain_text("Tom Okafor")
    guest.goto(link)
    expect(guest.get_by_role("heading", level=1)).to_have_text("This invitation cannot be used")


def test_an_owner_changes_and_removes_by_keyboard(page, live_server):
    owner = make_user(name="Ada Owner", email="ada@example.com")
    organization = make_organization(owner=owner, name="Kestrel")
    tom = make_user(name="Tom Okafor")
    organization.memberships.create(user=tom, role=Role.VIEWER)
    sign_in(page, live_server, owner.email)
    page.goto(f"{live_server.url}/o/{organization.slug}/people/")

    page.get_by_label("Role of Tom Okafor").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tom Okafor is an editor now.")).to_be_visible()

    page.get_by_role("link", name="Remove Tom Okafor").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="Tom Okafor")).to_contain_text("Editor, then no access")
    page.get_by_role("button", name="Remove").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tom Okafor is no longer a member.")).to_be_visible()
    assert not Organization.objects.visible_to(tom).exists()


def test_an_admin_grants_a_team_thirty_organizations(page, live_server):
    admin = User.objects.create_superuser("admin@example.com", PASSWORD, name="Sam Admin")
    consultant = make_user(name="Ines", email="ines@example.com")
    team = make_team(consultant, name="Halden")
    for number in range(30):
        make_organization(owner=admin, name=f"Client {number:02}")
    sign_in(page, live_server, admin.email)
    page.goto(f"{live_server.url}/admin/assessments/organization/")
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option(label="Grant a team to the selected organizations")
    page.get_by_role("button", name="Go").click()
    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").fill("hald")
    page.get_by_role("option", name="Halden").click()
    page.get_by_label("Role").select_option(label="Editor")
    page.get_by_role("button", name=re.compile("^Grant")).click()
    expect(page.locator(".messagelist")).to_contain_text("30")

    assert TeamGrant.objects.filter(team=Team.objects.get(pk=team.pk), role=Role.EDITOR).count() == 30
    assert {o.role for o in Organization.objects.visible_to(consultant)} == {Role.EDITOR}
