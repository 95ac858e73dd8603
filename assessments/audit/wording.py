"""What several entries of one kind say together."""

from assessments.audit.models import AuditEvent

Action = AuditEvent.Action

# With the number in its place. What is not here says how many times it was done.
TOGETHER = {
    Action.ANSWER_CHANGED: "Changed {} answers",
    Action.ANSWER_ASKED: "Asked colleagues {} times",
    Action.TARGET_CHANGED: "Changed {} targets",
    Action.EVIDENCE_ADDED: "Added {} pieces of evidence",
    Action.EVIDENCE_REMOVED: "Removed {} pieces of evidence",
    Action.EVIDENCE_DOWNLOADED: "Downloaded {} pieces of evidence",
    Action.VENDOR_RATED: "Rated {} answers",
    Action.VENDOR_ANSWER_NOTED: "Noted {} answers",
    Action.VENDOR_ANSWERED: "Answered {} questions as a vendor",
    Action.VENDOR_LINK_MADE: "Made {} links for vendors",
    Action.CATEGORY_SETTLED: "Settled {} categories",
    Action.RATER_ADDED: "Asked {} raters",
    Action.INVITED: "Invited {} people",
    Action.INVITATION_WITHDRAWN: "Withdrew {} invitations",
    Action.MEMBER_ADDED: "Added {} members",
    Action.MEMBER_CHANGED: "Changed the roles of {} members",
    Action.MEMBER_REMOVED: "Removed {} members",
    Action.TEAM_MEMBER_ADDED: "Added {} people to teams",
    Action.TEAM_MEMBER_REMOVED: "Took {} people out of teams",
    Action.TEAM_GRANTED: "Granted teams {} times",
    Action.ORGANIZATION_ADDED: "Added {} organizations",
    Action.ORGANIZATION_CHANGED: "Changed {} settings",
    Action.ACCOUNT_CHANGED: "Changed accounts {} times",
    Action.ROADMAP_ITEM_ADDED: "Added {} roadmap items",
    Action.ROADMAP_ITEM_CHANGED: "Changed roadmap items {} times",
    Action.ROADMAP_ITEM_MOVED: "Moved roadmap items {} times",
    Action.ROADMAP_ITEM_DELETED: "Deleted {} roadmap items",
    Action.SCENARIO_CHANGED: "Changed scenarios {} times",
    Action.REPORT_REQUESTED: "Asked for {} reports",
    Action.REPORT_DOWNLOADED: "Downloaded {} reports",
    Action.REPORT_SENT: "Sent {} reports",
    Action.SIGNED_IN: "Signed in {} times",
    Action.SIGN_IN_FAILED: "Failed to sign in {} times",
}


def together(event: AuditEvent, count: int) -> str:
    """Such as "Rated 24 answers", of that many entries of the kind of this one."""
    if count == 1:
        return event.get_action_display()
    words = TOGETHER.get(Action(event.action), "") if event.action in Action.values else ""
    return words.format(f"{count:,}") if words else f"{event.get_action_display()}, {count:,} times"
