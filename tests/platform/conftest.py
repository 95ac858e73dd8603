from tests.organizations.conftest import owner

__all__ = ["owner"]
