"""An open assessment of an editor who is signed in, with files in a folder of its own."""

import pytest

from tests.factories import make_organization, make_scorecard, make_user


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def owner(client):
    user = make_user(name="Ada")
    client.force_login(user)
    return user


@pytest.fixture
def scorecard(owner):
    return make_scorecard(make_organization(owner=owner))
