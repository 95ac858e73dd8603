import pytest

from assessments.organizations.models import Role
from assessments.rounds.rating import links
from tests.factories import make_membership, make_organization, make_rater, make_round, make_scorecard, make_user


@pytest.fixture
def owner():
    return make_user(name="Ines Halvorsen", email="ines@example.com")


@pytest.fixture
def organization(owner):
    return make_organization(owner=owner, name="Kestrel Logistics")


@pytest.fixture
def scorecard(organization):
    return make_scorecard(organization)


@pytest.fixture
def editor(organization):
    return make_membership(organization, make_user(name="Joao Pires"), role=Role.EDITOR).user


@pytest.fixture
def viewer(organization):
    return make_membership(organization, make_user(name="Mark Ellison"), role=Role.VIEWER).user


@pytest.fixture
def asked(scorecard):
    """An open round that nobody is asked in yet."""
    return make_round(scorecard)


@pytest.fixture
def rater(asked, viewer):
    """A viewer who is asked, and has said nothing yet."""
    found = make_rater(asked, user=viewer, role="Chief financial officer")
    type(found).objects.update(finished_at=None)
    found.refresh_from_db()
    found.round = asked
    return found


@pytest.fixture
def by_link(asked):
    found = make_rater(asked, name="Sofia Lindqvist", role="Security lead")
    type(found).objects.filter(pk=found.pk).update(finished_at=None)
    return found


@pytest.fixture
def token(by_link, owner):
    return links.make_link(by_link, days=14, actor=owner)
