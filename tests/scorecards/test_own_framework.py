"""An organization with a framework of its own: every page follows its categories, its maximum and its line."""

import pytest
from django.urls import reverse

from assessments.dashboards.standings.models import OrganizationStanding
from assessments.platform.frameworks.models import KeptFramework
from assessments.reports.files import make as make_file
from assessments.reports.services import request_report
from tests.factories import (
    make_organization,
    make_roadmap,
    make_round,
    make_scenario,
    make_scorecard,
    make_user,
    make_vendor_review,
)
from tests.frameworks import KEY, VERSION


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


def test_what_stands_beside_its_assessment_follows_it(client, organization, owner, day):
    scorecard = make_scorecard(organization, levels=[1] * 7 + [0, 2], signed_off_at=day(2026, 3, 10))
    roadmap = make_roadmap(scorecard)
    review = make_vendor_review(organization)
    scenario = make_scenario(organization)
    round_ = make_round(make_scorecard(organization))
    client.force_login(owner)
    slug = organization.slug

    for name, args in (
        ("roadmap_detail", [slug, roadmap.pk]),
        ("vendor_review_list", [slug]),
        ("vendor_review_detail", [slug, review.pk]),
        ("calculator_list", [slug]),
        ("scenario_detail", [slug, scenario.pk]),
        ("round_detail", [slug, round_.pk]),
        ("organization_detail", [slug]),
        ("scorecard_update", [slug, round_.scorecard_id]),
        ("scorecard_compare", [slug]),
        ("report_list", [slug]),
        ("handbook_list", []),
    ):
        page = client.get(reverse(name, args=args), follow=True)
        assert page.status_code == 200, name
        assert "of 16" not in page.content.decode(), name
    assert review.framework_key == "ai-infrastructure"  # the bank has no questions of its own
    assert (scenario.framework_key, roadmap.framework_key) == (KEY, KEY)


@pytest.mark.parametrize("kind", ["pptx", "docx", "xlsx", "json"])
def test_its_report_in_every_format_counts_to_its_maximum(organization, day, kind):
    scorecard = make_scorecard(organization, levels=[1] * 8 + [2], signed_off_at=day(2026, 3, 10))
    report = request_report(scorecard, actor=organization.created_by, kind=kind)

    made = make_file(report.snapshot, kind)

    assert report.snapshot["result"]["maximum"] == 18
    assert len(report.snapshot["categories"]) == 9
    assert made.content


@pytest.mark.parametrize("page", ["scorecard_create", "scorecard_upgrade"])
def test_after_its_folder_was_changed_the_next_assessment_is_refused_in_a_sentence(
    client, bank, organization, owner, day, page
):
    signed = make_scorecard(organization, levels=[1] * 9, signed_off_at=day(2026, 3, 10))
    path = bank / KEY / VERSION / "scorecard.yaml"
    path.write_text(path.read_text("utf-8").replace("Bank AI Scorecard", "Another Scorecard"), encoding="utf-8")
    client.force_login(owner)
    place = [organization.slug, *([signed.pk] if page == "scorecard_upgrade" else [])]

    response = client.post(reverse(page, args=place), follow=True)

    (said,) = [str(message) for message in response.context["messages"]]
    assert said.startswith("The folder of Bank AI Scorecard 1 was changed after something began to use it.")
    assert list(organization.scorecards.all()) == [signed]
