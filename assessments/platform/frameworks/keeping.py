"""Keeping frameworks of one's own in the database, where all processes find them whatever becomes of their folder."""

import time
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, ProgrammingError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import framework
from assessments.framework import Framework, FrameworkError
from assessments.platform.frameworks.models import KeptFramework

KNOWN_FOR = 10.0  # seconds for which a process takes the list of what is kept for true

States = dict[tuple[str, str], bool]


class KeptFrameworks:
    """What the loader of frameworks asks for those that are no folder of the product's."""

    def __init__(self) -> None:
        self._states: States = {}
        self._until = 0.0

    def versions(self) -> States:
        if time.monotonic() >= self._until:
            self._states = self._read()
            self._until = time.monotonic() + KNOWN_FOR
        return self._states

    def files(self, key: str, version: str) -> Mapping[str, str] | None:
        try:
            return KeptFramework.objects.filter(key=key, version=version).values_list("files", flat=True).first()
        except (OperationalError, ProgrammingError):
            return None  # before the first migration nothing is kept

    def _read(self) -> States:
        try:
            rows = list(KeptFramework.objects.values_list("key", "version", "retired_at"))
        except (OperationalError, ProgrammingError):
            return {}
        return {(key, version): retired_at is not None for key, version, retired_at in rows}

    def forget(self) -> None:
        self._until = 0.0


KEPT = KeptFrameworks()


def keep(content: Framework) -> None:
    """Keep a version that something starts to use; the product's own needs no keeping.

    ValidationError where its folder says something else by now than what is kept under its number.
    """
    folder = framework.folder_of(content.key, content.version)
    if content.key == framework.DEFAULT_KEY or folder is None:
        return
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}
    row, _is_new = KeptFramework.objects.get_or_create(
        key=content.key, version=content.version, defaults={"title": content.title[:200], "files": files}
    )
    if row.files != files:
        raise ValidationError(
            _(
                "The folder of {title} {version} was changed after something began to use it. "
                "Give what was changed a new version number."
            ).format(title=content.title, version=content.version)
        )
    KEPT.forget()


def upload(key: str, version: str, files: Mapping[str, str], *, actor_id: int) -> KeptFramework:
    """Keep what somebody uploaded, once it holds every rule. ValidationError with file, line and reason otherwise."""
    if key == framework.DEFAULT_KEY:
        raise ValidationError(_("{key} is the product's own framework. Give yours a key of its own.").format(key=key))
    try:
        content = framework.read_texts(key, version, files)
    except FrameworkError as error:
        raise ValidationError(str(error)) from None
    if framework.folder_of(key, version):
        raise ValidationError(
            _("{key} {version} is in a folder of this site already. Give it a new version number.").format(
                key=key, version=version
            )
        )
    try:
        with transaction.atomic():
            row = KeptFramework.objects.create(
                key=key,
                version=version,
                title=content.title[:200],
                files=dict(files),
                added_by_id=actor_id,
                is_uploaded=True,
            )
    except IntegrityError:
        raise ValidationError(
            _("{key} {version} is here already, and a version never changes. Give it a new version number.").format(
                key=key, version=version
            )
        ) from None
    KEPT.forget()
    return row


def set_retired(row: KeptFramework, *, at: datetime | None) -> None:
    """Use it for nothing new from now on, or again."""
    KeptFramework.objects.filter(pk=row.pk).update(retired_at=at)
    KEPT.forget()


def retire(row: KeptFramework) -> None:
    set_retired(row, at=timezone.now())


def choices() -> list[tuple[str, str]]:
    """The frameworks that an organization may choose now, by key, with the title of the newest version; one query."""
    KEPT.forget()
    return [(key, framework.current(key).title) for key in framework.usable_keys()]
