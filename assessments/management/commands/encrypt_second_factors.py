"""Gives every stored second factor the newest key, after one was put in front of ENCRYPTION_KEYS."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand

from assessments.figures.incoming import live as sources
from assessments.platform.encryption import encrypt_second_factors
from assessments.webhooks.services import encrypt_webhooks


class Command(BaseCommand):
    help = "Encrypt the secrets of all second factors with the first of ENCRYPTION_KEYS. The others can go afterwards."

    def handle(self, *args: object, **options: object) -> None:
        sources.encrypt_tokens()
        encrypt_webhooks()
        self.stdout.write(f"{encrypt_second_factors(Authenticator)} second factors are encrypted with the first key.")
