"""Compares rows and files, as after a restore; and copies files from the folder to the bucket, or back."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from assessments.platform.files import DifferentError, copy_files, missing_files, named_files, on_disk, unnamed_files


class Command(BaseCommand):
    help = (
        "check: say which files that the database names are missing from the storage, and which lie there that no "
        "row names. Ends with an error if any are missing; those that nobody names only take room. copy: bring what "
        "lies in the folder media of DATA_DIR to the bucket of FILES_URL, or with --back what lies there to the "
        "folder. What is there already is compared and left alone, so it may be stopped and started again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["check", "copy"])
        parser.add_argument("--back", action="store_true", help="copy from the bucket to the folder")

    def handle(self, *args: object, what: str, back: bool, **options: Any) -> None:
        if what == "copy":
            self._copy(back)
        else:
            self._check()

    def _copy(self, back: bool) -> None:
        if not settings.FILES_URL:
            raise CommandError("FILES_URL names no bucket. Set it, with its keys, then run this again.")
        source, target = (default_storage, on_disk()) if back else (on_disk(), default_storage)
        try:
            copied, there = copy_files(source, target)
        except DifferentError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"Stopped: {error}. What was copied stays: run this again.") from None
        self.stdout.write(f"{_files(copied)} copied, {_files(there)} were there already, each the same byte for byte.")

    def _check(self) -> None:
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
            raise CommandError(
                f"{len(missing)} of {_files(count)} are missing from {settings.FILES_URL or settings.MEDIA_ROOT}."
            )
        self.stdout.write(f"All {_files(count)} that rows name are there.")


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"
