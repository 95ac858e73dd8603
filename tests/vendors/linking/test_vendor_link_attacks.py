"""The vendor's page attacked from outside: each attempt, the status it gets, and what the answer says.

After every one of them the buyer's side is as it was, and nothing of hers was in the answer.
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Organization
from assessments.saving.uploads import check_upload
from assessments.vendors import services
from assessments.vendors.linking import answering, links
from assessments.vendors.models import VendorAnswer, VendorEvidence, VendorLink, VendorReview
from scorecard.logs import WithoutTokens
from tests.factories import make_organization, make_user, make_vendor_review

pytestmark = pytest.mark.django_db

KEY, OTHER_KEY, LEFT_OUT = "latency-target", "workload-mix", "cooling-method"
GUESS = "x" * 43
ENDED = "This link cannot be used."
HX = {"HX-Request": "true"}

BUYER_S = ("question_key", "rating", "rating_version", "said", "said_version", "follow_up", "follow_up_owner")
BUYER_S += ("follow_up_on", "follow_up_done", "follow_up_version", "updated_at", "updated_by_id", "seen_at")
# What the vendor must never read: her words, names, guidance, critical marks, other vendors.
SECRETS = ("They dodged it", "Insist on a clause", "Priya Raman", "Petra Lindahl", "petra@example.com", "Our own notes")
SECRETS += (
    "Quotes an average, a best case",
    "States p95 and p99 for each service",
    "critical",
    "Rival Cloud",
    "Unproven",
)


@dataclass
class World:
    client: Client
    review: VendorReview
    token: str
    own: VendorEvidence
    buyer_s: VendorEvidence
    rival: VendorReview
    rival_token: str
    rival_s: VendorEvidence

    def at(self, path: str = "", token: str = "") -> str:
        return f"/v/{token or self.token}/{path}"

    def get(self, path: str = "", **options):
        return self.client.get(self.at(path), **options)

    def post(self, path: str = "", data=None, **options):
        return self.client.post(self.at(path), data or {}, **options)

    def save(self, said: str, *, key: str = KEY, **fields):
        data = {f"{key}-said": said, f"{key}-said_version": "0", **fields}
        return self.post(f"answers/{key}", data, headers=HX)

    def attach(self, name: str, content: bytes, **options):
        return self.post(f"answers/{KEY}/evidence", {"file": SimpleUploadedFile(name, content)}, **options)


@pytest.fixture
def world(client, review, token, link, buyer):
    colleague = make_user(name="Petra Lindahl", email="petra@example.com")
    services.record_rating(review, question=KEY, rating="1", actor=colleague, version=0)
    services.record_said(review, question=KEY, said="They dodged it", actor=colleague, version=0)
    services.record_follow_up(
        review,
        question=KEY,
        follow_up="Insist on a clause",
        owner="Priya Raman",
        on=None,
        done=False,
        actor=colleague,
        version=0,
    )
    upload = check_upload(SimpleUploadedFile("notes.txt", b"Our own notes"))
    rival = make_vendor_review(review.vendor.organization, name="Rival Cloud")
    rival_token = links.make_link(rival, days=14, actor=buyer)
    return World(
        client=client,
        review=review,
        token=token,
        own=answering.add_link(link, question=KEY, title="Load test", url="https://corvid.example/load"),
        buyer_s=services.add_file(review, question=KEY, title="", upload=upload, actor=colleague),
        rival=rival,
        rival_token=rival_token,
        rival_s=answering.add_link(links.find(rival_token), question=KEY, title="R", url="https://rival.example"),
    )


def buyer_s():
    return list(VendorAnswer.objects.order_by("pk").values(*BUYER_S))


def everything():
    links_then = VendorLink.objects.order_by("pk").values("pk", "submitted_at", "revoked_at", "expires_at")
    return [
        *(list(model.objects.order_by("pk").values()) for model in (VendorAnswer, VendorEvidence, VendorReview)),
        list(links_then),
        list(Organization.objects.values()),
        AuditEvent.objects.count(),
    ]


def said(response) -> str:
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


def office(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def bomb() -> bytes:
    """600 MB of zeros in a file of 600 KB that is a Word document by all signs."""
    return office(("word/document.xml", b"<w/>"), ("word/media/a.bin", b"\0" * 600 * 1024**2))


@dataclass
class After:
    """An attempt made after something has happened to the link."""

    change: Callable
    attempt: Callable

    def __call__(self, world):
        return self.attempt(world)


def expire(world):
    VendorLink.objects.update(expires_at=timezone.now())


def revoke(world):
    links.revoke_link(world.review, actor=world.review.created_by)


def replace(world):
    links.make_link(world.review, days=1, actor=world.review.created_by)


def hand_in(world):
    answering.submit(links.find(world.token))


def complete(world):
    services.complete_review(world.review, actor=world.review.created_by)


def delete_organization(world):
    Organization.objects.update(deleted_at=timezone.now())


def without_csrf(world, path, data):
    return Client(enforce_csrf_checks=True).post(world.at(path), data)


RATINGS = {f"{KEY}-rating": "2", f"{KEY}-rating_version": "1", "rating": "2"}
LINK = {"url": "https://example.com"}

# Attempt, status, what is read in the answer. Nothing at all has changed afterwards.
REFUSED = {
    "a guessed token": (lambda w: w.client.get(w.at(token=GUESS)), 404, ENDED),
    "a guessed token, to save": (lambda w: w.client.post(w.at(f"answers/{KEY}", GUESS)), 404, ENDED),
    "a guessed token, to submit": (lambda w: w.client.post(w.at("submit", GUESS)), 404, ENDED),
    "a guessed token, to unlock": (lambda w: w.client.post(w.at("passcode", GUESS), {"passcode": "x"}), 404, ENDED),
    "the hash in place of the token": (
        lambda w: w.client.get(w.at(token=VendorLink.objects.get(review=w.review).token_sha256)),
        404,
        ENDED,
    ),
    "the token in other letters": (lambda w: w.client.get(w.at(token=w.token.swapcase())), 404, ENDED),
    "a token of 8,000 letters": (lambda w: w.client.get(w.at(token="a" * 8000)), 404, ENDED),
    "a NUL in the token": (lambda w: w.client.get(f"/v/{w.token}%00/"), 404, ENDED),
    "an expired link": (After(expire, lambda w: w.get()), 404, ENDED),
    "an expired link, to save": (After(expire, lambda w: w.save("Late")), 404, ENDED),
    "a revoked link": (After(revoke, lambda w: w.get()), 404, ENDED),
    "a revoked link, to attach": (After(revoke, lambda w: w.post(f"answers/{KEY}/evidence", LINK)), 404, ENDED),
    "a replaced link": (After(replace, lambda w: w.get()), 404, ENDED),
    "a deleted organization": (After(delete_organization, lambda w: w.get()), 404, ENDED),
    "saving after submitting": (After(hand_in, lambda w: w.save("Late")), 422, answering.SUBMITTED),
    "the whole page after submitting": (
        After(hand_in, lambda w: w.post("", {f"{KEY}-said": "Late", f"{KEY}-said_version": "0"})),
        422,
        answering.SUBMITTED,
    ),
    "attaching after submitting": (
        After(hand_in, lambda w: w.post(f"answers/{KEY}/evidence", LINK)),
        422,
        answering.SUBMITTED,
    ),
    "removing after submitting": (After(hand_in, lambda w: w.post(f"evidence/{w.own.pk}/remove")), 302, ""),
    "submitting twice": (After(hand_in, lambda w: w.post("submit")), 302, ""),
    "saving after the review was closed": (After(complete, lambda w: w.save("Late")), 422, answering.CLOSED),
    "a question that is not asked here": (lambda w: w.save("x", key=LEFT_OUT), 404, ENDED),
    "evidence for a question that is not asked": (lambda w: w.get(f"answers/{LEFT_OUT}/evidence"), 404, ENDED),
    "a question that never was": (lambda w: w.save("x", key="no-such"), 404, ENDED),
    "the buyer's file": (lambda w: w.get(f"evidence/{w.buyer_s.pk}"), 404, ENDED),
    "removing the buyer's file": (lambda w: w.post(f"evidence/{w.buyer_s.pk}/remove"), 404, ENDED),
    "another vendor's evidence": (lambda w: w.get(f"evidence/{w.rival_s.pk}"), 404, ENDED),
    "removing another vendor's": (lambda w: w.post(f"evidence/{w.rival_s.pk}/remove"), 404, ENDED),
    "removing another vendor's by the page": (lambda w: w.post("", {"then": f"remove:{w.rival_s.pk}"}), 404, ENDED),
    "an id too large for the database": (lambda w: w.get(f"evidence/{10**30}"), 404, ENDED),
    "a link of evidence as a download": (lambda w: w.get(f"evidence/{w.own.pk}"), 404, ENDED),
    "rating instead of answering": (lambda w: w.post(f"answers/{KEY}", RATINGS, headers=HX), 422, "incomplete"),
    "rating by the whole page": (lambda w: w.post("", RATINGS), 302, ""),
    "a version that is none": (
        lambda w: w.post(f"answers/{KEY}", {f"{KEY}-said": "x", f"{KEY}-said_version": "-1"}, headers=HX),
        422,
        "incomplete",
    ),
    "a version of 400 digits": (
        lambda w: w.post(f"answers/{KEY}", {f"{KEY}-said": "x", f"{KEY}-said_version": "9" * 400}, headers=HX),
        422,
        "incomplete",
    ),
    "a text of a megabyte": (lambda w: w.save("x" * 1024**2), 422, "1,048,576 characters; 10,000 is the most"),
    "a body of three megabytes": (lambda w: w.save("x" * 3 * 1024**2), 400, ""),
    "PUT": (lambda w: w.client.put(w.at()), 405, ""),
    "DELETE on evidence": (lambda w: w.client.delete(w.at(f"evidence/{w.own.pk}")), 405, ""),
    "removing by a link in a mail": (lambda w: w.get(f"evidence/{w.own.pk}/remove"), 405, ""),
    "saving by GET": (lambda w: w.get(f"answers/{KEY}?{KEY}-said=x&{KEY}-said_version=0"), 405, ""),
    "submitting by GET": (lambda w: w.get("submit"), 200, "Submit to Kestrel Logistics?"),
    "a method in a header": (lambda w: w.get("submit", headers={"X-HTTP-Method-Override": "POST"}), 200, "Submit to"),
    "saving from another site": (
        lambda w: without_csrf(w, f"answers/{KEY}", {f"{KEY}-said": "x", f"{KEY}-said_version": "0"}),
        403,
        "nothing was changed",
    ),
    "submitting from another site": (lambda w: without_csrf(w, "submit", {}), 403, "nothing was changed"),
    "attaching from another site": (lambda w: without_csrf(w, f"answers/{KEY}/evidence", LINK), 403, "nothing was"),
    "a program called .pdf": (lambda w: w.attach("load.pdf", b"MZ\x90\x00" + b"\0" * 200), 422, "something else"),
    "a program": (lambda w: w.attach("load.exe", b"MZ\x90\x00"), 422, "cannot be attached"),
    "a page called .png": (lambda w: w.attach("a.png", b"<html><script>x()</script>"), 422, "something else"),
    "a page": (lambda w: w.attach("a.html", b"<script>x()</script>"), 422, "cannot be attached"),
    "an SVG with a script": (lambda w: w.attach("a.svg", b"<svg onload='x()'/>"), 422, "cannot be attached"),
    "an SVG called .png": (lambda w: w.attach("a.png", b"<svg onload='x()'/>"), 422, "something else"),
    "any ZIP called .docx": (lambda w: w.attach("a.docx", office(("x.js", b"x()"))), 422, "something else"),
    "a ZIP bomb called .docx": (lambda w: w.attach("a.docx", bomb()), 422, "unpacks to 600 MB; 500 MB is the most"),
    "an empty file": (lambda w: w.attach("a.pdf", b""), 422, "is empty"),
    "a file of 25 MB": (lambda w: w.attach("a.pdf", b"%PDF-1.7" + b"0" * 25 * 1024**2), 413, "20 MB is the most"),
    "a script for an address": (
        lambda w: w.post(f"answers/{KEY}/evidence", {"url": "javascript:alert(1)"}),
        422,
        "begins with https://",
    ),
    "data for an address": (lambda w: w.post(f"answers/{KEY}/evidence", {"url": "data:text/html,x"}), 422, "begins"),
    "a NUL in a title": (
        lambda w: w.post(f"answers/{KEY}/evidence", {**LINK, "title": "a\0b"}),
        422,
        "Null characters",
    ),
    "a link and a file at once": (
        lambda w: w.post(f"answers/{KEY}/evidence", {**LINK, "file": SimpleUploadedFile("a.txt", b"a")}),
        422,
        "one piece of evidence at a time",
    ),
    "the buyer's page of links": (lambda w: w.client.get(f"{inside(w)}/link"), 302, ""),
    "making a link": (lambda w: w.client.post(f"{inside(w)}/link", {"days": "90"}), 302, ""),
    "revoking a link": (lambda w: w.client.post(f"{inside(w)}/link/revoke"), 302, ""),
    "the buyer's page, by a script": (lambda w: w.client.get(f"{inside(w)}/link", headers=HX), 401, "signed out"),
    "one's own token elsewhere": (lambda w: w.client.get(f"/invitations/{w.token}/"), 404, "cannot be used"),
}


def inside(world):
    return f"/o/{world.review.vendor.organization.slug}/vendors/{world.review.pk}"


@pytest.mark.parametrize("attempt", REFUSED)
def test_an_attempt_is_refused_and_changes_nothing(world, attempt):
    make, status, sentence = REFUSED[attempt]
    if isinstance(make, After):
        make.change(world)
    before = everything()

    response = make(world)

    text = said(response)
    assert (response.status_code, everything()) == (status, before)
    assert str(sentence) in text
    assert [secret for secret in SECRETS if secret in text] == []


# Attempts that are answers all the same. What is typed is kept as text; the buyer's side is as it was.
KEPT = {
    "ratings beside an answer": (lambda w: w.save("p95", **RATINGS), "p95"),
    "what the buyer heard": (lambda w: w.save("p95", **{f"{KEY}-rating_said": "x", "seen_at": "x"}), "p95"),
    "follow-ups beside an answer": (
        lambda w: w.save("p95", **{f"{KEY}-follow_up": "x", f"{KEY}-follow_up_version": "1", "follow_up": "x"}),
        "p95",
    ),
    "markup": (lambda w: w.save("<script>x()</script>"), "<script>x()</script>"),
    "template tags": (lambda w: w.save("{{ review.answers }}{% debug %}"), "{{ review.answers }}{% debug %}"),
    "NUL": (lambda w: w.save("p95\0 180 ms"), "p95 180 ms"),
    "Windows line ends": (lambda w: w.save("p95\r\np99"), "p95\np99"),
    "letters of every kind": (lambda w: w.save("日本 ﷽ 👩‍🔬 \u202eRTL"), "日本 ﷽ 👩‍🔬 \u202eRTL"),
    "SQL": (lambda w: w.save("'; DROP TABLE assessments_vendor; --"), "'; DROP TABLE assessments_vendor; --"),
    "without HTMX": (
        lambda w: w.post(f"answers/{KEY}", {f"{KEY}-said": "p95", f"{KEY}-said_version": "0"}),
        "p95",
    ),
}


@pytest.mark.parametrize("attempt", KEPT)
def test_an_answer_is_kept_as_text_and_nothing_else_is_touched(world, attempt):
    make, kept = KEPT[attempt]
    before = buyer_s()

    response = make(world)

    assert (response.status_code, buyer_s()) == (200, before)
    assert VendorAnswer.objects.get(review=world.review, question_key=KEY).vendor_said == kept
    page = said(world.get())
    assert "<script>x()" not in page
    assert "{% debug %}" in page or "debug" not in kept
    assert [secret for secret in SECRETS if secret in page + said(response)] == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\load.txt", "load.txt"),
        ("..%2f..%2fload.txt", "%2f..%2fload.txt"),
        ("a\nb\x1b.txt", "a"),
        ("\u202efdp.txt", "fdp.txt"),
        ("l" * 400 + ".txt", "l" * 196 + ".txt"),
        ('load".txt', 'load".txt'),
    ],
)
def test_a_name_that_is_a_path_or_a_trick_becomes_a_plain_name(world, sent, kept, private_media):
    before = buyer_s()

    assert world.attach(sent, b"p95 180 ms").status_code == 302

    evidence = VendorEvidence.objects.filter(by_vendor=True, answer__review=world.review).last()
    assert evidence.filename.startswith(kept)
    assert "/" not in evidence.filename
    assert "\\" not in evidence.filename
    assert all(character.isprintable() for character in evidence.filename)
    assert len(evidence.filename) <= 200
    assert evidence.file.path.startswith(f"{private_media}/evidence/")
    assert "txt" not in evidence.file.name
    response = world.get(f"evidence/{evidence.pk}")
    assert response["Content-Disposition"].startswith("attachment; ")
    assert "\n" not in response["Content-Disposition"]
    assert (response["Content-Security-Policy"], response["Cache-Control"]) == ("sandbox", "private, no-store")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert buyer_s() == before


@pytest.mark.usefixtures("stopped_clock")  # what is counted is counted by the minute
def test_guessing_is_slowed_down_and_the_right_token_is_not(world):
    world.client.defaults["REMOTE_ADDR"] = "203.0.113.8"  # counted apart from who guesses a report's link meanwhile
    statuses = [world.client.get(w.at(token=f"{GUESS}{number}")).status_code for number in range(63) for w in (world,)]

    assert statuses == [404] * 60 + [429] * 3
    limited = world.client.get(world.at(token=GUESS))
    assert "Too many addresses that lead nowhere" in said(limited)
    assert world.get().status_code == 200
    assert world.save("p95").status_code == 200


def test_the_pages_are_for_one_reader_and_for_no_index(world):
    answers = [
        world.get(),
        world.get("submit"),
        world.get(f"answers/{KEY}/evidence"),
        world.save("p95"),
        world.client.get(world.at(token=GUESS)),
    ]

    for response in answers:
        assert response["Cache-Control"] == "private, no-store"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "same-origin"  # the link is a secret
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"


def test_unknown_expired_revoked_and_deleted_look_all_the_same(world, buyer):
    tokens, expired = [GUESS, world.rival_token], VendorReview.objects.exclude(pk=world.rival.pk).get()
    links.revoke_link(world.rival, actor=buyer)
    VendorLink.objects.filter(review=expired).update(expires_at=timezone.now())
    elsewhere = make_vendor_review(make_organization(owner=buyer))
    tokens += [world.token, links.make_link(elsewhere, days=1, actor=buyer)]
    Organization.objects.filter(pk=elsewhere.vendor.organization_id).update(deleted_at=timezone.now())

    pages = {said(Client().get(world.at(token=token))).replace(token, "") for token in tokens}

    assert len({without_random(page) for page in pages}) == 1


def without_random(page):
    return re.sub(r'X-CSRFToken": "\w+', "", page)


def test_the_token_is_in_no_log(world, caplog):
    caplog.handler.addFilter(WithoutTokens())
    with caplog.at_level("INFO"):
        world.client.get(world.at(token=GUESS))
        world.save("x" * 20_000)
        world.client.put(world.at())
        without_csrf(world, "submit", {})
    assert len(caplog.messages) >= 4
    assert world.token not in caplog.text
    assert GUESS not in caplog.text
    assert "/v/…/answers/latency-target" in caplog.text


def test_the_token_is_in_no_row(world):
    world.save("p95")
    hand_in(world)

    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            assert world.token not in str(cursor.fetchall())
