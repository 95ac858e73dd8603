"""A small OpenID provider on a port of this machine, for tests of single sign-on. It knows one person at a time."""

import base64
import hashlib
import html
import json
import re
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

BEGIN = "/accounts/oidc/sso/login/"
CALLBACK = "/accounts/oidc/sso/login/callback/"
CLIENT_ID, CLIENT_SECRET = "scorecard", "a-secret-between-the-two"


class Provider:
    def __init__(self):
        self.claims = {"sub": "ada-at-work", "email": "ada@example.com", "email_verified": True, "name": "Ada"}
        self.is_down = False
        self.more, self.said = {}, {}  # what its configuration and its ID token say beside, None takes something away
        self.needs = "client_secret_post"
        self.asked = {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def settings(self, **more):
        app = {
            "provider_id": "sso",
            "name": "Northwind ID",
            "client_id": CLIENT_ID,
            "secret": CLIENT_SECRET,
            "settings": {"server_url": self.url, **more},
        }
        return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

    def configuration(self):
        told = self._told() | self.more
        return {name: value for name, value in told.items() if value is not None}

    def _told(self):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, question):
        """Where the browser is sent back to: the person is signed in here already."""
        code = secrets.token_urlsafe(16)
        self.asked[code] = question
        return f"{question['redirect_uri']}?{urlencode({'code': code, 'state': question['state']})}"

    def token(self, form, basic=""):
        if self.needs == "client_secret_basic":
            if "client_secret" in form or not basic:
                return 401, {"error": "invalid_client"}
            _, form["client_secret"] = (unquote_plus(part) for part in base64.b64decode(basic).decode().split(":", 1))
        elif self.needs == "client_secret_post" and basic:
            return 401, {"error": "invalid_client"}
        question = self.asked.pop(form.get("code"), None)
        if question is None or form.get("client_secret") != CLIENT_SECRET:
            return 400, {"error": "invalid_grant"}
        proof = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != question["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        payload = {**self.claims, "iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 60}
        payload |= {"nonce": question["nonce"], **self.said}
        id_token = jwt.encode(payload, self.key, algorithm="RS256", headers={"kid": "one"})
        return 200, {"access_token": "an-access-token", "token_type": "Bearer", "id_token": id_token}

    def keys(self):
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def _handler(provider):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                url = urlsplit(self.path)
                if provider.is_down:
                    self.answer(503, {})
                elif url.path == "/.well-known/openid-configuration":
                    self.answer(200, provider.configuration())
                elif url.path == "/authorize":
                    question = {name: values[0] for name, values in parse_qs(url.query).items()}
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(question))
                    self.end_headers()
                elif url.path == "/userinfo" and self.headers["Authorization"] == "Bearer an-access-token":
                    self.answer(200, provider.claims)
                else:
                    self.answer(200, provider.keys()) if url.path == "/keys" else self.answer(404, {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                basic = self.headers.get("Authorization", "").removeprefix("Basic ")
                self.answer(*provider.token({name: values[0] for name, values in parse_qs(body).items()}, basic))

            def answer(self, status, content):
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        return Handler


def question(client, **fields):
    """What the browser is sent to the provider with."""
    page = client.post(f"{BEGIN}?{urlencode({'process': 'login', **fields})}").content.decode()
    target = html.unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)[1])
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def come_back(client, provider, asked):
    back = urlsplit(provider.authorize(asked))
    return client.get(f"{back.path}?{back.query}")


def through(client, provider, **fields):
    return come_back(client, provider, question(client, **fields))
