"""The page on which a person chooses their mails, and the one that a mail's own link leads to."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from assessments.accounts.access import personal_view
from assessments.accounts.mails.forms import MailChoiceForm
from assessments.accounts.mails.services import choose_mails, clear_address
from assessments.accounts.models import User
from assessments.platform.mails import returned
from assessments.platform.mails.choices import Reader, choices_of, read_stop


@never_cache
@require_http_methods(["GET", "POST"])
@personal_view
def mail_choice_update(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = MailChoiceForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        choose_mails(Reader(user.email, user), form.cleaned_data)
        messages.success(request, _("Your mails are saved."))
        return redirect("mail_choice_update")
    context = {"form": form, "returned": returned.of([user.email]).get(user.email)}
    return render(request, "accounts/mail_choice_update.html", context)


@require_POST
@personal_view
def returned_address_clear(request: HttpRequest) -> HttpResponse:
    """The person says that mails reach them again; the next one that comes back says otherwise."""
    user = cast(User, request.user)
    if clear_address(user, actor=user):
        messages.success(request, _("Mails go to {email} again.").format(email=user.email))
    return redirect("mail_choice_update")


@csrf_exempt  # the mail program posts, with no cookie; the token alone says who and what (RFC 8058)
@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def mail_choice_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of a mail leads: opening it asks, sending it stops that kind of mail, however often it is sent."""
    found = read_stop(token)
    if found is None:
        raise Http404
    reader, kind = found
    if request.method == "POST":
        kinds = choices_of(reader) if "all" in request.POST else [kind.name]
        choose_mails(reader, dict.fromkeys(kinds, False))
    wanted = choices_of(reader)
    context = {
        "kind": kind,
        "has_account": reader.user is not None,
        "is_stopped": not wanted[kind.name],
        "has_other": any(wanted[name] for name in wanted if name != kind.name),
    }
    return render(request, "accounts/mail_choice_stop.html", context)
