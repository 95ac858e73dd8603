"""Importing organizations: the file is looked at first, and what would be added is confirmed once more."""

from typing import cast

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.dashboards.importing.reading import MOST_LINES, read_lines
from assessments.dashboards.importing.services import Checking, add_all
from assessments.organizations.adding import may_add
from assessments.scoring.words import counted

AGE = 60 * 60  # seconds that a look at a file holds
FORGOTTEN = "This list was looked at too long ago, or by somebody else. Choose the file once more."


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
            messages.success(request, f"{counted(len(added), 'organization').capitalize()} added.")
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
        raise ValidationError("Choose a file first: CSV or an Excel workbook.")
    found = read_lines(upload)
    checked = Checking(user).check(found.lines)
    wrong = sum(bool(line.problems) for line in checked)
    lines = "" if wrong else signing.dumps([line.as_data() for line in checked], salt=_salt(user), compress=True)
    headline = f"{counted(len(checked), 'organization').capitalize()} would be added."
    if wrong:
        lines_words = f"{counted(wrong, 'line').capitalize()} of {len(checked)} cannot be taken."
        headline = f"{lines_words} Mend the file and choose it again: nothing is added until all can be."
    return {"checked": checked, "wrong": wrong, "lines": lines, "headline": headline, "untaken": found.untaken}


def _looked_at(user: User, text: str) -> list[dict[str, object]]:
    try:
        return list(signing.loads(text, salt=_salt(user), max_age=AGE))
    except signing.BadSignature:
        raise ValidationError(FORGOTTEN) from None


def _salt(user: User) -> str:
    return f"organization-import-{user.pk}"
