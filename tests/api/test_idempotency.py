"""A POST that is sent again with its key is done once, and answered the same for a day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.api import idempotency
from assessments.api.models import KeptAnswer
from assessments.audit.models import AuditEvent
from assessments.figures.models import MeasuredFigure
from tests.api.calls import FIGURE, machine

pytestmark = pytest.mark.django_db

KEY = "6f1f3c1e-9c63-4f0e-8a40-1d8c0a5d9a11"


@pytest.fixture
def send(pipeline, organization):
    def send(body=FIGURE, key=KEY, program=pipeline):
        headers = {"Idempotency_Key": key} if key else {}
        return program.post(f"/organizations/{organization.slug}/figures", body, **headers)

    return send


def test_the_same_again_gets_the_same_answer_and_does_nothing(send):
    first = send()
    MeasuredFigure.objects.all().delete()
    again = send()

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (first.status_code, "Idempotency-Replayed" in first.headers) == (201, False)
    assert again["Idempotency-Replayed"] == "true"
    assert MeasuredFigure.objects.count() == 0
    assert AuditEvent.objects.filter(action="evidence-added").count() == 1


def test_the_same_key_with_another_body_is_refused(send):
    send()
    answer = send(FIGURE | {"value": 3})

    assert answer.status_code == 422
    assert "was used for another request within a day" in answer.json()["detail"]
    assert MeasuredFigure.objects.count() == 1


def test_another_s_key_is_another_key(send, organization):
    send()
    other = machine(organization, name="Another")

    assert "Idempotency-Replayed" not in send(program=other).headers
    assert KeptAnswer.objects.count() == 2


def test_after_a_day_a_key_is_free_again(send):
    send()
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))

    assert send(FIGURE | {"value": 3}).status_code == 201


def test_what_is_a_day_old_is_swept(send):
    send()
    assert idempotency.sweep() == 0
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))

    assert idempotency.sweep() == 1


def test_what_was_refused_may_be_mended_under_the_same_key(send):
    assert send(FIGURE | {"unit": "miles"}).status_code == 422
    assert KeptAnswer.objects.count() == 0

    assert send().status_code == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "a b", "é"])
def test_a_key_has_plain_characters(send, key, pipeline, organization):
    answer = pipeline.post(f"/organizations/{organization.slug}/figures", FIGURE, Idempotency_Key=key)

    assert answer.status_code == 400
    assert "1 to 200 plain characters" in answer.json()["detail"]


def test_without_a_key_nothing_is_kept_of_it(send):
    assert send(key="").status_code == 201
    assert KeptAnswer.objects.count() == 0
