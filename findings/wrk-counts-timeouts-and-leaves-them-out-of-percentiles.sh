#!/bin/sh
# wrk 4.1.0 (Debian 4.1.0-3+b2): a request slower than --timeout is counted as a request, and is in no latency.
#
# Its answer arrives and is one of the "requests" and of "Requests/sec", but neither the average nor the maximum nor any
# percentile knows it: the slower the server, the better the tail.
#
# Seen:  every third request takes 1.2 s; with --timeout 1s: Max 773.41ms, 99% 773.41ms, "timeout 14" of 49 requests
# Valid input: a page that answers in 0.3, 0.6 or 1.2 s. Needs Debian 12 with apt; fails if the maximum shows the slow ones.
set -eu
work=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
chmod 777 .
apt-get download wrk=4.1.0-3+b2 libluajit-5.1-2 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" root; done
cat >server.py <<'PYTHON'
import itertools
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

turn = itertools.count()


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        time.sleep((0.3, 0.6, 1.2)[next(turn) % 3])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("127.0.0.1", 18472), Page).serve_forever()
PYTHON
python3 server.py &
server=$!
until python3 -c "import socket; socket.create_connection(('127.0.0.1', 18472))" 2>/dev/null; do sleep 0.2; done
library=$(dirname "$(find root -name 'libluajit-5.1.so.2*' | head -1)")
LD_LIBRARY_PATH="$work/$library" root/usr/bin/wrk -t1 -c6 -d6s --timeout 1s --latency http://127.0.0.1:18472/ >wrk.txt
cat wrk.txt
python3 - <<'PYTHON'
import re

text = open("wrk.txt").read()
maximum = re.search(r"Latency\s+\S+\s+\S+\s+(\S+)", text)[1]
timeouts = int(re.search(r"timeout (\d+)", text)[1])
requests = int(re.search(r"(\d+) requests in", text)[1])
print(f"{timeouts} of {requests} requests took 1.2 s; the maximum shown is {maximum}")
assert timeouts * 5 > requests
assert maximum.endswith("ms"), "the maximum shows a request of over a second"
PYTHON
echo "Requests that timed out are in no percentile: holds."
