"""The budgets of the architecture, measured: one line each, and a non-zero exit when one is missed.

Every time is a ratio of two things measured in turn in the same process, so that a slow machine judges no differently.
Pages are asked for over HTTP from gunicorn. The floor is a bare Django behind another gunicorn, on the same database:
see `tests/bare`.
"""

import atexit
import gzip
import http.client
import io
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
FOLDER = tempfile.TemporaryDirectory(prefix="bench-")
os.environ.setdefault("STATIC_ROOT", str(ROOT / "var" / "static"))
os.environ |= {"DATA_DIR": FOLDER.name, "LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "scorecard.settings"}
# Each measures something on the database that the environment names, in a process of its own.
SAVE, PAGES, API = "--save", "--pages", "--api"
for name in ("DATABASE_URL", "REDIS_URL"):
    if sys.argv[1:2] not in ([SAVE], [PAGES], [API]):
        os.environ.pop(name, None)

import django  # noqa: E402

django.setup()

import re  # noqa: E402

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import framework  # noqa: E402
from assessments.api import pages as api_pages  # noqa: E402
from assessments.charts import figures, svg  # noqa: E402
from assessments.models import (  # noqa: E402
    DeciderAnswer,
    DeciderProof,
    Evidence,
    FactAnswer,
    Membership,
    Organization,
    Response,
    Role,
    Scorecard,
    Standing,
)
from assessments.reports import pdf  # noqa: E402
from assessments.reports.models import Report  # noqa: E402
from assessments.reports.services import request_report  # noqa: E402
from assessments.scorecards import standings  # noqa: E402
from assessments.scorecards.queries import score_all  # noqa: E402
from tests import bench_api, bench_pages, bench_readers, bench_workers, pages  # noqa: E402
from tests.on_servers import DATABASE_URL  # noqa: E402

MODEL_PAGES = 10
MODEL_REPORT = ROOT.parent / "shared" / "design" / "report.html"
MANY = 10_000
FEW = 10


@dataclass(frozen=True)
class Line:
    name: str
    figure: float
    bar: float
    unit: str
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.figure >= self.bar if self.at_least else self.figure <= self.bar

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        verdict = "met" if self.is_met else "MISSED"
        return f"{self.name:58} {self.figure:8.2f} {self.unit:8} {sign} {self.bar:g}  {verdict}"


# ---- Two servers, the product's and the bare one


class Server:
    """A gunicorn of one process, and one person's connection to it that stays open."""

    def __init__(self, settings_module: str, cookies: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = ["-m", "gunicorn", "scorecard.wsgi:application", "--bind", f"127.0.0.1:{self.port}"]
        options = [
            "--worker-class",
            "gthread",
            "--threads",
            "2",
            "--keep-alive",
            "600",
            "--log-level",
            "error",
            "--no-control-socket",
        ]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings_module}
        self.process = subprocess.Popen(
            [sys.executable, *command, *options], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        atexit.register(self.process.kill)
        self.headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": cookies["csrftoken"],
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept-Encoding": "gzip",
        }
        self.connection = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        """A connection once the process answers."""
        for _ in range(400):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            with suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/nothing-here", headers=self.headers)
                connection.getresponse().read()
                return connection
            time.sleep(0.05)
        self.process.kill()
        raise RuntimeError("gunicorn did not start")

    def send(self, method: str, url: str, data: dict[str, Any] | None = None, *, part: str = "") -> bytes:
        """One request's answer; anything but 200 ends the run, and so does a `part` of a page without that text."""
        headers = {**self.headers, "HX-Request": "true"} if method == "POST" or part else self.headers
        self.connection.request(method, url, urlencode(data) if data else None, headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{method} {url} answered {answer.status}")
        body = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        if part and part.encode() not in body:
            sys.exit(f"{method} {url} answered without {part}")
        return body

    def cpu(self) -> int:
        """Nanoseconds of processor time that the process which answers has taken so far."""
        threads = Path(f"/proc/{self._worker()}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)

    def memory(self) -> float:
        """MB that the process which answers holds."""
        status = Path(f"/proc/{self._worker()}/status").read_text()
        return int(re.search(r"VmRSS:\s*(\d+)", status)[1]) / 1024

    def _worker(self) -> str:
        [worker] = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return worker

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait(20)


def alternating(*jobs: Callable[[int], object], rounds: int = 150) -> list[float]:
    """The median time of each job in seconds, the jobs taking turns."""
    times: list[list[float]] = [[] for _ in jobs]
    for turn in range(rounds + 10):
        for job, taken in zip(jobs, times, strict=True):
            start = time.perf_counter()
            job(turn)
            if turn >= 10:
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


# ---- What is measured


def make_organizations(count: int, *, owner: Any, prefix: str, version: str = "") -> list[Organization]:
    """Organizations with one scorecard each: deciders (or levels, in 2026.1), a note, evidence, three facts."""
    content = framework.load(version=version) if version else framework.current()
    organizations = Organization.objects.bulk_create(
        Organization(name=f"{prefix} {n}", slug=f"{prefix.lower()}-{n}", created_by=owner) for n in range(count)
    )
    Membership.objects.bulk_create(Membership(organization=o, user=owner, role=Role.OWNER) for o in organizations)
    scorecards = Scorecard.objects.bulk_create(
        Scorecard(organization=o, title="Q4", framework_key=content.key, framework_version=content.version)
        for o in organizations
    )
    responses = Response.objects.bulk_create(
        (
            Response(
                scorecard=s,
                category_key=c.key,
                level=None if c.deciders else (n + place) % 3,
                note="Heard in the meeting. " * 8,
            )
            for n, s in enumerate(scorecards)
            for place, c in enumerate(content.categories)
        ),
        batch_size=5000,
    )
    places = [(r, n // len(content.categories) + n % len(content.categories)) for n, r in enumerate(responses)]
    deciders = DeciderAnswer.objects.bulk_create(
        (
            DeciderAnswer(response=r, decider_key=d.key, state=turn % 3)
            for r, turn in places
            for d in content.category(r.category_key).deciders
        ),
        batch_size=5000,
    )
    link = {"kind": "link", "on": timezone.localdate(), "url": "https://wiki.example.com/register"}
    evidence = Evidence.objects.bulk_create(
        (Evidence(response=r, title="Register", **link) for r, turn in places if turn % 3), batch_size=5000
    )
    proven = {item.response_id: item for item in evidence}
    DeciderProof.objects.bulk_create(
        (DeciderProof(decider_answer=d, evidence=proven[d.response_id]) for d in deciders if d.response_id in proven),
        batch_size=5000,
    )
    fields = {"values": {"p95": "800", "where": "At the gateway"}} if content.has_deciders else {}
    FactAnswer.objects.bulk_create(
        (
            FactAnswer(scorecard=s, fact_key=f.key, answer="p95 under 800 ms.", **fields)
            for s in scorecards
            for f in content.facts
        ),
        batch_size=5000,
    )
    totals = [standings.kept(row.result) for row in score_all(scorecards[:3])]  # they repeat every three
    Standing.objects.bulk_create(
        (Standing(scorecard=s, **totals[n % 3]) for n, s in enumerate(scorecards)), batch_size=5000
    )
    return organizations


class Pages:
    """The addresses of one organization, and saving one answer of it again and again."""

    def __init__(self, organization: Organization) -> None:
        scorecard = organization.scorecards.get()
        content = framework.load(scorecard.framework_key, scorecard.framework_version)
        self.key = content.categories[0].key
        self.decider = content.categories[0].deciders[0].key if content.has_deciders else ""
        slug, pk = organization.slug, scorecard.pk
        self.fill = reverse("scorecard_update", args=[slug, pk])
        self.save = reverse("response_update", args=[slug, pk, self.key, "level"])
        if self.decider:
            self.save = reverse("decider_update", args=[slug, pk, self.key, self.decider])
        self.overview = reverse("organization_detail", args=[slug])
        self.people = reverse("membership_list", args=[slug])
        self.activity = reverse("audit_event_list", args=[slug])
        self.result = reverse("scorecard_detail", args=[slug, pk])
        self.version = 0

    @property
    def others(self) -> tuple[str, ...]:
        return ("/", self.overview, self.result, self.people, self.activity)

    def answer(self) -> dict[str, Any]:
        """The next answer to the first decider, or of 2026.1 the next level, and the version it is made from."""
        field = f"{self.decider}-state" if self.decider else f"{self.key}-level"
        data = {field: self.version % 3, f"{field}_version": self.version, "facts_left": 0}
        self.version += 1
        return data


def queries(job: Callable[[], object]) -> int:
    """Statements of one run, those that only open and close transactions left out; run once before, to warm up."""
    job()
    with CaptureQueriesContext(connection) as captured:
        job()
    return sum(not re.match(r"(BEGIN|SAVEPOINT|RELEASE|COMMIT|PRAGMA)", q["sql"]) for q in captured)


def web_lines() -> list[Line]:
    user = get_user_model().objects.create_user("bench@example.com", "violet-anchor-42", name="Bench")
    few = make_organizations(FEW, owner=user, prefix="Few")
    client = Client(headers={"HX-Request": "true"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    pages, pk = Pages(few[0]), few[1].pk
    chosen = Pages(make_organizations(1, owner=user, prefix="Chosen", version="2026.1")[0])
    lines = [
        Line("save one answer, queries", queries(lambda: client.post(pages.save, pages.answer())), 8, "queries"),
        Line("scorecard page, queries", queries(lambda: client.get(pages.fill)), 12, "queries"),
        Line(
            "any other page, queries at most",
            max(queries(lambda u=u: client.get(u)) for u in pages.others),
            15,
            "queries",
        ),
    ]
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": "b" * 32}
    connection.close()
    product, bare = Server("scorecard.settings", cookies), Server("tests.bare.settings", cookies)
    try:
        at_few = page_times(product, bare, pages, pk, chosen)
        lines += [
            Line("save one answer, of the bare update", at_few["save one answer"] / at_few["update"], 1.5, "x"),
            Line("save a decider, of saving a level of 2026.1", at_few["save one answer"] / at_few["level"], 1.1, "x"),
            Line("scorecard page, of the bare read", at_few["scorecard page"] / at_few["read"], 4.0, "x"),
            Line("search over the handbook, of the bare read", at_few["search"] / at_few["read"], 2.0, "x"),
        ]
        other = get_user_model().objects.create_user("other@example.com", "violet-anchor-42", name="Other")
        make_organizations(MANY, owner=other, prefix="Many")
        connection.close()
        at_many = page_times(product, bare, pages, pk, chosen)
    finally:
        product.stop()
        bare.stop()
    # Each run is held against the bare views of its own minute: a machine that slows down between them slows both.
    slower = {floor: at_many[floor] / at_few[floor] for floor in ("update", "read")}
    bars = (
        ("save one answer", "update", 1.1),
        ("overview", "read", 1.2),
        ("people", "read", 1.2),
    )
    lines += [
        Line(f"{name}, {MANY:,} organizations of {FEW}", at_many[name] / at_few[name] / slower[floor], bar, "x")
        for name, floor, bar in bars
    ]
    return lines


def save_figure() -> float:
    """What saving one answer takes, of the bare update."""
    user = get_user_model().objects.create_user("saves@example.com", "violet-anchor-42", name="Saves")
    first, second = make_organizations(2, owner=user, prefix="Saved")
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookies, pages = {"sessionid": client.cookies["sessionid"].value, "csrftoken": "b" * 32}, Pages(first)
    connection.close()
    product, bare = Server("scorecard.settings", cookies), Server("tests.bare.settings", cookies)
    try:
        saving, update = alternating(
            lambda _: product.send("POST", pages.save, pages.answer()),
            lambda n: bare.send("POST", f"/update/{second.pk}", {"text": f"{n:03}"}),
        )
    finally:
        product.stop()
        bare.stop()
    return saving / update


def api_figures() -> dict[str, float]:
    """What sending a figure takes, of the bare update, and a page of the list, of a bare one as long."""
    user = get_user_model().objects.create_user("programs@example.com", "violet-anchor-42", name="Programs")
    rows = make_organizations(2 * api_pages.USUAL, owner=user, prefix="Listed")
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookies, pk = {"sessionid": client.cookies["sessionid"].value, "csrftoken": "b" * 32}, rows[1].pk
    product, bare = Server("scorecard.settings", cookies), Server("tests.bare.settings", cookies)
    try:
        send, page = bench_api.jobs(product.port, user, rows[0])
        connection.close()
        sending, update, paging, listing = alternating(
            send,
            lambda n: bare.send("POST", f"/update/{pk}", {"text": f"{n:03}"}),
            page,
            lambda _: bare.send("GET", "/list/"),
            rounds=bench_api.ROUNDS,
        )
    finally:
        product.stop()
        bare.stop()
    return {"sending": sending / update, "paging": paging / listing}


def api_lines() -> list[Line]:
    found = _child(["tests.bench", API], {})
    return [
        Line("API: a figure sent, of the bare update", found["sending"], 1.5, "x"),
        Line("API: a page of the list, of a bare one as long", found["paging"], 2.0, "x"),
    ]


def page_figures() -> dict[str, dict[str, float]]:
    """What one visit of each page takes, of the bare read, and how many KB its HTML has on the way."""
    pages.load()
    user = get_user_model().objects.get(email=pages.CONSULTANT)
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES={**settings.STORAGES, **plain}, ALLOWED_HOSTS=["testserver"]):
        chosen = bench_pages.timed_pages()
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": "b" * 32}
    pk = Organization.objects.get(slug="kestrel-logistics").pk
    connection.close()
    start = time.perf_counter()
    product = Server("scorecard.settings", cookies)
    started, bare = time.perf_counter() - start, Server("tests.bare.settings", cookies)
    try:
        stranger = Server("scorecard.settings", {"csrftoken": cookies["csrftoken"]})
        times = bench_pages.times(product, stranger, bare, chosen, pk)
        visitors = {True: product, False: stranger}
        sizes = {p.view: bench_pages.compressed(visitors[p.is_person], p.address) for p in chosen}
        stranger.stop()
        worker = {"start": started, "memory": product.memory() / bare.memory()}
        return {"times": times, "sizes": sizes, "worker": worker}
    finally:
        product.stop()
        bare.stop()


# A rare word, one on most pages, two words, a phrase: what people search for.
SEARCHES = ("oversubscription", "cost", "tail latency", "who can read training data")


def searched(turn: int) -> str:
    """The address of a search over the whole handbook, as it is asked for while one types."""
    return f"{reverse('handbook_search')}?{urlencode({'q': SEARCHES[turn % len(SEARCHES)]})}"


def page_times(product: Server, bare: Server, pages: Pages, pk: int, chosen: Pages) -> dict[str, float]:
    jobs = {
        "level": lambda _: product.send("POST", chosen.save, chosen.answer()),
        "save one answer": lambda _: product.send("POST", pages.save, pages.answer()),
        "update": lambda n: bare.send("POST", f"/update/{pk}", {"text": f"{n:03}"}),
        "scorecard page": lambda _: product.send("GET", pages.fill),
        "read": lambda _: bare.send("GET", f"/read/{pk}"),
        "search": lambda n: product.send("GET", searched(n), part="<mark>"),
        "portfolio": lambda _: product.send("GET", "/"),
        "overview": lambda _: product.send("GET", pages.overview),
        "people": lambda _: product.send("GET", pages.people),
    }
    return dict(zip(jobs, alternating(*jobs.values()), strict=True))


def chart_line() -> Line:
    rows = [figures.ProfileRow(c.short_name, now=1, was=0, target=2) for c in framework.current().categories]
    points = [figures.TrendPoint(f"Q{n}", 6 + n % 5) for n in range(12)]
    drawn = [figures.category_profile(rows), figures.score_trend(points)]
    times = alternating(*(lambda _, f=f: svg.render(f, width=640, title="Levels") for f in drawn), rounds=60)
    return Line("a chart's SVG, the slowest", max(times) * 1000, 5, "ms")


# What a worker does with reports, next to bare WeasyPrint with the same pages and with the model report, taking turns.
WORKER = """
import re, resource, statistics, sys
import django
django.setup()
from weasyprint import HTML
from assessments.reports.tasks import make_report
first, last, html, base, target, model = sys.argv[1:]

def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime

def bare(file, base):
    return lambda: HTML(file, base_url=base).write_pdf(target, pdf_variant="pdf/ua-1")

def took(job):
    start = cpu()
    job()
    return cpu() - start

make_report(int(first))
# Not ru_maxrss, which on Linux begins with what the parent had at the fork.
peak = int(re.search("VmHWM:[^0-9]*([0-9]+)", open("/proc/self/status").read())[1]) / 1024
jobs = [bare(html, base)] + ([bare(model, model)] if model else [])
for job in jobs:
    job()
times = [[took(lambda: make_report(pk)), *map(took, jobs)] for pk in range(int(first) + 1, int(last) + 1)]
print(peak, *(statistics.median(row[0] / row[place] for row in times) for place in range(1, len(jobs) + 1)))
"""


def report_lines() -> list[Line]:
    os.environ["DEMO_PASSWORD"] = "violet-anchor-42"
    call_command("load_demo", stdout=io.StringIO())
    scorecard = Organization.objects.get(slug="kestrel-logistics").scorecards.signed_off().newest_first().first()
    folder, reports = Path(FOLDER.name), []
    for _ in range(10):
        reports.append(request_report(scorecard, actor=scorecard.signed_off_by))
        # Else the next request would be answered with this very report.
        Report.objects.filter(pk=reports[-1].pk).update(snapshot_sha256=uuid4().hex)
    html = folder / "report.html"
    html.write_text(pdf.render_html(reports[0].snapshot))
    model = str(MODEL_REPORT) if MODEL_REPORT.exists() else ""
    arguments = [str(reports[0].pk), str(reports[-1].pk), str(html), pdf.BASE_URL, str(folder / "bare.pdf"), model]
    done = subprocess.run(
        [sys.executable, "-c", WORKER, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    made = Report.objects.filter(pk__in=[r.pk for r in reports], status=Report.Status.DONE).count()
    assert made == len(reports), f"{made} of {len(reports)} reports were made"
    peak, of_bare, *of_model = map(float, done.stdout.split()[-3 if model else -2 :])
    lines = [
        Line("one report, CPU of bare WeasyPrint on its HTML", of_bare, 1.15, "x"),
        Line("one report, peak memory", peak, 200, "MB"),
    ]
    # The whole report, however many pages it takes, beside the ten of the model: four vendors, two dozen items planned.
    pages = Report.objects.get(pk=reports[0].pk).pages
    lines.append(Line("one report, pages of the full one with four vendors and a plan", pages, 12, "pages"))
    for ratio in of_model:
        lines.append(Line("one report, CPU of the model report", ratio, 0.6, "x"))
        lines.append(Line("one report, CPU of the model report, page by page", ratio * MODEL_PAGES / pages, 0.5, "x"))
    return lines


def worker_lines() -> list[Line]:
    """Thirty-five reports by one process and by two, then two hundred by one."""
    one, two = bench_workers.rate(1), bench_workers.rate(2)
    peak, growth = bench_workers.memory()
    return [
        Line(f"{bench_workers.BATCH} reports, two worker processes, of one", two / one, 1.9, "x", at_least=True),
        Line(f"{bench_workers.MANY} reports by one process, peak memory", peak, 200, "MB"),
        Line(f"{bench_workers.MANY} reports by one process, more after {bench_workers.SETTLED}", growth, 8, "MB"),
    ]


def first_visit_line() -> list[Line]:
    """HTML, CSS and JavaScript, each gzipped as they are served: sign-in page and portfolio, then an overview."""
    person = get_user_model().objects.get(email="bench@example.com")
    client, seen, sizes = Client(), set(), []
    first = person.memberships.order_by("organization__name_sort").first().organization
    for address in (reverse("account_login"), "/", reverse("organization_detail", args=[first.slug])):
        page = client.get(address).content
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        assets = set(re.findall(rb'(?:href|src)="/static/([^"]+\.(?:css|js))"', page)) - seen
        seen |= assets
        files = [(settings.STATIC_ROOT / asset.decode()).read_bytes() for asset in assets]
        sizes.append(sum(len(gzip.compress(x, 9)) for x in (page, *files)) / 1024)
    return [
        Line("first visit, compressed", sizes[0] + sizes[1], 33, "KB"),
        Line("second page, compressed", sizes[2], 18, "KB"),
    ]


def reader_lines() -> list[Line]:
    return [Line(name, figure, bar, unit) for name, figure, bar, unit in bench_readers.bench()]


SCALE = {
    "portfolio": ("portfolio of 10,000 seen, of a page of 50", 1.3, "x"),
    "portfolio, page 20": ("portfolio, the twentieth page of 10,000", 1.5, "x"),
    "filter and sort, the slowest": ("portfolio, slowest filter and order, of none", 2.0, "x"),
    "export csv, first byte (s)": ("export of 10,000 rows, CSV, first byte", 1.0, "s"),
    "export csv, more memory (MB)": ("export of 10,000 rows, CSV, more memory", 64, "MB"),
    "export xlsx, first byte (s)": ("export of 10,000 rows, XLSX, first byte", 1.0, "s"),
    "export xlsx, more memory (MB)": ("export of 10,000 rows, XLSX, more memory", 64, "MB"),
    "activity, 1,000,000 entries of 100, the slowest": ("activity of a million entries, of 100, slowest", 1.5, "x"),
}


def scale_lines() -> list[Line]:
    """What grows with what a person can see, on SQLite and, where it is within reach, on PostgreSQL."""
    lines = _scale_on("SQLite", {})
    with on_postgresql() as environment:
        if environment:
            saving = _child(["tests.bench", SAVE], environment)
            lines.append(Line("save one answer, of the bare update, PostgreSQL", saving, 1.5, "x"))
            lines += _scale_on("PostgreSQL", environment)
    return lines


@contextmanager
def on_postgresql() -> Iterator[dict[str, str]]:
    """The environment of a process with an empty database of its own; empty where no server is within reach."""
    try:
        server = psycopg.connect(DATABASE_URL, autocommit=True, connect_timeout=3)
    except psycopg.Error:
        print(f"Not measured on PostgreSQL: {DATABASE_URL.rpartition('@')[2]} is not within reach.", flush=True)
        yield {}
        return
    name = f"bench_{os.getpid()}"
    with server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            url = f"{DATABASE_URL.rpartition('/')[0]}/{name}"
            yield {"DATABASE_URL": url, "SECRET_KEY": "bench-only-" * 5}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def page_lines() -> list[Line]:
    """Every page with the demo in it, on both databases: the slowest, which is named above its line."""
    lines = _pages_on("SQLite", {})
    with on_postgresql() as environment:
        return lines + _pages_on("PostgreSQL", environment) if environment else lines


def _pages_on(database: str, environment: dict[str, str]) -> list[Line]:
    found = _child(["tests.bench", PAGES], environment)
    times, sizes = found["times"], found["sizes"]
    slowest = sorted(times, key=times.__getitem__, reverse=True)
    for name in slowest if os.environ.get("BENCH_PAGES") else slowest[:5]:
        print(f"  {times[name]:5.2f} x {sizes[name]:6.1f} KB  {name}", flush=True)
    lines = [
        Line(f"slowest of {len(times)} pages, CPU of the bare read, {database}", times[slowest[0]], 3, "x"),
        Line(f"scorecard page, CPU of the bare read, {database}", times["scorecard_update"], 2, "x"),
    ]
    if database == "SQLite":
        lines.append(Line("scorecard page, HTML compressed", sizes["scorecard_update"], 10, "KB"))
        lines.append(Line("start of a web worker to its first answer", found["worker"]["start"], 1.5, "s"))
        lines.append(Line("memory of a worker that showed every page, of bare", found["worker"]["memory"], 1.6, "x"))
    return lines


def _scale_on(database: str, environment: dict[str, str]) -> list[Line]:
    found = _child(["tests.bench_portfolio"], environment)
    return [Line(f"{SCALE[key][0]}, {database}", figure, *SCALE[key][1:]) for key, figure in found.items()]


def _child(module: list[str], environment: dict[str, str]) -> Any:
    """What a run of its own, on a database of its own, says in its last line."""
    command = [sys.executable, "-m", *module]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    call_command("migrate", verbosity=0)
    if sys.argv[1:2] == [SAVE]:
        print(save_figure())
        return 0
    if sys.argv[1:2] == [API]:
        print(json.dumps(api_figures()))
        return 0
    if sys.argv[1:2] == [PAGES]:
        print(json.dumps(page_figures()))
        return 0
    failed = 0
    with override_settings(STORAGES={**settings.STORAGES, **plain}, ALLOWED_HOSTS=["testserver"]):
        for measure in (
            web_lines,
            page_lines,
            api_lines,
            scale_lines,
            chart_line,
            report_lines,
            worker_lines,
            first_visit_line,
            reader_lines,
        ):
            measured = measure()
            for line in measured if isinstance(measured, list) else [measured]:
                print(line, flush=True)
                failed += not line.is_met
    connection.close()
    FOLDER.cleanup()
    return min(failed, 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--against"]:
        from tests.against import compare

        sys.exit(compare(ROOT, Path(*sys.argv[2:3])))
    sys.exit(main())
