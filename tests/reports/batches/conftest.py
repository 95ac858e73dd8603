from tests.reports.test_worker import installed, site  # noqa: F401  the fixtures of real workers
