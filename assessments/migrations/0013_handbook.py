"""What a team said in the checks of the handbook, one row a check."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0012_economics'),
    ]

    operations = [
        migrations.CreateModel(
            name='TeamCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('pitfall', 'Pitfall'), ('role', 'Role'), ('use-case', 'Use case'), ('mix', 'Workload mix')], max_length=10)),
                ('key', models.CharField(max_length=60)),
                ('values', models.JSONField(blank=True, default=dict)),
                ('version', models.PositiveIntegerField(default=0)),
                ('updated_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='team_checks', to='assessments.organization')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'kind', 'key'), name='team_check_once_per_key')],
            },
        ),
    ]
