"""What a person sets about reminders and the calendar, the link that stops a mail, and the calendar itself."""

import hashlib
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.platform.languages import language_of
from assessments.roadmaps.reminding import settings as reminder_settings
from assessments.roadmaps.reminding.calendar_feed import list_calendar, render_calendar
from assessments.roadmaps.reminding.forms import ReminderSettingForm
from assessments.roadmaps.reminding.settings import COLUMNS, setting_of


@never_cache
@require_http_methods(["GET", "POST"])
@personal_view
def reminder_setting_update(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ReminderSettingForm(request.POST if request.method == "POST" else None, instance=setting_of(user))
    if form.is_valid():
        reminder_settings.change_setting(user, **form.cleaned_data)
        messages.success(request, _("The reminders are saved."))
        return redirect("reminder_setting_update")
    return _page(request, user, form, status=422 if form.errors else 200)


@never_cache
@require_POST
@personal_view
def calendar_feed_create(request: HttpRequest) -> HttpResponse:
    """Make the calendar's address, or a new one. It is shown in this answer and never again."""
    user = cast(User, request.user)
    token = reminder_settings.renew_calendar(user)
    return _page(request, user, ReminderSettingForm(instance=setting_of(user)), token=token)


@require_POST
@personal_view
def calendar_feed_delete(request: HttpRequest) -> HttpResponse:
    reminder_settings.end_calendar(cast(User, request.user))
    messages.success(request, _("The calendar's address is ended. Calendars that had it get nothing any more."))
    return redirect("reminder_setting_update")


def _page(
    request: HttpRequest, user: User, form: ReminderSettingForm, *, token: str = "", status: int = 200
) -> HttpResponse:
    address = settings.SITE_URL + reverse("calendar_feed_detail", args=[token]) if token else ""
    context = {
        "form": form,
        "made_at": setting_of(user).calendar_made_at,
        "address": address,
        "subscribe": f"webcal://{address.partition('://')[2]}",
    }
    return render(request, "roadmaps/reminder_setting_update.html", context, status=status)


@csrf_exempt  # the mail program posts, with no cookie; the token alone says who and what (RFC 8058)
@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def reminder_setting_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of a mail leads: opening it asks, sending it stops that kind of mail, however often it is sent."""
    found = reminder_settings.read_unsubscribe(token)
    if found is None:
        raise Http404
    user, kind = found
    if request.method == "POST":
        columns = COLUMNS.values() if "all" in request.POST else [COLUMNS[kind]]
        reminder_settings.change_setting(user, **dict.fromkeys(columns, False))
    setting = setting_of(user)
    is_digest = kind == reminder_settings.Kind.DIGEST
    context = {
        "is_digest": is_digest,
        "is_stopped": not getattr(setting, COLUMNS[kind]),
        "has_other": setting.due_notes if is_digest else setting.weekly_digest,
    }
    return render(request, "roadmaps/reminder_setting_stop.html", context)


@login_not_required
@require_safe
def calendar_feed_detail(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of that address. Its bytes tell whether it changed: when an item goes, no row is newer."""
    user = reminder_settings.find_by_calendar(token)
    if user is None:
        raise Http404
    items = list_calendar(user)
    with translation.override(language_of(user)):
        body = render_calendar(items, base_url=settings.SITE_URL)
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="roadmap-items.ics"'
    response["ETag"] = etag
    if items:
        changed_at = max(item.updated_at or item.created_at for item in items)
        response["Last-Modified"] = http_date(changed_at.timestamp())
    answer = get_conditional_response(request, etag=etag, response=response) or response
    patch_cache_control(answer, private=True, max_age=300)
    return answer
