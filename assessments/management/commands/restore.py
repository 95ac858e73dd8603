"""Puts a backup back into an empty site, whole or not at all."""

import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from assessments.platform.copies import archive, restoring
from assessments.platform.copies.databases import NotCopied


class Command(BaseCommand):
    help = (
        "Put a backup back: into an empty database, on SQLite or PostgreSQL, and an empty folder for files. It is read "
        "to its end and compared before anything counts; of what is damaged nothing is put back. Stop the site before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="what manage.py backup wrote, or - to read it from the standard input")
        parser.add_argument(
            "--identity",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="the key that opens it, if it is encrypted",
        )
        parser.add_argument("--check", action="store_true", help="only read it to its end and compare; change nothing")
        parser.add_argument(
            "--without-keys", action="store_true", help="although second factors will not work, as their key is lost"
        )

    def handle(self, *args: object, file: str, identity: list[Path], **options: Any) -> None:
        try:
            identities = [key for path in identity for key in archive.identities_in(path.read_text())]
            with nullcontext(sys.stdin.buffer) if file == "-" else open(file, "rb") as source:
                if options["check"]:
                    done = restoring.check(source, identities=identities)
                else:
                    done = restoring.restore(source, identities=identities, without_keys=options["without_keys"])
        except NotCopied as refusal:
            raise CommandError(str(refusal)) from None
        except Error as error:
            raise CommandError(f"Nothing was put back. The database says: {str(error).strip()}") from None
        except OSError as error:
            raise CommandError(f"Nothing was put back: {error.strerror or error} ({error.filename or file}).") from None
        found = done.found
        what = f"{found.rows:,} rows of {len(found.tables)} tables and {found.files.count:,} files"
        made = f"version {done.about['version']}, {done.about['made_at']}"
        if options["check"]:
            self.stdout.write(f"The backup is whole: {what} ({made}). Its keys: {', '.join(done.about['keys'])}.")
        else:
            self.stdout.write(f"{what} are here, each table equal by count and checksum ({made}). Start the site.")
        for name in done.manifest["missing"]:
            self.stdout.write(f"{name} was missing when the backup was made.")
