"""Everything between a fresh checkout and a site to look at: database, demo organizations, web and worker."""

import os
import secrets
import socket
import sys
from typing import NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

ACCOUNTS = (
    ("leader@example.com", "leader of one organization"),
    ("consultant@example.com", "consultant with six clients"),
    ("admin@example.com", "administrator, also at /admin/"),
)


class Command(BaseCommand):
    help = "Migrate, load the demo once, print where to sign in, and start web and worker. Ctrl-C stops both."

    def handle(self, *args: object, **options: object) -> None:
        port = _free_port(os.environ.get("PORT", "") or "8000")
        password = _password()
        self._say("Preparing the database: on the first run up to half a minute.")
        call_command("migrate", verbosity=0)
        self._say("Loading the demo organizations.")
        os.environ["DEMO_PASSWORD"] = password
        call_command("load_demo", stdout=self.stdout)
        self.stdout.write(f"\n  http://localhost:{port}/\n\n")
        for email, who in ACCOUNTS:
            self.stdout.write(f"  {email:24}{who}")
        self.stdout.write(f"\n  The password of all three: {password}\n  Ctrl-C stops web and worker.\n\n")
        self.stdout.flush()
        _start(port)

    def _say(self, doing: str) -> None:
        self.stdout.write(doing)
        self.stdout.flush()


def _free_port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 65536:
        raise CommandError(f"PORT must be a whole number from 1 to 65535, not {text!r}.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CommandError(f"Port {port} needs an administrator. Choose another: PORT=8001 make demo") from None
        except OSError:
            raise CommandError(f"Port {port} is taken. Choose another: PORT={port + 1} make demo") from None
    return port


def _password() -> str:
    """The one that was asked for, else one made on the first run and kept, so that the next run prints the same."""
    if password := os.environ.get("DEMO_PASSWORD", ""):
        return password
    path = settings.DATA_DIR / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text()


def _start(port: int) -> NoReturn:
    """Become honcho, which runs what the Procfile names and hands Ctrl-C on to all of it."""
    os.chdir(settings.BASE_DIR)
    environment = {**os.environ, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    os.execvpe(sys.executable, [sys.executable, "-m", "honcho", "start"], environment)  # noqa: S606
