"""When whoever made a vendor's link was told that it was submitted; words of their own for what settings were."""

from django.db import migrations, models
from django.db.models import F


def told(apps, schema_editor):
    """Until now each was told at once."""
    links = apps.get_model("assessments", "VendorLink").objects.exclude(submitted_at=None)
    links.update(told_at=F("submitted_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0023_organization_rest'),
    ]

    operations = [
        migrations.AddField(
            model_name='vendorlink',
            name='told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(told, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='auditevent',
            name='action',
            field=models.CharField(choices=[('signed-in', 'Signed in'), ('sign-in-failed', 'Failed to sign in'), ('account-changed', 'Changed the account'), ('organization-added', 'Added the organization'), ('organization-changed', 'Changed the settings'), ('tags-changed', 'Changed the tags'), ('target-changed', 'Changed a target'), ('rhythm-changed', 'Changed the rhythm of assessments'), ('earlier-entered', 'Entered an earlier assessment'), ('earlier-removed', 'Removed an earlier assessment'), ('branding-changed', 'Changed the branding'), ('benchmark-changed', "Changed a team's benchmark"), ('organization-exported', 'Exported the organization'), ('organization-imported', 'Imported the organization'), ('list-exported', 'Exported a list'), ('organization-deleted', 'Deleted the organization'), ('organization-restored', 'Restored the organization'), ('organization-purged', 'Removed the organization for good'), ('member-added', 'Added a member'), ('member-changed', "Changed a member's role"), ('member-removed', 'Removed a member'), ('member-left', 'Left the organization'), ('invited', 'Invited someone'), ('invitation-withdrawn', 'Withdrew an invitation'), ('team-member-added', 'Added someone to a team'), ('team-member-removed', 'Took someone out of a team'), ('team-granted', 'Granted a team'), ('team-grant-changed', "Changed a team's role"), ('team-grant-withdrawn', "Withdrew a team's access"), ('scorecard-started', 'Started an assessment'), ('scorecard-imported', 'Imported an assessment'), ('scorecard-renamed', 'Renamed an assessment'), ('scorecard-deleted', 'Deleted a draft'), ('signed-off', 'Signed off'), ('sign-off-taken-back', 'Took a sign-off back'), ('answer-changed', 'Changed an answer'), ('answer-asked', 'Asked a colleague'), ('evidence-added', 'Added evidence'), ('evidence-removed', 'Removed evidence'), ('evidence-downloaded', 'Downloaded evidence'), ('vendor-review-started', 'Started a vendor review'), ('vendor-review-changed', 'Changed a vendor review'), ('vendor-review-deleted', 'Deleted a vendor review'), ('vendor-rated', "Rated a vendor's answer"), ('vendor-answer-noted', "Noted a vendor's answer"), ('vendor-answered', 'Answered as a vendor'), ('vendor-submitted', 'Submitted the answers as a vendor'), ('vendor-answers-imported', "Imported a vendor's answers"), ('vendor-link-made', 'Made a link for a vendor'), ('vendor-link-revoked', "Revoked a vendor's link"), ('topic-weights-changed', 'Changed the weights of vendor topics'), ('scenario-added', 'Saved a scenario'), ('scenario-changed', 'Changed a scenario'), ('scenario-deleted', 'Deleted a scenario'), ('roadmap-started', 'Started a roadmap'), ('roadmap-deleted', 'Deleted a roadmap'), ('roadmap-item-added', 'Added a roadmap item'), ('roadmap-item-changed', 'Changed a roadmap item'), ('roadmap-item-moved', 'Moved a roadmap item'), ('roadmap-item-deleted', 'Deleted a roadmap item'), ('roadmap-owner-changed', "Changed a roadmap item's owner"), ('roadmap-commented', 'Commented on a roadmap item'), ('suggestion-dismissed', 'Dismissed a suggestion'), ('suggestion-restored', 'Brought a suggestion back'), ('report-requested', 'Asked for a report'), ('report-downloaded', 'Downloaded a report'), ('report-link-made', 'Made a link to a report'), ('report-link-revoked', 'Revoked a link to a report'), ('report-link-opened', 'Opened a link to a report'), ('report-sent', 'Sent a report'), ('report-scheduled', 'Scheduled reports'), ('report-schedule-ended', 'Ended scheduled reports'), ('report-kept', 'Changed whether a report is kept'), ('report-expired', 'Removed a report that was due to go')], max_length=40),
        ),
        migrations.AddIndex(
            model_name='vendorlink',
            index=models.Index(condition=models.Q(('submitted_at__isnull', False), ('told_at', None)), fields=['created_by'], name='vendor_link_untold'),
        ),
        migrations.AddIndex(
            model_name='vendorlink',
            index=models.Index(fields=['created_by', '-told_at'], name='vendor_link_told'),
        ),
    ]
