import pytest

from tests.factories import make_user


@pytest.fixture
def owner(client):
    user = make_user(name="Ada Lovelace")
    client.force_login(user)
    return user
