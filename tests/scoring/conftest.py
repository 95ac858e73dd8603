"""Property tests are not timed one example at a time, and leave nothing behind."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, database=None)
settings.load_profile("steady")
