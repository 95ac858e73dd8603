"""What is done to many rows at once asks first: what it does, to how many, and to which ones first of all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from assessments.scoring.words import counted

NAMED = 10

Act = Callable[[Any, HttpRequest, QuerySet], HttpResponse | None]


def asks_first(
    do: str, *, noun: str, consequence: str, of: Callable[[QuerySet], QuerySet] = lambda rows: rows, plural: str = ""
) -> Callable[[Act], Act]:
    """An action that is done once the question was answered: `do` is its verb, `of` those rows it would change.

    Where it is other ones than were asked about, because somebody changed them meanwhile, it asks again.
    """

    def decorate(act: Act) -> Act:
        @wraps(act)
        def asked(self: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
            rows = of(queryset)
            count = rows.count()
            if not count or request.POST.get("confirmed") == str(count):
                return act(self, request, queryset)
            context = {
                **self.admin_site.each_context(request),
                "title": f"{do} {counted(count, noun, plural)}?",
                "opts": self.opts,
                "list_title": self.list_title,
                "do": f"{do} {counted(count, noun, plural)}",
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
