"""Files in a bucket that speaks S3, so that every web process hands out what any worker has made, on whatever host.

Imported only where `FILES_URL` names a bucket: the libraries behind it take some 30 MB of memory.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

from assessments.platform.storage import StoreAwayError

IN_MEMORY = 1024 * 1024  # bytes of a file that is read; the rest lies in a temporary file
FULL = 507  # "Insufficient Storage", as stores answer that have a quota


class BucketStorage(S3Storage):  # type: ignore[misc]  # as the package has no types
    """Never overwrites, never makes anything public, and fails with an OSError like a disk would."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            file_overwrite=False,
            default_acl=None,
            max_memory_size=IN_MEMORY,
            transfer_config=TransferConfig(use_threads=False),
            client_config=Config(
                connect_timeout=5,
                read_timeout=20,
                retries={"total_max_attempts": 3, "mode": "standard"},
                signature_version="s3v4",
                # The checksums that boto3 adds by itself are refused by several stores that are not Amazon's.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
            **options,
        )

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with _like_a_disk():
            opened = super()._open(name, mode)
            if "r" in mode:
                opened.file  # noqa: B018  fetches it now: an answer that has begun could not fail with a sentence
            return opened  # type: ignore[no-any-return]

    def _save(self, name: str, content: "File[bytes]") -> str:
        with _like_a_disk():
            return super()._save(name, content)  # type: ignore[no-any-return]

    def delete(self, name: str) -> None:
        with _like_a_disk():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _like_a_disk():
            return super().exists(name)  # type: ignore[no-any-return]

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _like_a_disk():
            return super().listdir(path)  # type: ignore[no-any-return]

    def size(self, name: str) -> int:
        with _like_a_disk():
            return super().size(name)  # type: ignore[no-any-return]

    def get_modified_time(self, name: str) -> datetime:
        with _like_a_disk():
            return super().get_modified_time(name)  # type: ignore[no-any-return]


@contextmanager
def _like_a_disk() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        said = error.response.get("Error", {})
        if status == FULL or "Quota" in said.get("Code", ""):
            raise OSError(errno.ENOSPC, f"The file store has no room: {said.get('Message', status)}") from error
        raise StoreAwayError(errno.EIO, f"The file store answered {status}: {said.get('Code', '')}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreAwayError(errno.EIO, f"The file store does not answer: {error}") from error
