"""Gives every stored secret the newest key, after one was put in front of ENCRYPTION_KEYS."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError

from assessments.figures.incoming import live as sources
from assessments.platform import mailing
from assessments.platform.encryption import encrypt_second_factors, is_readable
from assessments.vendors.linking import mails as vendor_mails
from assessments.webhooks.services import encrypt_webhooks

UNREADABLE = (
    "{} of them cannot be read and stay as they are: ENCRYPTION_KEYS lacks the key they were stored with. "
    "Take no key away."
)


class Command(BaseCommand):
    help = "Encrypt every stored secret with the first of ENCRYPTION_KEYS. The others can go afterwards."

    def handle(self, *args: object, **options: object) -> None:
        """Safe to run any number of times, while people work; a secret that no key opens stays as it is."""
        stored = [
            *encrypt_second_factors(Authenticator),
            *sources.encrypt_tokens(),
            *mailing.encrypt_texts(),
            *vendor_mails.encrypt_tokens(),
            *encrypt_webhooks(),
        ]
        self.stdout.write(f"{len(stored)} secrets are encrypted with the first key.")
        if lost := sum(not is_readable(text) for text in stored):
            raise CommandError(UNREADABLE.format(lost))
