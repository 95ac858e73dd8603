"""What every test runs with: quick password hashing, a cache of its own, static files without a collected manifest."""

import os

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def quick_and_separate(settings, request):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    live = "live_server" in request.fixturenames
    settings.SITE_URL = request.getfixturevalue("live_server").url if live else "http://testserver"
    settings.WHITENOISE_AUTOREFRESH = True  # or every test client would look through all static files first
    cache.clear()


# Playwright keeps an event loop in the tests' thread, where Django would refuse the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Chromium is the system's: Playwright's own browsers need a download that closed networks refuse.
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ("gpu", "quic", "background-networking", "component-update", "sync", "dev-shm-usage")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    switches = ["--no-sandbox", "--no-first-run", *(f"--disable-{feature}" for feature in QUIET)]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": switches}


@pytest.fixture(autouse=True)
def signed_off_rows_go(request):
    """A transactional test ends with a flush, which the triggers of signed-off rows refuse: they go beforehand."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or "live_server" in request.fixturenames:
        from assessments.models import Organization

        Organization.objects.update(deleted_at="2026-01-01T00:00Z")
        Organization.objects.all().delete()
