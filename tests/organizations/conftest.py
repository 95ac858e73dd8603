import pytest

from tests.factories import make_user


@pytest.fixture(autouse=True)
def quick_client(settings):
    """Static files are looked up when asked for, not listed for every test's client."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def owner(client):
    user = make_user(name="Ada Lovelace")
    client.force_login(user)
    return user
