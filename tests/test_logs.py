"""Tokens open pages by themselves, so that no log may hold one."""

import logging
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from scorecard.logs import AccessLogger, WithoutTokens, without_tokens
from tests.processes import ROOT, environment

TOKEN = "Zm9yLXRoZS12ZW5kb3ItYWxvbmUtYW5kLW5vLWxvZw"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"/v/{TOKEN}/answers/latency-target", "/v/…/answers/latency-target"),
        (f"GET /invitations/{TOKEN}/?next=/ HTTP/1.1", "GET /invitations/…/?next=/ HTTP/1.1"),
        (f"https://score.example.com/v/{TOKEN}", "https://score.example.com/v/…"),
        (f"/accounts/password/reset/key/1-{TOKEN}/", "/accounts/password/reset/key/…/"),
        (f"/accounts/email/MQ:1tX2yz:{TOKEN}/", "/accounts/email/…/"),
        (f"/reminders/stop/{TOKEN}:1:abc/?x=1", "/reminders/stop/…/?x=1"),
        (f"/calendar/{TOKEN}.ics HTTP/1.1", "/calendar/… HTTP/1.1"),
        (f"/accounts/login/?next=%2Fv%2F{TOKEN}%2Fsubmit", "/accounts/login/?next=%2Fv%2F…%2Fsubmit"),
        (f"/oidc/sso/login/callback/?code={TOKEN}&state=abcdefghij", "/oidc/sso/login/callback/?code=…&state=…"),
        ("/accounts/password/reset/key/1-set-password/", "/accounts/password/reset/key/1-set-password/"),
        ("/accounts/email/", "/accounts/email/"),
        ("/o/kestrel/vendors/7/fill", "/o/kestrel/vendors/7/fill"),
        ("/o/v/settings", "/o/v/settings"),
        ("/o/kestrel/invitations/new", "/o/kestrel/invitations/new"),
    ],
)
def test_a_token_in_an_address_is_masked_and_nothing_else(text, masked):
    assert without_tokens(text) == masked


def test_a_record_is_masked_with_its_arguments():
    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s: %s", ("Not Found", f"/v/{TOKEN}/"), None)

    assert WithoutTokens().filter(record)
    assert record.getMessage() == "Not Found: /v/…/"


def test_the_server_s_log_of_requests_holds_no_token_in_the_address_and_none_in_the_referrer():
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"/v/{TOKEN}/",
        "PATH_INFO": f"/v/{TOKEN}/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"http://localhost/v/{TOKEN}/",
    }
    response = SimpleNamespace(status="200 OK", headers=[], sent=10)
    request = SimpleNamespace(headers=[("REFERER", f"http://localhost/v/{TOKEN}/")])

    atoms = AccessLogger(Config()).atoms(response, request, environ, timedelta(seconds=1))

    assert TOKEN not in str(atoms)
    assert atoms["r"] == "GET /v/…/ HTTP/1.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "shown"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "forged, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "10.0.0.2", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_server_s_log_names_who_asked_and_not_the_proxy(settings, proxies, forwarded, shown):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/",
        "PATH_INFO": "/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}),
    }
    response = SimpleNamespace(status="200 OK", headers=[], sent=10)

    atoms = AccessLogger(Config()).atoms(response, SimpleNamespace(headers=[]), environ, timedelta(seconds=1))

    assert atoms["h"] == shown


def test_the_server_s_own_lines_are_in_the_site_s_time_zone(tmp_path):
    show = (
        "import time; from gunicorn.config import Config; from scorecard.logs import AccessLogger; "
        "AccessLogger(Config()); print(time.strftime('%z'))"
    )
    env = environment(tmp_path, TIME_ZONE="Asia/Tokyo", DATABASE_URL="", SECRET_KEY="", REDIS_URL="")

    done = subprocess.run([sys.executable, "-c", show], env=env, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode) == ("+0900\n", 0)
