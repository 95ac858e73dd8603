"""File storages that go wrong the way real ones do."""

import errno
import time
from uuid import uuid4

from django.core.files.storage import FileSystemStorage

from assessments.reports.models import Report


class FullDisk(FileSystemStorage):
    def _save(self, name, content):
        super()._save(name, content)
        raise OSError(errno.ENOSPC, "No space left on device")


class NoPermission(FileSystemStorage):
    def _save(self, name, content):
        raise PermissionError(errno.EACCES, "Permission denied")


class UnreachableServer(FileSystemStorage):
    """Storage behind a network, whose library has an error class of its own."""

    def _save(self, name, content):
        raise RuntimeError("Could not connect to the endpoint URL")


class SlowServer(FileSystemStorage):
    """Takes five heartbeats, and tells when the row's heartbeat was seen."""

    seen = []

    def _save(self, name, content):
        self.seen.clear()
        for _ in range(5):
            self.seen.append(Report.objects.values_list("heartbeat_at", flat=True).get())
            time.sleep(0.25)
        return super()._save(name, content)


class TakenOver(FileSystemStorage):
    """While the file is written, another worker claims the report."""

    def _save(self, name, content):
        Report.objects.update(claim=uuid4())
        return super()._save(name, content)


class Deleted(FileSystemStorage):
    """While the file is written, the report is deleted."""

    def _save(self, name, content):
        Report.objects.all().delete()
        return super()._save(name, content)
