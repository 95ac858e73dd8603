"""What every browser test runs with: the system's Chromium, patience, and a record of what the pages did.

A test waits for what must happen by its effect, however long that takes on a busy machine; what must not happen is made
impossible by holding the page's clock or its requests. So a limit is only there to end a test that waits for nothing.
PATIENCE sets it in seconds; CPU_THROTTLE=6 makes the browser's processor six times slower.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, Response, Route, expect

# Playwright keeps an event loop in the tests' thread, where Django would refuse the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Chromium is the system's: Playwright's own browsers need a download that closed networks refuse.
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ("gpu", "quic", "background-networking", "component-update", "sync", "dev-shm-usage")

THROTTLE = float(os.environ.get("CPU_THROTTLE", "1"))
PATIENCE = float(os.environ.get("PATIENCE", "60")) * max(THROTTLE, 1) * 1000  # ms
TESTS = Path(__file__).resolve().parent
FAILED = Path(os.environ.get("FAILED_TESTS", TESTS.parent / "var" / "failed"))
FAILURE = "where a browser test failed, and the folder of its pictures and log"


class Record:
    """What the pages of one test did, in the order in which they did it."""

    def __init__(self) -> None:
        self.browser: Browser | None = None
        self.of_fixtures: list[BrowserContext] = []
        self.start("")

    def start(self, test: str) -> None:
        self.test, self.began = test, time.monotonic()
        self.lines: list[str] = []
        self.pending: dict[Request, float] = {}

    @property
    def contexts(self) -> list[BrowserContext]:
        return self.browser.contexts if self.browser else []

    def close_leftovers(self) -> None:
        """Close what the test itself has left open, so that it neither works nor is seen beside the next one."""
        for context in self.contexts:
            if context not in self.of_fixtures:
                context.close()

    def note(self, text: str) -> None:
        self.lines.append(f"{time.monotonic() - self.began:8.2f} s  {text}")

    def watch(self, context: BrowserContext) -> None:
        context.set_default_timeout(PATIENCE)
        context.on("page", self.opened)
        context.on("console", lambda message: self.note(f"console {message.type}: {message.text}"))
        context.on("weberror", lambda error: self.note(f"error: {error.error}"))
        context.on("request", lambda request: self.pending.update({request: time.monotonic()}))
        context.on("response", self.answered)
        context.on("requestfinished", lambda request: self.pending.pop(request, None))
        context.on("requestfailed", self.failed)

    def opened(self, page: Page) -> None:
        self.note(f"a page opens: {page.url}")
        page.on("framenavigated", lambda frame: self.note(f"goes to {frame.url}"))
        if THROTTLE > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})

    def answered(self, response: Response) -> None:
        if response.status >= 400 or response.request.method != "GET":
            self.note(f"{response.status}: {response.request.method} {response.url}")

    def failed(self, request: Request) -> None:
        self.pending.pop(request, None)
        self.note(f"failed, {request.failure}: {request.method} {request.url}")

    def keep(self, folder: Path, reason: str) -> None:
        """Leave all that is known about the test that has just failed in a folder."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        now = time.monotonic()
        waiting = [
            f"not answered for {now - since:.2f} s: {request.method} {request.url}"
            for request, since in self.pending.items()
        ]
        pages = [page for context in self.contexts for page in context.pages]
        places = []
        for number, page in enumerate(pages, start=1):
            name = f"page-{number}.png"
            places.append(f"{name}: {page.url}")
            try:
                page.screenshot(path=folder / name, timeout=10_000)
            except Error as error:
                places[-1] += f" (no picture: {error.message.splitlines()[0]})"
        report = [self.test, "", *places, "", *self.lines, *waiting, "", reason, ""]
        (folder / "log.txt").write_text("\n".join(report), encoding="utf-8")


RECORD = Record()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    switches = ["--no-sandbox", "--no-first-run", *(f"--disable-{feature}" for feature in QUIET)]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": switches, "timeout": 300_000}


@pytest.fixture(scope="session")
def browser(browser):
    RECORD.browser = browser
    browser.on("context", RECORD.watch)
    expect.set_options(timeout=PATIENCE)
    yield browser
    RECORD.browser = None


@pytest.fixture
def held() -> Callable[[Page, str], Callable[[], Route]]:
    """Holds back what a page asks of an address. What it returns waits for the next request and gives its route."""

    def hold(page: Page, address: str) -> Callable[[], Route]:
        routes: list[Route] = []
        page.route(address, lambda route: routes.append(route))

        def take() -> Route:
            limit = time.monotonic() + PATIENCE / 1000
            while not routes:
                assert time.monotonic() < limit, f"Nothing was asked of {address}"
                page.evaluate("0")  # while the browser answers, what it asks comes in
            return routes.pop(0)

        return take

    return hold


def sign_in(context: BrowserContext, site: str, email: str) -> None:
    """Bring a person in by their cookie, where the pages of signing in are not what is tried: they take a second."""
    client = Client()
    client.force_login(get_user_model().objects.get(email=email))
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def pytest_sessionstart(session: pytest.Session) -> None:
    is_second_half = session.config.getoption("on_servers", False)  # what the first one left stays
    if not hasattr(session.config, "workerinput") and not is_second_half:
        shutil.rmtree(FAILED, ignore_errors=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    RECORD.start(item.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    RECORD.of_fixtures = RECORD.contexts


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    RECORD.close_leftovers()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.failed and report.when != "teardown" and item.get_closest_marker("browser"):
        folder = FAILED / re.sub(r"[^\w.-]+", "-", item.nodeid.removeprefix("tests/")).strip("-")[:150]
        steps = call.excinfo.traceback
        ours = [step for step in steps if step.path == item.path or step.path.is_relative_to(TESTS)]
        where = (ours or steps)[-1]
        RECORD.keep(folder, report.longreprtext)
        line = f"{os.path.relpath(where.path)}:{where.lineno + 1}: {str(where.statement).strip()}"
        report.user_properties.append((FAILURE, f"{line}\n    {os.path.relpath(folder)}"))
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter) -> Iterator[None]:
    yield
    failed = [*terminalreporter.stats.get("failed", []), *terminalreporter.stats.get("error", [])]
    places = [place for report in failed for name, place in getattr(report, "user_properties", ()) if name == FAILURE]
    if places:
        terminalreporter.section("browser tests that failed, where, and the folder of pictures and log")
    for place in places:
        terminalreporter.line(place)
