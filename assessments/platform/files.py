"""Which files the rows name, and which of them are there: after a restore, the two are put back apart."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import FileField


def named_files() -> Iterator[tuple[str, Any]]:
    """Every file that a row names, with what the row is."""
    for model in apps.get_app_config("assessments").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                rows = model._base_manager.exclude(**{field.name: ""}).only("pk", field.name).order_by("pk")
                for row in rows.iterator(chunk_size=1000):
                    yield f"{model._meta.label_lower} {row.pk}", getattr(row, field.name)


def missing_files() -> list[tuple[str, str]]:
    """The rows whose file is not in the storage, each with the file's name there."""
    return [(row, file.name) for row, file in named_files() if not file.storage.exists(file.name)]
