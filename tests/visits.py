"""Visits to a real web process without a browser: cookies kept, forms sent as a browser sends them."""

import re
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from ssl import CERT_NONE, create_default_context
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPSHandler, Request, build_opener

Answer = tuple[int, HTTPMessage, bytes]


class Visitor:
    """Keeps cookies and says where it comes from, as a browser does."""

    def __init__(self, url):
        self.url, context = url, create_default_context()
        context.check_hostname, context.verify_mode = False, CERT_NONE
        self.opener = build_opener(HTTPSHandler(context=context), HTTPCookieProcessor(CookieJar()))

    def ask(self, path, body=None, **headers):
        headers = {"Referer": self.url + path, "Origin": self.url, **headers}
        try:
            with self.opener.open(Request(self.url + path, body, headers), timeout=120) as response:
                return response.status, response.headers, response.read()
        except HTTPError as error:
            return error.code, error.headers, error.read()

    def page(self, path):
        status, _, body = self.ask(path)
        assert status == 200, body[:500]
        return body.decode()

    def send(self, path, **fields):
        return self.ask(path, urlencode(fields).encode())

    def attach(self, path, token, size):
        content = b"%PDF-1.7 " + b"x" * size
        parts = {"csrfmiddlewaretoken": token, "kind": "file", "title": f"{size} bytes"}
        body = b"".join(
            f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in parts.items()
        )
        head = 'Content-Disposition: form-data; name="file"; filename="plan.pdf"\r\nContent-Type: application/pdf'
        body += f"--edge\r\n{head}\r\n\r\n".encode() + content + b"\r\n--edge--\r\n"
        kind = {"Content-Type": "multipart/form-data; boundary=edge", "HX-Request": "true"}
        return self.ask(path, body, **kind)


def token_in(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
