"""Saving, removing and furnishing the views of the portfolio."""

from typing import cast
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.dashboards.portfolio import saving
from assessments.dashboards.portfolio.columns import chosen
from assessments.dashboards.portfolio.reach import Reach
from assessments.dashboards.portfolio.reading import ListReading

KEPT = 4_000  # characters of a posted address


@require_POST
@personal_view
def portfolio_view_create(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    query = _cleaned(user, request.POST.get("query", ""))
    try:
        view = saving.save_view(user, name=request.POST.get("name", ""), query=query)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The view “{name}” is saved.").format(name=view))
    return _list(query)


@require_POST
@personal_view
def portfolio_view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(cast(User, request.user).portfolio_views.exclude(name_key=""), pk=pk)
    name = str(view)
    view.delete()
    messages.success(request, _("The view “{name}” is removed. The organizations stay.").format(name=name))
    return _list("")


@require_POST
@personal_view
def portfolio_view_choose(request: HttpRequest) -> HttpResponse:
    """Which columns the person sees from now on, and this view with them."""
    user = cast(User, request.user)
    keys = request.POST.getlist("column")[:100]
    saving.choose_columns(user, keys)
    pairs = [pair for pair in parse_qsl(_cleaned(user, request.POST.get("query", ""))) if pair[0] != "columns"]
    if chosen(keys).gone or not keys:
        messages.info(request, _("No column was chosen, so the usual ones are shown."))
    return _list(urlencode(pairs))


def _cleaned(user: User, query: str) -> str:
    """An address of the list with nothing in it but what the list knows."""
    data = QueryDict(query[:KEPT].replace("\x00", ""))
    return ListReading.of(data, Reach(user), "").query


def _list(query: str) -> HttpResponse:
    address = reverse("organization_list")
    return redirect(f"{address}?{query}" if query else address)
