"""An organization with an open assessment, its owner's program, and one of its own."""

import pytest
from django.core.cache import cache

from tests.api.calls import machine, personal
from tests.factories import make_organization, make_scorecard


@pytest.fixture(autouse=True)
def uncounted():
    """Requests of one test do not count in the next."""
    cache.clear()


@pytest.fixture
def organization(db):
    return make_organization(name="Kestrel Logistics")


@pytest.fixture
def scorecard(organization):
    return make_scorecard(organization)


@pytest.fixture
def owner(organization):
    return organization.created_by


@pytest.fixture
def program(owner):
    """The owner's own, which reads and writes."""
    return personal(owner)


@pytest.fixture
def pipeline(organization):
    """An editor of its own."""
    return machine(organization)
