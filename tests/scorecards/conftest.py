from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.saving.uploads import check_upload


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def upload():
    return lambda name, content: check_upload(SimpleUploadedFile(name, content))


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
