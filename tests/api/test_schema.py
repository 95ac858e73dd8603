"""What the API's document promises is kept: whatever is sent, no failure and no answer outside it."""

import json
import os

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from assessments.api import door
from assessments.api.site import api
from assessments.reports.models import Report
from tests.api.calls import personal
from tests.api.places import ARGUMENTS, make_places
from tests.factories import make_measured, make_organization, make_scorecard
from tests.test_access import _report

EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "12"))
CHECKS = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)


def document():
    return json.loads(json.dumps(api.get_openapi_schema()))


OPERATIONS = [
    (method.upper(), path, operation["operationId"])
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
]


@pytest.fixture
def schema(db, monkeypatch, settings, tmp_path):
    """Within the transaction of the test: a request closes no connection, as none of the test client does."""
    monkeypatch.setattr(door, "RATE", 10**6)
    settings.MEDIA_ROOT = tmp_path
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    found.config.generation.update(modes=list(GenerationMode))
    yield found
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path", "name"), OPERATIONS, ids=[name for *_, name in OPERATIONS])
def test_nothing_that_is_sent_makes_a_failure_or_an_answer_outside_the_document(schema, method, path, name):
    organization = make_organization()
    places = make_places(organization)
    scorecard = make_scorecard(organization, levels=[1] * 8)
    make_measured(organization)
    program = personal(organization.created_by)
    pk = _report(scorecard, Report.Status.DONE).pk if name.startswith("report_") else scorecard.pk
    known = ARGUMENTS | {"slug": organization.slug, "pk": pk} | places
    seen = set()

    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(
        case=schema[path][method].as_strategy(), is_known=hypothesis.strategies.sampled_from([True, True, False])
    )
    def send(case, is_known):
        if is_known:  # else nearly every address would be of nothing
            case.path_parameters = {part: known[part] for part in (case.path_parameters or {})}
        with transaction.atomic():
            response = case.call(headers={"Authorization": f"Bearer {program.token}", "Accept-Encoding": "identity"})
            case.validate_response(response, checks=CHECKS)
            transaction.set_rollback(True)
        cache.clear()
        seen.add(response.status_code)

    send()

    assert seen - {200, 201, 202} <= {400, 401, 404, 405, 409, 413, 415, 422, 428}
    if "{" in path:
        assert 404 in seen or 400 in seen or 422 in seen
