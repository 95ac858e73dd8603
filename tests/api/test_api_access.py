"""Who may do what by the API: every operation, by every kind of person and every kind of token."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import get_resolver
from django.utils import timezone

from assessments.api.site import api
from assessments.organizations.models import Role
from assessments.organizations.tokens import services as tokens
from assessments.organizations.tokens.models import AccessToken
from assessments.reports.models import Report
from tests.api.calls import FIGURE, Program, machine, personal
from tests.api.places import ARGUMENTS, make_places
from tests.factories import make_organization, make_scorecard, make_user
from tests.test_access import OTHER_OWNER, PEOPLE, _report, nothing_written, shown, site_urls

# By the role of the person: with a token that reads, that reads and writes, that only sends figures. Then by what the
# token of an organization is: a viewer's and an editor's that reads, an editor's that writes, one that sends figures;
# and one that writes, of another organization.
POLICY = """
operation              | outsider: read write figures | viewer: read write figures | editor: read write figures | owner: read write figures | organization: viewer reads, editor reads, editor writes, sends figures | another's
token_detail           |     200 200 200              |     200 200 200            |    200 200 200             |    200 200 200            |    200 200 200 200      | 200
organization_list      |     200 200 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 200
portfolio_list         |     200 200 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 200
organization_detail    |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
activity_list          |     404 404 403              |     403 403 403            |    403 403 403             |    200 200 403            |    403 403 403 403      | 404
scorecard_list         |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
scorecard_detail       |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
decider_detail         |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
decider_update         |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
level_detail           |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
level_update           |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
note_detail            |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
note_update            |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
fact_detail            |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
fact_update            |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
figure_list            |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
figure_create          |     403 404 404              |     403 403 403            |    403 201 201             |    403 201 201            |    403 403 201 201      | 404
roadmap_list           |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
roadmap_current        |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
roadmap_detail         |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
roadmap_item_detail    |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
roadmap_item_create    |     403 404 403              |     403 403 403            |    403 201 403             |    403 201 403            |    403 403 201 403      | 404
roadmap_comment_create |     403 404 403              |     403 403 403            |    403 201 403             |    403 201 403            |    403 403 201 403      | 404
roadmap_title_detail   |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
roadmap_title_update   |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
roadmap_owner_detail   |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
roadmap_owner_update   |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
roadmap_due_detail     |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
roadmap_due_update     |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
roadmap_status_detail  |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
roadmap_status_update  |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
evidence_create        |     403 404 403              |     403 403 403            |    403 201 403             |    403 201 403            |    403 403 201 403      | 404
report_create          |     403 404 403              |     403 403 403            |    403 202 403             |    403 202 403            |    403 403 202 403      | 404
report_list            |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
report_detail          |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
report_download        |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
vendor_review_list     |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
vendor_review_detail   |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
vendor_rating_detail   |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
vendor_rating_update   |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
vendor_said_detail     |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
vendor_said_update     |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
scenario_list          |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
scenario_detail        |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
scenario_create        |     403 404 403              |     403 403 403            |    403 201 403             |    403 201 403            |    403 403 201 403      | 404
scenario_input_detail  |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
scenario_input_update  |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
scenario_mix_detail    |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
scenario_mix_update    |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
scenario_text_detail   |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
scenario_text_update   |     403 404 403              |     403 403 403            |    403 200 403             |    403 200 403            |    403 403 200 403      | 404
round_list             |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
round_detail           |     404 404 403              |     200 200 403            |    200 200 403             |    200 200 403            |    200 200 200 403      | 404
round_close            |     403 404 403              |     403 403 403            |    403 403 403             |    403 200 403            |    403 403 403 403      | 404
"""  # noqa: E501  a table is read across

COLUMNS = [
    *((role, scope) for role in ("outsider", "viewer", "editor", "owner") for scope in ("read", "write", "figures")),
    *(("organization", kind) for kind in ("viewer reads", "editor reads", "editor writes", "sends figures")),
    ("another", "writes"),
]
LIKE = {"lead": "editor"}  # a program does nothing that a client lead may do beyond an editor
NAME = "Zephyrine Holdings"
BODIES = {
    "decider_update": {"state": 2},
    "level_update": {"level": 1, "reason": "Seen on the call"},
    "note_update": {"note": "Written down"},
    "fact_update": {"values": {"amount": 2, "unit": "call", "month": "October 2026"}},
    "figure_create": FIGURE,
    "roadmap_item_create": {"title": "Write the runbook", "phase": "days-60"},
    "roadmap_comment_create": {"text": "Agreed on the call"},
    "roadmap_title_update": {"title": "Write the runbook down"},
    "roadmap_owner_update": {"owner": "Sofia Lindqvist"},
    "roadmap_due_update": {"due_on": timezone.localdate().isoformat()},
    "roadmap_status_update": {"status": "doing"},
    "evidence_create": {"category": "cost-model", "url": "https://wiki.example.com/costs"},
    "vendor_rating_update": {"rating": "1"},
    "scenario_create": {"name": "With less idle time", "inputs": {"idle-spend-monthly_spend": 90000}},
    "scenario_input_update": {"value": 120000.5},
    "scenario_mix_update": {"training": 60, "live": "40"},
    "scenario_text_update": {"value": "From the bills of October"},
    "vendor_said_update": {"said": "They promise it"},
}


def read_policy(table):
    found = {}
    for line in table.strip().splitlines()[1:]:
        name, *groups = line.split("|")
        statuses = [int(status) for group in groups for status in group.split()]
        found |= {(name.strip(), *column): status for column, status in zip(COLUMNS, statuses, strict=True)}
    return found


EXPECTED = read_policy(POLICY)
URLS = {url.name.removeprefix("api:"): url for url in site_urls(get_resolver("assessments.urls").url_patterns)}
OPERATIONS = {
    operation.view_func.__name__: operation.methods[0]
    for router in api._get_bound_routers()
    for view in router.path_operations.values()
    for operation in view.operations
}
# Of these no answer tells anything, and yet they are answered.
WITHOUT_TOKEN = {"openapi-json", "api-root"}


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once for the module: each test runs in a savepoint inside and leaves it as it was."""
    settings = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), settings, transaction.atomic():
        other = make_organization(name="Kestrel Logistics", owner=make_user(email=OTHER_OWNER))
        organization = make_organization(name=NAME)
        places = make_places(organization)
        scorecard = make_scorecard(organization, levels=[1] * 8)
        _report(scorecard, Report.Status.DONE)
        people = {name: make(organization) for name, (_, make) in PEOPLE.items()}
        yield organization, other, scorecard, people, places
        transaction.set_rollback(True)


@pytest.fixture
def call(made, db):
    organization, _, scorecard, _, places = made

    def call(program, operation, slug=organization.slug):
        pk = organization.reports.get(format="pdf").pk if operation.startswith("report_") else scorecard.pk
        path = URLS[operation].path(ARGUMENTS | places | {"slug": slug, "pk": str(pk)})
        row = scorecard.responses.get(category_key="cost-model")
        decider = row.decider_answers.get(decider_key="feature-unit-cost")
        fact = scorecard.fact_answers.get(fact_key="unit-cost")
        versions = {"decider": decider.version, "level": row.level_version, "note": row.note_version}
        version = (versions | {"fact": fact.version}).get(operation.partition("_")[0], 0)
        headers = {"If_Match": f'"{version}"'} if OPERATIONS[operation] == "PUT" else {}
        body = {"scorecard": scorecard.pk, "format": "json"} if operation == "report_create" else BODIES.get(operation)
        return program.send(OPERATIONS[operation], path, body, **headers)

    return call


@pytest.fixture(autouse=True)
def uncounted():
    cache.clear()


def test_every_operation_has_a_row_and_every_row_an_operation():
    rows = {name for name, *_ in EXPECTED}

    assert set(OPERATIONS) == rows
    assert {name for name, url in URLS.items() if url.route.startswith("api/v1/")} == {
        *rows,
        *WITHOUT_TOKEN,
        "api_document_detail",
    }


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_whoever_brings_no_token_is_refused_however_they_are_signed_in(made, call, operation):
    for name, person in made[3].items():
        client = Client(enforce_csrf_checks=True)
        if person and person.is_active:
            client.force_login(person)
        with nothing_written():
            answer = call(Program("", client), operation)
        assert (name, answer.status_code, answer["WWW-Authenticate"]) == (name, 401, "Bearer")
        assert NAME not in shown(answer)
        cache.clear()


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_a_person_s_token_does_what_the_person_may_and_its_scope_allows(made, call, operation):
    for name, person in made[3].items():
        role = PEOPLE[name][0]
        if person is None:
            continue
        for scope in ("read", "write", "figures"):
            program = personal(person, scope)
            with transaction.atomic():
                answer = call(program, operation)
                transaction.set_rollback(True)
            expected = 401 if role == "anonymous" else EXPECTED[operation, LIKE.get(role, role), scope]
            assert (name, scope, answer.status_code) == (name, scope, expected)
            assert role not in ("anonymous", "outsider") or NAME not in shown(answer)
            cache.clear()


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_an_organization_s_token_works_there_alone_in_its_role(made, call, operation):
    organization, other, *_ = made
    kinds = {
        "viewer reads": ("read", Role.VIEWER),
        "editor reads": ("read", Role.EDITOR),
        "editor writes": ("write", Role.EDITOR),
        "sends figures": ("figures", Role.EDITOR),
    }
    for kind, (scope, role) in kinds.items():
        with transaction.atomic():
            answer = call(machine(organization, scope, role), operation)
            transaction.set_rollback(True)
        assert (kind, answer.status_code) == (kind, EXPECTED[operation, "organization", kind])
    answer = call(machine(other, "write"), operation)
    assert answer.status_code == EXPECTED[operation, "another", "writes"]
    assert NAME not in shown(answer)


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_a_token_that_is_over_or_none_lets_nobody_in(made, call, operation):
    owner = made[0].created_by
    ended, expired = personal(owner), personal(owner, lasts=timedelta(days=1))
    tokens.end(AccessToken.objects.get(token_sha256=tokens.hashed(ended.token)), actor=owner)
    AccessToken.objects.filter(token_sha256=tokens.hashed(expired.token)).update(expires_at=timezone.now())
    answers = {
        "ended": call(ended, operation),
        "expired": call(expired, operation),
        "unknown": call(Program("sct_" + "x" * 43), operation),
        "garbled": call(Program("\x80é nonsense"), operation),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 401)
    assert "was ended" in answers["ended"].json()["detail"]
    assert "expired on" in answers["expired"].json()["detail"]


@pytest.mark.parametrize("operation", sorted(name for name in OPERATIONS if "slug" in URLS[name].parts))
def test_an_outsider_cannot_tell_an_organization_from_one_that_never_was(made, call, operation):
    program = personal(made[3]["outsider"], "figures" if operation == "figure_create" else "write")

    real, never = call(program, operation), call(program, operation, slug="never-was")

    assert (real.status_code, real.content) == (404, never.content)


def test_a_switched_off_person_s_token_ends_and_an_erased_one_s_goes(made):
    from assessments.accounts.erasure import erase_user

    person = make_user()
    program = personal(person)
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert program.get("/token").status_code == 401

    erase_user(person)
    assert not AccessToken.objects.filter(token_sha256=tokens.hashed(program.token)).exists()
