"""What is done to many rows at once asks first: what it does, to how many, and to which ones first of all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessments.scoring.words import number_word

NAMED = 10

Act = Callable[[Any, HttpRequest, QuerySet], HttpResponse | None]


def asks_first(
    do: Promise, *, consequence: Promise, of: Callable[[QuerySet], QuerySet] = lambda rows: rows
) -> Callable[[Act], Act]:
    """An action that is done once the question was answered: `do` says what it does to how
    many (`ngettext_lazy` by "count", with {number} in its place), `of` those rows it would change.

    Where it is other ones than were asked about, because somebody changed them meanwhile, it asks again.
    """

    def decorate(act: Act) -> Act:
        @wraps(act)
        def asked(self: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
            rows = of(queryset)
            count = rows.count()
            if not count or request.POST.get("confirmed") == str(count):
                return act(self, request, queryset)
            does = do.format(count=count, number=number_word(count))
            context = {
                **self.admin_site.each_context(request),
                "title": _("{does}?").format(does=does),
                "opts": self.opts,
                "list_title": self.list_title,
                "do": does,
                "consequence": consequence,
                "count": count,
                "named": list(rows[:NAMED]),
                "unnamed": max(0, count - NAMED),
                "is_other": "confirmed" in request.POST,
                "action": act.__name__,
                "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
                "select_across": request.POST.get("select_across", "0"),
                "checkbox_name": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/ask.html", context)

        return asked

    return decorate
