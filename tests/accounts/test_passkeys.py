import json

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import expect

from assessments.audit.models import AuditEvent
from tests.accounts.codes import confirm, sign_in
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada():
    return make_user(name="Ada", email="ada@example.com")


@pytest.fixture
def authenticator(page):
    """A device that knows its owner, plugged into the browser; `page` complains about whatever the policy blocks."""
    blocked = []
    page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    key = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    yield lambda is_verified: session.send(
        "WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": is_verified}
    )
    assert blocked == []


def enter(page, site):
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/login/"))


def leave(page, site):
    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login/")


def add_passkey(page, site, *, name, alone=True):
    page.goto(f"{site}/accounts/")
    page.get_by_role("link", name="Add a passkey").click()
    label, confirmation = page.get_by_label("Name of this passkey"), page.get_by_text("Confirm that it is you")
    label.or_(confirmation).first.wait_for()
    if confirmation.is_visible():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    label.fill(name)
    page.get_by_label("Sign in with it alone").set_checked(alone)
    page.get_by_role("button", name="Add passkey").click()


@pytest.mark.browser
def test_a_passkey_is_added_and_signs_in_alone(page, live_server, ada, authenticator, mailoutbox):
    enter(page, live_server.url)
    add_passkey(page, live_server.url, name="Work laptop")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("Work laptop").first).to_be_visible()
    expect(page.get_by_text("Signs in alone.")).to_be_visible()
    leave(page, live_server.url)

    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("link", name="Portfolio").first).to_be_visible()
    assert page.url == f"{live_server.url}/"
    assert [mail.subject for mail in mailoutbox] == ["A passkey was added"]
    recorded = AuditEvent.objects.filter(subject="Two-factor", actor=ada).values_list("new", flat=True)
    assert sorted(recorded) == ["Passkey “Work laptop”", "Recovery codes"]


@pytest.mark.browser
def test_a_passkey_that_is_a_second_step_comes_after_the_password(page, live_server, ada, authenticator):
    enter(page, live_server.url)
    add_passkey(page, live_server.url, name="Key ring", alone=False)
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    leave(page, live_server.url)

    enter(page, live_server.url)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("link", name="Portfolio").first).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").last_used_at


@pytest.mark.browser
def test_a_device_that_does_not_know_its_owner_signs_nobody_in(page, live_server, ada, authenticator):
    enter(page, live_server.url)
    add_passkey(page, live_server.url, name="Work laptop")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    leave(page, live_server.url)
    authenticator(False)

    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("Nothing came from the passkey. Try again when you are ready.")).to_be_visible()
    authenticator(True)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Portfolio").first).to_be_visible()


@pytest.mark.browser
def test_a_passkey_confirms_a_change_is_renamed_and_removed(page, live_server, ada, authenticator):
    enter(page, live_server.url)
    add_passkey(page, live_server.url, name="Work laptop")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    leave(page, live_server.url)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Portfolio").first).to_be_visible()
    page.goto(f"{live_server.url}/accounts/")

    page.get_by_role("link", name="Rename Work laptop").click()
    page.get_by_role("link", name="use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_label("Name of this passkey").fill("Old laptop")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_text("Old laptop").first).to_be_visible()

    page.get_by_role("link", name="Remove Old laptop").click()
    page.get_by_role("button", name="Remove passkey").click()
    expect(page.get_by_text("Only a password protects this account.")).to_be_visible()
    assert not Authenticator.objects.filter(user=ada).exists()


@pytest.mark.browser
def test_one_device_is_not_added_twice(page, live_server, ada, authenticator):
    enter(page, live_server.url)
    add_passkey(page, live_server.url, name="Work laptop")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    add_passkey(page, live_server.url, name="The same")

    expect(page.get_by_text("This device has a passkey for your account already.")).to_be_visible()


@pytest.mark.browser
def test_without_javascript_the_pages_offer_what_works(browser, live_server, ada, client):
    confirm_in(client, ada)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()

    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page.goto(f"{live_server.url}/accounts/passkeys/add/")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Add passkey")).to_be_hidden()
    context.close()


def confirm_in(client, user):
    sign_in(client, user)
    confirm(client)


@pytest.mark.parametrize("credential", ["", "nonsense", "null", "[]", "{}", '{"response": null}', '{"id": 1}'])
def test_what_no_device_has_signed_is_refused(client, ada, credential):
    response = client.post(reverse("mfa_login_webauthn"), {"credential": credential}, follow=True)

    assert "This passkey did not work here" in response.content.decode()
    assert client.get("/").status_code == 302

    confirm_in(client, ada)
    added = client.post(reverse("mfa_add_webauthn"), {"name": "X", "credential": credential})
    assert added.status_code == 200
    assert not Authenticator.objects.exists()


def test_the_challenge_is_made_for_nobody_in_particular(client, ada):
    Authenticator.objects.create(user=ada, type="webauthn", data={"name": "X", "credential": {}})

    response = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})

    options = json.loads(response.content)["request_options"]["publicKey"]
    assert not options.get("allowCredentials")
    assert options["rpId"] == "testserver"
