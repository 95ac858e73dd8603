from tests.accounts.conftest import provider

__all__ = ["provider"]
