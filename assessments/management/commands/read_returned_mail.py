"""Reads the mailbox that mails come back to, as the clock does every ten minutes."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessments.platform.mails.mailbox import MailboxError, read_mailbox


class Command(BaseCommand):
    help = "Read the mailbox of MAIL_RETURNS_MAILBOX, and mark the addresses that mails came back from."

    def handle(self, *args: object, **options: Any) -> None:
        if not settings.MAIL_RETURNS_MAILBOX:
            raise CommandError("MAIL_RETURNS_MAILBOX is not set, so there is no mailbox to read.")
        try:
            read, found = read_mailbox()
        except MailboxError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{read} mail{'' if read == 1 else 's'} read, {found} of ours came back.")
