"""All rows move from SQLite to PostgreSQL and back, and what cannot be moved whole is not moved at all."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests import on_servers
from tests.processes import PATIENCE, ROOT, environment, manage, migrated, run_python

KEY = "tests-only-" * 5
# An open scorecard with a file, a person with a second factor, and rows whose numbers are not the last that were given.
MORE = """
from django.core.files.uploadedfile import SimpleUploadedFile
from allauth.mfa.models import Authenticator
from assessments.accounts.models import User
from assessments.scorecards import services
from assessments.scorecards.models import Scorecard
from assessments.saving.uploads import check_upload
scorecard = Scorecard.objects.filter(signed_off_at=None).first()
upload = check_upload(SimpleUploadedFile("costs.txt", b"2 USD a call"))
actor = scorecard.organization.created_by
services.add_file(scorecard, category="cost-model", title="<b>\\u200bé \\U0001f600", upload=upload, actor=actor)
Authenticator.objects.create(user=actor, type="totp", data={"secret": "x", "b": 0.1, "a": [None, True]})
User.objects.create_user("gone@example.com", "violet-anchor-42", name="Gone").delete()
"""
# What a database holds, read by Django's own serializer and not by what moves it; whether a sign-off is still guarded.
ROWS = """
import json
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.db import DatabaseError
from assessments.scorecards.models import Response
for model in apps.get_models():
    for line in serializers.serialize("jsonl", model._base_manager.order_by("pk")).splitlines():
        print(json.dumps(json.loads(line), sort_keys=True))
call_command("standings", "check")
row = Response.objects.filter(scorecard__signed_off_at__isnull=False)
try:
    row.filter(pk=row.first().pk).update(note="changed")
except DatabaseError as error:
    print("signed off" in str(error))
"""
NEXT = """
from assessments.accounts.models import User
last = User.objects.order_by("pk").last().pk
print(User.objects.create_user("new@example.com", "violet-anchor-42", name="New").pk - last)
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The environment of an installation with the demo in it."""
    folder = tmp_path_factory.mktemp("source")
    migrated(folder)
    env = environment(folder, DEMO_PASSWORD="violet-anchor-42")
    manage(env, "load_demo")
    run_python(MORE, env)
    return env


@pytest.fixture
def server():
    """The address of an empty database of PostgreSQL."""
    if missing := on_servers.missing():
        pytest.skip(f"{missing} is not within reach")
    name = f"moved_{uuid4().hex[:12]}"
    with psycopg.connect(on_servers.DATABASE_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield on_servers.DATABASE_URL.rpartition("/")[0] + f"/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def refused(env, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode != 0
    return done.stdout + done.stderr


@pytest.mark.server
def test_every_row_moves_to_postgresql_and_back_and_sign_offs_stay_guarded(source, server, tmp_path):
    said = manage(source, "move_database", "--to", server)

    assert "each table equal by count and checksum." in said
    there = {**source, "DATABASE_URL": server, "SECRET_KEY": KEY}
    rows = run_python(ROWS, source)
    assert rows.count("\n") > 2000
    assert rows.endswith("All totals and all organizations are up to date.\nTrue\n")
    assert run_python(ROWS, there).splitlines() == rows.splitlines()
    assert "There are rows there already, in " in refused(source, "move_database", "--to", server)

    manage(there, "move_database", "--to", f"sqlite:///{tmp_path}/back.sqlite3")

    back = {**source, "DATABASE_URL": f"sqlite:///{tmp_path}/back.sqlite3"}
    assert run_python(ROWS, back).splitlines() == rows.splitlines()
    # No number is given a second time, that of a row that has gone neither.
    assert (run_python(NEXT, there), run_python(NEXT, back)) == ("2\n", "2\n")


def test_a_move_that_would_not_be_whole_leaves_nothing(source, tmp_path):
    """A row of the source whose organization is not there, as a hand in the database can leave it."""
    env = environment(tmp_path)
    with (
        closing(sqlite3.connect(f"{source['DATA_DIR']}/scorecard.sqlite3")) as old,
        closing(sqlite3.connect(tmp_path / "scorecard.sqlite3")) as broken,
    ):
        old.backup(broken)
        broken.execute("PRAGMA foreign_keys=OFF")
        broken.execute("UPDATE assessments_roadmap SET organization_id = 999")
        broken.commit()
    empty = tmp_path / "empty"
    empty.mkdir()
    migrated(empty)

    said = refused(env, "move_database", "--to", f"sqlite:///{empty}/scorecard.sqlite3")

    assert "Nothing was moved. The database says: " in said
    with closing(sqlite3.connect(empty / "scorecard.sqlite3")) as target:
        assert target.execute("SELECT count(*) FROM assessments_user").fetchone() == (0,)
        assert target.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0] > 20


BEAT = "from assessments.platform import heartbeats; heartbeats.beat('worker')"


def test_a_site_that_runs_or_moves_onto_itself_is_refused(tmp_path):
    migrated(tmp_path)
    env = environment(tmp_path)
    own = f"sqlite:///{tmp_path}/scorecard.sqlite3"

    assert "That is the database this site uses already." in refused(env, "move_database", "--to", own)
    assert "cannot be read. It looks like DATABASE_URL." in refused(env, "move_database", "--to", "mysql://x:y/z")
    run_python(BEAT, env)
    said = refused(env, "move_database", "--to", f"sqlite:///{tmp_path}/other.sqlite3")

    assert "The worker gave a sign of life less than 30 seconds ago. Stop the site first" in said
    assert not (tmp_path / "other.sqlite3").exists()


def test_rows_and_files_are_compared_both_ways(source, tmp_path):
    folder = source["DATA_DIR"]
    assert "files that rows name are there." in manage(source, "files", "check")
    with (
        closing(sqlite3.connect(f"{folder}/scorecard.sqlite3")) as old,
        closing(sqlite3.connect(tmp_path / "scorecard.sqlite3")) as new,
    ):
        old.backup(new)
    shutil.copytree(f"{folder}/media", tmp_path / "media")
    gone = next(path for path in sorted((tmp_path / "media").rglob("*")) if path.is_file())
    gone.unlink()
    for stray in ("stray-1", "stray-2"):
        (tmp_path / "media" / stray).write_text("nobody's")
    os.utime(tmp_path / "media" / "stray-1", (0, 0))

    said = refused(environment(tmp_path), "files", "check")

    assert f"{gone.relative_to(tmp_path / 'media')}  (missing, assessments." in said
    assert "1 of 3 files are missing from " in said
    assert "stray-1  (no row names it, 8 bytes)" in said
    assert "stray-2" not in said  # its row may be on its way
