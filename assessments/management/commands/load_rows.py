"""Reads the rows of another installation, written by `dumpdata`, into this one: sign-offs included."""

import json
from collections import Counter
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from assessments.accounts.models import User
from assessments.dashboards.standings import triggers
from assessments.organizations.models import Organization
from assessments.platform.files import missing_files
from assessments.scorecards.signing import immutability

# What `migrate` makes anew in every database, under ids of its own.
MADE_HERE = ("contenttypes.contenttype", "auth.permission")
# What belongs to the old installation alone: who is signed in there, which of its processes live.
LEFT_THERE = (
    "sessions.session",
    "usersessions.usersession",
    "assessments.heartbeat",
    "assessments.organizationstanding",
)


class Command(BaseCommand):
    help = (
        "Load a file of `manage.py dumpdata --natural-foreign` into an empty, migrated database. The "
        "triggers that keep signed-off scorecards are held while it loads and stand again afterwards; either every row "
        "is there or none. Files are copied by hand: the folder media."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="what dumpdata has written, as JSON")

    def handle(self, *args: object, **options: Any) -> None:
        if User.objects.exists() or Organization.objects.exists():
            raise CommandError("There are people or organizations here already. Load into an empty, migrated database.")
        wanted = _counts_in(options["file"])
        with transaction.atomic():
            immutability.remove(connection)
            triggers.remove(connection)
            call_command("loaddata", options["file"], exclude=[*MADE_HERE, *LEFT_THERE], verbosity=0)
            immutability.install(connection)
            triggers.install(connection)
            triggers.rebuild(connection)
            found = {label: apps.get_model(label)._base_manager.count() for label in wanted}
            differing = [f"{m}: {wanted[m]} in the file, {found[m]} here" for m in wanted if found[m] != wanted[m]]
            if differing:
                raise CommandError("Not loaded, as the counts differ. " + "; ".join(differing))
        for label in sorted(wanted):
            self.stdout.write(f"{wanted[label]:>8}  {label}")
        self.stdout.write(f"{sum(wanted.values()):>8}  rows are here. Sign-offs are guarded again.")
        if missing := missing_files():
            self.stdout.write(f"{len(missing)} of their files are not here yet: copy media, then run check_files.")


def _counts_in(path: str) -> Counter[str]:
    try:
        with open(path, encoding="utf-8") as file:
            rows = json.load(file)
        return Counter(row["model"] for row in rows if row["model"] not in (*MADE_HERE, *LEFT_THERE))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CommandError(f"{path} cannot be read as the JSON of dumpdata: {error}") from None
