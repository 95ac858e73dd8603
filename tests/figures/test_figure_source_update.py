"""A live source: asked only where the operator allows it, within a time, without following; its token is encrypted."""

import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from assessments.audit.models import AuditEvent
from assessments.figures.incoming import connecting, live
from assessments.figures.models import FigureSource, MeasuredFigure
from assessments.platform.encryption import MARK, decrypt
from tests.factories import SAMPLES

pytestmark = pytest.mark.django_db

P99 = "histogram_quantile(0.99, sum by (le) (rate(vllm:e2e_request_latency_seconds_bucket[1h])))"


def answer(value="0.42", status="success"):
    result = [{"metric": {}, "value": [time.time(), value]}]
    return json.dumps({"status": status, "data": {"resultType": "vector", "result": result}}).encode()


@contextmanager
def server(body=None, status=200, headers=(), wait=0.0):
    """A Prometheus of one answer on this machine; yields its address and what it was asked."""
    asked = []
    ends = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Authorization")))
            ends.wait(wait)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer() if body is None else body)

        def log_message(self, *arguments):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}", asked
    finally:
        ends.set()
        running.shutdown()
        running.server_close()


@pytest.fixture(autouse=True)
def allowed(settings):
    settings.FIGURE_SOURCES_ALLOWED = ["127.0.0.1/32", "prometheus.internal:9090"]
    return settings.FIGURE_SOURCES_ALLOWED


@pytest.fixture
def organization(scorecard):
    return scorecard.organization


@pytest.fixture
def page(organization):
    return reverse("figure_source_update", args=[organization.slug])


def save(client, page, address, **fields):
    return client.post(page, {"address": address, "queries": P99, "service": "Copilot"} | fields)


def source(organization, address, **fields):
    values = {"queries": P99, "service": "", "token": None, "actor": organization.created_by} | fields
    return live.save_source(organization, address=address, **values)


def test_without_the_operator_s_word_there_is_no_such_page(client, organization, page, settings):
    settings.FIGURE_SOURCES_ALLOWED = []

    assert client.get(page).status_code == 404
    assert "Read a live source" not in client.get(reverse("figure_list", args=[organization.slug])).content.decode()


def test_the_form_offers_queries_to_begin_with(client, page):
    html = client.get(page).content.decode()

    assert "histogram_quantile(0.99" in html
    assert "DCGM_FI_DEV_GPU_UTIL" in html


def test_a_source_is_kept_with_its_token_encrypted_and_never_shown(client, organization, page):
    save(client, page, "http://prometheus.internal:9090/", token="s3cret-token-value")

    kept = FigureSource.objects.get()
    assert (kept.address, kept.queries, kept.service) == ("http://prometheus.internal:9090", P99, "Copilot")
    assert kept.token.startswith(MARK)
    assert decrypt(kept.token) == "s3cret-token-value"
    assert "s3cret" not in client.get(page).content.decode()
    events = AuditEvent.objects.filter(action="organization-changed")
    assert [event.subject for event in events] == ["Live source: http://prometheus.internal:9090"]
    assert "s3cret" not in str(list(events.values()))


def test_an_empty_token_leaves_the_one_there_is_and_a_tick_takes_it_away(client, page):
    save(client, page, "http://prometheus.internal:9090", token="s3cret-token-value")
    save(client, page, "http://prometheus.internal:9090")
    assert decrypt(FigureSource.objects.get().token) == "s3cret-token-value"

    save(client, page, "http://prometheus.internal:9090", drop_token="on")
    assert FigureSource.objects.get().token == ""


def test_the_test_button_shows_the_reading_with_its_warnings_and_keeps_nothing(client, page):
    with server() as (address, asked):
        html = save(client, page, address, test="1", token="abc").content.decode()

    assert "p99 latency: 420 ms" in html
    assert "Prometheus interpolated inside a bucket" in html
    assert asked == [(asked[0][0], "Bearer abc")]
    assert asked[0][0].startswith("/api/v1/query?query=histogram_quantile")
    assert (FigureSource.objects.count(), MeasuredFigure.objects.count()) == (0, 0)


def test_a_stored_token_is_not_sent_to_another_address(client, page, organization):
    source(organization, "http://prometheus.internal:9090", token="s3cret")

    with server() as (address, asked):
        save(client, page, address, test="1")

    assert asked[0][1] is None


def test_a_gauge_of_a_gpu_is_read(organization):
    body = (SAMPLES / "prometheus-2.42.0-gpu-util-gauge.json").read_bytes()
    with server(body) as (address, _):
        assert live.read_source(source(organization, address, queries="DCGM_FI_DEV_GPU_UTIL")) == 1

    figure = MeasuredFigure.objects.get()
    assert (figure.kind, figure.unit, figure.provenance["how"]) == ("active", "%", "live")
    assert figure.provenance["place"] == "DCGM_FI_DEV_GPU_UTIL"


def test_a_day_has_one_figure_a_query_the_last_one(organization):
    with server() as (address, _):
        live.read_source(source(organization, address))
    with server(answer("0.51")) as (address, _):
        row = FigureSource.objects.get()
        row.address = address
        live.read_source(row)

    assert not FigureSource.objects.get().problem
    assert [str(f.value.normalize()) for f in MeasuredFigure.objects.all()] == ["5.1E+2"]


def test_every_source_is_read_once_within_the_hour(organization):
    with server() as (address, asked):
        source(organization, address)
        assert (live.read_all(), live.read_all()) == (1, 0)
        FigureSource.objects.update(read_at=timezone.now() - timedelta(hours=1))
        assert live.read_all() == 1

    assert len(asked) == 2


def test_what_is_wrong_is_said_and_the_next_hour_tries_again(client, organization, page):
    with server(status=500) as (address, _):
        live.read_source(source(organization, address))

    assert FigureSource.objects.get().problem == "The server answers with an error (500)."
    assert "The server answers with an error (500)." in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (
            {"status": 302, "headers": [("Location", "http://169.254.169.254/")]},
            "sends elsewhere, which is not followed",
        ),
        ({"status": 401}, "asks for a token"),
        ({"status": 503}, "answers with an error (503)"),
        ({"body": b"x" * 3_000_000}, "larger than 2 MB"),
    ],
)
def test_what_a_server_may_not_do_is_refused(made, sentence):
    with server(**made) as (address, _), pytest.raises(ValidationError, match=r".*") as refused:
        connecting.get(address, "/api/v1/query", [("query", "up")])

    assert sentence in refused.value.messages[0]


def test_a_slow_server_is_given_up(monkeypatch):
    monkeypatch.setattr(connecting, "SECONDS", 0.3)

    with server(wait=20) as (address, _), pytest.raises(ValidationError, match="did not answer within"):
        connecting.get(address, "/", [])


def test_a_server_that_sends_its_headers_byte_by_byte_is_given_up_as_soon(monkeypatch):
    monkeypatch.setattr(connecting, "SECONDS", 0.5)

    def drip(listening):
        asking, _ = listening.accept()
        with asking, suppress(OSError):
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 400:
                asking.sendall(bytes([byte]))
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=drip, args=(listening,), daemon=True).start()
        began = time.monotonic()
        with pytest.raises(ValidationError, match="did not answer within"):
            connecting.get(f"http://127.0.0.1:{listening.getsockname()[1]}", "/", [])

    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"<html>", b'{"status":"error","error":"parse error"}', b"[" * 99999]
)
def test_an_answer_that_is_none_gives_no_figure_and_no_error(organization, body):
    with server(body) as (address, _):
        assert live.read_source(source(organization, address)) == 0

    assert FigureSource.objects.get().problem.startswith("The server answers, and none of the queries gives a figure")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://prometheus.internal:9090",
        "prometheus.internal:9090",
        "http://user:pass@prometheus.internal:9090",
        "http://prometheus.internal:99999",
        "http://prometheus.internal:9090/?a=b",
        "http://[",
        "http://",
        "http://prometheus.internal:9090/a b",
    ],
)
def test_an_address_that_is_none_is_refused_and_what_was_typed_stays(client, page, address):
    answer = save(client, page, address)

    assert answer.status_code == 422
    assert "Write the address as https://prometheus.internal:9090." in answer.content.decode()
    assert "Copilot" in answer.content.decode()


def test_a_server_that_is_not_listed_is_refused(client, page, settings):
    settings.FIGURE_SOURCES_ALLOWED = ["prometheus.internal:9090"]

    for address in ("http://prometheus.internal:9091", "http://127.0.0.1:9090", "http://evil.example"):
        assert save(client, page, address).status_code == 422


@pytest.mark.parametrize(
    ("listed", "ip", "is_allowed"),
    [
        (["prometheus.internal:9090"], "10.1.2.3", True),
        (["prometheus.internal"], "10.1.2.3", True),
        (["prometheus.internal:9091"], "10.1.2.3", False),
        (["prometheus.internal:9090"], "127.0.0.1", False),
        (["prometheus.internal:9090"], "169.254.169.254", False),
        (["prometheus.internal:9090"], "::1", False),
        (["prometheus.internal:9090"], "::ffff:127.0.0.1", False),
        (["prometheus.internal:9090"], "0.0.0.0", False),
        (["prometheus.internal:9090", "127.0.0.1"], "127.0.0.1", True),
        (["10.0.0.0/8"], "10.1.2.3", True),
        (["10.0.0.0/8"], "11.1.2.3", False),
    ],
)
def test_where_a_name_leads_is_checked_when_connecting(settings, listed, ip, is_allowed):
    settings.FIGURE_SOURCES_ALLOWED = listed

    assert connecting._is_allowed("prometheus.internal", 9090, ip) is is_allowed


def test_a_name_that_leads_to_this_machine_by_now_is_not_connected_to(settings, monkeypatch):
    settings.FIGURE_SOURCES_ALLOWED = ["prometheus.internal"]
    with server() as (address, asked):
        port = int(address.rpartition(":")[2])
        found = [(2, 1, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: found)

        with pytest.raises(ValidationError, match="may not be read"):
            connecting.get(f"http://prometheus.internal:{port}", "/", [])

    assert asked == []


@pytest.mark.parametrize("queries", ["", " \n ", "up\n" * 7, "x" * 501])
def test_queries_that_cannot_be_are_refused(client, page, queries):
    assert save(client, page, "http://prometheus.internal:9090", queries=queries).status_code == 422


def test_a_source_can_be_ended(client, organization, page):
    source(organization, "http://prometheus.internal:9090")

    client.post(reverse("figure_source_delete", args=[organization.slug]))

    assert FigureSource.objects.count() == 0


def test_a_new_key_encrypts_the_tokens_again(organization, settings):
    from django.core.management import call_command

    source(organization, "http://prometheus.internal:9090", token="s3cret")
    was = FigureSource.objects.get().token
    settings.ENCRYPTION_KEYS = ["a new key of some length", *settings.ENCRYPTION_KEYS]

    call_command("rotate_keys")

    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    assert FigureSource.objects.get().token != was
    assert decrypt(FigureSource.objects.get().token) == "s3cret"
