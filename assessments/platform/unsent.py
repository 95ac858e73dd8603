"""What somebody sent after their session had ended: kept until they have signed in again, then shown to be sent."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.platform import request_keys

PLACE = "unsent"
MOST_LETTERS = 300_000
SECRET = re.compile(r"pass(word|code)|secret|token|credential|^code$", re.I)
NOT_WORDS = re.compile(r"_version$|^(then|from|query|next|to|do|read_at|digest|source|review|scorecard)$")


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form as it was sent: where to, its fields in order, the names of its files, and the page it was on."""

    to: str
    fields: list[tuple[str, str]]
    files: list[str]
    back: str

    @property
    def words(self) -> list[tuple[str, str]]:
        """What somebody typed or chose, by the fields' names as words."""
        return [(_label(name), value) for name, value in self.fields if value.strip() and not NOT_WORDS.search(name)]


def keep(request: HttpRequest) -> bool:
    """Keep what was sent, if it came from a form of this site's; never a secret, nor a part of what has one in it."""
    key = getattr(request, "form_key", None)
    if key is None or key.person is None:
        return False
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = [(name, value) for name, value in fields if name not in request_keys.NOT_SENT]
    if any(SECRET.search(name) for name, _ in fields) or sum(len(value) for _, value in fields) > MOST_LETTERS:
        return False
    request.session[PLACE] = {
        "person": key.person,
        "to": request.get_full_path(),
        "fields": fields,
        "files": [file.name for found in request.FILES.lists() for file in found[1]],
        "back": _page_of(request),
    }
    return True


def _page_of(request: HttpRequest) -> str:
    """The page the form was on, where the browser says so and it is one of this site's."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    is_here = parts.netloc == request.get_host() and parts.path.startswith("/") and not parts.path.startswith("//")
    return parts.path if is_here else ""


def of(request: HttpRequest) -> Unsent | None:
    """What this person sent in vain, and nobody else in the same browser."""
    kept = request.session.get(PLACE)
    if not kept or kept["person"] != request.user.pk:
        return None
    fields = [(name, value) for name, value in kept["fields"]]
    return Unsent(kept["to"], fields, kept["files"], kept["back"] or reverse("organization_list"))


def forget(request: HttpRequest) -> None:
    request.session.pop(PLACE, None)


def _label(name: str) -> str:
    """The name of a field in words, translated where a field of a form is called so."""
    label = name.rpartition("-")[2].replace("_", " ").strip().capitalize()
    return _(label) if label else name
