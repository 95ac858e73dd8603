"""An organization with a framework of its own: every page follows its categories, its maximum and its line."""

import pytest
from django.urls import reverse

from assessments.dashboards.standings.models import OrganizationStanding
from assessments.platform.frameworks.models import KeptFramework
from tests.factories import make_organization, make_scorecard, make_user
from tests.frameworks import KEY


@pytest.fixture
def owner(db):
    return make_user(name="Ada Lovelace")


@pytest.fixture
def organization(bank, owner):
    return make_organization(owner=owner, name="Aldgate", framework_key=KEY)


def test_its_assessment_has_nine_categories_and_its_line(organization, day):
    make_scorecard(organization, levels=[1] * 7 + [2, 2], signed_off_at=day(2026, 3, 10))

    kept = OrganizationStanding.objects.get(organization=organization)

    assert (kept.proven, kept.maximum, kept.line, kept.flag) == (11, 18, 12, "risk")
    assert KeptFramework.objects.get().files.keys() == {"scorecard.yaml"}


@pytest.mark.parametrize("signed_off", [False, True])
def test_its_pages_say_so(client, organization, owner, day, signed_off):
    at = day(2026, 3, 10) if signed_off else None
    scorecard = make_scorecard(organization, levels=[2] * 5 + [1] * 4, signed_off_at=at)
    client.force_login(owner)
    slug = organization.slug

    for name, args in (
        ("scorecard_detail", [slug, scorecard.pk]),
        ("organization_detail", [slug]),
        ("scorecard_list", [slug]),
        ("target_update", [slug]),
        ("earlier_assessment_create", [slug]),
        ("scorecard_prepare", [slug, scorecard.pk]),
        ("nist_detail", [slug, scorecard.pk]),
        ("organization_list", []),
        ("portfolio_picture", []),
    ):
        page = client.get(reverse(name, args=args))
        assert page.status_code == 200, name
        assert "of 16" not in page.content.decode(), name
        assert "line at 10" not in page.content.decode(), name
