"""What a signed-out request is told, and a form whose page is from before the last sign-in."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.platform import unsent
from assessments.platform.languages import speak_to_whoever_asks


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Answers HTMX with 401 instead of a redirect: it would follow it and put the sign-in page where a row stood.

    Whoever sent a form gets to see what was in it, once they have signed in.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse:
        if request.headers.get("HX-Request") == "true":
            return _signed_out()
        if request.method == "POST" and unsent.keep(request):
            return redirect_to_login(reverse("unsent_detail"))
        return super().handle_no_permission(request, view_func)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page for a person; a script whose cookies are gone is signed out, which it can tell and mend.

    A form whose page is from before the last sign-in, or whose cookies are gone, is shown with what was in it. That its
    page was one of ours and made for this person is known from its key; nothing is done before they send it again.
    """
    if request.headers.get("HX-Request") == "true":
        return _signed_out()
    key = getattr(request, "form_key", None)
    if key is not None and request.user.pk in (key.person, None) and unsent.keep(request):
        if getattr(request, "claim", None):
            request.claim.give_up()  # type: ignore[attr-defined]
            request.claim = None  # type: ignore[attr-defined]
        return redirect("unsent_detail") if request.user.pk else redirect_to_login(reverse("unsent_detail"))
    speak_to_whoever_asks(request)
    return render(request, "403_csrf.html", status=403)


def _signed_out() -> HttpResponse:
    headers = {"WWW-Authenticate": 'Session realm="AI Infrastructure Scorecard"', "Cache-Control": "no-store"}
    return HttpResponse(_("You are signed out."), status=401, content_type="text/plain", headers=headers)
