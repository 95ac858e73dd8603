"""What holds for every operation: tokens, limits, what may be sent, and what is said where it may not."""

import json
import logging

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from assessments.api import door, parsing
from assessments.audit.models import AuditEvent
from assessments.organizations.tokens import services as tokens
from assessments.organizations.tokens.models import AccessToken
from assessments.platform.problems import MEDIA_TYPE
from scorecard.logs import without_tokens
from tests.api.calls import Program

pytestmark = pytest.mark.django_db


def part(scorecard, name="answers/cost-model/deciders/feature-unit-cost"):
    return f"/organizations/{scorecard.organization.slug}/scorecards/{scorecard.pk}/{name}"


def is_problem(answer, status):
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"], told["status"]) == (status, MEDIA_TYPE, status)
    assert told["type"] == "about:blank"
    assert told["detail"].endswith((".", "...", "…"))
    return told


# Tokens


@pytest.mark.parametrize(
    "header", ["", "Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "Bearer nonsense", "bearer sct_short"]
)
def test_what_is_no_token_lets_nobody_in(program, header):
    answer = Client().get("/api/v1/token", headers={"Authorization": header} if header else {})

    is_problem(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_signed_in_browser_is_nobody_here(client, owner):
    client.force_login(owner)

    is_problem(client.get("/api/v1/organizations"), 401)


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "Key", "anything"])
def test_a_token_in_the_address_is_refused_and_in_no_log(program, name, caplog):
    caplog.set_level(logging.DEBUG)
    address = f"/token?{name}={program.token}"

    told = is_problem(program.get(address), 400)
    assert "never in an address" in told["detail"]
    assert program.token not in caplog.text
    for line in (f"GET /api/v1{address} HTTP/1.1", f"https://score.example.com/?q={program.token}&x=1"):
        assert program.token not in without_tokens(line)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("/api/v1/token?access_token=abcdefghijkl&x=1", "/api/v1/token?access_token=…&x=1"),
        ("/api/v1/token?api_key=abcdefghijkl", "/api/v1/token?api_key=…"),
        ("/organizations?sort=name&monkey=abcdefghijkl", "/organizations?sort=name&monkey=abcdefghijkl"),
        ("refused sct_abcdefghijklmnopqrstuvwxyz-_0123456789ABCDE.", "refused sct_…."),
    ],
)
def test_what_stands_for_a_token_is_masked_in_the_logs(text, masked):
    assert without_tokens(text) == masked


def test_when_a_token_was_last_used_is_known_to_the_minute(program):
    program.get("/token")
    row = AccessToken.objects.get()
    assert timezone.now() - row.used_at < tokens.USED_EVERY

    program.get("/token")
    assert AccessToken.objects.get().used_at == row.used_at


def test_what_a_person_s_token_does_stands_under_both_names(program, scorecard, owner):
    program.put(part(scorecard), {"state": 2}, version=0)

    entry = AuditEvent.objects.get(action="answer-changed")
    assert (entry.actor, entry.actor_name) == (owner, f"{owner}, by token Dashboard")


def test_what_an_organization_s_token_does_stands_under_its_name(pipeline, scorecard):
    pipeline.put(part(scorecard), {"state": 2}, version=0)

    entry = AuditEvent.objects.get(action="answer-changed")
    assert (entry.actor_name, entry.actor.is_active) == ("Token Pipeline", False)


# How often


@pytest.mark.usefixtures("stopped_clock")
def test_how_many_requests_are_left_is_said_and_none_is_too_few(program, monkeypatch):
    monkeypatch.setattr(door, "RATE", 2)

    answers = [program.get("/token") for _ in range(3)]

    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"2"}
    assert answers[0]["RateLimit-Policy"] == "2;w=60"
    assert 0 < int(answers[0]["RateLimit-Reset"]) <= 60
    assert "Too much at once" in is_problem(answers[2], 429)["detail"]
    assert 0 < int(answers[2]["Retry-After"]) <= 60


@pytest.mark.usefixtures("stopped_clock")
def test_another_token_is_counted_for_itself(program, pipeline, monkeypatch):
    monkeypatch.setattr(door, "RATE", 1)
    program.get("/token")

    assert (program.get("/token").status_code, pipeline.get("/token").status_code) == (429, 200)


@pytest.mark.usefixtures("stopped_clock")
def test_whoever_guesses_tokens_is_slowed_down():
    answers = [Program("sct_" + "x" * 43).get("/token").status_code for _ in range(31)]

    assert (answers[0], answers[-1]) == (401, 429)


# What is sent


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ('{"state": 2.0}', 422, "“state”: Send a whole number."),
        ('{"state": true}', 422, "“state”: Send a whole number."),
        ('{"state": "2"}', 422, "“state”: Send a whole number."),
        ('{"state": 3}', 422, "Choose not asked, not shown, in part or shown."),
        ('{"state": -1}', 422, "Choose not asked, not shown, in part or shown."),
        ('{"state": NaN}', 400, "NaN is no number."),
        ('{"state": -Infinity}', 400, "-Infinity is no number."),
        ('{"state": 1e400}', 400, "1e400 is no number that can be kept."),
        ('{"state": -1e1000000000}', 400, "-1e1000000000 is no number that can be kept."),
        ('{"state": 1e99999999999999999999}', 400, "1e999999999999999999 is no number that can be kept."),
        ('{"state": 1e-99999999999999999999}', 400, "1e-99999999999999999 is no number that can be kept."),
        ('{"state": ' + "9" * 5000 + "}", 400, "is no number that can be kept."),
        ('{"state": 1, "state": 2}', 400, "“state” is there twice."),
        ('{"state": 1, "surprise": 2}', 422, "“surprise”: There is no such field."),
        ("{}", 422, "“state”: This field is missing."),
        ("", 422, "This field is missing."),
        ("[]", 422, "Send an object."),
        ("2", 422, "Send an object."),
        ('{"state": "\\ud800"}', 400, "A text has characters that are none."),
        ('{"\\u0000": 1}', 400, "A text has characters that are none."),
        ("{", 400, "This is no JSON that can be read."),
        (b"\xff\xfe\x00", 400, "This is no JSON that can be read."),
        ("[" * 100_000, 400, "This is no JSON that can be read."),
        ("[" * 100 + "]" * 100, 400, "This is nested more than 20 deep."),
        ("x" * (parsing.MOST_BYTES + 1), 413, "1 MB is the most."),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(program, scorecard, body, status, sentence):
    answer = program.put(part(scorecard), body, version=0)

    assert sentence in is_problem(answer, status)["detail"]
    assert not scorecard.responses.get(category_key="cost-model").decider_answers.exclude(state=None).exists()


def test_every_field_that_is_wrong_is_named(program, scorecard):
    answer = program.put(part(scorecard, "answers/cost-model/level"), {"level": "2", "reasons": "x"}, version=0)

    assert is_problem(answer, 422)["errors"] == [
        {"field": "level", "detail": "Send a whole number."},
        {"field": "reasons", "detail": "There is no such field."},
    ]


def test_a_hundred_megabytes_are_refused_before_they_are_read(program, scorecard):
    answer = program.client.generic(
        "PUT",
        "/api/v1" + part(scorecard),
        b"{}",
        content_type="application/json",
        headers={"Authorization": f"Bearer {program.token}"},
        CONTENT_LENGTH=str(100 * 1024**2),
    )

    assert "100.0 MB; 1 MB is the most" in is_problem(answer, 413)["detail"]


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
def test_only_json_is_taken(program, scorecard, content_type):
    answer = program.client.generic(
        "PUT",
        "/api/v1" + part(scorecard),
        b"state=2",
        content_type=content_type,
        headers={"Authorization": f"Bearer {program.token}"},
    )

    is_problem(answer, 415)


@pytest.mark.parametrize("length", ["many", "-5", "5, 5"])
def test_a_length_that_is_none_is_refused(program, scorecard, length):
    answer = program.put(part(scorecard), "{}", version=0, Content_Length=length)

    assert is_problem(answer, 400)["detail"] == "The Content-Length of this request is no number."


def test_an_unknown_parameter_is_named(program):
    told = is_problem(program.get("/organizations?page=2"), 422)

    assert told["errors"] == [{"field": "page", "detail": "There is no such parameter."}]


@pytest.mark.parametrize(
    "path", ["/activity?who=%00", "/activity?action=a%00", "/figures?service=%00", "/figures?name=%00"]
)
def test_a_parameter_that_no_column_holds_is_refused(program, organization, path):
    answer = program.get(f"/organizations/{organization.slug}{path}")

    assert is_problem(answer, 400)["detail"] == "A text has characters that are none."


# What is not there, and what fails


@pytest.mark.parametrize("path", ["/", "/nowhere", "/organizations/never-was", "/organizations/%00"])
def test_what_is_not_here_is_said_as_a_problem(program, path):
    assert "We do not say which" in is_problem(program.get(path), 404)["detail"]


def test_a_method_that_is_not_there_is_said_as_a_problem(program):
    answer = program.send("DELETE", "/token")

    assert (is_problem(answer, 405)["detail"], answer["Allow"]) == ("Here is only GET.", "GET")


@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError("database or disk is full"), 507), (OperationalError("away"), 503), (RuntimeError(), 500)],
)
def test_a_failure_is_a_problem_too(program, monkeypatch, error, status):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(tokens, "note_use", fail)
    program.client.raise_request_exception = False

    is_problem(program.get("/token"), status)


def test_nothing_may_be_kept_by_a_browser_or_a_proxy(program):
    assert program.get("/organizations")["Cache-Control"] == "private, no-store"


def test_the_document_of_the_api_is_open_to_all_and_says_how_errors_look():
    document = json.loads(Client().get("/api/v1/openapi.json").content)

    assert document["openapi"] == "3.1.0"
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["security"] == [{"Bearer": []}]
            assert operation["responses"]["401"] == {"$ref": "#/components/responses/Problem"}
    cache.clear()
