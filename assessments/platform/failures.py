"""The pages for what could not be done. None of them reads the request's body, which may be what could not be read."""

import errno
import re
import shutil
import sys

from django.conf import settings
from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from assessments.platform import problems, storage
from assessments.platform.languages import speak_to_whoever_asks

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
RETRY_AFTER = "30"  # seconds, for a database that comes back by itself
ROOM_TO_OPEN = 1024 * 1024  # bytes
FAILED = {
    500: "Something failed on our side. What you sent may not have been saved.",
    503: "The database does not answer. What you sent may not have been saved: send it once more in a minute.",
    507: "The disk of this site is full. What you sent was not saved.",
}
STORE_AWAY = "The place where this site keeps files does not answer. Nothing was changed: try again in a minute."
DISK_FULL = re.compile(r"disk is full|no space left|could not extend file", re.I)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.is_for_programs(request):
        return problems.problem(400, "We could not read this request. Nothing was changed.")
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.is_for_programs(request):
        return problems.problem(403, problems.NOT_FOR_ROLE)
    is_administration = request.path.startswith(reverse("admin:index"))
    return render(request, "403.html", {"is_administration": is_administration}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.is_for_programs(request):
        return problems.problem(404, problems.NOT_HERE)
    if request.resolver_match is None:
        speak_to_whoever_asks(request)
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """What failed is said where an operator can mend it: a full disk, a database that does not answer.

    The page asks nothing of the request: whoever signed in is read from a database that may be what is missing.
    """
    error = sys.exc_info()[1]
    if is_disk_full(error):
        context, status = {"is_disk_full": True}, 507
    elif is_database_away(error):
        context, status = {"is_database_away": True}, 503
    elif is_store_away(error):
        context, status = {"is_store_away": True}, 503
    else:
        context, status = {}, 500
    if problems.is_for_programs(request):
        response = problems.problem(status, STORE_AWAY if "is_store_away" in context else FAILED[status])
    else:
        response = HttpResponse(render_to_string("500.html", {**context, "status": status}), status=status)
    if status == 503:
        response["Retry-After"] = RETRY_AFTER
    return response


def method_not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page for an address that only takes forms, opened by hand or by a reload. It keeps the `Allow` header."""
    if problems.is_for_programs(request):
        answer = problems.problem(405, f"Here is only {response.headers['Allow']}.")
        answer.headers["Allow"] = response.headers["Allow"]
        return answer
    page = render(request, "405.html", {"back": way_back(request)}, status=405)
    page.headers["Allow"] = response.headers["Allow"]
    page._has_been_logged = True  # type: ignore[attr-defined]  # as the answer it stands for
    return page


# Where the forms stand that are sent to an address of that first word.
PAGES = {
    "invitation": "membership_list",
    "membership": "membership_list",
    "team": "membership_list",
    "scorecard": "scorecard_list",
    "response": "scorecard_list",
    "fact": "scorecard_list",
    "evidence": "scorecard_list",
    "vendor": "vendor_review_list",
    "topic": "vendor_review_list",
    "roadmap": "roadmap_list",
    "suggestion": "roadmap_list",
    "report": "report_list",
    "organization": "organization_detail",
    "personal": "personal_token_list",
    "calendar": "reminder_setting_update",
}


def way_back(request: HttpRequest) -> str:
    """The nearest page above an address of forms: its scorecard or the like, its list, or the portfolio."""
    match = request.resolver_match
    if match is None or not match.url_name:
        return reverse("organization_list")
    word, kwargs = match.url_name.partition("_")[0], match.kwargs
    if "token" in kwargs:
        pages = {"report": "report_share_detail", "rater": "rater_link_rate"}
        return _address(pages.get(word, "vendor_link_answer"), token=kwargs["token"])
    if match.url_name.startswith("scorecard_import_"):
        return _address("scorecard_list", slug=kwargs["slug"])
    if match.url_name.startswith("report_batch_"):
        return _address("report_batch_list")
    above = {
        "response": "scorecard",
        "fact": "scorecard",
        "evidence": "scorecard",
        "suggestion": "roadmap",
        "round": "scorecard",
    }
    if match.url_name == "sign_off_review_create":
        return _address("scorecard_detail", slug=kwargs["slug"], pk=kwargs["pk"])
    if word in ("round", "rater", "rating", "settlement") and match.url_name not in ("round_list", "round_create"):
        return _address("round_detail", slug=kwargs["slug"], pk=kwargs["pk"])
    detail = {"scorecard": "scorecard_detail", "roadmap": "roadmap_detail"}.get(above.get(word, word))
    if word == "vendor" and "pk" in kwargs:
        detail = "vendor_import_detail" if match.url_name.startswith("vendor_import_") else "vendor_review_detail"
    if detail and "pk" in kwargs:
        return _address(detail, slug=kwargs["slug"], pk=kwargs["pk"])
    place = PAGES.get(word, "organization_list")
    return _address(place, slug=kwargs["slug"]) if "slug" in kwargs else _address(place)


def _address(name: str, **kwargs: object) -> str:
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return reverse("organization_list")


def is_disk_full(error: BaseException | None) -> bool:
    """Whether this, or what it came from, is for want of room."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return True
        if isinstance(error, DatabaseError) and DISK_FULL.search(str(error)):
            return True
        if isinstance(error, DatabaseError) and "disk I/O error" in str(error) and _has_no_room():
            return True  # so says SQLite where not even the files beside its own can be opened
        error = error.__cause__
    return False


def is_store_away(error: BaseException | None) -> bool:
    """Whether this, or what it came from, is that files cannot be reached where they are kept."""
    while error is not None and not isinstance(error, storage.StoreAwayError):
        error = error.__cause__
    return error is not None


def why_not_stored(error: BaseException) -> str:
    """The sentence for whoever sent a file that could not be stored; "" if that is not what failed."""
    if is_disk_full(error):
        return str(storage.NO_ROOM)
    return str(storage.STORE_AWAY) if is_store_away(error) else ""


def _has_no_room() -> bool:
    return shutil.disk_usage(settings.DATA_DIR).free < ROOM_TO_OPEN


def is_out_of_range(error: BaseException) -> bool:
    """Whether a number in the request is larger than any column holds, so that no row can be meant by it."""
    if isinstance(error, DataError):
        return "out of range" in str(error)
    return isinstance(error, OverflowError) and "SQLite INTEGER" in str(error)


def is_database_away(error: BaseException | None) -> bool:
    return isinstance(error, OperationalError | InterfaceError)
