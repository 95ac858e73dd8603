"""The cache that rate limits count in, made so that nobody is kept out when it is away.

While Redis or the folder cannot be used, each process counts for itself: limits hold, though only process by process.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# How long a cache that failed is left alone: asking it again for every request would make each of them wait.
PAUSE = 5.0

METHODS = ("add", "get", "set", "touch", "delete", "has_key", "incr", "get_many", "set_many", "delete_many", "clear")


class _WithFallback:
    """Does every call by the cache itself, or in this process's memory while that one fails."""

    failures: tuple[type[Exception], ...] = (OSError,)
    _away_until = 0.0  # shared by all threads of the process

    @property
    def is_away(self) -> bool:
        return time.monotonic() < type(self)._away_until

    @property
    def fallback(self) -> LocMemCache:
        return LocMemCache("while-the-cache-is-away", {})

    def or_here(self, method: str, *args: Any, **kwargs: Any) -> Any:
        kind = type(self)
        if not self.is_away:
            try:
                return getattr(super(), method)(*args, **kwargs)
            except self.failures as error:
                kind._away_until = time.monotonic() + PAUSE
                log.error("The cache cannot be used; rate limits are counted by each process for itself: %s", error)
        return getattr(self.fallback, method)(*args, **kwargs)


def _method(name: str) -> Callable[..., Any]:
    def call(self: _WithFallback, *args: Any, **kwargs: Any) -> Any:
        return self.or_here(name, *args, **kwargs)

    call.__name__ = name
    return call


for _name in METHODS:
    setattr(_WithFallback, _name, _method(_name))


class SharedRedisCache(_WithFallback, RedisCache):
    failures = (RedisError, OSError)


class FolderCache(_WithFallback, FileBasedCache):
    """Likewise for the folder of an embedded installation, say on a full disk."""

    def _createdir(self) -> None:
        with suppress(OSError):  # a call that needs the folder fails by itself, and is then stood in for
            super()._createdir()
