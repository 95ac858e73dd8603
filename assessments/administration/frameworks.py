"""Administration of frameworks of one's own: uploaded as a ZIP, retired, used again. A version never changes."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext_lazy, pgettext

from assessments import framework
from assessments.accounts.models import User
from assessments.administration.asking import asks_first
from assessments.administration.lists import day
from assessments.administration.records import ReadOnlyAdmin
from assessments.framework import FrameworkError, files
from assessments.platform.frameworks import keeping
from assessments.platform.frameworks.models import KeptFramework
from assessments.scorecards.models import Scorecard

MOST_BYTES = 5 * 1024 * 1024
TOO_LARGE = _lazy("The file is larger than 5 MB, which no framework is.")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_lazy("Framework"),
        error_messages={"required": _lazy("Choose the ZIP of a framework, with its scorecard.yaml.")},
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_too_large:
            self.fields["file"].error_messages["required"] = TOO_LARGE


@admin.register(KeptFramework)
class KeptFrameworkAdmin(ReadOnlyAdmin):
    """Those that were uploaded, and those of folders from their first use on."""

    list_title = _lazy("Frameworks")
    list_display = ("title", "key", "version", "origin", "scorecards", "state", "added")
    search_fields = ("title", "key")
    search_help_text = _lazy("Search by title or key.")
    ordering = ("key", "-pk")
    fields = ("title", "key", "version", "origin", "scorecards", "state", "added_by", "added_at")
    readonly_fields = ("origin", "scorecards", "state")
    list_select_related = ("added_by",)
    actions = ["retire", "use_again", "export_csv"]
    export_name = "frameworks"
    export_header = (
        _lazy("Title"),
        _lazy("Key"),
        _lazy("Version"),
        _lazy("From"),
        _lazy("Assessments"),
        _lazy("State"),
        _lazy("Added (UTC)"),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(framework_upload)
        upload = path("upload/", view, {"model_admin": self}, name="assessments_keptframework_upload")
        return [upload, *super().get_urls()]

    def look_up(self, rows: list[KeptFramework]) -> None:
        found = uses(Scorecard.objects.filter(framework_key__in={row.key for row in rows}))
        for row in rows:
            row.uses = found[row.key, row.version]

    def has_retire_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("assessments.change_keptframework")

    @admin.display(description=_lazy("From"))
    def origin(self, row: KeptFramework) -> str:
        return pgettext("where it came from", "Upload") if row.is_uploaded else _("A folder of the site")

    @admin.display(description=_lazy("Assessments"))
    def scorecards(self, row: KeptFramework) -> int:
        if not hasattr(row, "uses"):
            self.look_up([row])
        return row.uses

    @admin.display(description=_lazy("State"))
    def state(self, row: KeptFramework) -> str:
        return pgettext("framework", "Retired") if row.retired_at else pgettext("framework", "In use")

    @admin.display(description=_lazy("Added"), ordering="added_at")
    def added(self, row: KeptFramework) -> str:
        return day(row.added_at)

    def export_row(self, row: KeptFramework) -> Iterable[object]:
        values = (row.title, row.key, row.version, self.origin(row), self.scorecards(row), self.state(row))
        return (*values, f"{row.added_at:%Y-%m-%d}")

    @admin.action(description=_lazy("Retire: nothing new is scored by them, what is stays"), permissions=["retire"])
    @asks_first(
        ngettext_lazy("Retire {number} framework", "Retire {number} frameworks", "count"),
        consequence=_lazy(
            "Nothing new is scored by them, and what is scored by them stays. Where no version of a framework is left, "
            "the next assessments of its organizations are by the product's own."
        ),
        of=lambda rows: rows.filter(retired_at=None),
    )
    def retire(self, request: HttpRequest, queryset: QuerySet[KeptFramework]) -> None:
        self._set(request, queryset.filter(retired_at=None), is_retired=True)

    @admin.action(description=_lazy("Use again for what is new"), permissions=["retire"])
    @asks_first(
        ngettext_lazy("Use again {number} framework", "Use again {number} frameworks", "count"),
        consequence=_lazy("Organizations may choose them, and the next assessments of those that have are by them."),
        of=lambda rows: rows.exclude(retired_at=None),
    )
    def use_again(self, request: HttpRequest, queryset: QuerySet[KeptFramework]) -> None:
        self._set(request, queryset.exclude(retired_at=None), is_retired=False)

    def _set(self, request: HttpRequest, rows: QuerySet[KeptFramework], *, is_retired: bool) -> None:
        changed = list(rows)
        what = "Retired" if is_retired else "In use again"
        for row in changed:
            keeping.set_retired(row, at=timezone.now() if is_retired else None)
            self.log_change(request, row, what)
        names = ", ".join(str(row) for row in changed[:10])
        said = _("Retired: {names}.") if is_retired else _("In use again: {names}.")
        messages.success(request, said.format(names=names) if changed else _("Nothing had to be changed."))


def uses(scorecards: QuerySet[Scorecard]) -> Counter[tuple[str, str]]:
    """How many assessments there are by each version."""
    return Counter(scorecards.values_list("framework_key", "framework_version"))


def framework_upload(request: HttpRequest, model_admin: KeptFrameworkAdmin) -> HttpResponse:
    """A ZIP is held to every rule before anything is kept of it."""
    if not request.user.has_perm("assessments.add_keptframework"):
        raise PermissionDenied
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        is_too_large=hasattr(request, "too_large_upload"),
    )
    if form.is_valid():
        try:
            row = _keep(form.cleaned_data["file"], cast(User, request.user))
        except ValidationError as error:
            form.add_error("file", error)
        else:
            model_admin.log_addition(request, row, "Uploaded")
            content = framework.load(row.key, row.version)
            said = _(
                "{framework} is here: {categories} categories, {points} points, the line at {line}. Organizations "
                "choose it in their settings."
            )
            told = {"categories": len(content.categories), "points": content.maximum, "line": content.line}
            messages.success(request, said.format(framework=row, **told))
            return redirect(reverse("admin:assessments_keptframework_changelist"))
    context = {**model_admin.admin_site.each_context(request), "title": _("Upload a framework"), "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/assessments/keptframework/upload.html", context, status=status)


def _keep(upload: Any, actor: User) -> KeptFramework:
    if upload.size > MOST_BYTES:
        raise ValidationError(TOO_LARGE)
    try:
        texts = files.unzipped(upload.read())
    except FrameworkError as error:
        raise ValidationError(str(error)) from None
    return keeping.upload(*files.heading_of(texts), texts, actor_id=actor.pk)
