"""What the administration says to staff who may not do something: which right it takes, and which groups have it."""

from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assessments.scoring.words import listing

# What an address of the administration is for -> the right it takes, and what is done by it.
RIGHTS = {
    "changelist": "view",
    "columns": "view",
    "history": "view",
    "change": "view",
    "add": "add",
    "import": "add",
    "delete": "delete",
}
DONE = {
    "view": _lazy("see {things}"),
    "add": _lazy("add {things}"),
    "change": _lazy("change {things}"),
    "delete": _lazy("delete {things}"),
}
NOUNS = {
    "user": _lazy("people"),
    "team": _lazy("teams"),
    "organization": _lazy("organizations"),
    "invitation": _lazy("invitations"),
    "accesstoken": _lazy("tokens"),
    "webhook": _lazy("webhooks"),
    "auditevent": _lazy("the activity"),
    "membership": _lazy("who is a member of an organization"),
    "teammembership": _lazy("who is in a team"),
    "teamgrant": _lazy("which organizations a team may open"),
    "group": _lazy("staff groups"),
    "groupmapping": _lazy("groups of the provider"),
    "keptframework": _lazy("frameworks"),
    "sentmail": _lazy("mails"),
}
# Addresses that are no list's.
OTHERS = {
    "queue": ("run_queue", _lazy("see the queue")),
    "queue_retry": ("run_queue", _lazy("have failed work tried again")),
    "auth_user_password_change": ("", _lazy("set other people’s passwords")),
    "auth_group_ready": ("", _lazy("add staff groups")),
    "assessments_organization_import": ("", _lazy("import organizations")),
    "assessments_keptframework_upload": ("add_keptframework", _lazy("upload frameworks")),
    "assessments_auditevent_export": ("view_auditevent", _lazy("export the activity")),
    "assessments_accesstoken_scim": ("", _lazy("make tokens for SCIM")),
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
    rest = name.partition("_")[2]
    model, _sign, place = rest.rpartition("_")
    right = RIGHTS.get(place, "")
    if place == "change" and is_change:
        right = "change"
    if model not in NOUNS or not right:
        return "", _("open this page")
    words = str(DONE[right]).format(things=NOUNS[model])
    return "" if model == "group" else f"{right}_{model}", words
