"""A closed and settled round goes out of one installation and into another, and out again as the same file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from assessments.organizations.models import Organization, Role
from assessments.reports.exchange.whole.restoring import import_organization
from assessments.rounds import services
from assessments.rounds.models import RaterEvidence, Rating, Round, Settlement
from assessments.rounds.rating import attaching
from assessments.rounds.settling import services as settling
from assessments.saving.uploads import check_upload
from assessments.scorecards.models import Evidence, Scorecard
from tests.factories import make_membership, make_organization, make_rater, make_round, make_scorecard, make_user
from tests.reports.exchange.test_import_organization import assert_same, gone, packed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def settled():
    """A round of a member, one by link and one taken out; one category settled against a dissenter and taken over."""
    owner = make_user(name="Ines Halvorsen", email="ines@example.com")
    organization = make_organization(owner=owner, name="Kestrel Logistics")
    mark = make_membership(organization, make_user(name="Mark", email="mark@example.com"), role=Role.VIEWER).user
    asked = make_round(make_scorecard(organization))
    member = make_rater(asked, user=mark, levels=[0, 1, "x", None, 1, 1, 1, 1], role="Head of finance", note="Seen")
    make_rater(asked, name="Sofia Lindqvist", levels=[2, 1, 1, 1, 1, 1, 1, 1])
    services.remove_rater(make_rater(asked, name="Gone", levels=[2] * 8), actor=owner)
    shown = check_upload(SimpleUploadedFile("costs.txt", b"2 USD a call"))
    evidence = attaching.add_file(member, category="cost-model", title="Invoice", upload=shown)
    asked = services.close_round(asked, actor=owner)
    Rating.objects.filter(rater=member, category_key="cost-model").update(
        link="https://wiki.example.com/costs", late_note="Later", late_at=timezone.now()
    )
    words = {"level": 1, "reason": "One site of three.", "dissenters": [member.pk], "version": 0}
    settling.settle(asked, category="workload-clarity", actor=owner, **words)
    settling.take_level(asked, category="workload-clarity", actor=owner, version=0)
    settling.take_evidence(asked, evidence_pk=evidence.pk, actor=owner)
    return asked


@pytest.mark.parametrize("is_signed_off", [False, True])
@pytest.mark.parametrize("people", [(), ["ines@example.com", "mark@example.com"]])
def test_a_closed_and_settled_round_comes_back_as_the_same_file(settled, is_signed_off, people):
    if is_signed_off:
        Scorecard.objects.filter(pk=settled.scorecard_id).update(signed_off_at=timezone.now())
    organization = settled.scorecard.organization
    before = packed(organization)
    gone(organization, people=people)
    assert not Round.objects.exists()

    import_organization(before)

    assert_same(packed(Organization.objects.get()), before)
    found = Round.objects.get()
    assert found.scorecard.is_signed_off == is_signed_off
    assert [rater.rater_name for rater in found.raters.standing()] == ["Mark", "Sofia Lindqvist"]
    assert Settlement.objects.get().reason == "One site of three."
    assert RaterEvidence.objects.get().file.name == Evidence.objects.get().file.name
    assert set(Rating.objects.exclude(late_note="").values_list("category_key", "late_note")) == {
        ("cost-model", "Later")
    }
