from tests.organizations.conftest import owner, quick_client

__all__ = ["owner", "quick_client"]
