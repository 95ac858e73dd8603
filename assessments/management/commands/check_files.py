"""Compares rows and files, as after a restore: which files that rows name are not there."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessments.platform.files import missing_files, named_files


class Command(BaseCommand):
    help = "Say which files that the database names are missing from the storage. Ends with an error if any are."

    def handle(self, *args: object, **options: object) -> None:
        missing = missing_files()
        for row, name in missing:
            self.stdout.write(f"{name}  ({row})")
        count = sum(1 for _ in named_files())
        if missing:
            raise CommandError(f"{len(missing)} of {count} files are missing from {settings.MEDIA_ROOT}.")
        self.stdout.write(f"All {count} files that rows name are there.")
