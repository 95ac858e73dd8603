"""Every page of the site with the demo in it: what `make bench` times, and what two checkouts show, word by word.

    python -m tests.pages --against ../other

tells where the visible text of a page differs from what the other checkout shows at the same address. Pages are found
by following every link from where people begin, as the consultant of the demo, and from the links that strangers get;
of one view a handful of addresses. What answers with a file, with a redirect or only to a form is no page.
"""

import contextlib
import difflib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

MOST = 6  # addresses of one view
CONSULTANT, BASE = "consultant@example.com", "http://testserver"
# What is not the same at every visit, or in two databases.
FLEETING = (
    (re.compile(r"/(invitations|s|v|r|rate|vendor|share)/[\w-]{20,}"), "/\\1/…"),
    (re.compile(r"\b\d{1,2}:\d\d\b"), "…"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b"), "…"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "…"),
    (re.compile(r"\b[\w-]{40,}\b"), "…"),
)


class Text(HTMLParser):
    """The words that a page shows and says, in their order: text, labels of pictures, what stands in its controls."""

    SPOKEN = ("aria-label", "placeholder", "alt", "title", "data-label")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.hidden += tag in ("script", "style")
        self.words += [given[name] or "" for name in self.SPOKEN if given.get(name)]
        if tag == "input" and given.get("type") != "hidden":
            self.words.append(f"[{given.get('value') or ''}{' x' if 'checked' in given else ''}]")
        if tag == "option":
            self.words.append(f"({'x' if 'selected' in given else ''})")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.words.append(" ".join(data.split()))


def visible_text(html: str) -> list[str]:
    parser = Text()
    parser.feed(html)
    text = "\n".join(parser.words)
    for pattern, instead in FLEETING:
        text = pattern.sub(instead, text)
    # Two elements beside each other or one text that holds both: the words are the same.
    return text.split()


def load() -> None:
    """The demo, and the links that strangers get, in an empty database."""
    from django.core.management import call_command

    os.environ["DEMO_PASSWORD"] = "violet-anchor-42"
    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=io.StringIO())


def strangers() -> list[str]:
    """Addresses that are opened without an account: of signing in, and of each kind of secret link."""
    from django.contrib.auth import get_user_model
    from django.core import mail
    from django.test import override_settings
    from django.urls import reverse

    from assessments.models import Organization, Rater, Role, VendorReview
    from assessments.organizations import invitations
    from assessments.reports.sharing.links import make_link as share
    from assessments.rounds.rating.links import make_link as rate
    from assessments.vendors.linking.links import make_link as ask

    actor = get_user_model().objects.get(email=CONSULTANT)
    names = ("account_login", "account_signup", "account_inactive", "account_reset_password")
    addresses = [
        reverse(name) for name in (*names, "account_reset_password_done", "account_reset_password_from_key_done")
    ]
    addresses.append(reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "abc"}))
    organization = Organization.objects.get(slug="kestrel-logistics")
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        about = {"role": Role.VIEWER, "actor": actor, "base_url": ""}
        invitations.invite(organization, email="guest@example.com", **about)
        addresses += re.findall(r"^/invitations/\S+", mail.outbox[-1].body, re.M)
    review = VendorReview.objects.filter(completed_at=None, vendor__organization=organization).first()
    tokens = {"vendor_link_answer": ask(review, days=14, actor=actor)}
    tokens["report_share_detail"] = share(organization, report=None, days=14, actor=actor)
    rater = Rater.objects.standing().filter(user=None, invitation=None, round__closed_at=None).first()
    if rater:
        tokens["rater_link_rate"] = rate(rater, days=14, actor=actor)
    return [*addresses, *(reverse(name, args=[token]) for name, token in tokens.items())]


def found(
    most: int = MOST, *, language: str = "en", of_strangers: list[str] | None = None
) -> dict[str, tuple[str, str, bool]]:
    """The pages by their address: the view's name, the HTML, and whether it is the consultant's, not a stranger's."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import Resolver404, resolve

    person, stranger = (Client(headers={"accept-language": language}) for _ in range(2))
    person.force_login(get_user_model().objects.get(email=CONSULTANT), backend=settings.AUTHENTICATION_BACKENDS[0])
    pages: dict[str, tuple[str, str, bool]] = {}
    seen: dict[str, set[str]] = defaultdict(set)
    waiting = [("/", True), *((address, False) for address in of_strangers or strangers())]
    waiting += [(address, True) for address in _without_arguments()]
    for address, is_person in waiting:  # grows while it is gone through
        try:
            name = resolve(address.partition("?")[0]).view_name
        except Resolver404:
            continue
        if name.startswith("admin") or name == "account_logout" or address in seen[name] or len(seen[name]) >= most:
            continue
        answer = (person if is_person else stranger).get(address)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            if answer.status_code == 302 and is_person:
                waiting.append((answer["Location"].partition("#")[0], True))
            continue
        seen[name].add(address)
        html = answer.content.decode()
        pages[address] = (name, html, is_person)
        links = re.findall(r'(?:href|action|hx-get)="(/[^"]*)"', html) if is_person else ()
        waiting += [(unescape(link).partition("#")[0], True) for link in links]
    return pages


def _without_arguments() -> Iterator[str]:
    from django.urls import NoReverseMatch, get_resolver, reverse

    for name in sorted(key for key in get_resolver().reverse_dict if isinstance(key, str)):
        with contextlib.suppress(NoReverseMatch):
            yield reverse(name)


# ---- Two checkouts


def tell() -> None:
    """Prints the text of every page of this checkout, as JSON."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import override_settings

    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES={**settings.STORAGES, **plain}, ALLOWED_HOSTS=["testserver"]):
        load()
        texts = {}
        for address, (name, html, _) in found().items():
            key = address
            for pattern, instead in FLEETING:
                key = pattern.sub(instead, key)
            texts[key] = (name, visible_text(html))
    print(json.dumps(texts))


def told(root: Path) -> dict[str, tuple[str, list[str]]]:
    code = f"import sys; sys.path.insert(0, '.'); exec(compile(open({__file__!r}).read(), 'pages', 'exec'))"
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        environment = {**os.environ, "DATA_DIR": folder, "LOG_LEVEL": "ERROR", "PAGES_TELL": "1"}
        environment["DJANGO_SETTINGS_MODULE"] = "scorecard.settings"
        for name in ("DATABASE_URL", "REDIS_URL"):
            environment.pop(name, None)
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        sys.exit(done.stderr)
    texts: dict[str, tuple[str, list[str]]] = json.loads(done.stdout.splitlines()[-1])
    return texts


def compare(root: Path, other: Path) -> int:
    ours, theirs = told(root), told(other)
    differing = 0
    for address in sorted({*ours, *theirs}):
        if address not in ours or address not in theirs:
            print(f"{address}: only {'there' if address in theirs else 'here'}")
            differing += 1
        elif ours[address][1] != theirs[address][1]:
            print(f"{address}:")
            for line in difflib.unified_diff(theirs[address][1], ours[address][1], "there", "here", n=3, lineterm=""):
                print(f"  {line}")
            differing += 1
    views = len({name for name, _ in ours.values()})
    print(f"{len(ours)} pages of {views} views were compared; {differing} differ.")
    return min(differing, 1)


if os.environ.get("PAGES_TELL"):
    tell()
elif __name__ == "__main__":
    if sys.argv[1:2] != ["--against"] or len(sys.argv) != 3:
        sys.exit("Call it as: python -m tests.pages --against ../other")
    sys.exit(compare(Path(__file__).resolve().parent.parent, Path(sys.argv[2])))
