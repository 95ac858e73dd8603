"""What happened: who did what, when, to which organization."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop
from django.utils.translation import pgettext_lazy

# Names that are kept in English and are no person's.
NAMELESS = (_noop("The system"), _noop("A former member"))


def read_name(name: str) -> str:
    """The name of who did something, as it is read: what stands where nobody has one is said in one's language."""
    return _(name) if name in NAMELESS else name


class AuditEvent(models.Model):
    """Who did what, when, to which organization. Rows are only ever added; names stay when people go."""

    class Action(models.TextChoices):
        SIGNED_IN = "signed-in", pgettext_lazy("what somebody did", "Signed in")
        SIGN_IN_FAILED = "sign-in-failed", pgettext_lazy("what somebody did", "Failed to sign in")
        ACCOUNT_CHANGED = "account-changed", pgettext_lazy("what somebody did", "Changed the account")
        ORGANIZATION_ADDED = "organization-added", pgettext_lazy("what somebody did", "Added the organization")
        ORGANIZATION_CHANGED = "organization-changed", pgettext_lazy("what somebody did", "Changed the settings")
        TAGS_CHANGED = "tags-changed", pgettext_lazy("what somebody did", "Changed the tags")
        TARGET_CHANGED = "target-changed", pgettext_lazy("what somebody did", "Changed a target")
        RHYTHM_CHANGED = "rhythm-changed", pgettext_lazy("what somebody did", "Changed the rhythm of assessments")
        EARLIER_ENTERED = "earlier-entered", pgettext_lazy("what somebody did", "Entered an earlier assessment")
        EARLIER_REMOVED = "earlier-removed", pgettext_lazy("what somebody did", "Removed an earlier assessment")
        BRANDING_CHANGED = "branding-changed", pgettext_lazy("what somebody did", "Changed the branding")
        BENCHMARK_CHANGED = "benchmark-changed", pgettext_lazy("what somebody did", "Changed a team's benchmark")
        ORGANIZATION_EXPORTED = "organization-exported", pgettext_lazy("what somebody did", "Exported the organization")
        ORGANIZATION_IMPORTED = "organization-imported", pgettext_lazy("what somebody did", "Imported the organization")
        LIST_EXPORTED = "list-exported", pgettext_lazy("what somebody did", "Exported a list")
        ORGANIZATION_DELETED = "organization-deleted", pgettext_lazy("what somebody did", "Deleted the organization")
        ORGANIZATION_RESTORED = "organization-restored", pgettext_lazy("what somebody did", "Restored the organization")
        ORGANIZATION_PURGED = (
            "organization-purged",
            pgettext_lazy("what somebody did", "Removed the organization for good"),
        )
        MEMBER_ADDED = "member-added", pgettext_lazy("what somebody did", "Added a member")
        MEMBER_CHANGED = "member-changed", pgettext_lazy("what somebody did", "Changed a member's role")
        MEMBER_REMOVED = "member-removed", pgettext_lazy("what somebody did", "Removed a member")
        MEMBER_LEFT = "member-left", pgettext_lazy("what somebody did", "Left the organization")
        INVITED = "invited", pgettext_lazy("what somebody did", "Invited someone")
        INVITATION_WITHDRAWN = "invitation-withdrawn", pgettext_lazy("what somebody did", "Withdrew an invitation")
        TEAM_MEMBER_ADDED = "team-member-added", pgettext_lazy("what somebody did", "Added someone to a team")
        TEAM_MEMBER_REMOVED = "team-member-removed", pgettext_lazy("what somebody did", "Took someone out of a team")
        TEAM_GRANTED = "team-granted", pgettext_lazy("what somebody did", "Granted a team")
        TEAM_GRANT_CHANGED = "team-grant-changed", pgettext_lazy("what somebody did", "Changed a team's role")
        TEAM_GRANT_WITHDRAWN = "team-grant-withdrawn", pgettext_lazy("what somebody did", "Withdrew a team's access")
        SCORECARD_STARTED = "scorecard-started", pgettext_lazy("what somebody did", "Started an assessment")
        SCORECARD_IMPORTED = "scorecard-imported", pgettext_lazy("what somebody did", "Imported an assessment")
        SCORECARD_RENAMED = "scorecard-renamed", pgettext_lazy("what somebody did", "Renamed an assessment")
        SCORECARD_DELETED = "scorecard-deleted", pgettext_lazy("what somebody did", "Deleted a draft")
        SIGNED_OFF = "signed-off", pgettext_lazy("what somebody did", "Signed off")
        SIGN_OFF_REVIEWED = "sign-off-reviewed", pgettext_lazy("what somebody did", "Reviewed before sign-off")
        SIGN_OFF_OVERRIDDEN = "sign-off-overridden", pgettext_lazy("what somebody did", "Signed off without the review")
        SIGN_OFF_TAKEN_BACK = "sign-off-taken-back", pgettext_lazy("what somebody did", "Took a sign-off back")
        ANSWER_CHANGED = "answer-changed", pgettext_lazy("what somebody did", "Changed an answer")
        ANSWER_ASKED = "answer-asked", pgettext_lazy("what somebody did", "Asked a colleague")
        ROUND_STARTED = "round-started", pgettext_lazy("what somebody did", "Started a round of raters")
        ROUND_CLOSED = "round-closed", pgettext_lazy("what somebody did", "Closed a round of raters")
        RATER_ADDED = "rater-added", pgettext_lazy("what somebody did", "Asked a rater")
        RATER_REMOVED = "rater-removed", pgettext_lazy("what somebody did", "Took a rater out")
        RATER_FINISHED = "rater-finished", pgettext_lazy("what somebody did", "Finished rating")
        RATER_LINK_MADE = "rater-link-made", pgettext_lazy("what somebody did", "Made a link for a rater")
        RATER_LINK_REVOKED = "rater-link-revoked", pgettext_lazy("what somebody did", "Revoked a rater's link")
        CATEGORY_SETTLED = "category-settled", pgettext_lazy("what somebody did", "Settled a category")
        EVIDENCE_ADDED = "evidence-added", pgettext_lazy("what somebody did", "Added evidence")
        EVIDENCE_REMOVED = "evidence-removed", pgettext_lazy("what somebody did", "Removed evidence")
        EVIDENCE_DOWNLOADED = "evidence-downloaded", pgettext_lazy("what somebody did", "Downloaded evidence")
        VENDOR_REVIEW_STARTED = "vendor-review-started", pgettext_lazy("what somebody did", "Started a vendor review")
        VENDOR_REVIEW_CHANGED = "vendor-review-changed", pgettext_lazy("what somebody did", "Changed a vendor review")
        VENDOR_REVIEW_DELETED = "vendor-review-deleted", pgettext_lazy("what somebody did", "Deleted a vendor review")
        VENDOR_RATED = "vendor-rated", pgettext_lazy("what somebody did", "Rated a vendor's answer")
        VENDOR_ANSWER_NOTED = "vendor-answer-noted", pgettext_lazy("what somebody did", "Noted a vendor's answer")
        VENDOR_ANSWERED = "vendor-answered", pgettext_lazy("what somebody did", "Answered as a vendor")
        VENDOR_SUBMITTED = "vendor-submitted", pgettext_lazy("what somebody did", "Submitted the answers as a vendor")
        VENDOR_ANSWERS_IMPORTED = (
            "vendor-answers-imported",
            pgettext_lazy("what somebody did", "Imported a vendor's answers"),
        )
        VENDOR_LINK_MADE = "vendor-link-made", pgettext_lazy("what somebody did", "Made a link for a vendor")
        VENDOR_LINK_REVOKED = "vendor-link-revoked", pgettext_lazy("what somebody did", "Revoked a vendor's link")
        TOPIC_WEIGHTS_CHANGED = (
            "topic-weights-changed",
            pgettext_lazy("what somebody did", "Changed the weights of vendor topics"),
        )
        SCENARIO_ADDED = "scenario-added", pgettext_lazy("what somebody did", "Saved a scenario")
        SCENARIO_CHANGED = "scenario-changed", pgettext_lazy("what somebody did", "Changed a scenario")
        SCENARIO_DELETED = "scenario-deleted", pgettext_lazy("what somebody did", "Deleted a scenario")
        ROADMAP_STARTED = "roadmap-started", pgettext_lazy("what somebody did", "Started a roadmap")
        ROADMAP_DELETED = "roadmap-deleted", pgettext_lazy("what somebody did", "Deleted a roadmap")
        ROADMAP_ITEM_ADDED = "roadmap-item-added", pgettext_lazy("what somebody did", "Added a roadmap item")
        ROADMAP_ITEM_CHANGED = "roadmap-item-changed", pgettext_lazy("what somebody did", "Changed a roadmap item")
        ROADMAP_ITEM_MOVED = "roadmap-item-moved", pgettext_lazy("what somebody did", "Moved a roadmap item")
        ROADMAP_ITEM_DELETED = "roadmap-item-deleted", pgettext_lazy("what somebody did", "Deleted a roadmap item")
        ROADMAP_OWNER_CHANGED = (
            "roadmap-owner-changed",
            pgettext_lazy("what somebody did", "Changed a roadmap item's owner"),
        )
        ROADMAP_COMMENTED = "roadmap-commented", pgettext_lazy("what somebody did", "Commented on a roadmap item")
        SUGGESTION_DISMISSED = "suggestion-dismissed", pgettext_lazy("what somebody did", "Dismissed a suggestion")
        SUGGESTION_RESTORED = "suggestion-restored", pgettext_lazy("what somebody did", "Brought a suggestion back")
        REPORT_REQUESTED = "report-requested", pgettext_lazy("what somebody did", "Asked for a report")
        REPORT_DOWNLOADED = "report-downloaded", pgettext_lazy("what somebody did", "Downloaded a report")
        REPORT_LINK_MADE = "report-link-made", pgettext_lazy("what somebody did", "Made a link to a report")
        REPORT_LINK_REVOKED = "report-link-revoked", pgettext_lazy("what somebody did", "Revoked a link to a report")
        REPORT_LINK_OPENED = "report-link-opened", pgettext_lazy("what somebody did", "Opened a link to a report")
        REPORT_SENT = "report-sent", pgettext_lazy("what somebody did", "Sent a report")
        REPORT_SCHEDULED = "report-scheduled", pgettext_lazy("what somebody did", "Scheduled reports")
        REPORT_SCHEDULE_ENDED = "report-schedule-ended", pgettext_lazy("what somebody did", "Ended scheduled reports")
        REPORT_KEPT = "report-kept", pgettext_lazy("what somebody did", "Changed whether a report is kept")
        REPORT_EXPIRED = "report-expired", pgettext_lazy("what somebody did", "Removed a report that was due to go")

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
        return f"{self.who}: {self.get_action_display()}"

    @property
    def who(self) -> str:
        return read_name(self.actor_name)
