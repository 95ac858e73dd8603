"""What waits for a person: each kind, whom it waits for, where it leads, and what can be put aside."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.dashboards.portfolio import reach
from assessments.dashboards.waiting.groups import waiting_for
from assessments.dashboards.waiting.models import Dismissal
from assessments.organizations.models import Invitation, Role
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.roadmaps.models import RoadmapItem
from assessments.scorecards.outlook.models import Rhythm
from assessments.vendors.models import VendorReview
from tests.factories import (
    make_item,
    make_membership,
    make_organization,
    make_roadmap,
    make_scorecard,
    make_user,
    make_vendor_review,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(owner):
    return make_organization(owner=owner, name="Kestrel Logistics")


def make_submitted(organization, at=None, name="Tessel"):
    review = make_vendor_review(organization, name=name)
    VendorReview.objects.filter(pk=review.pk).update(submitted_at=at or timezone.now())
    return review


def make_late_item(organization, days=4):
    roadmap = make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now()), items=0)
    item = make_item(roadmap, title="Rehearse a rollback")
    RoadmapItem.objects.filter(pk=item.pk).update(due_on=timezone.localdate() - timedelta(days=days))
    return item


def kinds(user):
    return {group.kind: len(group.things) for group in waiting_for(user)}


def test_every_kind_waits_and_leads_where_it_is_dealt_with(owner, organization):
    review, item = make_submitted(organization), make_late_item(organization)
    Rhythm.objects.create(organization=organization, months=3, due_on=timezone.localdate() - timedelta(days=64))
    report = request_report(organization.scorecards.get(), actor=owner)
    Report.objects.filter(pk=report.pk).update(status=Report.Status.FAILED, finished_at=timezone.now())
    draft = make_scorecard(organization, levels=[1] * 8, title="Next")
    response = draft.responses.get(category_key="cost-model")
    response.requests.create(asked=owner, asked_by=make_user())
    answered = draft.responses.get(category_key="data-pipeline")
    ended = {"ending": "answered", "ended_at": timezone.now()}
    answered.requests.create(asked=make_user(name="Tom Okafor"), asked_by=owner, **ended)
    Invitation.objects.create(
        organization=organization,
        email="late@example.com",
        token_sha256="0" * 64,
        invited_by=owner,
        sent_at=timezone.now() - timedelta(days=5),
        expires_at=timezone.now() + timedelta(days=5),
    )

    found = {group.kind: group for group in waiting_for(owner)}

    slug = organization.slug
    assert {kind: group.things[0].url for kind, group in found.items()} == {
        "vendor": f"/o/{slug}/vendors/{review.pk}/fill",
        "draft": f"/o/{slug}/scorecards/{draft.pk}/sign-off",
        "asked": f"/o/{slug}/scorecards/{draft.pk}/fill#cost-model",
        "answer": f"/o/{slug}/scorecards/{draft.pk}/fill#data-pipeline",
        "item": f"/o/{slug}/roadmaps/{item.roadmap_id}/items/{item.pk}/",
        "assessment": f"/o/{slug}/scorecards/",
        "report": f"/o/{slug}/reports/",
        "invitation": f"/o/{slug}/people/",
    }
    assert (found["item"].age, found["assessment"].age) == ("four days late", "64 days late")
    assert found["vendor"].who == "Tessel for Kestrel Logistics"


def test_nothing_of_others_waits_and_nothing_for_who_may_only_look(client, owner, organization):
    make_submitted(make_organization(name="Somebody Else"))
    make_late_item(make_organization())
    viewer = make_membership(organization, role=Role.VIEWER).user
    make_submitted(organization)

    assert kinds(owner) == {"vendor": 1}
    assert kinds(viewer) == {}
    assert "Somebody Else" not in client.get("/").content.decode()


def test_what_is_put_aside_comes_back_when_something_happens_to_it(client, owner, organization):
    review = make_submitted(organization, at=timezone.now() - timedelta(days=2))
    for _ in range(2):
        client.post(f"/waiting/vendor/{review.pk}/dismiss")
    assert kinds(owner) == {}
    assert Dismissal.objects.count() == 1

    VendorReview.objects.filter(pk=review.pk).update(submitted_at=timezone.now() + timedelta(seconds=1))

    assert kinds(owner) == {"vendor": 1}


def test_what_is_dealt_with_elsewhere_and_what_is_not_ones_own_cannot_be_put_aside(client, owner, organization):
    item = make_late_item(organization)
    foreign = make_submitted(make_organization())

    assert client.post(f"/waiting/item/{item.pk}/dismiss").status_code == 404
    assert client.post(f"/waiting/vendor/{foreign.pk}/dismiss").status_code == 302
    assert not Dismissal.objects.exists()


def test_a_person_who_sees_many_is_told_the_same(monkeypatch, owner, organization):
    make_submitted(organization)
    make_late_item(organization)
    make_submitted(make_organization(name="Somebody Else"))
    few = waiting_for(owner)
    monkeypatch.setattr(reach, "LISTED", 0)

    assert waiting_for(owner) == few


def test_the_page_takes_the_same_queries_for_one_and_for_three(client, owner, organization, queries):
    make_submitted(organization)
    queries("/waiting/")
    one = queries("/waiting/")
    for name in ("Corvid", "Northlane"):
        make_submitted(make_organization(owner=owner), name=name)

    assert (one, queries("/waiting/")) == (4, 4)
