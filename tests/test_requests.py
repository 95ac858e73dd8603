"""What holds for every request, whatever it is for: HEAD, addresses of forms, what may be kept, what cannot be read."""

from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.audit.models import AuditEvent
from assessments.organizations.models import Role
from assessments.platform import failures
from assessments.roadmaps.reminding import settings as reminder_settings
from tests.factories import PASSWORD, make_membership, make_organization, make_user
from tests.test_access import ALL_URLS, EXPECTED, URLS, _make_world

pytestmark = pytest.mark.django_db

UNREADABLE = "http://["
UNSAFE = "application/x-www-form-urlencoded; charset=iso-8859-1"


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return _make_world(make_organization())


@pytest.fixture
def boss(world):
    """An owner of the organization who is an administrator, too."""
    person = make_user(is_staff=True, is_superuser=True)
    make_membership(world.organization, person, role=Role.OWNER)
    return person


@pytest.fixture
def client(boss):
    client = Client()
    client.force_login(boss)
    return client


def paths(world):
    pk = str(world.organization.pk)
    admin = {"object_id": pk, "id": pk, "content_type_id": "1", "app_label": "assessments", "url": "no"}
    admin["name"] = "reports"  # of a queue
    return {f"{url.name} {url.route}": url.path(world.arguments(url.name) | admin) for url in ALL_URLS}


# An address to go on to that cannot be read


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_an_unreadable_address_to_go_on_to_counts_as_none_on_every_page_of_accounts(world, boss, method, signed_in):
    for name, path in paths(world).items():
        if path.startswith(("/accounts/", "/admin/login/", "/invitations/")):
            client = Client()
            if signed_in:
                client.force_login(boss)
            fields = {"login": boss.email, "email": boss.email, "password": PASSWORD, "next": UNREADABLE}
            sent = fields if method == "post" else {"next": UNREADABLE}
            response = getattr(client, method)(f"{path}?next={quote(UNREADABLE)}", sent)
            assert response.status_code < 500, name
            assert UNREADABLE not in response.headers.get("Location", "")


def test_signing_in_with_an_unreadable_address_to_go_on_to_leads_home(boss):
    client = Client()

    response = client.post("/accounts/login/", {"login": boss.email, "password": PASSWORD, "next": UNREADABLE})

    assert (response.status_code, response["Location"]) == (302, "/")


# A body that cannot be read


@pytest.fixture
def visitor(client):
    """Somebody with the cookie of the forms, whose failures are answered and not raised."""
    visitor = Client(enforce_csrf_checks=True, raise_request_exception=False)
    visitor.cookies = client.cookies
    visitor.get("/accounts/password/reset/")
    return visitor


MANY = b"".join(
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\nx\r\n'.encode()
    for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)
)
FILES = b"".join(
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f{n}"; filename="a.txt"\r\n\r\nx\r\n'.encode()
    for n in range(101)
)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (UNSAFE, b"a=1"),
        ("multipart/form-data", b"x"),
        (f"multipart/form-data; boundary={'b' * 300}", b"x"),
        (MULTIPART_CONTENT, MANY + f"--{BOUNDARY}--\r\n".encode()),
        (MULTIPART_CONTENT, FILES + f"--{BOUNDARY}--\r\n".encode()),
    ],
)
def test_a_malformed_body_is_a_400_or_404_with_the_usual_headers_on_every_url(world, visitor, content_type, body):
    answers, chosen = {}, {**paths(world), "nowhere": "/not/here/"}
    if len(body) > 1000:  # these take a while to read
        chosen = {
            name: chosen[name] for name in [*sorted(chosen)[::15], "organization_create organizations/new", "nowhere"]
        }
    for name, path in chosen.items():
        response = visitor.generic("POST", path, body, content_type=content_type)
        answers[name] = response.status_code
        assert path.startswith("/health/") or "Content-Security-Policy" in response.headers, name
        assert path.startswith("/health/") or response.headers["Cache-Control"], name

    assert {name: status for name, status in answers.items() if status >= 500} == {}
    assert answers["organization_create organizations/new"] == 400
    assert answers["nowhere"] in (400, 404)


def test_a_number_that_no_column_holds_is_a_400(client, boss):
    page = f"/admin/assessments/user/{boss.pk}/change/"
    fields = {"name": "Ada", "email": boss.email, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    for form in ("team_memberships", "memberships"):
        fields |= {f"{form}-TOTAL_FORMS": "0", f"{form}-INITIAL_FORMS": "0"}

    response = client.post(page, fields | {"groups": "9" * 19})

    # PostgreSQL compares such a number and finds no group: the form says so. SQLite cannot take it at all.
    assert response.status_code == (400 if connection.vendor == "sqlite" else 200)
    assert not boss.groups.exists()


@pytest.mark.parametrize("chosen", ["", "abc", "9" * 40])
@pytest.mark.parametrize("model", ["assessments/user", "assessments/organization", "auth/group"])
def test_a_list_of_the_administration_takes_a_selection_of_nonsense_for_none(client, model, chosen):
    response = client.post(
        f"/admin/{model}/", {"action": "delete_selected", "index": "0", "_selected_action": chosen}, follow=True
    )

    assert response.status_code == 200


# HEAD


def test_head_is_answered_wherever_get_is_with_its_status_and_without_a_body(world, client):
    differ = {}
    for name, path in paths(world).items():
        with_head, with_get = client.head(path), client.get(path)
        if (with_head.status_code, with_head.get("Location")) != (with_get.status_code, with_get.get("Location")):
            differ[name] = (with_head.status_code, with_get.status_code)
        body = b"".join(with_head.streaming_content) if with_head.streaming else with_head.content
        assert body == b"", name
    answering = [name for name, url in URLS.items() if EXPECTED[name, "GET", "owner"] == "200"]

    assert differ == {}
    assert len(answering) > 50


def test_head_says_how_long_the_answer_to_get_is_and_of_what_kind(client):
    with_head, with_get = client.head("/accounts/"), client.get("/accounts/")

    assert with_head["Content-Type"] == with_get["Content-Type"]
    assert abs(int(with_head["Content-Length"]) - len(with_get.content)) < 200  # the token is hidden differently


def test_head_has_no_effect(world, client):
    export = reverse("audit_event_export", args=[world.organization.slug])
    before = AuditEvent.objects.count()

    client.head(export)
    client.head(reverse("report_download", args=[world.organization.slug, world.report.pk]))

    assert AuditEvent.objects.count() == before
    client.get(export)
    assert AuditEvent.objects.count() == before + 1


# The address of a form, opened by hand

# Below a token nobody here has.
BY_TOKEN = (
    *("vendor_link_unlock", "vendor_link_save", "vendor_link_detach"),
    *("report_share_unlock", "rater_link_unlock", "rater_link_save", "rater_link_detach"),
)


def test_an_address_that_only_takes_forms_shows_a_page_with_the_way_back(world, client):
    blank, back = [], {}
    for name, url in URLS.items():
        path = url.path(world.arguments(name))
        response = client.get(path)
        if response.status_code == 405 and name not in BY_TOKEN:
            page = response.content.decode()
            if "There is nothing to open at this address." not in page or "POST" not in response["Allow"]:
                blank.append(name)
            back[name] = page.partition('<p><a href="')[2].partition('"')[0]
    lost = {name: (to, status) for name, to in back.items() if (status := client.get(to).status_code) not in (200, 302)}

    assert blank == []
    assert lost == {}
    assert len(back) > 25
    assert back["invitation_create"] == f"/o/{world.organization.slug}/people/"
    assert back["response_update"] == f"/o/{world.organization.slug}/scorecards/{world.scorecard.pk}/"


def test_a_vendor_s_address_that_only_takes_forms_leads_back_to_the_questions(client):
    response = Client().get(f"/v/{'x' * 43}/answers/latency-target")

    assert response.status_code == 405
    assert f'href="/v/{"x" * 43}/"' in response.content.decode()


def test_a_shared_report_s_address_that_only_takes_forms_leads_back_to_the_report(client):
    response = Client().get(f"/s/{'x' * 43}/passcode")

    assert response.status_code == 405
    assert f'href="/s/{"x" * 43}/"' in response.content.decode()


def test_a_script_gets_no_page_where_only_forms_are_taken(world, client):
    url = reverse("report_create", args=[world.organization.slug])

    assert client.get(url, headers={"HX-Request": "true"}).content == b""


# What may be kept


@pytest.mark.parametrize("signed_in", [True, False])
def test_no_answer_may_be_kept_by_a_browser_or_listed(world, boss, signed_in):
    client = Client()
    if signed_in:
        client.force_login(boss)
    kept = {}
    for name, path in {**paths(world), "nowhere": "/not/here/"}.items():
        for method in ("get", "post"):
            response = getattr(client, method)(path)
            if "no-store" not in response.headers.get("Cache-Control", ""):
                kept[name] = response.headers.get("Cache-Control")
            assert path.startswith("/health/") or "noindex" in response.headers["X-Robots-Tag"], name
            assert path.startswith("/health/") or response["X-Scorecard"] == method.upper(), name
    kept.pop("health health/", None)

    assert kept == {}


def test_search_engines_are_asked_to_stay_away():
    response = Client().get("/robots.txt")

    assert (response["Content-Type"], response.content) == ("text/plain", b"User-agent: *\nDisallow: /\n")


def test_a_wrong_host_is_told_so_with_the_usual_headers():
    response = Client(raise_request_exception=False).get("/accounts/login/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert (response["X-Frame-Options"], response["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_a_calendar_is_still_asked_for_conditionally(boss):
    token = reminder_settings.renew_calendar(boss)
    first = Client().get(f"/calendar/{token}.ics")

    again = Client().get(f"/calendar/{token}.ics", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert first["Cache-Control"] == "private, max-age=300"


# What the page of a failure says


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OperationalError("database or disk is full"), 507, "The disk of this site is full."),
        (OSError(28, "No space left on device"), 507, "The disk of this site is full."),
        (OperationalError("connection refused"), 503, "The database does not answer."),
        (RuntimeError("a fault of ours"), 500, "Something failed on our side."),
    ],
)
def test_the_page_of_a_failure_says_what_an_operator_can_mend(error, status, sentence):
    try:
        raise error
    except Exception:
        with CaptureQueriesContext(connection) as queries:
            response = failures.server_error(HttpRequest())

    assert response.status_code == status
    assert sentence in response.content.decode()
    assert len(queries) == 0


@pytest.mark.parametrize(("free", "status"), [(0, 507), (10**9, 503)])
def test_a_database_that_cannot_be_opened_is_a_full_disk_only_where_there_is_no_room(monkeypatch, free, status):
    monkeypatch.setattr(failures.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    try:
        raise OperationalError("disk I/O error")
    except OperationalError:
        response = failures.server_error(HttpRequest())

    assert response.status_code == status


def test_a_refusal_in_the_administration_speaks_of_groups(client, boss):
    staff = Client()
    staff.force_login(make_user(is_staff=True))

    text = staff.get("/admin/assessments/user/").content.decode()

    assert "not among what your groups let you do" in text
    assert "An owner of the organization" not in text
