"""A small proxy in front of the live server, which answers in its place for chosen requests, as real ones do."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP = {"connection", "transfer-encoding", "keep-alive", "server", "date"}
HTML = {"Content-Type": "text/html"}
PAGE = b"<!doctype html><title>A proxy's own page</title><h1>%s</h1>"

# What proxies answer with in a site's place: status, headers, body.
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "413": (413, HTML, PAGE % b"413 Request Entity Too Large"),
    "502": (502, HTML, PAGE % b"502 Bad Gateway"),
    "503": (503, HTML, PAGE % b"503 Service Unavailable"),
    "sign-in page": (200, HTML, PAGE % b"Sign in to Example Corp"),
    "nothing": (200, HTML, b""),
    "redirect elsewhere": (302, {"Location": "/accounts/login/"}, b""),
    "redirect to its own page": (302, {"Location": "/proxy-sign-in"}, b""),
}


class Proxy:
    """Passes everything on to `upstream`, but for what `answers` says of a method and a path."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream)
        self.answers: Callable[[str, str], str | None] = lambda method, path: None
        self.answered: list[str] = []

    def instead_of(self, word: str, answer: str) -> None:
        """Give this answer to whatever is posted to an address with that word in it."""
        self.answers = lambda method, path: answer if method == "POST" and word in path else None

    def pass_all(self) -> None:
        self.answers = lambda method, path: None


@contextmanager
def running_proxy(upstream: str) -> Iterator[tuple[Proxy, str]]:
    proxy = Proxy(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            chosen = proxy.answers(self.command, self.path)
            if self.path == "/proxy-sign-in":
                chosen = "sign-in page"
            if chosen:
                proxy.answered.append(f"{self.command} {self.path}")
                self.reply(*ANSWERS[chosen])
                return
            there = http.client.HTTPConnection(proxy.upstream.hostname, proxy.upstream.port, timeout=30)
            there.request(self.command, self.path, body or None, dict(self.headers))
            response = there.getresponse()
            content = response.read()
            headers = [(name, value) for name, value in response.getheaders() if name.lower() not in HOP]
            there.close()
            self.reply(response.status, headers, content)

        def reply(self, status: int, headers: object, content: bytes) -> None:
            self.send_response(status)
            pairs = headers.items() if isinstance(headers, dict) else headers
            for name, value in pairs:
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_HEAD = handle_any

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
