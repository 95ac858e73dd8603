"""Every event arises from what the product itself does, and reaches whoever is told of it and nobody else."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from assessments.organizations.models import Role
from assessments.reports.models import Report
from assessments.reports.services import request_report
from assessments.reports.tasks import make_report
from assessments.roadmaps.models import RoadmapItem
from assessments.roadmaps.tasks import announce_overdue_items
from assessments.rounds.services import close_round
from assessments.scorecards import services
from assessments.scorecards.models import Scorecard
from assessments.vendors.linking import answering, links
from assessments.webhooks.announcing import announce
from assessments.webhooks.events import Event
from assessments.webhooks.models import WebhookDelivery
from assessments.webhooks.services import switch_off
from tests.factories import (
    make_grant,
    make_item,
    make_organization,
    make_rater,
    make_roadmap,
    make_round,
    make_scorecard,
    make_team,
    make_user,
    make_vendor_review,
    make_webhook,
)

pytestmark = pytest.mark.django_db

HIGH, LOW = [2, 2, 1, 1, 1, 1, 1, 1], [2, 1, 1, 1, 1, 0, 0, 1]


@pytest.fixture
def webhook(organization):
    return make_webhook(organization)


def told(webhook):
    """The types in their order, with what they say."""
    return [(each.event, each.data["text"]) for each in webhook.deliveries.order_by("pk")]


def sign(organization, levels, title):
    scorecard = make_scorecard(organization, levels=levels, title=title)
    digest = services.answers_digest(scorecard)
    return services.sign_off(scorecard, actor=organization.created_by, digest=digest)


def test_a_first_sign_off_tells_on_which_side_of_the_line_it_stands_and_its_red_flags(organization, webhook):
    scorecard = sign(organization, LOW, "Q3")

    types = [event for event, _ in told(webhook)]
    assert types == ["scorecard.signed_off", "line.below", "red_flag.appeared"]
    signed, below, flags = webhook.deliveries.order_by("pk")
    assert signed.data["text"] == "“Q3” is signed off: 7 of 16 proven."
    assert signed.data["scorecard"] == {"id": scorecard.pk, "title": "Q3"}
    assert signed.data["result"] == {
        "proven": 7,
        "claimed": 7,
        "highest": 7,
        "out_of": 16,
        "line": 10,
        "verdict": "risk",
        "red_flags": 5,
    }
    path = reverse("scorecard_detail", args=[organization.slug, scorecard.pk])
    assert signed.data["url"] == f"http://testserver{path}"
    assert below.data["text"] == "It stands below the line of 10 now: 7 of 16 proven."
    assert below.data["previous_proven"] is None
    assert [flag["kind"] for flag in flags.data["red_flags"]] == ["category"] * 2 + ["fact"] * 3
    assert flags.data["text"].startswith("Five red flags appeared: ")


def test_the_next_sign_off_tells_what_has_changed(organization, webhook):
    sign(organization, LOW, "Q3")
    webhook.deliveries.all().delete()
    sign(organization, HIGH, "Q4")

    signed, above, gone = webhook.deliveries.order_by("pk")
    assert (signed.event, above.event, gone.event) == ("scorecard.signed_off", "line.above", "red_flag.gone")
    assert above.data["text"] == "It stands on or above the line of 10 now: 10 of 16 proven."
    assert above.data["previous_proven"] == 7
    assert len(gone.data["red_flags"]) == 2
    assert gone.data["text"].startswith("Two red flags are gone: ")

    webhook.deliveries.all().delete()
    sign(organization, HIGH, "Again")
    assert [event for event, _ in told(webhook)] == ["scorecard.signed_off"]  # it stands where it stood

    webhook.deliveries.all().delete()
    sign(organization, LOW, "Worse")
    assert [event for event, _ in told(webhook)] == ["scorecard.signed_off", "line.below", "red_flag.appeared"]


def test_points_that_are_only_claimed_do_not_reach_the_line(organization, webhook):
    scorecard = make_scorecard(organization, levels=[2] * 8, proof=False)
    services.sign_off(scorecard, actor=organization.created_by, digest=services.answers_digest(scorecard))

    assert [event for event, _ in told(webhook)][:2] == ["scorecard.signed_off", "line.below"]
    assert webhook.deliveries.order_by("pk")[0].data["result"]["verdict"] == "word"


def test_a_sign_off_that_is_taken_back_leads_to_where_it_stood(organization, webhook):
    sign(organization, HIGH, "Q3")
    later = sign(organization, LOW, "Q4")
    webhook.deliveries.all().delete()

    services.take_back_sign_off(later, actor=organization.created_by)

    types = [event for event, _ in told(webhook)]
    assert types == ["scorecard.taken_back", "line.above", "red_flag.gone"]
    assert webhook.deliveries.order_by("pk")[0].data["text"] == "The sign-off of “Q4” was taken back."
    assert webhook.deliveries.order_by("pk")[1].data["scorecard"]["title"] == "Q3"


def test_the_only_sign_off_taken_back_says_nothing_of_the_line(organization, webhook):
    only = sign(organization, HIGH, "Q3")
    webhook.deliveries.all().delete()
    services.take_back_sign_off(only, actor=organization.created_by)

    assert [event for event, _ in told(webhook)] == ["scorecard.taken_back"]


def test_one_that_is_dated_before_the_last_changes_nothing_about_the_standing(organization, webhook):
    sign(organization, HIGH, "Q4")
    webhook.deliveries.all().delete()
    earlier = make_scorecard(organization, levels=LOW, title="Q1")
    digest = services.answers_digest(earlier)
    at = timezone.now() - timedelta(days=200)
    services.sign_off(earlier, actor=organization.created_by, digest=digest, at=at)

    assert [event for event, _ in told(webhook)] == ["scorecard.signed_off"]


def test_a_sign_off_that_is_refused_tells_nothing(organization, webhook):
    scorecard = make_scorecard(organization, levels=HIGH)

    with pytest.raises(ValidationError):
        services.sign_off(scorecard, actor=organization.created_by, digest="of something else")

    assert WebhookDelivery.objects.count() == 0


def test_a_vendor_submits(organization, webhook):
    review = make_vendor_review(organization, name="Corvid Compute")
    link = links.find(links.make_link(review, days=14, actor=organization.created_by))

    answering.submit(link)

    [delivery] = webhook.deliveries.all()
    asked = delivery.data["vendor"]["asked"]
    assert delivery.event == "vendor.submitted"
    assert delivery.data["text"] == (f"Corvid Compute has submitted the answers: 0 of {asked} questions answered.")
    assert delivery.data["vendor"] == {"name": "Corvid Compute", "review_id": review.pk, "answered": 0, "asked": asked}
    assert delivery.data["url"].endswith(f"/vendors/{review.pk}/")


def test_a_round_is_closed(organization, webhook):
    asked = make_round(make_scorecard(organization, title="Q3"))
    make_rater(asked, name="Sofia Lindqvist")

    close_round(asked, actor=organization.created_by)

    [delivery] = webhook.deliveries.all()
    assert (delivery.event, delivery.data["text"]) == (
        "round.closed",
        "The round on “Q3” is closed: 1 of 1 finished.",
    )
    assert delivery.data["round"] == {"id": asked.pk, "scorecard": "Q3", "raters": 1, "finished": 1}
    assert "Sofia" not in str(delivery.data)


def test_a_report_is_ready(organization, webhook, settings, tmp_path, broker):
    settings.MEDIA_ROOT = tmp_path
    scorecard = make_scorecard(organization, levels=HIGH, title="Q3")
    report = request_report(scorecard, actor=organization.created_by, kind=Report.Format.JSON)

    make_report(report.pk)
    make_report(report.pk)

    report.refresh_from_db()
    [delivery] = webhook.deliveries.all()
    assert (delivery.event, delivery.data["report"]) == (
        "report.ready",
        {"id": report.pk, "title": report.title, "format": "json", "size": report.size},
    )
    assert report.size > 0


def test_a_report_that_fails_is_not_ready(organization, webhook, settings, tmp_path, broker):
    (tmp_path / "file").write_text("no folder")
    settings.MEDIA_ROOT = tmp_path / "file"
    report = request_report(make_scorecard(organization), actor=organization.created_by, kind=Report.Format.JSON)

    make_report(report.pk)

    assert Report.objects.get().status == Report.Status.FAILED
    assert WebhookDelivery.objects.count() == 0


# Overdue items


@pytest.fixture
def roadmap(organization, webhook):
    roadmap = make_roadmap(make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now()), items=0)
    webhook.deliveries.all().delete()
    return roadmap


def overdue(day, hour=9):
    """What the run of the clock at that hour tells, everywhere in the UTC of the tests."""
    with time_machine.travel(f"2026-{day}T{hour:02}:02Z"):
        announce_overdue_items()


def due(item, day):
    RoadmapItem.objects.filter(pk=item.pk).update(due_on=f"2026-{day}")


def test_an_item_is_told_once_for_its_due_date_from_eight_on(roadmap, webhook):
    item = make_item(roadmap, title="Name the owner")
    due(item, "12-01")

    overdue("12-01")
    overdue("12-02", hour=7)
    assert webhook.deliveries.count() == 0
    overdue("12-02", hour=8)
    overdue("12-02", hour=9)
    overdue("12-03")

    [delivery] = webhook.deliveries.all()
    assert (delivery.event, delivery.data["text"]) == (
        "item.overdue",
        "“Name the owner” was due on 1 December 2026 and is not done.",
    )
    assert delivery.data["item"] == {
        "id": item.pk,
        "title": "Name the owner",
        "due_on": "2026-12-01",
        "days_late": 1,
        "status": "todo",
    }

    due(item, "12-05")  # a new date, and missed again
    overdue("12-06")
    overdue("12-07")
    assert [each.data["item"]["due_on"] for each in webhook.deliveries.order_by("pk")] == ["2026-12-01", "2026-12-05"]


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_what_is_done_or_dropped_is_not_overdue(roadmap, webhook, status):
    item = make_item(roadmap)
    values = {"done_on": "2026-11-30"} if status == "done" else {"dropped_reason": "Needless"}
    RoadmapItem.objects.filter(pk=item.pk).update(due_on="2026-12-01", status=status, **values)

    overdue("12-02")

    assert webhook.deliveries.count() == 0


def test_a_webhook_made_later_is_not_told_of_the_past(roadmap, organization, webhook):
    item = make_item(roadmap)
    due(item, "12-01")
    overdue("12-02")
    later = make_webhook(organization, name="Later")
    overdue("12-03")

    assert later.deliveries.count() == 0


def test_what_was_missed_without_a_clock_is_told_for_a_week(roadmap, webhook):
    for title, day in (("Long ago", "11-20"), ("Last week", "11-26")):
        due(make_item(roadmap, title=title), day)

    overdue("12-02")

    assert [each.data["item"]["title"] for each in webhook.deliveries.all()] == ["Last week"]


def test_items_of_a_deleted_organization_are_not_told(roadmap, organization, webhook):
    due(make_item(roadmap), "12-01")
    type(organization).objects.filter(pk=organization.pk).update(deleted_at=timezone.now())

    overdue("12-02")

    assert webhook.deliveries.count() == 0


# Who is told


def test_only_what_was_chosen_is_told(organization):
    some = make_webhook(organization, events=[Event.BELOW])
    none = make_webhook(organization, events=[Event.ROUND_CLOSED])
    sign(organization, LOW, "Q3")

    assert [event for event, _ in told(some)] == ["line.below"]
    assert told(none) == []


def test_others_organizations_are_not_told(organization, webhook):
    sign(make_organization(), LOW, "Theirs")

    assert WebhookDelivery.objects.count() == 0


def test_one_that_is_off_is_not_told(organization, webhook):
    switch_off(webhook, now=timezone.now())
    sign(organization, LOW, "Q3")

    assert WebhookDelivery.objects.count() == 0


def test_a_team_is_told_of_what_it_may_edit(organization):
    editors, viewers, others = (make_team(make_user()) for _ in range(3))
    make_grant(editors, organization, role=Role.OWNER)
    make_grant(viewers, organization, role=Role.VIEWER)
    webhooks = [make_webhook(team, events=[Event.SIGNED_OFF]) for team in (editors, viewers, others)]
    sign(organization, LOW, "Q3")

    assert [webhook.deliveries.count() for webhook in webhooks] == [1, 0, 0]
    assert webhooks[0].deliveries.get().data["organization"]["name"] == "Kestrel Logistics"


def test_nobody_s_name_is_told(organization, webhook):
    sign(organization, LOW, "Q3")

    assert Scorecard.objects.get().signed_off_name == "Ada"
    assert "Ada" not in str([each.data for each in webhook.deliveries.all()])


@pytest.mark.parametrize("number", [1, 3])
def test_telling_takes_the_same_number_of_queries(organization, number, django_assert_num_queries):
    for _ in range(number):
        make_webhook(organization)

    with django_assert_num_queries(3):
        announce(Event.ROUND_CLOSED, organization.pk, text="Closed.", path="/")

    assert WebhookDelivery.objects.count() == number
