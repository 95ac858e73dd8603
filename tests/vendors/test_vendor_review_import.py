import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.organizations.models import Role
from assessments.vendors import services
from assessments.vendors.models import VendorAnswer
from tests.factories import make_membership, make_organization, make_user, make_vendor_review
from tests.vendors.workbooks import filled, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(client):
    owner = make_user()
    client.force_login(owner)
    return make_organization(owner=owner)


@pytest.fixture
def review(organization):
    return make_vendor_review(organization, name="Corvid")


def url(organization, review):
    return reverse("vendor_review_import", args=[organization.slug, review.pk])


def send(client, organization, review, content, name="answers.xlsx"):
    return client.post(url(organization, review), {"file": SimpleUploadedFile(name, content)})


def text(response):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", response.content.decode()))


def test_the_page_asks_for_the_file_and_offers_the_questions(client, organization, review):
    response = client.get(url(organization, review))

    assert response.status_code == 200
    assert "Import the answers of Corvid" in text(response)
    assert reverse("vendor_review_export", args=[organization.slug, review.pk]) in response.content.decode()


def test_the_review_leads_to_the_file_and_back(client, organization, review):
    filling = reverse("vendor_review_update", args=[organization.slug, review.pk])

    there = client.get(filling).content.decode()
    back = client.get(url(organization, review)).content.decode()

    for name in ("vendor_review_export", "vendor_review_import"):
        assert reverse(name, args=[organization.slug, review.pk]) in there
    assert filling in back


def test_the_report_names_what_was_taken_what_is_the_same_and_what_was_refused(client, organization, review):
    content = filled(
        review,
        {"preemption": "Every 10 minutes", "rollback-plan": "=1+1"},
        {"preemption": "https://a.example.com/drill"},
    )

    response = send(client, organization, review, content)

    assert response.status_code == 200
    shown = text(response)
    assert "1 answer and 1 link of Corvid taken" in shown
    assert "1 line was not taken" in shown
    assert "“Your answer” holds a formula; write the text itself." in shown
    assert "1 taken, 18 unchanged" in shown
    assert "1 link added." in shown
    assert said(review) == {"preemption": "Every 10 minutes"}


def test_both_texts_of_an_answer_that_changed_are_shown_as_text(client, organization, review):
    content = filled(review, {"preemption": "<b>File</b>"})
    VendorAnswer.objects.filter(question_key="preemption").update(vendor_said="<i>Here</i>", vendor_said_version=1)

    html = send(client, organization, review, content).content.decode()

    assert "&lt;b&gt;File&lt;/b&gt;" in html
    assert "&lt;i&gt;Here&lt;/i&gt;" in html
    assert "Nothing new from Corvid" in html


@pytest.mark.parametrize(
    ("content", "name", "status", "sentence"),
    [
        (b"%PDF-1.7", "answers.xlsx", 422, "The file is a PDF."),
        (b"", "answers.xlsx", 422, "The file is empty."),
        (b"PK\x03\x04" + b"x" * 5_500_000, "a.xlsx", 422, "The file is 5.2 MB; 5 MB is the most."),
        (b"PK\x03\x04" + b"x" * 23_000_000, "a.xlsx", 413, "The file is too large; 5 MB is the most."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    client, organization, review, content, name, status, sentence
):
    response = send(client, organization, review, content, name)

    assert response.status_code == status
    assert sentence in text(response)
    assert "Nothing was taken" in text(response)


def test_without_a_file_the_page_asks_for_one(client, organization, review):
    response = client.post(url(organization, review))

    assert response.status_code == 422
    assert "Choose the file that the vendor sent back." in text(response)


def test_a_complete_review_says_so_and_takes_nothing(client, organization, review):
    content = filled(review, {"preemption": "New"})
    services.complete_review(review, actor=review.created_by)

    page = client.get(url(organization, review))
    response = send(client, organization, review, content)

    assert "This review is complete and no longer changes." in text(page)
    assert 'type="file"' not in page.content.decode()
    assert response.status_code == 422
    assert said(review) == {}


def test_a_viewer_may_not(client, organization, review):
    client.force_login(make_membership(organization, role=Role.VIEWER).user)

    assert client.get(url(organization, review)).status_code == 403
    assert send(client, organization, review, b"").status_code == 403


def test_the_page_and_the_import_take_a_constant_number_of_queries(
    client, organization, review, django_assert_num_queries
):
    keys, link = ["latency-target", "workload-mix", "rollback-plan"], "https://a.example.com"
    one = filled(review, {"preemption": "A"}, {"preemption": link})
    three = filled(review, dict.fromkeys(keys, "B"), dict.fromkeys(keys, link))

    with django_assert_num_queries(4):
        client.get(url(organization, review))
    for content in (one, three):
        with django_assert_num_queries(15):
            send(client, organization, review, content)
