"""Rows against files, both ways: which files that rows name are not there, and which are there that no row names."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import DEFAULT_DB_ALIAS
from django.db.models import FileField
from django.utils import timezone

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


def _stored(storage: Storage, folder: str = "") -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in names)
    for inner in folders:
        yield from _stored(storage, f"{folder}{inner}/")
