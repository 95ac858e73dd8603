"""What was said to be saved is on the disk; a full one says so, leaves no half file and hands out what is there."""

import errno
import sqlite3

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from assessments.audit.models import AuditEvent
from assessments.platform.spreadsheets import csv_response
from assessments.platform.storage import NO_ROOM, WholeFileStorage, free_bytes
from assessments.saving.uploads import check_upload
from assessments.scorecards import services
from assessments.scorecards.models import Evidence
from tests.factories import make_organization, make_scorecard
from tests.processes import environment, run_python

PDF = b"%PDF-1.7 whole"
HX = {"HX-Request": "true"}
SYNCHRONOUS = """
from django.db import connection
with connection.cursor() as cursor:
    print(cursor.execute("PRAGMA synchronous").fetchone()[0])
"""


class BreaksOff(ContentFile):
    """A file after whose first part the disk is full."""

    def chunks(self, chunk_size=None):
        yield b"x" * 1000
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def scorecard(db, media):
    return make_scorecard(make_organization())


@pytest.fixture
def client(client, scorecard):
    client.force_login(scorecard.organization.created_by)
    return client


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def attach(client, scorecard, size=20, **headers):
    url = reverse("evidence_create", args=[scorecard.organization.slug, scorecard.pk, "cost-model"])
    upload = SimpleUploadedFile("plan.pdf", PDF + b" " * size)
    return client.post(url, {"kind": "file", "title": "Plan", "file": upload}, headers=headers)


def make_evidence(scorecard):
    upload = check_upload(SimpleUploadedFile("plan.pdf", PDF))
    actor = scorecard.organization.created_by
    return services.add_file(scorecard, category="cost-model", title="", upload=upload, actor=actor)


def test_a_commit_on_sqlite_waits_for_the_disk(tmp_path):
    """In a process of its own: the tests' database does not wait."""
    assert run_python(SYNCHRONOUS, environment(tmp_path)) == "2\n"  # FULL


def test_files_are_kept_in_a_storage_that_writes_them_whole(media):
    assert type(storages["default"]) is WholeFileStorage


def test_a_file_that_the_disk_breaks_off_leaves_nothing(media):
    storage = WholeFileStorage(location=media)

    with pytest.raises(OSError, match="No space left"):
        storage.save("evidence/1/half", BreaksOff(b""))

    assert files(media) == []


def test_a_file_that_was_there_before_is_not_lost_when_another_breaks_off(media):
    storage = WholeFileStorage(location=media)
    storage.save("evidence/1/first", ContentFile(b"first"))

    with pytest.raises(OSError, match="No space left"):
        storage.save("evidence/1/first", BreaksOff(b""))

    assert [path.read_bytes() for path in files(media)] == [b"first"]


def test_a_file_that_would_take_the_room_kept_free_is_refused_in_a_sentence(client, scorecard, media, settings):
    settings.DISK_RESERVE_BYTES = free_bytes(media) + 10**9

    response = attach(client, scorecard, **HX)

    assert response.status_code == 422
    assert str(NO_ROOM) in response.content.decode()
    assert files(media) == []
    assert not Evidence.objects.exists()


def test_a_large_file_is_refused_before_it_is_written_anywhere(client, scorecard, media, settings, tmp_path):
    settings.DISK_RESERVE_BYTES = free_bytes(media) + 10**9
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "temporary"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()

    response = attach(client, scorecard, size=5 * 1024**2, **HX)

    assert response.status_code == 422
    assert str(NO_ROOM) in response.content.decode()
    assert files(tmp_path) == []


def test_a_large_file_is_taken_while_there_is_room(client, scorecard, media):
    response = attach(client, scorecard, size=5 * 1024**2)

    assert response.status_code == 302
    assert [path.stat().st_size for path in files(media)] == [len(PDF) + 5 * 1024**2]


def test_a_row_that_the_full_disk_refuses_takes_its_file_along(scorecard, media):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON assessments_evidence "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            if connection.vendor == "sqlite"
            else "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$; "
            "CREATE TRIGGER full_disk BEFORE INSERT ON assessments_evidence EXECUTE FUNCTION full_disk()"
        )

    with pytest.raises(ValidationError, match="The disk of this site is full"):
        make_evidence(scorecard)

    assert files(media) == []


def test_a_download_is_handed_out_though_its_entry_cannot_be_written(client, scorecard, media):
    evidence = make_evidence(scorecard)
    url = reverse("evidence_download", args=[scorecard.organization.slug, scorecard.pk, evidence.pk])
    entries = AuditEvent.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER no_entries BEFORE INSERT ON assessments_auditevent "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            if connection.vendor == "sqlite"
            else "CREATE FUNCTION no_entries() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$; "
            "CREATE TRIGGER no_entries BEFORE INSERT ON assessments_auditevent EXECUTE FUNCTION no_entries()"
        )

    response = client.get(url)

    assert b"".join(response.streaming_content) == PDF
    assert AuditEvent.objects.count() == entries


def test_a_table_whose_rows_fail_half_way_is_no_half_table():
    def rows():
        yield ("one",)
        raise sqlite3.OperationalError("the cursor is gone")

    with pytest.raises(sqlite3.OperationalError):
        csv_response("x.csv", ("Word",), rows())


def test_a_table_says_how_long_it_is(client, scorecard):
    response = client.get(reverse("audit_event_export", args=[scorecard.organization.slug]))
    body = b"".join(response.streaming_content)

    assert response["Content-Length"] == str(len(body))
    assert body.startswith("\ufeffDay (UTC),When (UTC),Who,".encode())
    assert response["Content-Disposition"] == f'attachment; filename="{scorecard.organization.slug}-activity.csv"'
