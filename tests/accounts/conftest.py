import pytest

from tests.accounts.openid import Provider
from tests.organizations.conftest import owner

__all__ = ["owner"]


@pytest.fixture
def provider(settings):
    provider = Provider()
    settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
    yield provider
    provider.stop()
