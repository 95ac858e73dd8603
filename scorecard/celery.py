"""The Celery application: workers that make reports, and the clock that sends again what was lost."""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from celery import Celery
from celery.beat import Scheduler, SchedulingError
from celery.signals import (
    after_setup_logger,
    after_setup_task_logger,
    task_postrun,
    task_prerun,
    worker_process_init,
    worker_ready,
    worker_shutdown,
)
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scorecard.settings")

log = logging.getLogger(__name__)


class FolderChannel(filesystem.Channel):
    """kombu's broker in a folder, made whole: a file is either there or not, and one that cannot be read stops nobody.

    kombu opens a file, then writes it. Who reads in between, or after a crash in between, would stop for good.
    """

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        name = f"{filesystem.monotonic() * 1000:.0f}_{uuid4()}.{queue}.msg"
        _write(Path(self.data_folder_out) / name, dumps(payload))

    def _get(self, queue: str) -> dict[str, Any]:
        try:
            return super()._get(queue)
        except ValueError:
            log.warning("A message that was only half written is dropped; the sweep sends it again.")
            raise Empty from None

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        file = self._exchange_file(exchange)
        with file.with_suffix(".lock").open("w") as guard:
            filesystem.lock(guard, filesystem.LOCK_EX)
            try:
                table = self.get_table(exchange)
            except ValueError:
                table = []
            if binding not in table:
                _write(file, dumps([binding, *table]))


class FolderTransport(filesystem.Transport):
    Channel = FolderChannel


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{uuid4()}")
    try:
        draft.write_text(text)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise filesystem.ChannelError(f"Cannot write {path}") from error


TRANSPORT_ALIASES["filesystem"] = f"{__name__}:FolderTransport"

app = Celery("scorecard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["assessments"])


@after_setup_logger.connect
@after_setup_task_logger.connect
def log_as_the_site_does(logger: logging.Logger, **kwargs: Any) -> None:
    """The worker sets its log up by itself: without tokens here, too, and in the format that is asked for."""
    from django.conf import settings

    from scorecard.logs import JsonLines, WithoutTokens

    for handler in logger.handlers:
        handler.addFilter(WithoutTokens())
        if settings.LOG_FORMAT == "json":
            handler.setFormatter(JsonLines())


@task_prerun.connect
def name_the_task(task_id: str, **kwargs: Any) -> None:
    from assessments.platform import request_ids

    request_ids.task_id.set(task_id)


@task_postrun.connect
def forget_the_task(**kwargs: Any) -> None:
    from assessments.platform import request_ids

    request_ids.task_id.set("")


@worker_ready.connect
def sweep_at_start(**kwargs: Any) -> None:
    """What the last worker left behind is found when the next one starts, not at the next stroke of the clock."""
    from assessments.reports.tasks import sweep_reports

    sweep_reports.apply_async(retry=False)


@contextmanager
def _database(message: str) -> Iterator[None]:
    """A database that does not answer is met again a few seconds later."""
    from django.db import DatabaseError, connection

    try:
        yield
    except DatabaseError:
        log.warning(message, exc_info=True)
    finally:
        connection.close()  # a process forked meanwhile must not have it, too


def _beat(name: str) -> None:
    from assessments.platform import heartbeats

    with _database(f"No sign of life of the {name} could be written."):
        heartbeats.beat(name)


_stopped = threading.Event()


@worker_ready.connect
def beat_while_working(**kwargs: Any) -> None:
    """The worker says every few seconds that it lives, from a thread that no task keeps waiting."""

    def go_on() -> None:
        from assessments.platform import heartbeats

        while True:
            _beat(heartbeats.WORKER)
            if _stopped.wait(heartbeats.EVERY):
                return

    _stopped.clear()
    threading.Thread(target=go_on, name="heartbeat", daemon=True).start()


@worker_shutdown.connect
def stop_beating(**kwargs: Any) -> None:
    _stopped.set()


class Clock(Scheduler):
    """The clock, which says while it ticks that it does.

    Any number may run, on any host: a row in the database says when each task was sent last, and whoever moves it on
    sends the task. So nothing is sent twice, and where one clock ends the others are there already.
    """

    _said_at = _read_at = float("-inf")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sent_at: dict[str, datetime] = {}  # as the database had it
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        from assessments.platform import heartbeats

        now = time.monotonic()
        if now - self._said_at >= heartbeats.EVERY:
            self._said_at = now
            _beat(heartbeats.CLOCK)
        if now - self._read_at >= heartbeats.EVERY:
            self._read_at = now
            self.read()
        return super().tick(*args, **kwargs) if self.sent_at else self.max_interval

    def read(self) -> None:
        """Take over when each task was sent last, by whichever clock."""
        from assessments.platform import strokes

        with _database("When tasks were sent last cannot be read."):
            started = {name: entry.last_run_at for name, entry in self.schedule.items()}
            self.sent_at = strokes.sent_at(started)
            for name, entry in self.schedule.items():
                entry.last_run_at = self.sent_at[name]
            self._heap = None

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Send a task that is due, unless another clock has."""
        from assessments.platform import strokes

        self._read_at = float("-inf")  # whatever comes of it, the database knows best
        seen, now = self.sent_at[entry.name], self.schedule[entry.name].last_run_at
        with _database(f"{entry.name} waits for the database."):
            if not strokes.claim(entry.name, seen=seen, now=now):
                return
            try:
                self.apply_async(entry, producer=producer, advance=False)
            except SchedulingError:
                log.exception("%s waits for the broker.", entry.name)
                strokes.give_back(entry.name, seen=seen, now=now)


@worker_process_init.connect
def leave_stopping_to_the_parent(**kwargs: Any) -> None:
    """A stop sent to the whole group, as a supervisor sends it, is for the worker's main process, which lets these end.

    One of them that ended by itself could hold the lock of their queue, for which the main process then waits for ever.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
