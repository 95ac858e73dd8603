"""What is asked of every site."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET


@require_GET
@login_not_required
def robots_detail(request: HttpRequest) -> HttpResponse:
    """Nothing here is for a search engine; a page that one comes upon all the same says so in its headers."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
