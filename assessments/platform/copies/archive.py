"""The file a backup is: a compressed tar, written and read from front to back, encrypted for `age` keys if wanted.

Its first member says what it is, its last what was in it. One that lacks the last was never finished.
"""

import gzip
import io
import json
import os
import tarfile
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import IO, Any, cast

import pyrage

from assessments.platform.copies.databases import NotCopied

FIRST, LAST = "backup.json", "manifest.json"
AGE = b"age-encryption.org/"
DAMAGED = "The backup is damaged or cut off: {}. Nothing was put back."
Members = Iterator[tuple[str, IO[bytes]]]


class Writer:
    def __init__(self, target: IO[bytes]) -> None:
        self._packed = gzip.GzipFile(fileobj=target, mode="wb", compresslevel=6)
        self._tar = tarfile.TarFile.open(fileobj=self._packed, mode="w|", format=tarfile.PAX_FORMAT)

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """OSError if the content ends before its size."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, content)
        self._tar.members.clear()  # type: ignore[attr-defined]  # else it keeps one for every file

    def add_text(self, name: str, text: str) -> None:
        content = text.encode("utf-8", "surrogatepass")
        self.add(name, io.BytesIO(content), len(content))

    def add_json(self, name: str, content: Any) -> None:
        self.add_text(name, json.dumps(content, indent=1))

    def close(self) -> None:
        self._tar.close()
        self._packed.close()


@contextmanager
def reading(source: IO[bytes], identities: Sequence[str] = ()) -> Iterator[Members]:
    """Every member's name and content, in order, encrypted or not.

    NotCopied, also in the block, where the archive is broken or is none, or without the key that opens it.
    """
    try:
        with _opened(source, identities) as content:
            yield _members(content)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise NotCopied(DAMAGED.format(str(error) or type(error).__name__)) from None


def _members(source: IO[bytes]) -> Members:
    packed = gzip.GzipFile(fileobj=source)
    with tarfile.open(fileobj=packed, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None or not _is_inside(member.name):
                raise NotCopied(f"The backup holds {member.name!r}, which none of ours does. Nothing was put back.")
            yield member.name, content
            tar.members.clear()  # type: ignore[attr-defined]  # else it keeps one for every file
        while packed.read(2**16):  # to its end, where its own checksums are
            pass


@contextmanager
def encrypted(target: IO[bytes], recipients: Sequence[str]) -> Iterator[IO[bytes]]:
    """What is written comes out at `target` so that only the owners of the recipients' keys can read it."""
    keys = [_recipient(text) for text in recipients]
    with _through(lambda source, sink: pyrage.encrypt_io(source, sink, keys), into=target) as entry:
        yield entry


@contextmanager
def _opened(source: IO[bytes], identities: Sequence[str]) -> Iterator[IO[bytes]]:
    start = source.read(len(AGE))
    whole = cast(IO[bytes], _After(start, source))
    if start != AGE:
        yield whole
        return
    keys = [_identity(text) for text in identities]
    if not keys:
        raise NotCopied("The backup is encrypted. Name the file with the key that opens it: --identity FILE.")
    with _through(lambda given, sink: pyrage.decrypt_io(given, sink, keys), out_of=whole) as content:
        yield content


def new_identity() -> tuple[str, str]:
    """A new key: what opens backups, to be kept elsewhere, and what they are encrypted for."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def identities_in(text: str) -> list[str]:
    """The keys of a file as `age-keygen` writes it."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _recipient(text: str) -> Any:
    try:
        return (
            pyrage.ssh.Recipient.from_str(text) if text.startswith("ssh-") else pyrage.x25519.Recipient.from_str(text)
        )
    except pyrage.RecipientError:
        raise NotCopied(f"{text[:20]!r} is nobody's key: a recipient begins with age1 or ssh-.") from None


def _identity(text: str) -> Any:
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        raise NotCopied("The file with the key holds no key: one begins with AGE-SECRET-KEY-1.") from None


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and ".." not in PurePosixPath(name).parts


class _After(io.RawIOBase):
    """A file of which the first bytes were read already."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self._start, self._rest = start, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        if not self._start:
            return self._rest.read(-1 if size is None else size)
        if size is None or size < 0:
            size = 2**62
        found, self._start = self._start[:size], self._start[size:]
        return found


class _Sink:
    """Keeps why it could not be written to: whoever writes to it gives that away as a text only."""

    def __init__(self, target: IO[bytes], failed: list[BaseException]) -> None:
        self._target, self._failed = target, failed

    def write(self, content: bytes) -> int:
        try:
            return self._target.write(content)
        except OSError as error:
            self._failed.append(error)
            raise

    def flush(self) -> None:
        self._target.flush()


@contextmanager
def _through(work: Any, *, into: IO[bytes] | None = None, out_of: IO[bytes] | None = None) -> Iterator[IO[bytes]]:
    """One end of a pipe at whose other end `work` turns what comes in, in a thread of its own."""
    given, taken = os.pipe()
    outlet, inlet = os.fdopen(given, "rb"), os.fdopen(taken, "wb")
    ours, theirs = (inlet, outlet) if into else (outlet, inlet)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work(outlet, _Sink(into, failed)) if into else work(out_of, inlet)
        except BaseException as error:
            failed.append(error)
        finally:
            with suppress(OSError):
                theirs.close()

    thread = threading.Thread(target=run, name="encryption", daemon=True)
    thread.start()
    broken: BaseException | None = None
    try:
        yield ours
    except BaseException as error:
        broken = error
    with suppress(OSError):
        ours.close()
    thread.join()
    for failure in failed:
        # What was read breaks off where it could not be decrypted; what was written, where it could not be kept.
        if into and (broken is None or isinstance(broken, BrokenPipeError)):
            raise failure
        if not into and (reason := _reason(failure)):
            raise NotCopied(reason) from None
    if broken:
        raise broken


def _reason(error: BaseException) -> str:
    """Why an encrypted archive could not be read, if that is why; a pipe that was closed is no reason."""
    if isinstance(error, pyrage.DecryptError) and "No matching keys" in str(error):
        return "The key does not open this backup: it was encrypted for another one."
    is_cut = isinstance(error, OSError) and error.errno is None
    return DAMAGED.format(error) if is_cut or isinstance(error, pyrage.DecryptError) else ""
