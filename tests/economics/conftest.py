import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.organizations.models import Role
from tests.factories import make_membership, make_organization, make_user


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def owner(db):
    return make_user(name="Ada Lovelace")


@pytest.fixture
def organization(owner):
    return make_organization(owner=owner, name="Kestrel Logistics", currency="EUR")


@pytest.fixture
def editor(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def viewer(client, organization):
    client.force_login(make_membership(organization, role=Role.VIEWER).user)
    return client


@pytest.fixture
def queries(client):
    """The queries of a page."""

    def count(address):
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        assert response.status_code == 200
        return len(captured)

    return count
