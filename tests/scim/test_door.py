"""The door of SCIM: which token lets in, how often, and what an error looks like."""

import pytest
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.organizations.tokens import services as tokens
from assessments.organizations.tokens.models import AccessToken
from assessments.scim import door
from tests.api.calls import Program, machine, personal
from tests.factories import make_organization
from tests.scim.directory import Directory
from tests.scim.test_users import refused

pytestmark = pytest.mark.django_db

PATHS = [
    *("/Users", "/Users/.search", "/Users/1", "/Groups", "/Groups/.search", "/Groups/1", "/Me", "/Bulk", "/", "/x/y"),
    *("/ServiceProviderConfig", "/Schemas", "/Schemas/urn:x", "/ResourceTypes", "/ResourceTypes/User"),
]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_without_a_token_for_scim_nothing_answers(boss, path, method):
    organization = make_organization(owner=boss)
    others = [personal(boss), machine(organization), machine(organization, "figures")]

    assert refused(Directory("").send(method, path), 401) == "Send a token: Authorization: Bearer sct_..."
    for other in others:
        assert "This token is not for SCIM." in refused(Directory(other.token).send(method, path), 403)


def test_a_session_lets_nobody_in(boss, client):
    client.force_login(boss)

    assert client.get("/scim/v2/Users").status_code == 401


def test_a_token_for_scim_opens_nothing_else(directory, boss):
    organization = make_organization(owner=boss)
    program = Program(directory.token)

    for path in ("/me", "/organizations", f"/organizations/{organization.slug}"):
        response = program.get(path)
        assert response.status_code in (403, 404)
    assert "This token is for SCIM" in program.get("/organizations").json()["detail"]
    pushed = program.client.post(
        "/figures/push/", b"{}", content_type="application/json", headers={"Authorization": f"Bearer {directory.token}"}
    )
    assert pushed.status_code in (403, 404)


def test_an_ended_and_an_expired_token_let_nobody_in(directory, boss):
    row = AccessToken.objects.get()
    AccessToken.objects.update(expires_at=timezone.now())
    assert "This token expired" in refused(directory.get("/Users"), 401)
    AccessToken.objects.update(expires_at=None)
    tokens.end(row, actor=boss)
    assert "This token was ended." in refused(directory.get("/Users"), 401)
    assert AuditEvent.objects.filter(subject="Token: Entra", new="Ended", actor=boss).count() == 1


def test_a_token_in_the_address_is_refused(directory):
    assert "never in an address" in refused(directory.get(f"/Users?token={directory.token}"), 400)


def test_too_much_at_once_is_told_to_wait(directory, monkeypatch):
    monkeypatch.setattr(door, "RATE", (2, 60))
    assert [directory.get("/Users").status_code for _ in range(3)] == [200, 200, 429]
    response = directory.get("/Users")
    assert "Too much at once." in refused(response, 429)
    assert 0 < int(response["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ('{"a": 1, "a": 2}', 400),
        ("[]", 400),
        ("null", 400),
        ('"x"', 400),
        ("[" * 5_000, 400),
        ('{"userName": "a\\u0000@x.example"}', 400),
        ("{}", 400),
        (f'{{"userName": "{"a" * 1_100_000}"}}', 413),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/Users"), ("PUT", "/Users/{}"), ("PATCH", "/Users/{}"), ("POST", "/Groups")],
)
def test_a_body_that_is_none_is_refused_in_words(directory, boss, method, path, body, status):
    assert refused(directory.send(method, path.format(boss.pk), body), status)


@pytest.mark.parametrize(
    "operations",
    [
        [],
        None,
        "x",
        [{}],
        [{"op": "jump"}],
        [{"op": "replace"}],
        [{"op": "remove"}],
        [{"op": "replace", "path": "userName"}],
        [{"op": "remove", "path": "userName"}],
        [{"op": "replace", "path": "active", "value": "perhaps"}],
        [{"op": "replace", "path": "emails[", "value": 1}],
        [{"op": "replace", "value": 7}],
        [{"op": "replace", "path": "id", "value": "7"}],
    ],
)
def test_a_patch_that_means_nothing_is_refused_in_words(directory, boss, operations):
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations}

    assert refused(directory.send("PATCH", f"/Users/{boss.pk}", body), 400)


def test_another_content_type_is_refused_and_plain_json_is_not(directory):
    body = '{"userName": "ada@x.example"}'
    assert "Send JSON" in refused(directory.send("POST", "/Users", body, Content_Type="text/plain"), 415)
    assert directory.send("POST", "/Users", body, Content_Type="application/json").status_code == 201


def test_what_is_not_done_is_said(directory):
    for path in ("/Me", "/Bulk", "/.search", "/"):
        assert refused(directory.send("POST", path, {}), 501)
    assert refused(directory.get("/Devices"), 404) == "There is nothing at this address."
    response = directory.send("PUT", "/Users", {})
    assert refused(response, 405) == "This address takes GET and POST."
    assert response["Allow"] == "GET, POST"


def test_what_is_there_is_told(directory):
    config = directory.get("/ServiceProviderConfig").json()
    assert (config["patch"]["supported"], config["bulk"]["supported"]) == (True, False)
    assert [each["id"] for each in directory.get("/ResourceTypes").json()["Resources"]] == ["User", "Group"]
    assert directory.get("/ResourceTypes/User").json()["endpoint"] == "/Users"
    names = [each["id"] for each in directory.get("/Schemas").json()["Resources"]]
    assert directory.get(f"/Schemas/{names[0]}").json()["name"] == "User"


def test_a_refusal_keeps_nothing(directory):
    events = AuditEvent.objects.count()
    directory.add_group("Consultants", make_organization().created_by)
    before = AuditEvent.objects.count()

    assert refused(directory.send("POST", "/Groups", {"displayName": "Advisers", "members": [{"value": "77777"}]}), 400)
    assert AuditEvent.objects.count() == before > events
