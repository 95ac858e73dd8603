"""A backup made while people save is of one moment, comes back whole on an empty site, and damaged not at all."""

import gzip
import io
import os
import tarfile
import threading
from datetime import UTC, datetime
from inspect import getclosurevars

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from assessments.accounts.models import User
from assessments.organizations.models import Organization
from assessments.platform.copies import archive, backups, restoring, triggers
from assessments.platform.copies.databases import NotCopied
from assessments.platform.copies.tables import all_tables, sum_of
from assessments.saving.uploads import check_upload
from assessments.scorecards import services
from assessments.scorecards.models import Evidence, Scorecard
from tests.factories import make_organization, make_roadmap, make_scorecard, make_user, make_vendor_review

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "é \U0001f600 \x07 </script>"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def second_connections(transactional_db, monkeypatch):
    """Django's tests forbid databases beside their own: here it is the same one, seen at one moment."""
    forbidding = getclosurevars(BaseDatabaseWrapper.ensure_connection).nonlocals
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", forbidding["real_ensure_connection"])


@pytest.fixture
def site(media):
    """Something in many tables: signed off and open, text of every kind, two files."""
    organization = make_organization(name="Kestrel")
    signed = make_scorecard(organization, levels=[1] * 8, signed_off_at=datetime(2026, 1, 5, tzinfo=UTC))
    make_roadmap(signed)
    scorecard = make_scorecard(organization, levels=[2] * 8)
    make_vendor_review(organization, name="A", ratings={"latency-target": "1"})
    for content in (b"2 USD a call", os.urandom(300_000)):
        upload = check_upload(SimpleUploadedFile("costs.pdf", b"%PDF-1.7 " + content))
        services.add_file(scorecard, category="cost-model", title=TEXT, upload=upload, actor=organization.created_by)
    return organization


def emptied(media):
    """The site as on another machine: no row, no file."""
    Organization.objects.update(deleted_at="2026-01-01T00:00Z")
    Organization.objects.all().delete()
    call_command("flush", interactive=False, verbosity=0)
    media.rename(media.with_name("before"))


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def sums():
    return {table.name: sum_of(connection, table) for table in all_tables() if table.name not in backups.LEFT_OUT}


def backed_up(**options):
    target = io.BytesIO()
    made = backups.back_up(target, **options)
    return target.getvalue(), made


def is_empty(media):
    return not User.objects.exists() and not media.exists() and not media.with_name("media.restoring").exists()


def test_a_backup_comes_back_whole_and_sign_offs_are_guarded(site, media):
    before, stored, guards = sums(), files(media), triggers.names(connection)
    content, made = backed_up()
    emptied(media)

    restored = restoring.restore(io.BytesIO(content))

    assert sums() == before == restored.found.tables == made.tables
    assert files(media) == stored
    assert len(stored) == 2
    assert {evidence.title for evidence in Evidence.objects.exclude(file="")} == {TEXT}
    assert triggers.names(connection) == guards
    assert len(guards) > 20
    with pytest.raises(Exception, match="signed off and can no longer change"):
        Scorecard.objects.filter(signed_off_at__isnull=False).update(signed_off_name="Me")
    assert make_user().pk > max(user.pk for user in User.objects.all()) - 1


def test_nothing_is_put_back_where_something_is(site, media):
    content, _ = backed_up()

    with pytest.raises(NotCopied, match="There are rows there already, in "):
        restoring.restore(io.BytesIO(content))
    emptied(media)
    media.mkdir()
    (media / "mine").write_text("kept")
    with pytest.raises(NotCopied, match=r"There are files in .* already. Move them away first."):
        restoring.restore(io.BytesIO(content))

    assert files(media) == {"mine": b"kept"}
    assert not User.objects.exists()


def repacked(content, change):
    """The same archive with what `change` makes of each member's name and content; None leaves it out."""
    target = io.BytesIO()
    writer = archive.Writer(target)
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as tar:
        for member in tar:
            changed = change(member.name, tar.extractfile(member).read())
            if changed is not None:
                writer.add(member.name, io.BytesIO(changed), len(changed))
    writer.close()
    return target.getvalue()


def without_manifest(name, content):
    return None if name == archive.LAST else content


def with_another_name(name, content):
    return content.replace(b"Kestrel", b"Falcon!") if name.startswith("rows/assessments_organization.") else content


def without_a_person(name, content):
    return b"".join(content.splitlines(True)[1:]) if name.startswith("rows/assessments_user.") else content


def with_another_file(name, content):
    return content[:-1] + b"?" if name.startswith("media/") else content


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda content: content[:-9], "damaged or cut off"),
        (lambda content: content[: len(content) // 2], "damaged or cut off"),
        (lambda content: content[:5000] + bytes(8) + content[5008:], "damaged or cut off"),
        (lambda content: content[:200_000] + bytes(8) + content[200_008:], "damaged or cut off"),
        (lambda content: repacked(content, without_manifest), "its end is missing"),
        (lambda content: repacked(content, with_another_name), "assessments_organization is not what was written"),
        (lambda content: repacked(content, without_a_person), "(FOREIGN KEY|foreign key|not what was written)"),
        (lambda content: repacked(content, with_another_file), "the files are not what was written"),
        (lambda content: b"PK\x03\x04 something else", "damaged or cut off"),
        (lambda content: b"", "damaged or cut off|no backup"),
    ],
)
def test_what_is_damaged_is_said_and_not_put_back(site, media, broken, said):
    content, _ = backed_up()
    emptied(media)
    damaged = broken(content)

    with pytest.raises(Exception, match=said):
        restoring.check(io.BytesIO(damaged))
    with pytest.raises(Exception, match=said):
        restoring.restore(io.BytesIO(damaged))

    assert is_empty(media)
    restoring.restore(io.BytesIO(content))
    assert User.objects.exists()


def test_only_its_key_opens_an_encrypted_backup(site, media):
    (key, recipient), (other, _) = archive.new_identity(), archive.new_identity()
    content, made = backed_up(recipients=[recipient])
    assert content.startswith(b"age-encryption.org/v1")
    emptied(media)

    for identities, damaged, said in (
        ([], content, "is encrypted. Name the file with the key"),
        ([other], content, "was encrypted for another one"),
        ([key], content[:-20], "damaged or cut off"),
        ([key], content[:9000] + b"zz" + content[9002:], "damaged or cut off"),
    ):
        with pytest.raises(NotCopied, match=said):
            restoring.restore(io.BytesIO(damaged), identities=identities)
        assert is_empty(media)

    assert restoring.restore(io.BytesIO(content), identities=[key]).found == made


def test_a_backup_of_another_version_or_key_is_not_put_back(site, media, settings):
    content, _ = backed_up()
    emptied(media)
    settings.ENCRYPTION_KEYS = ["another key of more than thirty-two letters"]
    with pytest.raises(NotCopied, match="Put them into ENCRYPTION_KEYS"):
        restoring.restore(io.BytesIO(content))
    assert is_empty(media)

    def of_later(name, member):
        later = b'"migrations": ["assessments.9999_later",'
        return member.replace(b'"migrations": [', later) if name == archive.FIRST else member

    with pytest.raises(NotCopied, match="Install that version, put it back there, then upgrade"):
        restoring.restore(io.BytesIO(repacked(content, of_later)), without_keys=True)

    restoring.restore(io.BytesIO(content), without_keys=True)
    assert User.objects.exists()


def test_no_backup_is_made_of_a_database_that_is_behind(site):
    last = max(name for app, name in MigrationRecorder(connection).applied_migrations() if app == "assessments")
    MigrationRecorder(connection).record_unapplied("assessments", last)
    try:
        with pytest.raises(NotCopied, match=r"run manage\.py migrate first"):
            backed_up()
    finally:
        MigrationRecorder(connection).record_applied("assessments", last)


class Saving(threading.Thread):
    """Somebody who saves all the time: two rows a transaction, so that half of one could be seen."""

    def __init__(self):
        super().__init__()
        self.count, self.ended, self.went_on = 0, threading.Event(), threading.Condition()

    def run(self):
        from django.db import transaction

        while not self.ended.is_set():
            with transaction.atomic():
                for part in "ab":
                    User.objects.create(email=f"{part}{self.count}@example.com", name=part)
            with self.went_on:
                self.count += 1
                self.went_on.notify_all()
        connection.close()

    def go_on(self, times):
        with self.went_on:
            wanted = self.count + times
            assert self.went_on.wait_for(lambda: self.count >= wanted, timeout=60)


class Held(io.BytesIO):
    """Takes no byte before somebody has saved ten times more."""

    def __init__(self, saving):
        super().__init__()
        self.saving, self.times = saving, 3

    def write(self, content):
        if self.times:
            self.times -= 1
            self.saving.go_on(10)
        return super().write(content)


def test_a_backup_made_while_people_save_is_of_one_moment(site, media):
    saving = Saving()
    saving.start()
    try:
        saving.go_on(5)
        target = Held(saving)
        made = backups.back_up(target)
    finally:
        saving.ended.set()
        saving.join()
    saved = User.objects.filter(name__in="ab").count()
    emptied(media)

    restored = restoring.restore(io.BytesIO(target.getvalue()))

    assert sums() == made.tables == restored.found.tables
    kept = [User.objects.filter(name=part).count() for part in "ab"]
    assert kept[0] == kept[1] >= 5
    assert sum(kept) <= saved - 2 * 30  # what was saved during the backup is not in it, nor had it to wait
    assert triggers.names(connection)


def test_a_file_that_goes_meanwhile_is_named(site, media):
    gone = Evidence.objects.exclude(file="").first().file.name
    (media / gone).unlink()

    content, made = backed_up()
    emptied(media)

    assert made.files.missing == [gone]
    assert restoring.restore(io.BytesIO(content)).manifest["missing"] == [gone]


def test_a_folder_keeps_the_newest_and_no_half_one(site, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "backups"
    folder.mkdir()
    old = [folder / f"scorecard-2026010{day}T030000Z.tar.gz" for day in (1, 2, 3)]
    for path in (*old, folder / "notes.txt"):
        path.write_text("")

    call_command("backup", str(folder), keep=3)

    (path,) = set(folder.glob("scorecard-*")) - set(old)
    assert set(folder.iterdir()) == {*old[1:], folder / "notes.txt", path}
    assert path.stat().st_mode & 0o777 == 0o600
    assert "It is not encrypted" in capsys.readouterr().err
    call_command("restore", str(path), check=True)
    assert "The backup is whole: " in capsys.readouterr().out
    with pytest.raises(CommandError, match="is nobody's key"):
        call_command("backup", str(folder), recipient=["age1nobody"], keep=1)
    assert path in folder.iterdir()
    assert len(list(folder.iterdir())) == 4
