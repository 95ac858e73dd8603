"""Reports and evidence by the API: asked for, looked after, taken along; a web address attached."""

import pytest
from django.core.files.base import ContentFile

from assessments.audit.models import AuditEvent
from assessments.reports.models import Report
from assessments.scorecards.models import Evidence
from tests.factories import make_organization, make_scorecard

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def path(scorecard):
    return f"/organizations/{scorecard.organization.slug}/reports"


def test_a_report_is_asked_for_polled_and_taken_along(pipeline, scorecard, path):
    asked = pipeline.post(path, {"scorecard": scorecard.pk, "format": "json"})
    report = Report.objects.get()
    waiting = pipeline.get(asked["Location"]).json()
    assert pipeline.get(f"{path}/{report.pk}/file").status_code == 404
    report.file.save("", ContentFile(b'{"format": 1}'), save=False)
    report.status = Report.Status.DONE
    report.save()
    done = pipeline.get(asked["Location"]).json()

    file = pipeline.get(done["file"].partition("testserver")[2])

    assert (asked.status_code, asked["Location"]) == (202, f"/api/v1{path}/{report.pk}")
    assert (waiting["status"], waiting["file"], waiting["requested_by"]) == ("queued", None, "Token Pipeline")
    assert (done["status"], done["id"], done["scorecard"]) == ("done", report.pk, scorecard.pk)
    assert (file["Content-Type"], b"".join(file.streaming_content)) == ("application/json", b'{"format": 1}')
    assert AuditEvent.objects.get(action="report-downloaded").actor_name == "Token Pipeline"
    assert [each["id"] for each in pipeline.get(path).json()["items"]] == [report.pk]


@pytest.mark.parametrize("changed", [{"format": "exe"}, {"scorecard": 1.0}, {"scorecard": "1"}, {"pages": 3}])
def test_what_makes_no_report_is_refused(pipeline, scorecard, path, changed):
    assert pipeline.post(path, {"scorecard": scorecard.pk} | changed).status_code == 422
    assert Report.objects.count() == 0


def test_another_s_assessment_makes_no_report(pipeline, path):
    other = make_scorecard(make_organization())

    assert pipeline.post(path, {"scorecard": other.pk}).status_code == 404


def test_a_web_address_proves_what_it_is_said_to(pipeline, scorecard):
    where = f"/organizations/{scorecard.organization.slug}/scorecards/{scorecard.pk}/evidence"
    sent = {"category": "cost-model", "url": "https://wiki.example.com/costs", "deciders": ["feature-unit-cost"]}

    answer = pipeline.post(where, sent | {"on": "2026-04-14"})

    evidence = Evidence.objects.get()
    assert (answer.status_code, answer.json()["id"], answer.json()["deciders"]) == (201, evidence.pk, sent["deciders"])
    assert (evidence.url, f"{evidence.on}", str(evidence.created_by)) == (sent["url"], "2026-04-14", "Token Pipeline")
    assert [each.decider_key for each in evidence.deciders.all()] == sent["deciders"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": ""}, "url"),
        ({"category": "nothing"}, "category"),
        ({"deciders": ["nothing"]}, "deciders"),
        ({"on": "2099-01-01"}, "on"),
        ({"in_force_until": "2001-01-01"}, "in_force_until"),
    ],
)
def test_what_proves_nothing_is_refused_in_the_sentence_of_the_page(pipeline, scorecard, changed, field):
    where = f"/organizations/{scorecard.organization.slug}/scorecards/{scorecard.pk}/evidence"

    answer = pipeline.post(where, {"category": "cost-model", "url": "https://wiki.example.com/costs"} | changed)

    assert (answer.status_code, {each["field"] for each in answer.json()["errors"]}) == (422, {field})
    assert Evidence.objects.count() == 0
