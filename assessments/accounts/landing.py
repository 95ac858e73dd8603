"""The first page after a sign-in that led nowhere else: told apart from the same page asked for later."""

from django.http import HttpRequest

PLACE = "lands"


def expect(request: HttpRequest) -> None:
    """The person has signed in just now, and the next page they ask for is the start page."""
    request.session[PLACE] = True


def is_landing(request: HttpRequest) -> bool:
    """Whether this is that page. True once for each sign-in."""
    return bool(request.session.pop(PLACE, False))
