import pytest

from assessments.reports.models import Report
from assessments.reports.sharing import links
from tests.factories import make_organization, make_user
from tests.reports.made import make_ready_report


@pytest.fixture
def owner():
    return make_user(name="Ines Halvorsen", email="ines@example.com")


@pytest.fixture
def organization(owner):
    return make_organization(owner=owner, name="Kestrel Logistics")


@pytest.fixture
def report(organization) -> Report:
    return make_ready_report(organization)


@pytest.fixture
def token(report, owner):
    return links.make_link(report.organization, report=report, days=14, actor=owner)
