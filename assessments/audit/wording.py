"""What several entries of one kind say together."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from assessments.audit.models import AuditEvent
from assessments.framework.translating import number

Action = AuditEvent.Action

# With the number, which is never one, in its place. What is not here says how many times it was done.
TOGETHER = {
    Action.ANSWER_CHANGED: pgettext_lazy("what somebody did", "Changed {count} answers"),
    Action.ANSWER_ASKED: pgettext_lazy("what somebody did", "Asked colleagues {count} times"),
    Action.TARGET_CHANGED: pgettext_lazy("what somebody did", "Changed {count} targets"),
    Action.EVIDENCE_ADDED: pgettext_lazy("what somebody did", "Added {count} pieces of evidence"),
    Action.EVIDENCE_REMOVED: pgettext_lazy("what somebody did", "Removed {count} pieces of evidence"),
    Action.EVIDENCE_DOWNLOADED: pgettext_lazy("what somebody did", "Downloaded {count} pieces of evidence"),
    Action.VENDOR_RATED: pgettext_lazy("what somebody did", "Rated {count} answers"),
    Action.VENDOR_ANSWER_NOTED: pgettext_lazy("what somebody did", "Noted {count} answers"),
    Action.VENDOR_ANSWERED: pgettext_lazy("what somebody did", "Answered {count} questions as a vendor"),
    Action.VENDOR_LINK_MADE: pgettext_lazy("what somebody did", "Made {count} links for vendors"),
    Action.CATEGORY_SETTLED: pgettext_lazy("what somebody did", "Settled {count} categories"),
    Action.RATER_ADDED: pgettext_lazy("what somebody did", "Asked {count} raters"),
    Action.INVITED: pgettext_lazy("what somebody did", "Invited {count} people"),
    Action.INVITATION_WITHDRAWN: pgettext_lazy("what somebody did", "Withdrew {count} invitations"),
    Action.MEMBER_ADDED: pgettext_lazy("what somebody did", "Added {count} members"),
    Action.MEMBER_CHANGED: pgettext_lazy("what somebody did", "Changed the roles of {count} members"),
    Action.MEMBER_REMOVED: pgettext_lazy("what somebody did", "Removed {count} members"),
    Action.TEAM_MEMBER_ADDED: pgettext_lazy("what somebody did", "Added {count} people to teams"),
    Action.TEAM_MEMBER_REMOVED: pgettext_lazy("what somebody did", "Took {count} people out of teams"),
    Action.TEAM_GRANTED: pgettext_lazy("what somebody did", "Granted teams {count} times"),
    Action.ORGANIZATION_ADDED: pgettext_lazy("what somebody did", "Added {count} organizations"),
    Action.ORGANIZATION_CHANGED: pgettext_lazy("what somebody did", "Changed {count} settings"),
    Action.ACCOUNT_CHANGED: pgettext_lazy("what somebody did", "Changed accounts {count} times"),
    Action.ROADMAP_ITEM_ADDED: pgettext_lazy("what somebody did", "Added {count} roadmap items"),
    Action.ROADMAP_ITEM_CHANGED: pgettext_lazy("what somebody did", "Changed roadmap items {count} times"),
    Action.ROADMAP_ITEM_MOVED: pgettext_lazy("what somebody did", "Moved roadmap items {count} times"),
    Action.ROADMAP_ITEM_DELETED: pgettext_lazy("what somebody did", "Deleted {count} roadmap items"),
    Action.SCENARIO_CHANGED: pgettext_lazy("what somebody did", "Changed scenarios {count} times"),
    Action.REPORT_REQUESTED: pgettext_lazy("what somebody did", "Asked for {count} reports"),
    Action.REPORT_DOWNLOADED: pgettext_lazy("what somebody did", "Downloaded {count} reports"),
    Action.REPORT_SENT: pgettext_lazy("what somebody did", "Sent {count} reports"),
    Action.SIGNED_IN: pgettext_lazy("what somebody did", "Signed in {count} times"),
    Action.SIGN_IN_FAILED: pgettext_lazy("what somebody did", "Failed to sign in {count} times"),
}


def together(event: AuditEvent, count: int) -> str:
    """Such as "Rated 24 answers", of that many entries of the kind of this one."""
    if count == 1:
        return event.get_action_display()
    words = TOGETHER.get(Action(event.action), "") if event.action in Action.values else ""
    if words:
        return str(words).format(count=number(count))
    return _("{action}, {count} times").format(action=event.get_action_display(), count=number(count))
