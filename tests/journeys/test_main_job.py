"""The main job as a person does it: the demo's own command, a real browser, a real worker, a PDF on disk."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from playwright.sync_api import expect
from pypdf import PdfReader

from assessments import framework
from tests.processes import migrated

pytestmark = [pytest.mark.browser, pytest.mark.long]

PASSWORD = "violet-anchor-42"
LEVELS = (1, 2, 0, 1, 2, 1, 1, 1)
A_REPORT = 300_000  # ms: other work on the machine slows the worker as well


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """What `make demo` starts, on a port and with data of its own. Yields its address."""
    folder = tmp_path_factory.mktemp("demo")
    migrated(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")},
        "DATA_DIR": str(folder),
        "STATIC_ROOT": str(settings.BASE_DIR / "var" / "static"),
        "PORT": str(port),
        "DEMO_PASSWORD": PASSWORD,
        "PATH": f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}",
    }
    with (folder / "output").open("w") as output:
        demo = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(f"http://localhost:{port}/accounts/login/", demo, folder / "output")
        yield f"http://localhost:{port}"
    finally:
        demo.send_signal(signal.SIGINT)
        try:
            demo.wait(20)
        finally:
            if demo.poll() is None:
                os.killpg(demo.pid, signal.SIGKILL)


def wait_for(url, process, output):
    limit = time.monotonic() + 300
    while time.monotonic() < limit:
        assert process.poll() is None, output.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{url} answers {error.code}\n{output.read_text()}") from None
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(output.read_text())


def sign_in(page, site):
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email").fill("leader@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)  # whoever has one organization lands in it


def answers(category, level):
    """Deciders that carry a level: all shown, the first one in part, or none."""
    states = {2: (2, 2, 2), 1: (1, 0, 0), 0: (0, 0, 0)}[level]
    return zip(category.deciders, states, strict=True)


def test_from_sign_in_to_the_pdf_with_a_dropped_connection_in_between(page, site, tmp_path):
    categories = framework.current().categories
    sign_in(page, site)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Add organization").click()
    page.get_by_label("Organization name").fill("Northwind Analytics")
    page.get_by_role("button", name="Add organization").click()
    page.get_by_role("button", name=re.compile("Start")).click()
    expect(page.get_by_role("heading", name="Who to bring")).to_be_visible()
    page.get_by_role("link", name="Start answering").click()
    page.wait_for_url("**/fill")

    for place, (category, level) in enumerate(zip(categories, LEVELS, strict=True)):
        if place == 4:
            page.context.set_offline(True)
        for decider, state in answers(category, level):
            page.locator(f".seg label:has(input[name='{decider.key}-state'][value='{state}'])").click()
        page.locator(f"#{category.key}-note").fill(f"Heard in the meeting about {category.name}.")
        if place == 5:
            expect(page.locator("#save-state")).to_contain_text("not saved")
            page.context.set_offline(False)
    expect(page.locator("#save-state")).to_have_text("All saved")
    page.reload()
    for category, level in zip(categories, LEVELS, strict=True):
        for decider, state in answers(category, level):
            expect(page.locator(f"input[name='{decider.key}-state'][value='{state}']")).to_be_checked()
        expect(page.locator(f"#{category.key}-note")).to_have_value(f"Heard in the meeting about {category.name}.")
    expect(page.locator("#live-say")).to_contain_text("One point below the line: AI spending risk.")

    page.get_by_role("button", name="Review and sign off").click()
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("One point below the line: AI spending risk.")
    expect(page.get_by_text("Signed off and locked")).to_be_visible()

    page.get_by_role("button", name="Make report").click()
    link = page.get_by_role("link", name=re.compile("^PDF"))
    expect(link).to_be_visible(timeout=A_REPORT)
    with page.expect_download() as download:
        link.first.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)

    assert path.name.startswith("Northwind Analytics")
    text = plain(" ".join(page.extract_text() for page in PdfReader(path).pages))
    for category in categories:
        assert plain(category.name) in text
        assert plain(f"Heard in the meeting about {category.name}.") in text
    assert plain("One point below the line: AI spending risk.") in text


def plain(text):
    """Letters and digits only: lines break and hyphenate where they will."""
    return re.sub(r"[\W_]+", "", text)


def test_the_demo_has_a_believable_organization_and_a_report(page, site):
    sign_in(page, site)
    page.goto(f"{site}/")
    page.locator(".orgtable").get_by_role("link", name="Kestrel Logistics").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("One point below the line: AI spending risk.")
    page.get_by_role("navigation", name="Kestrel Logistics").get_by_role("link", name="Reports").click()
    expect(page.get_by_role("link", name=re.compile("^PDF of Board report"))).to_be_visible(timeout=A_REPORT)


def said(text, context=None):
    """A text of the product as it stands in the German catalog."""
    with translation.override("de"):
        return translation.pgettext(context, text) if context else translation.gettext(text)


def test_a_board_in_munich_from_sign_in_to_the_pdf_in_german(new_context, site, tmp_path):
    with translation.override("de"):
        categories = framework.current().categories
    page = new_context(locale="de-DE").new_page()
    page.goto(f"{site}/accounts/login/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_label(said("Email")).fill("leader@example.com")
    page.get_by_label(said("Password"), exact=True).fill(PASSWORD)
    page.get_by_role("button", name=said("Sign in"), exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(f"{site}/organizations/new")
    page.locator("main [name=name]").fill("Isarwerke")
    page.locator("main form button[type=submit]").click()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/scorecards/**")
    page.goto(re.sub(r"/(prepare|fill)?$", "/fill", page.url))
    for category, level in zip(categories, LEVELS, strict=True):
        for decider, state in answers(category, level):
            page.locator(f".seg label:has(input[name='{decider.key}-state'][value='{state}'])").click()
        page.locator(f"#{category.key}-note").fill(f"In der Besprechung gehört: {category.name}.")
    expect(page.locator("#save-state")).to_have_text(said("All saved"))
    below = "1 Punkt unter der Grenze"
    expect(page.locator("#live-say")).to_contain_text(below)

    page.get_by_role("button", name=said("Review and sign off")).click()
    page.get_by_role("button", name=said("Sign off"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(below)
    page.get_by_role("button", name=said("Make report")).click()
    link = page.get_by_role("link", name=re.compile("^PDF"))
    expect(link).to_be_visible(timeout=A_REPORT)
    with page.expect_download() as download:
        link.first.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)

    reader = PdfReader(path)
    text = plain(" ".join(page.extract_text() for page in reader.pages))
    assert reader.root_object["/Lang"] == "de-DE"
    for category in categories:
        assert plain(category.name) in text
        assert plain(f"In der Besprechung gehört: {category.name}.") in text
    assert plain(below) in text
    with translation.override("de"):
        assert plain(date_format(timezone.localdate(), "LONG_DAY")) in text
    for english in ("below the line", "Scorecard at a glance", "First steps", "What raises it"):
        assert plain(english) not in text
