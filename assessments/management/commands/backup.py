"""Backs the whole site up, rows and files, while it runs."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from assessments.platform.copies import archive, backups
from assessments.platform.copies.databases import NotCopied


class Command(BaseCommand):
    help = (
        "Write a backup: every row as of one moment and every file that those rows name, compressed, with checksums. "
        "The site goes on meanwhile. Keep the keys named at its end elsewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("where", help="a folder, or - to write it to the standard output")
        parser.add_argument(
            "--keep", type=int, default=0, metavar="N", help="let all but the newest N in the folder go"
        )
        parser.add_argument(
            *("--recipient", "-r"),
            action="append",
            default=[],
            metavar="KEY",
            help="encrypt it for the owner of this key, age1… or ssh-…; may be given more than once",
        )
        parser.add_argument(
            "--new-key",
            action="store_true",
            help="make no backup but a key: written to the file `where`, which opens backups; its recipient is printed",
        )

    def handle(self, *args: object, where: str, keep: int, recipient: list[str], **options: Any) -> None:
        try:
            if options["new_key"]:
                self._make_key(Path(where))
            elif where == "-":
                made = backups.back_up(sys.stdout.buffer, recipients=recipient)
                sys.stdout.buffer.flush()
                self._tell(made, "the standard output", recipient)
            else:
                path, made = backups.back_up_to_folder(Path(where), recipients=recipient, keep=max(keep, 0))
                self._tell(made, str(path), recipient)
        except NotCopied as refusal:
            raise CommandError(str(refusal)) from None
        except Error as error:
            raise CommandError(f"No backup was made. The database says: {str(error).strip()}") from None
        except OSError as error:
            raise CommandError(f"No backup was made: {error.strerror or error} ({where}).") from None

    def _tell(self, made: backups.Backup, path: str, recipients: list[str]) -> None:
        """On the standard error, as the other one may be the backup."""
        self.stderr.write(
            f"{made.rows:,} rows of {len(made.tables)} tables and {made.files.count:,} files are in {path}.",
            self._plain,
        )
        for name in made.files.missing:
            self.stderr.write(f"{name} is named by a row but was not there.")
        keys = "ENCRYPTION_KEYS or, where that is not set, SECRET_KEY or DATA_DIR/secret_key"
        also = " and the key that opens it" if recipients else ". It is not encrypted"
        self.stderr.write(f"To put it back you also need {keys}{also}.", self._plain)

    def _make_key(self, path: Path) -> None:
        identity, recipient = archive.new_identity()
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"# public key: {recipient}\n{identity}\n")
        self.stdout.write(recipient)
        self.stderr.write(f"{path} opens what is encrypted for it: keep it away from this machine.", self._plain)

    @staticmethod
    def _plain(text: str) -> str:
        return text
