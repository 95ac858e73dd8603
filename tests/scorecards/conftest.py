import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.saving.uploads import check_upload


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def upload():
    return lambda name, content: check_upload(SimpleUploadedFile(name, content))
