"""What workers do with many reports: thirty-five shared by two processes, two hundred one after the other in one."""

import atexit
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

from assessments.models import Scorecard
from assessments.reports.models import Report
from assessments.reports.services import request_report

ROOT = Path(__file__).resolve().parent.parent
BATCH, MANY = 35, 200
SETTLED = 20  # reports after which everything that is kept for all of them is there
PATIENCE = 1800  # seconds for a batch

# Prints the most memory in MB that the process ever held, after so many reports.
WORKER = """
import re, sys
import django
django.setup()
from assessments.reports.tasks import make_report
marks, reports = map(int, sys.argv[1].split(",")), sys.argv[2:]
marks = set(marks)
for count, pk in enumerate(reports, 1):
    make_report(int(pk))
    if count in marks:
        print(int(re.search("VmHWM:[^0-9]*([0-9]+)", open("/proc/self/status").read())[1]) / 1024)
"""


def asked(count: int) -> list[int]:
    """Reports that wait, of every assessment of the demo that is signed off, in turn."""
    scorecards = list(Scorecard.objects.signed_off().select_related("signed_off_by").order_by("pk"))
    reports = []
    for place in range(count):
        scorecard = scorecards[place % len(scorecards)]
        reports.append(request_report(scorecard, actor=scorecard.signed_off_by).pk)
        # Else the next request would be answered with this very report.
        Report.objects.filter(pk=reports[-1]).update(snapshot_sha256=uuid4().hex)
    return reports


def rate(processes: int) -> float:
    """Reports a second of a worker of so many processes; the first of each process is not counted."""
    reports = asked(BATCH)
    command = ["-m", "celery", "-q", "-A", "scorecard", "worker", "--loglevel", "ERROR", "--without-mingle"]
    options = ["--concurrency", str(processes), "--without-gossip", "--without-heartbeat"]
    worker = subprocess.Popen([sys.executable, *command, *options], cwd=ROOT, stdout=subprocess.DEVNULL)
    atexit.register(worker.kill)
    finished = Report.objects.filter(pk__in=reports, status=Report.Status.DONE).order_by("finished_at")
    end = time.monotonic() + PATIENCE
    while finished.count() < BATCH:
        if time.monotonic() > end or Report.objects.filter(pk__in=reports, status=Report.Status.FAILED).exists():
            sys.exit(f"{finished.count()} of {BATCH} reports were made")
        time.sleep(0.2)
    worker.terminate()
    worker.wait(60)
    times = list(finished.values_list("finished_at", flat=True))
    return (BATCH - processes) / (times[-1] - times[processes - 1]).total_seconds()


def memory() -> tuple[float, float]:
    """The most memory over all reports, and how much of it came after the first few, in MB."""
    reports = asked(MANY)
    command = [sys.executable, "-c", WORKER, f"{SETTLED},{MANY}", *map(str, reports)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    made = Report.objects.filter(pk__in=reports, status=Report.Status.DONE).count()
    assert made == MANY, f"{made} of {MANY} reports were made"
    settled, peak = map(float, done.stdout.split()[-2:])
    return peak, peak - settled
