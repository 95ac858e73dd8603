import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

EDITOR = 20


def take_over(apps, schema_editor):
    """What let a program send figures is a token that does nothing else."""
    old, new = apps.get_model("assessments", "FigureToken"), apps.get_model("assessments", "AccessToken")
    same = ("name", "organization_id", "token_sha256", "created_at", "created_by_id", "used_at")
    new.objects.bulk_create(
        (new(scope="figures", role=EDITOR, **values) for values in old.objects.order_by("pk").values(*same)),
        batch_size=500,
    )


def give_back(apps, schema_editor):
    old, new = apps.get_model("assessments", "FigureToken"), apps.get_model("assessments", "AccessToken")
    same = ("name", "organization_id", "token_sha256", "created_at", "created_by_id", "used_at")
    standing = new.objects.filter(scope="figures", organization__isnull=False, ended_at=None).order_by("pk")
    old.objects.bulk_create((old(**values) for values in standing.values(*same)), batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0028_round_reminders_again"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("read", "Read"),
                            ("write", "Read and write"),
                            ("figures", "Send figures only"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "role",
                    models.PositiveSmallIntegerField(
                        choices=[(10, "Viewer"), (20, "Editor"), (30, "Owner")], null=True
                    ),
                ),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("expires_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "machine",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="machine_token",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to="assessments.organization",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("machine__isnull", True),
                                ("organization__isnull", True),
                                ("role__isnull", True),
                                ("user__isnull", False),
                            ),
                            models.Q(("organization__isnull", False), ("role__in", [10, 20]), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="access_token_of_a_person_or_an_organization",
                    )
                ],
            },
        ),
        migrations.RunPython(take_over, give_back),
        migrations.DeleteModel(name="FigureToken"),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_sha256", models.CharField(max_length=64)),
                ("request_sha256", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(db_index=True)),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_answers",
                        to="assessments.accesstoken",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("token", "key_sha256"), name="kept_answer_once_per_key")
                ],
            },
        ),
    ]
