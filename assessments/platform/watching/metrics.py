"""Metrics for Prometheus: what the web processes of this host answered, and how the queues of the whole site stand.

Requests are counted by the name of their view, never by address, person or organization. All web processes of one
server count into files of one folder, which `scorecard/wsgi.py` names before anything is counted.
"""

import ipaddress
import os
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from assessments.platform import heartbeats
from assessments.platform.watching import counting
from assessments.platform.watching.queues import QUEUES

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
LATELY = timedelta(hours=1)

_own = CollectorRegistry()
REQUESTS = Counter("scorecard_requests", "Answered requests.", ["view", "method", "status"], registry=_own)
SECONDS = Histogram(
    "scorecard_request_seconds",
    "From the request's arrival until the answer begins.",
    ["view"],
    buckets=(0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 10),
    registry=_own,
)
SAVES = Counter(
    "scorecard_saves", "Parts of pages that were saved, by what became of them.", ["outcome"], registry=_own
)


class MetricsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        view = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(view, method, response.status_code).inc()
        SECONDS.labels(view).observe(time.perf_counter() - began)
        return response


# Who may read them


def health_metrics(request: HttpRequest) -> HttpResponse:
    """All metrics, for whoever has the token or asks from an address that is allowed; 404 for everybody else."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"], headers={"Cache-Control": "no-store"})
    if not _may_read(request):
        return HttpResponseNotFound(headers={"Cache-Control": "no-store"})
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Vary": "Accept, Authorization"}
    return HttpResponse(encode(_registry()), content_type=content_type, headers=headers)


def _may_read(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return secrets.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    address = _address(request)
    return address is not None and any(address in network for network in settings.METRICS_ALLOWED)


def _address(request: HttpRequest) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Who asks: directly, or as the outermost proxy that is trusted says. Nobody, where only another one says so."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    entries = [entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",") if entry.strip()]
    if entries and not 0 < proxies <= len(entries):
        return None
    try:
        return ipaddress.ip_address(entries[-proxies] if entries else request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return None


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    if os.environ.get(counting.VARIABLE):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_own)
    registry.register(Site())
    return registry


# The whole site's, out of the database: the same on every host


class Site:
    def collect(self) -> Iterator[Metric]:
        version = GaugeMetricFamily(
            "scorecard_version", "Always 1; the label says which version runs.", labels=["version"]
        )
        version.add_metric([settings.VERSION], 1)
        yield version
        try:
            found = [*_queues(), *_reports(), *_processes()]
        except DatabaseError:
            found = []
        yield from found
        is_there = GaugeMetricFamily("scorecard_database_up", "Whether the database answered.")
        is_there.add_metric([], 1 if found else 0)
        yield is_there


def _queues() -> Iterator[Metric]:
    rows = GaugeMetricFamily("scorecard_queue_rows", "Rows of a queue, by how they stand.", labels=["queue", "state"])
    age = GaugeMetricFamily("scorecard_queue_oldest_seconds", "How long the oldest row has waited.", labels=["queue"])
    now = timezone.now()
    for queue in QUEUES.values():
        for state in ("waiting", "running", "failed"):
            rows.add_metric([queue.name, state], queue.count(getattr(queue, state)))
        oldest = queue.oldest()
        age.add_metric([queue.name], max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
    yield rows
    yield age


def _reports() -> Iterator[Metric]:
    """Of the last hour: a row may be deleted any day, so nothing can be counted for ever."""
    reports = QUEUES["reports"].rows().filter(finished_at__gt=timezone.now() - LATELY)
    ended = GaugeMetricFamily("scorecard_reports_ended", "Reports that ended within the last hour.", labels=["state"])
    for state in ("done", "failed"):
        ended.add_metric([state], reports.filter(status=state).count())
    yield ended
    took = reports.filter(status="done").annotate(took=F("finished_at") - F("requested_at"))
    seconds = sorted(each.total_seconds() for each in took.values_list("took", flat=True))
    measured = GaugeMetricFamily(
        "scorecard_report_seconds",
        "From asking for a report to having it, of the reports that were made within the last hour.",
        labels=["quantile"],
    )
    for quantile in (0.5, 0.95, 1.0) if seconds else ():
        measured.add_metric([str(quantile)], seconds[max(0, round(quantile * len(seconds)) - 1)])
    yield measured


def _processes() -> Iterator[Metric]:
    silent = GaugeMetricFamily(
        "scorecard_process_silent_seconds",
        "Since the last sign of life of any process of the kind.",
        labels=["process"],
    )
    heard: dict[str, datetime] = heartbeats.heard()
    for name in (heartbeats.WORKER, heartbeats.CLOCK):
        if name in heard:
            silent.add_metric([name], max(0.0, (timezone.now() - heard[name]).total_seconds()))
    yield silent
