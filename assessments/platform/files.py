"""Rows against files, both ways: which files that rows name are not there, and which are there that no row names.

And the way of all files from one storage to another.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, default_storage
from django.db import DEFAULT_DB_ALIAS
from django.db.models import FileField
from django.utils import timezone

from assessments.platform.storage import WholeFileStorage

# A file is stored a moment before its row: what is younger may still get one.
SETTLED_AFTER = timedelta(hours=1)


def named_files(using: str = DEFAULT_DB_ALIAS) -> Iterator[tuple[str, Any]]:
    """Every file that a row names, with what the row is."""
    for model in apps.get_app_config("assessments").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                rows = model._base_manager.using(using).exclude(**{field.name: ""})
                for row in rows.only("pk", field.name).order_by("pk").iterator(chunk_size=1000):
                    yield f"{model._meta.label_lower} {row.pk}", getattr(row, field.name)


def missing_files() -> list[tuple[str, str]]:
    """The rows whose file is not in the storage, each with the file's name there."""
    return [(row, file.name) for row, file in named_files() if not file.storage.exists(file.name)]


def unnamed_files(now: datetime | None = None) -> list[tuple[str, int]]:
    """The files in the storage that no row names and that no row will come for, each with its size in bytes."""
    settled = (now or timezone.now()) - SETTLED_AFTER
    stored = sorted(_stored(default_storage))
    named = {file.name for _, file in named_files()}  # after the list: what was stored meanwhile has its row by now
    found = []
    for name in stored:
        if name not in named and default_storage.get_modified_time(name) < settled:
            found.append((name, default_storage.size(name)))
    return found


class DifferentError(Exception):
    """Under one name lie two different files."""


def on_disk() -> WholeFileStorage:
    """The folder that files lie in where no bucket is named."""
    return WholeFileStorage(location=settings.MEDIA_ROOT)


def copy_files(source: Storage, target: Storage) -> tuple[int, int]:
    """Copy whatever lies in one storage to the other, and read it back; how many were copied, how many were there.

    DifferentError where the target has something else under that name, or does not give back what it was given.
    """
    copied = there = 0
    for name in _stored(source):
        expected = _checksum(source, name)
        if target.exists(name):
            there += 1
        else:
            with source.open(name) as content:
                target.save(name, File(content, name))
            copied += 1
        if _checksum(target, name) != expected:
            raise DifferentError(f"{name} is another file there. Look at both; nothing was overwritten.")
    return copied, there


def _checksum(storage: Storage, name: str) -> bytes:
    with storage.open(name) as content:
        return hashlib.file_digest(content, "sha256").digest()


def _stored(storage: Storage, folder: str = "") -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in names)
    for inner in folders:
        yield from _stored(storage, f"{folder}{inner}/")
