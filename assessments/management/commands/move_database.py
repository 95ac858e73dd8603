"""Moves every row to another database, from SQLite to PostgreSQL or back."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from assessments.platform.copies.databases import NotCopied
from assessments.platform.copies.moving import move
from assessments.platform.files import missing_files


class Command(BaseCommand):
    help = (
        "Copy every row of this site to an empty database, make its tables first, and compare all of them row by row. "
        "Stop the site before. All of it is there afterwards or nothing: a move that broke off is begun anew. The "
        "database of now stays as it is; files stay where they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, metavar="URL", help="the new database, as DATABASE_URL names it")

    def handle(self, *args: object, to: str, **options: Any) -> None:
        try:
            moved = move(to, say=self.stdout.write)
        except NotCopied as refusal:
            raise CommandError(str(refusal)) from None
        except Error as error:
            raise CommandError(f"Nothing was moved. The database says: {str(error).strip()}") from None
        rows = sum(found.rows for found in moved.values())
        self.stdout.write(f"{rows:>9}  rows in {len(moved)} tables are there, each table equal by count and checksum.")
        if missing := missing_files():
            self.stdout.write(f"{len(missing)} files that they name are missing here: manage.py files check.")
        self.stdout.write(f"Set DATABASE_URL to the new address and keep {settings.MEDIA_ROOT}, then start the site.")
