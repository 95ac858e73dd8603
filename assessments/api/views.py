"""The page on which people read what programs can do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views.decorators.http import require_GET

from assessments.accounts.access import personal_view
from assessments.api.site import api
from assessments.platform import drawn


@require_GET
@personal_view
def api_document_detail(request: HttpRequest) -> HttpResponse:
    """The operations of the API as a table, which the reader that comes with the package draws in full."""
    table = drawn.draw("api/_operations.html", (get_script_prefix(),), {"operations": _operations})
    return render(request, "api/api_document_detail.html", {"operations": table})


def _operations() -> list[dict[str, str]]:
    return [
        {"method": method.upper(), "path": path, "does": operation["description"]}
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    ]
