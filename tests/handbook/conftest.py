"""A reader who is signed in, with an organization of their own."""

import pytest

from tests.factories import make_organization, make_user


@pytest.fixture
def reader(db):
    return make_user(name="Ines Halvorsen")


@pytest.fixture
def organization(reader):
    return make_organization(owner=reader, name="Kestrel Logistics", currency="EUR")


@pytest.fixture
def client(client, reader):
    client.force_login(reader)
    return client
