from tests.scorecards.conftest import private_media, upload

__all__ = ["private_media", "upload"]
