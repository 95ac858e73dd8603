"""What the administration says to staff who may not do something: which right it takes, and which groups have it."""

from django.contrib.auth.models import Group
from django.http import HttpRequest

from assessments.scoring.words import listing

# What an address of the administration is for -> the right it takes, and the verb for it.
RIGHTS = {
    "changelist": ("view", "see"),
    "columns": ("view", "see"),
    "history": ("view", "see"),
    "change": ("view", "see"),
    "add": ("add", "add"),
    "import": ("add", "add"),
    "delete": ("delete", "delete"),
}
NOUNS = {
    "user": "people",
    "team": "teams",
    "organization": "organizations",
    "invitation": "invitations",
    "accesstoken": "tokens",
    "webhook": "webhooks",
    "auditevent": "the activity",
    "membership": "who is a member of an organization",
    "teammembership": "who is in a team",
    "teamgrant": "which organizations a team may open",
    "group": "staff groups",
    "groupmapping": "groups of the provider",
    "keptframework": "frameworks",
    "sentmail": "mails",
}
# Addresses that are no list's.
OTHERS = {
    "queue": ("run_queue", "see the queue"),
    "queue_retry": ("run_queue", "have failed work tried again"),
    "auth_user_password_change": ("", "set other people’s passwords"),
    "auth_group_ready": ("", "add staff groups"),
    "assessments_organization_import": ("", "import organizations"),
    "assessments_keptframework_upload": ("add_keptframework", "upload frameworks"),
    "assessments_auditevent_export": ("view_auditevent", "export the activity"),
    "assessments_accesstoken_scim": ("", "make tokens for SCIM"),
}


def refusal(request: HttpRequest) -> dict[str, object]:
    """What was to be done, whether one's groups allow it at all, and the groups that do."""
    name = request.resolver_match.url_name or "" if request.resolver_match else ""
    right, words = OTHERS.get(name) or _of_a_list(name, is_change=request.method == "POST")
    allowed = bool(right) and request.user.has_perm(f"assessments.{right}")
    groups = Group.objects.filter(permissions__codename=right, permissions__content_type__app_label="assessments")
    names = sorted(groups.values_list("name", flat=True)) if right and not allowed else []
    return {"words": words, "is_allowed_elsewhere": allowed, "groups": listing(names), "count": len(names)}


def _of_a_list(name: str, *, is_change: bool) -> tuple[str, str]:
    _, _, rest = name.partition("_")
    model, _, place = rest.rpartition("_")
    right, verb = RIGHTS.get(place, ("", ""))
    if place == "change" and is_change:
        right = verb = "change"
    if model not in NOUNS or not right:
        return "", "open this page"
    return "" if model == "group" else f"{right}_{model}", f"{verb} {NOUNS[model]}"
