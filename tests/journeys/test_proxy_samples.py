"""The sample configurations of `docs/proxy`, each run by the real proxy in front of the real web process.

What an operator copies has to do all of it: sign in, save, take a file of 19 MB, let the site itself refuse one of
25 MB, speak HTTP/2, hand on whence a request came. Those proxies that this machine has are tried.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.urls import reverse

from tests.processes import (
    ROOT,
    collected_static,
    environment,
    free_port,
    listens,
    migrated,
    run_python,
    running,
    wait_for,
)
from tests.visits import Visitor, token_in

SAMPLES = ROOT / "docs" / "proxy"
MADE = """
from tests.factories import make_organization, make_scorecard, make_user
owner = make_user(email="owner@example.com")
owner.set_password("violet-anchor-42")
owner.save()
organization = make_organization(owner=owner, name="Kestrel")
print(organization.slug, make_scorecard(organization).pk)
"""
NGINX = """{user}pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {sample}
}}
"""
MODULES = (
    *("mpm_event", "authz_core", "ssl", "socache_shmcb", "http2", "proxy", "proxy_http", "headers", "unique_id"),
    *("setenvif", "log_config"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The web process as behind a proxy: its port and its log, the organization and its scorecard."""
    folder = tmp_path_factory.mktemp("site")
    migrated(folder)
    port, output = free_port(), folder / "log"
    env = environment(
        folder,
        HTTPS="true",
        TRUSTED_PROXY_COUNT="1",
        ALLOWED_HOSTS="localhost",
        LOG_FORMAT="json",
    )
    env |= {"STATIC_ROOT": collected_static(env)}
    slug, scorecard = run_python(MADE, env).split()
    command = [sys.executable, "-m", "gunicorn", "scorecard.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--logger-class", "scorecard.logs.AccessLogger", "--access-logfile", "-", "--no-control-socket"]
    with running([*command, "--threads", "4"], env, output=output) as process:
        wait_for(lambda: listens(port), process=process, output=output)
        yield port, output, slug, scorecard


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """One for localhost, that nobody vouches for: certificate, key and both in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "pem.pem"]
    subprocess.run(command, check=True, capture_output=True)
    (folder / "both.pem").write_text((folder / "pem.pem").read_text() + (folder / "key.pem").read_text())
    return folder


def configured(name, port, site_port, certificate):
    """The sample with this machine's ports and certificate in place of its own."""
    text = (SAMPLES / name).read_text()
    paths = {
        "/etc/ssl/private/score.example.com.both.pem": "both.pem",
        "/etc/ssl/private/score.example.com.key": "key.pem",
        "/etc/ssl/score.example.com.pem": "pem.pem",
    }
    for path, ours in paths.items():
        text = text.replace(path, str(certificate / ours))
    return re.sub(r"\b443\b", str(port), text.replace("127.0.0.1:8000", f"127.0.0.1:{site_port}"))


def nginx(folder, port, site_port, certificate):
    sample = configured("nginx.conf", port, site_port, certificate).replace("score.example.com", "localhost")
    user = "user root;\n" if os.getuid() == 0 else ""  # who else could not write the folders of a test
    (folder / "nginx.conf").write_text(NGINX.format(user=user, folder=folder, sample=sample))
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]


def caddy(folder, port, site_port, certificate):
    sample = configured("Caddyfile", port, site_port, certificate)
    tls = f"tls {certificate}/pem.pem {certificate}/key.pem"
    sample = sample.replace("score.example.com {", f"localhost:{port} {{\n\t{tls}")
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + sample)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def apache2(folder, port, site_port, certificate):
    sample = configured("apache.conf", port, site_port, certificate).replace("score.example.com", "localhost")
    sample = sample.replace("/var/log/apache2", str(folder))
    head = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES]
    head = [line for line in head if Path(line.split()[-1]).exists()]  # what is built in has no file
    head += [f"ServerRoot {folder}", f"PidFile {folder}/pid", f"Listen {port}", f"ErrorLog {folder}/error.log"]
    head += ['LogFormat "%h %r %>s" common', "ServerName localhost", f"DefaultRuntimeDir {folder}"]
    (folder / "apache.conf").write_text("\n".join([*head, sample]))
    return ["apache2", "-f", str(folder / "apache.conf"), "-D", "FOREGROUND"]


def haproxy(folder, port, site_port, certificate):
    (folder / "haproxy.cfg").write_text(configured("haproxy.cfg", port, site_port, certificate))
    return ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")]


@pytest.mark.once
@pytest.mark.parametrize("proxy", [nginx, caddy, apache2, haproxy], ids=lambda proxy: proxy.__name__)
def test_a_sample_configuration_does_all_that_the_site_needs(proxy, site, certificate, tmp_path):
    if not shutil.which(proxy.__name__):
        pytest.skip(f"{proxy.__name__} is not installed")
    site_port, log, slug, scorecard = site
    port, output = free_port(), tmp_path / "output"
    env = environment(tmp_path, XDG_DATA_HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    command = proxy(tmp_path, port, site_port, certificate)
    with running(command, env, output=output) as process:
        wait_for(lambda: listens(port), process=process, output=output, timeout=60)
        browser, url = Visitor(f"https://localhost:{port}"), f"https://localhost:{port}"

        # Signing in and saving: the host, the scheme and the origin arrive.
        token = token_in(browser.page("/accounts/login/"))
        fields = {"login": "owner@example.com", "password": "violet-anchor-42", "csrfmiddlewaretoken": token}
        status, _, body = browser.send("/accounts/login/", **fields)
        assert status == 200, body[:500]
        assert "Kestrel" in body.decode()
        fill = browser.page(f"/o/{slug}/")
        assert "Kestrel" in fill

        # A file of 19 MB is taken, one of 25 MB refused by the site itself, in its words.
        attach = reverse("evidence_create", args=[slug, scorecard, "cost-model"])
        token = token_in(browser.page(reverse("organization_update", args=[slug])))
        status, _, body = browser.attach(attach, token, 19 * 1024**2)
        assert status in (200, 201), body[:500]
        status, headers, body = browser.attach(attach, token, 25 * 1024**2)
        assert status in (413, 422), body[:500]
        assert headers["X-Scorecard"] == "POST"
        assert "20 MB" in body.decode()

        # HTTP/2, what is packed has its validators, and the log knows who asked and under which name.
        asked = ["curl", "-sk", "--http2", "-o", "/dev/null", "-w", "%{http_version}", url + "/health/live"]
        assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "2"
        style = re.search(r'href="(/static/css/base[^"]+)"', fill)[1]
        _, headers, _ = browser.ask(style, **{"Accept-Encoding": "gzip"})
        assert headers["Content-Encoding"] == "gzip"
        since = {"If-Modified-Since": headers["Last-Modified"], "Accept-Encoding": "gzip"}
        assert browser.ask(style, **since)[0] == 304
        browser.ask("/robots.txt", **{"X-Forwarded-For": "203.0.113.9"})  # a forged one does not count

    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    asked = [line for line in lines if line.get("path") == "/robots.txt"][-1]
    assert asked["address"] == "127.0.0.1"
    assert len(asked["request"]) > 8


# ---- Below a path of another site

ADDRESSES = re.compile(r"""\b(?:href|src|action|hx-(?:get|post|put|patch|delete))="([^"#?][^"]*)\"""")
OTHER = """
server {{
    listen {port} ssl;
    server_name localhost;
    ssl_certificate {certificate}/pem.pem;
    ssl_certificate_key {certificate}/key.pem;
    location / {{ return 200 "The other site"; }}
    {sample}
}}
"""


def led_to(page):
    """Where a page's links, forms, styles and scripts lead to on this host."""
    return {address for address in ADDRESSES.findall(page) if not address.startswith(("http", "data:", "mailto:"))}


@pytest.mark.once
@pytest.mark.parametrize("is_cut_off", [False, True], ids=["path whole", "path cut off"])
def test_below_a_path_all_that_is_the_sites_own_has_it_in_front(is_cut_off, certificate, tmp_path):
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed")
    migrated(tmp_path)
    port, site_port, log = free_port(), free_port(), tmp_path / "log"
    root = f"https://localhost:{port}"
    env = environment(
        tmp_path, HTTPS="true", TRUSTED_PROXY_COUNT="1", ALLOWED_HOSTS="localhost", SITE_URL=f"{root}/scorecard"
    )
    env["STATIC_ROOT"] = collected_static(env)
    made = MADE.replace("owner.save()", "owner.is_staff = owner.is_superuser = True\nowner.save()")
    slug, scorecard = run_python(made, env).split()
    sample = configured("nginx-path.conf", port, site_port, certificate)
    if is_cut_off:  # a proxy may as well hand on what follows the path alone
        sample = re.sub(r"    location ~ .*?\n    }\n", "", sample, flags=re.S)
        sample = sample.replace(
            f"proxy_pass http://127.0.0.1:{site_port};", f"proxy_pass http://127.0.0.1:{site_port}/;"
        )
    user = "user root;\n" if os.getuid() == 0 else ""
    other = OTHER.format(port=port, certificate=certificate, sample=sample)
    (tmp_path / "nginx.conf").write_text(NGINX.format(user=user, folder=tmp_path, sample=other))
    web = [sys.executable, "-m", "gunicorn", "scorecard.wsgi:application", "--bind", f"127.0.0.1:{site_port}"]
    web += ["--threads", "4", "--logger-class", "scorecard.logs.AccessLogger", "--no-control-socket"]
    proxy = ["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"]
    with running(web, env, output=log) as site, running(proxy, env, output=tmp_path / "output") as front:
        wait_for(lambda: listens(site_port), process=site, output=log)
        wait_for(lambda: listens(port), process=front, output=tmp_path / "output")
        browser = Visitor(root)
        assert browser.page("/") == "The other site"

        page = browser.page("/scorecard/accounts/login/")
        fields = {"login": "owner@example.com", "password": "violet-anchor-42", "csrfmiddlewaretoken": token_in(page)}
        status, _, body = browser.send("/scorecard/accounts/login/", **fields)
        assert status == 200, body[:500]
        assert "Kestrel" in body.decode()
        cookies = [cookie for handler in browser.opener.handlers for cookie in getattr(handler, "cookiejar", [])]
        assert {cookie.path for cookie in cookies if cookie.name in ("sessionid", "csrftoken")} == {"/scorecard/"}

        # Pages that pages lead to, with their styles and scripts.
        seen, found = set(), {"/scorecard/", "/scorecard/admin/"}
        while len(seen) < 50:  # the shortest first, which are of every feature
            address = min((address for address in found - seen if "/static/" not in address), key=lambda a: (len(a), a))
            seen.add(address)
            status, headers, body = browser.ask(address)
            assert status in (200, 405), address
            if headers.get_content_type() == "text/html":
                led = led_to(body.decode())
                assert {other for other in led if not f"{other}/".startswith("/scorecard/")} == set(), address
                found |= {each for each in led if not re.search(r"logout|[?]|/admin/.", each)}
        assert any(f"/o/{slug}/" in address for address in seen)
        files = sorted(address for address in found if "/static/" in address)
        assert len(files) > 10
        assert {browser.ask(address)[0] for address in files} == {200}
        assert browser.ask("/scorecard")[0] == 200

        # A save, and a mail with a link.
        fill = reverse("scorecard_update", args=[slug, scorecard])
        token = token_in(browser.page(f"/scorecard{fill}"))
        fields = {"email": "tom@example.com", "role": "20", "csrfmiddlewaretoken": token}
        status, _, body = browser.send(f"/scorecard{reverse('invitation_create', args=[slug])}", **fields)
        assert status == 200, body[:500]
        wait_for(lambda: "invited" in log.read_text(), process=site, output=log)
        link = re.search(rf"{root}(/scorecard/invitations/[\w-]+/)", log.read_text())[1]
        assert "Kestrel" in Visitor(root).page(link)
        assert Visitor(root).page("/scorecard/health/live") == "process: ok\n"


def test_the_sample_for_traefik_lets_large_bodies_through_and_asks_for_health():
    """Debian has no Traefik: what can be told without it."""
    sample = yaml.safe_load((SAMPLES / "traefik.yml").read_text())["http"]

    assert sample["routers"]["scorecard"]["middlewares"] == ["scorecard-bodies"]
    assert sample["middlewares"]["scorecard-bodies"]["buffering"]["maxRequestBodyBytes"] == 30 * 1024**2
    assert sample["services"]["scorecard"]["loadBalancer"]["healthCheck"]["path"] == "/health/web/"
