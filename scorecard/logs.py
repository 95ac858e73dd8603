"""Keeps out of the logs what opens a page by itself: the tokens in the addresses of invitations and vendors' links."""

import logging
import re
from typing import Any

from gunicorn.glogging import Logger

# Nothing else that stands there is as long; one that was mistyped is not far from the right one.
TOKEN = re.compile(r"(/(?:v|invitations)/)[^/\s?\"']{20,}")


def without_tokens(text: str) -> str:
    return TOKEN.sub(r"\1…", text)


class WithoutTokens(logging.Filter):
    """For a handler: whatever is logged, the tokens in it are not."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = without_tokens(message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True


class AccessLogger(Logger):
    """The server's log of requests, in which a token would stand as address and as referrer."""

    def atoms(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found = super().atoms(*args, **kwargs)
        return {name: without_tokens(value) if isinstance(value, str) else value for name, value in found.items()}
