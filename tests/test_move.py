"""Rows move from one database to another whole, sign-offs included, and a check says which files did not come along."""

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

ATTACH = """
from django.core.files.uploadedfile import SimpleUploadedFile
from assessments.scorecards import services
from assessments.scorecards.models import Scorecard
from assessments.saving.uploads import check_upload
scorecard = Scorecard.objects.filter(signed_off_at=None).first()
upload = check_upload(SimpleUploadedFile("costs.txt", b"2 USD a call"))
actor = scorecard.organization.created_by
services.add_file(scorecard, category="cost-model", title="", upload=upload, actor=actor)
"""
# What both databases hold, table by table, and whether a sign-off is still guarded.
COUNT = """
from django.apps import apps
for model in apps.get_models():
    if model._meta.app_label in ("assessments", "account", "mfa", "auth") and model._meta.model_name != "permission":
        print(model._meta.label_lower, model._base_manager.count())
"""
TOUCH = """
from django.db import DatabaseError
from assessments.scorecards.models import Response
row = Response.objects.filter(scorecard__signed_off_at__isnull=False)
try:
    row.filter(pk=row.first().pk).update(note="changed")
except DatabaseError as error:
    print("signed off" in str(error))
"""
NEXT = """
from assessments.accounts.models import User
print(User.objects.create_user("new@example.com", "violet-anchor-42", name="New").pk)
"""


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """The folder of a migrated installation with nothing in it, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    migrated(folder)
    return folder


@pytest.fixture(scope="module")
def source(empty, tmp_path_factory):
    """The environment of an installation with the demo in it, and its rows as dumpdata writes them."""
    folder = tmp_path_factory.mktemp("source")
    shutil.copytree(empty, folder, dirs_exist_ok=True)
    env = environment(folder, DEMO_PASSWORD="violet-anchor-42")
    manage(env, "load_demo")
    run_python(ATTACH, env)
    manage(env, "dumpdata", "--natural-foreign", "--output", str(folder / "rows.json"), "-v0")
    return env, folder / "rows.json"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def target(request, tmp_path, empty):
    """The environment of an empty, migrated installation."""
    if request.param == "sqlite":
        shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
        yield environment(tmp_path)
        return
    if missing := on_servers.missing():
        pytest.skip(f"{missing} is not within reach")
    name = f"moved_{uuid4().hex[:12]}"
    with psycopg.connect(on_servers.DATABASE_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            url = on_servers.DATABASE_URL.rpartition("/")[0] + f"/{name}"
            env = environment(tmp_path, DATABASE_URL=url, SECRET_KEY="tests-only-" * 5)
            manage(env, "migrate", "-v0")
            yield env
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def refused(env, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode != 0
    return done.stdout + done.stderr


def test_every_row_moves_and_sign_offs_stay_guarded(source, target):
    env, rows = source

    said = manage(target, "load_rows", str(rows))

    assert "rows are here. Sign-offs are guarded again." in said
    assert "of their files are not here yet" in said
    assert run_python(COUNT, target) == run_python(COUNT, env)
    assert run_python(TOUCH, target) == "True\n"
    assert int(run_python(NEXT, target)) > 1
    assert "There are people or organizations here already." in refused(target, "load_rows", str(rows))


def test_a_file_that_is_no_dump_is_refused(empty, tmp_path):
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    env = environment(tmp_path)
    (tmp_path / "rows.json").write_text("{")

    assert "cannot be read as the JSON of dumpdata" in refused(env, "load_rows", str(tmp_path / "rows.json"))


def test_files_that_did_not_come_along_are_named(source, tmp_path):
    env, rows = source
    folder = rows.parent
    assert "files that rows name are there." in manage(env, "check_files")

    copy = tmp_path / "copy"
    copy.mkdir()
    with (
        closing(sqlite3.connect(folder / "scorecard.sqlite3")) as old,
        closing(sqlite3.connect(copy / "scorecard.sqlite3")) as new,
    ):
        old.backup(new)
    shutil.copytree(folder / "media", copy / "media")
    gone = next(path for path in sorted((copy / "media").rglob("*")) if path.is_file())
    gone.unlink()
    said = refused(environment(copy), "check_files")

    assert str(gone.relative_to(copy / "media")) in said
    assert "1 of " in said
