"""Scenarios of the calculators, with a number for each input."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0011_operations'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditevent',
            name='action',
            field=models.CharField(choices=[('signed-in', 'Signed in'), ('sign-in-failed', 'Failed to sign in'), ('account-changed', 'Changed the account'), ('organization-added', 'Added the organization'), ('organization-changed', 'Changed the settings'), ('organization-exported', 'Exported the organization'), ('list-exported', 'Exported a list'), ('organization-deleted', 'Deleted the organization'), ('organization-restored', 'Restored the organization'), ('organization-purged', 'Removed the organization for good'), ('member-added', 'Added a member'), ('member-changed', "Changed a member's role"), ('member-removed', 'Removed a member'), ('member-left', 'Left the organization'), ('invited', 'Invited someone'), ('invitation-withdrawn', 'Withdrew an invitation'), ('team-member-added', 'Added someone to a team'), ('team-member-removed', 'Took someone out of a team'), ('team-granted', 'Granted a team'), ('team-grant-changed', "Changed a team's role"), ('team-grant-withdrawn', "Withdrew a team's access"), ('scorecard-started', 'Started an assessment'), ('scorecard-renamed', 'Renamed an assessment'), ('scorecard-deleted', 'Deleted a draft'), ('signed-off', 'Signed off'), ('sign-off-taken-back', 'Took a sign-off back'), ('answer-changed', 'Changed an answer'), ('answer-asked', 'Asked a colleague'), ('evidence-added', 'Added evidence'), ('evidence-removed', 'Removed evidence'), ('evidence-downloaded', 'Downloaded evidence'), ('vendor-review-started', 'Started a vendor review'), ('vendor-review-changed', 'Changed a vendor review'), ('vendor-review-deleted', 'Deleted a vendor review'), ('vendor-rated', "Rated a vendor's answer"), ('vendor-answer-noted', "Noted a vendor's answer"), ('vendor-answered', 'Answered as a vendor'), ('vendor-submitted', 'Submitted the answers as a vendor'), ('vendor-answers-imported', "Imported a vendor's answers"), ('vendor-link-made', 'Made a link for a vendor'), ('vendor-link-revoked', "Revoked a vendor's link"), ('topic-weights-changed', 'Changed the weights of vendor topics'), ('scenario-added', 'Saved a scenario'), ('scenario-changed', 'Changed a scenario'), ('scenario-deleted', 'Deleted a scenario'), ('roadmap-started', 'Started a roadmap'), ('roadmap-deleted', 'Deleted a roadmap'), ('roadmap-item-added', 'Added a roadmap item'), ('roadmap-item-changed', 'Changed a roadmap item'), ('roadmap-item-moved', 'Moved a roadmap item'), ('roadmap-item-deleted', 'Deleted a roadmap item'), ('roadmap-owner-changed', "Changed a roadmap item's owner"), ('roadmap-commented', 'Commented on a roadmap item'), ('suggestion-dismissed', 'Dismissed a suggestion'), ('suggestion-restored', 'Brought a suggestion back'), ('report-requested', 'Asked for a report'), ('report-downloaded', 'Downloaded a report')], max_length=40),
        ),
        migrations.CreateModel(
            name='Scenario',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_sort', models.BinaryField(default=b'')),
                ('name_key', models.CharField(default='', editable=False, max_length=400)),
                ('framework_key', models.CharField(max_length=60)),
                ('framework_version', models.CharField(max_length=20)),
                ('currency', models.CharField(max_length=3)),
                ('is_counted', models.BooleanField(default=False)),
                ('name', models.CharField(max_length=120)),
                ('name_version', models.PositiveIntegerField(default=0)),
                ('on', models.DateField()),
                ('on_version', models.PositiveIntegerField(default=0)),
                ('note', models.TextField(blank=True, max_length=2000)),
                ('note_version', models.PositiveIntegerField(default=0)),
                ('scorecard_version', models.PositiveIntegerField(default=0)),
                ('mix', models.JSONField(blank=True, default=dict)),
                ('mix_version', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scenarios', to='assessments.organization')),
                ('scorecard', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='scenarios', to='assessments.scorecard')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ScenarioInput',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calculator_key', models.CharField(max_length=60)),
                ('input_key', models.CharField(max_length=60)),
                ('value', models.DecimalField(decimal_places=8, max_digits=20, null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('updated_at', models.DateTimeField(null=True)),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inputs', to='assessments.scenario')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='scenario',
            constraint=models.UniqueConstraint(fields=('organization', 'name_key'), name='scenario_name_once'),
        ),
        migrations.AddConstraint(
            model_name='scenario',
            constraint=models.UniqueConstraint(condition=models.Q(('is_counted', True)), fields=('organization',), name='scenario_one_counted'),
        ),
        migrations.AddConstraint(
            model_name='scenarioinput',
            constraint=models.UniqueConstraint(fields=('scenario', 'calculator_key', 'input_key'), name='scenario_input_once'),
        ),
    ]
