"""An organization comes in from another installation through the administration: looked through first, then taken."""

import io
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import AuditEvent, Membership, Organization, Role
from assessments.reports.archives import write_archive
from tests.factories import make_membership, make_organization, make_scorecard, make_user

pytestmark = pytest.mark.django_db

URL = "/admin/assessments/organization/import/"


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def administrator(client):
    user = make_user(name="Root", email="root@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def export():
    """The bytes of an export of an organization that is here no more; its second member has no account any more."""
    kofi = make_user(name="Kofi Mensah", email="kofi@example.com")
    organization = make_organization(owner=make_user(name="Ada", email="ada@example.com"), name="Kestrel Logistics")
    make_membership(organization, kofi, role=Role.VIEWER)
    make_scorecard(organization, levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    stream = io.BytesIO()
    write_archive(organization, stream)
    Organization.objects.filter(pk=organization.pk).update(deleted_at=datetime(2020, 1, 1, tzinfo=UTC))
    Organization.objects.get(pk=organization.pk).delete()
    kofi.delete()
    return stream.getvalue()


def send(client, content, **fields):
    return client.post(URL, {"file": SimpleUploadedFile("export.zip", content), **fields})


def seen_in(response):
    return response.context["form"].initial["seen"]


def test_the_list_leads_there(client, administrator):
    assert f'href="{URL}"' in client.get(reverse("admin:assessments_organization_changelist")).content.decode()


def test_the_file_is_looked_through_line_by_line_and_nothing_is_there_yet(client, administrator, export, private_media):
    response = send(client, export)

    assert response.status_code == 200
    lines = response.context["lines"]
    assert lines[0].startswith("Kestrel Logistics, at /o/kestrel-logistics")
    assert {"One scorecard.", "Eight responses.", "Ada, ada@example.com, has an account here."} <= set(lines)
    assert "Kofi Mensah, kofi@example.com, has no account here and is kept by name." in lines
    assert "One membership left without effect, as nobody here stands for them." in lines
    assert not Organization.objects.exists()
    assert not Membership.objects.exists()
    assert not AuditEvent.objects.filter(action="organization-imported").exists()
    assert not [path for path in private_media.rglob("*") if path.is_file()]


def test_the_same_file_once_more_is_taken(client, administrator, export):
    response = send(client, export, seen=seen_in(send(client, export)))

    organization = Organization.objects.get()
    assert response.url == reverse("admin:assessments_organization_change", args=[organization.pk])
    assert organization.scorecards.signed_off().count() == 1
    assert AuditEvent.objects.get(action="organization-imported").actor == administrator


def test_another_file_than_the_one_looked_through_is_looked_through_first(client, administrator, export):
    response = send(client, export, seen="0" * 64)

    assert response.context["lines"]
    assert not Organization.objects.exists()


def test_what_is_refused_is_said_with_its_reason(client, administrator, export):
    response = send(client, b"no archive")

    assert response.status_code == 422
    assert "The file is no export of an organization" in response.content.decode()
    assert response.context["lines"] == []


def test_no_file_and_one_that_is_too_large_are_said(client, administrator, settings):
    assert "Choose the ZIP that the settings" in client.post(URL, {}).content.decode()
    settings.EVIDENCE_MAX_BYTES = 1024

    response = send(client, b"x" * 2 * 1024 * 1024)

    assert response.status_code == 422
    assert "manage.py import_organization FILE does the same" in response.content.decode()


def test_staff_with_every_right_short_of_a_superuser_s_are_kept_out(client, export):
    """The file says who belongs to the organization: whoever takes it could let themselves in anywhere by name."""
    staff = make_user(email="stef@example.com", is_staff=True)
    staff.user_permissions.set(Permission.objects.all())
    client.force_login(staff)

    assert client.get(URL).status_code == 403
    assert send(client, export).status_code == 403
    assert URL not in client.get(reverse("admin:assessments_organization_changelist")).content.decode()
    assert not Organization.objects.exists()
