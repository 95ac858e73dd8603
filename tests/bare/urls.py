"""Bare views: authenticate and read one row, or 50 as JSON; authenticate, update one row and render 1 KB."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.template import engines
from django.urls import path

from assessments.models import Organization

PAGE = engines["django"].from_string(
    "<!doctype html><title>{{ row.name }}</title><p>{{ user }} {{ text }}</p>{% csrf_token %}" + "x" * 1024
)


@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(PAGE.render({"row": Organization.objects.get(pk=pk)}, request))


@login_required
def update(request: HttpRequest, pk: int) -> HttpResponse:
    # A column that no trigger of the product's looks at: what those take is the product's, not the floor's.
    Organization.objects.filter(pk=pk).update(currency=request.POST["text"])
    return HttpResponse(PAGE.render({"text": request.POST["text"]}, request))


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """As many organizations as a page of the API's list has, with as much of each."""
    rows = Organization.objects.filter(memberships__user=request.user).order_by("name_sort", "pk")
    columns = ("slug", "name", "industry", "size_band", "hosting_model", "currency", "language", "time_zone")
    items = [
        {name: getattr(row, name) for name in (*columns, "created_at")}
        | {"lead": row.lead and row.lead.name, "tags": [tag.name for tag in row.tags.all()]}
        for row in rows.select_related("lead").prefetch_related("tags")[:50]
    ]
    return JsonResponse({"items": items})


def nothing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is not there, without the product's page for it, which needs the product's addresses."""
    return HttpResponseNotFound()


handler404 = nothing
urlpatterns = [path("list/", listing), path("read/<int:pk>", read), path("update/<int:pk>", update)]
