"""Two bare views: authenticate and read one row; authenticate, update one row and render 1 KB."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
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


urlpatterns = [path("read/<int:pk>", read), path("update/<int:pk>", update)]
