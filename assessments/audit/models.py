"""What happened: who did what, when, to which organization."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class AuditEvent(models.Model):
    """Who did what, when, to which organization. Rows are only ever added; names stay when people go."""

    class Action(models.TextChoices):
        SIGNED_IN = "signed-in", "Signed in"
        SIGN_IN_FAILED = "sign-in-failed", "Failed to sign in"
        ACCOUNT_CHANGED = "account-changed", "Changed the account"
        ORGANIZATION_ADDED = "organization-added", "Added the organization"
        ORGANIZATION_CHANGED = "organization-changed", "Changed the settings"
        TAGS_CHANGED = "tags-changed", "Changed the tags"
        TARGET_CHANGED = "target-changed", "Changed a target"
        RHYTHM_CHANGED = "rhythm-changed", "Changed the rhythm of assessments"
        EARLIER_ENTERED = "earlier-entered", "Entered an earlier assessment"
        EARLIER_REMOVED = "earlier-removed", "Removed an earlier assessment"
        BRANDING_CHANGED = "branding-changed", "Changed the branding"
        BENCHMARK_CHANGED = "benchmark-changed", "Changed a team's benchmark"
        ORGANIZATION_EXPORTED = "organization-exported", "Exported the organization"
        ORGANIZATION_IMPORTED = "organization-imported", "Imported the organization"
        LIST_EXPORTED = "list-exported", "Exported a list"
        ORGANIZATION_DELETED = "organization-deleted", "Deleted the organization"
        ORGANIZATION_RESTORED = "organization-restored", "Restored the organization"
        ORGANIZATION_PURGED = "organization-purged", "Removed the organization for good"
        MEMBER_ADDED = "member-added", "Added a member"
        MEMBER_CHANGED = "member-changed", "Changed a member's role"
        MEMBER_REMOVED = "member-removed", "Removed a member"
        MEMBER_LEFT = "member-left", "Left the organization"
        INVITED = "invited", "Invited someone"
        INVITATION_WITHDRAWN = "invitation-withdrawn", "Withdrew an invitation"
        TEAM_MEMBER_ADDED = "team-member-added", "Added someone to a team"
        TEAM_MEMBER_REMOVED = "team-member-removed", "Took someone out of a team"
        TEAM_GRANTED = "team-granted", "Granted a team"
        TEAM_GRANT_CHANGED = "team-grant-changed", "Changed a team's role"
        TEAM_GRANT_WITHDRAWN = "team-grant-withdrawn", "Withdrew a team's access"
        SCORECARD_STARTED = "scorecard-started", "Started an assessment"
        SCORECARD_IMPORTED = "scorecard-imported", "Imported an assessment"
        SCORECARD_RENAMED = "scorecard-renamed", "Renamed an assessment"
        SCORECARD_DELETED = "scorecard-deleted", "Deleted a draft"
        SIGNED_OFF = "signed-off", "Signed off"
        SIGN_OFF_REVIEWED = "sign-off-reviewed", "Reviewed before sign-off"
        SIGN_OFF_OVERRIDDEN = "sign-off-overridden", "Signed off without the review"
        SIGN_OFF_TAKEN_BACK = "sign-off-taken-back", "Took a sign-off back"
        ANSWER_CHANGED = "answer-changed", "Changed an answer"
        ANSWER_ASKED = "answer-asked", "Asked a colleague"
        ROUND_STARTED = "round-started", "Started a round of raters"
        ROUND_CLOSED = "round-closed", "Closed a round of raters"
        RATER_ADDED = "rater-added", "Asked a rater"
        RATER_REMOVED = "rater-removed", "Took a rater out"
        RATER_FINISHED = "rater-finished", "Finished rating"
        RATER_LINK_MADE = "rater-link-made", "Made a link for a rater"
        RATER_LINK_REVOKED = "rater-link-revoked", "Revoked a rater's link"
        CATEGORY_SETTLED = "category-settled", "Settled a category"
        EVIDENCE_ADDED = "evidence-added", "Added evidence"
        EVIDENCE_REMOVED = "evidence-removed", "Removed evidence"
        EVIDENCE_DOWNLOADED = "evidence-downloaded", "Downloaded evidence"
        VENDOR_REVIEW_STARTED = "vendor-review-started", "Started a vendor review"
        VENDOR_REVIEW_CHANGED = "vendor-review-changed", "Changed a vendor review"
        VENDOR_REVIEW_DELETED = "vendor-review-deleted", "Deleted a vendor review"
        VENDOR_RATED = "vendor-rated", "Rated a vendor's answer"
        VENDOR_ANSWER_NOTED = "vendor-answer-noted", "Noted a vendor's answer"
        VENDOR_ANSWERED = "vendor-answered", "Answered as a vendor"
        VENDOR_SUBMITTED = "vendor-submitted", "Submitted the answers as a vendor"
        VENDOR_ANSWERS_IMPORTED = "vendor-answers-imported", "Imported a vendor's answers"
        VENDOR_LINK_MADE = "vendor-link-made", "Made a link for a vendor"
        VENDOR_LINK_REVOKED = "vendor-link-revoked", "Revoked a vendor's link"
        TOPIC_WEIGHTS_CHANGED = "topic-weights-changed", "Changed the weights of vendor topics"
        SCENARIO_ADDED = "scenario-added", "Saved a scenario"
        SCENARIO_CHANGED = "scenario-changed", "Changed a scenario"
        SCENARIO_DELETED = "scenario-deleted", "Deleted a scenario"
        ROADMAP_STARTED = "roadmap-started", "Started a roadmap"
        ROADMAP_DELETED = "roadmap-deleted", "Deleted a roadmap"
        ROADMAP_ITEM_ADDED = "roadmap-item-added", "Added a roadmap item"
        ROADMAP_ITEM_CHANGED = "roadmap-item-changed", "Changed a roadmap item"
        ROADMAP_ITEM_MOVED = "roadmap-item-moved", "Moved a roadmap item"
        ROADMAP_ITEM_DELETED = "roadmap-item-deleted", "Deleted a roadmap item"
        ROADMAP_OWNER_CHANGED = "roadmap-owner-changed", "Changed a roadmap item's owner"
        ROADMAP_COMMENTED = "roadmap-commented", "Commented on a roadmap item"
        SUGGESTION_DISMISSED = "suggestion-dismissed", "Dismissed a suggestion"
        SUGGESTION_RESTORED = "suggestion-restored", "Brought a suggestion back"
        REPORT_REQUESTED = "report-requested", "Asked for a report"
        REPORT_DOWNLOADED = "report-downloaded", "Downloaded a report"
        REPORT_LINK_MADE = "report-link-made", "Made a link to a report"
        REPORT_LINK_REVOKED = "report-link-revoked", "Revoked a link to a report"
        REPORT_LINK_OPENED = "report-link-opened", "Opened a link to a report"
        REPORT_SENT = "report-sent", "Sent a report"
        REPORT_SCHEDULED = "report-scheduled", "Scheduled reports"
        REPORT_SCHEDULE_ENDED = "report-schedule-ended", "Ended scheduled reports"
        REPORT_KEPT = "report-kept", "Changed whether a report is kept"
        REPORT_EXPIRED = "report-expired", "Removed a report that was due to go"

    organization = models.ForeignKey("Organization", on_delete=models.CASCADE, null=True, related_name="audit_events")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=254)
    action = models.CharField(max_length=40, choices=Action)
    subject = models.CharField(max_length=300, blank=True)
    about = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["organization", "-at"], name="audit_by_organization"),
            models.Index(fields=["-at"], name="audit_by_time"),
            models.Index(fields=["organization", "action", "-at"], name="audit_by_action"),
            models.Index(fields=["organization", "actor_name", "-at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.get_action_display()}"
