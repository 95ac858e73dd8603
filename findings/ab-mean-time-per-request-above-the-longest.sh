#!/bin/sh
# ApacheBench 2.3 (Debian apache2-utils 2.4.71-1~deb12u1): "Time per request (mean)" can be larger than the longest request.
#
# It is not measured: it is concurrency x length of the run / completed requests. If -t ends the run, the requests under
# way are in the time and not in the count, so the line is above the mean, here even above the maximum, of the table below.
#
# Seen:  Complete requests: 12 ... Time per request: 1063.567 [ms] (mean) ... 100% 464 (longest request)
# Valid input: a page that answers in 0.4 s, ten at a time, for one second. Needs Debian 12 with apt.
set -eu
work=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
chmod 777 .
apt-get download apache2-utils=2.4.71-1~deb12u1 libapr1 libaprutil1 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" root; done
cat >server.py <<'PYTHON'
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.4)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 100


Server(("127.0.0.1", 18473), Page).serve_forever()
PYTHON
python3 server.py &
server=$!
until python3 -c "import socket; socket.create_connection(('127.0.0.1', 18473))" 2>/dev/null; do sleep 0.2; done
library=$(dirname "$(find root -name 'libapr-1.so.0' | head -1)")
LD_LIBRARY_PATH="$work/$library" root/usr/bin/ab -t 1 -n 1000 -c 10 http://127.0.0.1:18473/ >ab.txt 2>/dev/null
grep -E 'Version|Complete requests|Time taken|Time per request|^Total:|longest' ab.txt
python3 - <<'PYTHON'
import re

text = open("ab.txt").read()
assert "Version 2.3" in text
mean = float(re.search(r"Time per request:\s+([0-9.]+) \[ms\] \(mean\)\n", text)[1])
longest = int(re.search(r"100%\s+(\d+) \(longest", text)[1])
print(f"mean {mean} ms, longest {longest} ms")
assert mean > longest
PYTHON
echo "The mean is above the longest request: holds."
