"""Signs of life of worker and clock; the secrets of second factors that are stored in clear become encrypted."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import migrations, models

MARK = "fernet:"


def encrypt(apps, schema_editor):
    """Store every secret with the first key, as the product did when this was released."""
    keys = MultiFernet([Fernet(_key(text)) for text in settings.ENCRYPTION_KEYS])
    for row in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").order_by("pk"):
        held = {name: row.data[name] for name in ("secret", "seed") if row.data.get(name)}
        codes = row.data.get("migrated_codes") or []
        if held or codes:
            row.data |= {name: _encrypted(keys, value) for name, value in held.items()}
            if codes:
                row.data["migrated_codes"] = [_encrypted(keys, code) for code in codes]
            row.save(update_fields=["data"])


def _encrypted(keys, stored):
    """The secret by the first key; one that no key opens stays as it is, for the day its key comes back."""
    if not stored.startswith(MARK):
        return MARK + keys.encrypt(stored.encode()).decode()
    try:
        return MARK + keys.rotate(stored.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        return stored


def _key(text):
    return base64.urlsafe_b64encode(hashlib.blake2b(text.encode(), digest_size=32, key=b"second factors at rest").digest())


class Migration(migrations.Migration):

    dependencies = [
        ("assessments", "0010_names_and_imports"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(encrypt, migrations.RunPython.noop, elidable=False),
    ]
