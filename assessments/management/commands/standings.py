"""Check what is kept of every scorecard and every organization, or bring it up to date."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from assessments.dashboards.standings import fresh, triggers
from assessments.scorecards import standings

NAMED = 20


class Command(BaseCommand):
    help = (
        "Check that the totals kept of every scorecard are what scoring makes of it, and that the row kept of every "
        "organization is what its rows say; refresh the totals that are not, or rebuild all rows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["check", "refresh", "rebuild"])

    def handle(self, *args: object, what: str, **options: object) -> None:
        if what == "check":
            self._check()
            return
        self.stdout.write(f"{_scorecards(standings.refresh())} brought up to date.")
        if what == "rebuild":
            triggers.rebuild(connection)
            self.stdout.write("The rows of all organizations are written anew.")

    def _check(self) -> None:
        if wrong := standings.wrong():
            numbers = ", ".join(str(pk) for pk in wrong)
            raise CommandError(f"The totals of {_scorecards(len(wrong))} are not up to date: {numbers}.")
        found = [f"{pk} ({', '.join(columns) or 'missing'})" for pk, columns in fresh.wrong()]
        if found:
            which = "1 organization is" if len(found) == 1 else f"{len(found)} organizations are"
            more = "" if len(found) <= NAMED else f" and {len(found) - NAMED} more"
            raise CommandError(f"{which} not up to date: {', '.join(found[:NAMED])}{more}.")
        self.stdout.write("All totals and all organizations are up to date.")


def _scorecards(count: int) -> str:
    return f"{count} scorecard{'' if count == 1 else 's'}"
