"""A directory with a token for SCIM."""

import pytest
from django.core.cache import cache

from tests.factories import make_user
from tests.scim.directory import directory_of


@pytest.fixture(autouse=True)
def uncounted():
    """Requests of one test do not count in the next."""
    cache.clear()


@pytest.fixture
def boss(db):
    return make_user(name="Sam Okafor", email="sam@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def directory(boss):
    return directory_of(boss)
