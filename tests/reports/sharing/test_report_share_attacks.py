"""The page behind a link to a report, attacked from outside: each attempt, its status, and what the answer says.

After every one of them everything is as it was, and nothing of the organization's was in the answer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization
from assessments.reports.models import Report
from assessments.reports.sharing import links
from assessments.reports.sharing.models import ReportLink, ReportLinkOpening
from scorecard.logs import WithoutTokens
from tests.factories import make_organization
from tests.reports.made import make_ready_report

pytestmark = pytest.mark.django_db

GUESS = "x" * 43
ENDED = "This link cannot be used."
PASSCODE = "amber-harbor"
HX = {"HX-Request": "true"}
SECRETS = ("Kestrel", "Q3 assessment", "Board report", "Ines", "ines@example.com", "%PDF")


@dataclass
class World:
    client: Client
    report: Report
    token: str
    locked: str
    live: str
    rival: Report

    def at(self, path: str = "", token: str = "") -> str:
        return f"/s/{token or self.token}/{path}"

    def get(self, path: str = "", token: str = "", **options):
        return self.client.get(self.at(path, token), **options)

    def post(self, path: str = "", data=None, token: str = "", **options):
        return self.client.post(self.at(path, token), data or {}, **options)


@pytest.fixture
def world(client, report, token, owner):
    organization = report.organization
    return World(
        client=client,
        report=report,
        token=token,
        locked=links.make_link(organization, report=report, days=14, passcode=PASSCODE, actor=owner),
        live=links.make_link(organization, report=None, days=14, actor=owner),
        rival=make_ready_report(make_organization(name="Rival Freight")),
    )


def everything():
    return [
        list(ReportLink.objects.order_by("pk").values("pk", "opened_at", "revoked_at", "expires_at", "report_id")),
        ReportLinkOpening.objects.count(),
        list(Report.objects.order_by("pk").values("pk", "status", "file", "title")),
        list(Organization.objects.values()),
        AuditEvent.objects.count(),
    ]


def said(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


@dataclass
class After:
    """An attempt made after something has happened to the link."""

    change: Callable
    attempt: Callable

    def __call__(self, world):
        return self.attempt(world)


def expire(world):
    ReportLink.objects.update(expires_at=timezone.now())


def revoke(world):
    for link in ReportLink.objects.all():
        links.revoke_link(link, actor=world.report.organization.created_by)


def delete_report(world):
    world.report.delete()


def make_again(world):
    Report.objects.filter(pk=world.report.pk).update(status="queued")


def delete_organization(world):
    Organization.objects.update(deleted_at=timezone.now())


def without_csrf(world, path, data):
    return Client(enforce_csrf_checks=True).post(world.at(path, world.locked), data)


def inside(world):
    return f"/o/{world.report.organization.slug}/reports"


# Attempt, status, what is read in the answer. Nothing at all has changed afterwards.
REFUSED = {
    "a guessed token": (lambda w: w.get(token=GUESS), 404, ENDED),
    "a guessed token, to read": (lambda w: w.get("report.pdf", GUESS), 404, ENDED),
    "a guessed token, to download": (lambda w: w.get("download", GUESS), 404, ENDED),
    "a guessed token, to unlock": (lambda w: w.post("passcode", {"passcode": "x"}, GUESS), 404, ENDED),
    "the hash in place of the token": (lambda w: w.get(token=ReportLink.objects.first().token_sha256), 404, ENDED),
    "the token in other letters": (lambda w: w.get(token=w.token.swapcase()), 404, ENDED),
    "the token and a letter more": (lambda w: w.get(token=f"{w.token}x"), 404, ENDED),
    "a token of 8,000 letters": (lambda w: w.get(token="a" * 8000), 404, ENDED),
    "a NUL in the token": (lambda w: w.client.get(f"/s/{w.token}%00/"), 404, ENDED),
    "half a letter in the token": (lambda w: w.client.get(f"/s/{w.token}%ED%A0%80/"), 404, ENDED),
    "an expired link": (After(expire, lambda w: w.get()), 404, ENDED),
    "an expired link, to download": (After(expire, lambda w: w.get("download")), 404, ENDED),
    "an expired link, to unlock": (
        After(expire, lambda w: w.post("passcode", {"passcode": PASSCODE}, w.locked)),
        404,
        ENDED,
    ),
    "a revoked link": (After(revoke, lambda w: w.get()), 404, ENDED),
    "a revoked link, to read": (After(revoke, lambda w: w.get("report.pdf")), 404, ENDED),
    "a revoked live link": (After(revoke, lambda w: w.get(token=w.live)), 404, ENDED),
    "a report that is gone": (After(delete_report, lambda w: w.get()), 404, ENDED),
    "a report that is being made again": (After(make_again, lambda w: w.get("download")), 404, ENDED),
    "a deleted organization": (After(delete_organization, lambda w: w.get()), 404, ENDED),
    "a deleted organization, live": (After(delete_organization, lambda w: w.get(token=w.live)), 404, ENDED),
    "a file of the live link": (lambda w: w.get("report.pdf", w.live), 404, ENDED),
    "a download of the live link": (lambda w: w.get("download", w.live), 404, ENDED),
    "reading without the passcode": (lambda w: w.get("report.pdf", w.locked), 200, "Enter the passcode"),
    "downloading without the passcode": (lambda w: w.get("download", w.locked), 200, "Enter the passcode"),
    "a script without the passcode": (lambda w: w.get("download", w.locked, headers=HX), 401, "passcode is needed"),
    "a passcode in the address": (lambda w: w.get(f"?passcode={PASSCODE}", w.locked), 200, "Enter the passcode"),
    "another report by its number": (lambda w: w.get(f"?report={w.rival.pk}", GUESS), 404, ENDED),
    "unlocking from another site": (
        lambda w: without_csrf(w, "passcode", {"passcode": PASSCODE}),
        403,
        "nothing was changed",
    ),
    "unlocking by GET": (lambda w: w.get("passcode", w.locked), 405, ""),
    "posting to the page": (lambda w: w.post(), 405, ""),
    "PUT": (lambda w: w.client.put(w.at()), 405, ""),
    "DELETE": (lambda w: w.client.delete(w.at()), 405, ""),
    "a method in a header": (
        lambda w: w.get("report.pdf", w.locked, headers={"X-HTTP-Method-Override": "POST"}),
        200,
        "Enter the passcode",
    ),
    "another file by a path": (lambda w: w.client.get(f"/s/{w.token}/../../media/reports/1.pdf"), 404, ""),
    "the list of links": (lambda w: w.client.get(f"{inside(w)}/links/"), 302, ""),
    "making a link": (lambda w: w.client.post(f"{inside(w)}/links/new", {"what": "live", "days": "90"}), 302, ""),
    "revoking a link": (lambda w: w.client.post(f"{inside(w)}/links/1/revoke"), 302, ""),
    "the list of links, by a script": (lambda w: w.client.get(f"{inside(w)}/links/", headers=HX), 401, "signed out"),
    "the report itself": (lambda w: w.client.get(f"{inside(w)}/{w.report.pk}/download"), 302, ""),
    "one's own token elsewhere": (lambda w: w.client.get(f"/v/{w.token}/"), 404, "cannot be used"),
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_an_attempt_is_refused_and_changes_nothing(world, attempt):
    make, status, sentence = REFUSED[attempt]
    if isinstance(make, After):
        make.change(world)
    before = everything()

    response = make(world)

    text = said(response)
    assert (response.status_code, everything()) == (status, before)
    assert sentence in text
    # The page of the passcode names the organization, as its mail does, and nothing else.
    secrets = SECRETS[1:] if "Enter the passcode" in text else SECRETS
    assert [secret for secret in secrets if secret in text.replace("Rival", "")] == []


@pytest.mark.usefixtures("stopped_clock")  # what is counted is counted by the minute
def test_guessing_is_slowed_down_and_the_right_token_is_not(world):
    world.client.defaults["REMOTE_ADDR"] = "203.0.113.7"  # counted apart from who guesses a vendor's link meanwhile
    statuses = [world.get(token=f"{GUESS}{number}").status_code for number in range(63)]

    assert statuses == [404] * 60 + [429] * 3
    assert "Too many attempts" in said(world.get(token=GUESS))
    assert world.get().status_code == 200
    assert world.get("report.pdf").status_code == 200


def test_the_pages_are_for_one_reader_and_for_no_index(world):
    answers = [
        world.get(),
        world.get("report.pdf"),
        world.get("download"),
        world.get(token=world.live),
        world.get(token=world.locked),
        world.get(token=GUESS),
    ]

    for response in answers:
        assert response["Cache-Control"] == "private, no-store"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "same-origin"  # the link is a secret
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"
    assert '<meta name="robots" content="noindex, nofollow">' in said(answers[0])


def test_unknown_expired_revoked_and_deleted_look_all_the_same(world, owner):
    elsewhere = make_ready_report(make_organization(owner=owner))
    tokens = [
        GUESS,
        world.token,
        world.locked,
        links.make_link(elsewhere.organization, report=elsewhere, days=1, passcode=PASSCODE, actor=owner),
    ]
    ReportLink.objects.filter(token_sha256=links.find(world.token).token_sha256).update(expires_at=timezone.now())
    links.revoke_link(links.find(world.locked), actor=owner)
    Organization.objects.filter(pk=elsewhere.organization_id).update(deleted_at=timezone.now())

    pages = {said(Client().get(world.at(token=token))).replace(token, "") for token in tokens}

    assert len({re.sub(r'X-CSRFToken": "\w+', "", page) for page in pages}) == 1


def test_the_token_is_in_no_log(world, caplog):
    caplog.handler.addFilter(WithoutTokens())
    with caplog.at_level("INFO"):
        world.get(token=GUESS)
        world.client.put(world.at())
        world.get("nothing")
        without_csrf(world, "passcode", {})
    assert len(caplog.messages) >= 3
    assert world.token not in caplog.text
    assert world.locked not in caplog.text
