"""The door to a page of the signed-in person. The one to an organization's pages is in `organizations/access.py`."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from assessments.accounts.models import User

View = Callable[..., HttpResponseBase]


class PersonalRequest(HttpRequest):
    """A request of someone who is signed in, as every one is that has come through a door."""

    user: User
    htmx: HtmxDetails


def personal_view(view: View) -> View:
    """The door to a page of the signed-in person, whatever organizations they belong to."""

    @wraps(view)
    def door(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        return view(request, **kwargs)

    door.door = "personal"  # type: ignore[attr-defined]
    return door
