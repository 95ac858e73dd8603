"""A receiver of webhooks in a process of its own: `python -m tests.webhooks.receiver FOLDER` on a port it writes there.

It keeps each request as a line of JSON, then answers as the file `answer.json` says at that moment.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(sys.argv[1])
RAW = {
    "no-http": b"SSH-2.0-OpenSSH_9.6\r\n",
    "cut-off": b"",
    "endless-headers": b"HTTP/1.1 200 OK\r\n" + b"X-More: 1\r\n" * 5000,
}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        heard = {"path": self.path, "headers": dict(self.headers.items()), "body": body.decode()}
        with (FOLDER / "requests.jsonl").open("a") as file:
            file.write(json.dumps(heard) + "\n")
        answer = json.loads((FOLDER / "answer.json").read_text())
        time.sleep(answer.get("wait", 0))
        if answer.get("raw"):
            self.wfile.write(RAW[answer["raw"]])
        elif answer.get("drips"):
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 3000:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(answer["drips"])
        else:
            self.send_response(answer.get("status", 200))
            for name, value in answer.get("headers", {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(bytes.fromhex(answer.get("hex", "")) + b"A" * answer.get("bytes", 0))
        self.close_connection = True

    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    (FOLDER / "port.draft").write_text(str(server.server_port))
    (FOLDER / "port.draft").rename(FOLDER / "port")
    server.serve_forever()
