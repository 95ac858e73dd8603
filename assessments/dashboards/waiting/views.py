"""Everything that waits for a person, and putting some of it aside."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.dashboards.waiting.groups import waiting_for
from assessments.dashboards.waiting.models import Dismissal
from assessments.dashboards.waiting.queries import put_aside


@require_GET
@personal_view
def waiting_list(request: HttpRequest) -> HttpResponse:
    groups = waiting_for(cast(User, request.user))
    return render(request, "dashboards/waiting_list.html", {"part": "portfolio", "groups": groups})


@require_POST
@personal_view
def waiting_dismiss(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Put aside something that waits for this person; of anything else nothing is said and nothing kept."""
    user = cast(User, request.user)
    if kind not in Dismissal.Kind.values:
        raise Http404
    waiting = (thing for group in waiting_for(user) for thing in group.things)
    if any(thing.kind == kind and thing.pk == pk for thing in waiting):
        put_aside(user, kind=kind, pk=pk)
        messages.success(request, _("Put aside. It comes back when something happens to it."))
    return redirect("waiting_list")
