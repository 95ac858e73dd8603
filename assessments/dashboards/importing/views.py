"""Importing organizations: the file is looked at first, and what would be added is confirmed once more."""

from typing import cast

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.dashboards.importing.reading import MOST_LINES, read_lines
from assessments.dashboards.importing.services import Checking, add_all
from assessments.organizations.adding import may_add
from assessments.scoring.words import capitalized, number_word

AGE = 60 * 60  # seconds that a look at a file holds
FORGOTTEN = _lazy("This list was looked at too long ago, or by somebody else. Choose the file once more.")


@require_http_methods(["GET", "POST"])
@personal_view
def organization_import(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if not may_add(user):
        return redirect("organization_create")  # which says who may
    context: dict[str, object] = {"part": "portfolio", "most": MOST_LINES}
    try:
        if request.POST.get("lines"):
            added = add_all(user, _looked_at(user, request.POST["lines"]))
            words = ngettext("{number} organization added.", "{number} organizations added.", len(added))
            messages.success(request, words.format(number=_number(len(added))))
            return redirect("organization_list")
        if request.method == "POST":
            context |= _look(request, user)
    except ValidationError as error:
        context["error"] = error.messages[0]
    status = 422 if "error" in context else 200
    return render(request, "dashboards/organization_import.html", context, status=status)


def _look(request: HttpRequest, user: User) -> dict[str, object]:
    """What would become of each line; with what to send back where nothing is wrong with any."""
    upload = request.FILES.get("file")
    if upload is None:
        raise ValidationError(_("Choose a file first: CSV or an Excel workbook."))
    found = read_lines(upload)
    checked = Checking(user).check(found.lines)
    wrong = sum(bool(line.problems) for line in checked)
    lines = "" if wrong else signing.dumps([line.as_data() for line in checked], salt=_salt(user), compress=True)
    words = ngettext("{number} organization would be added.", "{number} organizations would be added.", len(checked))
    headline = words.format(number=_number(len(checked)))
    if wrong:
        words = ngettext(
            "{number} line of {all} cannot be taken."
            " Mend the file and choose it again: nothing is added until all can be.",
            "{number} lines of {all} cannot be taken."
            " Mend the file and choose it again: nothing is added until all can be.",
            wrong,
        )
        headline = words.format(number=_number(wrong), all=len(checked))
    return {"checked": checked, "wrong": wrong, "lines": lines, "headline": headline, "untaken": found.untaken}


def _number(count: int) -> str:
    return capitalized(number_word(count, none="no"))


def _looked_at(user: User, text: str) -> list[dict[str, object]]:
    try:
        return list(signing.loads(text, salt=_salt(user), max_age=AGE))
    except signing.BadSignature:
        raise ValidationError(FORGOTTEN) from None


def _salt(user: User) -> str:
    return f"organization-import-{user.pk}"
