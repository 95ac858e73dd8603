"""An administrator's Monday, in a real browser: an empty installation becomes a consultancy of twelve with 35 clients.

What the administrator does is counted: forms sent and clicks. Whoever was added signs in by the link in their mail.
"""

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from assessments.accounts.models import User
from assessments.models import Organization, Role, Team, TeamGrant, TeamMembership
from assessments.platform import mailing
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_FORMS = 25
TEAMS = ("North", "South", "Energy")
PEOPLE = [(f"person{n:02}@example.com", f"Person {n:02}", TEAMS[n % 3]) for n in range(12)]
CLIENTS = [(f"Client {n:02}", TEAMS[n % 3], PEOPLE[n % 12][0]) for n in range(35)]


class Counted:
    """A page whose sent forms and clicks are counted, those that only open a menu among them."""

    def __init__(self, page):
        self.page, self.forms, self.clicks = page, 0, 0
        page.on("request", self._sent)
        page.context.expose_function("clicked", self._clicked)
        page.context.add_init_script("addEventListener('click', (e) => e.isTrusted && window.clicked(), true)")

    def _sent(self, request):
        self.forms += request.method == "POST" and request.is_navigation_request()

    def _clicked(self):
        self.clicks += 1

    def press(self, name, **options):
        self.page.get_by_role("button", name=name, **options).click()


def choose_file(page, rows):
    text = "\n".join(";".join(row) for row in rows)
    page.set_input_files("#file", {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()})


def test_a_consultancy_is_set_up_with_few_forms_and_everybody_can_sign_in(
    page, browser, live_server, mailoutbox, settings
):
    settings.SITE_URL = live_server.url
    User.objects.create_superuser("admin@example.com", PASSWORD, name="Sam Admin")
    counted = Counted(page)

    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email").fill("admin@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    counted.press("Sign in", exact=True)
    page.wait_for_url(lambda url: "login" not in url)

    page.goto(f"{live_server.url}/admin/assessments/team/add/")
    for team in TEAMS:
        page.get_by_label("Name").first.fill(team)
        counted.press("Save" if team == TEAMS[-1] else "Save and add another", exact=True)
        expect(page.locator(".messagelist")).to_contain_text(team)

    page.goto(f"{live_server.url}/admin/assessments/user/import/")
    choose_file(page, [("Email", "Name", "Team"), *PEOPLE])
    counted.press("Look at the list")
    counted.press("Add all 12")
    expect(page.locator(".messagelist")).to_contain_text("Twelve accounts opened")

    page.goto(f"{live_server.url}/organizations/import")
    choose_file(page, [("Name", "Team", "Lead"), *CLIENTS])
    counted.press("Look at the list")
    counted.press("Add all 35")
    page.wait_for_url(f"{live_server.url}/")

    print(
        f"\nAn installation of 12 people, 3 teams and 35 organizations: {counted.forms} forms, {counted.clicks} clicks."
    )
    assert counted.forms <= MOST_FORMS
    assert (Team.objects.count(), TeamMembership.objects.count()) == (3, 12)
    assert (Organization.objects.count(), TeamGrant.objects.filter(role=Role.EDITOR).count()) == (35, 35)
    assert set(Organization.objects.values_list("name", "lead__email")) == {(name, lead) for name, _, lead in CLIENTS}

    mailing.send_waiting()
    links = {mail.to[0]: re.search(r"http\S+", mail.body)[0] for mail in mailoutbox}
    assert sorted(links) == [email for email, *_ in PEOPLE]
    for email, _, team in PEOPLE[1:]:
        assert sees_after_choosing_a_password(links[email], email) == [name for name, of, _ in CLIENTS if of == team]

    email, _, team = PEOPLE[0]
    guest = browser.new_context().new_page()
    guest.goto(links[email])
    for field in guest.locator("input[type=password]").all():
        field.fill(PASSWORD)
    guest.locator("main button[type=submit]").click()
    guest.goto(f"{live_server.url}/accounts/login/")
    guest.get_by_label("Email").fill(email)
    guest.get_by_label("Password", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="Sign in", exact=True).click()
    expect(guest.get_by_role("link", name=next(name for name, of, _ in CLIENTS if of == team)).first).to_be_visible()


def sees_after_choosing_a_password(link, email):
    """Open the link of the mail, choose a password, sign in with it, and tell which organizations are there to open."""
    client = Client()
    asked = client.get(link, follow=True)
    address = asked.redirect_chain[-1][0]
    client.post(address, {"password1": PASSWORD, "password2": PASSWORD})
    client.logout()
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    assert client.get(reverse("account_detail")).status_code == 200
    return list(Organization.objects.visible_to(User.objects.get(email=email)).values_list("name", flat=True))
