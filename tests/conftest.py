"""What every test runs with: quick password hashing, a cache of its own, static files without a collected manifest."""

import gc
import os
import sys

import pytest
import time_machine
from django.conf import settings as site_settings
from django.core.cache import cache
from django.test.utils import override_settings
from django.utils import timezone, translation

from assessments import framework
from assessments.platform.frameworks.keeping import KEPT

# Where Python is told to write no bytecode, every worker and every process that a test starts compiles it all again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

pytest_plugins = ["tests.browsers", "tests.databases", "tests.firefox"]

OPENS_THE_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser):
    parser.addoption("--on-servers", action="store_true", help="only what may differ on PostgreSQL and Redis")


def pytest_collection_modifyitems(config, items):
    if config.getoption("on_servers"):
        config.hook.pytest_deselected(items=[item for item in items if not may_differ_on_servers(item)])
        items[:] = [item for item in items if may_differ_on_servers(item)]
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish(session):
    """What is there by now stays until the end: thousands of tests and all modules need not be looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def may_differ_on_servers(item):
    """What needs the servers, and what opens the tests' database, unless it is a page's look or says so itself."""
    if item.get_closest_marker("server"):
        return True
    if item.get_closest_marker("browser") or item.get_closest_marker("once"):
        return False
    return bool(item.get_closest_marker("django_db") or OPENS_THE_DATABASE.intersection(item.fixturenames))


@pytest.fixture(scope="session", autouse=True)
def quick():
    """For all tests; one that changes any of it for itself gets this back."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        STORAGES={
            **site_settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        SITE_URL="http://testserver",
        WHITENOISE_AUTOREFRESH=True,  # or every test client would look through all static files first
    ):
        yield


@pytest.fixture(autouse=True)
def separate(quick, request):
    cache.clear()
    translation.activate(site_settings.LANGUAGE_CODE)  # a request leaves its language behind
    if "live_server" in request.fixturenames:
        request.getfixturevalue("settings").SITE_URL = request.getfixturevalue("live_server").url


@pytest.fixture
def bank(tmp_path, db):
    """The framework of a bank in a folder of the site, which is given."""
    from tests.frameworks import write_bank

    write_bank(tmp_path)
    framework.add_folders(tmp_path)
    KEPT.forget()
    yield tmp_path
    framework.add_folders()
    KEPT.forget()


@pytest.fixture
def stopped_clock():
    """No time passes: what is limited by the minute is counted in one, however slow the machine is."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture(autouse=True)
def signed_off_rows_go(request):
    """A transactional test ends with a flush, which the triggers of signed-off rows refuse: they go beforehand."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or "live_server" in request.fixturenames:
        from assessments.models import Organization

        Organization.objects.update(deleted_at="2026-01-01T00:00Z")
        Organization.objects.all().delete()
