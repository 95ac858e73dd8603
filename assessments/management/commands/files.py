"""Compares rows and files, as after a restore: which files that rows name are not there, and which no row names."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessments.platform.files import missing_files, named_files, unnamed_files


class Command(BaseCommand):
    help = (
        "Say which files that the database names are missing from the storage, and which lie there that no row names. "
        "Ends with an error if any are missing; those that nobody names only take room."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["check"])

    def handle(self, *args: object, **options: Any) -> None:
        unnamed = unnamed_files()
        for name, size in unnamed:
            self.stdout.write(f"{name}  (no row names it, {size:,} bytes)")
        if unnamed:
            room = sum(size for _, size in unnamed)
            self.stdout.write(f"No row names {_files(len(unnamed))} of {room:,} bytes: they may go.")
        missing = missing_files()
        for row, name in missing:
            self.stdout.write(f"{name}  (missing, {row})")
        count = sum(1 for _ in named_files())
        if missing:
            raise CommandError(f"{len(missing)} of {_files(count)} are missing from {settings.MEDIA_ROOT}.")
        self.stdout.write(f"All {_files(count)} that rows name are there.")


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"
