"""The texts of the product and their translations: `manage.py catalogs extract | check | compile`."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from assessments.management import catalogs


class Command(BaseCommand):
    help = "Read all texts into the catalogs, check their translations, or compile what the site reads."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("step", choices=("extract", "check", "compile"))

    def handle(self, *, step: str, **options: object) -> None:
        if step == "compile":
            catalogs.compile_all()
        elif step == "extract":
            for language, counts in catalogs.extract().items():
                self.stdout.write(f"{language}: {counts.texts} texts, {counts.open} not translated")
        elif problems := catalogs.problems():
            raise CommandError("\n".join(problems))
