"""Dropping, choosing or pasting: what comes in is read and shown, whatever it is."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.figures.dropped import drops
from assessments.figures.models import FigureDrop
from assessments.scorecards.models import Evidence
from tests.factories import SAMPLES, make_drop, make_scorecard

pytestmark = pytest.mark.django_db


def address(scorecard, query="?category=reliability-targets&decider=monthly-results"):
    return reverse("figure_drop_create", args=[scorecard.organization.slug, scorecard.pk]) + query


def sample(name, called=""):
    return SimpleUploadedFile(called or name, (SAMPLES / name).read_bytes())


def drop(client, scorecard, *files, **fields):
    return client.post(address(scorecard), {"file": list(files), **fields}, follow=True)


def test_a_file_is_read_and_shown_and_nothing_is_added(client, scorecard):
    page = drop(client, scorecard, sample("k6-1.1.0-summary-export-threshold-crossed.json", "evening.json"))

    html = page.content.decode()
    assert page.redirect_chain[0][1] == 302
    assert "evening.json" in html
    assert "p95 latency" in html
    assert "2.23 ms" in html
    assert "17,662 requests, failures included" in html
    assert "The file has no p99: k6 writes it only if summaryTrendStats asks for it." in html
    assert "Run k6 with --summary-trend-stats" in html
    assert "3,446 of 17,662 requests failed; they are in the latencies and in the requests per second." in html
    assert "Last day it was measured" in html
    assert Evidence.objects.count() == 0


def test_several_files_and_pasted_text_stand_on_one_page(client, scorecard):
    text = (SAMPLES / "wrk-4.1.0-latency.txt").read_text()

    html = drop(client, scorecard, sample("hey-0.1.4-40-requests.txt"), text=text).content.decode()

    assert "hey-0.1.4-40-requests.txt" in html
    assert drops.PASTED in html
    assert FigureDrop.objects.values("batch").distinct().count() == 1


def test_a_file_dropped_beside_others_joins_their_page(client, scorecard):
    first = make_drop(scorecard)

    html = drop(client, scorecard, sample("wrk-4.1.0-latency.txt"), batch=str(first.batch)).content.decode()

    assert first.filename in html
    assert "wrk-4.1.0-latency.txt" in html


def test_a_p99_of_forty_requests_is_refused_with_what_to_send(client, scorecard):
    html = drop(client, scorecard, sample("hey-0.1.4-40-requests.txt")).content.decode()

    assert "<s>p99 latency</s>" in html
    assert "40 requests: too few for hey to write a p99." in html
    assert "Send a run of 1,000 requests for a p99, 100 at the very least." in html


def test_secrets_are_named_masked_and_not_stored(client, scorecard, media):
    html = drop(client, scorecard, sample("nccl-tests-2.19.6-written-from-source.json")).content.decode()

    made = FigureDrop.objects.get()
    assert "the whole environment of the machine" in html
    assert "not-a-real-one" not in html
    assert b"not-a-real-one" not in drops.text_of(made)
    assert "not-a-real-one" not in json.dumps(made.reading) + made.head


def test_a_secret_in_what_a_tool_says_of_a_figure_is_masked(client, scorecard):
    data = json.loads((SAMPLES / "vllm-0.32.0-bench-serve-p50-p95-p99.json").read_text())
    data["base_url"] = "https://ines:hunter2hunter@gateway/v1"

    html = drop(client, scorecard, SimpleUploadedFile("b.json", json.dumps(data).encode())).content.decode()

    assert "hunter2hunter" not in html + json.dumps(FigureDrop.objects.get().reading)
    assert b"hunter2hunter" not in drops.text_of(FigureDrop.objects.get())


BAD = {
    "empty": b"",
    "spaces": b"  \n\n",
    "binary": bytes(range(256)) * 40,
    "png": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "gzip": b"\x1f\x8b\x08" + bytes(100),
    "utf-16": "Requests/sec: 12\n".encode("utf-16"),
    "utf-16 k6": (SAMPLES / "k6-1.1.0-stdout.txt").read_bytes().decode("utf-8").encode("utf-16"),
    "windows-1252": "Débit: 12,5 Mo/s à 29.11.2026\n".encode("cp1252"),
    "ansi": b"\x1b[31mred\x1b[0m\n",
    "decimal comma": b"p95: 712,5 ms\n29.11.2026 11/29/26\n",
    "note before json": b"Hello\n" + (SAMPLES / "k6-1.1.0-summary-export-with-p99.json").read_bytes(),
    "two documents": (SAMPLES / "k6-1.1.0-summary-export-with-p99.json").read_bytes() * 2,
    "json lines": b'{"a": 1}\n{"a": 2}\n' * 500,
    "nan": b'{"metrics": {"http_req_duration": {"p(95)": NaN, "avg": Infinity, "max": "nan"}}, "root_group": {}}',
    "huge ints": b'{"metrics":{"http_req_duration":{"avg":9223372036854775794},"http_reqs":{"count":'
    + b"9" * 400
    + b'}},"root_group":{}}',
    "deep": b'{"metrics": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 50_000,
    "formula": b'=HYPERLINK("http://evil.example")\n',
    "two tools": (SAMPLES / "wrk-4.1.0-latency.txt").read_bytes()
    + (SAMPLES / "hey-0.1.4-40-requests.txt").read_bytes(),
    "nul in json": b'{"metrics": {"http_req_duration": {"avg": 1}}, "root_group": {"name": "\\u0000\\ud800"}}',
    "markup": b"<script>alert(1)</script>\n<b>bold</b>",
    "long line": b"x" * 2_000_000,
    "cut off": (SAMPLES / "k6-1.1.0-summary-export-with-p99.json").read_bytes()[:900],
}


@pytest.mark.parametrize("name", BAD)
def test_whatever_comes_in_is_shown_with_a_sentence(client, scorecard, name):
    page = drop(client, scorecard, SimpleUploadedFile(f"{name}.json", BAD[name]))

    html = page.content.decode()
    made = FigureDrop.objects.get()
    assert page.status_code == 200
    assert made.reading["refusals"] or made.reading["figures"]
    assert "<script>alert" not in html
    assert made.filename.split(".")[0] in html


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_sample_can_be_dropped_and_shown(client, scorecard, path):
    page = drop(client, scorecard, sample(path.name, "renamed.png"))

    assert page.status_code == 200
    assert "renamed.png" in page.content.decode()


def test_a_file_nobody_knows_shows_its_first_lines_and_a_form_for_the_figure(client, scorecard):
    html = drop(client, scorecard, SimpleUploadedFile("odd.log", b"<b>odd</b> tool 7\nload 12\n")).content.decode()

    assert "No reader knows this file." in html
    assert "&lt;b&gt;odd&lt;/b&gt; tool 7\nload 12" in html
    assert "Type the figure" in html


def test_a_cost_file_with_two_currencies_refuses_their_sum(client, scorecard):
    html = drop(client, scorecard, sample("focus-1.0-two-currencies-null.csv")).content.decode()

    assert "The file has EUR and USD: costs of two currencies are never added." in html


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({}, "Choose a file, or paste what it holds."), ({"text": "  "}, "Choose a file, or paste what it holds.")],
)
def test_nothing_at_all_is_refused_in_a_sentence(client, scorecard, fields, sentence):
    page = client.post(address(scorecard), fields)

    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_too_large_a_file_is_refused_in_a_sentence(client, scorecard, settings):
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024

    page = drop(client, scorecard, SimpleUploadedFile("big.csv", b"a,b\n" * 300_000))

    assert page.status_code == 422
    assert "“big.csv” is larger than 1 MB." in page.content.decode()
    assert FigureDrop.objects.count() == 0


def test_eleven_files_are_too_many(client, scorecard):
    files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)]

    page = drop(client, scorecard, *files)

    assert page.status_code == 422
    assert "At most 10 files are read together." in page.content.decode()


def test_what_was_pasted_stays_when_a_place_is_unknown(client, scorecard):
    page = client.post(address(scorecard, "?category=nowhere"), {"text": "Requests/sec: 12"})

    assert page.status_code == 422
    assert "Requests/sec: 12</textarea>" in page.content.decode()


def test_a_signed_off_assessment_takes_no_files(client, owner, django_capture_on_commit_callbacks):
    from django.utils import timezone

    from tests.factories import make_organization

    signed = make_scorecard(make_organization(owner=owner), signed_off_at=timezone.now())

    page = client.post(address(signed), {"text": "Requests/sec: 12"})

    assert page.status_code == 422
    assert "signed off" in page.content.decode()


def test_an_assessment_by_levels_has_no_such_page(client, owner):
    from tests.factories import make_organization

    old = make_scorecard(make_organization(owner=owner), version="2026.1")

    assert client.get(address(old)).status_code == 404


def test_the_page_takes_the_same_queries_for_one_file_and_for_three(client, scorecard, django_assert_num_queries):
    one = make_drop(scorecard)
    three = make_drop(scorecard, "wrk-4.1.0-latency.txt", "hey-0.1.4-40-requests.txt", "focus-1.2-own-rows.csv")

    for batch in (one.batch, three.batch):
        page = reverse("figure_drop_detail", args=[scorecard.organization.slug, scorecard.pk, batch])
        with django_assert_num_queries(8):
            client.get(page)


def test_what_nobody_takes_goes_within_a_day(scorecard, media, django_capture_on_commit_callbacks):
    from datetime import timedelta

    from django.utils import timezone

    old, new = make_drop(scorecard), make_drop(scorecard)
    FigureDrop.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=25))

    with django_capture_on_commit_callbacks(execute=True):
        assert drops.purge() == 1

    assert list(FigureDrop.objects.all()) == [new]
    assert [path.name for path in media.rglob("*") if path.is_file()] == [new.file.name.rpartition("/")[2]]


def test_removing_one_file_leaves_the_others(client, scorecard):
    first = make_drop(scorecard, "wrk-4.1.0-latency.txt", "hey-0.1.4-40-requests.txt")

    page = client.post(
        reverse("figure_drop_delete", args=[scorecard.organization.slug, scorecard.pk, first.pk]), follow=True
    )

    assert [drop.filename for drop in FigureDrop.objects.all()] == ["hey-0.1.4-40-requests.txt"]
    assert "hey-0.1.4-40-requests.txt" in page.content.decode()
