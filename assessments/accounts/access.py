"""The door to a page of the signed-in person. The one to an organization's pages is in `organizations/access.py`."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def personal_view(view: View) -> View:
    """The door to a page of the signed-in person, whatever organizations they belong to."""

    @wraps(view)
    def door(request: HttpRequest, **kwargs: object) -> HttpResponse:
        return view(request, **kwargs)

    door.door = "personal"  # type: ignore[attr-defined]
    return door
