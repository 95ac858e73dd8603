"""Files in a bucket come and go as on a disk; a store that is away or full is a sentence; and they can be moved."""

import http.server
import io
import os
import threading
from contextlib import contextmanager

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse
from moto.server import ThreadedMotoServer

from assessments.platform import storage
from assessments.platform.copies import backups, restoring
from assessments.platform.copies.databases import NotCopied
from assessments.scorecards.models import Evidence
from tests.factories import make_organization, make_scorecard
from tests.platform.copies.test_backup import emptied, second_connections  # noqa: F401  a fixture
from tests.processes import free_port
from tests.test_disk import HX, PDF, attach, make_evidence

KEYS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests-only"}


@pytest.fixture(scope="module")
def store():
    """A server that speaks S3, on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def keep_in(settings, monkeypatch, tmp_path):
    """Keep files in a bucket, of this store or of a stand-in for it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)

    def use(endpoint, bucket):
        options = {"bucket_name": bucket, "location": "files", "endpoint_url": endpoint, "region_name": "eu-central-1"}
        settings.FILES_URL = f"s3://{bucket}/files"
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {"BACKEND": "assessments.platform.buckets.BucketStorage", "OPTIONS": options},
        }

    return use


@pytest.fixture
def bucket(store, keep_in, request):
    name = f"bucket-{abs(hash(request.node.nodeid))}"
    where = {"LocationConstraint": "eu-central-1"}
    keep_in(store, name)
    client = boto3.client("s3", endpoint_url=store, region_name="eu-central-1")
    client.create_bucket(Bucket=name, CreateBucketConfiguration=where)
    return boto3.resource("s3", endpoint_url=store, region_name="eu-central-1").Bucket(name)


@pytest.fixture
def scorecard(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_scorecard(make_organization())


@pytest.fixture
def client(client, scorecard):
    client.force_login(scorecard.organization.created_by)
    return client


def kept(bucket):
    return {entry.key: entry.get()["Body"].read() for entry in bucket.objects.all()}


@contextmanager
def answering(status, body):
    """A store that answers everything so."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = answer

        def do_HEAD(self):  # whether it is there: it is not
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def download(client, evidence):
    organization = evidence.response.scorecard.organization
    return client.get(
        reverse("evidence_download", args=[organization.slug, evidence.response.scorecard_id, evidence.pk])
    )


def test_evidence_comes_and_goes_as_on_a_disk(client, scorecard, bucket, settings):
    assert attach(client, scorecard, size=12 * 1024**2).status_code == 302  # in parts, for its size

    [evidence] = Evidence.objects.all()
    assert [name.removeprefix("files/") for name in kept(bucket)] == [evidence.file.name]
    assert b"".join(download(client, evidence)) == PDF + b" " * 12 * 1024**2
    assert not settings.MEDIA_ROOT.exists()

    evidence.delete()
    assert kept(bucket) == {}


def test_one_name_is_never_two_files(bucket):
    names = [default_storage.save("reports/1/it", ContentFile(content)) for content in (b"one", b"two")]

    assert len(set(names)) == 2
    assert sorted(kept(bucket).values()) == [b"one", b"two"]


def test_a_file_that_is_gone_is_not_there(client, scorecard, bucket):
    evidence = make_evidence(scorecard)
    bucket.objects.all().delete()

    assert download(client, evidence).status_code == 404
    assert evidence.file.storage.delete(evidence.file.name) is None


def test_a_store_that_does_not_answer_is_said_and_nothing_is_half_written(client, scorecard, bucket, keep_in):
    evidence = make_evidence(scorecard)
    keep_in(f"http://127.0.0.1:{free_port()}", bucket.name)
    client.raise_request_exception = False

    refused, page = attach(client, scorecard, **HX), download(client, evidence)

    assert refused.status_code == 422
    assert str(storage.STORE_AWAY) in refused.content.decode()
    assert Evidence.objects.count() == 1
    assert page.status_code == 503
    assert page["Retry-After"] == "30"
    assert "The place where files are kept does not answer." in page.content.decode()
    assert client.get("/health/ready?format=json").json()["checks"]["storage"] == "not ok"


def test_a_store_that_refuses_the_keys_is_away_too(client, scorecard, keep_in):
    with answering(403, b"<Error><Code>InvalidAccessKeyId</Code></Error>") as endpoint:
        keep_in(endpoint, "bucket")
        refused = attach(client, scorecard, **HX)

    assert refused.status_code == 422
    assert str(storage.STORE_AWAY) in refused.content.decode()


def test_a_store_without_room_says_what_a_full_disk_says(client, scorecard, keep_in):
    with answering(507, b"<Error><Code>XMinioStorageFull</Code></Error>") as endpoint:
        keep_in(endpoint, "bucket")
        refused = attach(client, scorecard, **HX)

    assert refused.status_code == 422
    assert str(storage.NO_ROOM) in refused.content.decode()


def test_files_are_copied_to_the_bucket_and_back(scorecard, bucket, settings, capsys):
    folder = settings.MEDIA_ROOT
    for name, content in {"evidence/1/a": b"one", "reports/2/b": os.urandom(300_000)}.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(content)
    before = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    call_command("files", "copy")
    assert capsys.readouterr().out == "2 files copied, 0 files were there already, each the same byte for byte.\n"
    assert {name.removeprefix("files/"): content for name, content in kept(bucket).items()} == before

    folder.rename(folder.with_name("before"))
    call_command("files", "copy", "--back")
    call_command("files", "copy", "--back")
    assert "0 files copied, 2 files were there already" in capsys.readouterr().out
    assert {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    (folder / "evidence/1/a").write_bytes(b"another")
    with pytest.raises(CommandError, match="evidence/1/a is another file there"):
        call_command("files", "copy")


@pytest.mark.django_db(transaction=True)
def test_a_backup_of_a_bucket_is_put_back_into_another(scorecard, bucket, second_connections, settings):  # noqa: F811
    make_evidence(scorecard)
    before, target = kept(bucket), io.BytesIO()
    backups.back_up(target)
    settings.MEDIA_ROOT.mkdir()
    emptied(settings.MEDIA_ROOT)
    bucket.put_object(Key="files/mine", Body=b"kept")

    with pytest.raises(NotCopied, match="There are files in s3://"):
        restoring.restore(io.BytesIO(target.getvalue()))
    assert kept(bucket) == {"files/mine": b"kept"}
    bucket.objects.all().delete()
    with pytest.raises(NotCopied):
        restoring.restore(io.BytesIO(target.getvalue()[:-200]))
    assert kept(bucket) == {}

    restoring.restore(io.BytesIO(target.getvalue()))

    assert kept(bucket) == before
    assert Evidence.objects.count() == 1
