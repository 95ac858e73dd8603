"""Single sign-on with a provider that others wrote: oidc-provider-mock, as it comes and as strict as it can be."""

import html
import re
import warnings

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from assessments.organizations.group_claims.models import GroupMapping
from tests.factories import make_team, make_user

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock

pytestmark = pytest.mark.django_db(transaction=True)

ADA = "ada@example.com"
BACK = "http://testserver/accounts/oidc/sso/login/callback/"


@pytest.fixture(params=[{}, {"require_nonce": True}, {"require_client_registration": True}], ids=lambda p: "".join(p))
def provider(request, settings):
    claims = {"email": ADA, "email_verified": True, "name": "Ada", "groups": ["consultants", "others"]}
    person = oidc_provider_mock.User(sub=ADA, claims=claims)
    with oidc_provider_mock.run_server_in_thread(user_claims=[person], **request.param) as server:
        url = f"http://localhost:{server.server_port}"
        client = {"client_id": "scorecard", "client_secret": "a-secret-between-the-two"}
        if request.param.get("require_client_registration"):
            client = requests.post(f"{url}/oauth2/clients", json={"redirect_uris": [BACK]}, timeout=10).json()
        app = {
            "provider_id": "sso",
            "name": "Northwind ID",
            "client_id": client["client_id"],
            "secret": client["client_secret"],
            "settings": {"server_url": url},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        yield url


def to_the_provider(client):
    page = client.post("/accounts/oidc/sso/login/?process=login").content.decode()
    return html.unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)[1])


def test_whoever_has_an_account_signs_in_by_it(client, provider):
    ada = make_user(name="Ada", email=ADA)

    answer = requests.post(to_the_provider(client), data={"sub": ADA}, allow_redirects=False, timeout=10)
    response = client.get(answer.headers["Location"].removeprefix("http://testserver"))

    assert (response.status_code, response["Location"]) == (302, reverse("organization_list"))
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert SocialAccount.objects.get().uid == ADA


def test_the_groups_it_tells_of_give_what_is_mapped(client, provider, settings):
    settings.OIDC_GROUPS_CLAIM = "groups"
    ada, team = make_user(name="Ada", email=ADA), make_team(name="Consultants")
    GroupMapping.objects.create(group="consultants", team=team)

    answer = requests.post(to_the_provider(client), data={"sub": ADA}, allow_redirects=False, timeout=10)
    client.get(answer.headers["Location"].removeprefix("http://testserver"))

    assert list(ada.teams.all()) == [team]


def test_whoever_has_none_is_told_so(client, provider):
    answer = requests.post(to_the_provider(client), data={"sub": ADA}, allow_redirects=False, timeout=10)
    response = client.get(answer.headers["Location"].removeprefix("http://testserver"))

    assert response.status_code == 403
    assert f"Northwind ID signed you in as {ADA}, which has no account here." in response.content.decode()
    assert "<title>No account for you yet" in response.content.decode()


def test_whoever_says_no_there_is_not_signed_in(client, provider):
    make_user(name="Ada", email=ADA)

    answer = requests.post(
        to_the_provider(client), data={"action": "deny", "sub": ADA}, allow_redirects=False, timeout=10
    )
    response = client.get(answer.headers["Location"].removeprefix("http://testserver"), follow=True)

    # This provider's "no" leaves out the state, so it may be an answer to anybody's question.
    title = re.search(r"<title>([^<·]+?) ·", response.content.decode())[1]
    assert (response.status_code, title) == (401, "Single sign-on did not work")
    assert "_auth_user_id" not in client.session
