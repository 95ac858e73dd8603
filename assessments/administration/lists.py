"""What the administration's lists share: rows looked up a page at a time, and the way to a spreadsheet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Model, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments.administration import columns
from assessments.administration.seen import SeenForm
from assessments.audit import trail
from assessments.organizations.models import Team
from assessments.platform.name_fields import Folded
from assessments.platform.names import fold
from assessments.platform.spreadsheets import csv_response

PAGE_SIZE = 100
BATCH = 500
NAMES_SHOWN = 2
TEAMS_OFFERED = 200


@dataclass(slots=True)
class Names:
    """The first names of a longer list."""

    first: list[str] = field(default_factory=list)
    total: int = 0

    def __str__(self) -> str:
        rest = self.total - len(self.first)
        names = ", ".join(self.first)
        more = ngettext("{names} and {count} more", "{names} and {count} more", rest)
        return more.format(names=names, count=rest) if rest else names


def names_by(rows: QuerySet, owner: str, name: str, *, first: int = NAMES_SHOWN) -> dict[int, Names]:
    """For each `owner` the `first` of the rows' names and how many there are, in one query."""
    place = Window(RowNumber(), partition_by=[F(owner)], order_by=[F(f"{name}_sort"), F("pk")])
    numbered = rows.order_by().annotate(place=place, total=Window(Count("pk"), partition_by=[F(owner)]))
    found: dict[int, Names] = {}
    for key, text, total in (
        numbered.filter(place__lte=first).order_by(owner, "place").values_list(owner, name, "total")
    ):
        names = found.setdefault(key, Names(total=total))
        names.first.append(text)
    return found


def count_by(rows: QuerySet, owner: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(owner).annotate(count=Count("pk")))


class PageList(ChangeList):
    """A list that looks up what it shows beside the rows themselves for the page, not for the whole table."""

    def get_ordering_field(self, field_name: str) -> Any:
        """Names in their natural order, also when the column's head is clicked."""
        is_sorted = field_name == "name" and hasattr(self.model, "name_sort")
        return "name_sort" if is_sorted else super().get_ordering_field(field_name)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:  # else how many there are in all is not worth a query
            self.full_result_count, self.show_full_result_count = self.result_count, True
        self.result_list = list(self.result_list)
        self.model_admin.look_up(self.result_list)


class ListAdmin(admin.ModelAdmin):
    """The list of a model that can have very many rows."""

    list_per_page = PAGE_SIZE
    list_max_show_all = PAGE_SIZE
    show_full_result_count = False
    actions = ["export_csv"]
    export_name = ""
    export_header: tuple[str | Promise, ...] = ()

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        return type(form.__name__, (SeenForm, form), {})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        drop_nonsense(request)
        extra = {
            "title": self.list_title,
            "column_choices": columns.choices(request, self, self._offered(request)),
            "columns_url": reverse(f"admin:assessments_{self.opts.model_name}_columns"),
        }
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.choose_columns)
        return [path("columns/", view, name=f"assessments_{self.opts.model_name}_columns"), *super().get_urls()]

    def _offered(self, request: HttpRequest) -> tuple[str, ...]:
        """The columns there are; a class further up may leave out what the site does not have."""
        return tuple(self.list_display)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return columns.shown(request, self.opts.model_name, self._offered(request))

    @method_decorator(require_POST)
    def choose_columns(self, request: HttpRequest) -> HttpResponse:
        """Keep which columns this person wants to see, and go back to the list as it was narrowed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        columns.choose(request, self.opts.model_name, self._offered(request), request.POST.getlist("column"))
        narrowed = QueryDict(request.POST.get("narrowed", ""), mutable=True)
        narrowed.pop("o", None)  # the order names columns by their place
        return HttpResponseRedirect(f"{list_address(self.opts.model_name)}?{narrowed.urlencode()}".rstrip("?"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Every word in one of the fields, whatever its case and accents."""
        fields = {f"folded_{name}": Folded(name) for name in self.get_search_fields(request)}
        if fields and search_term:
            queryset = queryset.alias(**fields)
            for word in fold(search_term).split():
                queryset = queryset.filter(Q(*((f"{name}__contains", word) for name in fields), _connector=Q.OR))
        return queryset, False

    @property
    def list_title(self) -> str:
        return capfirst(self.opts.verbose_name_plural)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A row's page is headed by the row's name, not by what can be done to it."""
        context["list_title"] = self.list_title
        if kwargs.get("obj"):
            context |= {"title": str(kwargs["obj"]), "subtitle": None}
        return super().render_change_form(request, context, **kwargs)

    def look_up(self, rows: list[Any]) -> None:
        """Add to a page's rows what their list shows."""

    def export_row(self, row: Any) -> Iterable[object]:
        raise NotImplementedError

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PageList

    @admin.action(description=_lazy("Export the selected rows as CSV, for a spreadsheet"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet) -> FileResponse:
        trail.record(trail.Action.LIST_EXPORTED, organization=None, subject=self.list_title)
        rows = (self.export_row(row) for batch in in_batches(queryset) for row in self._looked_up(batch))
        return csv_response(f"{self.export_name}-{timezone.localdate():%Y-%m-%d}.csv", self.export_header, rows)

    def _looked_up(self, batch: list[Model]) -> list[Model]:
        self.look_up(batch)
        return batch

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """What was changed, without names of people: this log is not erased with them, the activity is."""
        message = super().construct_change_message(request, form, formsets, add)
        for entry in message:
            for details in entry.values():
                if "object" in details:
                    details["object"] = "see Activity"
        return message


def drop_nonsense(request: HttpRequest) -> None:
    """What is no number selects no row of a list, which then says that nothing is selected."""
    if request.method == "POST":
        request.POST = request.POST.copy()
        chosen = [pk for pk in request.POST.getlist(ACTION_CHECKBOX_NAME) if pk.isdecimal() and len(pk) < 19]
        request.POST.setlist(ACTION_CHECKBOX_NAME, chosen)


class TeamFilter(admin.SimpleListFilter):
    """Narrows to one team. `through` says how the rows are reached from it."""

    title = _lazy("team")
    parameter_name = "team"
    through: type[Model]
    leads_to = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[int, str]]:
        return list(Team.objects.values_list("pk", "name")[:TEAMS_OFFERED])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not str(self.value() or "").isdecimal():  # a number, where the choices are counted
            return queryset
        return queryset.filter(pk__in=self.through._default_manager.filter(team=self.value()).values(self.leads_to))


def list_address(model: str) -> str:
    return reverse(f"admin:assessments_{model}_changelist")


def day(at: datetime | None) -> str:
    """The date as people read it, in English as 4 Sep 2026."""
    return date_format(timezone.localtime(at), "DAY") if at else ""


def titled(title: str | Promise, base: type[admin.FieldListFilter]) -> type[admin.FieldListFilter]:
    """A filter of a field under a title of its own."""

    class Titled(base):  # type: ignore[valid-type,misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = title

    return Titled


def in_batches(queryset: QuerySet) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in queryset.iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
