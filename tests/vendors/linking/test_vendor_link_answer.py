import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.vendors import services
from assessments.vendors.linking import answering, links
from assessments.vendors.models import VendorEvidence, VendorLink, VendorReview
from tests.factories import make_vendor_review

pytestmark = pytest.mark.django_db

KEY = "latency-target"
HX = {"HX-Request": "true"}


@pytest.fixture
def page(token):
    return reverse("vendor_link_answer", args=[token])


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def fields(key, said, version=0):
    return {f"{key}-said": said, f"{key}-said_version": str(version)}


def vendor_said(review, key=KEY):
    return review.answers.get(question_key=key).vendor_said


def test_the_page_says_who_asks_what_until_when_and_what_for(client, page, link):
    text = words(client.get(page))

    assert "Kestrel Logistics asks Corvid Compute" in text
    assert "20 questions about Managed inference." in text
    assert f"Open until {link.expires_at.day} {link.expires_at:%b %Y, %H:%M} UTC" in text
    assert "rates each answer and compares those it asks. You do not see the ratings." in text
    asked = answering.asked_of(link.review)
    for question in asked.values():
        assert question.ask_vendor in text
        assert f"What would prove it: {question.evidence}" in text
    assert len(asked) == 20


def test_it_needs_no_account_and_offers_none(client, page):
    html = client.get(page).content.decode()

    assert "/accounts/" not in html
    assert "Portfolio" not in html
    assert 'href="/o/' not in html


def test_every_answer_is_saved_on_its_own_and_the_progress_comes_along(client, page, review):
    response = client.post(f"{page}answers/{KEY}", fields(KEY, "p95 180 ms"), headers=HX)

    assert response.status_code == 200
    assert "Saved" in words(response)
    assert "1 of 20 answered" in words(response)
    assert f'name="{KEY}-said_version" value="1"' in response.content.decode()
    assert vendor_said(review) == "p95 180 ms"
    assert "p95 180 ms</textarea>" in client.get(page).content.decode()


def test_two_people_of_the_vendor_s_see_both_texts(client, page, review, buyer):
    services.record_rating(review, question=KEY, rating="1", actor=buyer, version=0)
    client.post(f"{page}answers/{KEY}", fields(KEY, "One of us"), headers=HX)

    response = client.post(f"{page}answers/{KEY}", fields(KEY, "Another of us"), headers=HX)

    assert response.status_code == 409
    assert "Someone else changed this at" in words(response)
    assert "One of us" in words(response)
    assert "Another of us" in words(response)
    assert "Ines" not in words(response)
    assert vendor_said(review) == "One of us"

    kept = client.post(f"{page}answers/{KEY}", fields(KEY, "Another of us", version=1), headers=HX)
    assert kept.status_code == 200
    assert vendor_said(review) == "Another of us"


def test_the_button_saves_the_whole_page_without_javascript(client, page, review):
    response = client.post(page, fields(KEY, "p95 180 ms") | fields("workload-mix", "") | fields("preemption", "Yes"))

    assert response.url == page
    assert "Saved." in client.get(page).content.decode()
    assert (vendor_said(review), vendor_said(review, "preemption")) == ("p95 180 ms", "Yes")
    assert review.answers.get(question_key="workload-mix").vendor_at is None


def test_what_the_whole_page_could_not_save_is_still_there_with_its_reason(client, page, link, review):
    answering.record_answer(link, question=answering.asked_of(review)[KEY], said="Theirs", version=0)

    response = client.post(page, fields(KEY, "Mine") | fields("preemption", "x" * 10_001) | fields("workload-mix", "A"))

    html = response.content.decode()
    assert response.status_code == 422
    assert "2 answers are not saved" in words(response)
    assert ">Mine</textarea>" in html
    assert "Theirs" in html
    assert f">{'x' * 10_001}</textarea>" in html
    assert "This answer has 10,001 characters; 10,000 is the most." in html
    assert vendor_said(review, "workload-mix") == "A"


def test_a_page_that_comes_too_late_keeps_what_was_typed(client, page, link, review):
    answering.submit(link)

    response = client.post(page, fields(KEY, "Too late"))

    assert response.status_code == 422
    assert ">Too late</textarea>" in response.content.decode()
    assert str(answering.SUBMITTED) in words(response)
    assert vendor_said(review) == ""


def test_the_buttons_of_the_page_save_first_and_go_on(client, page, link, review):
    evidence = answering.add_link(link, question=KEY, title="Load test", url="https://example.com/load")

    assert client.post(page, fields(KEY, "1") | {"then": f"evidence:{KEY}"}).url == f"{page}answers/{KEY}/evidence"
    assert client.post(page, fields(KEY, "2", 1) | {"then": "submit"}).url == f"{page}submit"
    assert client.post(page, fields(KEY, "3", 2) | {"then": f"remove:{evidence.pk}"}).url == f"{page}#{KEY}"
    assert vendor_said(review) == "3"
    assert not VendorEvidence.objects.exists()


def test_evidence_is_attached_listed_handed_out_and_removed(client, page, review):
    sent = {"file": SimpleUploadedFile("load.pdf", b"%PDF-1.7\nload"), "title": "Load test"}
    added = client.post(f"{page}answers/{KEY}/evidence", sent, headers=HX)
    evidence = VendorEvidence.objects.get()
    assert (evidence.by_vendor, evidence.created_by, evidence.title) == (True, None, "Load test")
    assert f'id="{KEY}-evidence" hx-swap-oob="true"' in added.content.decode()
    assert "1 of 20 answered" in words(added)
    assert review.answers.get(question_key=KEY).is_new

    download = client.get(f"{page}evidence/{evidence.pk}")
    assert b"".join(download.streaming_content) == b"%PDF-1.7\nload"
    assert download["Content-Disposition"] == 'attachment; filename="load.pdf"'

    removed = client.post(f"{page}evidence/{evidence.pk}/remove", headers=HX)
    assert "0 of 20 answered" in words(removed)
    assert not VendorEvidence.objects.exists()


def test_the_form_of_evidence_is_a_dialog_or_a_page(client, page):
    dialog, alone = client.get(f"{page}answers/{KEY}/evidence", headers=HX), client.get(f"{page}answers/{KEY}/evidence")

    assert dialog.content.decode().lstrip().startswith("<dialog")
    assert "Evidence for question 2" in words(dialog)
    assert "<title>Evidence for question 2" in alone.content.decode()
    assert "HX-Request" in alone["Vary"]


def test_a_removal_that_comes_too_late_reloads_the_page_and_says_why(client, page, link):
    evidence = answering.add_link(link, question=KEY, title="Load test", url="https://example.com/load")
    answering.submit(link)

    response = client.post(f"{page}evidence/{evidence.pk}/remove", headers=HX)

    assert response["HX-Refresh"] == "true"
    assert str(answering.SUBMITTED) in words(client.get(page))


def test_submitting_names_what_is_unanswered_and_then_the_page_is_for_reading(client, page, link, review):
    question = answering.asked_of(review)[KEY]
    answering.record_answer(link, question=question, said="p95 <180 ms>", version=0)
    answering.add_link(link, question="workload-mix", title="Usage report", url="https://example.com/usage")
    confirm = words(client.get(f"{page}submit"))
    assert "2 of 20 questions are answered." in confirm
    assert f"2. {question.ask_vendor}" not in confirm
    assert answering.asked_of(review)["preemption"].ask_vendor in confirm

    refused = client.post(f"{page}submit", {"role": "Head of platform"})
    assert (refused.status_code, "Say who you are." in words(refused)) == (422, True)
    assert 'value="Head of platform"' in refused.content.decode()
    assert VendorLink.objects.get().submitted_at is None
    assert client.post(f"{page}submit", {"name": "Tomas Berg"}).url == page

    html, text = client.get(page).content.decode(), words(client.get(page))
    submitted = VendorLink.objects.get().submitted_at
    assert f"Submitted on {submitted.day} {submitted:%b %Y} at {submitted:%H:%M} UTC" in text
    assert "p95 &lt;180 ms&gt;" in html
    assert "Usage report" in text
    assert text.count("Not answered.") == 18
    assert "<textarea" not in html
    assert "<button" not in re.sub(r"<footer.*</footer>", "", html, flags=re.S)  # but for the languages
    assert client.get(f"{page}submit").url == page
    assert VendorReview.objects.get().status == "open"


def test_a_new_link_after_submitting_goes_on_from_the_answers(client, page, link, review, buyer):
    answering.record_answer(link, question=answering.asked_of(review)[KEY], said="p95 180 ms", version=0)
    answering.submit(link)

    again = f"/v/{links.make_link(review, days=14, actor=buyer)}/"

    assert client.get(page).status_code == 404
    assert "p95 180 ms</textarea>" in client.get(again).content.decode()
    assert client.post(f"{again}answers/{KEY}", fields(KEY, "p95 120 ms", 1), headers=HX).status_code == 200


def test_a_closed_review_is_read_only_and_says_by_whom(client, page, link, review, buyer):
    answering.record_answer(link, question=answering.asked_of(review)[KEY], said="p95 180 ms", version=0)
    services.complete_review(review, actor=buyer)

    html = client.get(page).content.decode()

    assert "Closed by Kestrel Logistics" in html
    assert "p95 180 ms" in html
    assert "<textarea" not in html


def test_facilities_are_asked_where_they_are_a_question(client, review, buyer):
    own = make_vendor_review(review.vendor.organization, name="Cage Nine", hosting_model="colocation")
    page = f"/v/{links.make_link(own, days=14, actor=buyer)}/"

    assert "Facilities reality" in client.get(page).content.decode()
    response = client.post(f"{page}answers/cooling-method", fields("cooling-method", "Liquid"), headers=HX)
    assert response.status_code == 200


def test_someone_signed_in_is_shown_what_a_vendor_is_shown(client, page, buyer):
    anonymous = client.get(page).content.decode()
    client.force_login(buyer)

    signed_in = client.get(page).content.decode()

    without = r'X-CSRFToken": "\w+|value="\w{64}"|name="request_key" value="[^"]+"'
    assert re.sub(without, "", signed_in) == re.sub(without, "", anonymous)


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_depend_on_what_is_there(client, page, link, number, django_assert_num_queries):
    for key in list(answering.asked_of(link.review))[:number]:
        for _ in range(number):
            answering.add_link(link, question=key, title="x", url="https://example.com")

    with django_assert_num_queries(5):  # the link, its opening, the answers, their evidence, the asker's team
        client.get(page)
    with django_assert_num_queries(3):
        client.get(f"{page}submit")


def test_saving_takes_eight_queries(client, page):
    client.post(f"{page}answers/{KEY}", fields(KEY, "p95"), headers=HX)

    with CaptureQueriesContext(connection) as queries:
        client.post(f"{page}answers/{KEY}", fields(KEY, "p95 180 ms", 1), headers=HX)

    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 8


BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User-Agent": "WhatsApp/2.23.20.0"},
        {"User-Agent": f"{BROWSER} facebookexternalhit/1.1 Facebot Twitterbot/1.0"},
        {"User-Agent": "Mozilla/5.0 (compatible; SkypeUriPreview Preview/0.5)"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": BROWSER, "Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_a_program_that_only_looks_does_not_count_as_an_opening(client, page, link, headers):
    assert client.get(page, headers=headers).status_code == 200
    assert client.head(page, headers={"User-Agent": BROWSER}).status_code == 200

    assert VendorLink.objects.get(pk=link.pk).opened_at is None


def test_a_browser_counts_as_an_opening_and_so_does_whoever_answers(client, page, link):
    client.get(page, headers={"User-Agent": BROWSER})
    assert VendorLink.objects.get(pk=link.pk).opened_at is not None

    VendorLink.objects.update(opened_at=None)
    client.post(f"{page}answers/{KEY}", fields(KEY, "180 ms"), headers=HX | {"User-Agent": "curl/8.5.0"})
    assert VendorLink.objects.get(pk=link.pk).opened_at is not None


def test_submitting_mails_whoever_made_the_link_once(
    client, page, link, mailoutbox, django_capture_on_commit_callbacks
):
    client.post(f"{page}answers/{KEY}", fields(KEY, "p95 180 ms"), headers=HX)

    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"{page}submit", {"name": "Tomas Berg"})

    [mail] = mailoutbox
    assert mail.to == [link.created_by.email]
    assert mail.subject == "Corvid Compute has answered"
    assert "1 of 20 questions answered" in mail.body
    assert f"/vendors/{link.review_id}/" in mail.body
