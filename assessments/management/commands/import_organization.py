"""Takes an organization in from the ZIP that another installation exported."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from assessments.reports.exchange.whole.restoring import import_organization


class Command(BaseCommand):
    help = "Take in the organization that a ZIP holds, all of it or nothing. People are known by their address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the ZIP that the settings of an organization make")

    def handle(self, *args: object, file: Path, **options: object) -> None:
        try:
            with file.open("rb") as upload:
                organization = import_organization(upload)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except ValidationError as error:
            raise CommandError(error.messages[0]) from None
        self.stdout.write(f"{organization} is here, at /o/{organization.slug}/.")
