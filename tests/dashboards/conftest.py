from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_user


@pytest.fixture
def owner(client):
    user = make_user(name="Ada Lovelace")
    client.force_login(user)
    return user


@pytest.fixture
def queries(client):
    """How many queries a page takes."""

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    return count


@pytest.fixture
def day():
    return lambda year, month, day: datetime(year, month, day, 12, tzinfo=UTC)
