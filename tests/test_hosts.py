"""A site on several hosts, each with nothing but its own folder: two web processes, two workers with a clock, a proxy.

The hosts are network namespaces with addresses of their own; PostgreSQL, Redis and the store of files stand outside.
Each of the two of a kind is killed in turn, and people notice nothing but what they were told.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import boto3
import psycopg
import pytest
from django.urls import reverse
from moto.server import ThreadedMotoServer

from tests.processes import (
    collected_static,
    environment,
    free_port,
    kill,
    manage,
    run_python,
    running,
    wait_for,
)
from tests.test_degrading import MADE, PASSWORD, POSTGRESQL, Cluster
from tests.visits import Visitor, token_in

OUTSIDE, NETWORK = "10.203.77.1", "10.203.77.0/24"
HOSTS = {"web1": "10.203.77.11", "web2": "10.203.77.12", "work1": "10.203.77.21", "work2": "10.203.77.22"}
PROXY = "10.203.77.31"
NGINX = """
daemon off; user root; worker_processes 1; error_log stderr; pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
  access_log off; client_max_body_size 30m;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream scorecard {{
    server {web1}:8000 max_fails=1 fail_timeout=5s;
    server {web2}:8000 max_fails=1 fail_timeout=5s;
  }}
  server {{
    listen 8080;
    location / {{
      proxy_pass http://scorecard; proxy_connect_timeout 2s;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""
# The worker may use its own queues and scripts, and no command that is not asked of it.
ACL = "user scorecard on >tests-only-42 ~* &* +@all -@admin -@dangerous +info +keys"


def _ip(*arguments):
    return subprocess.run(["ip", *arguments], check=False, capture_output=True, text=True)


def may_make_hosts():
    if os.getuid() != 0 or not shutil.which("ip") or _ip("netns", "add", "scorecard-try").returncode:
        return False
    _ip("netns", "del", "scorecard-try")
    return True


pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not POSTGRESQL or not shutil.which("redis-server") or not shutil.which("nginx") or not may_make_hosts(),
        reason="PostgreSQL, Redis or nginx is not installed, or no network namespace may be made here",
    ),
]


@contextmanager
def network():
    """A bridge with the address of what stands outside, and a namespace with an address for each host."""
    names = [*HOSTS.items(), ("proxy", PROXY)]
    try:
        _ip("link", "add", "scbr", "type", "bridge")
        _ip("addr", "add", f"{OUTSIDE}/24", "dev", "scbr")
        _ip("link", "set", "scbr", "up")
        for name, address in names:
            _ip("netns", "add", f"sc-{name}")
            _ip("link", "add", f"sc-{name}", "type", "veth", "peer", "name", "eth0", "netns", f"sc-{name}")
            _ip("link", "set", f"sc-{name}", "master", "scbr", "up")
            inside = ["netns", "exec", f"sc-{name}", "ip"]
            for command in (f"addr add {address}/24 dev eth0", "link set eth0 up", "link set lo up"):
                made = _ip(*inside, *command.split())
                assert made.returncode == 0, made.stderr
        yield
    finally:
        for name, _ in names:
            _ip("netns", "del", f"sc-{name}")
        _ip("link", "del", "scbr")


class Reachable(Cluster):
    """PostgreSQL that hosts outside this one may connect to."""

    def start(self):
        with open(f"{self.folder}/data/pg_hba.conf", "a") as file:
            file.write(f"host all all {NETWORK} trust\n")
        options = f"-p {self.port} -k {self.folder} -c listen_addresses={OUTSIDE} -c fsync=off"
        self._run(
            "pg_ctl", "-D", f"{self.folder}/data", "-w", "-t", "120", "-o", options, "-l", f"{self.folder}/log", "start"
        )


class Site:
    def __init__(self, folder, cluster, redis_port, store):
        self.folder, self.running = folder, {}
        self.database = f"postgresql://postgres@{OUTSIDE}:{cluster.port}/postgres"
        self.common = {
            "DATABASE_URL": self.database,
            "REDIS_URL": f"redis://scorecard:tests-only-42@{OUTSIDE}:{redis_port}/0",
            "SECRET_KEY": "tests-only-" * 5,
            "FILES_URL": "s3://scorecard/files",
            "FILES_ENDPOINT": store,
            "FILES_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "tests-only",
            "ALLOWED_HOSTS": PROXY,
            "TRUSTED_PROXY_COUNT": "1",
            "REPORT_STALE_SECONDS": "15",
        }
        self.env("outside")
        self.static = collected_static(self.env("outside"))

    def env(self, host):
        own = self.folder / host
        own.mkdir(exist_ok=True)
        return environment(own, **self.common)

    def starts(self, stack, host, *command):
        inside = ["ip", "netns", "exec", f"sc-{host}", *command]
        env = self.env(host) | {"STATIC_ROOT": self.static}
        self.running[host] = stack.enter_context(running(inside, env, output=self.folder / f"{host}.log"))

    def kill(self, host):
        kill(self.running.pop(host))

    def rows(self, query):
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchall()

    def sign_in(self):
        visitor = Visitor(f"http://{PROXY}:8080")
        fields = {"login": "owner@example.com", "password": PASSWORD}
        token = token_in(visitor.page("/accounts/login/"))
        status, _, body = visitor.send("/accounts/login/", **fields, csrfmiddlewaretoken=token)
        assert status == 200, body[:500]
        assert "Kestrel" in body.decode()
        return visitor


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = Path(tempfile.mkdtemp(prefix="hosts-"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tests")
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        stack.enter_context(network())
        store = ThreadedMotoServer(ip_address=OUTSIDE, port=0, verbose=False)
        store.start()
        stack.callback(store.stop)
        endpoint = "http://{}:{}".format(*store.get_host_and_port())
        boto3.client("s3", endpoint_url=endpoint, region_name="eu-central-1").create_bucket(
            Bucket="scorecard", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        cluster, redis_port = Reachable(folder, free_port()), free_port()
        cluster.start()
        stack.callback(cluster.stop)
        (folder / "redis.conf").write_text(f"{ACL}\nuser default off\n")
        command = ["redis-server", str(folder / "redis.conf"), "--port", str(redis_port), "--bind", OUTSIDE]
        stack.enter_context(running([*command, "--save", ""], dict(os.environ), output=tmp_path / "redis.log"))
        made = Site(tmp_path, cluster, redis_port, endpoint)
        manage(made.env("outside"), "migrate", "-v0")
        made.slug, made.scorecard = run_python(MADE, made.env("outside")).split()
        for host in ("web1", "web2"):
            web = [sys.executable, "-m", "gunicorn", "scorecard.wsgi:application", "--bind", "0.0.0.0:8000"]
            web += ["--threads", "4", "--logger-class", "scorecard.logs.AccessLogger", "--no-control-socket"]
            made.starts(stack, host, *web)
        for host in ("work1", "work2"):
            worker = [sys.executable, "-m", "celery", "-q", "-A", "scorecard", "worker", "--beat", "--concurrency", "1"]
            made.starts(stack, host, *worker, "-n", f"celery@{host}", "--loglevel", "WARNING")
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, **HOSTS))
        made.starts(stack, "proxy", "nginx", "-c", str(folder / "nginx.conf"))
        for host in ("web1", "web2"):
            output = tmp_path / f"{host}.log"
            wait_for(lambda host=host: answers(HOSTS[host]), process=made.running[host], output=output)
        yield made


def answers(address):
    try:
        return Visitor(f"http://{address}:8000").ask("/health/live")[0] == 200
    except OSError:
        return False


def report(site, visitor):
    """Ask for a report: the row's number."""
    before = {pk for (pk,) in site.rows("select id from assessments_report")}
    address = reverse("report_list", args=[site.slug])
    fields = {"scorecard": site.scorecard, "format": "pdf", "csrfmiddlewaretoken": token_in(visitor.page(address))}
    status, _, body = visitor.send(reverse("report_create", args=[site.slug]), **fields)
    assert status == 200, body[:500]
    [(pk,)] = site.rows(f"select id from assessments_report where not id = any(array{sorted(before)}::bigint[])")
    return pk


def is_done(site, pk):
    [(status,)] = site.rows(f"select status from assessments_report where id = {pk}")
    assert status != "failed"
    return status == "done"


def downloaded(site, visitor, pk):
    status, _, body = visitor.ask(reverse("report_download", args=[site.slug, pk]))
    assert status == 200, body[:500]
    return body


def test_any_host_serves_what_any_other_took_and_each_may_be_killed(site):
    visitor = site.sign_in()
    page = visitor.page(reverse("scorecard_detail", args=[site.slug, site.scorecard]))
    attach = reverse("evidence_create", args=[site.slug, site.scorecard, "cost-model"])
    status, _, body = visitor.attach(attach, token_in(page), 2 * 1024**2)
    assert status in (200, 204), body[:500]
    first = report(site, visitor)
    wait_for(lambda: is_done(site, first))
    assert {downloaded(site, visitor, first)[:5] for _ in range(4)} == {b"%PDF-"}  # the proxy takes turns

    site.kill("web1")
    for _ in range(6):
        assert "Kestrel" in visitor.page("/")  # still signed in: sessions are of no host
    assert downloaded(site, visitor, first)[:5] == b"%PDF-"

    site.kill("work1")
    second = report(site, visitor)
    wait_for(lambda: is_done(site, second))

    assert downloaded(site, visitor, second)[:5] == b"%PDF-"
    [(last,)] = site.rows("select max(at) from assessments_clockstroke")
    wait_for(lambda: site.rows("select max(at) from assessments_clockstroke")[0][0] > last)  # the other clock
    files = [path for host in (*HOSTS, "outside") for path in (site.folder / host).rglob("media/*")]
    assert files == []
