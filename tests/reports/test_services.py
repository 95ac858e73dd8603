from datetime import timedelta

import pytest
from celery import Celery
from django.utils import timezone

from assessments.reports.models import Report
from assessments.reports.services import request_report, retry_report
from assessments.reports.tasks import make_report
from assessments.scorecards import services as scorecards
from tests.factories import make_scorecard, make_user

pytestmark = pytest.mark.django_db(transaction=True)

MAKE = "assessments.reports.tasks.make_report"


def make_request(scorecard=None, **levels):
    scorecard = scorecard or make_scorecard(levels=[2, 1, 0, 1, 2, 1, 2, 0], title="Q3 assessment")
    return request_report(scorecard, actor=scorecard.organization.created_by)


def test_a_request_writes_the_row_and_sends_its_id(broker):
    report = make_request()

    report.refresh_from_db()
    assert (report.status, report.title, report.requested_name) == (
        "queued",
        "Draft: Board report, Q3 assessment",
        "Ines Halvorsen",
    )
    assert report.sent_at is not None
    assert report.snapshot["result"]["total"] == 9
    assert broker.take() == [(MAKE, [report.pk])]


def test_a_double_click_makes_one_report(broker):
    first = make_request()

    second = make_request(first.scorecard)

    assert second.pk == first.pk
    assert Report.objects.count() == 1
    assert broker.take() == [(MAKE, [first.pk])]


def test_after_an_answer_changed_a_report_is_another_one():
    first = make_request()
    response = first.scorecard.responses.first()
    scorecards.record_note(
        first.scorecard, category=response.category_key, note="More.", actor=first.requested_by, version=0
    )

    assert make_request(first.scorecard).pk != first.pk


def test_two_people_get_reports_in_their_own_name():
    first = make_request()

    second = request_report(first.scorecard, actor=make_user(name="Tom Okafor"))

    assert second.snapshot["made"]["by"] == "Tom Okafor"
    assert second.pk != first.pk


def test_a_finished_report_is_made_anew_when_asked_for_again():
    first = make_request()
    make_report(first.pk)

    assert make_request(first.scorecard).pk != first.pk


def test_a_dead_broker_hurts_nobody_and_the_row_stays_queued():
    Celery("dead", broker="redis://127.0.0.1:1/0").set_current()
    began = timezone.now()

    report = make_request()

    report.refresh_from_db()
    assert (report.status, report.sent_at) == ("queued", None)
    assert timezone.now() - began < timedelta(seconds=10)


def test_nothing_is_sent_when_the_transaction_fails(broker):
    from django.db import transaction

    scorecard = make_scorecard()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        request_report(scorecard, actor=scorecard.organization.created_by)
        raise ZeroDivisionError

    assert Report.objects.count() == 0
    assert broker.take() == []


def make_failed(**values):
    report = make_request()
    values = {"status": "failed", "error": "The disk is full.", "attempts": 25, "step": 4} | values
    Report.objects.filter(pk=report.pk).update(**values)
    report.refresh_from_db()
    return report


def test_a_failed_report_is_sent_again_from_the_same_snapshot(broker):
    report = make_failed()
    snapshot = report.snapshot
    broker.take()

    retry_report(report)

    report.refresh_from_db()
    assert (report.status, report.error, report.attempts, report.step) == ("queued", "", 0, 0)
    assert report.snapshot == snapshot
    assert broker.take() == [(MAKE, [report.pk])]


def test_a_retry_pressed_twice_sends_once(broker):
    report = make_failed()
    broker.take()

    retry_report(Report.objects.get(pk=report.pk))
    retry_report(report)

    assert broker.take() == [(MAKE, [report.pk])]


@pytest.mark.parametrize("status", ["queued", "running", "done"])
def test_only_a_failed_report_is_retried(status, broker):
    report = make_failed(status=status)
    broker.take()

    retry_report(report)

    assert Report.objects.get(pk=report.pk).status == status
    assert broker.take() == []


def test_a_retry_gives_way_to_a_report_of_the_same_content_under_way(broker):
    failed = make_failed()
    twin = make_request(failed.scorecard)

    assert retry_report(failed) == twin
    assert Report.objects.get(pk=failed.pk).status == "failed"
