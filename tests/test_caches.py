"""A cache that is away keeps nobody out: rate limits then count in each process."""

import socket

import pytest
from django.core.cache import caches
from django.test import Client

from scorecard.caches import FolderCache, SharedRedisCache
from tests.factories import PASSWORD, make_user


@pytest.fixture
def nothing_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def redis_away(settings, nothing_listens):
    SharedRedisCache._away_until = 0.0
    location = f"redis://127.0.0.1:{nothing_listens}/0"
    settings.CACHES = {"default": {"BACKEND": "scorecard.caches.SharedRedisCache", "LOCATION": location}}
    caches["default"].fallback.clear()
    yield caches["default"]
    SharedRedisCache._away_until = 0.0


def test_while_redis_is_away_a_process_counts_for_itself(redis_away):
    assert redis_away.add("a", 1)
    assert not redis_away.add("a", 1)
    assert redis_away.incr("a") == 2
    redis_away.set_many({"b": 2})

    assert redis_away.get_many(["a", "b"]) == {"a": 2, "b": 2}


@pytest.mark.django_db
def test_people_sign_in_while_redis_is_away_and_wrong_passwords_are_still_limited(redis_away):
    make_user(email="ada@example.com")
    sent = {"login": "ada@example.com", "password": PASSWORD}

    assert Client().post("/accounts/login/", sent).status_code == 302
    wrong = [Client().post("/accounts/login/", sent | {"password": "wrong"}) for _ in range(6)]
    assert {page.status_code for page in wrong} == {200}
    assert "Too many attempts." in wrong[-1].content.decode()


@pytest.mark.django_db
def test_a_mistyped_link_of_a_vendor_gets_its_sentence_while_redis_is_away(redis_away):
    page = Client().get(f"/v/{'x' * 43}/")

    assert page.status_code == 404
    assert "This link cannot be used" in page.content.decode()


def test_a_folder_that_cannot_be_written_is_stood_in_for(tmp_path):
    FolderCache._away_until = 0.0
    (tmp_path / "file").write_text("in the way")
    cache = FolderCache(tmp_path / "file" / "cache", {})

    cache.set("a", 1)

    assert cache.get("a") == 1
    FolderCache._away_until = 0.0


def test_a_folder_that_can_be_written_keeps_what_it_is_given(tmp_path):
    FolderCache._away_until = 0.0
    FolderCache(tmp_path, {}).set("kept", 1)

    assert FolderCache(tmp_path, {}).get("kept") == 1
