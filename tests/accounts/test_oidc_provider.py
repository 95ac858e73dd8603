"""Single sign-on with npm's oidc-provider, which tells of groups on its page about the person alone.

For who has it: `npm install oidc-provider@9` in a folder, which OIDC_PROVIDER_MODULES then names.
"""

import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from assessments.organizations.group_claims.models import GroupMapping
from tests.accounts.test_single_sign_on_providers import ADA, BACK, to_the_provider
from tests.factories import make_team, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("OIDC_PROVIDER_MODULES" not in os.environ, reason="OIDC_PROVIDER_MODULES names no folder"),
]


@pytest.fixture
def provider(settings):
    command = ["node", str(Path(__file__).with_name("oidc_provider.mjs")), BACK, json.dumps(["consultants", "others"])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        app = {
            "provider_id": "sso",
            "name": "Northwind ID",
            "client_id": "scorecard",
            "secret": "a-secret-between-the-two",
            "settings": {"server_url": url, "scope": ["openid", "profile", "email", "groups"]},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        yield url
        process.terminate()


def through(client, address):
    """Sign in and agree over there, and come back."""
    browser, form = requests.Session(), {"login": ADA, "password": "x"}
    page = browser.get(address, timeout=10)
    for _ in range(2):  # to sign in, then to agree
        action = urljoin(page.url, re.search(r'<form[^>]* action="([^"]+)"', page.text)[1])
        prompt = re.search(r'name="prompt" value="(\w+)"', page.text)[1]
        page = browser.post(action, data={"prompt": prompt, **form}, timeout=10, allow_redirects=False)
        while page.is_redirect and not page.headers["Location"].startswith(BACK):
            page = browser.get(urljoin(page.url, page.headers["Location"]), timeout=10, allow_redirects=False)
    return client.get(page.headers["Location"].removeprefix("http://testserver"))


def test_the_groups_it_tells_of_give_what_is_mapped(client, provider, settings):
    settings.OIDC_GROUPS_CLAIM = "groups"
    ada, team = make_user(name="Ada", email=ADA), make_team(name="Consultants")
    GroupMapping.objects.create(group="consultants", team=team)

    assert through(client, to_the_provider(client)).url == "/"

    assert list(ada.teams.all()) == [team]
    assert client.session["_auth_user_id"] == str(ada.pk)
