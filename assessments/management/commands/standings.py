"""Check the totals kept of every scorecard, or bring them up to date."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from assessments.scorecards import standings


class Command(BaseCommand):
    help = "Check that the totals kept of every scorecard are what scoring makes of it, or refresh those that are not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["check", "refresh"])

    def handle(self, *args: object, what: str, **options: object) -> None:
        if what == "refresh":
            self.stdout.write(f"{_scorecards(standings.refresh())} brought up to date.")
            return
        wrong = standings.wrong()
        if wrong:
            numbers = ", ".join(str(pk) for pk in wrong)
            raise CommandError(f"The totals of {_scorecards(len(wrong))} are not up to date: {numbers}.")
        self.stdout.write("All totals are up to date.")


def _scorecards(count: int) -> str:
    return f"{count} scorecard{'' if count == 1 else 's'}"
