"""Signs of life of worker and clock; the secrets of second factors that are stored in clear become encrypted."""

from django.db import migrations, models


def encrypt(apps, schema_editor):
    from assessments.platform.encryption import encrypt_second_factors

    encrypt_second_factors(apps.get_model("mfa", "Authenticator"))


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
