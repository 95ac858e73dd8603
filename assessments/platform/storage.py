"""Files that are on the disk whole, or not at all; and the room that is kept free for everything else."""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext_lazy as _lazy

NO_ROOM = _lazy(
    "The disk of this site is full, so the file was not stored. Nothing was changed. "
    "Attach a link instead, or tell whoever runs this site that it needs room."
)

STORE_AWAY = _lazy(
    "The place where this site keeps files does not answer, so the file was not stored. Nothing was changed. "
    "Attach a link instead, or try again in a minute."
)


class StoreAwayError(OSError):
    """Files are kept on another host, and it cannot be reached or refuses: this may pass by itself."""


class WholeFileStorage(FileSystemStorage):
    """Keeps a reserve, leaves no partial file, and says that a file is stored once no power cut can take it."""

    def _save(self, name: str, content: "File[bytes]") -> str:
        refuse_without_room(Path(self.location), content.size)
        path = Path(self.path(name))
        is_new = not path.exists()
        try:
            stored: str = super()._save(name, content)  # type: ignore[misc]  # Django's stubs leave it out
            _to_disk(Path(self.path(stored)))
        except BaseException:  # a worker's time limit, too
            if is_new:
                with suppress(OSError):
                    path.unlink()
            raise
        return stored


def refuse_without_room(folder: Path, size: int = 0) -> None:
    """OSError, as from the disk itself, where storing so many bytes would leave less than the reserve."""
    if free_bytes(folder) - size < settings.DISK_RESERVE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def free_bytes(folder: Path) -> int:
    """How many bytes are free where a folder is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _to_disk(path: Path) -> None:
    """Make sure that the file and its place in the folder are written, not only on their way."""
    for target in (path, path.parent):
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
