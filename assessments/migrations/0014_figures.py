"""Figures out of files: what is dropped, what was measured, where it comes from, who may send it, what is read live."""

import assessments.figures.models
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0013_handbook'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidence',
            name='provenance',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.CreateModel(
            name='FigureDrop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.UUIDField(db_index=True, default=uuid.uuid4)),
                ('category_key', models.CharField(blank=True, max_length=60)),
                ('decider_key', models.CharField(blank=True, max_length=60)),
                ('fact_key', models.CharField(blank=True, max_length=60)),
                ('filename', models.CharField(max_length=200)),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('reading', models.JSONField()),
                ('head', models.TextField(blank=True)),
                ('masked', models.JSONField(blank=True, default=list)),
                ('file', models.FileField(blank=True, max_length=200, upload_to=assessments.figures.models.drop_path)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figure_drops', to='assessments.organization')),
                ('scorecard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figure_drops', to='assessments.scorecard')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='FigureSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=500)),
                ('token', models.TextField(blank=True)),
                ('queries', models.TextField()),
                ('service', models.CharField(blank=True, max_length=120)),
                ('read_at', models.DateTimeField(null=True)),
                ('problem', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='figure_source', to='assessments.organization')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='FigureToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('used_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figure_tokens', to='assessments.organization')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='MeasuredFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('statistic', models.CharField(blank=True, max_length=10)),
                ('kind', models.CharField(blank=True, max_length=60)),
                ('service', models.CharField(blank=True, max_length=120)),
                ('title', models.CharField(max_length=120)),
                ('value', models.DecimalField(decimal_places=8, max_digits=20)),
                ('unit', models.CharField(blank=True, max_length=60)),
                ('on', models.DateField()),
                ('provenance', models.JSONField(blank=True, default=dict)),
                ('key', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measured_figures', to='assessments.organization')),
            ],
            options={
                'ordering': ['on', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'key'), name='measured_figure_once')],
            },
        ),
    ]
