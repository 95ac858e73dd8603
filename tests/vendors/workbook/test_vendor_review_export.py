import io

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.vendors.workbook.sheets import QUESTIONS
from tests.factories import make_membership, make_organization, make_vendor_review

pytestmark = pytest.mark.django_db


def download(client, organization, review):
    return client.get(reverse("vendor_review_export", args=[organization.slug, review.pk]))


@pytest.fixture
def organization(client):
    organization = make_organization()
    client.force_login(make_membership(organization, role=Role.VIEWER).user)
    return organization


def test_a_viewer_takes_the_questions_along_and_that_is_recorded(client, organization):
    response = download(client, organization, make_vendor_review(organization, name="Corvid"))

    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Content-Disposition"] == f'attachment; filename="Corvid, {timezone.localdate()}.xlsx"'
    assert (response["Cache-Control"], response["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert len(book.get_sheet_by_name(QUESTIONS).to_python()) == 21
    entry = AuditEvent.objects.get(action="list-exported")
    assert (entry.subject, entry.organization) == ("Questions to Corvid", organization)


@pytest.mark.parametrize(
    ("name", "filename"),
    [
        ("../../etc/passwd", 'attachment; filename="etc passwd, {}.xlsx"'),
        ('A"B\r\nSet-Cookie: x', 'attachment; filename="A B Set-Cookie x, {}.xlsx"'),
        ("...", 'attachment; filename="file, {}.xlsx"'),
        ("K" * 120, f'attachment; filename="{"K" * 100}, {{}}.xlsx"'),
        ("Müller", "attachment; filename*=utf-8''M%C3%BCller%2C%20{}.xlsx"),
    ],
)
def test_the_file_has_a_name_that_every_system_can_store(client, organization, name, filename):
    response = download(client, organization, make_vendor_review(organization, name=name))

    assert response["Content-Disposition"] == filename.format(timezone.localdate())


def test_a_complete_review_can_be_taken_along(client, organization):
    assert download(client, organization, make_vendor_review(organization, complete=True)).status_code == 200


def test_a_review_of_others_is_not_found(client, organization):
    assert download(client, organization, make_vendor_review()).status_code == 404


def test_the_download_takes_the_same_queries_with_one_answer_and_with_many(
    client, organization, django_assert_num_queries
):
    one = make_vendor_review(organization, ratings={"preemption": "1"})
    many = make_vendor_review(organization, ratings=dict.fromkeys(["preemption", "workload-mix", "rollback-plan"], "1"))

    for review in (one, many):
        with django_assert_num_queries(8):
            download(client, organization, review)
