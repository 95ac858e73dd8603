"""The administration's page on which a list of people is looked at, and then taken in."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from assessments.accounts.models import User
from assessments.administration.people_import.reading import read_people
from assessments.administration.people_import.services import CheckingPeople, add_people
from assessments.dashboards.importing.reading import MOST_LINES
from assessments.scoring.words import capitalized, number_word

AGE = 60 * 60  # seconds that a look at a list holds
FORGOTTEN = _lazy("This list was looked at too long ago, or by somebody else. Choose or paste it once more.")


def people_import_urls(site: admin.AdminSite) -> list[URLPattern]:
    view = site.admin_view(people_import)
    return [path("import/", view, {"site": site}, name="assessments_user_import")]


def people_import(request: HttpRequest, site: admin.AdminSite) -> HttpResponse:
    """For staff who may add people; teams and organizations in the list need the right to change those, too."""
    actor = cast(User, request.user)
    if not actor.has_perm("assessments.add_user"):
        raise PermissionDenied
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": _("Add people by list"),
        "most": MOST_LINES,
        "pasted": request.POST.get("pasted", ""),
    }
    try:
        if request.POST.get("lines"):
            lines = _looked_at(actor, request.POST["lines"])
            opened = add_people(actor, lines)
            messages.success(request, _done(opened, len(lines) - opened))
            return redirect("admin:assessments_user_changelist")
        if request.method == "POST":
            context |= _look(request, actor)
    except ValidationError as error:
        context["error"] = error.messages[0]
    status = 422 if "error" in context else 200
    return TemplateResponse(request, "admin/assessments/user/import.html", context, status=status)


def _done(opened: int, known: int) -> str:
    sentence = ngettext(
        "{count} account opened. Each gets a mail with a link to choose a password.",
        "{count} accounts opened. Each gets a mail with a link to choose a password.",
        opened,
    ).format(count=capitalized(number_word(opened)))
    if not opened:
        sentence = _("No account was opened.")
    if not known:
        return sentence
    had = ngettext("{count} person had one already.", "{count} people had one already.", known)
    return f"{sentence} {had.format(count=capitalized(number_word(known)))}"


def _look(request: HttpRequest, actor: User) -> dict[str, Any]:
    """What would become of each line; with what to send back where nothing is wrong with any."""
    upload, pasted = request.FILES.get("file"), request.POST.get("pasted", "")
    if upload is None and not pasted.strip():
        raise ValidationError(_("Choose a file or paste a list first."))
    found = read_people(upload, pasted)
    checked = CheckingPeople(actor).check(found.lines)
    wrong = sum(bool(line.problems) for line in checked)
    would = ngettext("{count} person would be added.", "{count} people would be added.", len(checked))
    headline = would.format(count=capitalized(number_word(len(checked))))
    if wrong:
        headline = ngettext(
            "{count} line of {total} cannot be taken. Mend the list: nobody is added until all can be.",
            "{count} lines of {total} cannot be taken. Mend the list: nobody is added until all can be.",
            wrong,
        ).format(count=capitalized(number_word(wrong)), total=len(checked))
    lines = "" if wrong else signing.dumps([line.as_data() for line in checked], salt=_salt(actor), compress=True)
    return {"checked": checked, "wrong": wrong, "lines": lines, "headline": headline, "untaken": found.untaken}


def _looked_at(actor: User, text: str) -> list[dict[str, Any]]:
    try:
        return list(signing.loads(text, salt=_salt(actor), max_age=AGE))
    except signing.BadSignature:
        raise ValidationError(FORGOTTEN) from None


def _salt(actor: User) -> str:
    return f"people-import-{actor.pk}"
