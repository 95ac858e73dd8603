#!/bin/sh
# Locust 2.47.0 (PyPI): the CSV of --csv ends before the run does; the last requests are on the screen only.
#
# The file is written once a second and closed without a last write, so counts, failures and percentiles are those of an
# earlier moment. Nothing in the file says so. The same holds for 2.20.1, 2.32.10 and 2.40.0.
#
# Seen:  screen  Aggregated  199 requests      run_stats.csv  ,Aggregated,168,...      (a run of 3 s)
# Valid input: a headless run of 8 s against a page of its own. Fails if the CSV has every request, or the version changes.
set -eu
work=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check locust==2.47.0 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
cd "$work"
cat >server.py <<'PYTHON'
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("127.0.0.1", 18471), Page).serve_forever()
PYTHON
python3 server.py &
server=$!
cat >locustfile.py <<'PYTHON'
from locust import HttpUser, constant, task


class Reader(HttpUser):
    wait_time = constant(0)

    @task
    def read(self):
        self.client.get("/index.html")
PYTHON
until python3 -c "import socket; socket.create_connection(('127.0.0.1', 18471))" 2>/dev/null; do sleep 0.2; done
venv/bin/locust --version
venv/bin/locust -f locustfile.py --headless -u 4 -r 4 -t 8s --host http://127.0.0.1:18471 --csv run 2>screen.txt >/dev/null || true
shown=$(grep '^ *Aggregated' screen.txt | grep '|' | tail -1 | awk '{print $2}')
written=$(grep '^,Aggregated' run_stats.csv | cut -d, -f3)
echo "screen: $shown requests, run_stats.csv: $written requests"
venv/bin/locust --version | grep -q 'locust 2.47.0'
[ "$written" -gt 0 ]
[ "$written" -lt "$shown" ]
echo "The CSV lacks the end of the run: holds."
