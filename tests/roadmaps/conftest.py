from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.organizations.models import Role
from assessments.saving.uploads import check_upload
from tests.factories import make_membership, make_organization, make_roadmap, make_scorecard, make_user

LEVELS = (2, 1, 0, 1, 2, 1, 2, 0)  # 9 of 16


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def upload():
    return lambda name, content: check_upload(SimpleUploadedFile(name, content))


@pytest.fixture
def owner(db):
    return make_user(name="Ada Lovelace")


@pytest.fixture
def organization(owner):
    return make_organization(owner=owner, name="Kestrel Logistics")


@pytest.fixture
def colleague(organization):
    return make_membership(organization, make_user(name="Tom Okafor"), role=Role.EDITOR).user


@pytest.fixture
def scorecard(organization):
    return make_scorecard(organization, levels=LEVELS, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))


@pytest.fixture
def roadmap(scorecard):
    """Without any item."""
    return make_roadmap(scorecard, items=0)


@pytest.fixture
def editor(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def queries(client):
    """The queries of a page, with the answer's status."""

    def count(address):
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        assert response.status_code == 200
        return len(captured)

    return count
