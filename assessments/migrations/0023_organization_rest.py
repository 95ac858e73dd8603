"""What an organization brought from another installation that has no account here to belong to."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0022_drops_on_scenarios'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditevent',
            name='action',
            field=models.CharField(choices=[('signed-in', 'Signed in'), ('sign-in-failed', 'Failed to sign in'), ('account-changed', 'Changed the account'), ('organization-added', 'Added the organization'), ('organization-changed', 'Changed the settings'), ('organization-exported', 'Exported the organization'), ('organization-imported', 'Imported the organization'), ('list-exported', 'Exported a list'), ('organization-deleted', 'Deleted the organization'), ('organization-restored', 'Restored the organization'), ('organization-purged', 'Removed the organization for good'), ('member-added', 'Added a member'), ('member-changed', "Changed a member's role"), ('member-removed', 'Removed a member'), ('member-left', 'Left the organization'), ('invited', 'Invited someone'), ('invitation-withdrawn', 'Withdrew an invitation'), ('team-member-added', 'Added someone to a team'), ('team-member-removed', 'Took someone out of a team'), ('team-granted', 'Granted a team'), ('team-grant-changed', "Changed a team's role"), ('team-grant-withdrawn', "Withdrew a team's access"), ('scorecard-started', 'Started an assessment'), ('scorecard-imported', 'Imported an assessment'), ('scorecard-renamed', 'Renamed an assessment'), ('scorecard-deleted', 'Deleted a draft'), ('signed-off', 'Signed off'), ('sign-off-taken-back', 'Took a sign-off back'), ('answer-changed', 'Changed an answer'), ('answer-asked', 'Asked a colleague'), ('evidence-added', 'Added evidence'), ('evidence-removed', 'Removed evidence'), ('evidence-downloaded', 'Downloaded evidence'), ('vendor-review-started', 'Started a vendor review'), ('vendor-review-changed', 'Changed a vendor review'), ('vendor-review-deleted', 'Deleted a vendor review'), ('vendor-rated', "Rated a vendor's answer"), ('vendor-answer-noted', "Noted a vendor's answer"), ('vendor-answered', 'Answered as a vendor'), ('vendor-submitted', 'Submitted the answers as a vendor'), ('vendor-answers-imported', "Imported a vendor's answers"), ('vendor-link-made', 'Made a link for a vendor'), ('vendor-link-revoked', "Revoked a vendor's link"), ('topic-weights-changed', 'Changed the weights of vendor topics'), ('scenario-added', 'Saved a scenario'), ('scenario-changed', 'Changed a scenario'), ('scenario-deleted', 'Deleted a scenario'), ('roadmap-started', 'Started a roadmap'), ('roadmap-deleted', 'Deleted a roadmap'), ('roadmap-item-added', 'Added a roadmap item'), ('roadmap-item-changed', 'Changed a roadmap item'), ('roadmap-item-moved', 'Moved a roadmap item'), ('roadmap-item-deleted', 'Deleted a roadmap item'), ('roadmap-owner-changed', "Changed a roadmap item's owner"), ('roadmap-commented', 'Commented on a roadmap item'), ('suggestion-dismissed', 'Dismissed a suggestion'), ('suggestion-restored', 'Brought a suggestion back'), ('report-requested', 'Asked for a report'), ('report-downloaded', 'Downloaded a report'), ('report-link-made', 'Made a link to a report'), ('report-link-revoked', 'Revoked a link to a report'), ('report-link-opened', 'Opened a link to a report'), ('report-sent', 'Sent a report'), ('report-scheduled', 'Scheduled reports'), ('report-schedule-ended', 'Ended scheduled reports'), ('report-kept', 'Changed whether a report is kept'), ('report-expired', 'Removed a report that was due to go')], max_length=40),
        ),
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
