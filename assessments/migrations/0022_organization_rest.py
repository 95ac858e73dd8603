"""What an organization brought from another installation that has no account here to belong to."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0021_outlook'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrganizationRest',
            fields=[
                ('organization', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='rest', serialize=False, to='assessments.organization')),
                ('people', models.JSONField(default=list)),
                ('references', models.JSONField(default=dict)),
                ('rows', models.JSONField(default=dict)),
            ],
        ),
    ]
