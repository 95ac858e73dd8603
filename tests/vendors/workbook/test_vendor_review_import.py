import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.organizations.models import Role
from assessments.vendors import services
from assessments.vendors.incoming.reports import HEADER
from assessments.vendors.models import VendorAnswer, VendorImport
from assessments.vendors.readings import read_review
from tests.factories import make_membership, make_organization, make_user, make_vendor_review
from tests.vendors.workbooks import cell_of, changed, filled, said

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
    return client.post(url(organization, review), {"file": SimpleUploadedFile(name, content)}, follow=True)


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


def test_a_file_made_for_another_client_is_read_once_that_was_asked(client, organization, review):
    other = make_vendor_review(make_organization(owner=review.created_by, name="Heron Health"), name="Corvid")
    content = filled(other, {"preemption": "40 s"})

    asked = send(client, organization, review, content)

    assert asked.status_code == 422
    assert f"This workbook was made for Corvid at Heron Health. Read it for Corvid at {organization}?" in text(asked)
    assert said(review) == {}
    fields = {"file": SimpleUploadedFile("answers.xlsx", content), "made_for": str(other.pk)}
    assert f'name="made_for" value="{other.pk}"' in asked.content.decode()

    report = client.post(url(organization, review), fields, follow=True)

    assert said(review) == {"preemption": "40 s"}
    assert "Heron" not in text(report)


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

    for content in (one, three):
        with django_assert_num_queries(5):
            client.get(url(organization, review))
        with django_assert_num_queries(16):
            response = client.post(url(organization, review), {"file": SimpleUploadedFile("a.xlsx", content)})
        with django_assert_num_queries(4):
            client.get(response.url)


# ---- The report, kept


def test_what_the_file_holds_besides_is_in_the_report_with_its_words(client, organization, review):
    def remark(sheet):
        sheet["H9"] = "<i>Only</i> under NDA"

    html = send(client, organization, review, changed(review, remark)).content.decode()

    assert "Also in the file" in html
    assert "&lt;i&gt;Only&lt;/i&gt; under NDA" in html


def test_the_report_stays_and_can_be_taken_along(client, organization, review):
    def remark(sheet):
        cell_of(sheet, "preemption").value = "Every 10 minutes"
        sheet["H9"] = "@Ada: under NDA"

    address = send(client, organization, review, changed(review, remark), "Corvid back.xlsx").redirect_chain[-1][0]
    client.force_login(make_membership(organization, role=Role.VIEWER).user)

    assert "1 answer of Corvid taken" in text(client.get(address))
    response = client.get(f"{address}/csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == list(HEADER)
    assert ["Questions", "H9", "cell", read_review(review).question("preemption").ask, "Not taken."] in [
        row[:5] for row in rows
    ]
    assert [row[5] for row in rows if row[1] == "H9"] == ["'@Ada: under NDA"]
    assert len([row for row in rows if row[2] == "answer"]) == 20


def test_reports_are_listed_where_the_next_file_is_imported(client, organization, review):
    send(client, organization, review, filled(review, {"preemption": "A"}), "first.xlsx")

    assert "first.xlsx" in text(client.get(url(organization, review)))


def test_the_file_s_words_are_taken_after_both_were_seen(client, organization, review):
    content = filled(review, {"preemption": "From the file"})
    VendorAnswer.objects.filter(question_key="preemption").update(vendor_said="From the link", vendor_said_version=1)
    response = send(client, organization, review, content)
    report = VendorImport.objects.get()
    assert "Take the words of the file" in text(response)
    take = reverse("vendor_import_take", args=[organization.slug, report.pk])

    response = client.post(take, {"question": "preemption"}, follow=True)

    assert said(review) == {"preemption": "From the file"}
    assert "Take the words of the file" not in text(response)
    assert "From the link" in text(response)  # what stood there before
    assert client.post(take, {"question": "preemption"}).status_code == 422


def test_an_answer_that_changed_once_more_is_not_overwritten(client, organization, review):
    content = filled(review, {"preemption": "From the file"})
    row = VendorAnswer.objects.filter(question_key="preemption")
    row.update(vendor_said="From the link", vendor_said_version=1)
    send(client, organization, review, content)
    row.update(vendor_said="Newer", vendor_said_version=2)
    take = reverse("vendor_import_take", args=[organization.slug, VendorImport.objects.get().pk])

    response = client.post(take, {"question": "preemption"})

    assert response.status_code == 422
    assert "has changed again" in text(response)
    assert said(review) == {"preemption": "Newer"}


def test_a_report_of_others_is_not_found(client, organization):
    theirs = make_vendor_review()
    report = VendorImport.objects.create(
        review=theirs, filename="a.xlsx", report={"lines": [], "notes": [], "left": []}
    )

    for name in ("vendor_import_detail", "vendor_import_download"):
        assert client.get(reverse(name, args=[organization.slug, report.pk])).status_code == 404
