"""Programs send figures by a token: kept once, answered the same, refused in a sentence."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.figures.incoming import pushes
from assessments.figures.models import MeasuredFigure
from assessments.organizations.models import Role
from assessments.organizations.tokens import services as tokens
from assessments.organizations.tokens.models import AccessToken
from assessments.scorecards import services
from assessments.scorecards.models import Evidence, FactAnswer
from tests.factories import SAMPLES, make_measured

pytestmark = pytest.mark.django_db

SENT = {"name": "latency", "statistic": "p95", "value": 712.5, "unit": "ms", "count": 17662, "on": "2026-11-28"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 30))


@pytest.fixture
def organization(scorecard):
    return scorecard.organization


@pytest.fixture
def token(organization, owner):
    about = {"name": "Nightly load test", "scope": "figures", "role": Role.EDITOR, "expires_in": None, "actor": owner}
    return tokens.make_for_organization(organization, **about)[1]


def send(token, sent=SENT):
    body = sent if isinstance(sent, (bytes, str)) else json.dumps(sent)
    headers = {"Authorization": f"Bearer {token}"}
    return Client(enforce_csrf_checks=True).post("/api/figures", body, content_type="application/json", headers=headers)


def send_file(token, name="k6-1.1.0-summary-export-with-p99.json", **fields):
    fields = {"on": "2026-11-28"} | fields
    file = SimpleUploadedFile(name, (SAMPLES / name).read_bytes())
    headers = {"Authorization": f"Bearer {token}"}
    return Client(enforce_csrf_checks=True).post("/api/figures", fields | {"file": file}, headers=headers)


def test_a_figure_is_kept_in_the_history(organization, token):
    answer = send(token, SENT | {"service": "Route planner", "tool": "k6", "version": "1.1.0"})

    figure = MeasuredFigure.objects.get()
    kept = {"name": "latency", "statistic": "p95", "value": "712.5", "unit": "ms"}
    assert (answer.status_code, answer.json()) == (
        200,
        {"figures": [kept | {"on": "2026-11-28", "service": "Route planner"}]},
    )
    assert (figure.organization, figure.title, figure.value) == (organization, "p95 latency", Decimal("712.5"))
    assert figure.provenance["tool"] == "k6"
    assert AuditEvent.objects.get(action="evidence-added").actor_name == "Token Nightly load test"


def test_a_file_is_read_and_its_telling_figures_kept(token):
    answer = send_file(token, service="Route planner", environment="copy").json()

    kept = {(f.name, f.statistic) for f in MeasuredFigure.objects.all()}
    assert kept == {
        ("error_rate", "mean"),
        ("latency", "mean"),
        ("latency", "p95"),
        ("latency", "p99"),
        ("throughput", "mean"),
    }
    assert answer["warnings"][0].startswith("2,855 of 13,750 requests failed")
    assert answer["missing"] == ["date", "version"]


def test_the_same_twice_gives_the_same_answer_and_is_there_once(token):
    first, again = send(token).content, send(token).content
    file, file_again = send_file(token).content, send_file(token).content

    assert (first, file) == (again, file_again)
    assert MeasuredFigure.objects.count() == 6


def test_nothing_is_answered_in_an_assessment_until_somebody_takes_it(token):
    send(token)

    assert Evidence.objects.count() == 0


def test_the_token_is_stored_as_its_hash_only(token):
    row = AccessToken.objects.get()

    assert token not in json.dumps({field.name: str(getattr(row, field.name)) for field in row._meta.concrete_fields})
    assert row.token_sha256 == tokens.hashed(token)


def test_when_it_was_last_used_is_known(token):
    send(token)

    assert AccessToken.objects.get().used_at


@pytest.mark.parametrize("given", ["", "fig_" + "x" * 43, "é", "x" * 5000])
def test_without_a_token_nothing_is_kept(organization, given):
    answer = send(given)

    assert (answer.status_code, MeasuredFigure.objects.count()) == (401, 0)
    assert "token" in answer.json()["error"]


def test_a_revoked_token_is_none(client, organization, token):
    client.post(reverse("organization_token_delete", args=[organization.slug, AccessToken.objects.get().pk]))

    assert send(token).status_code == 401


def test_a_deleted_organization_takes_nothing(organization, token):
    type(organization).objects.update(deleted_at="2026-11-29T00:00Z")

    assert send(token).status_code == 401


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"", "Send a file"),
        (b"\xff\xfe", "Send a file"),
        (b"[" * 100_000, "Send a file"),
        ("[1]", "A figure has these fields"),
        (SENT | {"surprise": 1}, "A figure has these fields"),
        (SENT | {"on": None}, "Write “on” as"),
        (SENT | {"on": "2026-12-24"}, "“on” is a day between"),
        (SENT | {"on": "28.11.2026"}, "Write “on” as 2026-11-28."),
        (SENT | {"name": "speed"}, "'speed' is no figure."),
        (SENT | {"statistic": "p94"}, "'p94' is no statistic."),
        (SENT | {"unit": "s"}, "'s' is no unit of latency."),
        (SENT | {"value": "NaN"}, "is no number"),
        (SENT | {"value": "much"}, "“value” is no number."),
        (SENT | {"value": -1}, "below zero"),
        (SENT | {"value": "9" * 400}, "too large to keep"),
        (SENT | {"value": "1e-999999"}, "too small to keep"),
        (SENT | {"count": "many"}, "Send “count” as a whole number."),
        (SENT | {"environment": "moon"}, "“environment” is one of"),
        ('{"value": 1e99999999999999999999}', "Send a file"),
        ('{"value": 1e-99999999999999999999}', "Send a file"),
        ('{"name": "latency", "statistic": "p95", "value": Infinity, "unit": "ms", "on": "2026-11-28"}', "no number"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(token, sent, sentence):
    answer = send(token, sent)

    assert answer.status_code == 422
    assert sentence in answer.json()["error"]
    assert MeasuredFigure.objects.count() == 0


def test_a_file_without_a_day_asks_for_it(token):
    answer = send_file(token, on="")

    assert (answer.status_code, answer.json()["error"]) == (422, pushes.NO_DATE)


def test_a_file_without_figures_says_why(token):
    answer = send_file(token, "k6-1.1.0-summary-export-all-refused.json")

    assert answer.status_code in (200, 422)
    assert not MeasuredFigure.objects.filter(name="latency").exists()


def test_secrets_in_a_file_that_is_sent_are_not_kept(token):
    send_file(token, "nccl-tests-2.19.6-written-from-source.json")

    assert "not-a-real-one" not in json.dumps([f.provenance for f in MeasuredFigure.objects.all()])


@pytest.mark.usefixtures("stopped_clock")
def test_too_much_at_once_is_slowed_down(token):
    answers = (send(token, SENT | {"value": value}).status_code for value in range(130))  # two windows at the most

    assert next(status for status in answers if status != 200) == 429


def test_a_token_from_before_there_were_others_still_sends(organization):
    token = f"fig_{'x' * 43}"
    about = {"name": "Nightly load test", "scope": "figures", "role": Role.EDITOR}
    organization.tokens.create(token_sha256=tokens.hashed(token), **about)

    assert send(token).status_code == 200
    assert AuditEvent.objects.get(action="evidence-added").actor_name == "Token Nightly load test"


def test_a_token_that_only_reads_sends_nothing(organization, owner):
    about = {"name": "Dashboard", "scope": "read", "role": Role.EDITOR, "expires_in": None, "actor": owner}

    answer = send(tokens.make_for_organization(organization, **about)[1])

    assert (answer.status_code, MeasuredFigure.objects.count()) == (403, 0)
    assert "only reads" in answer.json()["error"]


def test_a_personal_token_is_sent_elsewhere_where_the_organization_is_said(owner):
    answer = send(tokens.make_personal(owner, name="Mine", scope="figures", expires_in=None)[1])

    assert (answer.status_code, MeasuredFigure.objects.count()) == (403, 0)
    assert "/api/v1/organizations/" in answer.json()["error"]


def test_the_old_page_of_tokens_leads_to_the_one_where_all_are_made(client, organization):
    page = client.get(reverse("figure_token_list", args=[organization.slug]))

    assert page["Location"] == reverse("organization_token_list", args=[organization.slug])


# Taking a figure of the history


def take(client, figure, target="of:reliability-targets:monthly-results"):
    address = reverse("figure_take", args=[figure.organization.slug, figure.pk])
    return client.post(address, {"for": target}, follow=True)


def test_a_figure_of_the_history_is_taken_as_proof_once(client, organization, token):
    send(token)
    figure = MeasuredFigure.objects.get()

    take(client, figure)
    take(client, figure)

    evidence = Evidence.objects.get()
    assert (evidence.title, evidence.value, evidence.on) == ("p95 latency", Decimal("712.5"), date(2026, 11, 28))
    assert [answer.decider_key for answer in evidence.deciders.all()] == ["monthly-results"]
    assert evidence.provenance["how"] == "sent"


def test_a_figure_of_the_history_fills_a_fact(client, organization, scorecard):
    figure = make_measured(organization, name="utilization", statistic="mean", kind="active", unit="%", value="52")

    take(client, figure, "fact:utilization-why")

    assert FactAnswer.objects.get(scorecard=scorecard, fact_key="utilization-why").values["percent"] == "52"


@pytest.mark.parametrize("target", ["", "fact:unit-cost", "of:nowhere:nothing"])
def test_a_figure_is_not_taken_for_what_it_does_not_suit(client, organization, target):
    page = take(client, make_measured(organization), target)

    assert "Choose what the figure proves." in page.content.decode()
    assert Evidence.objects.count() == 0


def test_without_an_open_assessment_nothing_is_taken(client, organization, scorecard, owner):
    services.sign_off(scorecard, actor=owner, digest=services.answers_digest(scorecard))

    page = take(client, make_measured(organization))

    assert "No assessment is open." in page.content.decode()


def test_the_figure_in_the_guide_is_taken_and_its_table_names_every_field(token):
    from assessments.readers import STATISTICS, UNITS
    from tests.test_conventions import ROOT

    guide = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    sent = guide.partition("-d '")[2].partition("'")[0]

    assert send(token, sent).status_code == 200
    for word in (*UNITS, *STATISTICS, *(f"`{field}`" for field in pushes.FIELDS)):
        assert word in guide
