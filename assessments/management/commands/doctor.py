"""Looks the whole site over, and names each problem with what mends it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.platform import mailing
from assessments.platform.watching import doctor, way_in
from assessments.platform.watching.doctor import Finding


class Command(BaseCommand):
    help = "Look the site over: each problem is named with its remedy. Ends with an error if there is one."
    requires_system_checks: list[str] = []  # it asks them itself
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail", metavar="ADDRESS", help="also send a mail there, as the site sends its own")
        parser.add_argument("--url", help="also try the way through the proxy: the address that people type")

    def handle(self, *args: object, mail: str | None, url: str | None, **options: Any) -> None:
        findings = [*doctor.examine(), *(way_in.examine(url) if url else ()), *(self._mailed(mail) if mail else ())]
        for finding in findings:
            if finding.problem:
                self.stdout.write(f"{finding.name}: {finding.problem}.\n    {finding.remedy}".rstrip())
            else:
                self.stdout.write(f"{finding.name}: {finding.note or 'ok'}")
        if problems := sum(bool(finding.problem) for finding in findings):
            raise CommandError(f"{problems} problem{'' if problems == 1 else 's'} found.")
        self.stdout.write("No problem found.")

    def _mailed(self, address: str) -> list[Finding]:
        text = f"This mail was sent by manage.py doctor of {settings.SITE_URL} at {timezone.localtime():%H:%M}.\n"
        message = EmailMessage("Mail from your AI Infrastructure Scorecard arrives", text, None, [address])
        try:
            with mailing.mail_server() as server:
                mailing.hand_over(message, server, kind="test")
        except (mailing.ServerAwayError, mailing.RefusedError, mailing.CutOffError, ValueError) as error:
            return [Finding("mail to you", f"it was not taken: {error}", "See EMAIL_URL and DEFAULT_FROM_EMAIL.")]
        return [Finding("mail to you", note=f"given to the mail server for {address}: see whether it arrives")]
