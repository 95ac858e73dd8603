import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.saving.uploads import check_upload
from assessments.vendors.linking import links
from tests.factories import make_organization, make_user, make_vendor_review


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def upload():
    return lambda name, content: check_upload(SimpleUploadedFile(name, content))


@pytest.fixture
def buyer():
    return make_user(name="Ines Halvorsen", email="ines@example.com")


@pytest.fixture
def review(buyer):
    organization = make_organization(owner=buyer, name="Kestrel Logistics")
    return make_vendor_review(organization, name="Corvid Compute", offer="Managed inference")


@pytest.fixture
def token(review, buyer):
    return links.make_link(review, days=14, actor=buyer)


@pytest.fixture
def link(token):
    return links.find(token)
