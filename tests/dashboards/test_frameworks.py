"""Organizations of two frameworks in one portfolio: their points are never mixed without saying so."""

import csv
import io

import pytest
from django.urls import reverse

from assessments import framework
from assessments.dashboards.comparing.movement import movement
from assessments.dashboards.comparing.weakest import category_counts, score_counts
from assessments.dashboards.portfolio.queries import with_organizations
from assessments.dashboards.spread import spread
from assessments.dashboards.standings.models import OrganizationStanding
from assessments.organizations.models import Organization
from assessments.platform.frameworks import keeping
from assessments.platform.frameworks.models import KeptFramework
from assessments.scorecards.models import AnswerRequest
from tests.factories import make_organization, make_scorecard
from tests.frameworks import KEY, bank_scorecard, write_bank


@pytest.fixture
def mixed(bank, owner, day):
    """Two by the product's own framework, one by the bank's."""
    at = day(2026, 3, 10)
    kestrel, larkfield = (make_organization(owner=owner, name=name) for name in ("Kestrel", "Larkfield"))
    aldgate = make_organization(owner=owner, name="Aldgate Bank", framework_key=KEY)
    make_scorecard(kestrel, levels=[1] * 8, signed_off_at=at)
    make_scorecard(larkfield, levels=[2] * 8, signed_off_at=at)
    make_scorecard(aldgate, levels=[1] * 8 + [2], signed_off_at=at)
    return kestrel, larkfield, aldgate


def test_the_list_says_of_how_many_points_and_per_cent(client, mixed):
    text = client.get("/").content.decode()

    assert "of 18 by Bank AI Scorecard, 55% proven" in text
    assert "By another framework:" in text
    assert "10 of 18 proven, 55%" in text


def test_the_spread_has_one_scale_and_names_the_others(mixed):
    found = spread(with_organizations(list(OrganizationStanding.objects.order_by("name_sort")), spend=False))

    assert (found.maximum, found.is_own_scale) == (16, False)
    assert [standing.row.organization.name for standing in found.standings] == ["Kestrel", "Larkfield"]
    assert [row.organization.name for row in found.elsewhere] == ["Aldgate Bank"]


def test_a_portfolio_of_one_own_framework_has_its_scale(client, mixed):
    kestrel, larkfield, _ = mixed
    Organization.objects.filter(pk__in=[kestrel.pk, larkfield.pk]).update(deleted_at="2026-01-01T00:00Z")
    rows = OrganizationStanding.objects.current()

    found = spread(with_organizations(list(rows), spend=False))

    assert (found.maximum, found.is_own_scale, len(found.means)) == (18, True, 9)
    assert [column.score for column in found.columns if column.is_line] == [12]


def test_what_is_counted_is_of_the_framework_that_most_use(mixed):
    everybody = Organization.objects.all()

    counts, (scores, elsewhere) = category_counts(everybody), score_counts(everybody)

    assert {count.total for count in counts} == {2}
    assert [(score.score, score.number) for score in scores if score.number] == [(8, 1), (16, 1)]
    assert elsewhere == (
        "By AI Infrastructure Scorecard. One organization is scored by another framework and not counted here."
    )


def test_whoever_changed_the_framework_has_not_moved(mixed, day, owner):
    _, _, aldgate = mixed
    aldgate.framework_key = ""
    aldgate.save()
    make_scorecard(aldgate, levels=[2] * 8, signed_off_at=day(2026, 6, 10))

    found = movement(Organization.objects.all(), day(2026, 4, 1).date())

    assert (found.compared, found.crossed_up) == (2, ())
    assert OrganizationStanding.objects.get(organization=aldgate).change is None


def test_side_by_side_they_are_compared_by_per_cent(client, mixed):
    kestrel, _, aldgate = mixed

    text = client.get(f"/compare/?o={kestrel.slug}&o={aldgate.slug}").content.decode()

    assert "Aldgate Bank has proven most by per cent of different scales: 55%." in text
    assert "They are scored by different frameworks." in text
    assert "of 18 proven, 55%" in text
    assert "of 16 proven, 50%" in text
    assert "Model risk" in text


def test_the_export_has_maximum_and_per_cent_and_framework(client, mixed):
    content = b"".join(client.get(reverse("portfolio_export")).streaming_content).decode("utf-8-sig")

    rows = {row["Organization"]: row for row in csv.DictReader(io.StringIO(content))}
    named = ("Out of", "Proven, per cent", "Framework")
    assert [rows["Aldgate Bank"][name] for name in named] == ["18", "55", KEY]
    assert [rows["Kestrel"][name] for name in named] == ["16", "50", "ai-infrastructure"]
    levels = ("Cost: proven", "Model risk: claimed", "Model risk: proven")
    assert [rows["Aldgate Bank"][name] for name in levels] == ["1", "2", "2"]
    assert [rows["Kestrel"][name] for name in levels] == ["1", "", ""]


def test_what_waits_is_called_by_its_own_framework(client, bank, owner):
    aldgate = make_organization(owner=owner, name="Aldgate Bank", framework_key=KEY)
    response = make_scorecard(aldgate).responses.get(category_key="model-risk")
    AnswerRequest.objects.create(response=response, asked=owner, asked_by=owner)

    page = client.get(reverse("waiting_list")).content.decode()

    assert "Model risk" in page
    address = reverse("scorecard_update", args=[aldgate.slug, response.scorecard_id])
    assert f'href="{address}#model-risk"' in page


def test_what_is_scored_by_a_retired_framework_stays_its(client, mixed, owner, day):
    kestrel, larkfield, aldgate = mixed
    second = make_organization(owner=owner, name="Bishopsgate Bank", framework_key=KEY)
    make_scorecard(second, levels=[1] * 8 + [0], signed_off_at=day(2026, 3, 10))
    Organization.objects.filter(pk__in=[kestrel.pk, larkfield.pk]).update(deleted_at="2026-01-01T00:00Z")
    keeping.retire(KeptFramework.objects.get())

    text = client.get("/").content.decode()
    compared = client.get(f"/compare/?o={aldgate.slug}&o={second.slug}").content.decode()
    counts = category_counts(Organization.objects.current())
    scores, elsewhere = score_counts(Organization.objects.current())

    assert "of 18 by Bank AI Scorecard, 55% proven" in text
    assert "Model risk" in text
    assert "Model risk" in compared
    assert ({count.total for count in counts}, len(scores), elsewhere) == ({2}, 19, "")


def test_a_version_with_fewer_categories_is_another_scale(mixed, bank, owner, day):
    kestrel, larkfield, _ = mixed
    Organization.objects.filter(pk__in=[kestrel.pk, larkfield.pk]).update(deleted_at="2026-01-01T00:00Z")
    tree = bank_scorecard("2")
    del tree["categories"][8]
    tree["scale"] |= {"max_score": 16, "risk_threshold": 10}
    write_bank(bank, "2", tree)
    framework.forget()
    second = make_organization(owner=owner, name="Bishopsgate Bank", framework_key=KEY)
    make_scorecard(second, levels=[1] * 8, signed_off_at=day(2026, 3, 10))

    found = spread(with_organizations(list(OrganizationStanding.objects.current().order_by("name_sort")), spend=False))
    scores, elsewhere = score_counts(Organization.objects.current())

    assert [standing.row.organization.name for standing in found.standings] == ["Bishopsgate Bank"]
    assert [row.organization.name for row in found.elsewhere] == ["Aldgate Bank"]
    assert [(score.score, score.number) for score in scores if score.number] == [(8, 1)]
    assert elsewhere.endswith("One organization is scored by another framework and not counted here.")
