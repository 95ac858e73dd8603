"""The page on which people read what programs can do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.accounts.access import personal_view
from assessments.api.site import api


@require_GET
@personal_view
def api_document_detail(request: HttpRequest) -> HttpResponse:
    """The operations of the API as a table, which the reader that comes with the package draws in full."""
    operations = [
        {"method": method.upper(), "path": path, "does": operation["description"]}
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "api/api_document_detail.html", {"operations": operations})
